//! What users are permitted, held against every answer and every stream: a walk over the whole API as somebody who may do nothing and as
//! somebody who may see one split, looking for what should not be there.

use std::collections::BTreeSet;

use anyhow::Result;
use api::endpoints::{self as e, Endpoint, Guard, Method};
use api::{
    ErrorBody, ErrorCode, Frame, Permission, Profile, Profiled, RemoveProfile, RunReport, SetCollection, SetException,
    SetPermissions, SetProfile,
};
use catalog::Belonging;
use client::Client;
use model::{Dictionary, Element, NameKind};
use report::{Inputs, Sheet};
use reqwest::RequestBuilder;
use serde_json::json;
use testkit::{EventFeed, LIMIT, PASSWORD, Place, Site, SiteOptions, until};

use crate::api::{rude, verb};
use crate::day::Day;
use crate::exceptions::numbers_of;
use crate::people::{add, code, signed_in, watching};

/// A server with a morning behind it and a clock that stands still, so that the same question has the same answer.
struct Still {
    site: Site,
    cms: Client,
    names: Dictionary,
    /// The links stay up as long as it is here.
    _feed: EventFeed,
    _dir: tempfile::TempDir,
}

impl Still {
    async fn start() -> Result<Still> {
        let dir = tempfile::tempdir()?;
        let site = Site::start(dir.path(), &SiteOptions::default())?;
        let cms = site.client(Place::A).await?;
        let day = Day::small(71);
        let (snapshot, events) = day.split_pump_up();
        let mut feed = EventFeed::new(Site::ACD, &site.links(), day.scenario.start, snapshot);
        for of in ["split", "vdn"] {
            set_exceptions(&cms, of, numbers_of(&day, of)).await?;
        }
        tokio::task::block_in_place(|| {
            feed.tell(&events, LIMIT)?;
            feed.settle(LIMIT)
        })?;
        site.digests_through(Place::A, day.end).await?;
        let end = day.end;
        until("the last board is published", async || {
            let health = cms.health(LIMIT).await.ok()?;
            (health.acds[0].acd_at == Some(end)).then_some(())
        })
        .await;
        let names = cms.dictionary(Site::ACD).await?;
        Ok(Still { site, cms, names, _feed: feed, _dir: dir })
    }

    async fn permit(&self, user: &str, permissions: &[(&str, &str, &str)]) -> Result<()> {
        let permission = |(kind, of, access): &(&str, &str, &str)| Permission {
            kind: (*kind).to_owned(),
            acd: (*kind != "feature").then_some(Site::ACD),
            of: (*of).to_owned(),
            access: (*access).to_owned(),
        };
        let permissions = permissions.iter().map(permission).collect();
        self.cms
            .set_permissions(&SetPermissions { user: user.to_owned(), reads_everything: None, permissions })
            .await?;
        Ok(())
    }

    /// Somebody who may read every feature, and of the ACD split 1 alone.
    async fn add_one(&self, name: &str) -> Result<Client> {
        add(&self.cms, name, |_| {}).await?;
        for feature in model::Feature::ALL {
            self.permit(name, &[("feature", feature.word(), "read")]).await?;
        }
        self.permit(name, &[("acd", "", "read"), ("splits", "1", "read,exceptions")]).await?;
        signed_in(self.site.server(Place::A), name).await
    }

    /// Names that who may see split 1 alone must not read anywhere.
    fn forbidden(&self) -> BTreeSet<String> {
        let own = self.names.name(NameKind::Split, "1").unwrap_or_default();
        let kinds = [NameKind::Split, NameKind::Vdn, NameKind::Vector, NameKind::TrunkGroup];
        let names = kinds.into_iter().flat_map(|kind| self.names.iter(kind)).map(|(_, name)| name);
        let other = [NameKind::Agent, NameKind::AuxReason, NameKind::LogoutReason, NameKind::WorkCode];
        let others: BTreeSet<&str> =
            other.into_iter().flat_map(|kind| self.names.iter(kind)).map(|(_, name)| name).collect();
        names.filter(|name| !name.is_empty() && *name != own && !others.contains(name)).map(str::to_owned).collect()
    }
}

/// Has every abandoned call told as an exception.
async fn set_exceptions(cms: &Client, of: &str, numbers: Vec<String>) -> Result<()> {
    let set = SetException {
        acd: Site::ACD,
        of: of.to_owned(),
        numbers,
        exception: "abandons".to_owned(),
        reason: None,
        threshold: Some(0),
        limit_secs: None,
        on: true,
    };
    cms.set_exception(&set).await?;
    Ok(())
}

/// How each endpoint is asked. A new endpoint is to be written here, or the walk does not go by it.
fn ask(request: RequestBuilder, endpoint: &Endpoint, user: &str) -> RequestBuilder {
    let report = "VDN Report";
    match (endpoint.method, endpoint.path) {
        (Method::Get, e::REPORT) | (Method::Delete, e::REPORT) => request.query(&[("path", report)]),
        (Method::Get, e::LIVE) => request.query(&[("path", report), ("acd", "1"), ("refresh", "1")]),
        (
            Method::Get,
            e::DICTIONARY | e::DIGESTS | e::PROFILES | e::EXCEPTIONS | e::EXCEPTION_LOG | e::EXCEPTIONS_LIVE,
        )
        | (Method::Get, e::TRACES | e::STORAGE | e::SYNONYMS | e::AGENT_GROUPS | e::AGENT_SKILLS) => {
            request.query(&[("acd", "1")])
        }
        (Method::Get, e::SUMMARIES) => request.query(&[("acd", "1"), ("level", "daily")]),
        (Method::Post, e::PREVIEW) => {
            let definition = report::find_built_in(report).expect("it comes along");
            request.json(&json!({"definition": definition, "acd": 1}))
        }
        (Method::Post, e::RUN) => request.json(&json!({"path": report, "acd": 1})),
        (Method::Post, e::SQL) => request.json(&json!({"acd": 1, "sql": "SELECT ITEM_NAME FROM switch_names"})),
        (Method::Get, e::USER | e::PERMISSIONS) => request.query(&[("name", user)]),
        (Method::Delete, e::USER) => request.query(&[("name", "cms")]),
        (Method::Post | Method::Put, e::SHORTCUT) => {
            let step = json!({"path": report, "acd": 1, "inputs": {}, "refresh": 5});
            let steps = if endpoint.method == Method::Post { "steps" } else { "add_steps" };
            request.json(&json!({"name": "Walk", steps: [step]}))
        }
        (Method::Delete, e::SHORTCUT) => request.query(&[("name", "Walk")]),
        (Method::Get, e::SHORTCUTS) | (Method::Post, e::SHORTCUT_COPY) => request,
        (Method::Get | Method::Delete, e::TIMETABLE) => request.query(&[("name", "nightly")]),
        (Method::Get, e::BACKUP) => request.query(&[("label", "CMS-261101-01-XXHX-00-F")]),
        (Method::Get, e::MENU_FILE) => request.query(&[("name", "Roster")]),
        (Method::Post, e::MENU_RUN | e::MENU_RUN_LIVE) => request.json(&json!({"name": "Roster"})),
        (Method::Get | Method::Post | Method::Put | Method::Delete, e::MENU) => request,
        (Method::Get | Method::Delete, e::JOB) => request.query(&[("job", "1")]),
        (Method::Get, e::JOBS) => request,
        (Method::Post | Method::Get | Method::Put | Method::Delete, e::SYNC | e::SYNC_PACK | e::SYNC_PEER) => request,
        (Method::Get | Method::Post, e::BACKUP_TABLES | e::IMAGES | e::IMAGE_VERIFY) => request,
        (Method::Get, e::BACKUPS | e::RESTORES | e::TIMETABLES | e::MAINTENANCE_LOG)
        | (Method::Post, e::BACKUPS | e::BACKUP_VERIFY | e::RESTORES | e::RESTORE_PLAN | e::RESTORE_UNDO)
        | (Method::Post, e::TIMETABLE | e::TIMETABLE_RUN | e::TIMETABLES_UNDO | e::MAINTENANCE_ACKNOWLEDGE)
        | (Method::Put, e::TIMETABLE | e::TIMETABLES_EDIT) => request,
        (
            Method::Get,
            e::HEALTH | e::METRICS | e::OPENAPI | e::STATUS | e::REPORTS | e::CHANGES | e::EXCEPTION_TYPES,
        )
        | (
            Method::Get,
            e::SERVER_EXCEPTIONS | e::ARCHIVE_STATUS | e::HISTORY_INTERFACE | e::USERS | e::MODE | e::MODE_RULES,
        )
        | (Method::Post, e::LOGOUT | e::LOGIN | e::SUMMARIZE | e::USER)
        | (Method::Put, e::REPORT | e::PROFILE | e::COLLECTION | e::INTERVAL | e::EXCEPTION | e::TRACE | e::STORAGE)
        | (Method::Put, e::SUMMARIZING | e::HISTORY_INTERFACE | e::USER | e::PASSWORD | e::PERMISSIONS | e::MODE)
        | (Method::Post, e::PARCEL | e::PARCEL_MISSED | e::PARCEL_COLLECT)
        | (Method::Put | Method::Delete | Method::Get, e::PARCEL_VOLUME | e::PARCEL)
        | (Method::Put, e::MASTER_ACD | e::SYNONYMS | e::AGENT_GROUPS | e::CALCULATIONS | e::AGENT_SKILLS)
        | (Method::Get, e::CALCULATIONS)
        | (Method::Delete, e::PROFILE)
        | (Method::Get | Method::Put, e::WORKSHEETS) => request,
        (method, path) => {
            panic!("say here how {method:?} {path} is asked, and whether who may little may have its answer")
        }
    }
}

/// What signed-in users may have whatever they may: nothing of it tells of calls.
const HARMLESS: [(Method, &str); 8] = [
    (Method::Get, e::SHORTCUTS),
    (Method::Get, e::STATUS),
    (Method::Get, e::MENU),
    (Method::Get, e::EXCEPTION_TYPES),
    (Method::Get, e::USER),
    (Method::Get, e::PERMISSIONS),
    (Method::Get, e::MODE),
    (Method::Get, e::MODE_RULES),
];

/// One answer: its status, and its text; of a stream the first piece.
async fn answer(request: RequestBuilder) -> Result<(u16, String)> {
    let mut answer = request.send().await?;
    let status = answer.status().as_u16();
    let stream = answer.headers().get("content-type").is_some_and(|kind| kind == "text/event-stream");
    let text = match stream {
        true => answer.chunk().await?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default(),
        false => answer.text().await?,
    };
    Ok((status, text))
}

/// Asks every endpoint but those that sign in and out.
async fn walk(still: &Still, user: &str) -> Result<Vec<(Endpoint, u16, String)>> {
    let (http, url) = (rude()?, still.site.server(Place::A).url());
    let login = json!({"user": user, "password": PASSWORD});
    let session: api::Session =
        serde_json::from_str(&answer(http.post(format!("{url}{}", e::LOGIN)).json(&login)).await?.1)?;
    let mut answers = Vec::new();
    for endpoint in e::all() {
        if matches!(endpoint.path, e::LOGIN | e::LOGOUT) {
            continue;
        }
        let request =
            http.request(verb(endpoint.method), format!("{url}{}", endpoint.path)).bearer_auth(&session.token);
        let (status, text) = answer(ask(request, &endpoint, user)).await?;
        answers.push((endpoint, status, text));
    }
    Ok(answers)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_nothing_sees_nothing() -> Result<()> {
    let still = Still::start().await?;
    add(&still.cms, "ann", |_| {}).await?;
    let names: Vec<&str> = [NameKind::Split, NameKind::Vdn, NameKind::Agent]
        .into_iter()
        .flat_map(|kind| still.names.iter(kind))
        .map(|(_, name)| name)
        .filter(|name| !name.is_empty())
        .collect();
    assert!(names.len() > 20, "{names:?}");
    for (endpoint, status, text) in walk(&still, "ann").await? {
        let what = format!("{:?} {}", endpoint.method, endpoint.path);
        assert!(
            names.iter().all(|name| !text.contains(&format!("\"{name}\""))),
            "{what} names what may not be seen: {text}"
        );
        if endpoint.guard == Guard::Open || HARMLESS.contains(&(endpoint.method, endpoint.path)) {
            assert_eq!(status, 200, "{what}: {text}");
        } else if (endpoint.method, endpoint.path) == (Method::Put, e::PASSWORD) {
            assert_eq!(status, 400, "{what}: {text}");
        } else if endpoint.path == e::SHORTCUT && endpoint.method != Method::Post {
            // None of one's own is there: to make one was not permitted.
            assert_eq!(status, 404, "{what}: {text}");
        } else {
            let error: ErrorBody = serde_json::from_str(&text)?;
            assert_eq!((status, error.code), (403, ErrorCode::NotPermitted), "{what}: {text}");
        }
        if endpoint.path == e::STATUS {
            assert!(serde_json::from_str::<api::Status>(&text)?.acds.is_empty(), "{text}");
        }
    }
    // The features alone are not enough.
    for feature in model::Feature::ALL {
        still.permit("ann", &[("feature", feature.word(), "write")]).await?;
    }
    let ann = signed_in(still.site.server(Place::A), "ann").await?;
    let refused = ann.run(&run("VDN Report", &[])).await;
    assert_eq!(code(refused), Some(ErrorCode::NotPermitted));
    assert!(ann.archive_status(None).await?.is_empty());
    Ok(())
}

fn run(path: &str, inputs: &[(&str, &str)]) -> RunReport {
    let inputs: Inputs = inputs.iter().map(|(name, typed)| ((*name).to_owned(), (*typed).to_owned())).collect();
    RunReport { path: path.to_owned(), acd: Site::ACD, acds: Vec::new(), inputs }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_see_one_split_sees_no_more_in_any_answer() -> Result<()> {
    let still = Still::start().await?;
    let one = still.add_one("one").await?;
    let forbidden = still.forbidden();
    assert!(forbidden.len() >= 6, "{forbidden:?}");
    let named = |text: &str| forbidden.iter().find(|name| text.contains(&format!("\"{name}\""))).cloned();
    // The walk would find something: an administrator reads the names.
    let all = walk(&still, "cms").await?;
    assert!(all.iter().filter(|(_, _, text)| named(text).is_some()).count() >= 3);
    for (endpoint, status, text) in walk(&still, "one").await? {
        let what = format!("{:?} {}", endpoint.method, endpoint.path);
        assert_eq!(named(&text), None, "{what} names what may not be seen: {text}");
        let writes = matches!(endpoint.guard, Guard::Writes(_) | Guard::Administrator);
        let over_all_rows = [e::SQL, e::DIGESTS, e::SUMMARIES].contains(&endpoint.path);
        let is_of_the_menu = [e::MENU_FILE, e::MENU_RUN, e::MENU_RUN_LIVE].contains(&endpoint.path);
        if writes || over_all_rows || is_of_the_menu {
            let error: ErrorBody = serde_json::from_str(&text)?;
            assert_eq!(error.code, ErrorCode::NotPermitted, "{what}: {text}");
        } else if endpoint.path != e::PASSWORD {
            // What is asked for by a name that nothing has is not there, and not refused.
            let is_named = [e::TIMETABLE, e::BACKUP, e::JOB].contains(&endpoint.path);
            let nothing = is_named && [404, 503].contains(&status);
            assert!(status == 200 || nothing, "{what}: {status} {text}");
        }
    }
    let names = one.dictionary(Site::ACD).await?;
    assert_eq!(names.iter(NameKind::Split).map(|(number, _)| number).collect::<Vec<_>>(), ["1"]);
    assert!(names.iter(NameKind::Vdn).next().is_none() && names.iter(NameKind::Agent).next().is_some());

    let log = one.exception_log(Site::ACD).await?;
    let whole = still.cms.exception_log(Site::ACD).await?;
    let of_one =
        whole.exceptions.iter().filter(|logged| (logged.of.as_str(), logged.element.as_str()) == ("split", "1"));
    assert_eq!(log.exceptions, of_one.cloned().collect::<Vec<_>>());
    assert!(whole.exceptions.len() > log.exceptions.len(), "{whole:?}");
    assert!(log.counted <= u32::try_from(log.exceptions.len())?);
    let rules = one.exceptions(Site::ACD).await?;
    assert_eq!(
        rules.iter().map(|rule| (rule.of.as_str(), rule.number.as_str())).collect::<BTreeSet<_>>(),
        [("split", "1")].into()
    );
    Ok(())
}

/// Every report that comes with the product, as who may see split 1: what it shows is what an administrator gets who asks for
/// split 1, totals and all; of what is no split's, nothing. That it is not all there is, it says.
#[tokio::test(flavor = "multi_thread")]
async fn every_report_of_one_split_is_as_if_there_were_no_other() -> Result<()> {
    let still = Still::start().await?;
    let one = still.add_one("one").await?;
    let forbidden = still.forbidden();
    let (mut compared, mut with_rows, mut empty) = (0, 0, 0);
    for definition in report::built_in() {
        let path = definition.path.as_str();
        let required = definition.inputs.iter().filter(|input| input.required);
        let typed: Vec<(&str, &str)> =
            required.map(|input| (input.name.as_str(), required_value(&input.name))).collect();
        let seen = match one.run(&run(path, &typed)).await {
            Ok(answer) => answer.sheet,
            // An input that must name something of which nothing may be seen.
            Err(error) => {
                let message = error.refusal().map(|body| body.message.clone()).unwrap_or_default();
                assert!(
                    message.contains("is not known") || message.contains("no such") || !typed.is_empty(),
                    "{path}: {message}"
                );
                continue;
            }
        };
        let text = serde_json::to_string(&seen)?;
        assert!(!forbidden.iter().any(|name| text.contains(&format!("\"{name}\""))), "{path}: {text}");
        for (block, shown) in definition.blocks.iter().zip(&seen.blocks) {
            let table = catalog::table(&block.table).expect("a table of the catalogue");
            let is_partial = shown.partial.contains("that you may see are counted");
            assert_eq!(is_partial, !is_whole(block, table, &typed), "{path}: {:?}", shown.partial);
            match table.belonging() {
                Belonging::Elements([(Element::Split, _), ..]) => with_rows += usize::from(!shown.rows.is_empty()),
                Belonging::Elements(_) | Belonging::Everything => {
                    assert!(shown.rows.is_empty(), "{path} shows rows of {}", block.table);
                    empty += 1;
                }
                Belonging::Acd => {}
            }
        }
        if definition.inputs.iter().any(|input| input.name == "splits") {
            let asked: Vec<_> =
                typed.iter().copied().filter(|(name, _)| *name != "splits").chain([("splits", "1")]).collect();
            let whole = still.cms.run(&run(path, &asked)).await?.sheet;
            assert_eq!(without_foreign_names(&seen, &still), without_foreign_names(&whole, &still), "{path}");
            compared += 1;
        }
    }
    assert!(
        compared >= 10 && with_rows >= 10 && empty >= 10,
        "{compared} compared, {with_rows} with rows, {empty} without"
    );
    let refused =
        one.run(&run("Split/Skill Report", &[("splits", "2")])).await.expect_err("there is no split 2 for this user");
    assert!(!refused.to_string().contains(still.names.name(NameKind::Split, "2").unwrap_or("?")), "{refused}");
    // Of the past a number is taken that nobody knows, and so is this one; its rows stay unseen.
    for path in ["Split/Skill Summary Interval", "Split/Skill View"] {
        let hidden = one.run(&run(path, &[("splits", "2")])).await?.sheet;
        assert_eq!(hidden.blocks[0].rows, [], "{path}");
    }
    Ok(())
}

/// Whether a block shows all that it is asked for to who may see split 1.
fn is_whole(block: &report::Block, table: &catalog::Table, typed: &[(&str, &str)]) -> bool {
    let names_its_splits = |key: &report::KeyFilter| {
        key.item.eq_ignore_ascii_case("SPLIT") && typed.iter().any(|(input, _)| *input == key.input)
    };
    match table.belonging() {
        Belonging::Elements(owners) => owners.len() == 1 && block.filter.iter().any(names_its_splits),
        Belonging::Everything => false,
        Belonging::Acd => true,
    }
}

/// A value for an input that has to be filled in.
fn required_value(input: &str) -> &'static str {
    match input {
        "splits" | "split" => "1",
        "agents" | "agent" => "1001",
        "vdns" | "vdn" => "5001",
        _ => "1",
    }
}

/// The rows in the order of their keys, and the totals, as JSON. What names an element is left open, because one of the two
/// reads its number where the other reads its name; names also decide the order of rows, so that is not looked at.
fn without_foreign_names(sheet: &Sheet, still: &Still) -> String {
    let mut blocks = sheet.blocks.clone();
    blocks.iter_mut().for_each(|block| block.rows.sort_by(|one, other| one.key.cmp(&other.key)));
    // That it is not all is said to one of the two alone.
    blocks.iter_mut().for_each(|block| block.partial.clear());
    let mut text = serde_json::to_string(&blocks).expect("a sheet is JSON");
    for kind in [NameKind::Split, NameKind::Vdn, NameKind::Vector, NameKind::TrunkGroup] {
        for word in still.names.iter(kind).flat_map(|(number, name)| [number, name]).filter(|word| !word.is_empty()) {
            text = text.replace(&format!("\"{word}\""), "\"an element\"");
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn live_reports_are_shared_by_those_who_may_see_the_same() -> Result<()> {
    let still = Still::start().await?;
    let (one, other) = (still.add_one("one").await?, still.add_one("other").await?);
    add(&still.cms, "all", |add| add.reads_everything = true).await?;
    let all = signed_in(still.site.server(Place::A), "all").await?;
    let mut streams = Vec::new();
    for (client, rows) in [(&still.cms, 4), (&all, 4), (&one, 1), (&other, 1)] {
        let mut stream = client.live(&watching(1), None).await?;
        let Some(Frame::Sheet { sheet, .. }) = stream.next_frame().await? else { panic!("a sheet comes first") };
        assert_eq!(sheet.blocks[0].rows.len(), rows);
        streams.push(stream);
    }
    let status = still.cms.status().await?;
    assert_eq!((status.watchers, status.evaluations), (4, 2));

    // What is permitted no longer is shown no longer, to the one it concerns.
    let mut ones = streams.remove(2);
    still.permit("one", &[("splits", "1", "none"), ("splits", "2", "read")]).await?;
    until("the stream ends", async || ones.next_frame().await.ok()?.is_none().then_some(())).await;
    let mut again = one.live(&watching(1), None).await?;
    let Some(Frame::Sheet { sheet, .. }) = again.next_frame().await? else { panic!("a sheet comes first") };
    assert_eq!(sheet.blocks[0].rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["2"]);
    for stream in &mut streams {
        assert!(matches!(stream.next_frame().await?, Some(Frame::Cells { .. })), "others notice nothing");
    }
    still.permit("one", &[("acd", "", "none")]).await?;
    until("the stream ends", async || again.next_frame().await.ok()?.is_none().then_some(())).await;
    assert_eq!(code(one.live(&watching(1), None).await), Some(ErrorCode::NotPermitted));
    assert!(still.cms.permissions("one").await?.permissions.iter().all(|known| known.kind == "feature"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_and_refresh_are_limited_as_the_user_is() -> Result<()> {
    let still = Still::start().await?;
    add(&still.cms, "ann", |add| {
        add.reads_everything = true;
        (add.user.max_windows, add.user.fastest_refresh_secs) = (Some(1), Some(3));
    })
    .await?;
    let ann = signed_in(still.site.server(Place::A), "ann").await?;
    assert_eq!(code(ann.live(&watching(0), None).await), Some(ErrorCode::NotPermitted));
    assert_eq!(code(ann.live(&watching(2), None).await), Some(ErrorCode::NotPermitted));
    let stream = ann.live(&watching(3), None).await?;
    assert_eq!(code(ann.live(&watching(3), None).await), Some(ErrorCode::TooMany));
    drop(stream);
    until("a window is free again", async || ann.live(&watching(3), None).await.ok()).await;
    Ok(())
}

/// Whoever may write a feature changes what may be written, and nothing beside it.
#[tokio::test(flavor = "multi_thread")]
async fn writing_is_for_what_was_permitted() -> Result<()> {
    let still = Still::start().await?;
    let one = still.add_one("one").await?;
    let profile = |number: &str| SetProfile {
        acd: Site::ACD,
        profile: Profile {
            of: Profiled::Split,
            number: number.to_owned(),
            service_level_secs: 7,
            increments_secs: vec![7],
        },
    };
    still.permit("one", &[("splits", "1", "write")]).await?;
    assert_eq!(code(one.set_profile(&profile("1")).await), Some(ErrorCode::NotPermitted), "the feature is for reading");
    still
        .permit("one", &[("feature", "call-center-administration", "write"), ("feature", "system-setup", "write")])
        .await?;
    assert!(one.set_profile(&profile("1")).await?.changed);
    assert_eq!(code(one.set_profile(&profile("2")).await), Some(ErrorCode::NotPermitted));
    still.cms.set_profile(&profile("2")).await?;
    let remove = |number: &str| RemoveProfile { acd: Site::ACD, of: Profiled::Split, number: number.to_owned() };
    assert_eq!(code(one.remove_profile(&remove("2")).await), Some(ErrorCode::NotPermitted));
    let seen: Vec<String> = one.profiles(Site::ACD).await?.into_iter().map(|profile| profile.number).collect();
    assert_eq!(seen, ["1"]);
    assert!(one.remove_profile(&remove("1")).await?.changed);
    let off = SetCollection { acd: Site::ACD, on: false };
    assert_eq!(code(one.set_collection(&off).await), Some(ErrorCode::NotPermitted));
    still.permit("one", &[("acd", "", "write")]).await?;
    assert!(one.set_collection(&off).await?.changed);
    let changes = still.cms.changes(1).await?;
    assert_eq!(changes[0].user, "one");
    Ok(())
}
