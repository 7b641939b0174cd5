//! That reports get the rows they ask for from the board.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use collector::{Collector, Settings};
use model::event::{AgentAct, Skill};
use model::{AcdNumber, Calendar, Event, EventBody, Extension, IntervalMinutes, LoginId, Moment, SplitId};
use report::{Filter, RowSource};

use crate::rows::Rows;

/// Two agents, 1001 in splits 1 and 2, 1002 in splits 2 and 3.
fn rows() -> Rows {
    let calendar = Calendar { zone: chrono_tz::Tz::UTC, interval: IntervalMinutes::Half };
    let mut collector = Collector::new(Settings::new(AcdNumber(1), calendar));
    for (number, splits) in [(1001, [1, 2]), (1002, [2, 3])] {
        let skills = splits.into_iter().map(|split| Skill::new(SplitId(split), 1)).collect();
        let act = AgentAct::LoggedIn { extension: Extension::new("5001").unwrap(), skills };
        let agent = LoginId::new(&number.to_string()).unwrap();
        collector.apply(&Event { at: Moment(1_795_392_000), body: EventBody::Agent { agent, act } }, &mut Vec::new());
    }
    Rows { board: collector.board(), closed: Vec::new(), archive: None, calendar, keeping: Arc::default() }
}

#[test]
fn the_board_gives_the_chosen_rows() {
    let rows = rows();
    let table = catalog::table("cagent").unwrap();
    let items = ["SPLIT", "LOGID"].map(|item| table.position(item).unwrap());
    let check = |keys: &[(&str, &[&str])], expected: &[&str]| {
        let set = |numbers: &[&str]| numbers.iter().map(|&number| number.to_owned()).collect::<BTreeSet<_>>();
        let keys: BTreeMap<_, _> = keys.iter().map(|(item, numbers)| ((*item).to_owned(), set(numbers))).collect();
        let mut found = Vec::new();
        let filter = Filter { keys, ..Filter::default() };
        let mut each = |row: &[catalog::Value]| match row {
            [catalog::Value::Int(split), catalog::Value::Text(agent)] => found.push(format!("{split} {agent}")),
            other => panic!("an unexpected row: {other:?}"),
        };
        rows.for_each_row(table, &items, &filter, &mut each).unwrap();
        assert_eq!(found, expected, "for {filter:?}");
    };
    check(&[], &["1 1001", "2 1001", "2 1002", "3 1002"]);
    check(&[("SPLIT", &["2"])], &["2 1001", "2 1002"]);
    check(&[("SPLIT", &["1", "3"]), ("LOGID", &["1002"])], &["3 1002"]);
    check(&[("SPLIT", &["9"])], &[]);
    // No key of the board: the evaluator decides.
    check(&[("SPLIT", &["2", "two"])], &["1 1001", "2 1001", "2 1002", "3 1002"]);
    check(&[("WORKMODE", &["AVAIL"])], &["1 1001", "2 1001", "2 1002", "3 1002"]);
}
