//! What is only for viewing on a secondary, in words: one story for the pages, the buttons and the servers' refusals.

use std::time::Instant;

use api::Role;
use session::{Model, Which};

use super::NO_ACD;

/// What a page says where the serving server is a secondary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnSecondary {
    /// Where it is changed, and how it comes here.
    pub text: String,
    /// What a tick says that takes over.
    pub tick: String,
}

/// What to say of `what` where the serving server is a secondary; `with` is what is carried along.
pub fn on_a_secondary(model: &Model, what: &str, with: &str, now: Instant) -> Option<OnSecondary> {
    let which = model.serving?;
    let role = |which: Which| model.servers[which].health.as_ref().map(|health| health.role);
    if role(which) != Some(Role::Secondary) {
        return None;
    }
    let (here, other) = (model.servers[which].name(), which.other());
    let primary = &model.servers[other];
    let answers = role(other) == Some(Role::Primary) && primary.trouble(&[NO_ACD], now).is_none();
    let carried = format!("carried over{with} with Admin-Sync (Servers side by side) or a backup");
    Some(match answers {
        true => OnSecondary {
            text: format!(
                "{here} is a secondary: there {what} is for viewing. Change it on the primary {}, which answers; it is {carried}",
                primary.name()
            ),
            tick: format!("Take over although {} answers: the change holds on {here} alone", primary.name()),
        },
        false => OnSecondary {
            text: format!(
                "{here} is a secondary: there {what} is for viewing. It is changed on the primary and {carried}. While the primary \
                 is down, take over: the change holds on {here} alone, so make the same change on the primary when it is back, \
                 before anything is carried from there"
            ),
            tick: "The primary is down: take over".to_owned(),
        },
    })
}
