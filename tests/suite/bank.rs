//! Every month of the bank that is on this machine, day by day, against totals that somebody else computed from the same
//! raw files.
//!
//! The analyst's means are over all calls of a day, whatever became of them. The archive leaves out two things that the
//! raw files have and no switch could tell: service times of calls that hung up, and waits of calls that were disconnected
//! without having queued. They are added here from the raw file before comparing.

use std::collections::BTreeMap;

use catalog::{CallRecord, Disposition, Record};
use chrono::{Datelike, NaiveDate};
use model::{Calendar, IntervalMinutes};
use testkit::{bank, collect};

/// A day as the call records have it.
#[derive(Debug, Default)]
struct Day {
    calls: u64,
    abandoned: u64,
    queue_secs: i64,
    service_secs: i64,
}

#[test]
fn every_month_agrees_with_the_daily_totals_of_an_independent_analyst() -> anyhow::Result<()> {
    let months = bank::months();
    let Some(totals) = bank::daily_totals()? else {
        println!("skipped: the bank's calls are not on this machine");
        return Ok(());
    };
    let calendar = Calendar { zone: bank::ZONE, interval: IntervalMinutes::Half };
    for number in months {
        let Some(month) = bank::Month::load(number)? else { continue };
        let mut events = month.configuration();
        events.extend(month.events());
        let collected = collect(calendar, &events);
        let mut days: BTreeMap<NaiveDate, Day> = BTreeMap::new();
        for (_, record) in &collected.records {
            if let Record::Call(call) = record {
                days.entry(calendar.local(call.began_at).date()).or_default().add(call);
            }
        }
        for call in &month.calls {
            let day = days.entry(call.date).or_default();
            day.service_secs += call.unserved_secs;
            day.queue_secs += call.unqueued_secs;
        }
        for (date, day) in &days {
            let Some(total) = totals.get(date) else { continue };
            let mean = |secs: i64| secs as f64 / day.calls as f64;
            assert_eq!((day.calls, day.abandoned), (total.calls, total.hung_up), "{date}");
            // The analyst printed two decimals.
            assert!((mean(day.queue_secs) - total.mean_queue_secs).abs() < 0.0051, "{date}: {day:?} {total:?}");
            assert!((mean(day.service_secs) - total.mean_service_secs).abs() < 0.0051, "{date}: {day:?} {total:?}");
        }
        let compared = days.keys().filter(|date| totals.contains_key(date)).count();
        // Other months may have holidays.
        let known = totals.iter().filter(|(date, total)| date.month() == number && total.calls > 0).count();
        assert!(compared > 0 && compared == known, "only {compared} of {known} days of month {number} were compared");
        let calls: u64 = days.values().map(|day| day.calls).sum();
        assert_eq!(calls, month.calls.len() as u64, "month {number}");
    }
    Ok(())
}

impl Day {
    fn add(&mut self, call: &CallRecord) {
        if call.segment == 1 {
            self.calls += 1;
            self.abandoned += u64::from(call.disposition == Disposition::Abandoned);
        }
        self.queue_secs += i64::from(call.queue_secs);
        self.service_secs += i64::from(call.talk_secs);
    }
}
