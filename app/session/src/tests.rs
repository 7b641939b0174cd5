//! The client without servers: updates in, what a person would see out.

mod beside;
mod checks;
mod copying;
mod designing;
mod exceptions;
mod freshness;
mod lasting;
mod mailbox;
mod names_file;
mod order;
mod outcomes;
mod pages;
mod profiles;
mod shortcuts;
mod worksheets;

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::{AcdHealth, Health, LinkState, Role, Stamp};
use model::{AcdNumber, Moment};
use report::{Inputs, Sheet};

use crate::{Model, Profile, Refresh, ReportKey, ReportRequest, RowOrders, ServerRef, Update, Which};

/// Noon in Berlin on 23 November 2026.
const NOON: Moment = Moment(1_795_431_600);
const REPORT: ReportKey = ReportKey(1);
const ACD: AcdNumber = AcdNumber(1);

fn profile() -> Profile {
    Profile {
        name: "Main".to_owned(),
        user: "anna".to_owned(),
        primary: ServerRef::new("https://cms1:8443"),
        secondary: Some(ServerRef::new("https://cms2:8443")),
        auto_switch_secs: None,
    }
}

fn request(refresh: Refresh) -> ReportRequest {
    ReportRequest { path: "Split/Skill Report".to_owned(), acd: ACD, inputs: Inputs::new(), refresh }
}

fn name(which: Which) -> String {
    match which {
        Which::Primary => "cms1".to_owned(),
        Which::Secondary => "cms2".to_owned(),
    }
}

fn role(which: Which) -> Role {
    match which {
        Which::Primary => Role::Primary,
        Which::Secondary => Role::Secondary,
    }
}

fn health(which: Which, link: LinkState, at: Instant) -> Update {
    let acd = AcdHealth {
        acd: ACD,
        name: "Hamburg".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        link,
        collecting: true,
        link_text: String::new(),
        acd_at: Some(NOON),
        age_ms: Some(400),
        archived_to: None,
        settled_to: None,
        archive_problem: String::new(),
        unusable: String::new(),
        interval_minutes: Some(30),
    };
    let health = Health {
        server: name(which),
        role: role(which),
        version: "0.1.0".to_owned(),
        mode: api::Mode::MultiUser,
        reads_volumes: 1,
        acds: vec![acd],
    };
    Update::Health { which, health, took: Duration::from_millis(3), at }
}

fn stamp(which: Which, link: LinkState) -> Stamp {
    Stamp {
        server: name(which),
        role: role(which),
        acd: ACD,
        acd_at: NOON,
        zone: "Europe/Berlin".to_owned(),
        link,
        age_ms: Some(250),
        incomplete: false,
        stale: Vec::new(),
    }
}

fn frame(which: Which, link: LinkState, at: Instant) -> Update {
    let sheet = Arc::new(Sheet { title: format!("from {}", name(which)), at: NOON, blocks: Vec::new() });
    Update::Frame { which, report: REPORT, stamp: stamp(which, link), sheet, orders: RowOrders::default(), at }
}

/// A model with both servers well, signed in to the primary, and one live report of one second.
fn working(start: Instant) -> Model {
    let mut model = Model::default();
    for update in [
        Update::Connected(profile()),
        health(Which::Primary, LinkState::Up, start),
        health(Which::Secondary, LinkState::Up, start),
        Update::SignedIn { which: Which::Primary, administrator: false },
        Update::Serving(Some(Which::Primary)),
        Update::Opened { report: REPORT, request: request(Refresh::Secs(1)) },
        frame(Which::Primary, LinkState::Up, start),
    ] {
        model.apply(update);
    }
    model
}
