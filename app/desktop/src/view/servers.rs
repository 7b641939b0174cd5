//! What the sign-in screen knows of each server before anybody has signed in.

use std::time::Instant;

use session::{Certificate, Model, Profile, Which};

/// How a server does, in one word for its dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not asked yet.
    Unknown,
    /// Answers, and its links are up.
    Well,
    /// Answers, but a link is not up.
    Limping,
    /// Waits for a decision about its certificate.
    Asks,
    /// Does not answer, or may not be talked to.
    Away,
}

/// One server on the sign-in screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerLine {
    /// Which of the two.
    pub which: Which,
    /// `Primary cms-north`.
    pub title: String,
    /// For its dot.
    pub standing: Standing,
    /// What is known, in a line.
    pub text: String,
}

/// A certificate that needs a decision, or a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Never seen before; may be trusted after comparing.
    Trust { which: Which, server: String, fingerprint: String },
    /// Another one than before; refused.
    Refused { which: Which, server: String, expected: String, found: String },
}

/// Both servers of the profile that is being watched.
pub fn server_lines(model: &Model, now: Instant) -> Vec<ServerLine> {
    let Some(profile) = &model.profile else { return Vec::new() };
    Which::BOTH
        .into_iter()
        .filter(|&which| profile.server(which).is_some())
        .map(|which| {
            let (standing, text) = standing(model, which, now);
            let role = if which == Which::Primary { "Primary" } else { "Secondary" };
            ServerLine { which, title: format!("{role} {}", model.servers[which].name()), standing, text }
        })
        .collect()
}

fn standing(model: &Model, which: Which, now: Instant) -> (Standing, String) {
    let view = &model.servers[which];
    match &view.certificate {
        Certificate::Unknown { .. } => return (Standing::Asks, "Its certificate waits for your trust".to_owned()),
        Certificate::Changed { .. } => return (Standing::Away, "Its certificate has changed; refused".to_owned()),
        Certificate::Untested | Certificate::Trusted => {}
    }
    if let Some(trouble) = view.trouble(&[], now) {
        let standing = if view.problem.is_some() { Standing::Away } else { Standing::Limping };
        return (standing, trouble.why);
    }
    let Some(health) = &view.health else { return (Standing::Unknown, "Asking…".to_owned()) };
    let links = match health.acds.len() {
        0 => "no ACD yet".to_owned(),
        1 => "the link to its ACD is up".to_owned(),
        count => format!("the links to its {count} ACDs are up"),
    };
    if view.is_single_user() {
        return (Standing::Limping, format!("In single-user mode: one administrator alone can sign in; {links}"));
    }
    (Standing::Well, format!("Answers; {links}; version {}", health.version))
}

/// The server to sign in to, unless the person says otherwise: the primary, except where it cannot be used
/// and the secondary can.
pub fn proposed(lines: &[ServerLine]) -> Which {
    let standing = |which: Which| lines.iter().find(|line| line.which == which).map(|line| line.standing);
    match (standing(Which::Primary), standing(Which::Secondary)) {
        (Some(Standing::Away), Some(Standing::Well | Standing::Limping)) => Which::Secondary,
        _ => Which::Primary,
    }
}

/// What to say, and the profile with both addresses exchanged, where the servers tell the other role than the profile has them in.
pub fn the_other_way_round(model: &Model) -> Option<(String, Profile)> {
    let contradicts = |which: Which| model.servers[which].role().map(|role| role != which);
    let [primary, secondary] = Which::BOTH.map(contradicts);
    // Two servers of one role are no matter of the profile.
    if [primary, secondary].contains(&Some(false)) || (primary, secondary) == (None, None) {
        return None;
    }
    let is = |which: Which| {
        let server = &model.servers[which];
        Some(format!("{} says that it is the {}", server.name(), server.role()?))
    };
    let told: Vec<String> = Which::BOTH.into_iter().filter_map(is).collect();
    let profile = model.profile.as_ref()?.exchanged()?;
    Some((format!("The profile has the two servers the other way round: {}", told.join(", ")), profile))
}

/// The decisions that are open, the primary's first.
pub fn asks(model: &Model) -> Vec<Ask> {
    Which::BOTH
        .into_iter()
        .filter_map(|which| {
            let server = model.servers[which].name().to_owned();
            match model.servers[which].certificate.clone() {
                Certificate::Unknown { fingerprint } => Some(Ask::Trust { which, server, fingerprint }),
                Certificate::Changed { expected, found } => Some(Ask::Refused { which, server, expected, found }),
                Certificate::Untested | Certificate::Trusted => None,
            }
        })
        .collect()
}

/// A fingerprint in groups of four, eight to a line, so that two people can compare it over the telephone.
pub fn grouped(fingerprint: &str) -> String {
    let characters: Vec<char> = fingerprint.chars().filter(char::is_ascii_hexdigit).collect();
    let groups: Vec<String> =
        characters.chunks(4).map(|group| group.iter().collect::<String>().to_uppercase()).collect();
    let lines: Vec<String> = groups.chunks(8).map(|line| line.join(" ")).collect();
    lines.join("\n")
}
