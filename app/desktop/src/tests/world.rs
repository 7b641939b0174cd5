//! A made-up call centre: two servers, one ACD, splits, agents, VDNs and trunks, put through the real report
//! definitions into real sheets, and told to the model as the network would tell it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::{AcdHealth, Health, LinkState, ReportEntry, Role, Scope, Stamp};
use catalog::{Table, Value};
use model::{AcdNumber, Dictionary, Moment};
use report::{Definition, Filter, Inputs, RowSource, RunError, Sheet, SourceError};
use session::{Certificate, Profile, Refresh, ReportKey, ReportRequest, RowOrders, ServerRef, Update, Which};

/// The ACD's clock in all of it: a Monday, 10:42:07 in Berlin.
pub const NOW: Moment = Moment(1_795_426_927);
/// The ACD.
pub const ACD: AcdNumber = AcdNumber(1);

const SPLITS: [(u32, &str); 8] = [
    (1, "Sales"),
    (2, "Service"),
    (3, "Billing"),
    (5, "Technical support"),
    (7, "Premium"),
    (9, "Claims"),
    (12, "Retention"),
    (14, "Spanish"),
];
const AGENTS: [&str; 32] = [
    "Amira Haddad",
    "Ben Okafor",
    "Carla Jensen",
    "Dmitri Volkov",
    "Elif Demir",
    "Felix Braun",
    "Greta Lindqvist",
    "Hugo Martin",
    "Ines Carvalho",
    "Jonas Weber",
    "Keiko Mori",
    "Liam O’Connor",
    "Maya Patel",
    "Nils Eriksen",
    "Olga Nowak",
    "Pablo Ruiz",
    "Quinn Taylor",
    "Rosa Bianchi",
    "Samir Khan",
    "Tessa de Vries",
    "Uwe Schäfer",
    "Vera Kovács",
    "Wen Li",
    "Ximena Soto",
    "Yusuf Aydın",
    "Zoe Papadakis",
    "Anton Berg",
    "Bianca Rossi",
    "Cem Yıldız",
    "Dana Cohen",
    "Emil Novák",
    "Fatima Zahra",
];
const REASONS: [(u8, &str); 4] = [(1, "Break"), (2, "Lunch"), (3, "Training"), (4, "Back office")];
const VDNS: [(u32, &str); 6] =
    [(2000, "Main line"), (2010, "Sales"), (2020, "Service"), (2030, "Billing"), (2040, "Emergency"), (2050, "Portal")];

/// Names of everything.
pub fn dictionary() -> Dictionary {
    let names = |pairs: Vec<(String, String)>| pairs.into_iter().collect::<BTreeMap<String, String>>();
    let pair = |(number, name): &(u32, &str)| (number.to_string(), (*name).to_owned());
    let agents = (0..400).map(|at| (login(at), agent_name(at))).collect();
    let reasons = REASONS.iter().map(|(number, name)| (number.to_string(), (*name).to_owned())).collect();
    let all = serde_json::json!({ "names": {
        "split": names(SPLITS.iter().map(pair).collect()),
        "agent": names(agents),
        "vdn": names(VDNS.iter().map(pair).collect()),
        "aux_reason": names(reasons),
        "trunk_group": names(vec![("10".into(), "Carrier A".into()), ("11".into(), "Carrier B".into()), ("20".into(), "Branches".into())]),
    }});
    serde_json::from_value(all).expect("names in the dictionary's own form")
}

fn agent_name(agent: usize) -> String {
    let name = AGENTS[agent % AGENTS.len()];
    if agent < AGENTS.len() { name.to_owned() } else { format!("{name} {}", agent / AGENTS.len() + 1) }
}

fn login(agent: usize) -> String {
    (4001 + agent).to_string()
}

/// Numbers that look random and are the same every time.
fn dice(seed: u64, sides: u64) -> u64 {
    let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03;
    x ^= x >> 29;
    x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^= x >> 32;
    x % sides
}

type Row = BTreeMap<&'static str, Value>;

fn int(value: u64) -> Value {
    Value::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

fn splits() -> Vec<Row> {
    let row = |(at, (number, _)): (usize, &(u32, &str))| {
        let seed = at as u64 * 31;
        let calls = 20 + dice(seed, 140);
        let waiting = if at == 2 { 14 } else { dice(seed + 1, 5) };
        let oldest = NOW + -(if at == 2 { 187 } else { i64::try_from(dice(seed + 2, 40)).unwrap_or(0) });
        Row::from([
            ("ACD", int(1)),
            ("SPLIT", int(u64::from(*number))),
            ("INQUEUE", int(waiting)),
            ("INRING", int(dice(seed + 3, 2))),
            ("OLDESTCALL", if waiting > 0 { Value::Since(oldest) } else { Value::Blank }),
            ("STAFFED", int(14 + dice(seed + 4, 10))),
            ("AVAILABLE", int(if waiting > 0 { 0 } else { 2 + dice(seed + 5, 3) })),
            ("ONACD", int(6 + dice(seed + 6, 6))),
            ("INACW", int(dice(seed + 7, 4))),
            ("INAUX", int(dice(seed + 8, 4))),
            ("AGINRING", int(dice(seed + 3, 2))),
            ("OTHER", int(dice(seed + 9, 3))),
            ("CALLSOFFERED", int(calls + 6)),
            ("ACDCALLS", int(calls)),
            ("ABNCALLS", int(if at == 2 { 19 } else { dice(seed + 10, 6) })),
            ("ABNTIME", int(300 + dice(seed, 200))),
            ("ACCEPTABLE", int(calls * (60 + dice(seed + 11, 35)) / 100)),
            ("ANSTIME", int(calls * (9 + dice(seed + 12, 30)))),
            ("ACDTIME", int(calls * (150 + dice(seed + 13, 120)))),
            ("ACWTIME", int(calls * (20 + dice(seed + 14, 40)))),
        ])
    };
    SPLITS.iter().enumerate().map(row).collect()
}

fn agents(count: usize) -> Vec<Row> {
    let states = ["AVAIL", "ACD", "ACD", "ACW", "AUX", "ACD", "RING", "OTHER", "ACD", "ACW", "AVAIL", "AUX"];
    let row = |at: usize| {
        let seed = at as u64 * 17 + 5;
        let state = states[usize::try_from(dice(seed, 12)).unwrap_or(0)];
        let long = if state == "AUX" { 2400 } else { 320 };
        let since = NOW + -i64::try_from(dice(seed + 1, long)).unwrap_or(0);
        let split = SPLITS[at % SPLITS.len()].0;
        let busy = matches!(state, "ACD" | "ACW" | "RING");
        let calls = 4 + dice(seed + 2, 30);
        let none = Value::Text("".into());
        Row::from([
            ("ACD", int(1)),
            ("SPLIT", int(u64::from(split))),
            ("LOGID", Value::text(&login(at))),
            ("EXTENSION", Value::text(&(5001 + at).to_string())),
            ("WORKMODE", Value::text(state)),
            ("AWORKMODE", Value::text(state)),
            ("DIRECTION", if state == "ACD" { Value::text("IN") } else { none }),
            ("DURATION", Value::Since(since)),
            ("AGDURATION", Value::Since(since)),
            ("AUXREASON", if state == "AUX" { int(1 + dice(seed + 3, 4)) } else { Value::Blank }),
            ("WORKSKILL", if busy { int(u64::from(split)) } else { Value::Blank }),
            ("WORKSKLEVEL", if busy { int(1 + dice(seed + 4, 3)) } else { Value::Blank }),
            ("SKLEVEL", int(1 + dice(seed + 4, 3))),
            ("LOGONSTART", Value::At(NOW + -i64::try_from(3600 + dice(seed + 5, 9000)).unwrap_or(0))),
            ("VDN", if state == "ACD" { Value::text("2010") } else { Value::Blank }),
            ("ACDCALLS", int(calls)),
            ("ACDTIME", int(calls * 190)),
            ("ACWTIME", int(calls * 31)),
            ("TI_AVAILTIME", int(dice(seed + 6, 1500))),
            ("TI_AUXTIME", int(dice(seed + 7, 1800))),
            ("TI_STAFFTIME", int(2527)),
        ])
    };
    (0..count).map(row).collect()
}

fn vdns() -> Vec<Row> {
    let row = |(at, (number, _)): (usize, &(u32, &str))| {
        let seed = at as u64 * 7 + 3;
        let calls = 40 + dice(seed, 160);
        Row::from([
            ("ACD", int(1)),
            ("VDN", Value::text(&number.to_string())),
            ("VECTOR", int(u64::from(number / 10))),
            ("INPROGRESS", int(6 + dice(seed + 1, 20))),
            ("ATAGENT", int(5 + dice(seed + 2, 8))),
            ("OLDESTCALL", Value::Since(NOW + -i64::try_from(dice(seed + 3, 90)).unwrap_or(0))),
            ("INCALLS", int(calls)),
            ("ACDCALLS", int(calls * 88 / 100)),
            ("ABNCALLS", int(calls * 5 / 100)),
            ("ANSTIME", int(calls * 21)),
            ("ABNTIME", int(calls * 3)),
            ("ACDTIME", int(calls * 170)),
            ("ACCEPTABLE", int(calls * 80 / 100)),
        ])
    };
    VDNS.iter().enumerate().map(row).collect()
}

/// Rows of the made-up call centre.
pub struct Rows {
    tables: BTreeMap<&'static str, Vec<Row>>,
}

impl Rows {
    /// With so many agents.
    pub fn new(agent_count: usize) -> Self {
        let tables = [("csplit", splits()), ("cagent", agents(agent_count)), ("cvdn", vdns())];
        Rows { tables: tables.into() }
    }
}

impl RowSource for Rows {
    fn for_each_row(
        &self,
        table: &'static Table,
        items: &[usize],
        filter: &Filter,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<(), SourceError> {
        for row in self.tables.get(table.name).into_iter().flatten() {
            let chosen = |(item, chosen): (&String, &std::collections::BTreeSet<String>)| {
                let text = match row.get(item.as_str()) {
                    Some(Value::Int(number)) => number.to_string(),
                    Some(Value::Text(text)) => text.to_string(),
                    _ => String::new(),
                };
                chosen.contains(&text)
            };
            if filter.keys.iter().all(chosen) {
                let value = |&item: &usize| row.get(table.items()[item].name.as_str()).cloned().unwrap_or(int(0));
                each(&items.iter().map(value).collect::<Vec<Value>>());
            }
        }
        Ok(())
    }

    fn calendar(&self) -> Option<model::Calendar> {
        None
    }

    fn running(&self) -> Option<model::Interval> {
        None
    }

    fn summary_times(&self) -> model::SummaryTimes {
        model::SummaryTimes::default()
    }

    fn not_summed_up(&self, _: catalog::TableKind, _: report::DayBounds) -> Result<Vec<model::Period>, SourceError> {
        Ok(Vec::new())
    }

    fn left_out(&self, _: &'static catalog::Table, _: &Filter) -> Option<&'static str> {
        None
    }

    fn has_intervals(&self, _: Option<model::Moment>, _: Option<model::Moment>) -> Result<bool, SourceError> {
        Ok(true)
    }

    fn out_of_date(&self, _: catalog::TableKind) -> Result<Vec<model::Period>, SourceError> {
        Ok(Vec::new())
    }

    fn not_made_again(&self, _: catalog::TableKind) -> Result<Vec<model::Period>, SourceError> {
        Ok(Vec::new())
    }

    fn closed(&self, _: Option<Moment>, _: Option<Moment>) -> Result<Vec<report::Closed>, SourceError> {
        Ok(Vec::new())
    }

    fn incomplete(
        &self,
        _: catalog::TableKind,
        _: report::DayBounds,
    ) -> Result<Vec<(model::Period, u32)>, SourceError> {
        Ok(Vec::new())
    }

    fn kept(&self, _: &'static Table) -> Result<report::Kept, SourceError> {
        Ok(report::Kept::All)
    }
}

/// A report of the call centre, by its name.
pub fn sheet(name: &str, inputs: &Inputs, agent_count: usize) -> Arc<Sheet> {
    // The person's own report is much like one that comes along.
    let name = if name.contains("/Designer/") { "Agent Report" } else { name };
    let definition = report::find_built_in(name).expect("a report that comes with the product");
    Arc::new(run(definition, inputs, agent_count).expect("the made-up rows fit the report"))
}

/// What any report shows of the call centre.
pub fn run(definition: &Definition, inputs: &Inputs, agent_count: usize) -> Result<Sheet, RunError> {
    report::run(definition, inputs, &Rows::new(agent_count), &dictionary(), NOW)
}

/// The profile that is used throughout.
pub fn profile() -> Profile {
    Profile {
        name: "Day shift".to_owned(),
        user: "m.keller".to_owned(),
        primary: ServerRef::new("https://cms-north.example:8443"),
        secondary: Some(ServerRef::new("https://cms-south.example:8443")),
        auto_switch_secs: None,
    }
}

/// What a server tells of itself.
pub fn health(which: Which, link: LinkState) -> Health {
    let acd = |number: u8, name: &str, link: LinkState| AcdHealth {
        acd: AcdNumber(number),
        name: name.to_owned(),
        zone: "Europe/Berlin".to_owned(),
        link,
        collecting: true,
        link_text: if link == LinkState::Up { String::new() } else { "the switch closed the connection".to_owned() },
        acd_at: Some(NOW),
        age_ms: Some(400),
        archived_to: None,
        settled_to: None,
        archive_problem: String::new(),
        unusable: String::new(),
        interval_minutes: Some(30),
    };
    let (server, role) = match which {
        Which::Primary => ("cms-north", Role::Primary),
        Which::Secondary => ("cms-south", Role::Secondary),
    };
    Health {
        server: server.to_owned(),
        role,
        version: "0.1.0".to_owned(),
        mode: api::Mode::MultiUser,
        reads_volumes: 1,
        acds: vec![acd(1, "Berlin", link), acd(2, "Porto", LinkState::PumpUp)],
    }
}

/// Both servers watched and well; nobody signed in.
pub fn watched(at: Instant) -> Vec<Update> {
    let mut updates = vec![Update::Connected(profile())];
    for which in Which::BOTH {
        updates.push(Update::Certificate { which, certificate: Certificate::Trusted });
        let took = Duration::from_millis(12);
        updates.push(Update::Health { which, health: health(which, LinkState::Up), took, at });
    }
    updates
}

/// Signed in to the primary, with its report list and names.
pub fn signed_in(at: Instant) -> Vec<Update> {
    let which = Which::Primary;
    let mut entries: Vec<ReportEntry> = report::built_in().iter().map(|known| entry(known, Scope::BuiltIn)).collect();
    let mut own = entry(&report::built_in()[0], Scope::Personal);
    (own.name, own.path) = ("My morning round".to_owned(), "Real-time/Designer/My morning round".to_owned());
    entries.push(own);
    let mut updates = watched(at);
    updates.push(Update::SignedIn { which, administrator: true });
    updates.push(Update::Serving(Some(which)));
    updates.push(Update::Library { which, entries });
    updates.push(Update::Dictionary { which, acd: ACD, dictionary: dictionary() });
    updates
}

fn entry(definition: &report::Definition, scope: Scope) -> ReportEntry {
    ReportEntry {
        path: definition.path.clone(),
        name: definition.name.clone(),
        kind: definition.kind,
        scope,
        owner: (scope != Scope::BuiltIn).then(|| "m.keller".to_owned()),
        description: definition.description.clone(),
        changed_at: None,
    }
}

/// A request for a report on the ACD.
pub fn request(name: &str, inputs: &[(&str, &str)]) -> ReportRequest {
    let path = report::find_built_in(name).map_or_else(|| name.to_owned(), |known| known.path.clone());
    let inputs = inputs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    ReportRequest { path, acd: ACD, inputs, refresh: Refresh::Secs(5) }
}

/// What is told with every answer.
pub fn stamp(acd: AcdNumber) -> Stamp {
    Stamp {
        server: "cms-north".to_owned(),
        role: Role::Primary,
        acd,
        acd_at: NOW,
        zone: "Europe/Berlin".to_owned(),
        link: LinkState::Up,
        age_ms: Some(400),
        incomplete: false,
        stale: Vec::new(),
    }
}

/// The answer to a request, as the network would tell it.
pub fn frame(report: ReportKey, request: &ReportRequest, agent_count: usize, at: Instant) -> Update {
    let stamp = stamp(request.acd);
    let sheet = sheet(&request.path, &request.inputs, agent_count);
    Update::Frame { which: Which::Primary, report, stamp, sheet, orders: RowOrders::default(), at }
}
