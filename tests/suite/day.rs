//! A simulated day, and what a collector without any link makes of it.

use chrono_tz::Tz;
use model::{Calendar, Event, EventBody, Moment};
use simulator::{Scenario, World};
use testkit::{Collected, EventFeed, Place, Site, collect};

/// A day of the switch, up to the end of an interval.
pub struct Day {
    pub scenario: Scenario,
    /// From the pump-up on.
    pub events: Vec<Event>,
    pub end: Moment,
    pub world: World,
}

impl Day {
    /// So many hours of the scenario.
    pub fn play(scenario: Scenario, hours: i64) -> Day {
        let mut world = World::new(scenario.clone()).expect("the scenario can be played");
        let mut events = world.pump_up();
        let end = scenario.start + hours * 3600;
        world.run_until(end, &mut events);
        events.push(Event { at: end, body: EventBody::Heartbeat });
        Day { scenario, events, end, world }
    }

    /// A small centre's morning: a few thousand events.
    pub fn small(seed: u64) -> Day {
        let start = Scenario::default().start + 2 * 3600;
        Day::play(Scenario { seed, start, agents: 20, splits: 4, ..Scenario::default() }, 2)
    }

    pub fn calendar(&self) -> Calendar {
        Calendar { zone: Tz::UTC, interval: self.scenario.interval }
    }

    pub fn collect(&self) -> Collected {
        collect(self.calendar(), &self.events)
    }

    /// The switch of this day at its start, feeding both servers of a site, and all that it is to tell.
    pub fn feed(&self, site: &Site) -> (EventFeed, Vec<Event>) {
        let (snapshot, events) = self.split_pump_up();
        (EventFeed::new(Site::ACD, &site.links(), self.scenario.start, snapshot), events)
    }

    /// What a switch tells at its start, and all that follows.
    pub fn split_pump_up(&self) -> (Vec<Event>, Vec<Event>) {
        let ended = self.events.iter().position(|event| event.body == EventBody::PumpUpEnded).expect("a pump-up");
        (self.events[1..ended].to_vec(), self.events[ended + 1..].to_vec())
    }
}

/// Stops the secondary and starts it from its journal alone, without the checkpoint of an orderly stop.
pub fn restart_from_journal(site: &mut Site) -> anyhow::Result<()> {
    site.stop(Place::B);
    std::fs::remove_file(site.folder(Place::B).join("acd/01/checkpoint"))?;
    site.run(Place::B)
}
