//! `cms report list`, `run` and `watch`.

use std::time::Duration;

use api::{Frame, LinkState, RunAnswer, RunReport, Scope, Stamp};
use client::{Client, LiveRequest};
use document::{Document, Form, Head, labelled};
use model::AcdNumber;
use report::{Inputs, Sheet};

use crate::arguments::{Format, ReportChoice, RunFormat, RunOptions, WatchOptions};
use crate::failure::{Failure, FailureKind};
use crate::output;
use crate::sheet_table::sheet_text;
use crate::when::iso;

/// A silent stream is given up after three refreshes, but not before this; as it happens, a frame comes each second.
const SILENT_MIN: Duration = Duration::from_secs(10);
/// Seconds between two looks, where the report can be looked at so often.
const REFRESH_USUAL: u32 = 3;
/// Clears a terminal and goes to its top left corner.
const CLEAR: &str = "\x1b[2J\x1b[H";

pub(crate) async fn list(client: &Client, json: bool) -> Result<(), Failure> {
    let entries = client.reports().await?;
    if json {
        return output::print(&output::json(&entries)?);
    }
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Name", "Path", "Kind", "Whose", "Description"]);
    for entry in entries {
        let kind = match entry.kind {
            report::ReportKind::RealTime => "real-time",
            report::ReportKind::Historical => "historical",
            report::ReportKind::Integrated => "integrated",
        };
        let whose = match entry.scope {
            Scope::BuiltIn => "built-in".to_owned(),
            Scope::Global => format!("global, by {}", entry.owner.as_deref().unwrap_or("?")),
            Scope::Personal => entry.owner.unwrap_or_else(|| "personal".to_owned()),
        };
        table.add_row([entry.name, entry.path, kind.to_owned(), whose, entry.description]);
    }
    output::print(&output::table_text(&table))
}

pub(crate) async fn run(client: &Client, options: RunOptions) -> Result<(), Failure> {
    let choice = &options.report;
    let (acd, acds) = acds(choice)?;
    let request = RunReport { path: choice.path.clone(), acd, acds: acds.to_vec(), inputs: inputs(choice)? };
    let file = options.output.as_deref();
    let terminal = output::is_terminal(file);
    let content = match form(options.format, terminal)? {
        Written::Lines(format) => written(&request, client.run(&request).await?, format, terminal)?.into_bytes(),
        Written::Document(form) => document(client, &request, form).await?,
    };
    output::write(&content, file)
}

/// How a report is written that is run once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Lines(Format),
    Document(Form),
}

/// The format that was asked for, unless it is none for a terminal.
pub(crate) fn form(format: RunFormat, terminal: bool) -> Result<Written, Failure> {
    let form = match format {
        RunFormat::Table => return Ok(Written::Lines(Format::Table)),
        RunFormat::Csv => return Ok(Written::Lines(Format::Csv)),
        RunFormat::Json => return Ok(Written::Lines(Format::Json)),
        RunFormat::Html => return Ok(Written::Document(Form::Html)),
        RunFormat::Xlsx => Form::Xlsx,
        RunFormat::Pdf => Form::Pdf,
    };
    if terminal {
        let (name, ending) = (form.name(), form.extension());
        let text = format!("a terminal cannot show {name}; write it into a file: --output FILE.{ending}");
        return Err(Failure::usage(text));
    }
    Ok(Written::Document(form))
}

/// A report as a document.
async fn document(client: &Client, run: &RunReport, form: Form) -> Result<Vec<u8>, Failure> {
    // What was typed is told under the labels of the report.
    let definition = client.report(&run.path).await?.definition;
    let RunAnswer { stamp, sheet } = client.run(run).await?;
    warn_stale(&stamp);
    let head = Head::new(&stamp, &run.acds, labelled(Some(&definition), &run.inputs));
    let content = Document::new(&sheet, &head).content(form);
    content.map_err(|error| Failure::failed(session::in_one_line(&error)))
}

/// A computed report in this form; what a bare file of numbers would hide is told on standard error.
pub(crate) fn written(run: &RunReport, answer: RunAnswer, format: Format, terminal: bool) -> Result<String, Failure> {
    let RunAnswer { stamp, sheet } = answer;
    warn(&stamp, &sheet, format);
    Ok(match format {
        Format::Table => table(&stamp, &run.acds, &sheet, terminal),
        Format::Csv => sheet.to_csv(),
        Format::Json => output::json(&RunAnswer { stamp, sheet })?,
    })
}

pub(crate) async fn watch(client: &Client, options: WatchOptions) -> Result<(), Failure> {
    let choice = &options.report;
    let (acd, further) = acds(choice)?;
    let run = RunReport { path: choice.path.clone(), acd, acds: further.to_vec(), inputs: inputs(choice)? };
    let refresh_secs = match options.refresh {
        Some(secs) => secs,
        None => usual_refresh(client, &choice.path).await?,
    };
    let inputs = run.all_inputs();
    let request = LiveRequest { path: run.path, acd, inputs, refresh_secs };
    let silent_max = SILENT_MIN.max(Duration::from_secs(u64::from(refresh_secs) * 3));
    let mut live = client.live(&request, None).await?;
    let mut kept: Option<Sheet> = None;
    let mut shown = 0;
    while options.count.is_none_or(|count| shown < count) {
        let frame = tokio::time::timeout(silent_max, live.next_frame()).await.map_err(|_| Failure {
            kind: FailureKind::NotReachable,
            text: format!("{} sends nothing any more", client.url()),
        })??;
        let stamp = match frame {
            Some(Frame::Sheet { stamp, sheet }) => {
                kept = Some(sheet);
                stamp
            }
            Some(Frame::Cells { stamp, delta }) => {
                let sheet = kept.as_mut().ok_or_else(|| Failure::failed("changes came before the report"))?;
                sheet.apply(&delta).map_err(|error| Failure::failed(session::in_one_line(&error)))?;
                stamp
            }
            Some(Frame::Failed { error }) => return Err(Failure::refused(error.message)),
            None => {
                let text = format!("{} has ended the report", client.url());
                return Err(Failure { kind: FailureKind::NotReachable, text });
            }
        };
        if let Some(sheet) = &kept {
            show(options.format, &stamp, further, sheet, shown > 0)?;
            shown += 1;
        }
    }
    Ok(())
}

fn show(format: Format, stamp: &Stamp, further: &[AcdNumber], sheet: &Sheet, again: bool) -> Result<(), Failure> {
    let terminal = output::is_terminal(None);
    let text = match format {
        Format::Table if terminal => format!("{CLEAR}{}", table(stamp, further, sheet, true)),
        Format::Table => format!("{}{}", if again { "\n" } else { "" }, table(stamp, further, sheet, false)),
        Format::Csv => {
            warn(stamp, sheet, format);
            format!("{}{}", if again { "\n" } else { "" }, sheet.to_csv())
        }
        // One line for each look, so that programs can read line by line.
        Format::Json => {
            let answer = RunAnswer { stamp: stamp.clone(), sheet: sheet.clone() };
            let line = serde_json::to_string(&answer)
                .map_err(|error| Failure::failed(format!("cannot write JSON: {error}")))?;
            line + "\n"
        }
    };
    output::print(&text)
}

/// The report for people: whose data, how old, then the blocks.
pub(crate) fn table(stamp: &Stamp, further: &[AcdNumber], sheet: &Sheet, terminal: bool) -> String {
    let calendar = model::Calendar::of_zone(&stamp.zone);
    let beside =
        further.iter().filter(|acd| **acd != stamp.acd).fold(String::new(), |text, acd| format!("{text}, {acd}"));
    let mut head = format!(
        "{}\nACD {}{beside} at {}, from {} ({}), link {}, {}",
        sheet.title,
        stamp.acd,
        iso(stamp.acd_at, calendar.as_ref()),
        stamp.server,
        stamp.role,
        link_words(stamp),
        age_words(stamp.age_ms),
    );
    if stamp.link != LinkState::Up {
        head += " - STALE";
    }
    if stamp.incomplete {
        head += "; the running interval lacks data";
    }
    format!("{head}\n{}", sheet_text(sheet, calendar.as_ref(), terminal))
}

fn age_words(age_ms: Option<u64>) -> String {
    match age_ms {
        Some(age_ms) => format!("data {}.{} s old", age_ms / 1000, age_ms % 1000 / 100),
        None => "nothing heard since the server was started".to_owned(),
    }
}

/// The worst link; where several ACDs are shown, with those that it is of.
fn link_words(stamp: &Stamp) -> String {
    match stamp.stale.is_empty() {
        true => stamp.link.word().to_owned(),
        false => format!("{} (ACD {})", stamp.link.word(), numbers(&stamp.stale)),
    }
}

fn numbers(acds: &[AcdNumber]) -> String {
    acds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Says on standard error what a bare file of numbers would hide.
fn warn(stamp: &Stamp, sheet: &Sheet, format: Format) {
    warn_stale(stamp);
    // The other forms have the notes in them.
    if format == Format::Csv {
        for line in notes(sheet) {
            eprintln!("cms: {line}");
        }
    }
}

fn warn_stale(stamp: &Stamp) {
    if let Some(line) = stamp.stale_line() {
        eprintln!("cms: {line}");
    }
}

/// What the blocks of a sheet say of their rows, each with the block's title, or the report's.
pub(crate) fn notes(sheet: &Sheet) -> impl Iterator<Item = String> {
    sheet.blocks.iter().flat_map(|block| {
        let title = if block.title.is_empty() { &sheet.title } else { &block.title };
        block.notes().map(move |note| format!("{title}: {note}"))
    })
}

/// The first ACD and those beside it.
fn acds(choice: &ReportChoice) -> Result<(AcdNumber, &[AcdNumber]), Failure> {
    let split = choice.acds.split_first().map(|(first, further)| (*first, further));
    split.ok_or_else(|| Failure::usage("say which ACD: --acd N".to_owned()))
}

/// Seconds between two looks where none were asked for.
async fn usual_refresh(client: &Client, path: &str) -> Result<u32, Failure> {
    let kind = client.report(path).await?.entry.kind;
    Ok(kind.refresh_secs().map_or(REFRESH_USUAL, |(least, _)| least.max(REFRESH_USUAL)))
}

fn inputs(choice: &ReportChoice) -> Result<Inputs, Failure> {
    let mut inputs = Inputs::new();
    for (name, value) in &choice.inputs {
        if inputs.insert(name.clone(), value.clone()).is_some() {
            return Err(Failure::usage(format!("input {name} is given twice; write a list as {name}=1;3")));
        }
    }
    Ok(inputs)
}
