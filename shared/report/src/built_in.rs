//! The reports that come with the product. They are files like any other and can be copied and changed.

use std::sync::LazyLock;

use crate::definition::Definition;
use crate::file::read_file;

macro_rules! files {
    ($($file:literal)*) => { &[$(($file, include_str!(concat!("../reports/", $file, ".cmsreport")))),*] };
}

/// The files, in the order in which they are listed.
#[rustfmt::skip]
pub(crate) const FILES: &[(&str, &str)] = files! {
    "agent_report"
    "agent_group_report"
    "agent_information"
    "multi_acd_report"
    "queue_agent_status"
    "split_skill_report"
    "split_skill_aux_report"
    "split_skill_call_profile"
    "split_skill_status"
    "split_skill_top_agents"
    "trunk_group_report"
    "vdn_report"
    "vdn_call_profile"
    "vector_report"
    "work_state_report"
    "agent_attendance"
    "agent_attendance_weekly"
    "agent_attendance_monthly"
    "agent_aux_interval"
    "agent_aux_daily"
    "agent_event_count_interval"
    "agent_event_count_daily"
    "agent_event_count_weekly"
    "agent_event_count_monthly"
    "agent_group_summary_interval"
    "agent_group_summary_daily"
    "agent_group_summary_weekly"
    "agent_group_summary_monthly"
    "agent_inbound_outbound_interval"
    "agent_inbound_outbound_daily"
    "agent_inbound_outbound_weekly"
    "agent_inbound_outbound_monthly"
    "agent_login_logout"
    "agent_split_skill_interval"
    "agent_split_skill_daily"
    "agent_split_skill_weekly"
    "agent_split_skill_monthly"
    "agent_summary_interval"
    "agent_summary_daily"
    "agent_summary_weekly"
    "agent_summary_monthly"
    "agent_trace"
    "call_records"
    "call_work_codes_interval"
    "call_work_codes_daily"
    "call_work_codes_weekly"
    "call_work_codes_monthly"
    "agent_exceptions"
    "data_collection_exceptions"
    "malicious_call_trace"
    "split_skill_exceptions"
    "trunk_group_exceptions"
    "vdn_exceptions"
    "vector_exceptions"
    "split_skill_call_profile_interval"
    "split_skill_call_profile_daily"
    "split_skill_call_profile_weekly"
    "split_skill_call_profile_monthly"
    "split_skill_outbound_interval"
    "split_skill_outbound_daily"
    "split_skill_outbound_weekly"
    "split_skill_outbound_monthly"
    "split_skill_summary_interval"
    "split_skill_summary_daily"
    "split_skill_summary_weekly"
    "split_skill_summary_monthly"
    "split_skill_view"
    "agent_view"
    "trunk_group_view"
    "vdn_view"
    "system_summary_interval"
    "system_summary_daily"
    "system_summary_weekly"
    "system_summary_monthly"
    "trunk_group_busy_hour"
    "trunk_group_summary_interval"
    "trunk_group_summary_daily"
    "trunk_group_summary_weekly"
    "trunk_group_summary_monthly"
    "trunk_summary_interval"
    "trunk_summary_daily"
    "trunk_summary_weekly"
    "trunk_summary_monthly"
    "vdn_busy_hour"
    "vdn_call_profile_interval"
    "vdn_call_profile_daily"
    "vdn_call_profile_weekly"
    "vdn_call_profile_monthly"
    "vdn_summary_interval"
    "vdn_summary_daily"
    "vdn_summary_weekly"
    "vdn_summary_monthly"
    "vector_interval"
    "vector_daily"
    "vector_weekly"
    "vector_monthly"
};

static BUILT_IN: LazyLock<Vec<Definition>> = LazyLock::new(|| {
    let read = |(file, text): &(&str, &str)| {
        read_file(text.as_bytes()).unwrap_or_else(|error| panic!("built-in report {file}: {error}"))
    };
    FILES.iter().map(read).collect()
});

/// All reports that come with the product.
pub fn built_in() -> &'static [Definition] {
    &BUILT_IN
}

/// A report that comes with the product, by its path, its name or the last part of its path, without regard to case; paths may be
/// written with backslashes.
pub fn find_built_in(called: &str) -> Option<&'static Definition> {
    let is_path = |report: &&Definition| is_alike(&called.replace('\\', "/"), &report.path);
    let is_name = |report: &&Definition| is_called(called, &report.path, &report.name);
    BUILT_IN.iter().find(is_path).or_else(|| BUILT_IN.iter().find(is_name))
}

/// Whether a report is called so: by its name, or by the last part of its path, in which a name has `-` where it has `/`.
pub fn is_called(called: &str, path: &str, name: &str) -> bool {
    is_alike(called, name) || is_alike(called, path.rsplit('/').next().unwrap_or(path))
}

fn is_alike(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}
