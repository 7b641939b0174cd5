//! Tables by the field's names, as they are chosen: ticked in a list, or typed. What is typed is what holds; the list is of
//! the serving server.

use api::TableName;

use super::backup_draft::tables;
use super::backups::kind_title;

/// The tables of one kind of data that can be ticked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TickableKind<'a> {
    /// What the field calls the kind.
    pub title: &'static str,
    /// Names, and whether they are ticked.
    pub tables: Vec<(&'a str, bool)>,
}

/// The tables to choose from, by kind of data, in the server's order.
pub fn tickable<'a>(
    known: &'a [TableName],
    typed: &str,
    is_offered: &dyn Fn(&TableName) -> bool,
) -> Vec<TickableKind<'a>> {
    let chosen = tables(typed);
    let mut kinds: Vec<TickableKind<'a>> = Vec::new();
    let offered = known.iter().filter(|table| is_offered(table));
    for (table, kind) in offered.filter_map(|table| Some((table, table.data?))) {
        let title = kind_title(kind);
        let line = (table.table.as_str(), chosen.iter().any(|name| table.is_meant_by(name)));
        match kinds.last_mut().filter(|kind| kind.title == title) {
            Some(kind) => kind.tables.push(line),
            None => kinds.push(TickableKind { title, tables: vec![line] }),
        }
    }
    kinds
}

/// Ticks a table, or takes the tick away: what is typed has it, or has it no more.
pub fn tick(known: &[TableName], typed: &mut String, table: &str, on: bool) {
    let is_it = |name: &String| known.iter().any(|known| known.table == table && known.is_meant_by(name));
    let mut names = tables(typed);
    names.retain(|name| !is_it(name));
    if on {
        names.push(table.to_owned());
    }
    *typed = names.join(", ");
}

/// What is wrong with typed names; nothing where the server did not tell its tables, or while a name is being typed.
pub fn wrong_name(known: &[TableName], typed: &str, is_offered: &dyn Fn(&TableName) -> bool) -> Option<String> {
    if known.is_empty() {
        return None;
    }
    tables(typed).iter().find_map(|name| match known.iter().find(|table| table.is_meant_by(name)) {
        None => Some(format!("There is no table {name}; tables have the field's names, such as split_pro")),
        Some(table) if !table.why_not.is_empty() => Some(format!("{} is not kept: {}", table.table, table.why_not)),
        Some(table) if !is_offered(table) => {
            let kind = table.data.map_or("", kind_title);
            Some(format!("{} belongs to what cannot be chosen here: {kind}", table.table))
        }
        Some(_) => None,
    })
}
