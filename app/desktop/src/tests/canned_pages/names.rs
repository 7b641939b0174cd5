//! The Dictionary and the agents' skills of the made-up call centre.

use api::{AgentGroup, AgentSkill, AgentSkills, FormulaKind, HouseCalculation, Synonym};
use model::{LoginId, SplitId};
use session::DictionaryData;

/// The Dictionary.
pub fn dictionary() -> DictionaryData {
    let synonym = |section: &str, number: &str, name: &str, description: &str| Synonym {
        section: section.to_owned(),
        number: number.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        switch_name: String::new(),
    };
    DictionaryData {
        synonyms: vec![
            synonym("splits", "3", "Invoices", "was Billing until 2025"),
            synonym("splits", "40", "Overflow Porto", ""),
            synonym("vdns", "2040", "Emergency", "answered in five seconds"),
        ],
        groups: vec![AgentGroup {
            name: "Early shift".to_owned(),
            description: "from six on".to_owned(),
            agents: vec!["4001".to_owned(), "4002".to_owned(), "4017".to_owned()],
        }],
        calculations: vec![HouseCalculation {
            kind: FormulaKind::Calculation,
            name: "LOST_SHARE".to_owned(),
            formula: "100 * ABNCALLS / CALLSOFFERED".to_owned(),
            description: "percent that hung up".to_owned(),
            tables: vec!["csplit".to_owned(), "hsplit".to_owned()],
        }],
    }
}

/// Who has which skills.
pub fn skills() -> Vec<AgentSkills> {
    let skill = |split: u32, name: &str, level: u8, reserve: u8| AgentSkill {
        split: SplitId(split),
        name: name.to_owned(),
        level,
        reserve,
        percent: 0,
    };
    let agent = |number: &str, name: &str, skills| AgentSkills {
        agent: number.parse::<LoginId>().expect("a login ID"),
        name: name.to_owned(),
        skills,
    };
    vec![
        agent("4001", "Amira Haddad", vec![skill(1, "Sales", 1, 0), skill(3, "Billing", 2, 0)]),
        agent("4002", "Ben Okafor", vec![skill(2, "Service", 1, 0), skill(7, "Premium", 1, 1)]),
        agent("4017", "Quinn Taylor", vec![AgentSkill { percent: 60, ..skill(14, "Spanish", 1, 0) }]),
    ]
}
