//! One backup or restore at a time, and its end whatever happens.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use api::{ErrorBody, ErrorCode, Job, JobState};
use backup::Places;

use super::jobs::{Jobs, Standing};

const LIMIT: Duration = Duration::from_secs(60);

fn ended(jobs: &Jobs, number: u64) -> Job {
    let began = Instant::now();
    loop {
        let job = jobs.job(number).unwrap();
        if job.state != JobState::Running {
            return job;
        }
        assert!(began.elapsed() < LIMIT, "job {number} does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_second_one_is_refused_while_the_first_runs() {
    let jobs = Jobs::default();
    let (go, waits) = channel();
    let first = jobs.start("the full backup", "anna", move |progress| {
        progress.step("hsplit", 7);
        waits.recv().map_err(|_| ErrorBody::new(ErrorCode::Internal, "nobody said go"))?;
        Ok(Job { text: "done".to_owned(), ..Job::default() })
    });
    let first = first.unwrap().job;
    let refused = jobs.start("the restore", "anna", |_| Ok(Job::default())).unwrap_err();
    assert_eq!(refused.code, ErrorCode::Busy);
    assert!(refused.message.contains("the full backup is running (job 1), begun by anna"), "{refused}");
    go.send(()).unwrap();
    let job = ended(&jobs, first);
    assert_eq!(
        (job.state, job.text.as_str(), job.rows, job.what.as_str()),
        (JobState::Done, "done", 7, "the full backup")
    );
    assert_eq!(job.by, "anna", "also when it is over");
    assert!(jobs.start("the restore", "anna", |_| Ok(Job::default())).is_ok());
}

#[test]
fn what_fails_or_panics_is_over_and_says_why() {
    let jobs = Jobs::default();
    let full = jobs.start("the backup", "anna", |_| Err(ErrorBody::new(ErrorCode::Unavailable, "no room"))).unwrap();
    let job = ended(&jobs, full.job);
    assert_eq!((job.state, job.text.as_str(), job.code), (JobState::Failed, "no room", Some(ErrorCode::Unavailable)));
    assert_eq!(job.by, "anna", "also when it failed");
    let broken = jobs.start("the backup", "anna", |_| panic!("a fault of ours")).unwrap();
    let job = ended(&jobs, broken.job);
    assert_eq!((job.state, job.code), (JobState::Failed, Some(ErrorCode::Internal)));
    assert!(jobs.start("the backup", "anna", |_| Ok(Job::default())).is_ok());
}

#[test]
fn stopping_breaks_off_and_nothing_begins_afterwards() {
    let jobs = Jobs::default();
    let started = jobs.start("the backup", "anna", |progress| {
        while progress.goes_on() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Err(ErrorBody::new(ErrorCode::Unavailable, "the server stops"))
    });
    let number = started.unwrap().job;
    jobs.stop();
    assert_eq!(jobs.job(number).unwrap().state, JobState::Failed);
    assert_eq!(jobs.start("the backup", "anna", |_| Ok(Job::default())).unwrap_err().code, ErrorCode::Unavailable);
}

/// Only what can end half-way without leaving anything, only while it runs, and no other one with it.
#[test]
fn a_job_is_called_off_and_says_by_whom() {
    let jobs = Jobs::default();
    let (tell, told) = channel();
    let work = |can: bool, tell: std::sync::mpsc::Sender<()>| {
        move |progress: &super::jobs::Progress| {
            if can {
                progress.can_be_called_off();
            }
            let _ = tell.send(());
            while can && progress.step("hsplit", 1) {
                std::thread::sleep(Duration::from_millis(1));
            }
            match can {
                true => Err(progress.ended_by(ErrorBody::new(ErrorCode::Unavailable, "the server stops"))),
                false => Ok(Job { text: "done".to_owned(), ..Job::default() }),
            }
        }
    };
    assert_eq!(jobs.call_off(1, "ann").unwrap_err().code, ErrorCode::NotFound);
    let backup = jobs.start("the full backup", "anna", work(true, tell.clone())).unwrap().job;
    told.recv().unwrap();
    assert!(jobs.job(backup).unwrap().can_be_called_off);
    let text = jobs.call_off(backup, "ann").unwrap().text;
    assert!(text.starts_with("the full backup (job 1) ends at its next step"), "{text}");
    let job = ended(&jobs, backup);
    assert_eq!((job.state, job.code, job.can_be_called_off), (JobState::Failed, Some(ErrorCode::CalledOff), false));
    assert_eq!(job.text, "ann called it off; nothing of it is kept");
    let over = jobs.call_off(backup, "ann").unwrap_err();
    assert!(over.code == ErrorCode::WrongState && over.message.contains("is over already"), "{over}");
    let restore = jobs.start("the export", "anna", work(false, tell)).unwrap().job;
    told.recv().unwrap();
    assert_eq!(jobs.call_off(restore, "ann").unwrap_err().code, ErrorCode::WrongState);
    assert_eq!(ended(&jobs, restore).state, JobState::Done);
    let all: Vec<u64> = jobs.all().iter().map(|job| job.job).collect();
    assert_eq!(all, [restore, backup], "the newest first");
}

/// A restore: before the first change it can be called off, from then on it goes to its end.
#[test]
fn a_job_that_changes_something_is_called_off_before_that_or_not_at_all() {
    let jobs = Jobs::default();
    let (tell, told) = channel();
    let work = || {
        let (go, waits) = channel::<()>();
        let tell = tell.clone();
        let work = move |progress: &super::jobs::Progress| {
            progress.can_be_called_off();
            let _ = tell.send("looks");
            let _ = waits.recv();
            progress.to_the_end()?;
            let _ = tell.send("changes");
            let _ = waits.recv();
            match progress.goes_on() {
                true => Ok(Job { text: "done".to_owned(), ..Job::default() }),
                false => Err(ErrorBody::new(ErrorCode::Unavailable, "left half-way")),
            }
        };
        (go, work)
    };
    let (go, looking) = work();
    let first = jobs.start("the restore", "anna", looking).unwrap().job;
    assert_eq!(told.recv(), Ok("looks"));
    jobs.call_off(first, "ann").unwrap();
    go.send(()).unwrap();
    let job = ended(&jobs, first);
    assert_eq!((job.code, job.text.as_str()), (Some(ErrorCode::CalledOff), "ann called it off; nothing of it is kept"));
    let (go, changing) = work();
    let second = jobs.start("the restore", "anna", changing).unwrap().job;
    assert_eq!(told.recv(), Ok("looks"));
    go.send(()).unwrap();
    assert_eq!(told.recv(), Ok("changes"));
    let late = jobs.call_off(second, "ann").unwrap_err();
    assert!(late.code == ErrorCode::WrongState && late.message.contains("is not left half-way"), "{late}");
    go.send(()).unwrap();
    assert_eq!(ended(&jobs, second).text, "done");
}

/// Waits until it is somebody's turn, and begins a job then.
fn begin_in_turn(jobs: &Jobs, turn: &super::jobs::Turn<'_>, what: &str) -> u64 {
    let began = Instant::now();
    while !matches!(turn.wait(Duration::from_millis(5)), Standing::First) {
        assert!(began.elapsed() < LIMIT, "{what} never has its turn");
    }
    jobs.start(what, "anna", |_| Ok(Job::default())).unwrap().job
}

#[test]
fn those_that_wait_have_their_turn_in_the_order_in_which_they_came() {
    let jobs = Jobs::default();
    let (go, waits) = channel();
    jobs.start("the full backup", "anna", move |_| {
        waits.recv().map_err(|_| ErrorBody::new(ErrorCode::Internal, "nobody said go"))?;
        Ok(Job::default())
    })
    .unwrap();
    let (first, second) = (jobs.stand_in_line(), jobs.stand_in_line());
    for turn in [&first, &second] {
        let Standing::Behind(Some(job)) = turn.wait(Duration::from_millis(1)) else { panic!("a backup is running") };
        assert_eq!((job.job, job.what.as_str()), (1, "the full backup"));
    }
    go.send(()).unwrap();
    ended(&jobs, 1);
    assert_eq!(second.wait(Duration::from_millis(1)), Standing::Behind(None), "the first one is before it");
    assert_eq!(first.wait(Duration::from_millis(1)), Standing::First);
    assert_eq!(begin_in_turn(&jobs, &first, "the image"), 2);
    drop(first);
    assert_eq!(begin_in_turn(&jobs, &second, "the restore"), 3);
}

#[test]
fn who_gives_its_place_up_is_waited_for_by_nobody() {
    let jobs = Jobs::default();
    let (first, second) = (jobs.stand_in_line(), jobs.stand_in_line());
    assert_eq!(second.wait(Duration::from_millis(1)), Standing::Behind(None));
    drop(first);
    assert_eq!(second.wait(Duration::from_millis(1)), Standing::First);
}

/// What has no time, and what goes back to the first record, does not begin in 1970.
#[test]
fn a_range_without_a_beginning_tells_none() {
    let calendar = model::Calendar { zone: chrono_tz::Tz::Europe__Berlin, interval: model::IntervalMinutes::Half };
    let told = |range| super::restoring::ends(range, calendar);
    let some = |text: &str| Some(text.to_owned());
    let moments = |from, to| told(Some(Places::Moments(model::Moment(from), model::Moment(to))));
    let noon = some("2026-11-23 12:29:59");
    assert_eq!(moments(1_795_431_600, 1_795_433_400), (some("2026-11-23 12:00:00"), noon.clone()));
    assert_eq!(moments(0, 1_795_433_400), (None, noon));
    assert_eq!(moments(0, i64::MAX), (None, None));
    assert_eq!(moments(i64::MIN, 0), (None, None));
    let day = |day| chrono::NaiveDate::from_ymd_opt(2026, 11, day);
    assert_eq!(told(Some(Places::Days(day(1), day(23)))), (some("2026-11-01"), some("2026-11-23")));
    assert_eq!(told(Some(Places::Days(None, day(23)))), (None, some("2026-11-23")));
    assert_eq!(told(None), (None, None));
}
