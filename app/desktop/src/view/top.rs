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
    /// Whether data are to be collected from it.
    pub collecting: bool,
    /// How its link is, in words.
    pub state: String,
    /// What the icon's tooltip says.
    pub tooltip: String,
}

/// Whether an ACD is not as it should be: what somebody has turned off is.
pub fn in_trouble(acd: &AcdItem) -> bool {
    acd.link != Some(LinkState::Up) && (acd.collecting || acd.link.is_none())
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
    /// Its role: what it tells itself, else what the profile says.
    pub role: Which,
    /// What the role's tooltip says besides, where the profile has the two servers the other way round.
    pub contradiction: Option<String>,
    /// Whether it is in single-user mode: everybody else is signed out.
    pub single_user: bool,
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
    /// How many exceptions the running interval of the chosen ACD has had, of those that the user may be told of.
    pub exceptions: u32,
    /// Whether clock and age are live.
    pub live: bool,
}

/// What the top bar shows; `None` before signing in.
pub fn top_view(model: &Model, acd: Option<AcdNumber>, now: Instant) -> Option<TopView> {
    let which = model.serving?;
    let server = &model.servers[which];
    let role = server.role().unwrap_or(which);
    let chosen = server.health.as_ref().and_then(|health| health.acds.iter().find(|known| Some(known.acd) == acd));
    let passed = server.health_at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
    let live = acd.is_none_or(|acd| server.trouble(&[acd], now).is_none());
    // The clock runs on between two answers while all is well, and stands still otherwise.
    let ticked = if live { i64::try_from(passed.as_secs()).unwrap_or(0) } else { 0 };
    let clock = chosen.and_then(|chosen| Some(clock_text(chosen.acd_at? + ticked, &chosen.zone)));
    Some(TopView {
        server: server.name().to_owned(),
        role,
        contradiction: (role != which).then(|| {
            format!("The profile has it as its {which}: sign out, and exchange the two addresses on the sign-in screen")
        }),
        single_user: server.health.as_ref().is_some_and(|health| health.mode == Mode::SingleUser),
        other: other(model, which.other(), now),
        user: model.profile.as_ref().map(|profile| profile.user.clone()).unwrap_or_default(),
        acds: acds(model, server, now),
        clock,
        zone: chosen.map(|chosen| chosen.zone.clone()).unwrap_or_default(),
        age: chosen.and_then(|chosen| Some(age_text(Duration::from_millis(chosen.age_ms?) + passed))),
        exceptions: acd.and_then(|acd| model.exceptions.get(&acd)).map_or(0, |told| told.counted),
        live,
    })
}

/// How the other server is, so that one knows before an outage whether there is something to move to.
fn other(model: &Model, which: Which, now: Instant) -> Option<OtherItem> {
    model.profile.as_ref()?.server(which)?;
    let server = &model.servers[which];
    let name = server.name();
    if let Some(found) = in_the_way(server, &model.acds_in_use(), now) {
        let tooltip = match found.partly {
            true => format!("{}. Everything else can be moved to the {which} {name}", found.why),
            false => format!("There is nothing to move to: the {which} {name} could not take over. {}", found.why),
        };
        let (word, short) = (format!("{name} {}", found.word), format!("{which} {}", found.word));
        return Some(OtherItem { word, short, ready: Some(false), tooltip });
    }
    let (ready, tooltip) = match server.health {
        Some(_) => (Some(true), format!("Move all reports to the {which} {name}, which is well (Ctrl+Shift+S)")),
        None => {
            (None, format!("Move all reports to the {which} {name}, of which nothing was heard yet (Ctrl+Shift+S)"))
        }
    };
    Some(OtherItem { word: String::new(), short: String::new(), ready, tooltip })
}

/// Why everything is not to be moved to the other server at the press of a key; `None` where it may be. The banner offers what is better
/// than what there is, and is not asked here.
pub fn why_not_moved(model: &Model, now: Instant) -> Option<String> {
    let serving = model.serving?;
    let which = serving.other();
    model.profile.as_ref()?.server(which)?;
    if model.banner(now).is_some_and(|banner| banner.action == Some(which)) {
        return None;
    }
    let found = in_the_way(&model.servers[which], &model.acds_in_use(), now).filter(|found| !found.partly)?;
    let (here, there) = (model.servers[serving].name(), model.servers[which].name());
    Some(format!("Your reports stay on {here}: the {which} {there} could not take over. {}", found.why))
}

/// What speaks against moving reports to a server.
struct InTheWay {
    /// In a word.
    word: String,
    /// In full.
    why: String,
    /// Whether it is about an ACD of which no live report is open.
    partly: bool,
}

impl InTheWay {
    fn wholly(word: &str, why: impl Into<String>) -> InTheWay {
        InTheWay { word: word.to_owned(), why: why.into(), partly: false }
    }
}

/// Why reports of these ACDs (of any, if there are none) could not be moved to a server.
fn in_the_way(server: &ServerView, in_use: &[AcdNumber], now: Instant) -> Option<InTheWay> {
    match &server.certificate {
        Certificate::Unknown { .. } => {
            let why = "Its certificate is not trusted yet: sign out, and compare its fingerprint on the sign-in screen";
            return Some(InTheWay::wholly("not trusted", why));
        }
        Certificate::Changed { .. } => {
            let why = "Its certificate is not the one that was trusted: sign out, and read what the sign-in screen says of it";
            return Some(InTheWay::wholly("certificate changed", why));
        }
        Certificate::Untested | Certificate::Trusted => {}
    }
    if let Some(problem) = server.trouble(&[NO_ACD], now) {
        return Some(InTheWay::wholly("down", line_start(&problem.why)));
    }
    let health = server.health.as_ref()?;
    if health.mode == Mode::SingleUser {
        return Some(InTheWay::wholly("single-user", "It is in single-user mode: nobody else can sign in"));
    }
    // What is turned off is no surprise, and a link that is being built up is there in a moment.
    let is_down = |acd: &&AcdHealth| {
        let link = server.links.get(&acd.acd).map_or(acd.link, |link| link.state);
        acd.collecting && matches!(link, LinkState::Down | LinkState::Connecting)
    };
    let is_in_use = |acd: &&AcdHealth| in_use.contains(&acd.acd);
    let down = || health.acds.iter().filter(is_down);
    // Those that somebody looks at come first.
    let acd = down().find(is_in_use).or_else(|| down().next())?;
    Some(InTheWay {
        word: format!("ACD {} down", acd.acd),
        why: format!("Its link to ACD {} {} is down: live reports of it would stand still there", acd.acd, acd.name),
        partly: !in_use.is_empty() && !in_use.contains(&acd.acd),
    })
}

fn acds(model: &Model, server: &ServerView, now: Instant) -> Vec<AcdItem> {
    let Some(health) = &server.health else { return Vec::new() };
    let answers = server.trouble(&[NO_ACD], now).is_none();
    health
        .acds
        .iter()
        .filter(|acd| !model.closed_acds.contains(&acd.acd))
        .map(|acd| {
            let link = server.links.get(&acd.acd).map_or(acd.link, |link| link.state);
            let is_off = link != LinkState::Up && !acd.collecting;
            let state = match (answers, is_off) {
                (true, true) => "data collection is off".to_owned(),
                (true, false) => format!("link {}", link.word()),
                (false, _) => "link unknown: the server does not answer".to_owned(),
            };
            let mut tooltip = format!("{} (ACD {}): {state}", acd.name, acd.acd);
            if answers && !is_off && !acd.link_text.is_empty() {
                tooltip += &format!(" — {}", acd.link_text);
            }
            if !acd.archive_problem.is_empty() {
                tooltip += &format!("\nNot archived: {}", acd.archive_problem);
            }
            let (link, collecting) = (answers.then_some(link), acd.collecting);
            AcdItem { acd: acd.acd, name: acd.name.clone(), link, collecting, state, tooltip }
        })
        .collect()
}

/// The first ACD that the server in use collects from, of those that the user may see.
pub fn first_acd(model: &Model) -> Option<AcdNumber> {
    let server = &model.servers[model.serving?];
    let acds = server.health.as_ref()?.acds.iter().map(|acd| acd.acd);
    acds.filter(|acd| !model.closed_acds.contains(acd)).min()
}
