mod feed;
mod parse;
mod random;
mod truth;
mod walker;
mod world;

use model::Event;

use crate::{Scenario, World};

/// A world of this size, and all it tells in so many hours, pump-up included.
fn played(scenario: Scenario, hours: i64) -> (World, Vec<Event>) {
    let mut world = World::new(scenario).expect("the scenario is sound");
    let mut events = world.pump_up();
    let end = world.now() + hours * 3_600;
    world.run_until(end, &mut events);
    (world, events)
}
