//! When history is summed up: in words, and while it is typed.

use api::{SetSummarizing, SummarizingView};
use model::AcdNumber;
use session::ChangeRequest;

/// Days of the week, as the server writes them.
pub const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// When history is summed up: name, text.
pub fn facts(view: &SummarizingView) -> Vec<(&'static str, String)> {
    vec![
        ("Summed up", format!("at {} by the ACD's clock", view.summarize_at)),
        ("Days", format!("from {} to {}", view.daily_start, view.daily_stop)),
        ("Weeks", format!("from {} to {}", view.week_start, view.week_stop)),
        (
            "Out of date",
            if view.rerun { "summed up again by itself" } else { "summed up again only by hand" }.to_owned(),
        ),
    ]
}

/// The times while they are typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    acd: AcdNumber,
    was: SummarizingView,
    /// As typed.
    pub now: SummarizingView,
    /// What must come before the times can be changed; whether summing up again goes by itself can be changed always.
    pub before: Option<String>,
}

impl Draft {
    /// Begins with what holds now.
    pub fn of(acd: AcdNumber, view: &SummarizingView, before: Option<String>) -> Draft {
        Draft { acd, was: view.clone(), now: view.clone(), before }
    }

    /// The ACD.
    pub fn acd(&self) -> AcdNumber {
        self.acd
    }

    /// The change that is asked for, or what is wrong. What stays as it is is not part of it.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let time = |now: &str, was: &str| {
            let text = time_of_day(now)?;
            Ok::<_, String>(Some(text).filter(|text| text != was))
        };
        let day = |now: &str, was: &str| Some(now.to_owned()).filter(|day| day != was);
        let (now, was) = (&self.now, &self.was);
        let set = SetSummarizing {
            acd: self.acd,
            daily_start: time(&now.daily_start, &was.daily_start)?,
            daily_stop: time(&now.daily_stop, &was.daily_stop)?,
            week_start: day(&now.week_start, &was.week_start),
            week_stop: day(&now.week_stop, &was.week_stop),
            summarize_at: time(&now.summarize_at, &was.summarize_at)?,
            rerun: Some(now.rerun).filter(|rerun| *rerun != was.rerun),
        };
        let nothing = SetSummarizing {
            acd: self.acd,
            daily_start: None,
            daily_stop: None,
            week_start: None,
            week_stop: None,
            summarize_at: None,
            rerun: None,
        };
        if set == nothing {
            Err("Nothing is other than before".to_owned())
        } else {
            Ok(ChangeRequest::Summarizing(set))
        }
    }
}

/// A time of day as it is typed, in the server's form.
pub fn time_of_day(text: &str) -> Result<String, String> {
    let wrong = || format!("{:?} is no time of day; write it as 00:35", text.trim());
    let (hour, minute) = text.trim().split_once(':').ok_or_else(wrong)?;
    match (hour.parse::<u8>(), minute.parse::<u8>()) {
        (Ok(hour @ 0..=23), Ok(minute @ 0..=59)) => Ok(format!("{hour:02}:{minute:02}")),
        _ => Err(wrong()),
    }
}
