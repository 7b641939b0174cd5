//! Users of the made-up call centre, what they may, and the mode of its servers.

use api::{Mode, ModeRule, ModeView, Operation, Permission, Role, Shortcut, UserPermissions, UserView};
use session::{ModeData, ReportRequest, Which};

use super::super::world::{ACD, NOW, request};

pub fn users() -> Vec<UserView> {
    let user = |name: &str, full_name: &str, administrator, has_password, belongings: &str| UserView {
        name: name.to_owned(),
        full_name: full_name.to_owned(),
        room: "1.07".to_owned(),
        phone: "4711".to_owned(),
        administrator,
        reads_everything: false,
        max_windows: 0,
        fastest_refresh_secs: 0,
        login_acd: ACD,
        has_password,
        belongings: belongings.to_owned(),
        changed_at: NOW + -864_000,
    };
    vec![
        user("cms", "", true, true, "1 timetable"),
        UserView {
            max_windows: 4,
            fastest_refresh_secs: 10,
            ..user("ann", "Ann Archer", false, true, "2 designer reports and 1 timetable")
        },
        user("bob", "Bob Mason", false, false, ""),
        UserView { reads_everything: true, ..user("m.keller", "Maria Keller", true, true, "") },
    ]
}

pub fn permissions(name: &str) -> UserPermissions {
    let permission = |kind: &str, acd, of: &str, access: &str| Permission {
        kind: kind.to_owned(),
        acd,
        of: of.to_owned(),
        access: access.to_owned(),
    };
    let permissions = match name {
        "ann" => vec![
            permission("feature", None, "exceptions", "read"),
            permission("feature", None, "reports", "read,write"),
            permission("acd", Some(ACD), "", "read"),
            permission("splits", Some(ACD), "1", "read,exceptions"),
            permission("splits", Some(ACD), "3", "read,exceptions"),
            permission("vdns", Some(ACD), "all", "read"),
        ],
        _ => Vec::new(),
    };
    let user = users().into_iter().find(|user| user.name == name).expect("a user of the list");
    UserPermissions {
        user: user.name,
        administrator: user.administrator,
        reads_everything: user.reads_everything,
        fastest_refresh_secs: user.fastest_refresh_secs,
        permissions,
    }
}

pub fn mode(which: Which) -> ModeData {
    let rule = |operation, collection_off, mode| ModeRule { operation, collection_off, mode, role: None };
    let (server, role) = match which {
        Which::Primary => ("cms-north", Role::Primary),
        Which::Secondary => ("cms-south", Role::Secondary),
    };
    ModeData {
        mode: ModeView {
            server: server.to_owned(),
            role,
            mode: Mode::MultiUser,
            by: "cms".to_owned(),
            since: Some(NOW + -90_000),
            master_acd: ACD,
        },
        rules: vec![
            rule(Operation::Allocation, true, None),
            rule(Operation::StorageInterval, true, None),
            rule(Operation::SummaryTimes, true, None),
            rule(Operation::MasterAcd, true, Some(Mode::SingleUser)),
            rule(Operation::RestoreLocal, true, Some(Mode::SingleUser)),
            rule(Operation::RestoreSystem, false, Some(Mode::SingleUser)),
            rule(Operation::RestoreAcd, false, Some(Mode::SingleUser)),
            rule(Operation::RestoreHistorical, false, None),
            rule(Operation::Timetable, false, Some(Mode::MultiUser)),
            ModeRule { role: Some(Role::Primary), ..rule(Operation::Dictionary, false, None) },
        ],
    }
}

/// Shortcuts of two users.
pub fn shortcuts() -> Vec<Shortcut> {
    let shortcut = |owner: &str, name: &str, steps: Vec<ReportRequest>| Shortcut {
        owner: owner.to_owned(),
        name: name.to_owned(),
        steps,
        arrangement: None,
        changed_at: NOW + -864_000,
        changed_by: owner.to_owned(),
        unreadable: None,
    };
    let round = vec![
        request("Split/Skill Report", &[]),
        request("Split/Skill Status", &[("splits", "3")]),
        request("VDN Report", &[("vdns", "2010;2020")]),
    ];
    vec![
        shortcut("ann", "Late shift", vec![request("Agent Report", &[])]),
        shortcut("m.keller", "Evening", vec![request("VDN Report", &[]), request("Agent Report", &[])]),
        shortcut("m.keller", "Morning round", round),
    ]
}
