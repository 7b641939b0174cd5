//! What an administrator asks of the switch, and what the switch answers.

use model::event::{AgentAct, Skill};
use model::{AcdNumber, Event, EventBody, LoginId, Moment, SplitId};

use crate::native::{
    Answer, Capacity, CommandError, Delivery, Identity, LinkError, RefuseCode, ServerSession, SetSkills, SwitchSession,
};

fn switch(takes_commands: bool) -> SwitchSession {
    let identity = Identity { acd: AcdNumber(1), name: "North".to_owned(), boot_id: 7 };
    let switch = SwitchSession::new(identity, 2, Capacity::default());
    if takes_commands { switch.taking_commands() } else { switch }
}

fn agent() -> LoginId {
    LoginId::new("1001").unwrap()
}

fn command(id: u64) -> SetSkills {
    SetSkills { id, agent: agent(), skills: [Skill::new(SplitId(4), 2)].as_slice().into() }
}

/// Carries bytes to and fro until neither end has anything to say.
fn settle(switch: &mut SwitchSession, server: usize, session: &mut ServerSession) -> Result<Vec<Delivery>, LinkError> {
    let mut deliveries = Vec::new();
    loop {
        if switch.wants_pump_up(server) {
            switch.pump_up(server, Moment(1), None, &[]).unwrap();
        }
        let (down, up) = (switch.take_output(server), session.take_output());
        if down.is_empty() && up.is_empty() {
            return Ok(deliveries);
        }
        switch.receive(server, &up)?;
        session.receive(&down, &mut deliveries).unwrap();
    }
}

/// Both servers hear what one of them had done; the answer is for that one alone.
#[test]
fn a_command_comes_back_as_an_answer_here_and_as_an_event_everywhere() {
    let mut switch = switch(true);
    let mut sessions = [ServerSession::new(AcdNumber(1), None), ServerSession::new(AcdNumber(1), None)];
    for (server, session) in sessions.iter_mut().enumerate() {
        assert_eq!(session.set_skills(command(1)), Err(CommandError::NotUp));
        switch.connected(server, Moment(1));
        settle(&mut switch, server, session).unwrap();
    }
    sessions[1].set_skills(command(5)).unwrap();
    settle(&mut switch, 1, &mut sessions[1]).unwrap();
    assert_eq!(switch.take_commands(0), []);
    assert_eq!(switch.take_commands(1), [command(5)]);
    assert_eq!(switch.take_commands(1), []);
    let body = EventBody::Agent { agent: agent(), act: AgentAct::SkillsChanged { skills: command(5).skills } };
    switch.push(&Event { at: Moment(2), body: body.clone() }).unwrap();
    switch.answer(1, Answer { id: 5, refused: None });
    for (server, session) in sessions.iter_mut().enumerate() {
        let told = settle(&mut switch, server, session).unwrap();
        assert_eq!(told.iter().map(|delivery| &delivery.event.body).collect::<Vec<_>>(), [&body]);
    }
    assert_eq!(sessions[0].take_answers(), []);
    assert_eq!(sessions[1].take_answers(), [Answer { id: 5, refused: None }]);
    assert_eq!(sessions[1].take_answers(), []);
}

#[test]
fn a_switch_that_takes_no_commands_is_sent_none() {
    let mut switch = switch(false);
    let mut session = ServerSession::new(AcdNumber(1), None);
    switch.connected(0, Moment(1));
    settle(&mut switch, 0, &mut session).unwrap();
    assert_eq!(session.set_skills(command(1)), Err(CommandError::NotTaken));
    assert!(session.take_output().is_empty());
}

/// An answer to nobody is dropped with its connection; a command that may not come is refused like any other frame.
#[test]
fn answers_belong_to_their_connection() {
    let mut switch = switch(true);
    let mut session = ServerSession::new(AcdNumber(1), None);
    switch.connected(0, Moment(1));
    settle(&mut switch, 0, &mut session).unwrap();
    session.set_skills(command(1)).unwrap();
    switch.receive(0, &session.take_output()).unwrap();
    switch.disconnected(0);
    switch.answer(0, Answer { id: 1, refused: None });
    assert!(switch.take_output(0).is_empty());
    switch.connected(0, Moment(2));
    assert_eq!(switch.take_commands(0), [], "what the old connection asked is not done for the new one");

    let mut early = ServerSession::new(AcdNumber(1), None);
    let mut bytes = Vec::new();
    crate::native::frame::write_frame(
        &crate::native::frame::Frame::Answer(Answer { id: 1, refused: None }),
        &mut bytes,
    );
    let refused = early.receive(&bytes, &mut Vec::new()).unwrap_err();
    assert_eq!(refused.refuse_code(), RefuseCode::Protocol);
}
