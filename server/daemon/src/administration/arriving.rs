//! A report that comes from another server or a file, with the calculations of the house that it was made in.
//!
//! Nothing of a Dictionary is changed unless whoever brings the report has seen what would be and has chosen it.

use std::collections::BTreeMap;

use api::carried::told;
use api::{
    ErrorBody, ErrorCode, FormulaKind, HouseChoice, HouseLine, HouseState, ReportEntry, SaveReport, SetCalculation,
};
use model::Feature;
use report::HouseFormula;

use super::Administration;
use crate::auth::User;
use crate::people::Rights;
use crate::reports::Reports;

impl Administration {
    /// Stores a designer report, and what it needs as was chosen.
    ///
    /// # Errors
    /// [`ErrorCode::Exists`] with how they stand if something of it is not the same here and nothing was chosen.
    pub fn save_report(
        &self,
        reports: &Reports,
        user: &User,
        rights: &Rights,
        request: &SaveReport,
    ) -> Result<ReportEntry, ErrorBody> {
        let (here, at) = (reports.house_formulas()?, self.now());
        let needed = request.definition.needs(&request.house);
        let lines: Vec<HouseLine> = needed.iter().map(|formula| compared(formula, &here)).collect();
        let is = |state| lines.iter().any(|line| line.state == state);
        let differs = is(HouseState::Different);
        if !differs && !is(HouseState::Missing) {
            return reports.save(user, request, at);
        }
        let to_see = |why: &str| {
            let message = format!("{why}: {}", told(&lines));
            Err(ErrorBody { house: lines.clone(), ..ErrorBody::new(ErrorCode::Exists, message) })
        };
        match request.house_choice {
            None => to_see("the report needs calculations of the house that it comes from"),
            Some(HouseChoice::Add) if differs => to_see("something of that name is there already, and differs"),
            Some(HouseChoice::Own) => {
                let mut request = request.clone();
                let own = needed.into_iter().map(HouseFormula::calculation).collect::<Vec<_>>();
                request.definition.calculations.extend(own);
                reports.save(user, &request, at)
            }
            Some(HouseChoice::Add | HouseChoice::Replace) => {
                rights.may(Feature::Dictionary, true)?;
                if let Some(fault) = needed.iter().find_map(|formula| report::house_name_fault(&formula.name)) {
                    return Err(ErrorBody::new(ErrorCode::BadRequest, fault));
                }
                let house = replaced(here, &needed);
                let house: Vec<_> = house.iter().map(HouseFormula::calculation).collect();
                // Everything else that could be refused is asked before the Dictionary changes.
                reports.prepare(user, request, &house, at)?;
                let changes = needed.iter().zip(&lines).filter(|(_, line)| line.state != HouseState::Identical);
                for (formula, _) in changes {
                    self.set_calculation(reports, user, &set(formula, request.take_over))?;
                }
                reports.save(user, request, at)
            }
        }
    }
}

fn compared(formula: &HouseFormula, here: &[HouseFormula]) -> HouseLine {
    let there = here.iter().find(|known| known.name.eq_ignore_ascii_case(&formula.name));
    let state = match there {
        None => HouseState::Missing,
        Some(there) if there.computes_as(formula) => HouseState::Identical,
        Some(_) => HouseState::Different,
    };
    HouseLine {
        name: formula.name.clone(),
        state,
        comes: formula.formula.clone(),
        there: there.map(|there| there.formula.clone()).unwrap_or_default(),
    }
}

/// The house as it would be.
fn replaced(here: Vec<HouseFormula>, needed: &[&HouseFormula]) -> Vec<HouseFormula> {
    let by_name = |formula: HouseFormula| (formula.name.to_ascii_uppercase(), formula);
    let mut house: BTreeMap<String, HouseFormula> = here.into_iter().map(by_name).collect();
    house.extend(needed.iter().map(|formula| by_name((*formula).clone())));
    house.into_values().collect()
}

fn set(formula: &HouseFormula, take_over: bool) -> SetCalculation {
    SetCalculation {
        name: formula.name.clone(),
        kind: if formula.constant { FormulaKind::Constant } else { FormulaKind::Calculation },
        formula: formula.formula.clone(),
        description: Some(formula.description.clone()),
        take_over,
    }
}
