//! Shifts: who comes when, and the breaks that are planned for the day.

use model::Moment;
use model::event::{AgentAct, WorkMode};

use super::World;
use super::state::Task;
use crate::office::aux;

const DAY: i64 = 86_400;

impl World {
    /// At the switch's start: whoever is on shift logs in soon, the others when their shift begins.
    pub(super) fn plan_first_shift(&mut self, agent: usize) {
        let start = self.now;
        let shift = self.office.agents[agent].shift;
        let midnight = self.scenario.midnight(start);
        let days = [-DAY, 0, DAY].map(|days| shift.on(midnight + days));
        let running = days.into_iter().find(|&(begins, ends)| begins <= start && start < ends);
        if let Some((begins, ends)) = running.filter(|_| !self.random.chance(60)) {
            self.agents[agent].shift_ends_at = ends;
            let soon = self.random.between(0, 110);
            self.plan_after(soon, Task::LogIn { agent });
            self.plan_day(agent, begins, ends);
            self.plan(begins + DAY, Task::ShiftBegins { agent });
        } else if let Some((begins, _)) = days.into_iter().find(|&(begins, _)| begins > start) {
            self.plan(begins, Task::ShiftBegins { agent });
        }
    }

    /// The nominal begin of a shift: some come a little late, a few not at all.
    pub(super) fn shift_begins(&mut self, agent: usize) {
        self.plan_after(DAY, Task::ShiftBegins { agent });
        if self.random.chance(70) {
            return;
        }
        let begins = self.now;
        let ends = begins + self.office.agents[agent].shift.length;
        self.agents[agent].shift_ends_at = ends;
        let late = self.random.between(0, 420);
        self.plan_after(late, Task::LogIn { agent });
        self.plan_day(agent, begins, ends);
    }

    /// Breaks, lunch, now and then a training or meeting, and the end.
    fn plan_day(&mut self, agent: usize, begins: Moment, ends: Moment) {
        let length = ends - begins;
        let mut plan = vec![
            (length * 22 / 100, aux::BREAK, self.random.between(600, 960)),
            (length * 46 / 100, aux::LUNCH, self.random.between(1_620, 2_100)),
            (length * 74 / 100, aux::BREAK, self.random.between(600, 960)),
        ];
        if self.random.chance(120) {
            plan.push((length * 35 / 100, aux::TRAINING, self.random.between(1_800, 3_600)));
        } else if self.random.chance(150) {
            plan.push((length * 60 / 100, aux::MEETING, self.random.between(900, 2_700)));
        }
        for (offset, reason, secs) in plan {
            let at = begins + (offset + self.random.between(-2_400, 2_400));
            if at > self.now {
                self.plan(at, Task::BreakDue { agent, reason, secs });
            }
        }
        let end = ends + self.random.between(-60, 300);
        self.plan(end, Task::ShiftEnds { agent });
    }

    pub(super) fn log_in(&mut self, agent: usize) {
        if self.agents[agent].staffed_since.is_some() || self.now >= self.agents[agent].shift_ends_at {
            return;
        }
        let plan = &self.office.agents[agent];
        let (extension, planned) = (plan.extension, plan.skills.clone());
        let person = &mut self.agents[agent];
        person.staffed_since = Some(self.now);
        person.skills = planned.clone();
        self.ledger.agents[agent].logins += 1;
        self.tell_agent(agent, AgentAct::LoggedIn { extension, skills: planned });
        self.refresh(agent);
        // Most phones come up in AUX; some switches take a second or two to say so.
        if self.random.chance(100) {
            let secs = self.random.between(1, 4);
            let token = self.agents[agent].token;
            return self.plan_after(secs, Task::Ready { agent, token });
        }
        debug_assert_eq!(self.agents[agent].mode, WorkMode::Unknown);
        let secs = self.random.between(3, 60);
        self.go_aux(agent, aux::SYSTEM, secs);
    }
}
