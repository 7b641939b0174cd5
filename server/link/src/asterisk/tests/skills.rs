//! Skills given by an administrator: manager actions out, their answers in, the change itself as events.

use model::event::Skill;
use model::{LoginId, SplitId};

use super::world::{Played, member_fields, small_pbx};
use crate::asterisk::{Output, Settings};

fn numbered() -> Settings {
    let splits = [("sales".to_owned(), SplitId(1))].into();
    Settings { username: "cms".to_owned(), splits, ..Settings::default() }
}

fn alice() -> LoginId {
    LoginId::new("1001").unwrap()
}

/// What is sent for a command, one action per line, and how it was answered, if it was.
fn ask(played: &mut Played, id: u64, skills: &[Skill]) -> (String, Option<Output>) {
    let mut out = Vec::new();
    played.session.set_skills(id, alice(), skills, &mut out);
    let mut sent = String::new();
    let mut answered = None;
    for output in out {
        match output {
            Output::Send(bytes) => sent += &String::from_utf8(bytes).unwrap(),
            other => answered = Some(other),
        }
    }
    (sent.replace("\r\n\r\n", "\n").replace("\r\n", " "), answered)
}

fn answers(played: &mut Played) -> Vec<Output> {
    let outputs = std::mem::take(&mut played.outputs);
    outputs.into_iter().filter(|output| matches!(output, Output::Answered(..))).collect()
}

fn respond(played: &mut Played, id: &str, response: &str) {
    played.receive(&format!("Response: {response}\nActionID: understudy-skills-{id}\nMessage: so it is\n\n"));
}

#[test]
fn a_skill_more_is_a_membership_more() {
    let mut played = small_pbx(numbered());
    played.news();
    let (sent, answered) = ask(&mut played, 4, &[Skill::new(SplitId(7), 3), Skill::new(SplitId(1), 1)]);
    assert_eq!(
        sent,
        "Action: QueuePenalty ActionID: understudy-skills-4-0 Interface: SIP/1001 Penalty: 2 Queue: 7\n\
         Action: QueueAdd ActionID: understudy-skills-4-1 Queue: sales Interface: SIP/1001 Penalty: 0 Paused: 0 \
         MemberName: Alice StateInterface: SIP/1001 Wrapuptime: 10\n"
    );
    assert_eq!(answered, None);
    respond(&mut played, "4-0", "Success");
    assert_eq!(answers(&mut played), []);
    respond(&mut played, "4-1", "Success");
    assert_eq!(answers(&mut played), [Output::Answered(4, None)]);
    // The change itself comes as on every other connection.
    let fields = member_fields("SIP/1001", "Status: 1\n").replace("999000", "1000005");
    let fields = format!("Queue: sales\nMemberName: Alice\nInterface: SIP/1001\n{fields}");
    played.happen("1000005.0", "QueueMemberAdded", &fields);
    let news = played.news();
    assert!(news.contains("SkillsChanged") && news.contains("split: SplitId(1)"), "{news}");
    // It is so now, so there is nothing to ask.
    let (sent, answered) = ask(&mut played, 5, &[Skill::new(SplitId(1), 1), Skill::new(SplitId(7), 1)]);
    assert_eq!((sent.as_str(), answered), ("", Some(Output::Answered(5, None))));
    let (sent, _) = ask(&mut played, 6, &[Skill::new(SplitId(1), 1)]);
    assert_eq!(sent, "Action: QueueRemove ActionID: understudy-skills-6-0 Queue: 7 Interface: SIP/1001\n");
}

/// A pause goes on in a further queue with the reason of the pause that was set last, or both servers would tell no reason.
#[test]
fn a_paused_agent_comes_into_a_queue_with_the_reason_of_the_pause() {
    let splits = [("sales".to_owned(), SplitId(1)), ("support".to_owned(), SplitId(2))].into();
    let mut played = small_pbx(Settings { splits, ..numbered() });
    played.member("1000002.0", "QueueMemberPause", "Status: 1\nPaused: 1\nPausedReason: lunch\n");
    let (sent, _) = ask(&mut played, 4, &[Skill::new(SplitId(7), 1), Skill::new(SplitId(1), 1)]);
    let add = |id: &str, queue: &str, pause: &str| {
        format!(
            "Action: QueueAdd ActionID: understudy-skills-{id} Queue: {queue} Interface: SIP/1001 Penalty: 0 {pause} Wrapuptime: 10\n"
        )
    };
    let paused = |reason: &str| format!("Paused: 1 MemberName: Alice StateInterface: SIP/1001 Reason: {reason}");
    assert_eq!(sent, add("4-0", "sales", &paused("lunch")));
    let fields = member_fields("SIP/1001", "Status: 1\nPaused: 1\nPausedReason: training\n");
    let fields = fields.replace("LastPause: 0", "LastPause: 1000003").replace("Wrapuptime: 10", "Wrapuptime: 0");
    let fields = format!("Queue: sales\nMemberName: Alice\nInterface: SIP/1001\n{fields}");
    played.happen("1000003.0", "QueueMemberAdded", &fields);
    let all = [Skill::new(SplitId(7), 1), Skill::new(SplitId(1), 1), Skill::new(SplitId(2), 1)];
    let (sent, _) = ask(&mut played, 5, &all);
    assert_eq!(sent, add("5-0", "support", &paused("training")));
    // Paused in one of them only is not paused.
    played.member("1000004.0", "QueueMemberPause", "Status: 1\nPaused: 0\n");
    let (sent, _) = ask(&mut played, 6, &all);
    assert_eq!(sent, add("6-0", "support", "Paused: 0 MemberName: Alice StateInterface: SIP/1001"));
}

#[test]
fn what_cannot_be_done_is_said_in_words() {
    fn check(settings: Settings, skills: &[Skill], why: &str) {
        let mut played = small_pbx(settings);
        let (sent, answered) = ask(&mut played, 1, skills);
        assert_eq!(sent, "");
        let Some(Output::Answered(1, Some(told))) = &answered else { panic!("{answered:?}") };
        assert!(told.contains(why), "{told}");
    }
    check(numbered(), &[], "at least one skill");
    check(numbered(), &[Skill::new(SplitId(8), 1)], "which queue is split/skill 8");
    check(numbered(), &[Skill { reserve: 1, ..Skill::new(SplitId(7), 1) }], "neither reserve levels");
    let mut nobody = Played::new(numbered());
    assert!(matches!(ask(&mut nobody, 1, &[Skill::new(SplitId(7), 2)]).1, Some(Output::Answered(1, Some(_)))));
}

#[test]
fn a_refusal_of_the_pbx_names_the_action() {
    let mut played = small_pbx(numbered());
    ask(&mut played, 9, &[Skill::new(SplitId(7), 2), Skill::new(SplitId(1), 1)]);
    played.outputs.clear();
    respond(&mut played, "9-1", "Error");
    respond(&mut played, "9-0", "Success");
    let [Output::Answered(9, Some(why))] = &answers(&mut played)[..] else { panic!("no answer") };
    assert_eq!(why, "1 of 2 changes of queues were not made: QueueAdd in sales: so it is");
    // An answer that comes after the connection has ended is nobody's.
    ask(&mut played, 10, &[Skill::new(SplitId(7), 2)]);
    played.session.disconnected(model::event::LinkReason::SessionDown, &mut played.outputs);
    played.session.connected();
    respond(&mut played, "10-0", "Success");
    assert_eq!(answers(&mut played), []);
}
