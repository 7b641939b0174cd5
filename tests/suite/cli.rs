//! The `cms` program as scripts use it: its forms, what it prints, and its exit codes.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use anyhow::Result;
use api::{ArchiveStatus, Digest, LevelState, ReportEntry, RunAnswer, Scope, SqlAnswer, Status, StorageView};
use catalog::Value;
use client::{Address, Client, Trust};
use serde_json::from_str;
use testkit::{ADMINISTRATOR, PASSWORD, Place, Site, SiteOptions, until};

use crate::running::Running;

const DONE: i32 = 0;
const FAILED: i32 = 1;
const USAGE: i32 = 2;
const REFUSED: i32 = 3;
const NOT_REACHABLE: i32 = 4;

const STATUS_REPORT: &str = "Real-time/Split-Skill/Split-Skill Report";
const SUMMARY: &str = "Historical/Split-Skill/Split-Skill Summary Interval";

/// `cms`, built anew if need be.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| built("cms"))
}

/// A program of the workspace, built anew if need be, beside the program that runs this test.
pub fn built(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a test has a program");
    let folder = own.parent().and_then(Path::parent).expect("a test program lies in deps");
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.args(["build", "--quiet", "--bin", name, "--profile", profile]);
    build.arg("--target-dir").arg(folder.parent().unwrap_or(folder));
    build.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    assert!(build.status().expect("cargo can be run").success(), "`{name}` cannot be built");
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

fn run(command: &mut Command) -> Ended {
    let output = command.stdin(Stdio::null()).output().expect("the program can be run");
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// `cms` without any option, and without a password from around the test.
fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments).env_remove("CMS_PASSWORD");
    command
}

/// One server as a script names it.
pub struct Server {
    url: String,
    fingerprint: String,
}

impl Server {
    pub fn of(site: &Site, place: Place) -> Result<Server> {
        Server::at(site.server(place))
    }

    pub fn at(server: &daemon::Server) -> Result<Server> {
        Ok(Server { url: server.url(), fingerprint: server.fingerprint()? })
    }

    /// A server in a process of its own, by its address and data folder.
    pub fn serving(address: SocketAddr, folder: &Path) -> Result<Server> {
        Ok(Server { url: format!("https://{address}"), fingerprint: daemon::fingerprint(folder)? })
    }

    /// A client that is signed in as the administrator.
    pub async fn client(&self) -> Result<Client> {
        let trust = Trust::Fingerprint(self.fingerprint.parse()?);
        let client = Client::new(Address { url: self.url.clone(), trust })?;
        client.login(ADMINISTRATOR, PASSWORD).await?;
        Ok(client)
    }

    /// The options that name this server as the one to compare with.
    pub fn as_twin(&self) -> [&str; 4] {
        ["--with", &self.url, "--with-fingerprint", &self.fingerprint]
    }

    /// The options that name this server as the one to heal from.
    pub fn as_source(&self) -> [&str; 4] {
        ["--from", &self.url, "--from-fingerprint", &self.fingerprint]
    }

    /// The options that name this server as the one to sync to.
    pub fn as_target(&self) -> [&str; 4] {
        ["--to", &self.url, "--to-fingerprint", &self.fingerprint]
    }

    /// A command to this server, as the administrator, without a password.
    fn as_user(&self, arguments: &[&str]) -> Command {
        let mut command = bare(arguments);
        command.args(["--server", &self.url, "--user", ADMINISTRATOR, "--fingerprint", &self.fingerprint]);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        run(self.as_user(arguments).env("CMS_PASSWORD", PASSWORD))
    }

    /// A command that goes on, with its output to be read meanwhile.
    pub fn begin(&self, arguments: &[&str]) -> Result<Child> {
        let mut command = self.as_user(arguments);
        command.env("CMS_PASSWORD", PASSWORD).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        Ok(command.spawn()?)
    }

    /// What a command prints that must do its work without a word on standard error.
    #[track_caller]
    pub fn out(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        let warned = ended.err.lines().all(|line| line.contains("is the secondary: while the primary is up"));
        assert!(ended.code == Some(DONE) && warned, "{arguments:?}: {ended:?}");
        ended.out
    }

    /// A command as another user than the administrator.
    pub fn run_as(&self, user: &str, password: &str, arguments: &[&str]) -> Ended {
        let mut command = bare(arguments);
        command.args(["--server", &self.url, "--user", user, "--fingerprint", &self.fingerprint]);
        run(command.env("CMS_PASSWORD", password))
    }
}

#[track_caller]
fn check_ends(ended: &Ended, code: i32, told: &[&str]) {
    let all = told.iter().all(|part| ended.err.contains(part));
    assert!(ended.code == Some(code) && all && ended.out.is_empty(), "not {code} with {told:?}: {ended:?}");
}

/// The cells of a CSV text, its heading first.
fn cells(text: &str) -> Result<Vec<Vec<String>>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| Ok(record?.iter().map(str::to_owned).collect())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_server_knows_comes_in_every_form() -> Result<()> {
    let running = Running::start().await?;
    let cms = Server::of(&running.site, Place::A)?;

    let status: Status = from_str(&cms.out(&["status", "--json"]))?;
    assert_eq!((status.server.as_str(), status.user.as_str(), status.acds.len()), ("CMS-A", ADMINISTRATOR, 1));
    let told = cms.out(&["status"]);
    assert!(told.starts_with("CMS-A (primary)") && told.contains("ACD 1 Main site"), "{told}");

    let list: Vec<ReportEntry> = from_str(&cms.out(&["report", "list", "--json"]))?;
    let told = cms.out(&["report", "list"]);
    assert!(list.len() >= 7 && list.iter().all(|entry| told.contains(&entry.path)), "{told}");

    let digests: Vec<Digest> = from_str(&cms.out(&["archive", "digests", "--acd", "1", "--json"]))?;
    let told = cms.out(&["archive", "digests", "--acd", "1"]);
    assert!(digests.len() >= 2 && digests.iter().all(|digest| told.contains(&digest.digest)), "{told}");
    let second = digests[1].start.to_string();
    let some = cms.out(&["archive", "digests", "--acd", "1", "--from", &second, "--to", &second, "--json"]);
    assert_eq!(from_str::<Vec<Digest>>(&some)?, digests[1..2]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn archive_and_storage_are_shown_and_changed() -> Result<()> {
    let running = Running::start().await?;
    let cms = Server::of(&running.site, Place::A)?;
    let status: Vec<ArchiveStatus> = from_str(&cms.out(&["archive", "status", "--json"]))?;
    assert_eq!(status[0].levels.iter().map(|level| level.status).collect::<Vec<_>>()[1..], [LevelState::Never; 3]);
    let told = cms.out(&["archive", "status", "--acd", "1"]);
    assert!(told.contains("interval") && told.contains("2026-03-03T00:35:00+00:00"), "{told}");

    let ended = cms.run(&["archive", "summarize", "--level", "daily", "--from", "-2", "--to", "0"]);
    assert_eq!(ended.code, Some(FAILED), "{ended:?}");
    assert!(ended.err.contains("nothing was summed up from 2026-02-28 to 2026-03-02"), "{ended:?}");
    assert!(
        ended.out.contains("no interval of 2026-03-01 is archived") && ended.out.contains("not over yet"),
        "{ended:?}"
    );
    let ended = cms.run(&["archive", "summarize", "--level", "weekly", "--from", "-1", "--to", "-2"]);
    check_ends(&ended, REFUSED, &["the last day 2026-02-28 is before the first day 2026-03-01"]);
    assert_eq!(cms.out(&["archive", "digests", "--acd", "1", "--level", "daily"]).lines().count(), 1);

    let storage: Vec<StorageView> = from_str(&cms.out(&["storage", "show", "--json"]))?;
    assert_eq!((storage[0].elements.len(), storage[0].records.len()), (7, 10));
    let agents = &storage[0].elements[1].items;
    assert!((1..=20).contains(&agents.most) && agents.beyond == 0, "{agents:?}");
    let told = cms.out(&["storage", "show"]);
    assert!(told.contains("trunk-groups") && told.contains("62 days") && told.contains("free on the disk"), "{told}");
    let set = ["storage", "set", "agents", "--acd", "1", "--items", "7"];
    check_ends(
        &cms.run(&set),
        REFUSED,
        &["only while the data collection of ACD 1 is off", "cms collection off --acd 1"],
    );
    let told = cms.out(&["interval", "show"]);
    assert!(told.starts_with("ACD 1: intervals of 30 minutes; days from 00:00 to 23:59"), "{told}");
    cms.out(&["interval", "set", "--acd", "1", "--rerun", "off"]);
    cms.out(&["collection", "off", "--acd", "1"]);
    check_ends(
        &cms.run(&["interval", "set", "60", "--acd", "1"]),
        REFUSED,
        &["until 01:00 at least", "--summarize-at"],
    );
    let told = cms.out(&["interval", "set", "60", "--acd", "1", "--summarize-at", "01:05", "--week-start", "Monday"]);
    assert!(told.contains("weeks from Monday to Sunday, at 01:05, again only by hand"), "{told}");
    assert!(cms.out(&set).contains("7 items"));
    assert!(cms.out(&["storage", "show"]).contains("not counted yet"), "with another allocation it begins anew");
    let less = ["storage", "set", "agents", "--acd", "1", "--intrahour-days", "61", "--monthly-months", "60"];
    check_ends(&cms.run(&less), REFUSED, &["61 days of intervals where 62 are kept now", "for good", "--yes"]);
    assert!(cms.out(&[&less[..], &["--yes"]].concat()).contains("61 days"));
    let told = cms.out(&["interval", "show", "--acd", "1"]);
    assert!(told.contains("intervals of 60 minutes") && told.contains("at 01:05; again only by hand"), "{told}");
    cms.out(&["collection", "on", "--acd", "1"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_report_is_run_as_table_csv_and_json() -> Result<()> {
    let running = Running::start().await?;
    let cms = Server::of(&running.site, Place::A)?;
    let report =
        |format: &str| cms.out(&["report", "run", SUMMARY, "--acd", "1", "--input", "splits=1-4", "--format", format]);

    let answer: RunAnswer = from_str(&report("json"))?;
    assert_eq!((answer.stamp.server.as_str(), answer.stamp.acd), ("CMS-A", Site::ACD));
    let text = report("csv");
    assert_eq!(text, answer.sheet.to_csv());
    let widths: Vec<_> = cells(&text)?.iter().map(Vec::len).collect();
    assert!(widths.len() > 4 && widths.iter().all(|width| *width == widths[0] && *width > 3), "{text}");
    let told = report("table");
    assert!(told.starts_with(&answer.sheet.title) && told.contains("link up"), "{told}");

    let file = running.dir().join("summary.csv");
    let path = file.to_str().expect("the folder's name is text");
    let saved = ["report", "run", SUMMARY, "--acd", "1", "--input", "splits=1-4", "--format", "csv", "--output", path];
    assert_eq!(cms.out(&saved), "");
    assert_eq!(std::fs::read_to_string(&file)?, text);
    Ok(())
}

/// The same report as documents: each with all rows, under the labels of its inputs.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_report_is_run_as_page_workbook_and_pdf() -> Result<()> {
    let running = Running::start().await?;
    let cms = Server::of(&running.site, Place::A)?;
    let run_it = ["report", "run", SUMMARY, "--acd", "1", "--input", "splits=1-4"];
    let answer: RunAnswer = from_str(&cms.out(&[&run_it[..], &["--format", "json"]].concat()))?;
    let saved = |ending: &str| -> Result<Vec<u8>> {
        let file = running.dir().join(format!("summary.{ending}"));
        let path = file.to_str().expect("the folder's name is text");
        assert_eq!(cms.out(&[&run_it[..], &["--format", ending, "--output", path]].concat()), "");
        Ok(std::fs::read(&file)?)
    };
    let rows: usize = answer.sheet.blocks.iter().map(|block| block.rows.len()).sum();
    let page = String::from_utf8(saved("html")?)?;
    assert!(page.contains("<dt>Splits/skills</dt><dd>1-4</dd>") && page.contains("CMS-A (primary)"), "{page}");
    let table = &page[page.find("<tbody>").expect("rows")..];
    assert_eq!(table.matches("<tr>").count(), rows + table.matches("<tfoot>").count(), "{table}");
    assert_eq!(cms.out(&[&run_it[..], &["--format", "html"]].concat()).lines().next(), page.lines().next());

    let workbook: calamine::Xlsx<_> = calamine::Reader::new(std::io::Cursor::new(saved("xlsx")?))?;
    let mut workbook = workbook;
    let worksheets = calamine::Reader::worksheets(&mut workbook);
    let cells: Vec<String> = worksheets[0].1.rows().map(|row| row[0].to_string()).collect();
    assert_eq!(cells[0], answer.sheet.title);
    assert!(cells.len() > rows + 5 && cells.contains(&"Splits/skills: 1-4".to_owned()), "{cells:?}");

    let pdf = saved("pdf")?;
    assert!(pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
    let nowhere = running.dir().join("no/such/out.pdf").to_str().expect("text").to_owned();
    let fails = cms.run(&[&run_it[..], &["--format", "pdf", "--output", &nowhere]].concat());
    check_ends(&fails, FAILED, &["cannot write", "out.pdf"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sql_reads_history_and_changes_nothing() -> Result<()> {
    let running = Running::start().await?;
    let cms = Server::of(&running.site, Place::A)?;
    let select = "SELECT SPLIT, STARTTIME, ACDCALLS FROM hsplit ORDER BY STARTTIME_UTC, SPLIT";
    let query = |sql: &str, format: &str| cms.run(&["sql", "--acd", "1", sql, "--format", format]);

    let answer: SqlAnswer = from_str(&query(select, "json").out)?;
    assert_eq!(answer.columns, ["SPLIT", "STARTTIME", "ACDCALLS"]);
    let rows = answer.rows.iter().map(|row| {
        let number =
            |cell: &report::Cell| if let Value::Int(number) = cell.value { number.to_string() } else { "?".into() };
        row.iter().map(number).collect()
    });
    let expected: Vec<Vec<String>> = std::iter::once(answer.columns.clone()).chain(rows).collect();
    assert_eq!(cells(&query(select, "csv").out)?, expected);
    assert!(expected.len() > 8, "{expected:?}");
    let told = query(select, "table").out;
    assert_eq!(told.lines().count(), expected.len(), "{told}");

    for write in [
        "DELETE FROM hsplit",
        "UPDATE hsplit SET ACDCALLS = 0",
        "SELECT 1; DROP TABLE hsplit",
        "CREATE TABLE mine (a)",
        "ATTACH 'other.db' AS other",
        "PRAGMA journal_mode = DELETE",
        "VACUUM INTO 'copy.db'",
    ] {
        let ended = query(write, "table");
        check_ends(&ended, REFUSED, &[&cms.url]);
    }
    check_ends(&query("SELECT NOSUCH FROM hsplit", "csv"), REFUSED, &["NOSUCH"]);
    assert_eq!(from_str::<SqlAnswer>(&query(select, "json").out)?, answer);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_watched_report_ends_after_its_count_or_with_its_reader() -> Result<()> {
    let running = Running::start().await?;
    let cms = Server::of(&running.site, Place::A)?;
    let watch = ["report", "watch", STATUS_REPORT, "--acd", "1", "--input", "splits=1-4", "--refresh", "1"];

    let told = cms.out(&[&watch[..], &["--count", "2", "--format", "json"]].concat());
    let looks: Vec<RunAnswer> = told.lines().map(from_str).collect::<Result<_, _>>()?;
    let [first, second] = &looks[..] else { panic!("not two looks: {told}") };
    assert_eq!((first.sheet.blocks.len(), &first.sheet.title), (second.sheet.blocks.len(), &second.sheet.title));
    assert!(first.stamp.acd_at <= second.stamp.acd_at);

    let as_it_happens = ["report", "watch", STATUS_REPORT, "--acd", "1", "--refresh", "0", "--count", "3"];
    let told = cms.out(&[&as_it_happens[..], &["--format", "json"]].concat());
    assert_eq!(told.lines().map(from_str::<RunAnswer>).collect::<Result<Vec<_>, _>>()?.len(), 3);

    let mut child = cms
        .as_user(&[&watch[..], &["--format", "json"]].concat())
        .env("CMS_PASSWORD", PASSWORD)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output is piped")).read_line(&mut line)?;
    from_str::<RunAnswer>(&line)?;
    // The reader has gone with that line: as with `| head -1`, that is no failure.
    let status = until("the program ends with its reader", async || child.try_wait().transpose()).await?;
    assert_eq!(status.code(), Some(DONE));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reports_are_copied() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let [a, b] = [Server::of(&site, Place::A)?, Server::of(&site, Place::B)?];
    let file = dir.path().join("r.cmsreport");
    let path = file.to_str().expect("the folder's name is text");

    let to_file = ["report", "copy", STATUS_REPORT, "--to-file", path];
    a.out(&to_file);
    let original = report::find_built_in(STATUS_REPORT).expect("a built-in report");
    assert_eq!(session::read_report_file(&file)?.definition, *original);
    std::fs::write(&file, "notes")?;
    check_ends(&a.run(&to_file), REFUSED, &["exists already", "--overwrite"]);
    assert_eq!(std::fs::read_to_string(&file)?, "notes");
    check_ends(&a.run(&["report", "copy", "--from-file", path]), REFUSED, &["no Understudy report", "plain text"]);
    a.out(&[&to_file[..], &["--overwrite"]].concat());

    let shadows = a.run(&["report", "copy", "--from-file", path]);
    check_ends(&shadows, REFUSED, &[STATUS_REPORT, "comes with the product", "--as NAME", "--overwrite"]);

    let from_file = ["report", "copy", "--from-file", path, "--as", "Mine", "--global"];
    assert!(a.out(&from_file).contains("Designer/Mine"));
    check_ends(&a.run(&from_file), REFUSED, &["Designer/Mine (global, saved by cms", "--overwrite", "--as"]);
    a.out(&[&from_file[..], &["--overwrite"]].concat());

    let to_server = ["report", "copy", "Mine", "--to-server", &b.url];
    let unknown = a.run(&to_server);
    check_ends(&unknown, REFUSED, &[&format!("--to-fingerprint {}", b.fingerprint)]);
    a.out(&[&to_server[..], &["--to-fingerprint", &b.fingerprint]].concat());
    let there: Vec<ReportEntry> = from_str(&b.out(&["report", "list", "--json"]))?;
    let there = there.iter().find(|entry| entry.name == "Mine").expect("the report is on the other server");
    assert_eq!((there.scope, there.owner.as_deref()), (Scope::Personal, Some(ADMINISTRATOR)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn exceptions_and_traces_are_set_and_read() -> Result<()> {
    let running = Running::start().await?;
    let cms = Server::of(&running.site, Place::A)?;
    assert!(cms.out(&["exceptions", "types"]).contains("time-in-queue"));
    let set = ["exceptions", "set", "split", "1,2,3,4", "time-in-queue", "--acd", "1", "--limit", "1"];
    assert!(cms.out(&set).contains("on and checked from now on for 4 things"));
    let set = ["exceptions", "set", "split", "1-3;4", "time-in-queue", "--acd", "1", "--limit", "2"];
    assert!(cms.out(&set).contains("on and checked from now on for 4 things"));
    for (numbers, text) in [("5-3", "runs backwards"), (";", "names nothing")] {
        let wrong = cms.run(&["exceptions", "set", "split", numbers, "time-in-queue", "--acd", "1"]);
        check_ends(&wrong, 2, &[text]);
    }
    assert!(cms.out(&["exceptions", "list", "--acd", "1"]).contains("time-in-queue"));
    let wrong = cms.run(&["exceptions", "set", "split", "1", "time-in-vector", "--acd", "1"]);
    check_ends(&wrong, REFUSED, &["there is no exception", "calls-waiting"]);

    // The switch goes on in real time, and sooner than somebody waits long somebody has been available for a second.
    let set = ["exceptions", "set", "agent", "1,2,3,4", "time-available", "--acd", "1", "--limit", "1"];
    assert!(cms.out(&set).contains("on and checked from now on"));
    let followed = cms.out(&["exceptions", "log", "--acd", "1", "--follow", "--count", "1"]);
    assert!(followed.contains("time-available") || followed.contains("time-in-queue"), "{followed}");
    let log: api::ExceptionLog = from_str(&cms.out(&["exceptions", "log", "--acd", "1", "--json"]))?;
    assert!(!log.exceptions.is_empty() && log.counted > 0, "{log:?}");
    assert!(cms.out(&["exceptions", "log", "--acd", "1"]).contains("time-"));
    assert!(cms.out(&["exceptions", "server"]).starts_with("CMS-A since "));

    let sql = "SELECT min(VALUE) FROM switch_names WHERE ITEM_TYPE = 'agent'";
    let names = cms.out(&["sql", "--acd", "1", sql, "--format", "csv"]);
    let agent = names.lines().nth(1).expect("an agent").to_owned();
    assert!(cms.out(&["trace", "on", "--agent", &agent, "--acd", "1"]).contains("from now on"));
    for chosen in [&["--acd", "1"][..], &["--acd", "1", "--agent", &agent]] {
        assert_eq!(cms.out(&[&["trace", "list"][..], chosen].concat()), format!("{agent}\n"));
    }
    assert!(cms.out(&["trace", "off", "--agent", &agent, "--acd", "1"]).contains("no longer traced"));
    assert_eq!(cms.out(&["trace", "list", "--acd", "1"]), "");
    let changes = cms.out(&["changes"]);
    assert!(
        changes.contains(&format!("trace of agent {agent}")) && changes.contains("exception time-in-queue of split 4")
    );
    Ok(())
}

/// Scripts branch on the code; people read the line that comes with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_failure_has_its_code_and_its_advice() -> Result<()> {
    let running = Running::start().await?;
    let cms = Server::of(&running.site, Place::A)?;
    let nowhere = running.dir().join("no/such/folder/out.csv").to_str().expect("text").to_owned();
    let run_it = ["report", "run", STATUS_REPORT, "--acd", "1", "--input", "splits=1"];

    check_ends(&cms.run(&[&run_it[..], &["--output", &nowhere]].concat()), FAILED, &["cannot write", "out.csv"]);

    check_ends(&cms.run(&["report", "run", STATUS_REPORT]), USAGE, &["--acd"]);
    check_ends(&cms.run(&["sing"]), USAGE, &["sing"]);
    check_ends(&cms.run(&[&run_it[..], &["--input", "splits=2"]].concat()), USAGE, &["splits is given twice"]);
    check_ends(&run(&mut bare(&["status"])), USAGE, &["--server"]);
    check_ends(&run(&mut bare(&["status", "--server", &cms.url])), USAGE, &["--user"]);
    let mut plain = bare(&["status", "--server", "http://cms.example.com", "--user", ADMINISTRATOR]);
    check_ends(&run(plain.env("CMS_PASSWORD", PASSWORD)), USAGE, &["use https"]);

    check_ends(&cms.run(&["report", "run", "No/Such", "--acd", "1"]), REFUSED, &["No/Such", "cms report list"]);
    check_ends(
        &cms.run(&["report", "run", STATUS_REPORT, "--acd", "7", "--input", "splits=1"]),
        REFUSED,
        &["no ACD 7"],
    );
    check_ends(&cms.run(&["archive", "digests", "--acd", "7"]), REFUSED, &["no ACD 7"]);
    let backwards = ["--from", "2026-11-24", "--to", "2026-11-23"];
    for looked_at in [&["archive", "digests", "--acd", "1"][..], &["maintenance", "report"]] {
        check_ends(&cms.run(&[looked_at, &backwards].concat()), USAGE, &["ends before it begins"]);
    }
    check_ends(
        &cms.run(&["report", "run", STATUS_REPORT, "--acd", "1", "--input", "splits=x"]),
        REFUSED,
        &["Splits/skills", "\"x\""],
    );

    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let closed = Server { url: format!("https://{closed}"), fingerprint: cms.fingerprint.clone() };
    check_ends(&closed.run(&["status"]), NOT_REACHABLE, &[&closed.url, "cannot be reached"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_is_known_by_its_certificate_and_a_user_by_the_password() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let [cms, other] = [Server::of(&site, Place::A)?, Server::of(&site, Place::B)?];
    let anybody = ["status", "--server", &cms.url, "--user", ADMINISTRATOR];
    let status = |more: &[&str]| run(bare(&[&anybody[..], more].concat()).env("CMS_PASSWORD", PASSWORD));

    let advice = format!("add --fingerprint {}", cms.fingerprint);
    check_ends(&status(&[]), REFUSED, &["not known yet", &advice]);
    check_ends(&status(&["--fingerprint", &other.fingerprint]), REFUSED, &["has changed", &other.fingerprint]);
    check_ends(&status(&["--fingerprint", "abc"]), USAGE, &["64 hexadecimal digits"]);
    let authority = |place| site.folder(place).join("server.crt").to_str().expect("text").to_owned();
    assert_eq!(status(&["--ca", &authority(Place::A)]).code, Some(DONE));
    check_ends(&status(&["--ca", &authority(Place::B)]), REFUSED, &["cannot be trusted"]);

    let file = dir.path().join("password");
    std::fs::write(&file, format!("{PASSWORD}\n"))?;
    let with_file = |path: &Path| run(cms.as_user(&["status"]).arg("--password-file").arg(path));
    assert_eq!(with_file(&file).code, Some(DONE));
    check_ends(&with_file(&dir.path().join("missing")), USAGE, &["missing"]);
    check_ends(&run(&mut cms.as_user(&["status"])), USAGE, &["--password-file", "CMS_PASSWORD"]);
    std::fs::write(&file, "a wrong one")?;
    check_ends(&with_file(&file), REFUSED, &["password"]);
    // Guessing is slowed down, twice as much with every wrong one.
    let slowed = until("guessing is slowed down", async || {
        let ended = run(cms.as_user(&["status"]).env("CMS_PASSWORD", "a wrong one"));
        ended.err.contains("try again in").then_some(ended)
    });
    check_ends(&slowed.await, REFUSED, &["a wrong password was given for cms a moment ago"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn external_call_history_is_switched_and_its_files_are_read() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::make(dir.path(), &SiteOptions::default())?;
    for place in Place::BOTH {
        let out = dir.path().join(format!("out-{place:?}"));
        std::fs::create_dir(&out)?;
        let file = site.folder(place).join(daemon::config::FILE);
        let text = std::fs::read_to_string(&file)?;
        std::fs::write(&file, format!("{text}[history]\nfolder = {:?}\n", out.display().to_string()))?;
        site.run(place)?;
    }
    let [a, b] = [Server::of(&site, Place::A)?, Server::of(&site, Place::B)?];
    let status = |server: &Server| server.out(&["history-interface", "status"]);
    let (primary, secondary) = (status(&a), status(&b));
    assert!(primary.contains("is on, version 181, binary") && primary.contains("out-A"), "{primary}");
    assert!(secondary.contains("is off") && secondary.contains("no record so far"), "{secondary}");
    assert!(b.out(&["history-interface", "on"]).contains("begins with  the first record that comes"));
    check_ends(&b.run(&["history-interface", "on", "--after", "7"]), REFUSED, &["on already"]);
    assert!(b.out(&["history-interface", "off"]).contains("is off"));
    let on = b.out(&["history-interface", "on", "--after", "117665169408000"]);
    assert!(on.contains("record 117665169408000 of 2026-11-23T"), "{on}");
    let state: api::HistoryInterface = from_str(&b.out(&["history-interface", "status", "--json"]))?;
    assert!(state.on && state.acds[0].last_record == 117_665_169_408_000, "{state:?}");
    let changes = b.out(&["changes"]);
    assert_eq!(changes.matches("External Call History").count(), 3, "{changes}");

    // A file is read without a server.
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/echi/version-181.chr");
    let show = |format: &str| {
        let ended = run(bare(&["history-interface", "show", "--format", format]).arg(&file));
        assert_eq!((ended.code, ended.err.as_str()), (Some(DONE), ""), "{ended:?}");
        ended.out
    };
    let table = show("table");
    assert!(table.starts_with("version 181, sequence number 77, 2 segments\n"), "{table}");
    assert!(table.contains("ANSLOGIN") && !table.contains("TENANT"), "{table}");
    let rows = cells(&show("csv"))?;
    let at = |name: &str| rows[0].iter().position(|found| found == name).expect("the column is there");
    assert_eq!((rows.len(), rows[1][at("CALLID")].as_str(), rows[2][at("DISPSPLIT")].as_str()), (3, "70001", ""));
    let json: serde_json::Value = from_str(&show("json"))?;
    assert_eq!((json["records"][0]["SPLIT2"].as_i64(), json["records"][1]["TENANT"].as_i64()), (Some(40), Some(0)));
    let cut = dir.path().join("cut.chr");
    std::fs::write(&cut, &std::fs::read(&file)?[..1000])?;
    let text = |path: &Path| path.to_str().expect("text").to_owned();
    check_ends(&run(&mut bare(&["history-interface", "show", &text(&cut)])), REFUSED, &["cut.chr", "into record 2"]);
    let missing = text(&dir.path().join("missing"));
    check_ends(&run(&mut bare(&["history-interface", "show", &missing])), USAGE, &["missing"]);
    Ok(())
}

/// Every form of what a user is permitted, and what is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn permissions_are_administered() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let cms = Server::of(&site, Place::A)?;
    let (file, password) = (dir.path().join("password"), "ann's own words");
    std::fs::write(&file, password)?;
    cms.out(&["user", "add", "ann", "--new-password-file", file.to_str().expect("the folder's name is text")]);
    let set = |arguments: &[&str]| cms.run(&[&["user", "permissions", "set", "ann"], arguments].concat());
    check_ends(&set(&["--acd", "1", "--splits", "1", "--access", "read"]), REFUSED, &["permit ACD 1 itself first"]);
    check_ends(&set(&["--feature", "tea", "--access", "read"]), REFUSED, &["no feature \"tea\"", "reports"]);
    check_ends(&set(&["--acd", "1", "--access", "reed"]), REFUSED, &["write read, write, exceptions"]);
    check_ends(&set(&["--acd", "1"]), USAGE, &["--access"]);
    for arguments in [
        &["--feature", "reports,exceptions", "--access", "read"][..],
        &["--acd", "1", "--access", "read"],
        &["--acd", "1", "--splits", "1;3-4", "--vdns", "all", "--access", "read,exceptions"],
        &["--acd", "1", "--splits", "4", "--access", "none"],
    ] {
        let ended = set(arguments);
        assert_eq!(ended.code, Some(DONE), "{ended:?}");
    }
    let shown: api::UserPermissions = from_str(&cms.out(&["user", "permissions", "show", "ann", "--json"]))?;
    let of: Vec<_> =
        shown.permissions.iter().map(|known| format!("{} {} {}", known.kind, known.of, known.access)).collect();
    let expect = [
        "feature exceptions read",
        "feature reports read",
        "acd  read",
        "splits 1 read,exceptions",
        "splits 3 read,exceptions",
        "vdns all read,exceptions",
    ];
    assert_eq!(of, expect);
    let told = cms.run_as("ann", password, &["user", "permissions", "show"]);
    assert!(told.out.contains("ann may what is listed") && told.out.contains("read, exceptions"), "{told:?}");

    let changes = cms.out(&["changes"]);
    assert!(changes.contains("permissions of ann"), "{changes}");
    assert!(changes.contains("splits 4 of ACD 1: read, exceptions"), "{changes}");
    Ok(())
}

/// Users and their passwords: every form, and what is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn users_are_administered() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let cms = Server::of(&site, Place::A)?;
    let (file, password) = (dir.path().join("password"), "ann's own words");
    std::fs::write(&file, format!("{password}\n"))?;
    let file = file.to_str().expect("the folder's name is text");

    let told =
        cms.out(&["user", "add", "ann", "--full-name", "Ann Archer", "--room", "1.07", "--new-password-file", file]);
    assert!(told.contains("nothing is permitted yet"), "{told}");
    let told = cms.out(&["user", "add", "bob", "--type", "administrator", "--no-password"]);
    assert!(told.contains("cms user password bob"), "{told}");
    let users: Vec<api::UserView> = from_str(&cms.out(&["user", "list", "--json"]))?;
    let known: Vec<_> = users.iter().map(|user| (user.name.as_str(), user.administrator, user.has_password)).collect();
    assert_eq!(known, [("ann", false, true), ("bob", true, false), ("cms", true, true)]);
    assert!(cms.out(&["user", "list"]).contains("NO: no password on this server"));
    check_ends(&cms.run_as("bob", "no password", &["status"]), REFUSED, &["passwords of its own"]);
    check_ends(&cms.run(&["user", "add", "Bo"]), REFUSED, &["3 to 31 lower-case letters"]);
    check_ends(&cms.run(&["user", "modify", "ann"]), USAGE, &["--full-name"]);
    check_ends(&cms.run(&["user", "modify", "ann", "--fastest-refresh", "2"]), REFUSED, &["3 to 600 seconds"]);
    let told = cms.out(&["user", "modify", "ann", "--fastest-refresh", "5", "--max-windows", "2"]);
    assert!(told.contains("at most 2 windows, fastest refresh 5 s"), "{told}");
    let told = cms.out(&["user", "show", "ann"]);
    assert!(told.contains("Ann Archer") && told.contains("5 s") && told.contains("1.07"), "{told}");

    // Her own word, with the old one; nobody else's.
    let changed = cms.run_as("ann", password, &["user", "password", "--new-password-file", file]);
    assert!(changed.code == Some(DONE) && changed.out.contains("holds on CMS-A"), "{changed:?}");
    check_ends(
        &cms.run_as("ann", password, &["user", "password", "bob", "--new-password-file", file]),
        REFUSED,
        &["only an administrator"],
    );
    check_ends(&cms.run_as("ann", password, &["user", "list"]), REFUSED, &["only an administrator"]);
    let told = cms.run_as("ann", password, &["user", "show"]);
    assert!(told.out.starts_with("ann\n"), "{told:?}");

    check_ends(&cms.run(&["user", "remove", "cms"]), REFUSED, &["built-in administrator and cannot be removed"]);
    check_ends(&cms.run(&["user", "modify", "cms", "--type", "normal"]), REFUSED, &["stays an administrator"]);
    assert!(cms.out(&["user", "remove", "ann"]).contains("ann is removed"));
    check_ends(&cms.run(&["user", "show", "ann"]), REFUSED, &["there is no user ann"]);
    let changes = cms.out(&["changes"]);
    for what in ["user ann", "password of ann", "fastest refresh 5 s"] {
        assert!(changes.contains(what), "{what} is not recorded: {changes}");
    }
    assert!(!changes.contains(password), "{changes}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_mode_is_shown_and_set_and_the_secondary_says_what_it_is() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let [a, b] = [Server::of(&site, Place::A)?, Server::of(&site, Place::B)?];
    assert_eq!(a.out(&["mode", "show"]), "CMS-A (primary) is in multi-user mode; the master ACD is 1\n");
    assert!(a.out(&["mode", "single-user"]).contains("data collection goes on"));
    assert!(a.out(&["mode", "show"]).starts_with("CMS-A (primary) is in single-user mode since 20"));
    assert!(a.out(&["status"]).contains("single-user"));
    assert!(a.out(&["mode", "multi-user"]).contains("everybody can sign in again"));
    assert!(a.out(&["mode", "multi-user"]).contains("already"));
    let rules = a.out(&["mode", "rules"]);
    assert!(rules.contains("restoring CMS system administration data"), "{rules}");
    check_ends(&a.run(&["mode", "master-acd", "9"]), REFUSED, &["no ACD 9"]);
    // One line on standard error, and nothing of it in the results.
    let ended = b.run(&["mode", "show"]);
    let line = "cms: CMS-B is the secondary: while the primary is up, work and administration belong there\n";
    assert_eq!((ended.code, ended.err.as_str()), (Some(DONE), line), "{ended:?}");
    assert!(ended.out.starts_with("CMS-B (secondary)"), "{ended:?}");
    assert_eq!(a.run(&["mode", "show"]).err, "");
    Ok(())
}
