//! The reports that come with the product. They are files like any other and can be copied and changed.

use std::sync::LazyLock;

use crate::definition::Definition;
use crate::file::read_file;

/// The files, in the order in which they are listed.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("agent_report", include_str!("../reports/agent_report.cmsreport")),
    ("queue_agent_status", include_str!("../reports/queue_agent_status.cmsreport")),
    ("split_skill_report", include_str!("../reports/split_skill_report.cmsreport")),
    ("split_skill_status", include_str!("../reports/split_skill_status.cmsreport")),
    ("trunk_group_report", include_str!("../reports/trunk_group_report.cmsreport")),
    ("vdn_report", include_str!("../reports/vdn_report.cmsreport")),
    ("split_skill_summary_interval", include_str!("../reports/split_skill_summary_interval.cmsreport")),
];

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

/// A report that comes with the product, by its path or its name, without regard to case; paths may be
/// written with backslashes.
pub fn find_built_in(path_or_name: &str) -> Option<&'static Definition> {
    let wanted = path_or_name.replace('\\', "/");
    let is = |known: &str| known.eq_ignore_ascii_case(&wanted) || known.eq_ignore_ascii_case(path_or_name);
    BUILT_IN.iter().find(|report| is(&report.path)).or_else(|| BUILT_IN.iter().find(|report| is(&report.name)))
}
