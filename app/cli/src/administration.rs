//! `cms profile`, `cms collection`, `cms interval` and `cms changes`: what administrators change of an ACD.

use std::collections::BTreeMap;

use api::{Change, Changed, Profile, Profiled, RemoveProfile, SetCollection, SetInterval, SetProfile, SetSummarizing};
use client::Client;
use model::{AcdNumber, CallProfile, IntervalMinutes};

use crate::arguments::{
    ChangesOptions, CollectionOptions, IntervalChoice, IntervalCommand, OnOff, ProfileChoice, ProfileCommand,
    ProfileKind, Switch,
};
use crate::failure::Failure;
use crate::when::{self, acds};
use crate::{output, storage};

pub(crate) async fn profile(client: &Client, command: ProfileCommand) -> Result<(), Failure> {
    match command {
        ProfileCommand::Show { of, number, acd, json } => {
            let mut profiles = client.profiles(acd).await?;
            let of = of.map(profiled);
            profiles.retain(|known| of.is_none_or(|of| known.of == of && Some(&known.number) == number.as_ref()));
            output::print(&if json { output::json(&profiles)? } else { profiles_text(&profiles) })
        }
        ProfileCommand::Set(ProfileChoice { of, number, acd, service_level, increments, json }) => {
            let of = profiled(of);
            let profile = Profile { of, number, service_level_secs: service_level, increments_secs: increments };
            output::told(&client.set_profile(&SetProfile { acd, profile }).await?, json)
        }
        ProfileCommand::Delete { of, number, acd, json } => {
            let remove = RemoveProfile { acd, of: profiled(of), number };
            output::told(&client.remove_profile(&remove).await?, json)
        }
    }
}

fn profiled(of: ProfileKind) -> Profiled {
    match of {
        ProfileKind::Split => Profiled::Split,
        ProfileKind::Vdn => Profiled::Vdn,
    }
}

pub(crate) async fn collection(client: &Client, options: CollectionOptions) -> Result<(), Failure> {
    let on = options.state == Switch::On;
    output::told(&client.set_collection(&SetCollection { acd: options.acd, on }).await?, options.json)
}

pub(crate) async fn interval(client: &Client, command: IntervalCommand) -> Result<(), Failure> {
    let choice = match command {
        IntervalCommand::Set(choice) => choice,
        IntervalCommand::Show { acd, json } => return show_interval(client, acd, json).await,
    };
    let IntervalChoice { minutes, acd, daily_start, daily_stop, week_start, week_stop, summarize_at, rerun, json } =
        choice;
    let minutes = minutes.map(IntervalMinutes::try_from).transpose().map_err(Failure::usage)?;
    let texts = [&daily_start, &daily_stop, &week_start, &week_stop, &summarize_at];
    // First the times: with a longer interval those of before may not be allowed.
    let mut done = None;
    if texts.iter().any(|text| text.is_some()) || rerun.is_some() {
        let rerun = rerun.map(|rerun| rerun == OnOff::On);
        let set = SetSummarizing { acd, daily_start, daily_stop, week_start, week_stop, summarize_at, rerun };
        done = Some(client.set_summarizing(&set).await?);
    }
    let Some(minutes) = minutes else { return done.map_or(Ok(()), |times| output::told(&times, json)) };
    match (done, client.set_interval(&SetInterval { acd, minutes }).await) {
        (None, length) => output::told(&length?, json),
        // One answer to one command.
        (Some(times), Ok(length)) => {
            let (changed, text) = (times.changed || length.changed, format!("{}; {}", times.text, length.text));
            output::told(&Changed { changed, text }, json)
        }
        (Some(times), Err(error)) => {
            output::told(&times, json)?;
            Err(error.into())
        }
    }
}

async fn show_interval(client: &Client, acd: Option<AcdNumber>, json: bool) -> Result<(), Failure> {
    let mut found = BTreeMap::new();
    for acd in acds(client, acd).await? {
        found.insert(acd.0, client.storage(acd).await?.summarizing);
    }
    let lines = found.iter().map(|(acd, view)| format!("ACD {acd}: {}\n", storage::summarizing(view)));
    output::print(&if json { output::json(&found)? } else { lines.collect::<String>() })
}

pub(crate) async fn changes(client: &Client, options: ChangesOptions) -> Result<(), Failure> {
    let changes = client.changes(options.count).await?;
    let calendar = when::of_server(client).await;
    output::print(&if options.json { output::json(&changes)? } else { changes_text(&changes, calendar.as_ref()) })
}

pub(crate) fn profiles_text(profiles: &[Profile]) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Of", "Number", "Service level", "Increments"]);
    for profile in profiles {
        let of = match profile.of {
            Profiled::Split => "split",
            Profiled::Vdn => "vdn",
        };
        let increments: Vec<String> = profile.increments_secs.iter().map(ToString::to_string).collect();
        let level = format!("{} s", profile.service_level_secs);
        table.add_row([of.to_owned(), profile.number.clone(), level, increments.join(", ")]);
    }
    let usual = CallProfile::usual();
    let increments: Vec<String> = usual.increments_secs.iter().map(ToString::to_string).collect();
    let level = format!("{} s, or what the switch tells", usual.service_level_secs);
    table.add_row(["usual".to_owned(), "all others".to_owned(), level, increments.join(", ")]);
    output::table_text(&table)
}

pub(crate) fn changes_text(changes: &[Change], calendar: Option<&model::Calendar>) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["When", "Who", "ACD", "What", "Before", "After"]);
    for change in changes {
        table.add_row([
            when::iso(change.at, calendar),
            change.user.clone(),
            change.acd.map_or_else(String::new, |acd| acd.to_string()),
            change.what.clone(),
            change.before.clone(),
            change.after.clone(),
        ]);
    }
    output::table_text(&table)
}
