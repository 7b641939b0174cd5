//! What one server says of itself, as far as two servers are compared by it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use api::{
    AcdHealth, AfterFailure, AfterMissing, Digest, ErrorCode, Exception, Permission, Profile, Profiled, RunOn, Scope,
    StorageView, SummaryDigest, Timetable, UserView,
};
use client::{Client, ClientError};
use model::{AcdNumber, Calendar, Level, Moment};

use super::Area;

/// By whose clock what belongs to no ACD is dated.
const MASTER_ACD: &str = "master ACD";
pub(super) const HEALTH_TIMEOUT: Duration = Duration::from_secs(10);

/// Which intervals are compared: those that start within, both ends included. Without limits all that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stretch {
    /// First start.
    pub from: Option<Moment>,
    /// Last start.
    pub to: Option<Moment>,
}

impl Stretch {
    /// Whether an interval that starts then is one of them.
    pub(super) fn holds(&self, start: Moment) -> bool {
        self.from.is_none_or(|from| from <= start) && self.to.is_none_or(|to| start <= to)
    }
}

/// What an administered thing is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subject {
    pub area: Area,
    pub acd: Option<AcdNumber>,
    pub thing: String,
}

/// All that one server says of itself.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Name of the server.
    pub server: String,
    /// Everything administered, as text.
    pub(super) facts: BTreeMap<Subject, String>,
    /// Areas of which it tells whoever is signed in not everything, with the reason.
    pub(super) unseen: BTreeMap<Area, String>,
    /// Its ACDs.
    pub acds: BTreeMap<AcdNumber, AcdAccount>,
}

/// The history of one ACD.
#[derive(Debug, Clone, Default)]
pub struct AcdAccount {
    pub(crate) zone: String,
    pub(crate) calendar: Option<Calendar>,
    pub(crate) archived_to: Option<Moment>,
    /// What begins before it and is not archived will not come any more.
    pub(crate) settled_to: Option<Moment>,
    pub(crate) intervals: Vec<Digest>,
    pub(crate) summaries: BTreeMap<Level, Vec<SummaryDigest>>,
    /// Where the compared records begin, if later than what was asked for.
    pub(crate) records_from: Option<Moment>,
    /// Starts of the intervals of which it has told the records, also where there are none.
    pub(crate) records_told: BTreeSet<Moment>,
}

impl AcdAccount {
    /// Takes over what the same server says of the records of some intervals.
    fn take_record_digests(&mut self, digests: Vec<Digest>) {
        let mut told: BTreeMap<Moment, Digest> = digests.into_iter().map(|digest| (digest.start, digest)).collect();
        for digest in &mut self.intervals {
            if let Some(found) = told.remove(&digest.start) {
                digest.records = found.records;
                self.records_told.insert(digest.start);
            }
        }
    }

    /// Takes over what was told of records before, of intervals that are as they were and not in one of the stretches `but`.
    pub(super) fn keep_record_digests(&mut self, before: AcdAccount, but: &[(Moment, Moment)]) {
        let is_kept = |at: Moment| !but.iter().any(|(from, to)| (*from..*to).contains(&at));
        let mut told: BTreeMap<Moment, Digest> =
            before.intervals.into_iter().map(|digest| (digest.start, digest)).collect();
        told.retain(|at, _| before.records_told.contains(at) && is_kept(*at));
        for digest in &mut self.intervals {
            let Some(mut known) = told.remove(&digest.start) else { continue };
            let records = std::mem::take(&mut known.records);
            if known == *digest {
                digest.records = records;
                self.records_told.insert(digest.start);
            }
        }
    }

    /// Up to where this server has archived all that it ever will by itself; nothing if it has archived nothing yet.
    pub(super) fn told_to(&self) -> Option<Moment> {
        let archived_to = self.archived_to?;
        let newest = self.intervals.iter().rfind(|digest| digest.start == archived_to);
        let end = newest.map_or(archived_to, |digest| digest.end);
        Some(self.settled_to.map_or(end, |settled| settled.max(end)))
    }

    /// The moment by the ACD's clock.
    pub(super) fn moment_text(&self, at: Moment) -> String {
        let local = |calendar: &Calendar| calendar.minute_text(at);
        self.calendar.as_ref().map_or_else(|| at.to_string(), local)
    }
}

impl Account {
    /// Asks a server that is signed in to. Personal reports are those of the user who is.
    ///
    /// # Errors
    /// The first question that the server does not answer.
    pub async fn of(client: &Client, stretch: Stretch) -> Result<Account, ClientError> {
        let health = client.health(HEALTH_TIMEOUT).await?;
        let mut account = Account { server: health.server.clone(), ..Account::default() };
        account.fact(Area::Setup, None, "version", &health.version);
        account.fact(Area::Setup, None, MASTER_ACD, client.mode().await?.master_acd);
        for acd in client.status().await?.acds {
            for (thing, value) in acd.setup {
                account.fact(Area::Setup, Some(acd.health.acd), &thing, value);
            }
        }
        for acd in &health.acds {
            account.fact(Area::Setup, Some(acd.acd), "zone", &acd.zone);
            let intervals = client.digests(acd.acd, stretch.from, stretch.to).await?;
            account.ask_for_history(client, acd, intervals).await?;
            let told = account.ask_for_administration(client, acd.acd).await;
            account.as_permitted(&[Area::Profiles, Area::Exceptions, Area::Traces, Area::Storage], told)?;
            let told = account.ask_for_names(client, acd.acd).await;
            account.as_permitted(&[Area::Dictionary], told)?;
        }
        let told = account.ask_for_calculations(client).await;
        account.as_permitted(&[Area::Dictionary], told)?;
        let told = account.ask_for_menu(client).await;
        account.as_permitted(&[Area::Menu], told)?;
        let told = account.ask_for_reports(client).await;
        account.as_permitted(&[Area::Reports], told)?;
        let told = account.ask_for_shortcuts(client).await;
        account.as_permitted(&[Area::Shortcuts], told)?;
        let told = account.ask_for_users(client).await;
        account.as_permitted(&[Area::Users], told)?;
        let told = account.ask_for_timetables(client).await;
        account.as_permitted(&[Area::Timetables], told)?;
        account.look_who_asks(client).await?;
        Ok(account)
    }

    /// What somebody is not told is not missing: it is unseen, and that is said.
    fn as_permitted(&mut self, areas: &[Area], told: Result<(), ClientError>) -> Result<(), ClientError> {
        match told {
            Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::NotPermitted => {
                self.unseen.extend(areas.iter().map(|area| (*area, body.message.clone())));
                Ok(())
            }
            told => told,
        }
    }

    /// Whoever is no administrator is told a part of some things only, without a word.
    async fn look_who_asks(&mut self, client: &Client) -> Result<(), ClientError> {
        let user = client.user(&client.status().await?.user).await?;
        if user.administrator {
            return Ok(());
        }
        let why = format!("{} is no administrator of {} and is told a part of it only", user.name, self.server);
        let of_others: &[Area] = &[Area::Menu, Area::Shortcuts];
        let by_permission: &[Area] = &[Area::Profiles, Area::Exceptions, Area::Traces, Area::Dictionary];
        let partly = of_others.iter().chain(by_permission.iter().filter(|_| !user.reads_everything));
        for area in partly {
            self.unseen.entry(*area).or_insert_with(|| why.clone());
        }
        Ok(())
    }

    /// Takes over what the same server says of the records of some intervals.
    pub(super) fn take_record_digests(&mut self, told: Vec<(AcdNumber, Vec<Digest>)>) {
        for (acd, digests) in told {
            self.acds.entry(acd).and_modify(|account| account.take_record_digests(digests));
        }
    }

    /// The history as it is now, with what this account knows of the records of intervals that are as they were and not in one of
    /// the stretches `but`.
    ///
    /// # Errors
    /// The first question that the server does not answer.
    pub(super) async fn again(
        self,
        client: &Client,
        stretch: Stretch,
        but: &[(AcdNumber, (Moment, Moment))],
    ) -> Result<Account, ClientError> {
        let mut now = Account::of_history(client, stretch).await?;
        for (acd, before) in self.acds {
            let but: Vec<(Moment, Moment)> =
                but.iter().filter(|(of, _)| *of == acd).map(|(_, stretch)| *stretch).collect();
            now.acds.entry(acd).and_modify(|now| now.keep_record_digests(before, &but));
        }
        Ok(now)
    }

    /// Asks for history alone, without records.
    ///
    /// # Errors
    /// The first question that the server does not answer.
    pub async fn of_history(client: &Client, stretch: Stretch) -> Result<Account, ClientError> {
        let health = client.health(HEALTH_TIMEOUT).await?;
        let mut account = Account { server: health.server.clone(), ..Account::default() };
        for acd in &health.acds {
            let intervals = client.digests(acd.acd, stretch.from, stretch.to).await?;
            account.ask_for_history(client, acd, intervals).await?;
        }
        Ok(account)
    }

    async fn ask_for_history(
        &mut self,
        client: &Client,
        acd: &AcdHealth,
        intervals: Vec<Digest>,
    ) -> Result<(), ClientError> {
        let calendar = Calendar::of_zone(&acd.zone);
        let mut summaries = BTreeMap::new();
        for level in Level::ALL {
            summaries.insert(level, client.summaries(acd.acd, level).await?);
        }
        let (zone, archived_to, settled_to) = (acd.zone.clone(), acd.archived_to, acd.settled_to);
        let account =
            AcdAccount { zone, calendar, archived_to, settled_to, intervals, summaries, ..AcdAccount::default() };
        self.acds.insert(acd.acd, account);
        Ok(())
    }

    pub(crate) fn fact(&mut self, area: Area, acd: Option<AcdNumber>, thing: &str, value: impl ToString) {
        self.facts.insert(Subject { area, acd, thing: thing.to_owned() }, value.to_string());
    }

    async fn ask_for_administration(&mut self, client: &Client, acd: AcdNumber) -> Result<(), ClientError> {
        for profile in client.profiles(acd).await? {
            let (thing, value) = profile_fact(&profile);
            self.fact(Area::Profiles, Some(acd), &thing, value);
        }
        for rule in client.exceptions(acd).await? {
            let (thing, value) = exception_fact(&rule);
            self.fact(Area::Exceptions, Some(acd), &thing, value);
        }
        for agent in client.traces(acd).await? {
            self.fact(Area::Traces, Some(acd), &format!("agent {agent}"), "traced");
        }
        let storage = client.storage(acd).await?;
        for (thing, value) in storage_facts(&storage) {
            self.fact(Area::Storage, Some(acd), &thing, value);
        }
        Ok(())
    }

    /// Users, and what each may: only an administrator is told of them.
    async fn ask_for_users(&mut self, client: &Client) -> Result<(), ClientError> {
        for user in client.users().await? {
            let permitted = match client.permissions(&user.name).await {
                // Removed in between.
                Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::NotFound => continue,
                told => permitted_text(&told?.permissions),
            };
            self.fact(Area::Users, None, &user.name, user_text(&user));
            if !permitted.is_empty() {
                self.fact(Area::Users, None, &format!("permissions of {}", user.name), permitted);
            }
        }
        Ok(())
    }

    async fn ask_for_timetables(&mut self, client: &Client) -> Result<(), ClientError> {
        // What runs only on one server must not be on the other one.
        let is_for_both = |timetable: &Timetable| timetable.run_on == Some(RunOn::ThisOrAnother);
        for timetable in client.timetables(None).await?.into_iter().filter(is_for_both) {
            let thing = format!("{} of {}", timetable.name, timetable.owner);
            self.fact(Area::Timetables, None, &thing, timetable_text(&timetable));
        }
        Ok(())
    }

    async fn ask_for_reports(&mut self, client: &Client) -> Result<(), ClientError> {
        for entry in client.reports().await?.into_iter().filter(|entry| entry.scope != Scope::BuiltIn) {
            let text = match client.report(&entry.path).await {
                Ok(answer) => serde_json::to_string(&answer.definition).unwrap_or_default(),
                // An own one, which goes before one for all, may be another version's.
                Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::Internal => body.message,
                // Deleted in between.
                Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::NotFound => continue,
                Err(error) => return Err(error),
            };
            let whose = if entry.scope == Scope::Global { "for all" } else { "own" };
            self.fact(Area::Reports, None, &format!("{} ({whose})", entry.path), text);
        }
        Ok(())
    }
}

/// What is carried of a user: passwords are each server's own.
pub(super) fn user_text(user: &UserView) -> String {
    let kind = if user.administrator { "administrator" } else { "normal" };
    let reads = if user.reads_everything { ", reads everything" } else { "" };
    let windows = match user.max_windows {
        0 => "any number of windows".to_owned(),
        most => format!("at most {most} windows"),
    };
    let refresh = match user.fastest_refresh_secs {
        0 => "as it happens".to_owned(),
        secs => format!("{secs} s"),
    };
    let UserView { full_name, room, phone, login_acd, .. } = user;
    format!(
        "{kind}, {full_name}, room {room}, telephone {phone}, {windows}, fastest refresh {refresh}, login ACD {login_acd}{reads}"
    )
}

/// What is permitted to a user, in an order of its own; empty if nothing is. Who may open which addition is told with the
/// [additions](super::menu).
pub(super) fn permitted_text(permissions: &[Permission]) -> String {
    let told = permissions.iter().filter(|permission| permission.kind != "menu").map(|permission| {
        let Permission { kind, acd, of, access } = permission;
        match acd {
            None => format!("{kind} {of}: {access}"),
            Some(acd) if of.is_empty() => format!("ACD {acd}: {access}"),
            Some(acd) => format!("ACD {acd} {kind} {of}: {access}"),
        }
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    told.join("; ")
}

/// What is carried of a timetable; when it ran and runs next is each server's own.
pub(super) fn timetable_text(timetable: &Timetable) -> String {
    let failed = match timetable.after_failure {
        AfterFailure::Stop => "stops at a failure",
        AfterFailure::GoOn => "goes on after a failure",
    };
    let missed = match timetable.after_missing {
        AfterMissing::Report => "missed runs are told",
        AfterMissing::RunLate => "a missed run is made up for",
    };
    let Timetable { schedule, acd, description, .. } = timetable;
    let described = if description.is_empty() { String::new() } else { format!(" ({description})") };
    let tasks: Vec<String> = timetable.tasks.iter().map(|task| format!("ACD {} {}", task.acd, task.task)).collect();
    format!("{schedule} by ACD {acd}, {failed}, {missed}{described}: {}", tasks.join("; "))
}

fn profile_fact(profile: &Profile) -> (String, String) {
    let kind = match profile.of {
        Profiled::Split => "split/skill",
        Profiled::Vdn => "VDN",
    };
    let increments: Vec<String> = profile.increments_secs.iter().map(u32::to_string).collect();
    let value = format!("service level {} s, increments {} s", profile.service_level_secs, increments.join(", "));
    (format!("{kind} {}", profile.number), value)
}

fn exception_fact(rule: &Exception) -> (String, String) {
    let reason = rule.reason.map_or_else(String::new, |reason| format!(", AUX reason {reason}"));
    let thing = format!("{} {}: {}{reason}", rule.of, rule.number, rule.exception);
    let state = if rule.on { "on" } else { "off" };
    (thing, format!("{state}, threshold {}, limit {} s", rule.threshold, rule.limit_secs))
}

/// What an administrator sets of it; what there is differs from server to server and from hour to hour.
fn storage_facts(storage: &StorageView) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for element in &storage.elements {
        let kept = format!(
            "{} items, {} days of intrahour, {} days of daily, {} weeks, {} months",
            element.items.allocated,
            element.intrahour_days,
            element.daily_days,
            element.weekly_weeks,
            element.monthly_months
        );
        facts.push((format!("allocation of {}", element.element), kept));
        // Digests of intervals tell of the rows that were once there.
        let gone = element.gone_before.as_ref();
        let there = gone.map_or_else(|| "all that are kept".to_owned(), |day| format!("none from before {day}"));
        facts.push((format!("interval rows of {}", element.element), there));
    }
    for records in &storage.records {
        facts.push((format!("records of {}", records.table), records.records.to_string()));
    }
    let times = &storage.summarizing;
    facts.push(("storage interval".to_owned(), format!("{} minutes", times.interval_minutes)));
    let summing = format!(
        "at {}, day {} to {}, week {} to {}, made again by itself: {}",
        times.summarize_at,
        times.daily_start,
        times.daily_stop,
        times.week_start,
        times.week_stop,
        if times.rerun { "yes" } else { "no" }
    );
    facts.push(("summing up".to_owned(), summing));
    facts
}
