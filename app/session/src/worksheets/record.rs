//! The record of a worksheet: begun, kept at whoever answers, gone on with, ended.

use std::collections::BTreeMap;
use std::time::SystemTime;

use api::{ErrorCode, StepState, Worksheet, WorksheetEnd, WorksheetKind, WorksheetStep};
use client::ClientError;
use model::Moment;

use super::outcome::{Acted, Outcome};
use super::pair::Pair;
use super::plan::{Act, Step, plan, steps_of};
use super::waits::is_worth_waiting;
use super::words::{of_another_version, step_title};
use super::{StepError, WorksheetError, in_its_words};
use crate::twin;

/// Now, by this machine: when a person did something.
fn now() -> Moment {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Moment(i64::try_from(now).unwrap_or(i64::MAX))
}

fn refused<T>(why: impl Into<String>) -> Result<T, WorksheetError> {
    Err(WorksheetError::Refused(why.into()))
}

/// What is done with the step that is to be done.
enum Doing<'a> {
    /// It is carried out; with the yes of a person, if there is one.
    Go { yes: bool },
    /// A person has done it.
    Confirmed { note: &'a str },
}

impl Pair {
    /// The worksheets that the servers keep, changed last first; of each the later of two records.
    ///
    /// # Errors
    /// If a server that answers does not tell them.
    pub async fn worksheets(&self) -> Result<Vec<Worksheet>, WorksheetError> {
        let mut newest: BTreeMap<String, Worksheet> = BTreeMap::new();
        for side in self.sides() {
            if side.told.is_err() {
                continue;
            }
            for sheet in side.member.client.worksheets().await? {
                let known = newest.get(&sheet.id).map(|known| (known.edition, known.changed_at));
                if known < Some((sheet.edition, sheet.changed_at)) {
                    newest.insert(sheet.id.clone(), sheet);
                }
            }
        }
        let mut sheets: Vec<Worksheet> = newest.into_values().collect();
        sheets.sort_by(|a, b| (b.changed_at, &b.id).cmp(&(a.changed_at, &a.id)));
        Ok(sheets)
    }

    /// One of them; the one that goes on without a name.
    ///
    /// # Errors
    /// If there is none.
    pub async fn worksheet(&self, id: Option<&str>) -> Result<Worksheet, WorksheetError> {
        let mut sheets = self.worksheets().await?.into_iter();
        match id {
            Some(id) => sheets.find(|sheet| sheet.id == id).map_or_else(
                || {
                    refused(format!(
                        "there is no worksheet {id}; Administration > Worksheets, or `cms worksheet list` shows them"
                    ))
                },
                Ok,
            ),
            None => sheets.find(|sheet| sheet.end.is_none() && sheet.unreadable.is_none()).map_or_else(
                || refused("no worksheet goes on; begin one: Administration > Worksheets, or `cms worksheet start`"),
                Ok,
            ),
        }
    }

    /// Begins a worksheet. One goes on at a time.
    ///
    /// # Errors
    /// If another one goes on, or nobody keeps it.
    pub async fn start(&self, kind: WorksheetKind, by_backup: bool, about: &str) -> Result<Worksheet, WorksheetError> {
        let known = self.worksheets().await?;
        // One that cannot be read is no reason not to begin another one.
        if let Some(open) = known.iter().find(|sheet| sheet.end.is_none() && sheet.unreadable.is_none()) {
            return refused(format!("worksheet {} goes on; finish it, or abandon it with a reason", open.id));
        }
        let at = now();
        let id = format!("{kind}-{}", at.0);
        let steps = plan(kind, by_backup);
        let step = |step: &Step| WorksheetStep { step: step.key.word().to_owned(), ..WorksheetStep::default() };
        let mut sheet = Worksheet {
            id,
            kind,
            by_backup,
            about: about.to_owned(),
            primary: String::new(),
            secondary: String::new(),
            edition: 0,
            started_at: at,
            started_by: self.user(),
            changed_at: at,
            changed_by: self.user(),
            end: None,
            steps: steps.iter().map(step).collect(),
            unreadable: None,
        };
        self.keep(&mut sheet).await?;
        Ok(sheet)
    }

    /// Has every server that answers keep it; one of them is enough.
    async fn keep(&self, sheet: &mut Worksheet) -> Result<(), WorksheetError> {
        sheet.edition += 1;
        (sheet.changed_at, sheet.changed_by) = (now(), self.user());
        for side in self.sides() {
            if let Ok(status) = &side.told {
                *name_of(sheet, side.role) = status.server.clone();
            }
        }
        let (mut kept, mut failures) = (false, Vec::new());
        for side in self.sides() {
            match side.member.client.keep_worksheet(sheet).await {
                Ok(_) => kept = true,
                Err(error @ ClientError::Refused { .. }) if is_conflict(&error) => return Err(error.into()),
                Err(error) => failures.push(error),
            }
        }
        match failures.into_iter().next() {
            Some(error) if !kept => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Carries out a step: the one that is to be done now, or an earlier one again, which puts those after it back to be done.
    /// `yes` is a person's word that what was shown may be done.
    ///
    /// # Errors
    /// If that step does not come now, somebody else went on meanwhile, or the record cannot be kept. A step that fails is an
    /// outcome, and kept.
    pub async fn go(
        &self,
        sheet: &mut Worksheet,
        step: Option<usize>,
        yes: bool,
        tell: &mut (dyn FnMut(&twin::Step) + Send),
    ) -> Result<Outcome, WorksheetError> {
        self.carry_on(sheet, step, Doing::Go { yes }, tell).await
    }

    /// Takes a person's word that a step was done, where it is a person's to do.
    ///
    /// # Errors
    /// As for [`Pair::go`], and where the program does that step itself.
    pub async fn confirm(
        &self,
        sheet: &mut Worksheet,
        step: Option<usize>,
        note: &str,
    ) -> Result<Outcome, WorksheetError> {
        self.carry_on(sheet, step, Doing::Confirmed { note }, &mut |_| {}).await
    }

    async fn carry_on(
        &self,
        sheet: &mut Worksheet,
        wanted: Option<usize>,
        doing: Doing<'_>,
        tell: &mut (dyn FnMut(&twin::Step) + Send),
    ) -> Result<Outcome, WorksheetError> {
        let (index, step) = due(sheet, wanted)?;
        let acted = match (&doing, step.act) {
            (Doing::Confirmed { note }, Act::Confirm(what)) => self.confirmed(&step, what, note).await,
            (Doing::Confirmed { .. }, _) => {
                let title = step_title(sheet, &step);
                return refused(format!("step {}, {title}, is not done by saying so: go on with it", index + 1));
            }
            (Doing::Go { yes }, _) => self.act(sheet, &step, *yes, tell).await,
        };
        // A step that waits is there for times in which servers come and go.
        let acted = match acted {
            Err(StepError::Client(error)) if step.act.only_waits() && is_worth_waiting(&error) => {
                Ok(Acted::waits(in_its_words(&error)))
            }
            acted => acted,
        };
        let before = sheet.clone();
        let outcome = note_down(sheet, index, acted, &self.user());
        if *sheet != before {
            self.keep(sheet).await?;
        }
        Ok(outcome)
    }

    /// Leaves the step out that is to be done now.
    ///
    /// # Errors
    /// Without a reason, or if that step does not come now.
    pub async fn skip(&self, sheet: &mut Worksheet, step: Option<usize>, why: &str) -> Result<(), WorksheetError> {
        if why.trim().is_empty() {
            return refused("say why the step is left out; it stands in the record");
        }
        let (index, _) = due(sheet, step)?;
        if sheet.now() != Some(index) {
            return refused(format!("step {} is over already", index + 1));
        }
        sheet.steps[index].state = StepState::Skipped;
        (sheet.steps[index].at, sheet.steps[index].by) = (Some(now()), self.user());
        why.trim().clone_into(&mut sheet.steps[index].text);
        end_if_over(sheet, &self.user());
        self.keep(sheet).await
    }

    /// Gives a worksheet up. What is left switched off or closed then stands in the record behind the reason, with how that is
    /// put right.
    ///
    /// # Errors
    /// Without a reason, or if it is over.
    pub async fn abandon(&self, sheet: &mut Worksheet, why: &str) -> Result<(), WorksheetError> {
        if why.trim().is_empty() {
            return refused("say why the worksheet is abandoned; it stands in the record");
        }
        if sheet.end.is_some() {
            return refused(format!("worksheet {} is over", sheet.id));
        }
        if let Some(why) = of_another_version(sheet).filter(|_| sheet.unreadable.is_some()) {
            return refused(format!("worksheet {}: {why}", sheet.id));
        }
        let left = self.left(sheet).await.map_or_else(String::new, |left| format!(". Left as it is: {left}"));
        let why = format!("{}{left}", why.trim());
        sheet.end = Some(WorksheetEnd { abandoned: true, at: now(), by: self.user(), why });
        self.keep(sheet).await
    }
}

fn name_of(sheet: &mut Worksheet, role: api::Role) -> &mut String {
    match role {
        api::Role::Primary => &mut sheet.primary,
        api::Role::Secondary => &mut sheet.secondary,
    }
}

fn is_conflict(error: &ClientError) -> bool {
    error.refusal().is_some_and(|body| body.code == ErrorCode::Overtaken)
}

/// The step that is meant, if it may be done now.
fn due(sheet: &Worksheet, wanted: Option<usize>) -> Result<(usize, Step), WorksheetError> {
    let Some(now) = sheet.now() else { return refused(format!("worksheet {} is over", sheet.id)) };
    let Some(steps) = steps_of(sheet) else {
        let why = of_another_version(sheet).unwrap_or_default();
        return refused(format!("worksheet {} cannot be gone on with. {why}", sheet.id));
    };
    let index = wanted.unwrap_or(now);
    if index >= sheet.steps.len() {
        return refused(format!("worksheet {} has {} steps", sheet.id, sheet.steps.len()));
    }
    if index > now {
        let title = step_title(sheet, &steps[now]);
        return refused(format!("step {} comes first: {title}. Do it, or skip it with a reason", now + 1));
    }
    Ok((index, steps[index]))
}

/// What comes after a step that is done again is to be done again, too.
fn put_back(sheet: &mut Worksheet, index: usize) {
    for step in &mut sheet.steps[index + 1..] {
        *step = WorksheetStep { step: std::mem::take(&mut step.step), ..WorksheetStep::default() };
    }
}

fn end_if_over(sheet: &mut Worksheet, by: &str) {
    if sheet.steps.iter().all(|step| step.state.is_over()) {
        sheet.end = Some(WorksheetEnd { abandoned: false, at: now(), by: by.to_owned(), why: String::new() });
    }
}

/// Of the plans that are shown.
fn digests(outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::Asks(plans) => plans.iter().map(|planned| planned.plan.digest.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Writes into the sheet what became of a step.
fn note_down(sheet: &mut Worksheet, index: usize, acted: Result<Acted, StepError>, by: &str) -> Outcome {
    let (state, outcome, acted) = match acted {
        Err(error) => {
            let why = error.to_string();
            (StepState::Failed, Outcome::Failed(why.clone()), Acted::done(why))
        }
        Ok(Acted { instead: Some(Outcome::Waits(what)), .. }) => {
            (StepState::Waiting, Outcome::Waits(what.clone()), Acted::done(what))
        }
        // Nothing was done, so there is nothing to write down but where that is of which the plan was shown.
        Ok(Acted { instead: Some(outcome), label, .. }) => {
            let step = &mut sheet.steps[index];
            if matches!(outcome, Outcome::Person(_)) && step.state == StepState::Failed {
                // Who was asked then could not be reached; now it is known that a person is to do it.
                *step = WorksheetStep { step: std::mem::take(&mut step.step), ..WorksheetStep::default() };
            }
            (step.label, step.shown) = (label, digests(&outcome));
            return outcome;
        }
        Ok(acted) => (StepState::Done, Outcome::Done(acted.text.clone()), acted),
    };
    let step = &mut sheet.steps[index];
    // What goes on as it was keeps its time.
    if (step.state, &step.text) == (state, &acted.text) && !state.is_over() {
        return outcome;
    }
    put_back(sheet, index);
    let step = &mut sheet.steps[index];
    *step = WorksheetStep {
        step: std::mem::take(&mut step.step),
        state,
        at: Some(now()),
        by: by.to_owned(),
        text: acted.text,
        label: acted.label,
        times: acted.times,
        ..WorksheetStep::default()
    };
    end_if_over(sheet, by);
    outcome
}

#[cfg(test)]
mod tests {
    use api::{StepState, Worksheet, WorksheetKind, WorksheetStep};
    use model::Moment;

    use super::{Acted, Outcome, StepError, note_down};

    /// Asked while its server was away, a step that a person does had failed; it has not, once it is known again what is to be done.
    #[test]
    fn a_step_of_a_person_is_to_do_again_when_its_server_is_back() {
        let mut sheet = Worksheet {
            id: "one".to_owned(),
            kind: WorksheetKind::Collection,
            by_backup: false,
            about: String::new(),
            primary: "CMS-A".to_owned(),
            secondary: "CMS-B".to_owned(),
            edition: 1,
            started_at: Moment(0),
            started_by: "cms".to_owned(),
            changed_at: Moment(0),
            changed_by: "cms".to_owned(),
            end: None,
            steps: vec![WorksheetStep { step: "people".to_owned(), ..WorksheetStep::default() }; 2],
            unreadable: None,
        };
        let away = StepError::Not("cannot be reached".to_owned());
        assert!(matches!(note_down(&mut sheet, 0, Err(away), "cms"), Outcome::Failed(_)));
        assert_eq!(sheet.steps[0].state, StepState::Failed);
        let person = Acted { instead: Some(Outcome::Person("sign out".to_owned())), ..Acted::default() };
        assert!(matches!(note_down(&mut sheet, 0, Ok(person), "cms"), Outcome::Person(_)));
        assert_eq!((sheet.steps[0].state, sheet.steps[0].text.as_str()), (StepState::ToDo, ""));
    }
}
