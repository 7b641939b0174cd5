//! One backup or restore at a time, and its end whatever happens.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use api::{ErrorBody, ErrorCode, Job, JobState};

use super::jobs::Jobs;

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
    let first = jobs.start("the full backup", move |progress| {
        progress.step("hsplit", 7);
        waits.recv().map_err(|_| ErrorBody::new(ErrorCode::Internal, "nobody said go"))?;
        Ok(Job { text: "done".to_owned(), ..Job::default() })
    });
    let first = first.unwrap().job;
    let refused = jobs.start("the restore", |_| Ok(Job::default())).unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongState);
    assert!(refused.message.contains("the full backup is running (job 1)"), "{refused}");
    go.send(()).unwrap();
    let job = ended(&jobs, first);
    assert_eq!(
        (job.state, job.text.as_str(), job.rows, job.what.as_str()),
        (JobState::Done, "done", 7, "the full backup")
    );
    assert!(jobs.start("the restore", |_| Ok(Job::default())).is_ok());
}

#[test]
fn what_fails_or_panics_is_over_and_says_why() {
    let jobs = Jobs::default();
    let full = jobs.start("the backup", |_| Err(ErrorBody::new(ErrorCode::Unavailable, "no room"))).unwrap();
    let job = ended(&jobs, full.job);
    assert_eq!((job.state, job.text.as_str(), job.code), (JobState::Failed, "no room", Some(ErrorCode::Unavailable)));
    let broken = jobs.start("the backup", |_| panic!("a fault of ours")).unwrap();
    let job = ended(&jobs, broken.job);
    assert_eq!((job.state, job.code), (JobState::Failed, Some(ErrorCode::Internal)));
    assert!(jobs.start("the backup", |_| Ok(Job::default())).is_ok());
}

#[test]
fn stopping_breaks_off_and_nothing_begins_afterwards() {
    let jobs = Jobs::default();
    let started = jobs.start("the backup", |progress| {
        while progress.goes_on() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Err(ErrorBody::new(ErrorCode::Unavailable, "the server stops"))
    });
    let number = started.unwrap().job;
    jobs.stop();
    assert_eq!(jobs.job(number).unwrap().state, JobState::Failed);
    assert_eq!(jobs.start("the backup", |_| Ok(Job::default())).unwrap_err().code, ErrorCode::Unavailable);
}
