//! Two servers that missed different parts of the same interval: whole in the end, by the events of both. Where neither was
//! receiving, both say so.

use anyhow::Result;
use api::Digest;
use model::Calendar;
use simulator::Scenario;
use testkit::digests::compare;
use testkit::{Place, Site};

use super::{Deed, Missed, Outage, cut};
use crate::cli::{Ended, Server};
use crate::day::{Day, restart_from_journal};

const HOURS: i64 = 3;

/// An outage of the primary.
fn cut_of_a(minute: i64, minutes: i64) -> Outage {
    Outage { place: Place::A, ..cut(minute, minutes) }
}

/// What a collector without any link makes of the same hours.
pub fn undisturbed(scenario: Scenario, hours: i64) -> Vec<Digest> {
    let day = Day::play(scenario, hours);
    let calendar: Calendar = day.calendar();
    day.collect().record_digests(&calendar)
}

async fn check_equal(missed: &Missed, expected: &[Digest]) -> Result<()> {
    for place in Place::BOTH {
        assert_eq!(missed.digests(place).await?, expected, "{place:?}");
    }
    Ok(())
}

fn from(site: &Site, place: Place) -> Result<Vec<String>> {
    let source = Server::of(site, place)?;
    Ok(["twin", "heal"].into_iter().chain(source.as_source()).map(str::to_owned).collect())
}

pub fn heal(site: &Site, here: Place, there: Place) -> Result<Ended> {
    let arguments = from(site, there)?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Ok(Server::of(site, here)?.run(&arguments))
}

/// The primary misses some minutes, the secondary others of the same half hour, and both several intervals besides: no row
/// and no record is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_any_of_the_two_received_is_whole_on_both() -> Result<()> {
    let outages = [cut_of_a(33, 6), cut(42, 7), cut(75, 50), cut_of_a(130, 5), cut(140, 6)];
    let mut missed = Missed::open(96, HOURS, &outages).await?;
    let expected = undisturbed(Missed::scenario(96), HOURS);
    let [a, b] = missed.site.both_digests_through(missed.end).await?;
    let on_both = a.iter().filter(|a| a.incomplete && b.iter().any(|b| b.start == a.start && b.incomplete)).count();
    assert!(on_both > 0, "no interval lacks data on both");

    let ended = heal(&missed.site, Place::B, Place::A)?;
    assert!(ended.out.contains("collected again, and whole now"), "{ended:?}");
    // What the primary alone still lacks it gets from the secondary, which has everything.
    assert_eq!(missed.digests(Place::B).await?, expected);
    let ended = heal(&missed.site, Place::A, Place::B)?;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    check_equal(&missed, &expected).await?;
    // Also after a start that collects everything anew from the journal with its gaps.
    restart_from_journal(&mut missed.site)?;
    check_equal(&missed, &expected).await
}

/// Some minutes that neither got: the interval stays incomplete on both, is told as such, and is the same on both; all others
/// are whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_what_neither_received_is_lost_and_both_say_so() -> Result<()> {
    let missed = Missed::open(97, HOURS, &[cut_of_a(40, 9), cut(46, 30), cut(130, 6), cut_of_a(140, 6)]).await?;
    let expected = undisturbed(Missed::scenario(97), HOURS);
    heal(&missed.site, Place::B, Place::A)?;
    let ended = heal(&missed.site, Place::A, Place::B)?;
    assert!(ended.code == Some(1) && ended.out.contains("incomplete on both"), "{ended:?}");
    let ended = heal(&missed.site, Place::B, Place::A)?;
    assert!(ended.code == Some(1) && ended.out.contains("neither server was receiving"), "{ended:?}");
    // With everything that any of them received, also of those.
    assert_eq!(missed.digests(Place::A).await?, missed.digests(Place::B).await?);
    let dark = missed.start + 30 * 60;
    for place in Place::BOTH {
        let found = missed.digests(place).await?;
        let compared = compare(&found, &expected);
        assert!(compared.differing == 0 && compared.missing == 0, "{place:?}: {compared:?}");
        // The outage without any receiver lies in the second half hour; calls of it may reach into the third.
        assert!(compared.starts.contains(&dark), "{place:?}: {compared:?}");
        assert!(compared.starts.iter().all(|start| (dark..dark + 3600).contains(start)), "{place:?}: {compared:?}");
        let incomplete: Vec<_> = found.iter().filter(|digest| digest.incomplete).map(|digest| digest.start).collect();
        assert_eq!(incomplete, compared.starts, "{place:?}");
    }
    Ok(())
}

/// Calls that began in a gap which only one server had, and end in an interval of which both miss a part: the interval of the gap
/// is fetched, and theirs is incomplete on both, but has all that any of the two received.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_interval_lacks_nothing_of_a_gap_before_it_that_only_one_server_had() -> Result<()> {
    let missed = Missed::open(99, HOURS, &[cut(82, 7), cut_of_a(100, 6), cut(100, 6)]).await?;
    let there = missed.digests(Place::A).await?;
    let ended = heal(&missed.site, Place::B, Place::A)?;
    assert!(ended.code == Some(1) && ended.out.contains("fuller than before"), "{ended:?}");
    let found = missed.digests(Place::B).await?;
    assert_eq!(found, there, "the primary had received all that could be");
    assert!(found.iter().any(|digest| digest.incomplete), "both were in the dark");
    Ok(())
}

/// The journal keeps some days, and what both lack from before that stays for as long as intervals are kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_older_than_the_journal_keeps_nothing_else_from_being_made_whole() -> Result<()> {
    let outages = [cut_of_a(33, 6), cut(42, 7), cut_of_a(130, 5), cut(140, 6)];
    let mut missed = Missed::with(100, HOURS, &outages, Some((90, Deed::Restart))).await?;
    let expected = undisturbed(Missed::scenario(100), HOURS);
    missed.site.stop(Place::B);
    let acd = missed.site.folder(Place::B).join("acd/01");
    std::fs::remove_file(acd.join(format!("journal/{:020}.journal", 1)))?;
    assert_eq!(std::fs::read_dir(acd.join("anchors"))?.count(), 1, "the checkpoint of the restart is kept");
    missed.site.run(Place::B)?;

    let ended = heal(&missed.site, Place::B, Place::A)?;
    assert!(ended.code == Some(1) && ended.out.contains("collected again, and whole now"), "{ended:?}");
    let found = missed.digests(Place::B).await?;
    let lacking: Vec<i64> =
        found.iter().filter(|known| known.incomplete).map(|known| (known.start - missed.start) / 1800).collect();
    assert_eq!(lacking, [1], "only what is too old still lacks data");
    let whole = |digests: &[Digest]| digests.iter().filter(|known| !known.incomplete).cloned().collect::<Vec<_>>();
    assert!(whole(&found).iter().all(|known| expected.contains(known)));
    Ok(())
}

/// Outages over the ends of intervals, while a call profile is another one on each: what was fetched from the other server, and is
/// counted by its profile, keeps no interval from being made whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_call_profile_keeps_no_interval_from_being_collected_again() -> Result<()> {
    let outages = [cut_of_a(81, 15), cut(102, 7)];
    let missed = Missed::with(98, HOURS, &outages, Some((40, Deed::Profile))).await?;
    // Nothing in it is equal, and all that is kept says that they are of one switch.
    let since = (missed.start + 120 * 60).to_string();
    let mut arguments = from(&missed.site, Place::B)?;
    arguments.extend(["--since".to_owned(), since[.."YYYY-MM-DDTHH:MM".len()].to_owned()]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = Server::of(&missed.site, Place::A)?.run(&arguments);
    assert!(ended.code == Some(1) && ended.out.contains("differs"), "{ended:?}");
    let ended = heal(&missed.site, Place::A, Place::B)?;
    assert!(ended.out.contains("collected again, and whole now") && ended.out.contains("differs"), "{ended:?}");
    let ended = heal(&missed.site, Place::B, Place::A)?;
    assert!(ended.code == Some(1) && !ended.err.contains("collecting again"), "{ended:?}");
    for place in Place::BOTH {
        assert!(missed.digests(place).await?.iter().all(|digest| !digest.incomplete), "{place:?}");
    }
    Ok(())
}
