//! Numbers of what is administered: what no switch can have is a slip of the hand, and would be kept for ever.

use api::{ErrorBody, ErrorCode};
use model::Kind;

use crate::reports::Source;

/// Highest number of a split/skill, vector or trunk group that need not be told by the switch.
const HIGHEST: u32 = 8_000;

/// Refuses a number that neither the switch has told nor a switch can tell later.
///
/// # Errors
/// [`ErrorCode::BadRequest`] with what it may be.
pub(super) fn check(source: &Source, kind: Kind, number: &str) -> Result<(), ErrorBody> {
    let told = source.view.board().is_some_and(|board| board.dictionary.contains(kind, number));
    match fault(kind, number).filter(|_| !told) {
        None => Ok(()),
        Some(fault) => Err(ErrorBody::new(ErrorCode::BadRequest, fault)),
    }
}

/// What is said of numbers of which the switch has told nothing so far: they may come, or be a slip of the hand. Empty if it has
/// told of all.
pub(super) fn untold<'n>(source: &Source, things: impl Iterator<Item = (Kind, &'n str)>) -> String {
    let Some(board) = source.view.board() else { return String::new() };
    let untold: Vec<&str> =
        things.filter(|(kind, number)| !board.dictionary.contains(*kind, number)).map(|(_, number)| number).collect();
    match untold.is_empty() {
        true => String::new(),
        false => format!("; the switch has told nothing of {} so far: is that right?", untold.join(", ")),
    }
}

/// What is wrong with a number of which the switch has told nothing.
fn fault(kind: Kind, number: &str) -> Option<String> {
    let thing = match kind {
        Kind::Vdn => {
            let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            return (!digits)
                .then(|| format!("a VDN that the switch has not told of has digits alone, not {number:?}"));
        }
        Kind::Split => "split/skill",
        Kind::Vector => "vector",
        Kind::TrunkGroup => "trunk group",
        _ => return None,
    };
    let is_number = number.parse::<u32>().is_ok_and(|number| (1..=HIGHEST).contains(&number));
    (!is_number)
        .then(|| format!("a {thing} that the switch has not told of has a number from 1 to {HIGHEST}, not {number}"))
}

#[cfg(test)]
mod tests {
    use super::{Kind, fault};

    #[test]
    fn numbers_that_no_switch_has_are_refused() {
        for (kind, number) in [
            (Kind::Split, "1"),
            (Kind::Split, "8000"),
            (Kind::Vdn, "5000"),
            (Kind::Vector, "2000"),
            (Kind::TrunkGroup, "666"),
            (Kind::Agent, "anyone"),
        ] {
            assert_eq!(fault(kind, number), None, "{number}");
        }
        for (kind, number, expected) in [
            (Kind::Split, "0", "from 1 to 8000, not 0"),
            (Kind::Split, "99999999", "from 1 to 8000, not 99999999"),
            (Kind::Vdn, "99x", "digits alone, not \"99x\""),
            (Kind::Vector, "8001", "a vector that the switch has not told of"),
            (Kind::TrunkGroup, "0", "a trunk group that"),
        ] {
            let said = fault(kind, number).unwrap();
            assert!(said.contains(expected), "{said}");
        }
    }
}
