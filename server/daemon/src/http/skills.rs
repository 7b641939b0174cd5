//! Endpoints of agents' skills.

use api::{AgentSkills, Changed, SetAgentSkills};
use axum::Json;
use axum::extract::State;
use model::{AcdNumber, LoginId};
use serde::Deserialize;

use super::handlers::{Answer, Shared};
use super::{Body, May, Query, blocking};
use crate::auth::User;

#[derive(Deserialize)]
pub(super) struct Whose {
    acd: AcdNumber,
    agent: Option<LoginId>,
}

pub(super) async fn show(State(app): Shared, may: May, Query(whose): Query<Whose>) -> Answer<Vec<AgentSkills>> {
    let work = move || {
        may.rights.may_read(whose.acd)?;
        app.administration.agent_skills(&app.reports, whose.acd, whose.agent, &may.rights.reach)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn set(State(app): Shared, user: User, may: May, Body(set): Body<SetAgentSkills>) -> Answer<Changed> {
    let work = move || {
        may.rights.may_write(set.acd)?;
        app.administration.set_agent_skills(&app.reports, &user, &may.rights, &set)
    };
    blocking(work).await.map(Json)
}
