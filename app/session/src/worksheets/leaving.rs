//! What a worksheet that is given up leaves switched off or closed, and how people put it right. Looked at, never believed from the
//! record: a step that was done again has put those behind it back in the record, and on no server.

use api::{AcdHealth, Mode, Worksheet};

use super::pair::Pair;

/// What of a server is not as people work with it every day, with what puts it right; nothing where nothing is.
pub fn left_behind<'a>(server: &str, mode: Mode, acds: impl IntoIterator<Item = &'a AcdHealth>) -> Option<String> {
    let off: Vec<String> =
        acds.into_iter().filter(|acd| !acd.collecting).map(|acd| format!("ACD {}", acd.acd)).collect();
    let off = (!off.is_empty()).then(|| {
        format!(
            "data collection of {server} is off for {}: turn it on (Data collection, or `cms collection on --acd N`)",
            off.join(", ")
        )
    });
    let closed = (mode == Mode::SingleUser).then(|| {
        format!("{server} is in single-user mode: put it in multi-user mode (Mode, or `cms mode multi-user`)")
    });
    // Collection first: what it misses grows.
    let texts: Vec<String> = off.into_iter().chain(closed).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

impl Pair {
    /// What both servers are left like now, for the record of a worksheet that is given up; nothing where all is as every day.
    pub(super) async fn left(&self, sheet: &Worksheet) -> Option<String> {
        let mut texts = Vec::new();
        for side in self.sides() {
            let text = match side.member.status().await {
                Ok(status) => left_behind(&status.server, status.mode, status.acds.iter().map(|acd| &acd.health)),
                Err(_) => {
                    let name = side.name(sheet.server(side.role));
                    Some(format!("{name} could not be asked: look at its mode and its data collection"))
                }
            };
            texts.extend(text);
        }
        (!texts.is_empty()).then(|| texts.join("; "))
    }
}
