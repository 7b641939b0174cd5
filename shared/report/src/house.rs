//! Calculations and constants of a call centre's own: named like the standard ones, and usable in every report.
//!
//! A report's own calculation of the same name takes precedence over the house's, as it does over a standard one. A name
//! of the product itself cannot be taken: reports that come with it would mean something else.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calculations;
use crate::definition::{Calculation, Definition};
use crate::expression::parse;
use crate::program::Compiler;

/// Most characters of a calculation's or constant's name.
const NAME_CHARS_MAX: usize = 20;
/// Most characters of a formula.
const FORMULA_CHARS_MAX: usize = 400;

/// A calculation or constant of a house on its way with a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseFormula {
    /// Its name.
    pub name: String,
    /// Whether it is a constant.
    #[serde(default)]
    pub constant: bool,
    /// What it computes.
    pub formula: String,
    /// What else is to be known of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl HouseFormula {
    /// As reports use it.
    pub fn calculation(&self) -> Calculation {
        let (name, expression, meaning) = (self.name.clone(), self.formula.clone(), self.description.clone());
        Calculation { name, expression, meaning }
    }

    /// Whether it computes what another one of that name does.
    pub fn computes_as(&self, other: &HouseFormula) -> bool {
        self.constant == other.constant && self.formula.trim() == other.formula.trim()
    }
}

impl Definition {
    /// Those of a house's calculations and constants that the report needs, with what they need in turn. Each stands behind
    /// what it needs.
    pub fn needs<'a>(&self, house: &'a [HouseFormula]) -> Vec<&'a HouseFormula> {
        let own = |name: &str| self.calculations.iter().any(|own| own.name.eq_ignore_ascii_case(name));
        let house: Vec<&HouseFormula> = house.iter().filter(|formula| !own(&formula.name)).collect();
        let mut needed = Vec::new();
        let mut seen = vec![false; house.len()];
        let used = (0..house.len()).filter(|place| self.uses(&house[*place].name));
        used.for_each(|place| add(&house, place, &mut seen, &mut needed));
        needed
    }

    /// The report with the house's calculations among its own, where it has none of the same name.
    pub fn with_house(&self, house: &[Calculation]) -> Cow<'_, Definition> {
        if house.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut definition = self.clone();
        let has = |name: &str| self.calculations.iter().any(|own| own.name.eq_ignore_ascii_case(name));
        definition.calculations.extend(house.iter().filter(|calculation| !has(&calculation.name)).cloned());
        Cow::Owned(definition)
    }

    /// Whether an expression of the report, or one of its own calculations, names a calculation.
    pub fn uses(&self, name: &str) -> bool {
        let names = |text: &String| words(text).any(|word| word.eq_ignore_ascii_case(name));
        let in_column = |column: &crate::ColumnDef| {
            let of = column.threshold.as_ref().and_then(|threshold| threshold.of.as_ref());
            [Some(&column.expression), column.heading_of.as_ref(), of].into_iter().flatten().any(names)
        };
        let own = self.calculations.iter().any(|own| own.name.eq_ignore_ascii_case(name));
        !own && (self.calculations.iter().any(|own| names(&own.expression))
            || self.blocks.iter().any(|block| block.columns.iter().any(in_column) || block.only.iter().any(names)))
    }
}

/// Adds a formula behind those that it needs.
fn add<'a>(house: &[&'a HouseFormula], place: usize, seen: &mut [bool], needed: &mut Vec<&'a HouseFormula>) {
    if std::mem::replace(&mut seen[place], true) {
        return;
    }
    for (other, formula) in house.iter().enumerate() {
        if formula_uses(&house[place].formula, &formula.name) {
            add(house, other, seen, needed);
        }
    }
    needed.push(house[place]);
}

/// The names in an expression.
fn words(expression: &str) -> impl Iterator<Item = &str> {
    expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Whether a formula names a calculation.
pub fn formula_uses(formula: &str, name: &str) -> bool {
    words(formula).any(|word| word.eq_ignore_ascii_case(name))
}

/// What is wrong with the name of a calculation or constant of the house; `None` if it can be used.
pub fn house_name_fault(name: &str) -> Option<String> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let right =
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.len() <= NAME_CHARS_MAX && name.chars().all(inside);
    if !right {
        return Some(format!(
            "a calculation or constant has a name of 1 to {NAME_CHARS_MAX} letters, digits and underscores, a letter first, \
             unlike {name:?}"
        ));
    }
    if calculations::find(name).is_some() {
        return Some(format!("{name} is a standard calculation; choose another name"));
    }
    let table = catalog::all_tables().iter().find(|table| table.position(name).is_some());
    table.map(|table| format!("{name} is an item of {}; choose another name", table.name))
}

/// The tables whose rows a formula can be computed over, with the house's other calculations.
///
/// # Errors
/// Says why there is none.
pub fn tables_of(formula: &str, house: &[Calculation]) -> Result<Vec<&'static str>, String> {
    if formula.chars().count() > FORMULA_CHARS_MAX {
        return Err(format!("a formula has at most {FORMULA_CHARS_MAX} characters"));
    }
    parse(formula).map_err(|error| error.to_string())?;
    let constants = BTreeMap::new();
    let mut fault = None;
    let mut fitting = Vec::new();
    for table in catalog::all_tables() {
        match Compiler::new(table, house, &constants).expression(formula) {
            Ok(_) => fitting.push(table.name),
            // The table that came furthest tells best what is wrong.
            Err(error) if fault.as_ref().is_none_or(|known: &crate::ExpressionError| known.at < error.at) => {
                fault = Some(error);
            }
            Err(_) => {}
        }
    }
    match (fitting.is_empty(), fault) {
        (true, Some(fault)) => Err(format!("there is no table that this can be computed over: {fault}")),
        _ => Ok(fitting),
    }
}
