//! Numbers of records (SEQNUM, SEQNO): 65,536 times the record's moment, plus its place among the records of the same
//! table and second.
//!
//! So a number rises with time and comes once in a table; both servers give a record the same number without talking to
//! each other; and since the last number is part of the checkpoint, a replay gives the same numbers again and storing a
//! record twice is harmless. Counting from 1 was turned down: a server that missed one record, or began a day later,
//! would number all that follow differently. Here a second later all is alike again.
//!
//! Where time does not move on (a clock set back, more than 65,536 records in a second) numbers go on by one until time
//! has caught up: rising and coming once weigh more than telling the moment, which the record has anyway.

use catalog::Record;
use serde::{Deserialize, Serialize};

/// The numbers given last, by table.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Numbers([u64; Record::TABLES.len()]);

impl Numbers {
    /// The number of the next record.
    pub(crate) fn next(&mut self, record: &Record) -> u64 {
        let last = &mut self.0[record.table_place()];
        *last = Record::first_number(record.at()).max(*last + 1);
        *last
    }

    /// The number that a record of this table was given last; 0 before the first.
    pub(crate) fn last(&self, table: &str) -> u64 {
        Record::TABLES.iter().zip(self.0).find(|(known, _)| **known == table).map_or(0, |(_, last)| last)
    }
}
