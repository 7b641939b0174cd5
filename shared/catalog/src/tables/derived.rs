//! Items that no file stores: a table has them all the same, and they are made when its rows are read.
//!
//! The field knows them beside items that say the same. Stored they would make every record larger, and the digest of a
//! record would depend on the version that stored it.

/// How an item is made from another one of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derived {
    /// It is the same as that item.
    Same(&'static str),
    /// It is the date, as YYYYMMDD, of the seconds in that item.
    DateOf(&'static str),
    /// It is always blank; the reason is on the list of unfilled items.
    Blank,
}

const DERIVED: [(&str, &str, Derived); 12] = [
    ("call_rec", "START_DATE", Derived::DateOf("SEGSTART")),
    ("call_rec", "START_DATE_UTC", Derived::DateOf("SEGSTART_UTC")),
    ("call_rec", "STOP_DATE", Derived::DateOf("SEGSTOP")),
    ("call_rec", "STOP_DATE_UTC", Derived::DateOf("SEGSTOP_UTC")),
    ("haglog", "LOGIN_DATE", Derived::Same("ROW_DATE")),
    ("haglog", "LOGIN_DATE_UTC", Derived::DateOf("LOGIN")),
    ("haglog", "LOGOUT_DATE_UTC", Derived::DateOf("LOGOUT")),
    ("haglog", "UTC_TIMEZONE", Derived::Blank),
    ("haglog", "SEQNUM", Derived::Blank),
    ("haglog", "LOC_ID", Derived::Blank),
    ("haglog", "PREFERENCE", Derived::Blank),
    ("haglog", "SKINTRTYPE", Derived::Blank),
];

/// How an item of a table is made; `None` if it is stored. A name stands for its numbered items, too.
pub fn derived(table: &str, item: &str) -> Option<Derived> {
    let stem = item.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let is_meant = |known: &str| known == item || known == stem;
    DERIVED.iter().find(|(of, known, _)| *of == table && is_meant(known)).map(|(_, _, derived)| *derived)
}
