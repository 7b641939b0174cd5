//! hvector: interval items per vector.

columns! {
    INCALLS Call Count "Calls to the vector that are finished: answered, abandoned and others";
    INTIME Call Secs "Time that calls spent in the vector's steps, up to ringing or leaving";
    ANSTIME Call Secs "Wait of answered calls from entering the vector to the answer";
    ACDCALLS Call Count "Calls answered by agents from this vector's queuing steps";
    BACKUPCALLS Call Count "Answered calls that came otherwise than by the main queuing step, or to reserve agents";
    ABNCALLS Call Count "Calls abandoned in the vector, in its queues or ringing";
    ABNTIME Call Secs "Wait of abandoned calls from entering the vector until the caller gave up";
    ABNQUECALLS Call Count "Calls abandoned while they waited in a queue, part of ABNCALLS";
    BUSYCALLS Call Count "Calls that the vector gave a busy tone";
    BUSYTIME Call Secs "Time in the vector of calls until they were given a busy tone";
    DISCCALLS Call Count "Calls that were disconnected by the vector or a timer";
    DISCTIME Call Secs "Time in the vector of calls until they were disconnected";
    OTHERCALLS Call Count "Calls neither answered nor abandoned in the vector";
    OTHERTIME Call Secs "Time in the vector of the calls counted in OTHERCALLS";
    OUTFLOWCALLS Call Count "Calls that left the vector for another vector, VDN or place";
    OUTFLOWTIME Call Secs "Time in the vector of calls until they left it";
    INTERFLOWCALLS Call Count "Calls that left for a place outside the switch, part of OUTFLOWCALLS";
    GOTOCALLS Call Count "Calls that went on to another vector, part of OUTFLOWCALLS";
    GOTOTIME Call Secs "Time in the vector of calls that went on to another vector";
    LOOKATTEMPTS Call Count "Times another site was asked whether it accepts a call of the vector";
    LOOKFLOWCALLS Call Count "Calls that another site accepted after being asked, part of INTERFLOWCALLS";
    ADJATTEMPTS Call Count "Times the routing adjunct was asked where to send a call";
    ADJROUTED Call Count "Calls that were sent where the routing adjunct said";
    INFLOWCALLS Call Count "Calls that came from another vector, VDN or queue";
    ABNRINGCALLS Call Count "Calls abandoned while ringing at an agent, part of ABNCALLS";
    RINGTIME Call Secs "Time that callers of the vector heard ringing at agents";
    RINGCALLS Call Count "Calls of the vector that rang at an agent";
    INCOMPLETE Admin Flag "1 if data are missing from the interval for this element";
    PHANTOMABNS Call Count "Calls answered but shorter than the phantom limit, counted as abandoned in ABNCALLS";
    VDISCCALLS Call Count "Calls disconnected by the timer or at the vector's end, part of DISCCALLS";
    DEFLECTCALLS Call Count "Calls that the network was asked to take to another place";
    NETDISCCALLS Call Count "Calls that the network disconnected at the switch's request";
    NETPOLLS Call Count "Times other sites were asked about their queues";
    ACDCALLS_R1 Call Count "ACD calls answered by agents who hold the skill at reserve level 1";
    ACDCALLS_R2 Call Count "ACD calls answered by agents who hold the skill at reserve level 2";
    ICRPULLCALLS Call Count "Calls that the routing adjunct pulled back from the vector";
    ICRPULLTIME Call Secs "Time in the vector of calls until the routing adjunct pulled them back";
    ICRPULLQUECALLS Call Count "Calls that the routing adjunct pulled back while they waited in a queue";
    ICRPULLRINGCALLS Call Count "Calls that the routing adjunct pulled back while they rang";
}
