//! What the steps do. Each may be done again: what is so already is left.

use api::{Mode, Role, SetCollection, Worksheet};
use model::Moment;

use super::StepError;
use super::judging::{judged, told};
use super::outcome::{Acted, Outcome};
use super::pair::Pair;
use super::plan::{Act, Compared, Confirmation, Step, StepKey, other};
use super::waits::{INTERVAL_LONGEST, latest_clocks};
use crate::twin::{self, Account, Finding, Healed, Healing, Stretch, counted_in_words};

pub(super) type Tell<'a> = &'a mut (dyn FnMut(&twin::Step) + Send);

impl Pair {
    /// Carries a step out. Whatever it needs is looked at first.
    pub(super) async fn act(
        &self,
        sheet: &Worksheet,
        step: &Step,
        yes: bool,
        tell: Tell<'_>,
    ) -> Result<Acted, StepError> {
        match step.act {
            Act::LinksUp => self.links_up(sheet, step.on).await,
            Act::Archived(since) => self.archived(sheet, step, since).await,
            Act::SingleUser => {
                self.other_takes_people(sheet, step.on).await?;
                self.set_mode(step.on, Mode::SingleUser).await
            }
            Act::MultiUser => self.set_mode(step.on, Mode::MultiUser).await,
            Act::CollectionOff => {
                self.other_collects(sheet, step.on).await?;
                self.set_collection(step.on, false).await
            }
            Act::CollectionOn => self.set_collection(step.on, true).await,
            Act::BackUp(scope) => self.back_up(step.on, scope, tell).await,
            Act::Restore(scope, of) => self.restore(sheet, step, scope, of, yes, tell).await,
            Act::GiveTimetablesBack => self.give_timetables_back(step.on).await,
            Act::Carry => self.carry(sheet, step, yes, tell).await,
            Act::Heal | Act::SumUp => self.heal(sheet, step, tell).await,
            Act::Compare(what) => self.compare(sheet, what, tell).await,
            Act::Confirm(what) => {
                let person = Outcome::Person(self.asked_of_person(sheet, step, what).await?);
                Ok(Acted { instead: Some(person), ..Acted::default() })
            }
        }
    }

    async fn set_mode(&self, role: Role, mode: Mode) -> Result<Acted, StepError> {
        self.status(role).await?;
        Ok(Acted::done(self.client(role).set_mode(mode).await?.text))
    }

    async fn set_collection(&self, role: Role, on: bool) -> Result<Acted, StepError> {
        let before = self.status(role).await?;
        let mut texts = Vec::new();
        for acd in &before.acds {
            let set = SetCollection { acd: acd.health.acd, on };
            texts.push(self.client(role).set_collection(&set).await?.text);
        }
        let what = if on { "collection on" } else { "collection off" };
        let there = if on { self.status(other(role)).await.ok() } else { None };
        let times = latest_clocks(&self.status(role).await?, there.as_ref(), what);
        Ok(Acted { times, ..Acted::done(texts.join("; ")) })
    }

    async fn heal(&self, sheet: &Worksheet, step: &Step, tell: Tell<'_>) -> Result<Acted, StepError> {
        let (here, there) = (self.client(step.on), self.client(other(step.on)));
        for role in [step.on, other(step.on)] {
            self.status(role).await?;
        }
        let stretch = interrupted(sheet, step.on);
        let healed = Healing { here, there, stretch, dry_run: false, tell }.run().await?;
        Ok(Acted::done(healed_text(&healed)))
    }

    async fn compare(&self, sheet: &Worksheet, what: Compared, tell: Tell<'_>) -> Result<Acted, StepError> {
        let mut accounts = Vec::new();
        for role in [Role::Primary, Role::Secondary] {
            let server = self.status(role).await?.server;
            tell(&twin::Step { server, what: "telling all it holds".to_owned(), ..twin::Step::default() });
            accounts.push(Account::of(self.client(role), Stretch::default()).await?);
        }
        let comparison = twin::compare(&accounts[0], &accounts[1]);
        judged(&comparison, what, own_time(sheet), &accounts[0].server).map(Acted::done).map_err(StepError::Not)
    }

    /// What a person is to do now, with what there is to know.
    async fn asked_of_person(&self, sheet: &Worksheet, step: &Step, what: Confirmation) -> Result<String, StepError> {
        let status = self.status(step.on).await?;
        let server = &status.server;
        Ok(match what {
            Confirmation::Leave => match status.watchers {
                0 => format!("nobody watches a live report on {server}"),
                1 => format!("one live report is watched on {server}: tell that person"),
                watchers => format!("{watchers} live reports are watched on {server}: tell those people"),
            },
            Confirmation::Change => match sheet.steps.iter().find(|known| StepKey::PrimaryChange.is_of(known)) {
                Some(done) if step.on == Role::Secondary && !done.text.is_empty() => {
                    format!("data collection of {server} is off; on the other server it was: {}", done.text)
                }
                _ => format!("data collection of {server} is off; change on it what you came for"),
            },
            Confirmation::Passwords => self.without_password(server, step.on).await?,
            Confirmation::Return => format!("{server} is ready; tell people to sign in there again"),
        })
    }

    async fn without_password(&self, server: &str, role: Role) -> Result<String, StepError> {
        let users = self.client(role).users().await?;
        let without: Vec<String> = users.into_iter().filter(|user| !user.has_password).map(|user| user.name).collect();
        Ok(match without.is_empty() {
            true => format!("every user has a password on {server}"),
            false => format!("without a password on {server}: {}", without.join(", ")),
        })
    }

    /// Takes a person's word, after a look at what can be looked at.
    pub(super) async fn confirmed(&self, step: &Step, what: Confirmation, note: &str) -> Result<Acted, StepError> {
        let status = self.status(step.on).await?;
        let seen = match what {
            Confirmation::Leave | Confirmation::Change => String::new(),
            Confirmation::Passwords => self.without_password(&status.server, step.on).await?,
            Confirmation::Return if status.mode == Mode::SingleUser => {
                let server = &status.server;
                return Err(StepError::Not(format!(
                    "{server} is in single-user mode, so nobody else can sign in there"
                )));
            }
            Confirmation::Return => String::new(),
        };
        let texts = [note.trim(), seen.as_str()];
        Ok(Acted::done(texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")))
    }
}

/// The intervals from when this worksheet had data collection off; everything where it had not. Those behind it may lack data,
/// too: calls go on into them.
fn interrupted(sheet: &Worksheet, role: Role) -> Stretch {
    let off = sheet.steps.iter().find(|step| StepKey::collection_off(role).is_of(step));
    let from = off.and_then(|step| step.times.iter().map(|time| time.at).min());
    Stretch { from: from.map(|from| from + -INTERVAL_LONGEST), to: None }
}

/// Where the worksheet's own time begins: the earliest of what it had data collection off for on either server.
fn own_time(sheet: &Worksheet) -> Option<Moment> {
    [Role::Primary, Role::Secondary].into_iter().filter_map(|role| interrupted(sheet, role).from).min()
}

fn healed_text(healed: &Healed) -> String {
    let (here, there) = (&healed.here, &healed.there);
    let mut text = match (healed.intervals(), healed.rows()) {
        (0, 0) => format!("{there} has nothing that {here} lacks"),
        (0, rows) => {
            let rows = usize::try_from(rows).unwrap_or(usize::MAX);
            format!("{here} got {} from {there}", counted_in_words(rows, "row", "rows"))
        }
        (intervals, _) => {
            format!("{here} got {} from {there}", counted_in_words(intervals, "interval", "intervals"))
        }
    };
    for restored in healed.acds.iter().flat_map(|acd| &acd.restores) {
        text += &format!("; {}", restored.text);
    }
    for note in healed.acds.iter().flat_map(|acd| &acd.notes) {
        text += &format!("; {note}");
    }
    let made = healed.summarized.iter().filter(|period| period.made).count();
    if made > 0 {
        text += &format!("; {} summed up again", counted_in_words(made, "period", "periods"));
    }
    let left: Vec<&Finding> = healed.comparison.differences().collect();
    if !left.is_empty() {
        text += &format!("; {} left", told(&left));
    }
    if let Some(lost) = healed.comparison.lost_text() {
        text += &format!("; both lack data: {lost}");
    }
    text
}
