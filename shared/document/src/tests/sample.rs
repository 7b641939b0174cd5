//! Sheets for the tests.

use api::{LinkState, Role, Stamp};
use catalog::Value;
use model::{AcdNumber, Moment, NameKind};
use report::{Cell, Format, Layout, Level, Sheet, SheetBlock, SheetColumn, SheetRow};

use crate::Head;

/// 2026-11-23 10:42:07 in Berlin.
pub const NOW: Moment = Moment(1_795_426_927);

pub fn stamp() -> Stamp {
    Stamp {
        server: "east".to_owned(),
        role: Role::Primary,
        acd: AcdNumber(1),
        acd_at: NOW,
        zone: "Europe/Berlin".to_owned(),
        link: LinkState::Up,
        age_ms: Some(300),
        incomplete: false,
        stale: Vec::new(),
    }
}

pub fn head() -> Head {
    let inputs = [("Splits/Skills", "1;3;Sales & \"Service\""), ("Dates", "-1"), ("Times", " ")];
    Head::new(&stamp(), &[], inputs.map(|(label, typed)| (label.to_owned(), typed.to_owned())).to_vec())
}

pub fn column(id: &str, heading: &str, format: Format) -> SheetColumn {
    SheetColumn { id: id.to_owned(), heading: heading.to_owned(), format, width: 0, limits: None, summed: false }
}

pub fn cell(value: Value) -> Cell {
    Cell::normal(value)
}

pub fn text(text: &str) -> Cell {
    cell(Value::text(text))
}

pub fn row(key: &str, cells: Vec<Cell>) -> SheetRow {
    SheetRow { key: key.to_owned(), cells }
}

pub fn block(title: &str, columns: Vec<SheetColumn>, rows: Vec<SheetRow>) -> SheetBlock {
    SheetBlock {
        title: title.to_owned(),
        note: String::new(),
        partial: String::new(),
        hint: String::new(),
        layout: Layout::Table,
        columns,
        rows,
        totals: None,
    }
}

pub fn sheet(title: &str, blocks: Vec<SheetBlock>) -> Sheet {
    Sheet { title: title.to_owned(), at: NOW, blocks }
}

/// Every format once, with colours, blanks, a total row and a note; then the same as fields.
pub fn mixed() -> Sheet {
    let columns = vec![
        column("split", "Split/Skill", Format::Name(NameKind::Split)),
        column("day", "Date", Format::Date),
        column("month", "Month", Format::Month),
        column("start", "Starts at", Format::TimeOfDay),
        column("calls", "ACD calls", Format::Count),
        column("talk", "Talk time", Format::Duration),
        column("level", "Within service level", Format::Percent(1)),
        column("speed", "Average", Format::Decimal(2)),
        column("seen", "Seen", Format::Clock),
        column("since", "Oldest call waiting", Format::Duration),
        column("note", "Remark", Format::Text),
    ];
    let leveled = |value, level| Cell { value, level };
    let full = vec![
        text("Sales <east> & \"west\""),
        cell(Value::Int(20_261_122)),
        cell(Value::Int(20_261_101)),
        cell(Value::Int(930)),
        cell(Value::Int(1200)),
        cell(Value::Int(93_784)),
        leveled(Value::Real(72.5), Level::Caution),
        cell(Value::Real(3.25)),
        cell(Value::At(NOW + -60)),
        leveled(Value::Since(NOW + -125), Level::Warning),
        text("=1+1"),
    ];
    let odd = vec![
        cell(Value::Int(7)),
        cell(Value::Blank),
        cell(Value::Blank),
        text("02:00 UTC+2"),
        cell(Value::Int(0)),
        cell(Value::Int(-5)),
        cell(Value::Blank),
        cell(Value::Int(4)),
        cell(Value::Blank),
        cell(Value::Blank),
        text(""),
    ];
    let blank = cell(Value::Blank);
    let mut totals = vec![blank; 11];
    totals[0] = text("Totals");
    totals[4] = cell(Value::Int(1200));
    let mut first = block("By split", columns.clone(), vec![row("1", full.clone()), row("7", odd)]);
    first.totals = Some(totals);
    first.note = "Not summed up yet: 2026-11-23".to_owned();
    let mut fields = block("One of them", columns, vec![row("1", full)]);
    fields.layout = Layout::Fields;
    sheet("Split/Skill Summary", vec![first, fields])
}

/// Rows of a name and counts; each cell says where it stands: `row.column`.
pub fn table(rows: usize, columns: usize) -> Sheet {
    let heading = |column: usize| self::column(&format!("c{column}"), &format!("Column{column}"), Format::Decimal(1));
    let mut all: Vec<SheetColumn> = (0..columns).map(heading).collect();
    all[0].format = Format::Text;
    let cells = |row: usize| (0..columns).map(move |column| text(&format!("{row}.{column}"))).collect();
    let rows = (0..rows).map(|at| row(&at.to_string(), cells(at))).collect();
    sheet("Wide and long", vec![block("", all, rows)])
}
