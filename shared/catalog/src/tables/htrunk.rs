//! htrunk: interval items per trunk.

columns! {
    LOC_ID Admin Id "Location of the trunk's port";
    INCALLS Call Count "Incoming calls of the trunk that are finished: answered, abandoned and others";
    INTIME Call Secs "Time that incoming calls held the trunk, from seizure to idle";
    I_INOCC Timed Secs "Time in the interval that the trunk was held by incoming calls";
    ABNCALLS Call Count "Incoming calls of the trunk abandoned before an answer";
    O_ABNCALLS Call Count "Outgoing calls placed by an adjunct and abandoned";
    OUTCALLS Call Count "Outgoing calls of the trunk that are finished";
    OUTTIME Call Secs "Time that outgoing calls held the trunk, their setup included";
    I_OUTOCC Timed Secs "Time in the interval that the trunk was held by outgoing calls";
    FAILURES Call Count "Times the trunk failed";
    AUDIO Call Count "Times an agent reported bad audio on the trunk";
    MBUSYTIME Timed Secs "Time that the trunk was maintenance busy";
    ACDCALLS Call Count "Incoming calls of the trunk answered by agents";
    OTHERCALLS Call Count "Incoming calls neither answered by an agent nor abandoned";
    SHORTCALLS Call Count "Seizures under two seconds without queue, answer, busy or failure";
    O_ACDCALLS Call Count "Outgoing calls placed by an adjunct and answered in a skill";
    O_OTHERCALLS Call Count "Outgoing calls that are neither of an adjunct's answered nor abandoned ones";
    INCOMPLETE Admin Flag "1 if data are missing from the interval for this element";
    ACDCALLS_R1 Call Count "ACD calls answered by agents who hold the skill at reserve level 1";
    ACDCALLS_R2 Call Count "ACD calls answered by agents who hold the skill at reserve level 2";
    ICRPULLCALLS Call Count "Calls of the trunk that the routing adjunct pulled back";
}
