//! Rules, told exceptions and troubles of the made-up call centre.

use api::{Exception, ExceptionLog, ExceptionType, LoggedException, ServerException, ServerExceptions, Stamp};
use model::{ExceptionElement, ExceptionKind, Moment, SplitId};
use session::{ExceptionsData, Which};

use super::super::world::{self, ACD, NOW};

fn rule(of: ExceptionElement, number: &str, name: &str, limit_secs: u32, threshold: u16, on: bool) -> Exception {
    let kind = ExceptionKind::parse(of, name).expect("a kind that there is");
    Exception {
        of: of.word().to_owned(),
        number: number.to_owned(),
        exception: name.to_owned(),
        extype: kind.number(),
        reason: (name == "time-aux").then_some(5),
        threshold,
        limit_secs,
        on,
    }
}

fn told(number: u64, secs_ago: i64, of: &str, element: &str, exception: &str) -> LoggedException {
    LoggedException {
        number,
        at: NOW + -secs_ago,
        of: of.to_owned(),
        element: element.to_owned(),
        split: None,
        detail: String::new(),
        exception: exception.to_owned(),
        extype: 31,
        threshold: 0,
        limit_secs: 60,
        value: 60,
    }
}

pub fn exceptions(which: Which) -> ExceptionsData {
    use ExceptionElement::{Agent, Split, TrunkGroup, Vdn};
    let log = vec![
        LoggedException { limit_secs: 0, threshold: 6, value: 7, ..told(1, 1_310, "vdn", "2030", "abandons") },
        told(2, 412, "split", "3", "time-in-queue"),
        LoggedException {
            split: Some(SplitId(3)),
            detail: "reason 5".to_owned(),
            limit_secs: 600,
            value: 600,
            ..told(3, 251, "agent", "4011", "time-aux")
        },
        LoggedException { limit_secs: 0, threshold: 10, value: 11, ..told(4, 64, "split", "3", "calls-waiting") },
        LoggedException {
            detail: "trunk 14, agent 4020".to_owned(),
            limit_secs: 5,
            value: 3,
            ..told(5, 12, "trunk-group", "10", "in-use-min")
        },
    ];
    let health = world::health(which, api::LinkState::Up);
    let stamp = Stamp {
        server: health.server.clone(),
        role: health.role,
        acd: ACD,
        acd_at: NOW,
        zone: "Europe/Berlin".to_owned(),
        link: api::LinkState::Up,
        age_ms: Some(300),
        incomplete: false,
        stale: Vec::new(),
    };
    ExceptionsData {
        types: ExceptionKind::ALL.iter().map(|kind| ExceptionType::from(*kind)).collect(),
        rules: vec![
            rule(Split, "3", "time-in-queue", 60, 0, true),
            rule(Split, "3", "calls-waiting", 0, 10, true),
            rule(Split, "1", "abandons", 0, 5, true),
            rule(Split, "12", "answer-speed", 45, 20, false),
            rule(Split, "40", "time-in-queue", 90, 2, true),
            rule(Agent, "3", "time-aux", 600, 0, true),
            rule(Vdn, "2030", "abandons", 0, 6, true),
            rule(TrunkGroup, "10", "in-use-min", 5, 0, true),
        ],
        log: ExceptionLog { stamp, counted: 4, exceptions: log },
        troubles: ServerExceptions { server: health.server, since: NOW + -86_400, exceptions: troubles() },
    }
}

fn troubles() -> Vec<ServerException> {
    let trouble = |exception: &str, count, last_at: Moment, text: &str| ServerException {
        exception: exception.to_owned(),
        acd: Some(ACD),
        count,
        last_at,
        text: text.to_owned(),
    };
    vec![
        trouble("archive-failed", 3, NOW + -30_000, "the disk is full: the transaction is tried again"),
        trouble("link-lost", 1, NOW + -7_200, "10.0.0.7:49152: the switch has ended the connection"),
        ServerException { acd: None, ..trouble("log-on-refused", 2, NOW + -900, "user \"anton\" from 10.0.3.21") },
    ]
}
