//! What is only for viewing on a secondary, in words.

use api::Role;
use session::Model;

/// What to say of `what` where the serving server is a secondary; `with` is what is carried along.
pub fn on_a_secondary(model: &Model, what: &str, with: &str) -> Option<String> {
    let server = &model.servers[model.serving?];
    let role = server.health.as_ref().map(|health| health.role)?;
    (role == Role::Secondary).then(|| {
        format!(
            "{} is a secondary: there {what} is for viewing. It is changed on the primary and carried over{with}. If the primary is \
             down, take over, and make the same change on it when it is back",
            server.name()
        )
    })
}
