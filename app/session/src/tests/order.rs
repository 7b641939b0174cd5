//! The order of rows on its way from the network thread to the screen.

use std::sync::Arc;
use std::time::Instant;

use api::{LinkState, Stamp};
use report::{Cell, Layout, Sheet, SheetBlock, SheetColumn, SheetRow};

use super::{NOON, REPORT, frame, request, stamp, working};
use crate::network::mailbox::Mailbox;
use crate::{Arranger, Refresh, RowOrders, SortBy, Sorting, Update, Which};

/// One block of one column with these numbers as JSON cells.
fn sheet(cells: &str) -> Arc<Sheet> {
    let cells: Vec<Cell> = serde_json::from_str(cells).expect("cells");
    let row = |(number, cell): (usize, Cell)| SheetRow { key: number.to_string(), cells: vec![cell] };
    let rows = cells.into_iter().enumerate().map(row).collect();
    let (id, heading) = ("waiting".to_owned(), "Calls waiting".to_owned());
    let columns =
        vec![SheetColumn { id, heading, format: report::Format::Count, width: 0, limits: None, summed: false }];
    let block = SheetBlock {
        title: String::new(),
        note: String::new(),
        partial: String::new(),
        hint: String::new(),
        layout: Layout::Table,
        columns,
        rows,
        totals: None,
    };
    Arc::new(Sheet { title: "Queue".to_owned(), at: NOON, blocks: vec![block] })
}

fn largest_first() -> Sorting {
    Sorting::from([(0, SortBy { column: "waiting".to_owned(), descending: true })])
}

fn shown(orders: &RowOrders, rows: usize) -> Vec<usize> {
    (0..rows).map(|index| orders.of(0).row(index)).collect()
}

#[test]
fn a_wish_holds_for_every_sheet_that_comes() {
    let mut arranger = Arranger::default();
    assert_eq!(arranger.sort(largest_first()), None, "nothing is shown yet");
    assert_eq!(shown(&arranger.show(sheet("[3, 9, 5]")), 3), [1, 2, 0]);
    assert_eq!(shown(&arranger.show(sheet("[7, 1, 5]")), 3), [0, 2, 1]);
    assert_eq!(shown(&arranger.show(sheet("[1, 2, 3, 4]")), 4), [3, 2, 1, 0], "other rows");
    let unknown =
        Sorting::from([(0, SortBy { column: "gone".to_owned(), descending: false }), (7, largest_first()[&0].clone())]);
    assert_eq!(
        arranger.sort(unknown).map(|orders| shown(&orders, 4)),
        Some(vec![0, 1, 2, 3]),
        "as the report has them"
    );
    arranger.forget_sheet();
    assert_eq!(arranger.sort(largest_first()), None);
    assert_eq!(shown(&arranger.show(sheet("[1, 2]")), 2), [1, 0], "the wish outlives the sheet");
}

#[test]
fn the_sheet_before_is_kept_until_the_screen_has_let_it_go() {
    let mut arranger = Arranger::default();
    let sheets = ["[1]", "[2]", "[3]"].map(sheet);
    for sheet in &sheets {
        arranger.show(Arc::clone(sheet));
    }
    let owners = sheets.each_ref().map(Arc::strong_count);
    assert_eq!(owners, [1, 2, 2], "the last and the one before");
}

#[test]
fn another_order_changes_nothing_but_the_order() {
    let start = Instant::now();
    let mut model = working(start);
    model.apply(Update::Unhealthy { which: Which::Primary, why: "gone".to_owned(), at: start });
    let before = model.clone();
    let mut arranger = Arranger::default();
    arranger.show(sheet("[1, 2]"));
    let orders = arranger.sort(largest_first()).expect("a sheet is shown");
    model.apply(Update::Sorted { report: REPORT, orders });
    assert_eq!(shown(&model.reports[&REPORT].orders, 2), [1, 0]);
    assert_eq!(model.freshness(REPORT, start), before.freshness(REPORT, start), "what is stale stays stale");
    model.apply(Update::Opened { report: REPORT, request: request(Refresh::Secs(1)) });
    assert_eq!(shown(&model.reports[&REPORT].orders, 2), [0, 1], "an order belongs to its sheet");
    let other = crate::ReportKey(77);
    model.apply(Update::Sorted { report: other, orders: RowOrders::default() });
    assert!(!model.reports.contains_key(&other));
}

#[test]
fn a_frame_brings_its_own_order_and_takes_the_one_before_out_of_the_queue() {
    let mailbox = Mailbox::new(|| {});
    let at = Instant::now();
    let sorted = || Update::Sorted { report: REPORT, orders: RowOrders::default() };
    mailbox.put(frame(Which::Primary, LinkState::Up, at));
    mailbox.put(sorted());
    mailbox.put(sorted());
    assert!(matches!(mailbox.take(), Some(Update::Frame { .. })), "its order follows the frame");
    assert!(matches!(mailbox.take(), Some(Update::Sorted { .. })));
    assert!(mailbox.is_empty());
    mailbox.put(sorted());
    mailbox.put(frame(Which::Primary, LinkState::Up, at));
    assert!(matches!(mailbox.take(), Some(Update::Frame { .. })));
    assert!(mailbox.is_empty());
}

/// Data collection is turned off: the server forgets its agents and calls and goes on sending reports without rows.
#[test]
fn the_last_rows_stay_while_the_link_is_not_up() {
    let mut arranger = Arranger::default();
    arranger.sort(largest_first());
    let primary = |link| stamp(Which::Primary, link);
    let rows = sheet("[3, 9, 5]");
    arranger.take(Which::Primary, &primary(LinkState::Up), Arc::clone(&rows));
    for link in [LinkState::Down, LinkState::PumpUp] {
        let (kept, orders) = arranger.take(Which::Primary, &primary(link), sheet("[]"));
        assert_eq!((kept, shown(&orders, 3)), (Arc::clone(&rows), vec![1, 2, 0]), "{link:?}");
    }
    assert_eq!(
        arranger.sort(Sorting::new()).map(|orders| shown(&orders, 3)),
        Some(vec![0, 1, 2]),
        "they can be sorted"
    );
    let (now, _) = arranger.take(Which::Primary, &primary(LinkState::Up), sheet("[]"));
    assert_eq!(now, sheet("[]"), "what is so again is shown, also that nothing is");
    // Of two ACDs the other one goes on.
    let beside = Stamp { stale: vec![model::AcdNumber(2)], ..primary(LinkState::Down) };
    arranger.take(Which::Primary, &primary(LinkState::Up), Arc::clone(&rows));
    assert_eq!(arranger.take(Which::Primary, &beside, sheet("[]")).0, rows);
    assert_eq!(arranger.take(Which::Primary, &beside, sheet("[4]")).0, sheet("[4]"));
    // Rows of one server are not shown as those of the other.
    arranger.take(Which::Primary, &primary(LinkState::Up), rows);
    let (other, _) = arranger.take(Which::Secondary, &stamp(Which::Secondary, LinkState::Down), sheet("[8]"));
    assert_eq!(other, sheet("[8]"));
}
