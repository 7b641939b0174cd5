//! `cms twin heal`: what one server lacks, fetched from the other one.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};

use api::{ErrorCode, RestoreLine, Summarized};
use client::Client;
use model::Moment;
use serde_json::{Value, json};
use session::twin::{Gap, HealError, Healed, HealedAcd, Healing, Restored, Step, counted_in_words};

use crate::arguments::{HealOptions, ServerOptions};
use crate::connection;
use crate::failure::Failure;
use crate::maintenance::plan_text;
use crate::output;
use crate::when::{iso, of_server};

pub(super) async fn heal(client: &Client, options: HealOptions, server: &ServerOptions) -> Result<(), Failure> {
    let (fingerprint, ca) = (options.from_fingerprint.as_deref(), options.from_ca.as_deref());
    let (other, _) = connection::sign_in_to(&options.from, fingerprint, ca, server, "from-").await?;
    let healed = healed(client, &other, &options).await;
    connection::sign_out(&other).await;
    let healed = healed?;
    let calendar = of_server(client).await;
    output::print(&if options.json {
        output::json(&as_json(&healed, options.dry_run))?
    } else {
        text(&healed, options.dry_run, calendar.as_ref())
    })?;
    if options.dry_run || healed.comparison.is_clean() {
        return Ok(());
    }
    Err(left(&healed))
}

/// Both servers do not hold the same after a heal.
pub(crate) fn left(healed: &Healed) -> Failure {
    let (here, there, count) = (&healed.here, &healed.there, healed.comparison.differences().count());
    if healed.comparison.is_lost_alike() {
        return super::lost_alike(&healed.comparison, here, there);
    }
    let findings = counted_in_words(count, "finding is left", "findings are left");
    let lost = healed.comparison.lost_text().map_or_else(String::new, |lost| format!("; besides, {lost}"));
    Failure::failed(format!("the history of {here} and {there} is not the same: {findings}; \"here\" is {here}{lost}"))
}

/// Tells a person at a terminal how far it is.
pub(crate) struct Watching(bool);

impl Default for Watching {
    fn default() -> Self {
        Watching(std::io::stderr().is_terminal())
    }
}

impl Watching {
    pub(crate) fn tell(&mut self, step: &Step) {
        if self.0 {
            let _ = write!(std::io::stderr(), "\r\x1b[K{}", step_text(step));
            let _ = std::io::stderr().flush();
        }
    }

    pub(crate) fn end(&mut self) {
        if self.0 {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

async fn healed(client: &Client, other: &Client, options: &HealOptions) -> Result<Healed, Failure> {
    let stretch = super::stretch(client, options.since.as_deref(), options.until.as_deref()).await?;
    let mut watching = Watching::default();
    let mut tell = |step: &Step| watching.tell(step);
    let dry_run = options.dry_run;
    let healed = Healing { here: client, there: other, stretch, dry_run, tell: &mut tell }.run().await;
    watching.end();
    Ok(healed?)
}

impl From<HealError> for Failure {
    fn from(error: HealError) -> Failure {
        match error {
            HealError::Client(error) => error.into(),
            HealError::Job { code: Some(ErrorCode::Unavailable | ErrorCode::Internal) | None, .. } => {
                Failure::failed(error.to_string())
            }
            HealError::Job { .. } | HealError::Apart(_) => Failure::refused(error.to_string()),
        }
    }
}

fn step_text(step: &Step) -> String {
    let mut text = format!("{}: {}", step.server, step.what);
    if step.rows > 0 {
        let _ = write!(text, ", {}", output::rows(step.rows));
    }
    if step.bytes > 0 {
        let _ = write!(text, ", {} bytes", step.bytes);
    }
    text
}

fn gap_text(gap: &Gap, calendar: Option<&model::Calendar>) -> String {
    let list = |stretches: &[(Moment, Moment)]| {
        let told: Vec<String> =
            stretches.iter().map(|(from, to)| format!("{} to {}", iso(*from, calendar), iso(*to, calendar))).collect();
        told.join("; ")
    };
    let mut text = format!("ACD {}:", gap.acd);
    if gap.intervals > 0 {
        let _ = write!(text, " {}, {}", counted_in_words(gap.intervals, "interval", "intervals"), list(&gap.stretches));
    }
    if !gap.on_both.is_empty() {
        let before = if gap.intervals > 0 { "; besides," } else { "" };
        let _ = write!(text, "{before} incomplete on both: {}", list(&gap.on_both));
    }
    if gap.intervals == 0 && gap.on_both.is_empty() {
        text += " records of intervals that both have";
    }
    text
}

pub(crate) fn text(healed: &Healed, dry_run: bool, calendar: Option<&model::Calendar>) -> String {
    let (here, there) = (&healed.here, &healed.there);
    let mut text = match (healed.acds.iter().all(HealedAcd::is_idle), dry_run) {
        (true, _) => format!("{there} has nothing that {here} lacks\n"),
        (false, true) if healed.intervals() == 0 && healed.rows() == 0 => format!(
            "{here} lacks nothing that {there} has whole; a heal tries whether what is incomplete on both makes it whole. Nothing was \
             changed:\n"
        ),
        (false, true) => format!("{here} would get from {there}; nothing was changed:\n"),
        (false, false) if healed.acds.iter().all(|acd| acd.restores.is_empty()) => {
            format!("nothing of {there} made anything on {here} more complete; nothing was changed:\n")
        }
        (false, false) => format!("{here} was healed from {there}:\n"),
    };
    for HealedAcd { gap, restores, notes } in healed.acds.iter().filter(|acd| !acd.is_idle()) {
        let _ = writeln!(text, "{}", gap_text(gap, calendar));
        for Restored { plan, text: told, .. } in restores {
            let mut plan = plan.clone();
            plan.tables.retain(RestoreLine::is_of_something);
            match plan.tables.is_empty() {
                true => _ = writeln!(text, "{} of {}: nothing to do\n{told}", plan.label, plan.server),
                false => _ = writeln!(text, "{}{told}", plan_text(&plan)),
            }
        }
        for note in notes {
            let _ = writeln!(text, "Note: {note}");
        }
    }
    for Summarized { acd, period, made, text: why, .. } in &healed.summarized {
        let outcome = if *made { "summed up again".to_owned() } else { format!("not summed up: {why}") };
        let _ = writeln!(text, "ACD {acd}, {period}: {outcome}");
    }
    if !dry_run {
        text += &super::text(&healed.comparison, here, there);
    }
    text
}

pub(crate) fn as_json(healed: &Healed, dry_run: bool) -> Value {
    let stretch = |(from, to): &(Moment, Moment)| json!({ "from": from, "to": to });
    let restored =
        |restored: &Restored| json!({ "plan": restored.plan, "restore": restored.restore, "text": restored.text });
    let acd = |healed: &HealedAcd| {
        json!({
            "acd": healed.gap.acd,
            "intervals": healed.gap.intervals,
            "stretches": healed.gap.stretches.iter().map(stretch).collect::<Vec<_>>(),
            "on_both": healed.gap.on_both.iter().map(stretch).collect::<Vec<_>>(),
            "restores": healed.restores.iter().map(restored).collect::<Vec<_>>(),
            "notes": healed.notes,
        })
    };
    json!({
        "dry_run": dry_run,
        "healed": healed.acds.iter().map(acd).collect::<Vec<_>>(),
        "summarized": healed.summarized,
        "comparison": super::as_json(&healed.comparison, &healed.here, &healed.there),
    })
}
