//! Data storage: how much of each element and table of events is kept, what it takes, and an allocation while it is typed.

use api::{ElementStorage, ItemUse, KEPT, SetStorage, Space, StorageView, less_is_kept};
use model::AcdNumber;
use report::Level;
use session::{ChangeRequest, Model};

use super::acd_name;
use crate::view::cells::CellView;
use crate::view::counts::{counted_u64, figure};

/// Parts of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// Elements kept by days, weeks and months.
    #[default]
    Elements,
    /// Tables of events, kept by records.
    Events,
    /// What it all takes.
    Space,
}

/// Parts, as the page's tabs have them.
pub const TABS: [(Part, &str); 3] =
    [(Part::Elements, "Elements"), (Part::Events, "Event tables"), (Part::Space, "Free space")];

/// Most records that a table of events can be allowed.
const RECORDS_MOST: u64 = 100_000_000;

/// What must come before anything of an ACD's storage can be changed; `None` once data collection is off.
pub fn before(model: &Model, acd: AcdNumber) -> Option<String> {
    let health = model.servers[model.serving?].health.as_ref()?;
    let collecting = health.acds.iter().any(|known| known.acd == acd && known.collecting);
    collecting.then(|| {
        let acd = acd_name(model, acd);
        format!("To change what is kept, turn data collection of {acd} off first: on the one server, then on the other")
    })
}

/// What can be chosen and edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageRow {
    /// The word in changes: an element, `members` or a table of events.
    pub word: String,
    /// What people call it.
    pub title: String,
    /// Its cells, in the order of the columns.
    pub cells: Vec<CellView>,
    amounts: Vec<Amount>,
}

fn plain(text: impl Into<String>) -> CellView {
    CellView { text: text.into(), level: Level::Normal }
}

/// Elements, and the members of splits.
pub fn elements(view: &StorageView) -> Vec<StorageRow> {
    let mut rows: Vec<StorageRow> = view.elements.iter().map(element).collect();
    let mut cells = vec![plain("Agents in splits/skills")];
    cells.extend(item_cells(&view.members));
    cells.resize(10, plain(""));
    let amounts = vec![Amount::new(What::Items, u64::from(view.members.allocated))];
    rows.push(StorageRow { word: "members".to_owned(), title: "agents in splits/skills".to_owned(), cells, amounts });
    rows
}

/// What is gone although it would be kept now, a line for each element.
pub fn gone(view: &StorageView) -> Vec<String> {
    let gone = |element: &ElementStorage| {
        let day = element.gone_before.as_ref()?;
        Some(format!("{}: interval rows from before {day} are gone, because less was kept once", element.title))
    };
    view.elements.iter().filter_map(gone).collect()
}

fn item_cells(items: &ItemUse) -> [CellView; 3] {
    let beyond = match items.beyond {
        0 => plain("–"),
        beyond => CellView { text: figure(u64::from(beyond)), level: Level::Caution },
    };
    // It is counted when an interval is archived, and anew after a change of the allocation.
    let most = items.most_at.map_or_else(|| "not counted yet".to_owned(), |_| figure(u64::from(items.most)));
    [plain(figure(u64::from(items.allocated))), plain(most), beyond]
}

fn element(element: &ElementStorage) -> StorageRow {
    let kept = [element.intrahour_days, element.daily_days, element.weekly_weeks, element.monthly_months];
    let kinds = [What::IntrahourDays, What::DailyDays, What::WeeklyWeeks, What::MonthlyMonths];
    let mut cells = vec![plain(&element.title)];
    cells.extend(item_cells(&element.items));
    cells.extend(kept.iter().map(|kept| plain(figure(u64::from(*kept)))));
    cells.push(plain(bytes_text(element.bytes)));
    cells.push(plain(element.full_bytes.map_or_else(|| "not known yet".to_owned(), bytes_text)));
    let mut amounts = vec![Amount::new(What::Items, u64::from(element.items.allocated))];
    amounts.extend(kinds.into_iter().zip(kept).map(|(what, kept)| Amount::new(what, u64::from(kept))));
    StorageRow {
        word: element.element.clone(),
        title: element.title.to_lowercase().replace("vdns", "VDNs"),
        cells,
        amounts,
    }
}

/// Tables of events.
pub fn events(view: &StorageView) -> Vec<StorageRow> {
    let row = |known: &api::RecordStorage| StorageRow {
        word: known.table.clone(),
        title: known.table.clone(),
        cells: vec![
            plain(&known.table),
            plain(what_it_holds(&known.table)),
            plain(figure(known.records)),
            plain(figure(known.stored)),
            plain(bytes_text(known.bytes)),
        ],
        amounts: vec![Amount::new(What::Records, known.records)],
    };
    view.records.iter().map(row).collect()
}

/// What is recorded in a table of events; empty for one that is not known here.
fn what_it_holds(table: &str) -> &'static str {
    match table {
        "call_rec" => "Call records, segment by segment",
        "ag_actv" => "States of traced agents",
        "haglog" => "Logins and logouts",
        "agex" => "Exceptions of agents",
        "spex" => "Exceptions of splits/skills",
        "tgex" => "Exceptions of trunk groups",
        "vdnex" => "Exceptions of VDNs",
        "vecex" => "Exceptions of vectors",
        "mctex" => "Malicious-call traces",
        "linkex" => "Times without data",
        _ => "",
    }
}

/// What it all takes: name, text.
pub fn space_facts(space: &Space) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Free on the disk", bytes_text(space.free_bytes)),
        ("Files", bytes_text(space.file_bytes)),
        ("Free in them", format!("{} for new rows", bytes_text(space.reusable_bytes))),
    ];
    facts.push(match (space.growth_bytes, space.days_left) {
        (Some(growth), Some(days)) => {
            let days = counted_u64(days, "day", "days");
            ("Growth", format!("{} a day; the disk lasts {days} at that", bytes_text(growth)))
        }
        (Some(_), None) => ("Growth", "none at present".to_owned()),
        (None, _) => ("Growth", "not known before two nights have passed".to_owned()),
    });
    let measured = space.measured_on.as_ref().map_or_else(|| "just now".to_owned(), |day| format!("on {day}"));
    facts.push(("Tables", format!("measured {measured}")));
    facts
}

/// How soon the disk is full at the present growth, if that is soon.
pub fn disk_advice(space: &Space) -> Option<String> {
    /// Days that are left in which to do something.
    const SOON: u64 = 30;
    let days = space.days_left.filter(|days| *days < SOON)?;
    let days = counted_u64(days, "day", "days");
    Some(format!("The disk is full in {days} at the present growth. Keep less, or give the data folder more room"))
}

/// A size with three digits or so.
pub fn bytes_text(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1_000.0 && unit + 1 < UNITS.len() {
        (value, unit) = (value / 1_000.0, unit + 1);
    }
    let decimals = usize::from(unit > 0 && value < 100.0);
    format!("{value:.decimals$} {}", UNITS[unit])
}

/// What an amount is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Entities that are expected.
    Items,
    /// Days of interval rows.
    IntrahourDays,
    /// Days of daily rows.
    DailyDays,
    /// Weeks of weekly rows.
    WeeklyWeeks,
    /// Months of monthly rows.
    MonthlyMonths,
    /// Records.
    Records,
}

impl What {
    /// What a field for it is called.
    pub fn label(self) -> &'static str {
        match self {
            What::Items => "How many there are to be; more are kept all the same",
            What::IntrahourDays => "Days of interval rows, 0 to 370",
            What::DailyDays => "Days of daily rows, 0 to 1,825",
            What::WeeklyWeeks => "Weeks of weekly rows, 0 to 520",
            What::MonthlyMonths => "Months of monthly rows, 0 to 120",
            What::Records => "Records that are kept, up to 100,000,000; a tenth more before the oldest go",
        }
    }

    /// What is lost where less of it is kept; `None` for what is only expected.
    fn kept(self) -> Option<&'static str> {
        let [days, daily, weekly, monthly] = KEPT;
        match self {
            What::Items => None,
            What::IntrahourDays => Some(days),
            What::DailyDays => Some(daily),
            What::WeeklyWeeks => Some(weekly),
            What::MonthlyMonths => Some(monthly),
            What::Records => Some("records"),
        }
    }

    fn most(self) -> u64 {
        match self {
            What::Items => u64::from(u32::MAX),
            What::IntrahourDays => 370,
            What::DailyDays => 1_825,
            What::WeeklyWeeks => 520,
            What::MonthlyMonths => 120,
            What::Records => RECORDS_MOST,
        }
    }
}

/// One amount while it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// What it is of.
    pub what: What,
    /// As typed.
    pub text: String,
    was: u64,
}

impl Amount {
    fn new(what: What, was: u64) -> Amount {
        Amount { what, text: was.to_string(), was }
    }

    /// The number, or what is wrong with it.
    pub fn number(&self) -> Result<u64, String> {
        let text: String = self.text.chars().filter(|part| !matches!(part, ',' | ' ')).collect();
        let number = text.parse::<u64>().map_err(|_| format!("{:?} is no whole number", self.text.trim()))?;
        match self.what.most() {
            most if number > most => Err(format!("at most {} can be kept", figure(most))),
            _ => Ok(number),
        }
    }

    /// What it is now, if it is another number than before.
    fn changed(&self) -> Result<Option<u64>, String> {
        self.number().map(|number| Some(number).filter(|number| *number != self.was))
    }
}

/// An allocation while it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    acd: AcdNumber,
    word: String,
    title: String,
    /// Its amounts.
    pub amounts: Vec<Amount>,
    /// Whether what is older than less of it may go.
    pub lets_go: bool,
}

/// What is ticked before less is kept.
pub const LET_GO: &str = "Remove what is older at once and for good";

impl Draft {
    /// Begins with what is allocated now.
    pub fn of(acd: AcdNumber, row: &StorageRow) -> Draft {
        Draft { acd, word: row.word.clone(), title: row.title.clone(), amounts: row.amounts.clone(), lets_go: false }
    }

    /// `Data storage of splits/skills in ACD 1`.
    pub fn title(&self) -> String {
        format!("Data storage of {} in ACD {}", self.title, self.acd)
    }

    /// What is lost, if less is to be kept than before.
    pub fn loss(&self) -> Option<String> {
        let amounts =
            self.amounts.iter().filter_map(|amount| Some((amount.what.kept()?, amount.was, amount.number().ok()?)));
        let less = less_is_kept(amounts);
        (!less.is_empty()).then(|| {
            format!("Less is kept: {}. What is older is removed at once, and does not come back", less.join(", "))
        })
    }

    /// The change that is asked for, or what is wrong. What stays as it is is not part of it.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let mut set = SetStorage {
            acd: self.acd,
            element: self.word.clone(),
            items: None,
            intrahour_days: None,
            daily_days: None,
            weekly_weeks: None,
            monthly_months: None,
            records: None,
        };
        let unchanged = set.clone();
        for amount in &self.amounts {
            let changed = amount.changed().map_err(|why| format!("{}: {why}", amount.what.label()))?;
            let small = changed.and_then(|number| u32::try_from(number).ok());
            match amount.what {
                What::Items => set.items = small,
                What::IntrahourDays => set.intrahour_days = small,
                What::DailyDays => set.daily_days = small,
                What::WeeklyWeeks => set.weekly_weeks = small,
                What::MonthlyMonths => set.monthly_months = small,
                What::Records => set.records = changed,
            }
        }
        match set == unchanged {
            true => Err("Nothing is other than before".to_owned()),
            false if self.loss().is_some() && !self.lets_go => Err(format!("Tick \"{LET_GO}\" first")),
            false => Ok(ChangeRequest::Storage(set)),
        }
    }
}
