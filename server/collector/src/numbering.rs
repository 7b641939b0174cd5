//! Numbers of records (SEQNUM, SEQNO): from the switch's time, so that two servers give the same record the same number.

use catalog::Record;
use model::Moment;
use serde::{Deserialize, Serialize};

use crate::collector::Collector;
use crate::effects::Effect;

/// Tables of records, each with numbers of its own.
const TABLES: usize = 8;

/// For each table the second of its last record, and how many it has in that second.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Numbering([(Moment, u64); TABLES]);

impl Numbering {
    /// The next number of the record's table.
    fn next(&mut self, record: &Record) -> u64 {
        let (second, count) = &mut self.0[place(record)];
        if *second != record.at() {
            (*second, *count) = (record.at(), 0);
        }
        *count += 1;
        u64::try_from(second.0).unwrap_or(0) * 65_536 + *count
    }
}

fn place(record: &Record) -> usize {
    use catalog::ExceptionOf as Of;
    match record {
        Record::Call(_) => 0,
        Record::Trace(_) => 1,
        Record::Malicious(_) => 2,
        Record::Exception(exception) => match exception.of {
            Of::Agent { .. } => 3,
            Of::Split { .. } => 4,
            Of::TrunkGroup { .. } => 5,
            Of::Vdn { .. } => 6,
            Of::Vector { .. } => 7,
        },
    }
}

impl Collector {
    /// Hands out a record and returns its number.
    pub(crate) fn record(&mut self, record: Record) -> u64 {
        let number = self.numbering.next(&record);
        self.out.push(Effect::Record { number, record });
        number
    }
}
