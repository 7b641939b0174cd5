//! What the top bar shows: which server, which ACDs with which links, whose clock, how old.

use std::time::{Duration, Instant};

use api::{AcdHealth, LinkState, Mode};
use model::AcdNumber;
use session::{Certificate, Model, ServerView, Which, clock_text};

use super::administration::{NO_ACD, line_start};
use super::times::age_text;

/// One ACD in the top bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcdItem {
    /// Its number.
    pub acd: AcdNumber,
    /// Its name.
    pub name: String,
    /// Its link on the server in use; `None` if that server does not answer.
    pub link: Option<LinkState>,
    /// What the icon's tooltip says.
    pub tooltip: String,
}

/// The server to which everything can be moved, as the top bar tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherItem {
    /// A word beside its mark, `cms-south down`; empty while all is well, where the mark alone is enough.
    pub word: String,
    /// The same with its role instead of its name, where there is little room.
    pub short: String,
    /// Whether it could take over now; `None` while nothing was heard yet.
    pub ready: Option<bool>,
    /// What it is, and why it could not take over.
    pub tooltip: String,
}

/// The top bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopView {
    /// Name of the server in use.
    pub server: String,
    /// Its role.
    pub role: Which,
    /// The other server; none if the profile has one only.
    pub other: Option<OtherItem>,
    /// Who is signed in.
    pub user: String,
    /// The ACDs.
    pub acds: Vec<AcdItem>,
    /// Time of day of the chosen ACD in its zone.
    pub clock: Option<String>,
    /// Name of that zone.
    pub zone: String,
    /// Age of the chosen ACD's data.
    pub age: Option<String>,
    /// Whether clock and age are live.
    pub live: bool,
}

/// What the top bar shows; `None` before signing in.
pub fn top_view(model: &Model, acd: Option<AcdNumber>, now: Instant) -> Option<TopView> {
    let role = model.serving?;
    let server = &model.servers[role];
    let chosen = server.health.as_ref().and_then(|health| health.acds.iter().find(|known| Some(known.acd) == acd));
    let passed = server.health_at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
    let live = acd.is_none_or(|acd| server.trouble(&[acd], now).is_none());
    // The clock runs on between two answers while all is well, and stands still otherwise.
    let ticked = if live { i64::try_from(passed.as_secs()).unwrap_or(0) } else { 0 };
    let clock = chosen.and_then(|chosen| Some(clock_text(chosen.acd_at? + ticked, &chosen.zone)));
    Some(TopView {
        server: server.name().to_owned(),
        role,
        other: other(model, role.other(), now),
        user: model.profile.as_ref().map(|profile| profile.user.clone()).unwrap_or_default(),
        acds: acds(server, now),
        clock,
        zone: chosen.map(|chosen| chosen.zone.clone()).unwrap_or_default(),
        age: chosen.and_then(|chosen| Some(age_text(Duration::from_millis(chosen.age_ms?) + passed))),
        live,
    })
}

/// How the other server is, so that one knows before an outage whether there is something to move to.
fn other(model: &Model, which: Which, now: Instant) -> Option<OtherItem> {
    model.profile.as_ref()?.server(which)?;
    let server = &model.servers[which];
    let name = server.name();
    if let Some((word, why)) = in_the_way(server, now) {
        let tooltip = format!("There is nothing to move to: the {which} {name} could not take over. {why}");
        let (word, short) = (format!("{name} {word}"), format!("{which} {word}"));
        return Some(OtherItem { word, short, ready: Some(false), tooltip });
    }
    let (ready, tooltip) = match server.health {
        Some(_) => (Some(true), format!("The {which} {name} is well; reports can be moved there")),
        None => (None, format!("Nothing was heard of the {which} {name} yet")),
    };
    Some(OtherItem { word: String::new(), short: String::new(), ready, tooltip })
}

/// Why reports could not be moved to a server, in a word and in full.
fn in_the_way(server: &ServerView, now: Instant) -> Option<(&'static str, String)> {
    match &server.certificate {
        Certificate::Unknown { .. } => {
            let why = "Its certificate is not trusted yet: sign out, and compare its fingerprint on the sign-in screen";
            return Some(("not trusted", why.to_owned()));
        }
        Certificate::Changed { .. } => {
            let why = "Its certificate is not the one that was trusted: sign out, and read what the sign-in screen says of it";
            return Some(("certificate changed", why.to_owned()));
        }
        Certificate::Untested | Certificate::Trusted => {}
    }
    if let Some(problem) = server.trouble(&[NO_ACD], now) {
        return Some(("down", line_start(&problem.why)));
    }
    let health = server.health.as_ref()?;
    if health.mode == Mode::SingleUser {
        return Some(("single-user", "It is in single-user mode: nobody else can sign in".to_owned()));
    }
    // What is turned off is no surprise, and a link that is being built up is there in a moment.
    let is_down = |acd: &&AcdHealth| {
        let link = server.links.get(&acd.acd).map_or(acd.link, |link| link.state);
        acd.collecting && matches!(link, LinkState::Down | LinkState::Connecting)
    };
    let acd = health.acds.iter().find(is_down)?;
    Some((
        "link down",
        format!("Its link to ACD {} {} is down: live reports would stand still there", acd.acd, acd.name),
    ))
}

fn acds(server: &ServerView, now: Instant) -> Vec<AcdItem> {
    let Some(health) = &server.health else { return Vec::new() };
    let answers = server.trouble(&[NO_ACD], now).is_none();
    health
        .acds
        .iter()
        .map(|acd| {
            let link = server.links.get(&acd.acd).map_or(acd.link, |link| link.state);
            let state = if answers { link.word() } else { "unknown: the server does not answer" };
            let mut tooltip = format!("{} (ACD {}): link {state}", acd.name, acd.acd);
            if answers && !acd.link_text.is_empty() {
                tooltip += &format!(" — {}", acd.link_text);
            }
            if !acd.archive_problem.is_empty() {
                tooltip += &format!("\nNot archived: {}", acd.archive_problem);
            }
            AcdItem { acd: acd.acd, name: acd.name.clone(), link: answers.then_some(link), tooltip }
        })
        .collect()
}

/// The first ACD that the server in use collects from.
pub fn first_acd(model: &Model) -> Option<AcdNumber> {
    let server = &model.servers[model.serving?];
    server.health.as_ref()?.acds.iter().map(|acd| acd.acd).min()
}
