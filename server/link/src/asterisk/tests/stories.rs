//! Single calls of the recordings, told as events: each is a trap that the PBX sets.

use super::world::{Played, settings};

#[track_caller]
fn check(played: &Played, uniqueid: &str, expect: &str) {
    let expect: String = expect.trim().lines().map(|line| format!("{}\n", line.trim())).collect();
    let short = |text: String| {
        let text = text.replace("LoginId(", "(").replace("SplitId(", "(").replace("VdnId(", "(");
        text.replace(", priority: Medium", "").replace("delivery: ", "")
    };
    assert_eq!(short(played.call(uniqueid)), expect, "call {uniqueid}");
}

#[test]
fn ways_out_of_a_queue() {
    let odd = Played::captures(&["odd/A1"]);
    // Exit key while a phone rings: no abandon, and the caller lives on for two seconds.
    check(
        &odd,
        "1795350890.26",
        "890 VdnEntered vdn: (7001), entry: First
         890 Queued split: (1)
         890 Ringing agent: (1001), Skill((1))
         893 RingStopped agent: (1001)
         893 QueueLeft split: (1)
         895 Ended by: Caller",
    );
    // Timeout, then the next queue of the same VDN, then a real abandon while a phone rings.
    check(
        &odd,
        "1795350896.28",
        "897 VdnEntered vdn: (7012), entry: First
         897 Queued split: (2)
         897 Ringing agent: (1003), Skill((2))
         903 Redirected agent: (1003)
         904 Ringing agent: (1003), Skill((2))
         907 Redirected agent: (1003)
         907 QueueLeft split: (2)
         907 Queued split: (1)
         907 Ringing agent: (1001), Skill((1))
         912 Abandoned",
    );
    // Withdrawn by the manager: the PBX calls that an abandon, too.
    check(
        &odd,
        "1795350874.22",
        "874 VdnEntered vdn: (7002), entry: First
         874 Queued split: (2)
         876 QueueLeft split: (2)
         877 Ended by: Caller",
    );
}

#[test]
fn refused_callers() {
    let odd = Played::captures(&["odd/A1"]);
    // Nobody there: the only trace is a variable.
    check(&odd, "1795350849.12", "849 VdnEntered vdn: (7003), entry: First\n849 ForcedBusy");
    // Full, but the dialplan has another queue for the caller: no busy tone.
    check(
        &odd,
        "1795350855.18",
        "855 VdnEntered vdn: (7003), entry: First
         855 Queued split: (2)
         855 Ringing agent: (1003), Skill((2))
         855 Answered agent: (1003), Skill((2))
         868 Ended by: Caller",
    );
}

#[test]
fn an_agent_hangs_up_during_the_announcement() {
    check(
        &Played::captures(&["small/1"]),
        "1795351201.13",
        "1201 VdnEntered vdn: (7001), entry: First
         1201 Queued split: (1)
         1201 Ringing agent: (1005), Skill((1))
         1202 Redirected agent: (1005)
         1202 Ringing agent: (1003), Skill((1))
         1209 Redirected agent: (1003)
         1210 Ringing agent: (1002), Skill((1))
         1212 RingStopped agent: (1002)
         1213 Ringing agent: (1001), Skill((1))
         1218 Answered agent: (1001), Skill((1))
         1242 Ended by: Agent",
    );
}

#[test]
fn hold_belongs_to_the_agent() {
    let odd = Played::captures(&["odd/A1"]);
    check(
        &odd,
        "1795350797.0",
        "797 VdnEntered vdn: (7003), entry: First
         797 Queued split: (3)
         797 Ringing agent: (1005), Skill((3))
         798 Answered agent: (1005), Skill((3))
         801 Held agent: (1005)
         803 Retrieved agent: (1005)
         804 Ended by: Agent",
    );
    assert!(!odd.call("1795350808.2").contains("Held"), "the caller held, not the agent");
    let ended_on_hold = odd.call("1795350817.4");
    assert!(ended_on_hold.contains("Held") && !ended_on_hold.contains("Retrieved"), "{ended_on_hold}");
}

#[test]
fn transfers() {
    let odd = Played::captures(&["odd/A1"]);
    // Back into the same queue: the same call again, and an Unhold without a Hold before it.
    check(
        &odd,
        "1795350969.40",
        "970 VdnEntered vdn: (7002), entry: First
         970 Queued split: (2)
         970 Ringing agent: (1003), Skill((2))
         970 Answered agent: (1003), Skill((2))
         971 Transferred agent: (1003), to: None
         971 VdnEntered vdn: (7002), entry: Routed
         971 Queued split: (2)
         971 Ringing agent: (1004), Skill((2))
         971 Answered agent: (1004), Skill((2))
         980 Ended by: Caller",
    );
    let small = Played::captures(&["small/1"]);
    // A member behind a Local channel: the queue believes in 22 s of talk, the agent had 11 and went on to other calls.
    check(
        &small,
        "1795351299.68",
        "1299 VdnEntered vdn: (7003), entry: First
         1299 Queued split: (3)
         1299 Ringing agent: (1008), Skill((3))
         1301 Answered agent: (1008), Skill((3))
         1305 Held agent: (1008)
         1312 Retrieved agent: (1008)
         1312 Transferred agent: (1008), to: None
         1312 Answered agent: (1002), Extension
         1323 AgentLeft agent: (1002)
         1323 Ended by: Caller",
    );
    // His next call, answered while the queue still counted the first.
    check(
        &small,
        "1795351315.90",
        "1315 VdnEntered vdn: (7003), entry: First
         1315 Queued split: (3)
         1318 Ringing agent: (1008), Skill((3))
         1321 Answered agent: (1008), Skill((3))
         1334 Ended by: Caller",
    );
    check(
        &small,
        "1795351305.75",
        "1307 Dialed agent: (1008), off_switch: false, adjunct: false
         1307 Answered agent: (1002), Extension
         1312 Ended by: Agent",
    );
}

#[test]
fn the_agent_hangs_up_and_the_caller_goes_on() {
    let small = Played::captures(&["small/1"]);
    let survey = small.call("1795351258.36");
    assert!(survey.contains("AgentLeft") && survey.ends_with("Ended by: Caller\n"), "{survey}");
}

/// 3 to 5 % of the ends come without the channels they were about.
#[test]
fn an_end_without_channels_finds_its_call() {
    check(
        &Played::captures(&["odd/A1"]),
        "1795350854.13",
        "854 VdnEntered vdn: (7003), entry: First
         854 Queued split: (3)
         854 Ringing agent: (1005), Skill((3))
         860 Answered agent: (1005), Skill((3))
         868 Ended by: Caller",
    );
}

#[test]
fn calls_that_no_queue_gave() {
    let odd = Played::captures(&["odd/A1"]);
    let reached =
        "1028 Ringing agent: (1004), Extension\n1028 Answered agent: (1004), Extension\n1031 Ended by: Caller";
    check(&odd, "1795351028.52", reached);
    let dialled =
        "1034 Dialed agent: (1001), off_switch: true, adjunct: false\n1034 FarEndAnswered\n1040 Ended by: Agent";
    check(&odd, "1795351032.54", dialled);
}

#[test]
fn trunks_have_groups_where_somebody_numbered_them() {
    let mut trunked = settings();
    trunked.trunk_groups.insert("SIP/trunk".to_owned(), model::TrunkGroupId(9));
    let mut played = Played::new(trunked);
    played.connection(&super::world::capture("odd/A1"), usize::MAX);
    let call = played.call("1795350797.0");
    assert!(
        call.starts_with("797 TrunkSeized trunk: None, group: TrunkGroupId(9), direction: In\n797 VdnEntered"),
        "{call}"
    );
}
