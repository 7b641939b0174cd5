//! Login sessions that are not over.

use std::sync::Arc;

use model::event::Skill;
use model::{Extension, Moment};

use super::Board;

/// A login session that is not over, as it will stand in haglog.
#[derive(Debug, Clone, Copy)]
pub struct OpenSession<'a> {
    /// LOGID.
    pub logid: &'a Arc<str>,
    /// EXTN.
    pub extension: Extension,
    /// LOGIN: when the session began, or came to be known.
    pub login: Moment,
    /// INFLAG `<`: was already logged in when the link came up.
    pub seen_at_pump_up: bool,
    /// The skills at login.
    pub skills: &'a [Skill],
}

impl Board {
    /// The sessions of all agents who are logged in, in no order that means anything.
    pub fn open_sessions(&self) -> impl Iterator<Item = OpenSession<'_>> {
        self.agents.iter().filter_map(|agent| {
            let session = agent.session.as_ref()?;
            Some(OpenSession {
                logid: &agent.logid,
                extension: session.extension,
                login: session.login,
                seen_at_pump_up: session.seen_at_pump_up,
                skills: &session.skills,
            })
        })
    }
}
