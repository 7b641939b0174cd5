//! What the figures of a report mean, from its definition: the meaning of the catalogue's item or of the calculation.

use report::ColumnDef;
use session::Model;

use super::pane::definition;

/// What a column of a block means; `None` where its report is not known, or has no words for it.
pub fn column_meaning(model: &Model, path: &str, block: usize, column: &str) -> Option<String> {
    let definition = definition(model, path)?;
    let block = definition.blocks.get(block)?;
    let expression = block.columns.iter().find_map(|known| expression(known, column))?;
    let expression = expression.trim();
    // A column of names shows what its item identifies.
    let named = expression.strip_prefix("name(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(expression).trim();
    if let Some(own) = definition.calculations.iter().find(|own| own.name.eq_ignore_ascii_case(named)) {
        return Some(told(&own.meaning, &own.expression));
    }
    let table = catalog::table(&block.table)?;
    if let Some(position) = table.position(named) {
        return Some(table.items()[position].meaning.to_owned());
    }
    if let Some(known) = report::standard_calculations().iter().find(|known| known.name.eq_ignore_ascii_case(named)) {
        return Some(told(known.meaning, known.expression));
    }
    Some(format!("Worked out as {expression}"))
}

fn told(meaning: &str, formula: &str) -> String {
    if meaning.is_empty() { format!("Worked out as {formula}") } else { meaning.to_owned() }
}

/// The expression of a column, if it is this one; of a series, with its number in the place of `{n}`.
pub(super) fn expression(known: &ColumnDef, id: &str) -> Option<String> {
    let Some(each) = known.each else { return (known.id == id).then(|| known.expression.clone()) };
    (each.from..=each.to).find_map(|number| {
        let put = |text: &str| {
            let before = number.saturating_sub(1).to_string();
            text.replace("{n}", &number.to_string()).replace("{n-1}", &before)
        };
        (put(&known.id) == id).then(|| put(&known.expression))
    })
}
