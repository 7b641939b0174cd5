//! Reports on a server with live data: the built-in ones, and those that people keep there.

use anyhow::Context;
use api::{ErrorCode, PreviewReport, RunReport, SaveReport, Scope};
use model::Moment;
use report::{Definition, Inputs, ReportKind};
use store::{DataFolder, SavedReport, SystemStore};
use testkit::{Place, Site, SiteOptions};

use crate::cli::Server;
use crate::running::Running;

#[tokio::test(flavor = "multi_thread")]
async fn every_built_in_report_runs_and_shows_something() -> anyhow::Result<()> {
    let running = Running::start().await?;
    for place in Place::BOTH {
        let client = running.site.client(place).await?;
        let entries = client.reports().await?;
        assert_eq!(entries.len(), report::built_in().len());
        for entry in entries {
            let run = RunReport { path: entry.path.clone(), acd: Site::ACD, acds: Vec::new(), inputs: Inputs::new() };
            let answer = client.run(&run).await.map_err(|error| anyhow::anyhow!("{}: {error}", entry.path))?;
            assert_eq!(answer.sheet.title, entry.name);
            assert_eq!(answer.stamp.server, running.site.server(place).identity().name);
            let rows: usize = answer.sheet.blocks.iter().map(|block| block.rows.len()).sum();
            assert!(rows > 0 || may_be_empty(&entry.path), "{} shows nothing on {place:?}", entry.path);
            for block in &answer.sheet.blocks {
                let wide = |row: &report::SheetRow| row.cells.len() == block.columns.len();
                assert!(block.rows.iter().all(wide), "{} has ragged rows", entry.path);
            }
        }
    }
    Ok(())
}

/// Tables of records that need not be there: no agent is traced and no limit watched unless somebody asks for it, and no call need
/// be malicious.
const RECORDS: [&str; 8] = ["ag_actv", "call_rec", "agex", "spex", "tgex", "vdnex", "vecex", "mctex"];

/// Nothing is summed up before the morning is over.
fn may_be_empty(path: &str) -> bool {
    let report = report::find_built_in(path).expect("it is built in");
    let mut tables = report.blocks.iter().filter_map(|block| catalog::table(&block.table));
    tables.any(|table| table.kind.is_summary() || RECORDS.contains(&table.name))
}

fn renamed(name: &str) -> Definition {
    let mut definition = report::find_built_in("VDN Report").expect("it is built in").clone();
    session::rename_report(&mut definition, name.to_owned());
    definition
}

fn save(definition: &Definition, scope: Scope, overwrite: bool) -> SaveReport {
    SaveReport::new(definition.clone(), scope, overwrite)
}

/// A report of another version is in nobody's way: the others are listed, run and compared.
#[tokio::test(flavor = "multi_thread")]
async fn a_stored_report_that_cannot_be_read_is_left_out_of_the_list() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let client = site.client(Place::A).await?;
    client.save_report(&save(&renamed("For all"), Scope::Global, false)).await?;
    let before = client.reports().await?;
    let mut system = SystemStore::open(&DataFolder::new(site.folder(Place::A)).system())?;
    // One alone, and an own one in front of the one for all.
    for name in ["Of a newer version", "For all"] {
        let kept = SavedReport {
            id: 0,
            name: name.to_owned(),
            path: format!("Real-time/Designer/{name}"),
            kind: "Real-time".to_owned(),
            owner: Some("cms".to_owned()),
            definition: "{\"format\": \"of tomorrow\"}".to_owned(),
            changed_at: Moment(1),
            changed_by: "cms".to_owned(),
        };
        system.save_report(&kept, false)?;
    }
    assert_eq!(client.reports().await?, before);
    let refused = client.report("Of a newer version").await.expect_err("it cannot be read");
    assert!(refused.to_string().contains("cannot be read"), "{refused}");
    let [a, b] = [Server::of(&site, Place::A)?, Server::of(&site, Place::B)?];
    let compared = a.run(&[&["twin", "compare", "--json"][..], &b.as_twin()].concat());
    let told: serde_json::Value = serde_json::from_str(&compared.out).with_context(|| format!("{compared:?}"))?;
    let of_reports = |finding: &&serde_json::Value| finding["area"] == "designer reports";
    assert_eq!(told["findings"].as_array().into_iter().flatten().filter(of_reports).count(), 1, "{told}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_saved_found_overwritten_and_deleted() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let client = running.site.client(Place::A).await?;
    let mut mine = renamed("My VDNs");
    let entry = client.save_report(&save(&mine, Scope::Personal, false)).await?;
    assert_eq!((entry.scope, entry.kind, entry.owner.as_deref()), (Scope::Personal, ReportKind::RealTime, Some("cms")));
    assert_eq!(entry.path, "Real-time/Designer/My VDNs");
    assert!(client.reports().await?.contains(&entry));

    mine.description = "changed".to_owned();
    let refusal = client.save_report(&save(&mine, Scope::Personal, false)).await.expect_err("it exists");
    let body = refusal.refusal().expect("the server refuses");
    assert_eq!((body.code, body.existing.as_deref()), (ErrorCode::Exists, Some(&entry)));
    assert_eq!(client.report(&entry.path).await?.definition.description, renamed("My VDNs").description);
    client.save_report(&save(&mine, Scope::Personal, true)).await?;
    assert_eq!(client.report(&entry.path).await?.definition.description, "changed");

    let run = RunReport { path: "My VDNs".to_owned(), acd: Site::ACD, acds: Vec::new(), inputs: Inputs::new() };
    assert!(!client.run(&run).await?.sheet.blocks[0].rows.is_empty());
    client.delete_report(&entry.path).await?;
    let gone = client.run(&run).await.expect_err("it is deleted");
    assert_eq!(gone.refusal().map(|body| body.code), Some(ErrorCode::NotFound));
    Ok(())
}

/// What is designed is shown as it would be if it were stored, to whom may store it, and stored nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_is_designed_is_shown_without_being_stored() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let client = running.site.client(Place::A).await?;
    let before = client.reports().await?;
    let table = catalog::table("csplit").context("the table is known")?;
    let mut definition = report::new_report(ReportKind::RealTime, table, "Unborn");
    let mut block = definition.blocks.remove(0);
    report::add_columns(&definition, &mut block, &["ACDCALLS".to_owned(), "STAFFED".to_owned()]);
    definition.blocks.push(block);
    let inputs = Inputs::from([("splits".to_owned(), "1".to_owned())]);
    let preview = PreviewReport { definition, acd: Site::ACD, inputs };
    let shown = client.preview(&preview).await?;
    let ids: Vec<&str> = shown.sheet.blocks[0].columns.iter().map(|column| column.id.as_str()).collect();
    assert_eq!((shown.sheet.title.as_str(), shown.sheet.blocks[0].rows.len(), ids.len()), ("Unborn", 1, 3));
    assert_eq!(client.reports().await?, before);

    let mut wrong = preview.clone();
    wrong.definition.blocks[0].columns[1].expression = "ACDCALL".to_owned();
    let refusal = client.preview(&wrong).await.expect_err("it cannot be run");
    let body = refusal.refusal().context("the server refuses")?;
    assert_eq!(body.code, ErrorCode::BadRequest);
    assert!(body.message.contains("did you mean ACDCALLS?"), "{}", body.message);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_report_comes_before_a_global_one_of_its_name() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let client = running.site.client(Place::A).await?;
    let (mut global, mut personal) = (renamed("Ours"), renamed("Ours"));
    (global.description, personal.description) = ("global".to_owned(), "personal".to_owned());
    client.save_report(&save(&global, Scope::Global, false)).await?;
    let found = client.report("Ours").await?;
    assert_eq!((found.entry.scope, found.definition.description.as_str()), (Scope::Global, "global"));
    client.save_report(&save(&personal, Scope::Personal, false)).await?;
    let found = client.report("Ours").await?;
    assert_eq!((found.entry.scope, found.definition.description.as_str()), (Scope::Personal, "personal"));
    client.delete_report(&found.entry.path).await?;
    assert_eq!(client.report("Ours").await?.definition.description, "global");
    // The other server knows nothing of it.
    assert!(running.site.client(Place::B).await?.report("Ours").await.is_err());
    Ok(())
}

/// Whatever a list shows of a report can be typed to run it, unless several are called so.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_run_by_whatever_the_list_shows_of_it() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let (client, cms) = (running.site.client(Place::A).await?, Server::of(&running.site, Place::A)?);
    let listed = cms.out(&["report", "list"]);
    let (name, path) = ("Split/Skill Summary Daily", "Historical/Split-Skill/Split-Skill Summary Daily");
    assert!(listed.contains(name) && listed.contains(path), "{listed}");
    for called in [name, path, "Split-Skill Summary Daily", "split-skill summary daily"] {
        let told = cms.out(&["report", "run", called, "--acd", "1"]);
        assert!(told.starts_with(name), "{called}: {told}");
    }
    let mut past = report::find_built_in(name).expect("it is built in").clone();
    session::rename_report(&mut past, "Lines/Orders".to_owned());
    let there = client.save_report(&save(&past, Scope::Global, false)).await?;
    assert_eq!(client.report("lines/orders").await?.entry, there);
    assert_eq!(client.report("orders").await?.entry, there);
    let now = client.save_report(&save(&renamed("Lines/Orders"), Scope::Global, false)).await?;
    let told = cms.run(&["report", "run", "Lines/Orders", "--acd", "1"]);
    let says = ["several reports are called", &there.path, &now.path, "give the path of one"];
    assert!(told.code == Some(3) && says.iter().all(|part| told.err.contains(part)), "{told:?}");
    assert_eq!(client.report(&now.path).await?.entry, now);
    // One's own is meant before everybody's.
    let own = client.save_report(&save(&past, Scope::Personal, false)).await?;
    assert_eq!(client.report("Lines/Orders").await?.entry, own);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_with_the_product_stays_and_what_cannot_be_is_refused() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let client = running.site.client(Place::A).await?;
    let code = |error: client::ClientError| error.refusal().map(|body| body.code);
    let delete = client.delete_report("VDN Report").await.expect_err("it is built in");
    assert_eq!(code(delete), Some(ErrorCode::NotPermitted));
    let built_in = client.save_report(&save(&renamed("x"), Scope::BuiltIn, false)).await.expect_err("not so");
    assert_eq!(code(built_in), Some(ErrorCode::BadRequest));
    let mut broken = renamed("Broken");
    broken.blocks[0].table = "no_such_table".to_owned();
    let refusal = client.save_report(&save(&broken, Scope::Global, false)).await.expect_err("it cannot run");
    assert!(refusal.to_string().contains("no_such_table"), "{refusal}");
    Ok(())
}

/// What uses a report is named before it is taken away, whoever it belongs to and however it names the report.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_is_used_is_deleted_only_if_so_asked() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let client = running.site.client(Place::A).await?;
    let mut days = report::find_built_in("Split/Skill Summary Daily").context("it is built in")?.clone();
    session::rename_report(&mut days, "Days of ours".to_owned());
    let path = client.save_report(&save(&days, Scope::Global, false)).await?.path;
    let cms = Server::of(&running.site, Place::A)?;
    let task = "report 'days of ours' to days.csv splits=1 dates=-1";
    cms.out(&["timetable", "add", "nightly", "--schedule", "daily 00:45", "--acd", "1", "--task", task]);
    let step = format!("\"{path}\" acd=1 splits=1 dates=-1");
    cms.out(&["shortcut", "add", "Morning", "--step", &step]);
    // Nobody uses this one.
    client.save_report(&save(&renamed("Unused"), Scope::Personal, false)).await?;
    client.delete_report("Unused").await?;

    let ended = cms.run(&["report", "delete", "Days of ours"]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    for text in ["timetable \"nightly\" of cms", "shortcut \"Morning\" of cms", "--yes"] {
        assert!(ended.err.contains(text), "{ended:?}");
    }
    let refused = client.delete_report(&path).await.expect_err("it is used");
    let used = refused.refusal().map(|body| (body.code, body.used_by.len()));
    assert_eq!(used, Some((ErrorCode::InUse, 2)));
    assert_eq!(client.report(&path).await?.entry.path, path, "it is still there");
    cms.out(&["shortcut", "delete", "Morning"]);
    let ended = cms.run(&["report", "delete", "Days of ours"]);
    assert!(ended.code == Some(3) && !ended.err.contains("shortcut"), "{ended:?}");
    cms.out(&["report", "delete", "Days of ours", "--yes"]);
    assert!(client.report(&path).await.is_err());
    Ok(())
}

/// The report of the day's intervals shows what the archive holds.
#[tokio::test(flavor = "multi_thread")]
async fn a_historical_report_adds_up_to_the_archive() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let client = running.site.client(Place::A).await?;
    let path = "Split/Skill Summary Interval".to_owned();
    let answer = client.run(&RunReport { path, acd: Site::ACD, acds: Vec::new(), inputs: Inputs::new() }).await?;
    let rows = running.site.figures(Place::A, "SELECT count(*) FROM hsplit").await?[0];
    assert_eq!(answer.sheet.blocks[0].rows.len() as i64, rows);
    Ok(())
}
