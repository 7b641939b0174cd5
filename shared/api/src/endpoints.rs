//! Every endpoint, once.

use crate as m;
use crate::openapi::Shape;

/// HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

/// Who may call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Anybody.
    Open,
    /// Any signed-in user; personal things only of that user.
    User,
    /// Signed-in administrators.
    Administrator,
}

/// One endpoint.
pub struct Endpoint {
    /// Method.
    pub method: Method,
    /// Path, exactly.
    pub path: &'static str,
    /// Who may call it.
    pub guard: Guard,
    /// What it does, for people.
    pub summary: &'static str,
    /// Query parameters: name, whether required, meaning.
    pub query: &'static [(&'static str, bool, &'static str)],
    pub(crate) request: Option<Shape>,
    pub(crate) response: Response,
}

pub(crate) enum Response {
    Json(Shape),
    /// `text/event-stream` of this.
    Stream(Shape),
    /// No body.
    Empty,
}

pub const HEALTH: &str = "/health";
pub const OPENAPI: &str = "/openapi.json";
pub const LOGIN: &str = "/api/v1/login";
pub const LOGOUT: &str = "/api/v1/logout";
pub const STATUS: &str = "/api/v1/status";
pub const REPORTS: &str = "/api/v1/reports";
pub const REPORT: &str = "/api/v1/report";
pub const RUN: &str = "/api/v1/report/run";
pub const LIVE: &str = "/api/v1/report/live";
pub const DICTIONARY: &str = "/api/v1/dictionary";
pub const DIGESTS: &str = "/api/v1/archive/digests";
pub const SQL: &str = "/api/v1/sql";
pub const PROFILES: &str = "/api/v1/profiles";
pub const PROFILE: &str = "/api/v1/profile";
pub const COLLECTION: &str = "/api/v1/collection";
pub const INTERVAL: &str = "/api/v1/interval";
pub const CHANGES: &str = "/api/v1/changes";
pub const EXCEPTION_TYPES: &str = "/api/v1/exceptions/types";
pub const EXCEPTIONS: &str = "/api/v1/exceptions";
pub const EXCEPTION: &str = "/api/v1/exception";
pub const EXCEPTION_LOG: &str = "/api/v1/exceptions/log";
pub const EXCEPTIONS_LIVE: &str = "/api/v1/exceptions/live";
pub const SERVER_EXCEPTIONS: &str = "/api/v1/exceptions/server";
pub const TRACES: &str = "/api/v1/traces";
pub const TRACE: &str = "/api/v1/trace";
pub const ARCHIVE_STATUS: &str = "/api/v1/archive/status";
pub const SUMMARIES: &str = "/api/v1/archive/summaries";
pub const SUMMARIZE: &str = "/api/v1/archive/summarize";
pub const STORAGE: &str = "/api/v1/storage";
pub const SUMMARIZING: &str = "/api/v1/storage/summarizing";
pub const BACKUPS: &str = "/api/v1/backups";
pub const BACKUP: &str = "/api/v1/backup";
pub const BACKUP_VERIFY: &str = "/api/v1/backup/verify";
pub const RESTORES: &str = "/api/v1/restores";
pub const RESTORE_PLAN: &str = "/api/v1/restore/plan";
pub const RESTORE_UNDO: &str = "/api/v1/restore/undo";
pub const JOB: &str = "/api/v1/job";
pub const HISTORY_INTERFACE: &str = "/api/v1/history-interface";

/// What the switch of External Call History does.
const SWITCHES_HISTORY: &str = "Switches External Call History on or off on this server";
const ACD: (&str, bool, &str) = ("acd", true, "number of the ACD");
const PATH: (&str, bool, &str) = ("path", true, "path or name of the report");

impl Endpoint {
    fn new(method: Method, path: &'static str, guard: Guard, summary: &'static str) -> Self {
        Endpoint { method, path, guard, summary, query: &[], request: None, response: Response::Empty }
    }

    fn query(self, query: &'static [(&'static str, bool, &'static str)]) -> Self {
        Endpoint { query, ..self }
    }

    fn takes(self, shape: Shape) -> Self {
        Endpoint { request: Some(shape), ..self }
    }

    fn gives(self, shape: Shape) -> Self {
        Endpoint { response: Response::Json(shape), ..self }
    }

    fn streams(self, shape: Shape) -> Self {
        Endpoint { response: Response::Stream(shape), ..self }
    }
}

/// The whole API.
pub fn all() -> Vec<Endpoint> {
    let groups =
        [server(), reports(), data(), administration(), exceptions(), storage(), maintenance(), history_interface()];
    groups.into_iter().flatten().collect()
}

fn server() -> Vec<Endpoint> {
    use Guard::{Open, User};
    vec![
        Endpoint::new(Method::Get, HEALTH, Open, "Name, role, ACD clocks, link states and age of the data")
            .gives(Shape::of::<m::Health>()),
        Endpoint::new(Method::Get, OPENAPI, Open, "This description").gives(Shape::object()),
        Endpoint::new(Method::Post, LOGIN, Open, "Signs in and gives a token")
            .takes(Shape::of::<m::Login>())
            .gives(Shape::of::<m::Session>()),
        Endpoint::new(Method::Post, LOGOUT, User, "Ends the session of the token"),
        Endpoint::new(Method::Get, STATUS, User, "Links, journal, archive and watchers of the server")
            .gives(Shape::of::<m::Status>()),
    ]
}

fn reports() -> Vec<Endpoint> {
    use Guard::User;
    vec![
        Endpoint::new(Method::Get, REPORTS, User, "The reports the user can run")
            .gives(Shape::list_of::<m::ReportEntry>()),
        Endpoint::new(Method::Get, REPORT, User, "One report's definition")
            .query(&[PATH])
            .gives(Shape::of::<m::ReportAnswer>()),
        Endpoint::new(Method::Put, REPORT, User, "Stores a designer report")
            .takes(Shape::of::<m::SaveReport>())
            .gives(Shape::of::<m::ReportEntry>()),
        Endpoint::new(Method::Delete, REPORT, User, "Deletes a designer report").query(&[PATH]),
        Endpoint::new(Method::Post, RUN, User, "Runs a report once")
            .takes(Shape::of::<m::RunReport>())
            .gives(Shape::of::<m::RunAnswer>()),
        Endpoint::new(
            Method::Get,
            LIVE,
            User,
            "Runs a report at every refresh: the whole sheet first, then changed cells",
        )
        .query(&[
            PATH,
            ACD,
            ("refresh", true, "seconds between frames, 1 to 600; 0 for as it happens, at most five a second"),
            ("inputs", false, "the inputs as a JSON object of texts"),
        ])
        .streams(Shape::of::<m::Frame>()),
    ]
}

fn data() -> Vec<Endpoint> {
    use Guard::User;
    vec![
        Endpoint::new(Method::Get, DICTIONARY, User, "Names of splits, agents, VDNs and so on")
            .query(&[ACD])
            .gives(Shape::object()),
        Endpoint::new(Method::Get, DIGESTS, User, "One digest for each archived interval")
            .query(&[ACD, ("from", false, "first start, UNIX seconds"), ("to", false, "last start, UNIX seconds")])
            .gives(Shape::list_of::<m::Digest>()),
        Endpoint::new(Method::Post, SQL, User, "Runs one read-only SELECT on the history tables")
            .takes(Shape::of::<m::Sql>())
            .gives(Shape::of::<m::SqlAnswer>()),
    ]
}

fn maintenance() -> Vec<Endpoint> {
    use Guard::{Administrator, User};
    const DEVICE: (&str, bool, &str) = ("device", false, "name of the device; the first one if left out");
    vec![
        Endpoint::new(Method::Get, BACKUPS, User, "The backups on all devices, and how backing up stands")
            .gives(Shape::of::<m::Backups>()),
        Endpoint::new(Method::Post, BACKUPS, Administrator, "Begins a backup")
            .takes(Shape::of::<m::RunBackup>())
            .gives(Shape::of::<m::Started>()),
        Endpoint::new(Method::Get, BACKUP, User, "One backup: its label explained, and its tables")
            .query(&[("label", true, "label of the backup or of one of its volumes"), DEVICE])
            .gives(Shape::of::<m::BackupDescription>()),
        Endpoint::new(Method::Post, BACKUP_VERIFY, Administrator, "Begins to unpack a backup and to count it anew")
            .takes(Shape::of::<m::NameBackup>())
            .gives(Shape::of::<m::Started>()),
        Endpoint::new(Method::Post, RESTORE_PLAN, Administrator, "Begins to find out what a restore would change")
            .takes(Shape::of::<m::RunRestore>())
            .gives(Shape::of::<m::Started>()),
        Endpoint::new(Method::Get, RESTORES, User, "The restores on this server, newest first")
            .gives(Shape::list_of::<m::RestoreEntry>()),
        Endpoint::new(Method::Post, RESTORES, Administrator, "Begins a restore")
            .takes(Shape::of::<m::RunRestore>())
            .gives(Shape::of::<m::Started>()),
        Endpoint::new(Method::Post, RESTORE_UNDO, Administrator, "Begins to take a restore back")
            .takes(Shape::of::<m::UndoRestore>())
            .gives(Shape::of::<m::Started>()),
        Endpoint::new(Method::Get, JOB, User, "How a backup or restore that was begun stands")
            .query(&[("job", true, "its number")])
            .gives(Shape::of::<m::Job>()),
    ]
}

fn history_interface() -> Vec<Endpoint> {
    use Guard::{Administrator, User};
    vec![
        Endpoint::new(Method::Get, HISTORY_INTERFACE, User, "State of External Call History on this server")
            .gives(Shape::of::<m::HistoryInterface>()),
        Endpoint::new(Method::Put, HISTORY_INTERFACE, Administrator, SWITCHES_HISTORY)
            .takes(Shape::of::<m::SwitchHistory>())
            .gives(Shape::of::<m::HistoryInterface>()),
    ]
}

fn administration() -> Vec<Endpoint> {
    use Guard::{Administrator, User};
    vec![
        Endpoint::new(Method::Get, PROFILES, User, "The administered call profiles of splits and VDNs")
            .query(&[ACD])
            .gives(Shape::list_of::<m::Profile>()),
        Endpoint::new(Method::Put, PROFILE, Administrator, "Gives a split or VDN its call profile")
            .takes(Shape::of::<m::SetProfile>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Put, COLLECTION, Administrator, "Turns data collection of an ACD on or off")
            .takes(Shape::of::<m::SetCollection>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Put, INTERVAL, Administrator, "Sets the storage interval of an ACD")
            .takes(Shape::of::<m::SetInterval>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Get, CHANGES, Administrator, "Administrative changes made on this server, newest first")
            .query(&[("limit", false, "how many, 1 to 1000; 100 if left out")])
            .gives(Shape::list_of::<m::Change>()),
    ]
}

fn exceptions() -> Vec<Endpoint> {
    use Guard::{Administrator, User};
    vec![
        Endpoint::new(Method::Get, EXCEPTION_TYPES, User, "The exceptions that can be watched")
            .gives(Shape::list_of::<m::ExceptionType>()),
        Endpoint::new(Method::Get, EXCEPTIONS, User, "The rules for exceptions, also those that are off")
            .query(&[ACD])
            .gives(Shape::list_of::<m::Exception>()),
        Endpoint::new(Method::Put, EXCEPTION, Administrator, "Turns exceptions on or off and sets their limits")
            .takes(Shape::of::<m::SetException>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Get, EXCEPTION_LOG, User, "The last hundred exceptions, oldest first")
            .query(&[ACD])
            .gives(Shape::of::<m::ExceptionLog>()),
        Endpoint::new(Method::Get, EXCEPTIONS_LIVE, User, "The last hundred exceptions, then each as it happens")
            .query(&[ACD])
            .streams(Shape::of::<m::ExceptionLog>()),
        Endpoint::new(Method::Get, SERVER_EXCEPTIONS, User, "What troubled this server itself since it started")
            .gives(Shape::of::<m::ServerExceptions>()),
        Endpoint::new(Method::Get, TRACES, User, "The agents who are traced").query(&[ACD]).gives(Shape::strings()),
        Endpoint::new(Method::Put, TRACE, Administrator, "Turns the trace of an agent on or off")
            .takes(Shape::of::<m::SetTrace>())
            .gives(Shape::of::<m::Changed>()),
    ]
}

fn storage() -> Vec<Endpoint> {
    use Guard::{Administrator, User};
    vec![
        Endpoint::new(
            Method::Get,
            ARCHIVE_STATUS,
            User,
            "What was archived and summed up last, and what is due or out of date",
        )
        .query(&[("acd", false, "number of the ACD; all of them if left out")])
        .gives(Shape::list_of::<m::ArchiveStatus>()),
        Endpoint::new(Method::Get, SUMMARIES, User, "One digest for each day, week or month that is summed up")
            .query(&[ACD, ("level", true, "daily, weekly or monthly")])
            .gives(Shape::list_of::<m::SummaryDigest>()),
        Endpoint::new(Method::Post, SUMMARIZE, Administrator, "Sums up chosen dates again")
            .takes(Shape::of::<m::Summarize>())
            .gives(Shape::list_of::<m::Summarized>()),
        Endpoint::new(Method::Get, STORAGE, User, "How much of an ACD's history is kept, and what it takes")
            .query(&[ACD])
            .gives(Shape::of::<m::StorageView>()),
        Endpoint::new(Method::Put, STORAGE, Administrator, "Changes the allocation of an element or a table of events")
            .takes(Shape::of::<m::SetStorage>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Put, SUMMARIZING, Administrator, "Changes when an ACD's history is summed up")
            .takes(Shape::of::<m::SetSummarizing>())
            .gives(Shape::of::<m::Changed>()),
    ]
}
