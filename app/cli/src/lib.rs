//! The command line of Understudy. Results go to standard output, everything else to standard error, and
//! the exit code tells what became of it: 0 done, 1 failed, 2 usage, 3 refused, 4 server not reachable.
//!
//! One command does one thing on one server and ends. Nothing here keeps state between two calls.

mod administration;
mod agents;
mod archive;
mod arguments;
mod checks;
mod connection;
mod copy;
mod dictionary;
mod error_log;
mod exceptions;
mod failure;
mod history_interface;
mod images;
mod maintenance;
mod menu;
mod output;
mod people;
mod report;
mod report_file;
mod sheet_table;
mod shortcuts;
mod sql;
mod status;
mod storage;
mod sync;
#[cfg(test)]
mod tests;
mod timetables;
mod twin;
mod when;
mod worksheets;

use std::process::ExitCode;

use arguments::{Arguments, Command, HistoryCommand, ReportCommand};
use clap::Parser;
use failure::Failure;

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::failed(format!("cannot start: {error}")).report(),
    };
    let result = runtime.block_on(run(arguments));
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    if let Command::HistoryInterface(HistoryCommand::Show { file, format }) = &arguments.command {
        return history_interface::show(file, *format);
    }
    match &arguments.command {
        Command::Report(ReportCommand::New(options)) => return report_file::new(options),
        Command::Report(ReportCommand::Check { file }) => return report_file::check(file),
        _ => {}
    }
    if let Command::Checks(options) = &arguments.command {
        return checks::checks(options, &arguments.server).await;
    }
    if let Command::Worksheet(command) = &arguments.command {
        return worksheets::worksheet(command, &arguments.server).await;
    }
    let (client, password) = connection::sign_in(&arguments.server).await?;
    let result = match arguments.command {
        Command::Status { json } => status::status(&client, json).await,
        Command::Report(ReportCommand::List { json }) => report::list(&client, json).await,
        Command::Report(ReportCommand::Run(options)) => report::run(&client, options).await,
        Command::Report(ReportCommand::Watch(options)) => report::watch(&client, options).await,
        Command::Report(ReportCommand::Copy(options)) => copy::copy(&client, options, &arguments.server).await,
        Command::Report(ReportCommand::Delete { path, yes }) => copy::delete(&client, &path, yes).await,
        // They need no server, above.
        Command::Report(ReportCommand::New(_) | ReportCommand::Check { .. }) => Ok(()),
        Command::Shortcut(command) => shortcuts::shortcut(&client, command).await,
        Command::Archive(options) => archive::archive(&client, options).await,
        Command::Sql(options) => sql::sql(&client, options).await,
        Command::Profile(command) => administration::profile(&client, command).await,
        Command::Collection(options) => administration::collection(&client, options).await,
        Command::Interval(command) => administration::interval(&client, command).await,
        Command::Exceptions(command) => exceptions::exceptions(&client, command).await,
        Command::Trace(command) => exceptions::trace(&client, command).await,
        Command::Storage(command) => storage::storage(&client, command).await,
        Command::Twin(command) => twin::twin(&client, command, &arguments.server).await,
        Command::Sync(command) => sync::sync(&client, command, &arguments.server, &password).await,
        Command::Timetable(command) => timetables::timetable(&client, command).await,
        Command::Maintenance(command) => error_log::maintenance(&client, command).await,
        // They sign in by themselves, above: either server may be gone.
        Command::Checks(_) | Command::Worksheet(_) => Ok(()),
        Command::Backup(command) => maintenance::backup(&client, command).await,
        Command::Image(command) => images::image(&client, command).await,
        Command::Restore(command) => maintenance::restore(&client, command).await,
        Command::Changes(options) => administration::changes(&client, options).await,
        Command::User(command) => people::user(&client, command, &arguments.server, &password).await,
        Command::Agent(command) => agents::agent(&client, command).await,
        Command::Dictionary(command) => dictionary::dictionary(&client, command).await,
        Command::Menu(command) => menu::menu(&client, command).await,
        Command::Mode(command) => people::mode(&client, command).await,
        Command::HistoryInterface(command) => history_interface::history_interface(&client, command).await,
    };
    connection::sign_out(&client).await;
    result
}
