//! Every endpoint, once.

mod dictionary;
mod images;
mod menu;
mod shortcuts;
mod skills;
mod sync;
mod worksheets;

use model::Feature;

use crate as m;
use crate::shape::Shape;

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
    /// Signed-in users who may read this feature; they get what they may see of it.
    Reads(Feature),
    /// Signed-in users who may write this feature, for what they may write.
    Writes(Feature),
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
    /// Lines of text.
    Text,
    /// No body.
    Empty,
}

pub use dictionary::{AGENT_GROUPS, CALCULATIONS, SYNONYMS};
pub use images::{BACKUP_TABLES, IMAGE_VERIFY, IMAGES};
pub use menu::{MENU, MENU_FILE, MENU_RUN, MENU_RUN_LIVE};
pub use shortcuts::{SHORTCUT, SHORTCUT_COPY, SHORTCUTS};
pub use skills::AGENT_SKILLS;
pub use sync::{SYNC, SYNC_PACK, SYNC_PEER};
pub use worksheets::WORKSHEETS;

pub const HEALTH: &str = "/health";
pub const METRICS: &str = "/metrics";
pub const OPENAPI: &str = "/openapi.json";
pub const LOGIN: &str = "/api/v1/login";
pub const LOGOUT: &str = "/api/v1/logout";
pub const STATUS: &str = "/api/v1/status";
pub const REPORTS: &str = "/api/v1/reports";
pub const REPORT: &str = "/api/v1/report";
pub const RUN: &str = "/api/v1/report/run";
pub const PREVIEW: &str = "/api/v1/report/preview";
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
pub const PARCEL: &str = "/api/v1/parcel";
pub const PARCEL_VOLUME: &str = "/api/v1/parcel/volume";
pub const PARCEL_MISSED: &str = "/api/v1/parcel/missed";
pub const PARCEL_COLLECT: &str = "/api/v1/parcel/collect";
pub const JOB: &str = "/api/v1/job";
/// The backup, image, restore and so on that runs, and those that did.
pub const JOBS: &str = "/api/v1/jobs";
pub const HISTORY_INTERFACE: &str = "/api/v1/history-interface";
pub const TIMETABLES: &str = "/api/v1/timetables";
pub const TIMETABLES_EDIT: &str = "/api/v1/timetables/edit";
pub const TIMETABLES_UNDO: &str = "/api/v1/timetables/undo";
pub const TIMETABLE: &str = "/api/v1/timetable";
pub const TIMETABLE_RUN: &str = "/api/v1/timetable/run";
pub const MAINTENANCE_LOG: &str = "/api/v1/maintenance/log";
pub const MAINTENANCE_ACKNOWLEDGE: &str = "/api/v1/maintenance/acknowledge";
pub const USERS: &str = "/api/v1/users";
pub const USER: &str = "/api/v1/user";
pub const PASSWORD: &str = "/api/v1/user/password";
pub const PERMISSIONS: &str = "/api/v1/user/permissions";
pub const MODE: &str = "/api/v1/mode";
pub const MODE_RULES: &str = "/api/v1/mode/rules";
pub const MASTER_ACD: &str = "/api/v1/mode/master-acd";

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

    fn gives_text(self) -> Self {
        Endpoint { response: Response::Text, ..self }
    }

    fn streams(self, shape: Shape) -> Self {
        Endpoint { response: Response::Stream(shape), ..self }
    }
}

/// The whole API.
pub fn all() -> Vec<Endpoint> {
    let groups = [
        server(),
        reports(),
        shortcuts::all(),
        data(),
        dictionary::all(),
        skills::all(),
        menu::all(),
        administration(),
        exceptions(),
        storage(),
        history_interface(),
        people(),
        mode(),
        timetables(),
        maintenance_log(),
        backups(),
        images::all(),
        parcels(),
        sync::all(),
        worksheets::all(),
    ];
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
        Endpoint::new(
            Method::Get,
            METRICS,
            Guard::Reads(Feature::Maintenance),
            "Figures for Prometheus; also for whoever sends the token of [metrics] in cms.toml",
        )
        .gives_text(),
        Endpoint::new(Method::Get, STATUS, User, "Links, journal, archive and watchers of the server")
            .gives(Shape::of::<m::Status>()),
    ]
}

fn reports() -> Vec<Endpoint> {
    use Guard::{Reads, Writes};
    vec![
        Endpoint::new(Method::Get, REPORTS, Reads(Feature::Reports), "The reports the user can run")
            .gives(Shape::list_of::<m::ReportEntry>()),
        Endpoint::new(Method::Get, REPORT, Reads(Feature::Reports), "One report's definition")
            .query(&[PATH])
            .gives(Shape::of::<m::ReportAnswer>()),
        Endpoint::new(Method::Put, REPORT, Writes(Feature::Reports), "Stores a designer report")
            .takes(Shape::of::<m::SaveReport>())
            .gives(Shape::of::<m::ReportEntry>()),
        Endpoint::new(Method::Delete, REPORT, Writes(Feature::Reports), "Deletes a designer report")
            .query(&[PATH, ("anyway", false, "`true` deletes it although timetables or shortcuts use it")]),
        Endpoint::new(Method::Post, RUN, Reads(Feature::Reports), "Runs a report once")
            .takes(Shape::of::<m::RunReport>())
            .gives(Shape::of::<m::RunAnswer>()),
        Endpoint::new(Method::Post, PREVIEW, Writes(Feature::Reports), "Runs a report once that is not stored")
            .takes(Shape::of::<m::PreviewReport>())
            .gives(Shape::of::<m::PreviewAnswer>()),
        Endpoint::new(
            Method::Get,
            LIVE,
            Reads(Feature::Reports),
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
    use Guard::{Reads, User};
    vec![
        Endpoint::new(Method::Get, DICTIONARY, User, "Names of splits, agents, VDNs and so on")
            .query(&[ACD])
            .gives(Shape::object()),
        Endpoint::new(Method::Get, DIGESTS, Reads(Feature::Maintenance), "One digest for each archived interval")
            .query(&[
                ACD,
                ("from", false, "first start, UNIX seconds"),
                ("to", false, "last start, UNIX seconds"),
                ("records", false, "true: also of the records of each interval, which takes longer"),
            ])
            .gives(Shape::list_of::<m::Digest>()),
        Endpoint::new(
            Method::Post,
            SQL,
            Reads(Feature::Maintenance),
            "Runs one read-only SELECT on the history tables",
        )
        .takes(Shape::of::<m::Sql>())
        .gives(Shape::of::<m::SqlAnswer>()),
    ]
}

/// Whether somebody may change a timetable depends on whose it is, so that is judged where it is changed.
fn timetables() -> Vec<Endpoint> {
    use Guard::{Reads, Writes};
    const SEES: Guard = Reads(Feature::Timetable);
    const MAKES: Guard = Writes(Feature::Timetable);
    const OWNER: (&str, bool, &str) = ("owner", false, "user ID of the owner; one's own if left out");
    const NAME: (&str, bool, &str) = ("name", true, "name of the timetable");
    vec![
        Endpoint::new(
            Method::Get,
            TIMETABLES,
            SEES,
            "All timetables, with when they run, their tasks and their last run",
        )
        .query(&[("owner", false, "user ID of an owner; all of them if left out")])
        .gives(Shape::list_of::<m::Timetable>()),
        Endpoint::new(Method::Get, TIMETABLE, SEES, "One timetable")
            .query(&[NAME, OWNER])
            .gives(Shape::of::<m::Timetable>()),
        Endpoint::new(Method::Post, TIMETABLE, MAKES, "Adds a timetable; another user's only by administrators")
            .takes(Shape::of::<m::AddTimetable>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Put, TIMETABLE, MAKES, "Changes a timetable; its owner or administrators only")
            .takes(Shape::of::<m::ModifyTimetable>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Delete, TIMETABLE, MAKES, "Deletes a timetable; its owner or administrators only")
            .query(&[NAME, OWNER])
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Post, TIMETABLE_RUN, MAKES, "Runs a timetable now; its owner or administrators only")
            .takes(Shape::of::<m::RunTimetable>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(
            Method::Put,
            TIMETABLES_EDIT,
            MAKES,
            "Says where all timetables of a user ID run; another's only by cms",
        )
        .takes(Shape::of::<m::GlobalEdit>())
        .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Post, TIMETABLES_UNDO, MAKES, "Undoes the last global edit of a user ID's timetables")
            .takes(Shape::of::<m::UndoGlobalEdit>())
            .gives(Shape::of::<m::Changed>()),
    ]
}

fn maintenance_log() -> Vec<Endpoint> {
    use Guard::{Reads, Writes};
    vec![
        Endpoint::new(
            Method::Get,
            MAINTENANCE_LOG,
            Reads(Feature::Maintenance),
            "The maintenance error log of this server, newest first",
        )
        .query(&[
            ("all", false, "true for those that were acknowledged, too"),
            ("limit", false, "how many, 1 to 1000; 100 if left out"),
        ])
        .gives(Shape::list_of::<m::MaintenanceEntry>()),
        Endpoint::new(
            Method::Post,
            MAINTENANCE_ACKNOWLEDGE,
            Writes(Feature::Maintenance),
            "Acknowledges entries of the maintenance error log",
        )
        .takes(Shape::of::<m::AcknowledgeMaintenance>())
        .gives(Shape::of::<m::Changed>()),
    ]
}

fn backups() -> Vec<Endpoint> {
    use Guard::{Administrator, Reads};
    const SEES: Guard = Reads(Feature::Maintenance);
    const DEVICE: (&str, bool, &str) = ("device", false, "name of the device; the first one if left out");
    vec![
        Endpoint::new(Method::Get, BACKUPS, SEES, "The backups on all devices, and how backing up stands")
            .gives(Shape::of::<m::Backups>()),
        Endpoint::new(Method::Post, BACKUPS, Administrator, "Begins a backup")
            .takes(Shape::of::<m::RunBackup>())
            .gives(Shape::of::<m::Started>()),
        Endpoint::new(Method::Get, BACKUP, SEES, "One backup: its label explained, and its tables")
            .query(&[("label", true, "label of the backup or of one of its volumes"), DEVICE])
            .gives(Shape::of::<m::BackupDescription>()),
        Endpoint::new(Method::Post, BACKUP_VERIFY, Administrator, "Begins to unpack a backup and to count it anew")
            .takes(Shape::of::<m::NameBackup>())
            .gives(Shape::of::<m::Started>()),
        Endpoint::new(Method::Post, RESTORE_PLAN, Administrator, "Begins to find out what a restore would change")
            .takes(Shape::of::<m::RunRestore>())
            .gives(Shape::of::<m::Started>()),
        Endpoint::new(Method::Get, RESTORES, SEES, "The restores on this server, newest first")
            .gives(Shape::list_of::<m::RestoreEntry>()),
        Endpoint::new(Method::Post, RESTORES, Administrator, "Begins a restore")
            .takes(Shape::of::<m::RunRestore>())
            .gives(Shape::of::<m::Started>()),
        Endpoint::new(
            Method::Post,
            RESTORE_UNDO,
            Administrator,
            "Begins to take a restore back or forward again, or to find out what that would do",
        )
        .takes(Shape::of::<m::UndoRestore>())
        .gives(Shape::of::<m::Started>()),
        Endpoint::new(Method::Get, JOB, SEES, "How a backup or restore that was begun stands")
            .query(&[("job", true, "its number")])
            .gives(Shape::of::<m::Job>()),
        Endpoint::new(Method::Delete, JOB, Administrator, "Calls off what runs, as long as it changes nothing")
            .query(&[("job", true, "its number")])
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(
            Method::Get,
            JOBS,
            SEES,
            "What runs that takes its time, and what did since the start, newest first",
        )
        .gives(Shape::list_of::<m::Job>()),
    ]
}

fn parcels() -> Vec<Endpoint> {
    use Guard::Administrator;
    const LABEL: (&str, bool, &str) = ("label", true, "label of the parcel, with the folder of its server before it");
    const VOLUME: (&str, bool, &str) = ("volume", true, "label of the volume");
    vec![
        Endpoint::new(Method::Post, PARCEL, Administrator, "Begins to pack chosen intervals, for another server")
            .takes(Shape::of::<m::PackParcel>())
            .gives(Shape::of::<m::Started>()),
        Endpoint::new(
            Method::Post,
            PARCEL_MISSED,
            Administrator,
            "The events that the server did not get in intervals",
        )
        .takes(Shape::of::<m::MissedIn>())
        .gives(Shape::list_of::<m::MissedEvents>()),
        Endpoint::new(
            Method::Post,
            PARCEL_COLLECT,
            Administrator,
            "Begins to collect intervals again, with the events of a parcel, into a parcel of this server",
        )
        .takes(Shape::of::<m::CollectAgain>())
        .gives(Shape::of::<m::Started>()),
        Endpoint::new(Method::Delete, PARCEL, Administrator, "Removes the parcel from this server").query(&[LABEL]),
        Endpoint::new(Method::Get, PARCEL_VOLUME, Administrator, "A volume of a parcel")
            .query(&[LABEL, VOLUME])
            .gives(Shape::bytes()),
        Endpoint::new(Method::Put, PARCEL_VOLUME, Administrator, "Takes in a volume of a parcel of another server")
            .query(&[VOLUME])
            .takes(Shape::bytes())
            .gives(Shape::of::<m::Received>()),
    ]
}

fn history_interface() -> Vec<Endpoint> {
    use Guard::{Reads, Writes};
    vec![
        Endpoint::new(
            Method::Get,
            HISTORY_INTERFACE,
            Reads(Feature::SystemSetup),
            "State of External Call History on this server",
        )
        .gives(Shape::of::<m::HistoryInterface>()),
        Endpoint::new(Method::Put, HISTORY_INTERFACE, Writes(Feature::SystemSetup), SWITCHES_HISTORY)
            .takes(Shape::of::<m::SwitchHistory>())
            .gives(Shape::of::<m::HistoryInterface>()),
    ]
}

fn administration() -> Vec<Endpoint> {
    use Guard::{Administrator, Reads, Writes};
    vec![
        Endpoint::new(
            Method::Get,
            PROFILES,
            Reads(Feature::CallCenterAdministration),
            "The administered call profiles of splits and VDNs",
        )
        .query(&[ACD])
        .gives(Shape::list_of::<m::Profile>()),
        Endpoint::new(
            Method::Put,
            PROFILE,
            Writes(Feature::CallCenterAdministration),
            "Gives a split or VDN its call profile",
        )
        .takes(Shape::of::<m::SetProfile>())
        .gives(Shape::of::<m::Changed>()),
        Endpoint::new(
            Method::Delete,
            PROFILE,
            Writes(Feature::CallCenterAdministration),
            "Removes the call profile of a split or VDN; what the switch tells, or holds for all, is in force again",
        )
        .query(&[ACD, ("of", true, "`split` or `vdn`"), ("number", true, "number of the split or VDN")])
        .gives(Shape::of::<m::Changed>()),
        Endpoint::new(
            Method::Put,
            COLLECTION,
            Writes(Feature::SystemSetup),
            "Turns data collection of an ACD on or off",
        )
        .takes(Shape::of::<m::SetCollection>())
        .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Put, INTERVAL, Writes(Feature::SystemSetup), "Sets the storage interval of an ACD")
            .takes(Shape::of::<m::SetInterval>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Get, CHANGES, Administrator, "Administrative changes made on this server, newest first")
            .query(&[("limit", false, "how many, 1 to 1000; 100 if left out")])
            .gives(Shape::list_of::<m::Change>()),
    ]
}

fn exceptions() -> Vec<Endpoint> {
    use Guard::{Reads, User, Writes};
    vec![
        Endpoint::new(Method::Get, EXCEPTION_TYPES, User, "The exceptions that can be watched")
            .gives(Shape::list_of::<m::ExceptionType>()),
        Endpoint::new(
            Method::Get,
            EXCEPTIONS,
            Reads(Feature::Exceptions),
            "The rules for exceptions, also those that are off",
        )
        .query(&[ACD])
        .gives(Shape::list_of::<m::Exception>()),
        Endpoint::new(
            Method::Put,
            EXCEPTION,
            Writes(Feature::Exceptions),
            "Turns exceptions on or off and sets their limits",
        )
        .takes(Shape::of::<m::SetException>())
        .gives(Shape::of::<m::Changed>()),
        Endpoint::new(
            Method::Get,
            EXCEPTION_LOG,
            Reads(Feature::Exceptions),
            "The last hundred exceptions, oldest first",
        )
        .query(&[ACD])
        .gives(Shape::of::<m::ExceptionLog>()),
        Endpoint::new(
            Method::Get,
            EXCEPTIONS_LIVE,
            Reads(Feature::Exceptions),
            "The last hundred exceptions, then each as it happens",
        )
        .query(&[ACD])
        .streams(Shape::of::<m::ExceptionLog>()),
        Endpoint::new(
            Method::Get,
            SERVER_EXCEPTIONS,
            Reads(Feature::Maintenance),
            "What troubled this server itself since it started",
        )
        .gives(Shape::of::<m::ServerExceptions>()),
        Endpoint::new(Method::Get, TRACES, Reads(Feature::AgentAdministration), "The agents who are traced")
            .query(&[ACD])
            .gives(Shape::strings()),
        Endpoint::new(
            Method::Put,
            TRACE,
            Writes(Feature::AgentAdministration),
            "Turns the trace of an agent on or off",
        )
        .takes(Shape::of::<m::SetTrace>())
        .gives(Shape::of::<m::Changed>()),
    ]
}

fn storage() -> Vec<Endpoint> {
    use Guard::{Reads, Writes};
    vec![
        Endpoint::new(
            Method::Get,
            ARCHIVE_STATUS,
            Reads(Feature::Maintenance),
            "What was archived and summed up last, and what is due or out of date",
        )
        .query(&[("acd", false, "number of the ACD; all of them if left out")])
        .gives(Shape::list_of::<m::ArchiveStatus>()),
        Endpoint::new(
            Method::Get,
            SUMMARIES,
            Reads(Feature::Maintenance),
            "One digest for each day, week or month that is summed up",
        )
        .query(&[ACD, ("level", true, "daily, weekly or monthly")])
        .gives(Shape::list_of::<m::SummaryDigest>()),
        Endpoint::new(Method::Post, SUMMARIZE, Writes(Feature::Maintenance), "Sums up chosen dates again")
            .takes(Shape::of::<m::Summarize>())
            .gives(Shape::list_of::<m::Summarized>()),
        Endpoint::new(
            Method::Get,
            STORAGE,
            Reads(Feature::SystemSetup),
            "How much of an ACD's history is kept, and what it takes",
        )
        .query(&[ACD])
        .gives(Shape::of::<m::StorageView>()),
        Endpoint::new(
            Method::Put,
            STORAGE,
            Writes(Feature::SystemSetup),
            "Changes the allocation of an element or a table of events",
        )
        .takes(Shape::of::<m::SetStorage>())
        .gives(Shape::of::<m::Changed>()),
        Endpoint::new(
            Method::Put,
            SUMMARIZING,
            Writes(Feature::SystemSetup),
            "Changes when an ACD's history is summed up",
        )
        .takes(Shape::of::<m::SetSummarizing>())
        .gives(Shape::of::<m::Changed>()),
    ]
}

fn people() -> Vec<Endpoint> {
    use Guard::{Administrator, User};
    const NAME: (&str, bool, &str) = ("name", true, "name of the user; others than oneself are for administrators");
    vec![
        Endpoint::new(Method::Get, USERS, Administrator, "All users").gives(Shape::list_of::<m::UserView>()),
        Endpoint::new(Method::Get, USER, User, "One user").query(&[NAME]).gives(Shape::of::<m::UserView>()),
        Endpoint::new(Method::Post, USER, Administrator, "Adds a user")
            .takes(Shape::of::<m::AddUser>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Put, USER, Administrator, "Changes what is known of a user")
            .takes(Shape::of::<m::SetUser>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Delete, USER, Administrator, "Removes a user")
            .query(&[
                ("name", true, "name of the user"),
                ("give_to", false, "user who gets what belongs to the one"),
                ("with_belongings", false, "`true` removes what belongs to the user as well"),
            ])
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Put, PASSWORD, User, "Gives a user a password on this server")
            .takes(Shape::of::<m::SetPassword>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Get, PERMISSIONS, User, "What a user is permitted")
            .query(&[NAME])
            .gives(Shape::of::<m::UserPermissions>()),
        Endpoint::new(Method::Put, PERMISSIONS, Administrator, "Changes what a user is permitted")
            .takes(Shape::of::<m::SetPermissions>())
            .gives(Shape::of::<m::Changed>()),
    ]
}

fn mode() -> Vec<Endpoint> {
    use Guard::{Administrator, User};
    vec![
        Endpoint::new(Method::Get, MODE, User, "Whether one or many may work on the server, and the master ACD")
            .gives(Shape::of::<m::ModeView>()),
        Endpoint::new(Method::Put, MODE, Administrator, "Lets one or many work on the server")
            .takes(Shape::of::<m::SetMode>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Get, MODE_RULES, User, "What needs which state of the server and of data collection")
            .gives(Shape::list_of::<m::ModeRule>()),
        Endpoint::new(Method::Put, MASTER_ACD, Administrator, "Chooses the master ACD")
            .takes(Shape::of::<m::SetMasterAcd>())
            .gives(Shape::of::<m::Changed>()),
    ]
}
