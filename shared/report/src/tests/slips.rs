//! What an empty sheet of the past says of its inputs.

use model::Moment;

use super::past::{TODAY, YESTERDAY, interval};
use super::world::{Given, NOW, berlin, dictionary, int};
use crate::{Inputs, SheetBlock, find_built_in, run};

const INTERVALS: &str = "Split/Skill Summary Interval";
const DAYS: &str = "Split/Skill Summary Daily";

/// Split 1 has calls at 09:00 of two days; intervals were closed from then on for two hours.
fn block(report: &str, inputs: &[(&str, &str)], left_out: Option<&'static str>) -> SheetBlock {
    let closed = [YESTERDAY, TODAY].iter().flat_map(|at| (0..4).map(|half| Moment(at.0 + half * 1800))).collect();
    let given = Given { calendar: Some(berlin()), closed, left_out, ..Given::default() };
    let given = [YESTERDAY, TODAY]
        .iter()
        .fold(given, |given, at| interval(given, "hsplit", *at, &[("SPLIT", int(1)), ("ACDCALLS", int(12))]));
    let given = given.row("d_secs", &[("ROW_DATE", int(20_260_301))]);
    let inputs: Inputs = inputs.iter().map(|(input, typed)| ((*input).to_owned(), (*typed).to_owned())).collect();
    let mut sheet = run(find_built_in(report).unwrap(), &inputs, &given, &dictionary(), NOW).unwrap();
    sheet.blocks.remove(0)
}

#[test]
fn an_empty_sheet_tells_of_a_slip_and_a_quiet_one_of_none() {
    #[track_caller]
    fn check(report: &str, inputs: &[(&str, &str)], expect: &str) {
        let block = block(report, inputs, None);
        assert_eq!((block.hint.as_str(), block.note.as_str()), (expect, ""));
    }
    check(INTERVALS, &[("dates", "-1")], "");
    check(INTERVALS, &[("dates", "-1"), ("splits", "2")], "");
    check(INTERVALS, &[("dates", "-1"), ("splits", "1,99")], "");
    check(INTERVALS, &[("dates", "-1"), ("splits", "99")], "No split/skill has the number 99");
    check(INTERVALS, &[("dates", "-1"), ("splits", "2,99")], "");
    let several = "No split/skill has any of the numbers 90, 91, 92 and 7 more";
    check(INTERVALS, &[("dates", "-1"), ("splits", "90-99")], several);
    check(INTERVALS, &[("splits", "20000-90000")], "No split/skill has the number 20000-90000");
    check(INTERVALS, &[("dates", "2020-01-01")], "There are no data of this time");
    check(INTERVALS, &[("dates", "-1"), ("times", "03:00-04:00")], "");
    check(INTERVALS, &[("dates", "-1"), ("times", "09:30")], "");
    let between = "No interval begins in 09:10 to 09:20: one begins every 30 minutes, from midnight on";
    check(INTERVALS, &[("dates", "-1"), ("times", "09:10-09:20")], between);
    let both = "No split/skill has the number 99. There are no data of this time";
    check(INTERVALS, &[("dates", "2020-01-01"), ("splits", "99")], both);
    check(DAYS, &[("dates", "-1"), ("splits", "99")], "No split/skill has the number 99");
    check(DAYS, &[("dates", "-1"), ("splits", "2")], "");
}

/// Numbers that somebody may not see are not told from such that nothing has.
#[test]
fn what_may_not_be_seen_is_not_said_to_be_nowhere() {
    let hint = block(INTERVALS, &[("dates", "-1"), ("splits", "99")], Some("splits/skills")).hint;
    assert_eq!(hint, "No split/skill that you may see has the number 99");
}

#[test]
fn people_read_it_and_files_of_figures_do_not_have_it() {
    let given = Given { calendar: Some(berlin()), ..Given::default() };
    let sheet = run(find_built_in(INTERVALS).unwrap(), &Inputs::new(), &given, &dictionary(), NOW).unwrap();
    assert!(sheet.to_text().contains("There are no data of this time\n"));
    assert!(!sheet.to_csv().contains("no data"));
    let live = run(find_built_in("Split/Skill Report").unwrap(), &Inputs::new(), &given, &dictionary(), NOW).unwrap();
    assert!(live.blocks.iter().all(|block| block.hint.is_empty()), "the present has no slips");
}
