//! Numbers of what is administered: what no switch can have is a slip of the hand, and would be kept for ever.

use crate::source::Source;
use api::{ErrorBody, ErrorCode};
use model::NameKind;

/// Highest number of a split/skill, vector or trunk group that need not be told by the switch.
const HIGHEST: u32 = 8_000;

/// Refuses a number that neither the switch has told nor a switch can tell later.
///
/// # Errors
/// [`ErrorCode::BadRequest`] with what it may be.
pub(super) fn check(source: &Source, kind: NameKind, number: &str) -> Result<(), ErrorBody> {
    let told = source.view.board().is_some_and(|board| board.dictionary.contains(kind, number));
    match fault(kind, number).filter(|_| !told) {
        None => Ok(()),
        Some(fault) => Err(ErrorBody::new(ErrorCode::BadRequest, fault)),
    }
}

/// What is said of numbers of which the switch has told nothing so far: they may come, or be a slip of the hand. Empty if it has
/// told of all.
pub(super) fn untold<'n>(source: &Source, things: impl Iterator<Item = (NameKind, &'n str)>) -> String {
    let Some(board) = source.view.board() else { return String::new() };
    let untold: Vec<&str> =
        things.filter(|(kind, number)| !board.dictionary.contains(*kind, number)).map(|(_, number)| number).collect();
    match untold.is_empty() {
        true => String::new(),
        false => format!("; the switch has told nothing of {} so far: is that right?", untold.join(", ")),
    }
}

/// What is wrong with a number of which the switch has told nothing.
fn fault(kind: NameKind, number: &str) -> Option<String> {
    let thing = match kind {
        NameKind::Vdn => {
            let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            return (!digits)
                .then(|| format!("a VDN that the switch has not told of has digits alone, not {number:?}"));
        }
        NameKind::Split => "split/skill",
        NameKind::Vector => "vector",
        NameKind::TrunkGroup => "trunk group",
        _ => return None,
    };
    let is_number = number.parse::<u32>().is_ok_and(|number| (1..=HIGHEST).contains(&number));
    (!is_number)
        .then(|| format!("a {thing} that the switch has not told of has a number from 1 to {HIGHEST}, not {number}"))
}

#[cfg(test)]
mod tests {
    use super::{NameKind, fault};

    #[test]
    fn numbers_that_no_switch_has_are_refused() {
        for (kind, number) in [
            (NameKind::Split, "1"),
            (NameKind::Split, "8000"),
            (NameKind::Vdn, "5000"),
            (NameKind::Vector, "2000"),
            (NameKind::TrunkGroup, "666"),
            (NameKind::Agent, "anyone"),
        ] {
            assert_eq!(fault(kind, number), None, "{number}");
        }
        for (kind, number, expected) in [
            (NameKind::Split, "0", "from 1 to 8000, not 0"),
            (NameKind::Split, "99999999", "from 1 to 8000, not 99999999"),
            (NameKind::Vdn, "99x", "digits alone, not \"99x\""),
            (NameKind::Vector, "8001", "a vector that the switch has not told of"),
            (NameKind::TrunkGroup, "0", "a trunk group that"),
        ] {
            let said = fault(kind, number).unwrap();
            assert!(said.contains(expected), "{said}");
        }
    }
}
