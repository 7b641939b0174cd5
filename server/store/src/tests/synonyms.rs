//! Names that administrators gave, beside those of the switch.

use model::event::Configuration;
use model::{Dictionary, NameKind, SplitId};
use rusqlite::Connection;

use super::{folder, store};
use crate::{AgentGroup, Synonym};

fn synonym(kind: NameKind, number: &str, name: &str) -> Synonym {
    Synonym { kind, number: number.to_owned(), name: name.to_owned(), description: String::new() }
}

#[test]
fn what_the_switch_says_and_what_people_say_are_kept_apart() {
    let folder = folder();
    let mut store = store(&folder);
    let mut names = Dictionary::default();
    names.learn(&Configuration::Split { split: SplitId(1), name: "Billing".to_owned(), service_level_secs: None });
    store.save_dictionary(&names).unwrap();
    let known = [synonym(NameKind::Agent, "1001", "Ada"), synonym(NameKind::Split, "1", "Orders")];
    store.set_synonyms(&known).unwrap();
    store.save_dictionary(&names).unwrap();
    let reader = store.reader().unwrap();
    assert_eq!(reader.dictionary().unwrap(), names);
    assert_eq!(reader.synonyms().unwrap(), known);
    store.set_synonyms(&[synonym(NameKind::Split, "1", ""), synonym(NameKind::Agent, "1001", "Ada L.")]).unwrap();
    assert_eq!(reader.synonyms().unwrap(), [synonym(NameKind::Agent, "1001", "Ada L.")]);

    let group = |name: &str, agents: &[&str]| AgentGroup {
        name: name.to_owned(),
        description: "by day".to_owned(),
        agents: agents.iter().map(|agent| (*agent).to_owned()).collect(),
    };
    store.set_agent_group(&group("Early", &["1001", "1002"])).unwrap();
    store.set_agent_group(&group("EARLY", &["1003"])).unwrap();
    assert_eq!(reader.agent_groups().unwrap(), [group("EARLY", &["1003"])]);
    store.set_agent_group(&group("early", &[])).unwrap();
    assert_eq!(reader.agent_groups().unwrap(), []);
}

#[test]
fn what_the_switch_takes_out_keeps_its_last_name_until_it_is_there_again() {
    let folder = folder();
    let mut store = store(&folder);
    let named = |splits: &[(u32, &str)]| {
        let mut names = Dictionary::default();
        for (split, name) in splits {
            let (split, name) = (SplitId(*split), (*name).to_owned());
            names.learn(&Configuration::Split { split, name, service_level_secs: None });
        }
        names
    };
    let reader = store.reader().unwrap();
    let former = || -> Vec<(String, String)> {
        let found = reader.former_names().unwrap().into_iter();
        found.map(|was| (was.number, was.name)).collect()
    };
    store.save_dictionary(&named(&[(1, "Billing"), (2, "Sales"), (3, "")])).unwrap();
    assert_eq!(former(), []);
    store.save_dictionary(&named(&[(2, "Orders")])).unwrap();
    assert_eq!(former(), [("1".to_owned(), "Billing".to_owned())]);
    store.save_dictionary(&named(&[(1, "")])).unwrap();
    assert_eq!(former(), [("2".to_owned(), "Orders".to_owned())]);
    assert_eq!(reader.dictionary().unwrap(), named(&[(1, "")]));
}

/// A file of before has the switch's names where people's are now.
#[test]
fn an_earlier_files_names_are_the_switchs() {
    let folder = folder();
    let mut names = Dictionary::default();
    names.learn(&Configuration::Split { split: SplitId(1), name: "Billing".to_owned(), service_level_secs: None });
    store(&folder).save_dictionary(&names).unwrap();
    let path = folder.path().join("01.db");
    let connection = Connection::open(&path).unwrap();
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    connection
        .execute_batch(
            "ALTER TABLE restored DROP COLUMN PARTLY; DROP TABLE former_names; DROP TABLE synonyms; DROP TABLE agroups;
             ALTER TABLE switch_names RENAME TO synonyms;",
        )
        .unwrap();
    connection.pragma_update(None, "user_version", version - 4).unwrap();
    drop(connection);
    let reader = store(&folder).reader().unwrap();
    assert_eq!(reader.dictionary().unwrap(), names);
    assert_eq!(reader.synonyms().unwrap(), []);
}
