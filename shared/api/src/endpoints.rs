//! Every endpoint, once.

use crate::message as m;
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

const ACD: (&str, bool, &str) = ("acd", true, "number of the ACD");
const PATH: (&str, bool, &str) = ("path", true, "path or name of the report");

/// The whole API.
pub fn all() -> Vec<Endpoint> {
    use Guard::{Open, User};
    use Method::{Delete, Get, Post, Put};
    let json = |shape| Response::Json(shape);
    let one = |method, path, guard, summary, query, request, response| Endpoint {
        method,
        path,
        guard,
        summary,
        query,
        request,
        response,
    };
    vec![
        one(
            Get,
            HEALTH,
            Open,
            "Name, role, ACD clocks, link states and age of the data",
            &[],
            None,
            json(Shape::of::<m::Health>()),
        ),
        one(Get, OPENAPI, Open, "This description", &[], None, json(Shape::object())),
        one(
            Post,
            LOGIN,
            Open,
            "Signs in and gives a token",
            &[],
            Some(Shape::of::<m::Login>()),
            json(Shape::of::<m::Session>()),
        ),
        one(Post, LOGOUT, User, "Ends the session of the token", &[], None, Response::Empty),
        one(
            Get,
            STATUS,
            User,
            "Links, journal, archive and watchers of the server",
            &[],
            None,
            json(Shape::of::<m::Status>()),
        ),
        one(Get, REPORTS, User, "The reports the user can run", &[], None, json(Shape::list_of::<m::ReportEntry>())),
        one(Get, REPORT, User, "One report's definition", &[PATH], None, json(Shape::of::<m::ReportAnswer>())),
        one(
            Put,
            REPORT,
            User,
            "Stores a designer report",
            &[],
            Some(Shape::of::<m::SaveReport>()),
            json(Shape::of::<m::ReportEntry>()),
        ),
        one(Delete, REPORT, User, "Deletes a designer report", &[PATH], None, Response::Empty),
        one(
            Post,
            RUN,
            User,
            "Runs a report once",
            &[],
            Some(Shape::of::<m::RunReport>()),
            json(Shape::of::<m::RunAnswer>()),
        ),
        one(
            Get,
            LIVE,
            User,
            "Runs a report at every refresh: the whole sheet first, then changed cells",
            &[
                PATH,
                ACD,
                ("refresh", true, "seconds between frames, 1 to 600"),
                ("inputs", false, "the inputs as a JSON object of texts"),
            ],
            None,
            Response::Stream(Shape::of::<m::Frame>()),
        ),
        one(Get, DICTIONARY, User, "Names of splits, agents, VDNs and so on", &[ACD], None, json(Shape::object())),
        one(
            Get,
            DIGESTS,
            User,
            "One digest for each archived interval",
            &[ACD, ("from", false, "first start, UNIX seconds"), ("to", false, "last start, UNIX seconds")],
            None,
            json(Shape::list_of::<m::Digest>()),
        ),
        one(
            Post,
            SQL,
            User,
            "Runs one read-only SELECT on the history tables",
            &[],
            Some(Shape::of::<m::Sql>()),
            json(Shape::of::<m::SqlAnswer>()),
        ),
    ]
}
