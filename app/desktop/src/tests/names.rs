//! The Dictionary, agents' skills, and one's own password: what the pages say, and how they are used.

use api::{Role, SetAgentSkills, SetSynonym, SetSynonyms};
use egui_kittest::kittest::Queryable as _;
use model::NameKind;
use session::{ChangeRequest, ChangeState, Command, Page, PageData, Update, Which};

use super::administration::administering;
use super::administration_clicks::page;
use super::canned_pages::names as canned;
use super::harness::{Screen, Setup};
use super::world::{self, ACD};
use crate::view::administration::dictionary::{GroupDraft, NameDraft, names};
use crate::view::administration::skills::{SkillLevel, SkillLine, SkillsDraft, rows};
use crate::view::administration::{PageKind, on_a_secondary};

fn changes(screen: &Screen) -> Vec<ChangeRequest> {
    let commands = screen.commands().into_iter();
    commands
        .filter_map(|command| if let Command::Administer { change, .. } = command { Some(change) } else { None })
        .collect()
}

#[test]
fn names_stand_beside_those_of_the_switch_and_are_checked() {
    let known = canned::dictionary();
    let rows = names(&known.synonyms, Some(&world::dictionary()), NameKind::Split, "");
    let texts: Vec<String> = rows.iter().map(|row| row.texts.join("|")).collect();
    assert_eq!(texts.len(), 9, "eight of the switch and one that has a name only: {texts:?}");
    assert_eq!((texts[0].as_str(), texts[8].as_str()), ("1||Sales|", "40|Overflow Porto||"));
    assert!(texts[2].starts_with("3|Invoices|"), "{texts:?}");
    let draft = |number: &str, name: &str| NameDraft {
        acd: ACD,
        kind: NameKind::Split,
        is_new: true,
        number: number.to_owned(),
        name: name.to_owned(),
        description: String::new(),
        take_over: false,
        was: Default::default(),
        over: false,
    };
    assert!(draft("many", "Orders").change().is_err() && draft("4", "").change().is_err());
    assert!(draft("4", "1st line").change().expect_err("a letter first").contains("a letter first"));
    assert!(draft("4", " Orders ").change().is_ok());
    let group = |agents: &str| GroupDraft {
        acd: ACD,
        is_new: true,
        taken: vec!["Early".to_owned()],
        name: "Late shift".to_owned(),
        agents: agents.to_owned(),
        description: String::new(),
        take_over: false,
        was: None,
        over: false,
    };
    assert!(
        group("").change().is_err() && group(&"4".repeat(99)).change().is_err() && group("4001;4002").change().is_ok()
    );
    let Ok(ChangeRequest::AgentGroup(set)) = group("4001-4003; PJSIP/9-1; 4009").change() else { panic!("a group") };
    assert_eq!(set.agents, ["4001", "4002", "4003", "PJSIP/9-1", "4009"]);
    assert!(group("4003-4001").change().expect_err("no range").contains("lower number first"));
    let early = GroupDraft { name: "early".to_owned(), ..group("4001") };
    assert!(early.change().expect_err("it is there").contains("There is Early already"));
    assert!(GroupDraft { is_new: false, ..early }.change().is_ok());
}

#[test]
fn a_name_is_changed_on_the_primary_and_only_viewed_on_a_secondary() {
    let mut screen = page(PageKind::Dictionary);
    let _ = screen.commands();
    screen.choose_row("Invoices");
    screen.click("Edit…");
    screen.click("Save on cms-north");
    let synonym = SetSynonym {
        section: "splits".to_owned(),
        number: "3".to_owned(),
        name: "Invoices".to_owned(),
        description: "was Billing until 2025".to_owned(),
    };
    let set = |take_over| {
        let shown = vec![synonym.clone()];
        SetSynonyms { acd: ACD, synonyms: vec![synonym.clone()], take_over, was: shown }
    };
    assert_eq!(changes(&screen), [ChangeRequest::Synonyms(set(false))]);
    // A colleague was faster: what there is now is shown, and goes only with a tick.
    let why = "somebody else changed the name of split 3 meanwhile: it is called Kuendigung (by Anna) now".to_owned();
    screen.answer(1, &ChangeRequest::Synonyms(set(false)), ChangeState::Overtaken { why });
    assert!(screen.sees_part("Nothing was changed. Somebody else changed the name of split 3 meanwhile: it is called"));
    screen.shot("dialog-overtaken");
    screen.click("Replace that with what is typed here");
    screen.click("Save on cms-north");
    let over = SetSynonyms { was: Vec::new(), ..set(false) };
    assert_eq!(changes(&screen).last(), Some(&ChangeRequest::Synonyms(over)));

    let mut screen = page(PageKind::Dictionary);
    let which = Which::Primary;
    let mut health = world::health(which, api::LinkState::Up);
    health.role = Role::Secondary;
    screen.tell(Update::Health { which, health, took: std::time::Duration::ZERO, at: super::harness::now() });
    screen.choose_row("Invoices");
    assert!(screen.sees_part("there the Dictionary is for viewing") && screen.is_disabled("Edit…"));
    screen.click("The primary is down: take over");
    let _ = screen.commands();
    screen.click("Edit…");
    screen.click("Save on cms-north");
    assert_eq!(changes(&screen), [ChangeRequest::Synonyms(set(true))]);
}

/// What `cms dictionary import` takes, with what it would change before it is done.
#[test]
fn names_come_from_a_file_after_seeing_what_it_changes() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("names.csv");
    let write = |text: &str| std::fs::write(&file, text).expect("the folder can be written to");
    write(
        "section,number,name,description\nsplits,3,Orders,\nsplits,4,Spares,\nvdns,2040,Emergency,now\nsplits,40,,\n",
    );
    let mut screen = administering(Setup { file: file.clone(), ..Setup::default() });
    screen.open_page(PageKind::Dictionary);
    let _ = screen.commands();
    screen.click("Import…");
    assert!(screen.is_disabled("Import on cms-north"), "no file is chosen");
    screen.click("Browse…");
    super::exports::answered(&mut screen);
    assert!(screen.sees("4 names in the file: 4 would change something, 0 are so already"));
    for part in ["3: Invoices becomes Orders", "4: Spares, new", "2040: Emergency is described otherwise"] {
        assert!(screen.sees_part(part), "{part}");
    }
    assert!(screen.sees_part("40: Overflow Porto is taken away"));
    screen.shot("dialog-names-import");
    screen.click("Import on cms-north");
    let sent = changes(&screen);
    let [ChangeRequest::Synonyms(SetSynonyms { acd: ACD, synonyms, take_over: false, .. })] = &sent[..] else {
        panic!("{sent:?}")
    };
    let told: Vec<[&str; 3]> =
        synonyms.iter().map(|set| [&set.section, &set.number, &set.name].map(String::as_str)).collect();
    assert_eq!(
        told,
        [["splits", "3", "Orders"], ["splits", "4", "Spares"], ["vdns", "2040", "Emergency"], ["splits", "40", ""]]
    );
}

/// What the page shows of a colleague's change is not replaced unseen, and may be gone on with.
#[test]
fn what_somebody_else_wrote_meanwhile_is_told_and_offered() {
    let tell = |screen: &mut Screen, change: &dyn Fn(&mut session::DictionaryData)| {
        let mut known = canned::dictionary();
        change(&mut known);
        let result = Ok(std::sync::Arc::new(PageData::Dictionary(known)));
        let (which, page, at) = (Which::Primary, Page::Dictionary(ACD), super::harness::now());
        screen.tell(Update::Page { which, page, result, at });
    };
    let mut screen = page(PageKind::Dictionary);
    screen.click("Agent groups");
    screen.choose_row("Group ");
    screen.click("Edit…");
    assert!(screen.sees_part("gets it with the next Admin-Sync"), "how the other server gets it");
    screen.retype("Description, up to 50 characters", "from seven on");
    tell(&mut screen, &|known| known.groups[0].agents.push("4020".to_owned()));
    let theirs =
        "Somebody else changed it meanwhile: the agent group Early shift (from six on) is 4001, 4002, 4017, 4020 now";
    assert!(screen.sees(theirs) && screen.is_disabled("Save on cms-north"));
    screen.shot("dialog-meanwhile-light");
    screen.click("Take over what is there now");
    screen.retype("Description, up to 50 characters", "from seven on");
    let _ = screen.commands();
    screen.click("Save on cms-north");
    let [ChangeRequest::AgentGroup(set)] = &changes(&screen)[..] else { panic!("a group") };
    assert_eq!((set.agents.len(), set.description.as_deref()), (4, Some("from seven on")));

    let mut screen = page(PageKind::Dictionary);
    screen.click("Calculations");
    screen.choose_row("LOST_SHARE");
    screen.click("Edit…");
    screen.retype("Description, up to 50 characters", "in percent");
    tell(&mut screen, &|known| known.calculations.clear());
    assert!(screen.sees("Somebody else changed it meanwhile: LOST_SHARE was deleted"));
    assert!(screen.is_disabled("Save on cms-north") && !screen.sees("Take over what is there now"));
    screen.click("Replace that with what is typed here");
    assert!(!screen.is_disabled("Save on cms-north"));
}

#[test]
fn a_file_of_names_that_is_wrong_changes_nothing() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("names.csv");
    let label = "CSV file on this PC: section, number, name, description";
    let mut screen = page(PageKind::Dictionary);
    screen.click("Import…");
    let write = |text: &str| std::fs::write(&file, text).expect("the folder can be written to");
    write("section,number\n");
    screen.retype(label, &file.display().to_string());
    assert!(screen.sees_part("Read the file first") && screen.is_disabled("Import on cms-north"));
    screen.click("Read it");
    assert!(screen.sees_part("names no column \"name\"") && screen.is_disabled("Import on cms-north"));
    let wrong = [("", "no line in it"), ("splits,3,1st line\n", "a letter first"), ("planets,3,Mars\n", "planets 3:")];
    for (lines, part) in wrong {
        write(&format!("section,number,name\n{lines}"));
        screen.click("Read it again");
        assert!(screen.sees_part(part) && screen.is_disabled("Import on cms-north"), "{part}");
    }
    // All of them at once, with their lines.
    write("section,number,name\nsplits,3,1st line\nsplits,4,Orders\nplanets,3,Mars\n");
    screen.click("Read it again");
    assert!(screen.sees_part("Line 2: splits 3:") && screen.sees_part("Line 4: planets 3:"));
    assert!(screen.is_disabled("Import on cms-north"));
    screen.shot("dialog-names-faults-light");
    write("section,number,name\nsplits,3,Orders\nsplits,4,Orders\nvdns,3,Orders\nsplits,3,Sales\n");
    screen.click("Read it again");
    assert!(screen.sees_part("Line 3: splits 4: line 2 gives the name Orders already"));
    assert!(screen.sees_part("Line 5: splits 3: it stands in line 2 already") && !screen.sees_part("Line 4:"));
    write("section,number,name\nsplits,3,Orders\n");
    screen.click("Read it again");
    assert!(!screen.is_disabled("Import on cms-north"));
    assert!(screen.commands().iter().all(|command| !matches!(command, Command::Administer { .. })));
}

/// What is exported can be imported: then it changes nothing.
#[test]
fn the_names_are_exported_to_a_file() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("names.csv");
    let mut screen = administering(Setup { file: file.clone(), ..Setup::default() });
    screen.open_page(PageKind::Dictionary);
    screen.click("Export…");
    super::exports::answered(&mut screen);
    super::exports::written(&mut screen);
    let text = std::fs::read_to_string(&file).expect("it is written");
    assert!(text.starts_with("section,number,name,description\nsplits,3,Invoices,was Billing until 2025\n"), "{text}");
    assert_eq!(text.lines().count(), 4, "the names that were given, whatever section is shown");
    assert!(screen.sees_part("Exported to"));
    // The notice lies over the button for some seconds, and lets the click through.
    let notice = screen.harness.get_by_label_contains("Exported to").rect();
    assert!(notice.expand(12.0).intersects(screen.harness.get_by_label("Import…").rect()));
    screen.click("Import…");
    screen.click("Browse…");
    super::exports::answered(&mut screen);
    assert!(screen.sees("3 names in the file: 0 would change something, 3 are so already"));
    assert!(screen.is_disabled("Import on cms-north"));
    screen.click("Cancel");
    screen.click("Agent groups");
    assert!(!screen.sees("Import…"), "a file has names alone");
}

/// As the tables beside it do: a double click or Enter opens what the buttons below would open.
#[test]
fn a_line_of_the_dictionary_is_opened_by_enter() {
    let mut screen = page(PageKind::Dictionary);
    screen.choose_row("Invoices");
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(3);
    assert!(screen.sees("Save on cms-north"), "the dialog of the name");
    screen.click("Cancel");
    screen.click("Agent groups");
    screen.choose_row("Group ");
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(3);
    assert!(screen.sees("Save on cms-north"), "the dialog of the group");
    let mut screen = page(PageKind::Dictionary);
    let mut health = world::health(Which::Primary, api::LinkState::Up);
    health.role = Role::Secondary;
    let (which, took) = (Which::Primary, std::time::Duration::ZERO);
    screen.tell(Update::Health { which, health, took, at: super::harness::now() });
    screen.choose_row("Invoices");
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(3);
    assert!(!screen.sees("Save on cms-north"), "for viewing");
}

/// One story: where it is changed, how it comes here, and what a change here means.
#[test]
fn a_secondary_says_whether_there_is_a_reason_to_take_over() {
    let at = std::time::Instant::now();
    let mut model = super::administration::shown(at, Which::Secondary, &Page::Dictionary(ACD));
    let told = |model: &session::Model| on_a_secondary(model, "the Dictionary", "", at).expect("it is a secondary");
    assert!(told(&model).text.contains("Change it on the primary cms-north, which answers"), "{:?}", told(&model));
    assert_eq!(told(&model).tick, "Take over although cms-north answers: the change holds on cms-south alone");
    model.apply(Update::Unhealthy { which: Which::Primary, why: "timed out".to_owned(), at });
    assert!(told(&model).text.contains("make the same change on the primary when it is back"), "{:?}", told(&model));
    assert_eq!(told(&model).tick, "The primary is down: take over");
    model.apply(Update::Serving(Some(Which::Primary)));
    assert_eq!(on_a_secondary(&model, "the Dictionary", "", at), None);
}

#[test]
fn skills_are_shown_in_words_and_changed_by_the_switch() {
    let shown = rows(&canned::skills(), "premium");
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].texts[2], "2 Service, level 1; 7 Premium, reserve 1");
    let mut draft = SkillsDraft::new(ACD, &shown[0].agent);
    let texts: Vec<String> = draft.lines.iter().map(|line| format!("{}, {}", line.text, line.level.text())).collect();
    assert_eq!(texts, ["2 Service, Level 1", "7 Premium, Reserve 1"]);
    assert!(draft.change().expect_err("the same").contains("Nothing differs"));
    draft.lines[0].percent = "many".to_owned();
    assert!(draft.change().expect_err("no figure").contains("2 Service: a percentage is a whole number"));
    draft.lines[0] = SkillLine { level: SkillLevel::Level(3), percent: String::new(), ..draft.lines[0].clone() };
    draft.lines.pop();
    let Ok(ChangeRequest::Skills(SetAgentSkills { skills, .. })) = draft.change() else { panic!("it is right") };
    assert_eq!((skills.len(), skills[0].level), (1, 3));
    let quinn = rows(&canned::skills(), "Quinn")[0].agent.clone();
    let mut draft = SkillsDraft::new(ACD, &quinn);
    assert_eq!((draft.lines[0].text.as_str(), draft.lines[0].percent.as_str()), ("14 Spanish", "60"));
    let others = draft.others(Some(&world::dictionary()));
    assert!(others[0].1 == "1 Sales" && others.iter().all(|(_, text)| text != "14 Spanish"), "{others:?}");
    draft.add(others[0].clone());
    draft.lines[1].percent = "40 %".to_owned();
    let Ok(ChangeRequest::Skills(SetAgentSkills { skills, .. })) = draft.change() else { panic!("it is right") };
    assert_eq!(skills.iter().map(|skill| skill.percent).collect::<Vec<_>>(), [60, 40]);
    draft.lines.clear();
    assert!(draft.change().expect_err("none").contains("one skill at least"));
    let mut screen = page(PageKind::Skills);
    screen.choose_row("Ben Okafor");
    screen.click("Change skills…");
    assert!(screen.sees_part("Skills of agent 4002 Ben Okafor") && screen.is_disabled("Change by way of cms-north"));
    let _ = screen.commands();
    screen.click("Take 7 Premium away");
    screen.choose("Add a skill", "3 Billing");
    screen.choose("Level of 3 Billing", "Level 2");
    screen.shot("skills-changed");
    screen.click("Change by way of cms-north");
    let [ChangeRequest::Skills(SetAgentSkills { skills, .. })] = &changes(&screen)[..] else { panic!("skills") };
    let told: Vec<(u32, u8)> = skills.iter().map(|skill| (skill.split.0, skill.level)).collect();
    assert_eq!(told, [(2, 1), (3, 2)]);
}

#[test]
fn everybody_changes_the_own_password_from_the_top_bar() {
    let mut screen = Screen::new(Setup { administrator: false, ..Setup::default() });
    screen.click("m.keller");
    screen.click("Change password…");
    assert!(screen.sees_part("Password of m.keller") && screen.is_disabled("Set on cms-north"));
    for (label, text) in
        [("Your present password", "old one"), ("New password on this server", "new one"), ("Once more", "new one")]
    {
        screen.type_secret(label, text);
    }
    let _ = screen.commands();
    screen.click("Set on cms-north");
    let sent = changes(&screen);
    assert!(matches!(sent.as_slice(), [ChangeRequest::Password { user: None, old: Some(_), .. }]), "{sent:?}");
}

#[test]
fn the_dictionarys_parts_are_drawn_in_both_themes_and_at_both_scales() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        for scale_percent in [100, 200] {
            let mut screen = administering(Setup { dark, scale_percent, ..Setup::default() });
            screen.open_page(PageKind::Dictionary);
            for part in ["Agent groups", "Calculations"] {
                screen.click(part);
                screen.shot(&format!("dictionary-{part}-{word}-{scale_percent}"));
            }
            screen.open_page(PageKind::Skills);
            screen.choose_row("Ben Okafor");
            screen.click("Change skills…");
            screen.shot(&format!("skills-dialog-{word}-{scale_percent}"));
        }
    }
}
