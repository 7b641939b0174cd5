//! Endpoints of agents' skills.

use model::Feature;

use super::{ACD, Endpoint, Guard, Method};
use crate as m;
use crate::shape::Shape;

pub const AGENT_SKILLS: &str = "/api/v1/agent/skills";

pub(super) fn all() -> Vec<Endpoint> {
    const FEATURE: Feature = Feature::AgentAdministration;
    vec![
        Endpoint::new(Method::Get, AGENT_SKILLS, Guard::Reads(FEATURE), "Skills of the agents who are logged in")
            .query(&[ACD, ("agent", false, "login ID; everybody if left out")])
            .gives(Shape::list_of::<m::AgentSkills>()),
        Endpoint::new(
            Method::Put,
            AGENT_SKILLS,
            Guard::Writes(FEATURE),
            "Has the switch change an agent's skills, over this server's link",
        )
        .takes(Shape::of::<m::SetAgentSkills>())
        .gives(Shape::of::<m::Changed>()),
    ]
}
