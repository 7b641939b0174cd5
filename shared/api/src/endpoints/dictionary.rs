//! Endpoints of the Dictionary.

use model::Feature;

use super::{ACD, Endpoint, Guard, Method};
use crate as m;
use crate::shape::Shape;

pub const SYNONYMS: &str = "/api/v1/dictionary/synonyms";
pub const AGENT_GROUPS: &str = "/api/v1/dictionary/agent-groups";
pub const CALCULATIONS: &str = "/api/v1/dictionary/calculations";

const SEES: Guard = Guard::Reads(Feature::Dictionary);
const CHANGES: Guard = Guard::Writes(Feature::Dictionary);

pub(super) fn all() -> Vec<Endpoint> {
    vec![
        Endpoint::new(Method::Get, SYNONYMS, SEES, "The names that administrators gave")
            .query(&[ACD])
            .gives(Shape::list_of::<m::Synonym>()),
        Endpoint::new(Method::Put, SYNONYMS, CHANGES, "Gives names, or takes them away: all of them or none")
            .takes(Shape::of::<m::SetSynonyms>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Get, AGENT_GROUPS, SEES, "The agent groups")
            .query(&[ACD])
            .gives(Shape::list_of::<m::AgentGroup>()),
        Endpoint::new(Method::Put, AGENT_GROUPS, CHANGES, "Makes, changes or deletes an agent group")
            .takes(Shape::of::<m::SetAgentGroup>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Get, CALCULATIONS, SEES, "The calculations and constants of the house")
            .gives(Shape::list_of::<m::HouseCalculation>()),
        Endpoint::new(Method::Put, CALCULATIONS, CHANGES, "Makes, changes or deletes a calculation or constant")
            .takes(Shape::of::<m::SetCalculation>())
            .gives(Shape::of::<m::Changed>()),
    ]
}
