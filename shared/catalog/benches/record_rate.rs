//! How fast a call record becomes a row, beside the bare limit, a row of as many blanks, and beside what looking up the names of
//! its items costs on top.
//!
//! `cargo bench -p catalog`

use std::hint::black_box;
use std::time::Instant;

use catalog::{CallRecord, Disposition, Record, Value, table};
use model::{AcdNumber, Calendar, CallId, IntervalMinutes, Moment, SplitId};

const RECORDS: u64 = 200_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let calendar = Calendar { zone: "Europe/Berlin".parse()?, interval: IntervalMinutes::Half };
    let record = answered()?;
    let width = record.table().items().len();
    told("row of a call", |number| {
        black_box(record.values(AcdNumber(1), number, &calendar));
    });
    told("and by name", |number| {
        let record = record.clone();
        let table = table(record.table().name).expect("it is in the catalogue");
        let mut row = vec![Value::Blank; width];
        for (item, value) in table.items().iter().zip(record.values(AcdNumber(1), number, &calendar)) {
            if value != Value::Blank {
                row[table.position(&item.name).expect("it is an item")] = value;
            }
        }
        black_box(row);
    });
    told("bare limit", |_| {
        black_box(vec![Value::Blank; width]);
    });
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a measuring program reads the clock")]
fn told(what: &str, step: impl Fn(u64)) {
    let began = Instant::now();
    (0..RECORDS).for_each(step);
    let nanos = began.elapsed().as_nanos() / u128::from(RECORDS);
    println!("{what:<16} {nanos:>8} ns each");
}

/// An ordinary call: from a trunk through a VDN and a queue to an agent.
fn answered() -> Result<Record, Box<dyn std::error::Error>> {
    let at = Moment(1_795_428_000);
    let vdn: model::VdnId = "5000".parse()?;
    Ok(Record::Call(Box::new(CallRecord {
        ucid: "00001070011795428000".parse()?,
        calling_party: "+49301234567".parse()?,
        dialed_number: "08001234".parse()?,
        disposition_split: Some(SplitId(12)),
        disposition_vdn: Some(vdn),
        vdns: [vdn].into_iter().collect(),
        splits: [SplitId(12)].into_iter().collect(),
        talk_secs: 150,
        answering_agent: Some("1001".parse()?),
        trunk: Some("01A0305".parse()?),
        ..CallRecord::bare(CallId(70_001), at, at + 251, Disposition::Answered)
    })))
}
