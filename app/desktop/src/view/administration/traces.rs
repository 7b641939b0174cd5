//! Agent trace: the agents with what is known of them, and one whose number is typed.

use std::collections::{BTreeMap, BTreeSet};

use api::SetTrace;
use model::{AcdNumber, Dictionary, LoginId, NameKind};
use report::Inputs;
use session::{ChangeRequest, Refresh, ReportRequest};

/// Whom the page lists.
pub const TABS: [(bool, &str); 2] = [(false, "Traced agents"), (true, "All agents")];
/// The report that shows what was recorded.
pub const REPORT: &str = "Agent Trace";

/// One agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceRow {
    /// The login ID.
    pub agent: String,
    /// The name; empty if there is none.
    pub name: String,
    /// Whether the agent is traced.
    pub on: bool,
}

impl TraceRow {
    /// Its texts, in the order of the columns.
    pub fn texts(&self) -> [&str; 3] {
        [&self.agent, &self.name, if self.on { "on" } else { "" }]
    }
}

/// Agents with the searched text in number or name, in the order of the numbers: those who are traced, or all.
pub fn rows(traced: &[String], names: Option<&Dictionary>, all: bool, search: &str) -> Vec<TraceRow> {
    let traced: BTreeSet<&str> = traced.iter().map(String::as_str).collect();
    let mut known: BTreeMap<&str, &str> = names.into_iter().flat_map(|names| names.iter(NameKind::Agent)).collect();
    for &agent in &traced {
        known.entry(agent).or_insert("");
    }
    let search = search.trim().to_lowercase();
    let row = |(agent, name): (&str, &str)| TraceRow {
        agent: agent.to_owned(),
        name: name.to_owned(),
        on: traced.contains(agent),
    };
    let holds =
        |row: &TraceRow| (all || row.on) && (row.agent.contains(&search) || row.name.to_lowercase().contains(&search));
    let mut rows: Vec<TraceRow> = known.into_iter().map(row).filter(holds).collect();
    rows.sort_by_key(|row| (row.agent.parse::<u64>().unwrap_or(u64::MAX), row.agent.clone()));
    rows
}

/// Turns the trace of an agent on or off.
pub fn set_trace(acd: AcdNumber, agent: &str, on: bool) -> Result<ChangeRequest, String> {
    let agent = agent.trim();
    if agent.is_empty() {
        return Err("The agent's login ID is needed".to_owned());
    }
    let agent: LoginId = agent.parse().map_err(|error: model::id::IdError| error.to_string())?;
    Ok(ChangeRequest::Trace(SetTrace { acd, agent, on }))
}

/// The report of what was recorded, for the chosen agent or for all who are traced.
pub fn report_request(acd: AcdNumber, agents: &[&str]) -> Option<ReportRequest> {
    let report = report::find_built_in(REPORT)?;
    let mut inputs: Inputs = report.inputs.iter().map(|input| (input.name.clone(), input.default.clone())).collect();
    if let Some(input) = report.inputs.iter().find(|input| input.kind.entity() == Some(NameKind::Agent)) {
        inputs.insert(input.name.clone(), agents.join(";"));
    }
    let refresh = report.kind.refresh_secs().map_or(Refresh::Once, |_| Refresh::Secs(report.refresh_secs));
    Some(ReportRequest { path: report.path.clone(), acd, inputs, refresh })
}

/// An agent whose number is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The ACD.
    pub acd: AcdNumber,
    /// The login ID, as typed.
    pub agent: String,
}

impl Draft {
    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        set_trace(self.acd, &self.agent, true)
    }
}
