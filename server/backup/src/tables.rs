//! Which tables belong to which kind of data, by the field's names.
//!
//! Historical tables follow from the catalogue. A table of administration that comes later is one line here; what is not
//! kept on this kind of server is listed with the reason, so that nobody believes it was backed up.

use std::sync::LazyLock;

use catalog::{Table, all_tables};
use model::DataKind;
use store::{Carried, SourceFile, Unit};

use crate::error::{BackupError, Result};

/// A table by the field's name.
#[derive(Debug, Clone)]
pub struct Known {
    /// The field's name.
    pub name: &'static str,
    /// What kind of data it is.
    pub kind: DataKind,
    /// In which file it lies.
    pub file: SourceFile,
    /// Our tables with its rows.
    pub tables: Vec<Carried>,
    /// The table of the catalogue, if it is historical.
    pub archived: Option<&'static Table>,
}

/// The field's name, kind, file, our tables.
type Line = (&'static str, DataKind, SourceFile, &'static [&'static str]);

/// Administration tables. Passwords are in none of them: those are in a table of `local.db` that is not backed up.
const ADMINISTRATION: &[Line] = &[
    ("dcadmin", DataKind::Local, SourceFile::Local, &["dcadmin"]),
    ("dcalloc", DataKind::Local, SourceFile::Local, &["dcalloc"]),
    ("users", DataKind::System, SourceFile::System, &["users"]),
    ("dbitems", DataKind::System, SourceFile::System, &["dbitems"]),
    ("features", DataKind::System, SourceFile::System, &["features"]),
    ("sys_info", DataKind::System, SourceFile::System, &["sys_info"]),
    ("menu_add", DataKind::System, SourceFile::System, &["menu_add", "menu_access"]),
    ("ttsc", DataKind::System, SourceFile::System, &["ttsc"]),
    ("ttsched", DataKind::System, SourceFile::System, &["ttsched"]),
    ("ttsctasks", DataKind::System, SourceFile::System, &["ttsctasks"]),
    ("/cms/cow/reports/designer", DataKind::System, SourceFile::System, &["reports"]),
    ("/cms/db/journal/shortcut", DataKind::System, SourceFile::System, &["shortcuts"]),
    ("acds", DataKind::Acd, SourceFile::Acd, &["acds"]),
    ("splits", DataKind::Acd, SourceFile::Acd, &["splits"]),
    ("tgroups", DataKind::Acd, SourceFile::Acd, &["tgroups"]),
    ("vdns", DataKind::Acd, SourceFile::Acd, &["vdns"]),
    ("vectors", DataKind::Acd, SourceFile::Acd, &["vectors"]),
    ("aar_agents", DataKind::Acd, SourceFile::Acd, &["aar_agents"]),
    ("ag_ex_adm", DataKind::Acd, SourceFile::Acd, &["ag_ex_adm"]),
    ("agroups", DataKind::Acd, SourceFile::Acd, &["agroups"]),
    ("synonyms", DataKind::Acd, SourceFile::Acd, &["synonyms"]),
    ("sp_ex_adm", DataKind::Acd, SourceFile::Acd, &["sp_ex_adm"]),
    ("split_pro", DataKind::Acd, SourceFile::Acd, &["split_pro"]),
    ("tg_ex_adm", DataKind::Acd, SourceFile::Acd, &["tg_ex_adm"]),
    ("vdn_pro", DataKind::Acd, SourceFile::Acd, &["vdn_pro"]),
    ("vdn_x_adm", DataKind::Acd, SourceFile::Acd, &["vdn_x_adm"]),
    ("vec_x_adm", DataKind::Acd, SourceFile::Acd, &["vec_x_adm"]),
];

const FORECAST: &str = "this server does not forecast";
const NOT_HERE: &str = "not kept by this server";
const THE_DESKTOPS_MENU: &str = "the menu is part of the program; what is added to it is in menu_add";
const OF_THE_HOST: &str = "it belongs to the machine, not to CMS data here";
const OWN_STATUS: &str = "each server says by itself what it archived";

/// The field's tables that have no counterpart here, with the reason.
pub const NOT_KEPT: &[(&str, &str)] = &[
    ("print_adm", OF_THE_HOST),
    ("/usr/lib/pbx/Aname", OF_THE_HOST),
    ("/usr/lib/pbx/Pname", OF_THE_HOST),
    ("/usr/lib/pbx/Sname", OF_THE_HOST),
    ("fullex", NOT_HERE),
    ("H_hostname", OF_THE_HOST),
    ("custobjects", NOT_HERE),
    ("/cms/db/ext", NOT_HERE),
    ("/cms/db/gem/c_custom", NOT_HERE),
    ("/cms/db/gem/h_custom", NOT_HERE),
    ("/cms/db/gem/r_custom", NOT_HERE),
    ("cmstbls", "the list of tables is part of the program"),
    ("h_custom", NOT_HERE),
    ("main_menu", THE_DESKTOPS_MENU),
    ("menu", THE_DESKTOPS_MENU),
    ("/cms/pbx/master", NOT_HERE),
    ("/cms/pbx/sim_pbx", NOT_HERE),
    ("r_custom", NOT_HERE),
    ("scwininfo", NOT_HERE),
    ("user_colors", "colours belong to the desktop"),
    ("user_defval", NOT_HERE),
    ("/cms/db/journal/timetable", NOT_HERE),
    ("acd_shifts", NOT_HERE),
    ("arch_stat", OWN_STATUS),
    ("dbstatus", OWN_STATUS),
    ("f_cdayconf", FORECAST),
    ("f_chpap", FORECAST),
    ("f_chprof", FORECAST),
    ("f_cstap", FORECAST),
    ("f_cstprof", FORECAST),
    ("f_dataarch", FORECAST),
    ("f_spdays", FORECAST),
    ("f_status", FORECAST),
    ("f_tkgpprof", FORECAST),
    ("f_cday", FORECAST),
    ("f_cdayrep", FORECAST),
    ("f_dspllit", FORECAST),
    ("f_dtkgrp", FORECAST),
    ("f_ispday", FORECAST),
    ("f_ispllit", FORECAST),
    ("f_itkgrp", FORECAST),
];

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let administration = ADMINISTRATION.iter().map(|&(name, kind, file, tables)| {
        let carried = |table: &&'static str| Carried { table, unit: Unit::Whole, only: None };
        Known { name, kind, file, tables: tables.iter().map(carried).collect(), archived: None }
    });
    let archived = all_tables().iter().filter(|table| table.kind.is_archived());
    let historical = archived.map(|table| Known {
        name: table.name,
        kind: DataKind::Historical,
        file: SourceFile::of(table),
        tables: vec![Carried { table: table.name, unit: Unit::of(table), only: None }],
        archived: Some(table),
    });
    administration.chain(historical).collect()
});

/// Every table that is backed up, in the order of backing up.
pub fn known() -> &'static [Known] {
    &KNOWN
}

/// The table of this name.
///
/// # Errors
/// Says why it is not kept, or that there is none of the name.
pub fn lookup(name: &str) -> Result<&'static Known> {
    let last = |known: &str| known.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(name));
    if let Some(found) = known().iter().find(|known| known.name.eq_ignore_ascii_case(name) || last(known.name)) {
        return Ok(found);
    }
    match NOT_KEPT.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        Some((known, why)) => Err(BackupError::Refused(format!("{known} cannot be backed up: {why}"))),
        None => Err(BackupError::Refused(format!(
            "there is no table {name}; tables have the field's names, such as hsplit, split_pro or users"
        ))),
    }
}
