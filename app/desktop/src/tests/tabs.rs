//! What is told of a report that lies behind others, and what is told of one once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui_kittest::kittest::Queryable as _;
use session::{Model, ReportKey, Update, Which};

use super::harness::{Screen, Setup, now};
use super::world;
use crate::view::cells::{held_columns, passes_warning};
use crate::view::pane::{TabMark, pane_view, tab_title};
use crate::view::prefs::{OwnLimits, PanePrefs};

fn title(model: &Model, request: &session::ReportRequest, prefs: &PanePrefs, now: Instant) -> (String, TabMark) {
    let view = pane_view(model, ReportKey(1), request, now);
    tab_title(view, model.reports[&ReportKey(1)].sheet.as_deref(), prefs, &held_columns(model, request))
}

#[test]
fn a_tab_says_what_lies_behind_it() {
    let at = Instant::now();
    let mut model = Model::default();
    world::signed_in(at).into_iter().for_each(|update| model.apply(update));
    let request = world::request("Split/Skill Report", &[]);
    model.apply(Update::Opened { report: ReportKey(1), request: request.clone() });
    model.apply(world::frame(ReportKey(1), &request, 32, at));
    let prefs = PanePrefs::default();
    let warned = ("Split/Skill Report · warning".to_owned(), TabMark::Warning);
    assert_eq!(title(&model, &request, &prefs, at), warned, "one waits too long");
    let mut hidden = PanePrefs::default();
    let sheet = model.reports[&ReportKey(1)].sheet.clone().expect("it came");
    for column in &sheet.blocks[0].columns {
        hidden.change_column(0, &column.id, |column| column.hidden = true);
    }
    assert_eq!(title(&model, &request, &hidden, at).1, TabMark::Plain, "what is hidden is not told");
    model.apply(Update::Unhealthy { which: Which::Primary, why: "gone".to_owned(), at });
    let stale = title(&model, &request, &prefs, at + Duration::from_secs(9));
    assert_eq!(stale, ("Split/Skill Report · stale".to_owned(), TabMark::NotLive), "stale figures warn of nothing");
}

/// The call may have been answered a moment after the refresh.
#[test]
fn how_long_the_oldest_waits_stands_still_between_two_refreshes() {
    let model = super::drill::known();
    let mut request = world::request("Queue/Agent Status", &[]);
    assert_eq!(held_columns(&model, &request), [(0, "oldest".to_owned())]);
    let sheet = world::sheet(&request.path, &request.inputs, 4);
    let limited = |block: usize, column: &str| {
        let mut prefs = PanePrefs::default();
        let limits = OwnLimits { caution: None, warning: Some(9_000.0), low_is_bad: false };
        for (index, block) in sheet.blocks.iter().enumerate() {
            for column in &block.columns {
                prefs.change_column(index, &column.id, |column| column.hidden = true);
            }
        }
        prefs.change_column(block, column, |column| (column.hidden, column.limits) = (false, Some(limits)));
        prefs
    };
    let later = sheet.at + 9_000;
    let held = held_columns(&model, &request);
    assert!(!passes_warning(&sheet, &limited(0, "oldest"), later, &held), "nobody knows of that call any more");
    assert!(passes_warning(&sheet, &limited(1, "time"), later, &held), "a state that has not ended goes on");
    request.refresh = session::Refresh::AsItHappens;
    let held = held_columns(&model, &request);
    assert!(passes_warning(&sheet, &limited(0, "oldest"), later, &held), "its end would have been told");
}

#[test]
fn a_note_that_holds_for_several_parts_stands_once() {
    let request = world::request("Split/Skill Status", &[("splits", "3")]);
    let mut screen = Screen::new(Setup { reports: vec![request.clone()], ..Setup::default() });
    let Update::Frame { which, report, stamp, mut sheet, orders, at } = world::frame(ReportKey(1), &request, 32, now())
    else {
        unreachable!()
    };
    let note = "Only the splits/skills that you may see are counted";
    let blocks = &mut Arc::make_mut(&mut sheet).blocks;
    assert!(blocks.len() > 1);
    blocks.iter_mut().for_each(|block| block.partial = note.to_owned());
    screen.tell(Update::Frame { which, report, stamp, sheet, orders, at });
    assert_eq!(screen.harness.query_all_by_label(note).count(), 1);
}
