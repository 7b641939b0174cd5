//! Endpoints of the Dictionary.

use std::sync::Arc;

use api::endpoints::{self as e, Endpoint, Method};
use api::{AgentGroup, Changed, HouseCalculation, SetAgentGroup, SetCalculation, SetSynonyms, Synonym};
use axum::Json;
use axum::extract::State;
use axum::routing::MethodRouter;

use super::handlers::{Answer, ByAcd, Shared};
use super::{Body, May, Query, blocking, on};
use crate::app::App;
use crate::auth::User;

/// The handler of an endpoint of the Dictionary.
///
/// # Panics
/// If the list has such an endpoint without a handler; a test starts a router, so this is seen before it ships.
pub(super) fn route(endpoint: &Endpoint) -> MethodRouter<Arc<App>> {
    let method = endpoint.method;
    match (method, endpoint.path) {
        (Method::Get, e::SYNONYMS) => on(method, synonyms),
        (Method::Put, e::SYNONYMS) => on(method, set_synonyms),
        (Method::Get, e::AGENT_GROUPS) => on(method, agent_groups),
        (Method::Put, e::AGENT_GROUPS) => on(method, set_agent_group),
        (Method::Get, e::CALCULATIONS) => on(method, calculations),
        (Method::Put, e::CALCULATIONS) => on(method, set_calculation),
        (method, path) => panic!("{method:?} {path} has no handler"),
    }
}

async fn synonyms(State(app): Shared, may: May, Query(query): Query<ByAcd>) -> Answer<Vec<Synonym>> {
    let work = move || {
        may.rights.may_read(query.acd)?;
        app.administration.synonyms(&app.reports, query.acd, &may.rights.reach)
    };
    blocking(work).await.map(Json)
}

async fn set_synonyms(State(app): Shared, user: User, may: May, Body(set): Body<SetSynonyms>) -> Answer<Changed> {
    let work = move || {
        may.rights.may_write(set.acd)?;
        app.administration.set_synonyms(&app.reports, &user, &may.rights.reach, &set)
    };
    blocking(work).await.map(Json)
}

async fn agent_groups(State(app): Shared, may: May, Query(query): Query<ByAcd>) -> Answer<Vec<AgentGroup>> {
    let work = move || {
        may.rights.may_read(query.acd)?;
        app.administration.agent_groups(&app.reports, query.acd)
    };
    blocking(work).await.map(Json)
}

async fn set_agent_group(State(app): Shared, user: User, may: May, Body(set): Body<SetAgentGroup>) -> Answer<Changed> {
    let work = move || {
        may.rights.may_write(set.acd)?;
        app.administration.set_agent_group(&app.reports, &user, &set)
    };
    blocking(work).await.map(Json)
}

async fn calculations(State(app): Shared) -> Answer<Vec<HouseCalculation>> {
    blocking(move || app.administration.calculations(&app.reports)).await.map(Json)
}

async fn set_calculation(State(app): Shared, user: User, Body(set): Body<SetCalculation>) -> Answer<Changed> {
    blocking(move || app.administration.set_calculation(&app.reports, &user, &set)).await.map(Json)
}
