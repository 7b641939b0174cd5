//! What a comparison of the made-up call centre's servers finds.

use std::sync::Arc;
use std::time::Instant;

use session::twin::{Area, Comparison, Finding, Verdict};
use session::{TwinReport, TwinView, Which};

use super::super::world::{ACD, NOW};

pub fn finding(area: Area, thing: &str, verdict: Verdict, here: &str, there: &str) -> Finding {
    Finding {
        area,
        acd: Some(ACD),
        thing: thing.to_owned(),
        stretch: None,
        intervals: 1,
        verdict,
        here: here.to_owned(),
        there: there.to_owned(),
    }
}

fn findings() -> Vec<Finding> {
    vec![
        Finding {
            intervals: 4,
            stretch: Some((NOW + -40_000, NOW + -32_800)),
            ..finding(
                Area::Intervals,
                "2026-11-22 22:00",
                Verdict::IncompleteThere,
                "96 rows, 3f1a09b27c44",
                "71 rows, 90ce41d2aa10",
            )
        },
        finding(Area::Intervals, "2026-11-23 04:00", Verdict::MissingHere, "", "88 rows, 7711ab34c0de"),
        finding(
            Area::Summaries,
            "daily 2026-11-22",
            Verdict::Differs,
            "214 rows, 5512cd70f001",
            "214 rows, a04e12bb39c2, out of date",
        ),
        finding(
            Area::Profiles,
            "split/skill 3",
            Verdict::Differs,
            "service level 30 s, increments 10 s, 20 s, 30 s",
            "service level 20 s, increments 10 s, 20 s, 30 s",
        ),
        finding(Area::Traces, "agent 4017", Verdict::MissingThere, "traced", ""),
        Finding { acd: None, ..finding(Area::Users, "bob", Verdict::MissingThere, "normal, Bob Mason, room 1.07", "") },
    ]
}

pub fn report(findings: Vec<Finding>, at: Instant) -> Arc<TwinReport> {
    let counts = [
        (Area::Setup, 3),
        (Area::Intervals, 17_520),
        (Area::Summaries, 424),
        (Area::Profiles, 41),
        (Area::Exceptions, 12),
        (Area::Traces, 2),
        (Area::Storage, 36),
        (Area::Reports, 5),
        (Area::Shortcuts, 9),
        (Area::Users, 30),
        (Area::Timetables, 2),
    ];
    let comparison = Comparison { findings, identical: counts.into(), ..Comparison::default() };
    let (here, there) = ("cms-north".to_owned(), "cms-south".to_owned());
    Arc::new(TwinReport { here, there, which: Which::Primary, at, comparison })
}

/// They differ in a few things.
pub fn different(at: Instant) -> TwinView {
    TwinView { report: Some(report(findings(), at)), ..TwinView::default() }
}

/// They hold the same.
pub fn same(at: Instant) -> TwinView {
    TwinView { report: Some(report(Vec::new(), at)), ..TwinView::default() }
}
