//! htkgrp: interval items per trunk group.

columns! {
    SPLIT Admin Id "Split that the trunk group leads to where there are no vectors";
    VDN Admin Id "VDN that the trunk group leads to";
    TRUNKS Admin Count "Trunks that belong to the group";
    INCALLS Call Count "Incoming calls of the group that are finished: answered, abandoned and others";
    INTIME Call Secs "Time that incoming calls held a trunk, from seizure to idle";
    I_INOCC Timed Secs "Time in the interval that trunks of the group were held by incoming calls";
    ACDCALLS Call Count "Incoming calls of the group answered by agents";
    BACKUPCALLS Call Count "Answered calls that came otherwise than by the main queuing step, or to reserve agents";
    TRANSFERRED Call Count "Calls of the group that an agent transferred";
    ABNCALLS Call Count "Incoming calls of the group abandoned before an answer";
    ABNVECCALLS Call Count "Incoming calls abandoned after they entered a vector, waiting in a queue or not";
    ABNQUECALLS Call Count "Calls abandoned while they waited in a queue, part of ABNCALLS";
    BUSYCALLS Call Count "Calls of the group that were given a busy tone";
    DISCCALLS Call Count "Calls of the group that were disconnected by a vector or a timer";
    OTHERCALLS Call Count "Incoming calls neither answered by an agent nor abandoned";
    OUTCALLS Call Count "Outgoing calls of the group that are finished";
    OUTTIME Call Secs "Time that outgoing calls held a trunk, their setup included";
    I_OUTOCC Timed Secs "Time in the interval that trunks of the group were held by outgoing calls";
    COMPLETED Call Count "Outgoing calls that the far end answered";
    SETUPTIME Call Secs "Time from seizing a trunk to the far end's answer, part of OUTTIME";
    O_ACDCALLS Call Count "Outgoing calls placed by an adjunct and answered in a skill";
    O_ABNCALLS Call Count "Outgoing calls placed by an adjunct and abandoned";
    O_OTHERCALLS Call Count "Outgoing calls that are neither of an adjunct's answered nor abandoned ones";
    BLOCKAGE Call Count "Times a call found all trunks busy; no longer told by switches";
    FAILURES Call Count "Times a trunk of the group failed";
    AUDIO Call Count "Times an agent reported bad audio on a trunk of the group";
    MBUSYTIME Timed Secs "Time that trunks of the group were maintenance busy";
    ALLINUSETIME Timed Secs "Time that no trunk of the group was free";
    CONNECTCALLS Call Count "Calls connected to a station or place that is not a measured ACD answer";
    SHORTCALLS Call Count "Trunk seizures under two seconds without queue, answer, busy or failure";
    ABNRINGCALLS Call Count "Calls abandoned while ringing at an agent, part of ABNCALLS";
    INCOMPLETE Admin Flag "1 if data are missing from the interval for this element";
    ACDCALLS_R1 Call Count "ACD calls answered by agents who hold the skill at reserve level 1";
    ACDCALLS_R2 Call Count "ACD calls answered by agents who hold the skill at reserve level 2";
    ICRPULLCALLS Call Count "Calls of the group that the routing adjunct pulled back";
    ICRPULLVECCALLS Call Count "Calls that the routing adjunct pulled back in a vector, in no queue";
    ICRPULLQUECALLS Call Count "Calls that the routing adjunct pulled back while they waited in a queue";
    ICRPULLRINGCALLS Call Count "Calls that the routing adjunct pulled back while they rang";
}
