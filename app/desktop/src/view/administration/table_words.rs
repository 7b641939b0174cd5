//! The field's administration tables and their columns in the words that the pages have for the same things. What has no words
//! here is shown by its name: another version may have more tables.

use api::SyncValues;

/// Tables of administration and what is in them.
const TABLES: &[(&str, &str)] = &[
    ("dcadmin", "Data collection and settings of this server"),
    ("dcalloc", "Data storage"),
    ("users", "Users"),
    ("dbitems", "Calculations and constants"),
    ("features", "Permissions for features"),
    ("sys_info", "Settings"),
    ("menu_add", "Main menu additions"),
    ("ttsc", "Timetables"),
    ("ttsched", "Times of timetables"),
    ("ttsctasks", "Tasks of timetables"),
    ("/cms/cow/reports/designer", "Designer reports"),
    ("/cms/db/journal/shortcut", "Shortcuts"),
    ("acds", "Permissions for ACDs"),
    ("splits", "Permissions for splits/skills"),
    ("tgroups", "Permissions for trunk groups"),
    ("vdns", "Permissions for VDNs"),
    ("vectors", "Permissions for vectors"),
    ("aar_agents", "Agent trace"),
    ("ag_ex_adm", "Exceptions of agents"),
    ("sp_ex_adm", "Exceptions of splits/skills"),
    ("tg_ex_adm", "Exceptions of trunk groups"),
    ("vdn_x_adm", "Exceptions of VDNs"),
    ("vec_x_adm", "Exceptions of vectors"),
    ("agroups", "Agent groups"),
    ("synonyms", "Names of the Dictionary"),
    ("split_pro", "Call profiles of splits/skills"),
    ("vdn_pro", "Call profiles of VDNs"),
];

/// Columns of those tables. An empty word leaves out what the ACD or the key of the line says already.
const COLUMNS: &[(&str, &str)] = &[
    ("access", "access"),
    ("ACCESS", "access"),
    ("ACD", ""),
    ("ACD_NO", ""),
    ("ACTIVE", "traced"),
    ("ADDRESS", "address"),
    ("administrator", "administrator"),
    ("definition", "definition"),
    ("DESCR", "description"),
    ("DESCRIPTION", "description"),
    ("DIGEST", "content of the file"),
    ("fastest_refresh_secs", "fastest refresh, seconds"),
    ("feature", "feature"),
    ("FILE_NAME", "file"),
    ("FORMULA", "formula"),
    ("full_name", "full name"),
    ("GOES_ON", "goes on after a failing task"),
    ("ITEM_NAME", "name"),
    ("ITEM_TYPE", "kind"),
    ("key", "setting"),
    ("KIND", "kind"),
    ("kind", "kind"),
    ("LOGID", "agent"),
    ("login_acd", "first ACD"),
    ("max_windows", "most windows"),
    ("NAME", "name"),
    ("name", "name"),
    ("ONLY_ON", "runs only on"),
    ("OWNER", "owner"),
    ("owner", "owner"),
    ("path", "place in the library"),
    ("PLACE", "place in the menu"),
    ("RUNS_LATE", "runs late when missed"),
    ("SCHEDULE", "time"),
    ("SEQ", ""),
    ("SERVICELEVEL", "acceptable service level, seconds"),
    ("SPLIT", "split/skill"),
    ("STANDARD", ""),
    ("STEP", "step"),
    ("TASK", "task"),
    ("user", "user"),
    ("USER", "user"),
    ("VALUE", "number"),
    ("value", "value"),
    ("VDN", "VDN"),
];

/// What is in a table; its name where there are no words for it.
pub fn table_title(table: &str) -> &str {
    TABLES.iter().find(|(name, _)| *name == table).map_or(table, |(_, title)| title)
}

/// What a server has of a thing, in words. Values that only programs read (definitions, sums of files) are said to be otherwise, and
/// are not shown.
pub fn values_in_words(has: &SyncValues) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (column, value) in &has.values {
        let title = column_title(column);
        let part = match (title.is_empty(), is_for_programs(column, value)) {
            (true, _) => continue,
            (false, true) => format!("{title}: its own"),
            (false, false) => format!("{title} {}", value_in_words(column, value)).trim_end().to_owned(),
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if has.more > 0 {
        parts.push(format!("and {} more", has.more));
    }
    if parts.is_empty() { "there".to_owned() } else { parts.join(", ") }
}

/// What a column is called; its name where there are no words for it.
fn column_title(column: &str) -> String {
    if let Some((_, title)) = COLUMNS.iter().find(|(name, _)| *name == column) {
        return (*title).to_owned();
    }
    // The bounds of a call profile.
    let number = column.strip_prefix("PERIOD").and_then(|number| number.parse::<u32>().ok());
    number.map_or_else(|| column.to_owned(), |number| format!("increment {number}"))
}

fn is_for_programs(column: &str, value: &str) -> bool {
    matches!(column, "DIGEST" | "definition") || value.starts_with(['{', '['])
}

/// What is kept as 0 or 1 is yes or no.
fn value_in_words<'a>(column: &str, value: &'a str) -> &'a str {
    let is_switch = matches!(column, "ACTIVE" | "administrator" | "GOES_ON" | "RUNS_LATE");
    match (is_switch, value) {
        (true, "0") => "no",
        (true, "1") => "yes",
        _ => value,
    }
}
