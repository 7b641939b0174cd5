//! How fresh what is shown is, and what to say when it is not. Everything follows from the model and the
//! caller's `now`; no clock is read here.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use api::{LinkState, Mode, Refresh};
use model::{AcdNumber, Calendar, Moment};

use crate::command::ReportKey;
use crate::problem::Problem;
use crate::profile::Which;
use crate::view::{Certificate, Model, ReportState, ReportView, ServerView};

/// A frame may be this late before its report is stale.
pub(crate) const FRAME_GRACE: Duration = Duration::from_millis(900);
/// Without any sign of life from a server for so long, nothing of it is live, whatever else is known.
pub(crate) const SILENCE_MAX: Duration = Duration::from_secs(3);

/// How a report may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freshness {
    /// Nothing to show yet.
    Loading,
    /// Up to date.
    Live,
    /// Complete and not ageing: a report run once.
    Once,
    /// Shows the last that was known; must not look live.
    Stale {
        /// Since when.
        since: Instant,
        /// Why, for people.
        why: String,
    },
    /// Refused, with the reason.
    Failed(String),
}

/// What the banner is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BannerKind {
    /// The server in use is in trouble.
    Lost,
    /// Somebody has turned data collection off there.
    TurnedOff,
    /// Work goes on at the secondary, and the primary is well.
    WayBack,
    /// Work goes on at the secondary, and there is nothing to move to if that fails, too.
    Alone,
}

/// What the top of the screen says while the two servers are not as they should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    /// What it is about.
    pub kind: BannerKind,
    /// What has happened, in one line.
    pub headline: String,
    /// What is known of each server, the primary first; one line each.
    pub servers: Vec<String>,
    /// The switch that makes sense now, for a `SwitchTo` command.
    pub action: Option<Which>,
    /// Seconds until the automatic switch, where it is on and will happen.
    pub auto_switch_in_secs: Option<u32>,
    /// The server whose password is missing, for an `AskPassword` command.
    pub sign_in: Option<Which>,
}

impl Banner {
    /// Headline and servers as lines of text.
    pub fn text(&self) -> String {
        std::iter::once(&self.headline).chain(&self.servers).map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

impl ServerView {
    /// What keeps data of these ACDs (of all that it tells of, if none are given) from being live, the
    /// oldest trouble first.
    pub fn trouble(&self, acds: &[AcdNumber], now: Instant) -> Option<Problem> {
        let link = || {
            self.links
                .iter()
                .filter(|(acd, link)| link.state != LinkState::Up && (acds.is_empty() || acds.contains(acd)))
                .min_by_key(|(_, link)| link.since)
                .map(|(acd, link)| Problem {
                    since: link.since,
                    why: match self.is_collecting(*acd) {
                        true => format!("link to ACD {acd} is {} on {}", link.state.word(), self.name()),
                        false => format!("data collection of ACD {acd} is off on {}", self.name()),
                    },
                })
        };
        self.own_trouble(now).or_else(link)
    }

    /// What keeps the open reports from being live: `live` are the ACDs of those that are, and reports that were run once wait
    /// for no link.
    pub(crate) fn trouble_of_reports(&self, live: &[AcdNumber], any_open: bool, now: Instant) -> Option<Problem> {
        match live.is_empty() && any_open {
            true => self.own_trouble(now),
            false => self.trouble(live, now),
        }
    }

    /// What keeps it from telling anything, whatever its links are.
    fn own_trouble(&self, now: Instant) -> Option<Problem> {
        if let Some(problem) = &self.problem {
            if self.shows_another_certificate() {
                let why = format!(
                    "{} shows another certificate than the one that was trusted, so nothing is asked of it: sign out, and \
                     compare the two on the sign-in screen",
                    self.name()
                );
                return Some(Problem { since: problem.since, why });
            }
            return Some(Problem {
                since: problem.since,
                why: format!("{} does not answer: {}", self.name(), problem.why),
            });
        }
        if let Some(heard_at) = self.heard_at
            && now.saturating_duration_since(heard_at) > SILENCE_MAX
        {
            return Some(Problem { since: heard_at, why: format!("{} has gone silent", self.name()) });
        }
        None
    }

    /// Whether it cannot be asked for its certificate: it answers, but nobody knows whether it is the same server.
    fn shows_another_certificate(&self) -> bool {
        self.problem.is_some() && matches!(self.certificate, Certificate::Changed { .. })
    }

    /// Whether it is to collect from an ACD: what somebody has turned off is no outage.
    pub fn is_collecting(&self, acd: AcdNumber) -> bool {
        let known = self.health.as_ref().and_then(|health| health.acds.iter().find(|known| known.acd == acd));
        known.is_none_or(|known| known.collecting)
    }

    /// Whether it answers, whatever its links are.
    fn answers(&self, now: Instant) -> bool {
        self.health.is_some() && self.own_trouble(now).is_none()
    }

    /// Whether it lets one administrator alone in.
    pub fn is_single_user(&self) -> bool {
        self.health.as_ref().is_some_and(|health| health.mode == Mode::SingleUser)
    }

    /// Whether it answers, lets people in, and all links to these ACDs (to all, if none are given) are up.
    pub fn is_well(&self, acds: &[AcdNumber], now: Instant) -> bool {
        self.health.is_some() && !self.is_single_user() && self.trouble(acds, now).is_none()
    }
}

impl Model {
    /// How a report may be shown. A report that is not open is `Loading`.
    pub fn freshness(&self, report: ReportKey, now: Instant) -> Freshness {
        let Some(view) = self.reports.get(&report) else { return Freshness::Loading };
        match &view.state {
            ReportState::Failed(why) => return Freshness::Failed(why.clone()),
            ReportState::Loading if view.sheet.is_none() => return Freshness::Loading,
            ReportState::Once => return Freshness::Once,
            _ => {}
        }
        let feed = match &view.state {
            ReportState::Stale { since, why } => Some(Problem { since: *since, why: why.clone() }),
            _ => overdue(view, now).or_else(|| came_without_link(view)),
        };
        // Beside its own ACD, those that its rows came from over a link that is not up.
        let beside = view.stamp.iter().flat_map(|stamp| stamp.stale.iter().copied());
        let acds: Vec<AcdNumber> = std::iter::once(view.request.acd).chain(beside).collect();
        let server = view.from.and_then(|from| self.servers[from].trouble(&acds, now));
        // The server's trouble explains the feed's, so its words come first; the older time counts.
        let since = feed.iter().chain(&server).map(|problem| problem.since).min();
        match (since, server.or(feed)) {
            (Some(since), Some(problem)) => Freshness::Stale { since, why: problem.why },
            _ if view.state == ReportState::Loading => Freshness::Loading,
            _ => Freshness::Live,
        }
    }

    /// Age of a report's data: what the server measured, and the time since the frame came. `None` before
    /// the first frame, and where the server has not heard from the ACD since it was started.
    pub fn age(&self, report: ReportKey, now: Instant) -> Option<Duration> {
        let view = self.reports.get(&report)?;
        let (stamp, received_at) = (view.stamp.as_ref()?, view.received_at?);
        Some(Duration::from_millis(stamp.age_ms?) + now.saturating_duration_since(received_at))
    }

    /// The clock of a report's ACD, as far as it can be told: it stands still while the data are stale.
    pub fn acd_clock(&self, report: ReportKey, now: Instant) -> Option<Moment> {
        let view = self.reports.get(&report)?;
        let (stamp, received_at) = (view.stamp.as_ref()?, view.received_at?);
        let ticked = match self.freshness(report, now) {
            Freshness::Live => now.saturating_duration_since(received_at).as_secs(),
            _ => 0,
        };
        Some(stamp.acd_at + i64::try_from(ticked).unwrap_or(i64::MAX))
    }

    /// What the top of the screen has to say; `None` while all is as it should be.
    pub fn banner(&self, now: Instant) -> Option<Banner> {
        let serving = self.serving?;
        let other = serving.other();
        let acds = self.acds_in_use();
        let has_other = self.has(other);
        let other_well = has_other && self.servers[other].is_well(&acds, now);
        if let Some(banner) = self.shut_out(serving, has_other, now) {
            return Some(banner);
        }
        if let Some(trouble) = self.servers[serving].trouble_of_reports(&acds, !self.reports.is_empty(), now) {
            let here = &self.servers[serving];
            let is_turned_off = here.answers(now) && acds_of_trouble(here, &acds).all(|acd| !here.is_collecting(acd));
            // A server that answers still has history, also where its links are no better.
            let answers = self.servers[other].answers(now) && !self.servers[other].is_single_user();
            let is_better = other_well || has_other && !here.answers(now) && answers;
            let mut headline = match is_turned_off {
                true => format!("The {} does not collect everything: {}", self.role(serving), trouble.why),
                false => format!("The {} is in trouble: {}", self.role(serving), trouble.why),
            };
            if has_other && !is_better {
                let why = self.why_not_well(other, &acds, now);
                headline += &format!(". The {} is no better: {why}", self.role(other));
            }
            return Some(Banner {
                kind: if is_turned_off { BannerKind::TurnedOff } else { BannerKind::Lost },
                headline,
                servers: self.server_lines(now),
                action: is_better.then_some(other),
                auto_switch_in_secs: self.auto_switch_in_secs(&trouble, other_well, now),
                sign_in: None,
            });
        }
        // By what they tell themselves: the profile may have them the other way round.
        if self.role(serving) == Which::Primary || !has_other {
            return None;
        }
        let told =
            format!("Reports come from the secondary {}; the {}", self.servers[serving].name(), self.role(other));
        let (kind, headline) = match self.servers[other].trouble(&acds, now) {
            None if self.servers[other].is_single_user() => {
                let text = format!("{told} is in single-user mode, so nobody else can work there yet");
                (BannerKind::Alone, text)
            }
            None if !other_well => return None,
            None => (BannerKind::WayBack, format!("{told} is well")),
            Some(_) => (BannerKind::Alone, format!("{told} is in trouble, so there is nothing to move to")),
        };
        let action = (kind == BannerKind::WayBack).then_some(other);
        let servers = self.server_lines(now);
        Some(Banner { kind, headline, servers, action, auto_switch_in_secs: None, sign_in: None })
    }

    /// The role of a server: what it tells itself, else what the profile says.
    pub fn role(&self, which: Which) -> Which {
        self.servers[which].role().unwrap_or(which)
    }

    fn has(&self, which: Which) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.server(which).is_some())
    }

    fn why_not_well(&self, which: Which, acds: &[AcdNumber], now: Instant) -> String {
        let server = &self.servers[which];
        let nothing_heard = || match server.is_single_user() {
            true => format!("{} is in single-user mode", server.name()),
            false => format!("nothing was heard of {} yet", server.name()),
        };
        server.trouble(acds, now).map_or_else(nothing_heard, |problem| problem.why)
    }

    /// The server answers, and does not let the user in again: it is in single-user mode, say. That comes before trouble of
    /// its links, which nobody can look at.
    fn shut_out(&self, serving: Which, has_other: bool, now: Instant) -> Option<Banner> {
        let server = &self.servers[serving];
        if server.signed_in || server.problem.is_some() {
            return None;
        }
        let (what_next, sign_in) = match (&server.needs_password, &server.shut_out) {
            (Some(why), _) => (format!("Your password is asked for. {why}"), Some(serving)),
            (None, Some(why)) if server.health.as_ref().is_some_and(|health| health.mode == Mode::SingleUser) => {
                (format!("You are signed in again as soon as everybody is let in. {why}"), Some(serving))
            }
            (None, Some(why)) => (format!("It is signed in to again as soon as it allows that. {why}"), None),
            (None, None) => return None,
        };
        let mut servers = vec![what_next];
        servers.extend(self.server_lines(now));
        Some(Banner {
            kind: BannerKind::Lost,
            headline: format!("You are signed out of {}: what is shown is what it told last", server.name()),
            servers,
            action: (has_other && self.servers[serving.other()].answers(now)).then_some(serving.other()),
            auto_switch_in_secs: None,
            sign_in,
        })
    }

    /// The ACDs of all open live reports, each once. Reports that were run once are what they are, whatever becomes of a link.
    pub fn acds_in_use(&self) -> Vec<AcdNumber> {
        let live =
            |view: &&ReportView| view.request.refresh != Refresh::Once && !matches!(view.state, ReportState::Failed(_));
        let mut acds: Vec<AcdNumber> = self.reports.values().filter(live).map(|view| view.request.acd).collect();
        acds.sort();
        acds.dedup();
        acds
    }

    fn server_lines(&self, now: Instant) -> Vec<String> {
        let Some(profile) = &self.profile else { return Vec::new() };
        Which::BOTH
            .into_iter()
            .filter(|&which| profile.server(which).is_some())
            .map(|which| server_line(self.role(which), &self.servers[which], &self.closed_acds, now))
            .collect()
    }

    fn auto_switch_in_secs(&self, trouble: &Problem, other_well: bool, now: Instant) -> Option<u32> {
        let after = self.profile.as_ref()?.auto_switch_secs?;
        let waited = now.saturating_duration_since(trouble.since).as_secs();
        other_well.then(|| after.saturating_sub(u32::try_from(waited).unwrap_or(u32::MAX)))
    }
}

impl Model {
    /// After how long a live report becomes overdue by itself, unless something comes before.
    pub fn next_overdue(&self, now: Instant) -> Option<Duration> {
        let waits =
            self.reports.values().filter_map(|view| (next_frame_due(view)? + FRAME_GRACE).checked_duration_since(now));
        // Just behind it: at that moment it is not yet.
        waits.min().map(|wait| wait + Duration::from_millis(1))
    }
}

/// When the next frame of a live report is due.
fn next_frame_due(view: &ReportView) -> Option<Instant> {
    let live = Some(view).filter(|view| view.state == ReportState::Live)?;
    Some(live.received_at? + live.request.refresh.longest_pause()?)
}

fn overdue(view: &ReportView, now: Instant) -> Option<Problem> {
    let due = next_frame_due(view)?;
    (now > due + FRAME_GRACE).then(|| Problem { since: due, why: "the expected refresh did not come".to_owned() })
}

/// What came while the link was not up is not what is so now, also once the link is up again.
fn came_without_link(view: &ReportView) -> Option<Problem> {
    let stamp = view.stamp.as_ref().filter(|stamp| stamp.link != LinkState::Up)?;
    let why = format!("the link was {} when this came, and the next refresh is not there yet", stamp.link.word());
    Some(Problem { since: view.received_at?, why })
}

/// Of these ACDs (of all that the server tells of, if none are given) those whose link is not up.
fn acds_of_trouble(server: &ServerView, acds: &[AcdNumber]) -> impl Iterator<Item = AcdNumber> {
    let is_meant = move |acd: &AcdNumber| acds.is_empty() || acds.contains(acd);
    server.links.iter().filter(move |(acd, link)| link.state != LinkState::Up && is_meant(acd)).map(|(acd, _)| *acd)
}

/// What is known of a server, without the ACDs of which this user is told nothing.
fn server_line(role: Which, view: &ServerView, closed: &BTreeSet<AcdNumber>, now: Instant) -> String {
    let role = match role {
        Which::Primary => "Primary",
        Which::Secondary => "Secondary",
    };
    let name = view.name();
    if let Some(problem) = &view.problem {
        let secs = now.saturating_duration_since(problem.since).as_secs();
        if view.shows_another_certificate() {
            return format!("{role} {name}: another certificate than the trusted one for {secs} s");
        }
        return format!("{role} {name}: no answer for {secs} s ({})", problem.why);
    }
    let Some(health) = &view.health else { return format!("{role} {name}: nothing heard yet") };
    let passed = view.health_at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
    let acds: Vec<String> = health
        .acds
        .iter()
        .filter(|acd| !closed.contains(&acd.acd))
        .map(|acd| {
            let link = view.links.get(&acd.acd).map_or(acd.link, |link| link.state);
            let mut text = match acd.collecting || link == LinkState::Up {
                true => format!("ACD {} {}", acd.acd, link.word()),
                false => format!("ACD {}: data collection is off", acd.acd),
            };
            if let Some(at) = acd.acd_at {
                text += &format!(", ACD time {}", clock_text(at, &acd.zone));
            }
            if let Some(age_ms) = acd.age_ms {
                text += &format!(", data {} s old", (Duration::from_millis(age_ms) + passed).as_secs());
            }
            text
        })
        .collect();
    let answers = if view.is_single_user() { "answers, in single-user mode" } else { "answers" };
    format!("{role} {name}: {answers}; {}", if acds.is_empty() { "no ACD".to_owned() } else { acds.join("; ") })
}

/// `HH:MM:SS` of the ACD's clock in its zone; UTC, marked so, where the zone's name is unknown here.
pub fn clock_text(at: Moment, zone: &str) -> String {
    Calendar::of_zone(zone).map_or_else(|| at.to_string(), |calendar| calendar.local_text(at, "%H:%M:%S"))
}
