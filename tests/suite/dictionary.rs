//! The Dictionary: names in place of numbers on every screen and in every input, kept by each server for itself, and carried
//! as the guide says.

use anyhow::{Context, Result};
use api::{
    ErrorCode, FormulaKind, Frame, Mode, RunReport, SaveReport, Scope, SetAgentGroup, SetCalculation, SetSynonym,
    SetSynonyms, Synonym,
};
use client::{Client, LiveRequest};
use model::event::Entity;
use model::{DataKind, Event, EventBody, NameKind};
use report::{Inputs, Sheet, Total, find_built_in};
use testkit::{LIMIT, PASSWORD, Place, Site, SiteOptions, until};

use crate::backup::{carry, data, done, of};
use crate::cli::Server;
use crate::day::Day;
use crate::people::{add, code, signed_in};
use crate::running::Running;

const LIVE: &str = "Split/Skill Report";
const SUMMARY: &str = "Split/Skill Summary Interval";

fn named(section: &str, number: &str, name: &str) -> SetSynonym {
    let (section, number, name) = (section.to_owned(), number.to_owned(), name.to_owned());
    SetSynonym { section, number, name, description: String::new() }
}

fn set(synonyms: Vec<SetSynonym>, take_over: bool) -> SetSynonyms {
    SetSynonyms { acd: Site::ACD, synonyms, take_over, was: Vec::new() }
}

fn run(path: &str, input: (&str, &str)) -> RunReport {
    let inputs = Inputs::from([(input.0.to_owned(), input.1.to_owned())]);
    RunReport { path: path.to_owned(), acd: Site::ACD, acds: Vec::new(), inputs }
}

fn shows(sheet: &Sheet, name: &str) -> bool {
    sheet.to_csv().contains(name)
}

/// The words of the switch have names, and an ACD is typed by its name.
async fn words_have_names_too(a: &Client) -> Result<()> {
    let agents = a.run(&run("Queue/Agent Status", ("splits", "1"))).await?.sheet.to_csv();
    let word = ["AVAIL", "AUX", "ACD"].into_iter().find(|word| agents.contains(word)).context("somebody is staffed")?;
    a.set_synonyms(&set(vec![named("agent-strings", word, "So called"), named("acds", "1", "Berlin")], false)).await?;
    until("somebody is in that state", async || {
        let renamed = a.run(&run("Queue/Agent Status", ("splits", "1"))).await.ok()?.sheet;
        shows(&renamed, "So called").then_some(())
    })
    .await;
    a.run(&run(LIVE, ("acds", "Berlin"))).await?;
    Ok(())
}

/// Who has not seen the name that somebody else gave does not replace it.
async fn an_unseen_name_is_not_replaced(a: &Client) -> Result<()> {
    let unseen = SetSynonyms { was: vec![named("splits", "1", "")], ..set(vec![named("splits", "1", "Mine")], false) };
    let refused = a.set_synonyms(&unseen).await.expect_err("somebody else named it");
    assert_eq!(refused.refusal().map(|body| body.code), Some(ErrorCode::Overtaken));
    assert!(refused.to_string().contains("it is called Orders, Europe (by day) now"), "{refused}");
    let seen = SetSynonym { description: "by day".to_owned(), ..named("splits", "1", "Orders, Europe") };
    a.set_synonyms(&SetSynonyms { was: vec![seen.clone()], ..set(vec![seen], false) }).await?;
    Ok(())
}

/// "On the primary CMS server, you can add, view, modify, and delete content": a name is shown instead of the number in
/// reports of now and of the past, is typed into inputs, and takes nothing from what is archived.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_name_stands_for_its_number_everywhere() -> Result<()> {
    let running = Running::start().await?;
    let (cms, a) = (Server::of(&running.site, Place::A)?, running.site.client(Place::A).await?);
    let names = a.dictionary(Site::ACD).await?;
    let switch_name = names.name(NameKind::Split, "1").context("the switch has a name")?.to_owned();
    let request = LiveRequest {
        path: LIVE.to_owned(),
        acd: Site::ACD,
        inputs: Inputs::from([("splits".to_owned(), "1".to_owned())]),
        refresh_secs: 1,
    };
    let mut live = a.live(&request, None).await?;
    let Some(Frame::Sheet { sheet, .. }) = live.next_frame().await? else { panic!("a sheet comes first") };
    assert!(shows(&sheet, &switch_name), "{}", sheet.to_csv());

    let told =
        cms.out(&["dictionary", "set", "splits", "1", "Orders, Europe", "--acd", "1", "--description", "by day"]);
    assert!(told.contains("split/skill 1 is called Orders, Europe on CMS-A"), "{told}");
    an_unseen_name_is_not_replaced(&a).await?;
    // Whoever watches sees it at the next refresh.
    let renamed = tokio::time::timeout(LIMIT, async {
        loop {
            match live.next_frame().await? {
                Some(Frame::Cells { delta, .. }) => {
                    if serde_json::to_string(&delta)?.contains("Orders, Europe") {
                        return anyhow::Ok(());
                    }
                }
                other => anyhow::bail!("{other:?} is no change"),
            }
        }
    });
    renamed.await??;
    for report in [LIVE, SUMMARY] {
        for typed in ["1", "orders, europe", switch_name.as_str()] {
            let sheet = a.run(&run(report, ("splits", typed))).await?.sheet;
            let text = sheet.to_csv();
            assert!(shows(&sheet, "Orders, Europe") && !text.contains(&switch_name), "{report} of {typed}: {text}");
        }
    }
    let table = cms.out(&["report", "run", SUMMARY, "--acd", "1", "--input", "splits=Orders, Europe"]);
    assert!(table.contains("Orders, Europe"), "{table}");
    let known: Vec<Synonym> =
        serde_json::from_str(&cms.out(&["dictionary", "show", "splits", &switch_name, "--acd", "1", "--json"]))
            .map(|known| vec![known])?;
    let expect = Synonym {
        section: "splits".to_owned(),
        number: "1".to_owned(),
        name: "Orders, Europe".to_owned(),
        description: "by day".to_owned(),
        switch_name: switch_name.clone(),
    };
    assert_eq!(known, std::slice::from_ref(&expect));
    assert_eq!(a.synonyms(Site::ACD).await?, [expect]);

    words_have_names_too(&a).await?;

    // Archived rows are of numbers: the servers agree as before.
    let second = a.digests(Site::ACD, None, None).await?.get(1).context("an hour is archived")?.start;
    let b = running.site.client(Place::B).await?;
    assert_eq!(a.digests(Site::ACD, None, Some(second)).await?, b.digests(Site::ACD, None, Some(second)).await?);
    let changes = cms.out(&["changes"]);
    assert!(changes.contains("name of split/skill 1") && changes.contains("Orders, Europe (by day)"), "{changes}");

    let told = cms.out(&["dictionary", "delete", "splits", "1", "--acd", "1"]);
    assert!(told.contains("has no name of the Dictionary any more"), "{told}");
    assert!(shows(&a.run(&run(SUMMARY, ("splits", "1"))).await?.sheet, &switch_name));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_list_is_taken_whole_or_not_at_all() -> Result<()> {
    let running = Running::start().await?;
    let (cms, a) = (Server::of(&running.site, Place::A)?, running.site.client(Place::A).await?);
    let file = running.dir().join("names.csv");
    let path = file.to_str().context("a path in UTF-8")?;
    let import = |text: &str| {
        std::fs::write(&file, text)?;
        anyhow::Ok(cms.run(&["dictionary", "import", path, "--acd", "1"]))
    };
    let names = a.dictionary(Site::ACD).await?;
    let second = names.name(NameKind::Split, "2").context("the switch has a name")?;
    for (line, why) in [
        ("splits,2,First", "cannot both be called"),
        ("splits,x,Third", "must be a number, not \"x\""),
        ("splits,2,2nd", "a letter first"),
        ("splits,2,One; two", "a letter first"),
        ("splits,1,Again", "is named twice"),
        ("spilts,2,Third", "no section of the Dictionary"),
        ("acds,2,Hamburg", "is named in its own Dictionary"),
        ("agent-strings,AVIAL,Free", "there are AVAIL"),
        (&format!("splits,3,{second}"), "the switch calls split/skill 2"),
    ] {
        let ended = import(&format!("section,number,name\nsplits,1,First\n{line}\n"))?;
        assert!(ended.code == Some(3) && ended.err.contains(why), "{line}: {ended:?}");
    }
    assert!(import("number,name\n1,First\n")?.err.contains("no column \"section\""));
    assert!(a.synonyms(Site::ACD).await?.is_empty() && a.changes(10).await?.is_empty(), "nothing of it was taken");

    // The two exchange their names, which is right in the end.
    let first = names.name(NameKind::Split, "1").context("the switch has a name")?;
    let ended = import(&format!(
        "section,number,name,description\nsplits,1,{second},\nsplits,2,{first},\naux-reasons,1,Siesta,\"before, after\"\n"
    ))?;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let exported = cms.out(&["dictionary", "export", "--acd", "1"]);
    assert!(
        exported.starts_with("section,number,name,description\naux-reasons,1,Siesta,\"before, after\"\n"),
        "{exported}"
    );
    assert!(import(&exported)?.out.contains("so already"));
    assert_eq!(a.changes(10).await?.len(), 2, "one entry for each section");
    let list = cms.out(&["dictionary", "list", "splits", "--acd", "1", "--find", first]);
    assert_eq!(list.lines().count(), 3, "{list}");
    Ok(())
}

/// "On the secondary CMS server, you can only view changes", unless an administrator takes over.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_secondary_is_for_viewing_until_an_administrator_takes_over() -> Result<()> {
    let running = Running::start().await?;
    let (cms, b) = (Server::of(&running.site, Place::B)?, running.site.client(Place::B).await?);
    let rename = ["dictionary", "set", "splits", "1", "Orders", "--acd", "1"];
    let refused = cms.run(&rename);
    assert!(refused.code == Some(3) && refused.err.contains("CMS-B is a secondary"), "{refused:?}");
    assert!(refused.err.contains("--take-over") && b.synonyms(Site::ACD).await?.is_empty(), "{refused:?}");
    assert!(
        cms.out(&["mode", "rules"]).lines().any(|line| line.contains("the Dictionary") && line.contains("primary"))
    );

    add(&b, "ann", |add| add.reads_everything = true).await?;
    let permission = |kind: &str, acd, of: &str| api::Permission {
        kind: kind.to_owned(),
        acd,
        of: of.to_owned(),
        access: "write".to_owned(),
    };
    let permissions = vec![permission("feature", None, "dictionary"), permission("acd", Some(Site::ACD), "")];
    let permit = api::SetPermissions { user: "ann".to_owned(), reads_everything: None, permissions };
    b.set_permissions(&permit).await?;
    let ann = signed_in(running.site.server(Place::B), "ann").await?;
    let orders = || vec![named("splits", "1", "Orders")];
    assert_eq!(code(ann.set_synonyms(&set(orders(), false)).await), Some(ErrorCode::WrongState));
    assert_eq!(code(ann.set_synonyms(&set(orders(), true)).await), Some(ErrorCode::NotPermitted));

    let over = cms.out(&[&rename[..], &["--take-over"]].concat());
    assert!(over.contains("split/skill 1 is called Orders"), "{over}");
    assert!(cms.out(&["changes"]).contains("name of split/skill 1 (taken over on a secondary)"));
    assert_eq!(b.synonyms(Site::ACD).await?.len(), 1);

    // The comparison names what only one of them has.
    let a = Server::of(&running.site, Place::A)?;
    let compared = a.run(&[&["twin", "compare"][..], &cms.as_twin()].concat());
    let line = compared.out.lines().find(|line| line.trim_start().starts_with("dictionary")).context("it differs")?;
    assert!(["split/skill 1", "missing here", "Orders"].iter().all(|part| line.contains(part)), "{line}");
    Ok(())
}

/// "Synchronizing Dictionary changes by back up and restore of ACD-specific administration data" (method 1), with CMS system
/// administration data for calculations and constants, and "… of specific tables" (method 2).
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_dictionary_is_carried_by_backup_and_restore() -> Result<()> {
    let running = Running::start().await?;
    let (a, b) = (running.site.client(Place::A).await?, running.site.client(Place::B).await?);
    let cms = Server::of(&running.site, Place::A)?;
    a.set_synonyms(&set(vec![named("splits", "1", "Orders"), named("aux-reasons", "1", "Siesta")], false)).await?;
    let agents: Vec<String> =
        a.dictionary(Site::ACD).await?.iter(NameKind::Agent).take(2).map(|(number, _)| number.to_owned()).collect();
    cms.out(&["dictionary", "group", "set", "Early", &agents.join(";"), "--acd", "1"]);
    cms.out(&["dictionary", "calculation", "set", "HOUSE_SHARE", "100 * ABNCALLS / (ACDCALLS + ABNCALLS)"]);
    cms.out(&["dictionary", "constant", "set", "HOUSE_GOAL", "80"]);

    let label =
        done(&a, a.run_backup(&data(&[DataKind::Acd, DataKind::System])).await?).await?.label.context("a label")?;
    carry(&running.site, Place::A, Place::B)?;
    // It is shown as the switch has it, so that names which are kept would be noticed.
    assert!(!shows(&b.run(&run(SUMMARY, ("splits", "1"))).await?.sheet, "Orders"));
    b.set_mode(Mode::SingleUser).await?;
    done(&b, b.run_restore(&of(&label)).await?).await?;
    b.set_mode(Mode::MultiUser).await?;
    let b = running.site.client(Place::B).await?;
    assert_eq!(b.synonyms(Site::ACD).await?, a.synonyms(Site::ACD).await?);
    assert_eq!(b.agent_groups(Site::ACD).await?, a.agent_groups(Site::ACD).await?);
    assert_eq!(b.calculations().await?, a.calculations().await?);
    assert!(shows(&b.run(&run(SUMMARY, ("splits", "Orders"))).await?.sheet, "Orders"));

    // Method 2 takes the names alone.
    a.set_synonyms(&set(vec![named("splits", "1", "Bespoke")], false)).await?;
    cms.out(&["dictionary", "group", "delete", "Early", "--acd", "1"]);
    let tables = api::RunBackup { tables: vec!["synonyms".to_owned()], ..api::RunBackup::default() };
    let label = done(&a, a.run_backup(&tables).await?).await?.label.context("a label")?;
    carry(&running.site, Place::A, Place::B)?;
    done(&b, b.run_restore(&of(&label)).await?).await?;
    assert_eq!(b.synonyms(Site::ACD).await?, a.synonyms(Site::ACD).await?);
    assert_eq!(b.agent_groups(Site::ACD).await?.len(), 1, "other tables stay");
    Ok(())
}

/// Who has left is called as before in the reports of the days before, also by a server that was started anew since, and is no longer
/// among those who are there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_agent_who_has_left_keeps_the_name_in_history() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(8);
    let (mut feed, events) = day.feed(&site);
    let mut tell = |events: &[Event]| {
        tokio::task::block_in_place(|| {
            feed.tell(events, LIMIT)?;
            feed.settle(LIMIT)
        })
    };
    tell(&events)?;
    let a = site.client(Place::A).await?;
    let names = a.dictionary(Site::ACD).await?;
    let (number, name) = names
        .iter(NameKind::Agent)
        .next()
        .map(|(number, name)| (number.to_owned(), name.to_owned()))
        .context("somebody is known")?;
    let report = run("Agent Summary Interval", ("agents", &name));
    let before = a.run(&report).await?.sheet;
    assert!(shows(&before, &name) && !before.blocks[0].rows.is_empty(), "{}", before.to_csv());

    let at = events.last().context("there are events")?.at;
    tell(&[Event { at, body: EventBody::Removed(Entity::Agent(number.parse()?)) }])?;
    for started_anew in [false, true] {
        if started_anew {
            site.stop(Place::A);
            site.run(Place::A)?;
        }
        let a = site.client(Place::A).await?;
        until("the agent is not listed any more", async || {
            let names = a.dictionary(Site::ACD).await.ok()?;
            (!names.contains(NameKind::Agent, &number) && names.name(NameKind::Agent, &number) == Some(&name))
                .then_some(())
        })
        .await;
        let after = a.run(&report).await?.sheet;
        assert!(shows(&after, &name) && !after.blocks[0].rows.is_empty(), "{}", after.to_csv());
    }
    Ok(())
}

/// A group stands for its agents in every input that asks for agents.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_agent_group_is_typed_instead_of_its_agents() -> Result<()> {
    let running = Running::start().await?;
    let (cms, a) = (Server::of(&running.site, Place::A)?, running.site.client(Place::A).await?);
    let names = a.dictionary(Site::ACD).await?;
    let agents: Vec<(&str, &str)> = names.iter(NameKind::Agent).take(3).collect();
    let list = [agents[0].0, agents[1].1, agents[2].0].join(";");
    let set = |name: &str, agents: &str| cms.run(&["dictionary", "group", "set", name, agents, "--acd", "1"]);
    let told = set("Early shift", &list);
    assert!(told.code == Some(0) && told.out.contains("has 3 agents"), "{told:?}");
    let report = "Agent Summary Interval";
    let typed = [agents[0].0, agents[1].0, agents[2].0].join(";");
    let by_group = a.run(&run(report, ("agents", "early shift"))).await?.sheet;
    assert_eq!(by_group.blocks, a.run(&run(report, ("agents", &typed))).await?.sheet.blocks);
    assert!(!by_group.blocks[0].rows.is_empty());
    let refused = a.run(&run(report, ("agents", "late shift"))).await.expect_err("there is none");
    assert!(refused.to_string().contains("neither a known number nor a known name"), "{refused}");

    assert!(set(agents[0].1, &list).err.contains("is called"), "an agent has that name");
    assert!(set("1st", &list).err.contains("a letter first"));
    // What is no list of members is refused, here and by the server for every other client.
    assert!(set("Early shift", "abc;1-").err.contains("\"1-\" is an open range"));
    assert!(set("Early shift", "1009-1001").err.contains("runs backwards"));
    assert!(set("Early shift", "1001;abc").err.contains("no agent is called \"abc\""));
    let odd = SetAgentGroup {
        acd: Site::ACD,
        name: "Early shift".to_owned(),
        agents: vec!["1-".to_owned()],
        description: None,
        take_over: false,
    };
    let refused = a.set_agent_group(&odd).await.expect_err("it is no agent");
    assert!(refused.to_string().contains("\"1-\" is an open range"), "{refused}");
    assert_eq!(a.agent_groups(Site::ACD).await?[0].agents.len(), 3, "it is as it was");
    assert!(cms.run(&["dictionary", "group", "delete", "Late shift", "--acd", "1"]).err.contains("no agent group"));
    let listed = cms.out(&["dictionary", "group", "list", "--acd", "1"]);
    assert!(listed.contains("Early shift") && listed.contains(agents[1].0), "{listed}");
    Ok(())
}

fn formula(kind: FormulaKind, name: &str, formula: &str) -> SetCalculation {
    let (name, formula) = (name.to_owned(), formula.to_owned());
    SetCalculation { kind, name, formula, description: None, take_over: false }
}

async fn formulas_that_cannot_be_are_refused(a: &Client) -> Result<()> {
    use FormulaKind::{Calculation, Constant};
    for (set, why) in [
        (formula(Calculation, "HOUSE", "ACDCALLS +"), "at character"),
        (formula(Calculation, "HOUSE", "NOT_AN_ITEM + 1"), "no table that this can be computed over"),
        (formula(Calculation, "HOUSE", "HOUSE + 1"), "needs itself"),
        (formula(Calculation, "ACDCALLS", "1 + 1"), "is an item of"),
        (formula(Calculation, "AVG_ANSWER_SPEED", "1 + 1"), "standard calculation"),
        (formula(Calculation, "2ND", "1 + 1"), "a letter first"),
        (formula(Constant, "GOAL", "ACDCALLS"), "a constant is a number"),
    ] {
        let refused = a.set_calculation(&set).await.expect_err("it cannot be used");
        assert!(refused.to_string().contains(why), "{set:?}: {refused}");
    }
    Ok(())
}

/// A calculation of the house is used by reports like a standard one, and is not taken from under them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calculations_of_the_house_are_usable_in_reports() -> Result<()> {
    let running = Running::start().await?;
    let (cms, a) = (Server::of(&running.site, Place::A)?, running.site.client(Place::A).await?);
    use FormulaKind::{Calculation, Constant};
    formulas_that_cannot_be_are_refused(&a).await?;
    a.set_calculation(&formula(Constant, "HOUSE_TENTH", "10")).await?;
    a.set_calculation(&formula(Calculation, "HOUSE_CALLS", "HOUSE_TENTH * ACDCALLS")).await?;

    let mut definition = find_built_in(SUMMARY).context("it comes with the product")?.clone();
    definition.name = "Tenfold".to_owned();
    definition.path = "Historical/Designer/Tenfold".to_owned();
    let block = &mut definition.blocks[0];
    let calls = block.columns.iter().position(|column| column.expression == "ACDCALLS").context("ACD calls")?;
    let mut tenfold = block.columns[calls].clone();
    (tenfold.id, tenfold.heading) = ("tenfold".to_owned(), "Tenfold".to_owned());
    tenfold.expression = "HOUSE_CALLS".to_owned();
    tenfold.total = Some(Total::Ratio);
    block.columns.insert(calls + 1, tenfold);
    let save = SaveReport::new(definition, Scope::Personal, false);
    // The other server has no such calculation, and says so.
    let b = running.site.client(Place::B).await?;
    let refused = b.save_report(&save).await.expect_err("the calculation is not there");
    assert!(refused.to_string().contains("HOUSE_CALLS is neither an item"), "{refused}");
    a.save_report(&save).await?;
    let column = |factor: i64| {
        let csv = ["report", "run", "Tenfold", "--acd", "1", "--input", "splits=1", "--format", "csv"];
        let text = cms.out(&csv);
        let mut rows = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<String>>());
        let headings = rows.next().unwrap_or_default();
        let calls =
            headings.iter().position(|heading| heading.eq_ignore_ascii_case("tenfold")).expect("it is shown") - 1;
        let rows: Vec<Vec<String>> = rows.collect();
        let number = |row: &Vec<String>, place: usize| row.get(place).and_then(|cell| cell.parse::<i64>().ok());
        let pairs = rows.iter().filter_map(|row| Some((number(row, calls)?, number(row, calls + 1)?)));
        let pairs: Vec<(i64, i64)> = pairs.collect();
        assert!(
            pairs.iter().any(|(calls, _)| *calls > 0) && pairs.iter().all(|(one, ten)| one * factor == *ten),
            "{text}"
        );
    };
    column(10);
    cms.out(&["dictionary", "constant", "set", "HOUSE_TENTH", "100"]);
    column(100);

    let taken_away = SetCalculation {
        kind: FormulaKind::Calculation,
        name: "HOUSE_CALLS".to_owned(),
        formula: String::new(),
        description: None,
        take_over: false,
    };
    let used = a.set_calculation(&taken_away).await.expect_err("a report uses it");
    assert_eq!(used.refusal().map(|body| body.code), Some(ErrorCode::InUse));
    let used = cms.run(&["dictionary", "calculation", "delete", "HOUSE_CALLS"]);
    assert!(used.code == Some(3) && used.err.contains("is used by") && used.err.contains("Tenfold"), "{used:?}");
    let used = cms.run(&["dictionary", "constant", "delete", "HOUSE_TENTH"]);
    assert!(used.err.contains("is used by HOUSE_CALLS"), "{used:?}");
    a.delete_report("Historical/Designer/Tenfold").await?;
    cms.out(&["dictionary", "calculation", "delete", "HOUSE_CALLS"]);
    assert!(cms.out(&["dictionary", "constant", "list"]).contains("HOUSE_TENTH"));
    // Only who may change the Dictionary may do all this.
    add(&a, "eve", |add| add.reads_everything = true).await?;
    let eve = cms.run_as("eve", PASSWORD, &["dictionary", "constant", "set", "MINE", "1"]);
    assert!(eve.code == Some(3) && eve.err.contains("may not change the feature dictionary"), "{eve:?}");
    Ok(())
}
