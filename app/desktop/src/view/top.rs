//! What the top bar shows: which server, which ACDs with which links, whose clock, how old.

use std::time::{Duration, Instant};

use api::LinkState;
use model::AcdNumber;
use session::{Model, ServerView, Which, clock_text};

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

/// The top bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopView {
    /// Name of the server in use.
    pub server: String,
    /// Its role.
    pub role: Which,
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
        user: model.profile.as_ref().map(|profile| profile.user.clone()).unwrap_or_default(),
        acds: acds(server, now),
        clock,
        zone: chosen.map(|chosen| chosen.zone.clone()).unwrap_or_default(),
        age: chosen.and_then(|chosen| Some(age_text(Duration::from_millis(chosen.age_ms?) + passed))),
        live,
    })
}

fn acds(server: &ServerView, now: Instant) -> Vec<AcdItem> {
    let Some(health) = &server.health else { return Vec::new() };
    let answers = server.trouble(&[AcdNumber(u8::MAX)], now).is_none();
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
