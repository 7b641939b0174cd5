//! Which rows and names a user may read.
//!
//! Rows are left out where they are read, before the evaluator sees them: so no total, no share, no order and no name of an
//! input can tell of what is not there. Leaving rows out of finished sheets was turned down, because totals would still
//! hold them. Whoever may read the same has the same [`Reach`], so their live reports are computed once.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use catalog::{Belonging, Table, Value};
use model::{AcdAccess, AcdNumber, Calendar, Dictionary, Element, Interval, Moment, NameKind, Period, SummaryTimes};
use parking_lot::Mutex;
use report::{Closed, DayBounds, Filter, Kept, RowSource, SourceError};

use crate::rows::Rows;

/// Which rows may be read; one for all who may read the same.
pub struct Reach {
    /// Tells it from others; 0 is everything.
    pub number: u64,
    /// The ACDs that may be seen; `None` for everything.
    acds: Option<BTreeMap<AcdNumber, Seen>>,
    /// The names that may be read of each ACD, made from these names of it.
    names: Mutex<BTreeMap<AcdNumber, [Arc<Dictionary>; 2]>>,
}

/// Equal numbers are given to equal reaches alone.
impl PartialEq for Reach {
    fn eq(&self, other: &Reach) -> bool {
        self.number == other.number
    }
}

/// What of one ACD may be read.
pub struct Seen(BTreeMap<Element, SeenElements>);

/// Which elements of a kind may be read.
#[derive(Default)]
struct SeenElements {
    all: bool,
    texts: BTreeSet<String>,
    numbers: HashSet<i64>,
}

impl SeenElements {
    fn admits(&self, value: &Value) -> bool {
        self.all
            || match value {
                Value::Int(number) => self.numbers.contains(number),
                Value::Text(text) => self.texts.contains(text.as_ref()),
                _ => false,
            }
    }
}

impl Reach {
    /// Everything there is.
    pub fn everything() -> Reach {
        Reach { number: 0, acds: None, names: Mutex::default() }
    }

    /// What may be read of these ACDs, and nothing of others.
    pub fn new(number: u64, acds: &BTreeMap<AcdNumber, AcdAccess>) -> Reach {
        let elements = |access: &AcdAccess, element: Element| {
            let Some(granted) = access.elements.get(&element) else { return SeenElements::default() };
            let texts: BTreeSet<String> =
                granted.each.iter().filter(|(_, access)| access.read()).map(|(number, _)| number.clone()).collect();
            let numbers = texts.iter().filter_map(|number| number.parse().ok()).collect();
            SeenElements { all: granted.all.read(), texts, numbers }
        };
        let seen = |access: &AcdAccess| {
            Seen(Element::ALL.iter().map(|element| (*element, elements(access, *element))).collect())
        };
        let acds = acds.iter().filter(|(_, access)| access.acd.read());
        let acds = acds.map(|(acd, access)| (*acd, seen(access))).collect();
        Reach { number, acds: Some(acds), names: Mutex::default() }
    }

    /// Whether an ACD may be seen at all.
    pub fn sees(&self, acd: AcdNumber) -> bool {
        self.acds.as_ref().is_none_or(|acds| acds.contains_key(&acd))
    }

    /// The rows of an ACD that may be read.
    pub fn rows(&self, acd: AcdNumber, rows: Rows) -> Visible<'_> {
        let seen = self.acds.as_ref().map(|acds| acds.get(&acd));
        Visible { rows, seen }
    }

    /// Whether the name of a number may be read.
    pub fn names_number(&self, acd: AcdNumber, kind: NameKind, number: &str) -> bool {
        let seen = |acds: &BTreeMap<AcdNumber, Seen>| acds.get(&acd).is_some_and(|seen| seen.names(kind, number));
        self.acds.as_ref().is_none_or(seen)
    }

    /// The names of an ACD that may be read.
    pub fn names(&self, acd: AcdNumber, all: &Arc<Dictionary>) -> Arc<Dictionary> {
        let Some(acds) = &self.acds else { return Arc::clone(all) };
        let Some(seen) = acds.get(&acd) else { return Arc::default() };
        let mut known = self.names.lock();
        if let Some([_, visible]) = known.get(&acd).filter(|[of, _]| Arc::ptr_eq(of, all)) {
            return Arc::clone(visible);
        }
        let mut visible = Dictionary::clone(all);
        visible.retain(|kind, number| seen.names(kind, number));
        let visible = Arc::new(visible);
        known.insert(acd, [Arc::clone(all), Arc::clone(&visible)]);
        visible
    }
}

impl Seen {
    fn all(&self, element: Element) -> bool {
        self.0.get(&element).is_some_and(|elements| elements.all)
    }

    fn names(&self, kind: NameKind, number: &str) -> bool {
        let element = match kind {
            NameKind::Split => Element::Split,
            NameKind::Vdn => Element::Vdn,
            NameKind::Vector => Element::Vector,
            NameKind::TrunkGroup => Element::TrunkGroup,
            // The names do not tell which group a trunk is in.
            NameKind::Trunk => return self.all(Element::TrunkGroup),
            NameKind::Agent | NameKind::WorkCode | NameKind::AuxReason | NameKind::LogoutReason => return true,
            NameKind::Acd | NameKind::Announcement | NameKind::Location => return true,
            NameKind::AgentString | NameKind::SplitString | NameKind::TrunkString | NameKind::GenericString => {
                return true;
            }
        };
        self.0.get(&element).is_some_and(|elements| elements.all || elements.texts.contains(number))
    }

    /// Which rows of a table may be read.
    fn of(&self, table: &Table) -> Admitted {
        match table.belonging() {
            Belonging::Acd => Admitted::All,
            Belonging::Everything if self.all(Element::Split) => Admitted::All,
            Belonging::Everything => Admitted::Nothing,
            Belonging::Elements(owners) if owners.iter().all(|(element, _)| self.all(*element)) => Admitted::All,
            Belonging::Elements(owners) => Admitted::Of(owners),
        }
    }

    /// Whether a row may be read, by its values of the items that tell what it belongs to.
    fn admits(&self, owners: &[(Element, &str)], values: &[Value]) -> bool {
        let named = owners.iter().zip(values).find(|(_, value)| fills_in(value));
        match named {
            Some(((element, _), value)) => self.0.get(element).is_some_and(|elements| elements.admits(value)),
            None => owners.first().is_some_and(|(element, _)| self.all(*element)),
        }
    }

    /// The filter with what may be read in it, so that the rest is not even looked for.
    fn narrow(&self, filter: &Filter, owners: &[(Element, &str)]) -> Filter {
        let mut filter = filter.clone();
        // Where several items tell, a row that one of them would leave out may belong to another.
        let [(element, item)] = owners else { return filter };
        let Some(elements) = self.0.get(element).filter(|elements| !elements.all) else { return filter };
        let both = filter.chosen(item).map(|chosen| chosen & &elements.texts);
        filter.keys.insert((*item).to_owned(), both.unwrap_or_else(|| elements.texts.clone()));
        filter
    }
}

/// Which rows of a table may be read.
enum Admitted {
    All,
    Nothing,
    /// Each by what it belongs to.
    Of(&'static [(Element, &'static str)]),
}

/// How people call them.
fn things(element: Element) -> &'static str {
    match element {
        Element::Split => "splits/skills",
        Element::TrunkGroup => "trunk groups",
        Element::Vdn => "VDNs",
        Element::Vector => "vectors",
    }
}

/// Whether an item names an element: 0 and nothing name none.
fn fills_in(value: &Value) -> bool {
    match value {
        Value::Int(number) => *number != 0,
        Value::Text(text) => !text.is_empty(),
        _ => false,
    }
}

/// One ACD's rows, as far as they may be read.
pub struct Visible<'a> {
    /// All of them.
    pub rows: Rows,
    /// What may be read: all (`None`), or this of the ACD, or nothing of it.
    seen: Option<Option<&'a Seen>>,
}

impl RowSource for Visible<'_> {
    fn for_each_row(
        &self,
        table: &'static Table,
        items: &[usize],
        filter: &Filter,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<(), SourceError> {
        let Some(seen) = self.seen else { return self.rows.for_each_row(table, items, filter, each) };
        let Some(seen) = seen else { return Ok(()) };
        let owners = match seen.of(table) {
            Admitted::All => return self.rows.for_each_row(table, items, filter, each),
            Admitted::Nothing => return Ok(()),
            Admitted::Of(owners) => owners,
        };
        let places = owners.iter().map(|(_, item)| table.position(item));
        let Some(places) = places.collect::<Option<Vec<usize>>>() else { return Ok(()) };
        let read: Vec<usize> = items.iter().copied().chain(places).collect();
        self.rows.for_each_row(table, &read, &seen.narrow(filter, owners), &mut |row| {
            let (wanted, belongs) = row.split_at(items.len());
            if seen.admits(owners, belongs) {
                each(wanted);
            }
        })
    }

    fn calendar(&self) -> Option<Calendar> {
        self.rows.calendar()
    }

    fn running(&self) -> Option<Interval> {
        self.rows.running()
    }

    fn summary_times(&self) -> SummaryTimes {
        self.rows.summary_times()
    }

    fn not_summed_up(&self, kind: catalog::TableKind, bounds: DayBounds) -> Result<Vec<Period>, SourceError> {
        if matches!(self.seen, Some(None)) { Ok(Vec::new()) } else { self.rows.not_summed_up(kind, bounds) }
    }

    fn left_out(&self, table: &'static Table, filter: &Filter) -> Option<&'static str> {
        let seen = self.seen??;
        let owners = match seen.of(table) {
            Admitted::All => return None,
            // Only who may see all of them sees rows that put them together.
            Admitted::Nothing => return Some(things(Element::Split)),
            Admitted::Of(owners) => owners,
        };
        let (element, item) = owners.iter().find(|(element, _)| !seen.all(*element))?;
        let texts = seen.0.get(element).map(|elements| &elements.texts);
        let is_within = |chosen: &BTreeSet<String>| texts.is_some_and(|texts| chosen.is_subset(texts));
        match filter.chosen(item) {
            Some(chosen) if owners.len() == 1 && is_within(chosen) => None,
            _ => Some(things(*element)),
        }
    }

    /// Of an ACD that may not be seen, nothing is told.
    fn has_intervals(&self, from: Option<Moment>, to: Option<Moment>) -> Result<bool, SourceError> {
        if matches!(self.seen, Some(None)) { Ok(true) } else { self.rows.has_intervals(from, to) }
    }

    /// Of an ACD that may not be seen, nothing is told.
    fn closed(&self, from: Option<Moment>, to: Option<Moment>) -> Result<Vec<Closed>, SourceError> {
        if matches!(self.seen, Some(None)) { Ok(Vec::new()) } else { self.rows.closed(from, to) }
    }

    fn incomplete(&self, kind: catalog::TableKind, bounds: DayBounds) -> Result<Vec<(Period, u32)>, SourceError> {
        if matches!(self.seen, Some(None)) { Ok(Vec::new()) } else { self.rows.incomplete(kind, bounds) }
    }

    fn kept(&self, table: &'static Table) -> Result<Kept, SourceError> {
        if matches!(self.seen, Some(None)) { Ok(Kept::Unseen) } else { self.rows.kept(table) }
    }

    /// Of an ACD that may not be seen, nothing is told; a period's state says nothing of single rows.
    fn out_of_date(&self, kind: catalog::TableKind) -> Result<Vec<Period>, SourceError> {
        if matches!(self.seen, Some(None)) { Ok(Vec::new()) } else { self.rows.out_of_date(kind) }
    }

    fn not_made_again(&self, kind: catalog::TableKind) -> Result<Vec<Period>, SourceError> {
        if matches!(self.seen, Some(None)) { Ok(Vec::new()) } else { self.rows.not_made_again(kind) }
    }

    fn lacking(&self, table: &'static Table, bounds: DayBounds) -> Result<Vec<Period>, SourceError> {
        if matches!(self.seen, Some(None)) { Ok(Vec::new()) } else { self.rows.lacking(table, bounds) }
    }
}
