//! Main menu additions as everybody sees them: what opens what, and what is shown of what came.

use api::{MenuAddition, MenuOutput};
use model::menu::address_fault;
use model::{AcdNumber, MenuKind};
use session::{MenuRequest, MenuStage, MenuView, Model};

/// So much of a text is shown; all of it can be saved.
const SHOWN_MAX: usize = 64 * 1024;

/// What clicking an addition does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// The browser of this PC opens an address.
    Browser(String),
    /// The server is asked.
    Ask(MenuRequest),
}

/// What clicking an addition does. An address that is not of the web is never opened, whoever wrote it: it could start a
/// program here.
///
/// # Errors
/// What is wrong with the address.
pub fn opening(addition: &MenuAddition, acd: Option<AcdNumber>) -> Result<Opening, String> {
    let name = addition.name.clone();
    Ok(match addition.kind {
        MenuKind::Web => match address_fault(&addition.address) {
            None => Opening::Browser(addition.address.clone()),
            Some(fault) => return Err(fault),
        },
        MenuKind::Document => Opening::Ask(MenuRequest::Document(name)),
        MenuKind::Program => Opening::Ask(MenuRequest::Program { name, acd }),
    })
}

/// What is said of an addition before it is opened.
pub fn about(addition: &MenuAddition) -> String {
    let what = match addition.kind {
        MenuKind::Web => format!("Opens {} in the browser", addition.address),
        MenuKind::Document => "Shows a document".to_owned(),
        MenuKind::Program => "Runs a program on the server, and shows what it says".to_owned(),
    };
    if addition.description.is_empty() { what } else { format!("{}. {what}", addition.description) }
}

/// What is shown of what was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown<'a> {
    /// Nothing yet: what is being waited for.
    Waiting(String),
    /// Why nothing came.
    Failed(&'a str),
    /// A text, and whether there is more of it.
    Text(&'a str, bool),
    /// What a program has said so far, or the end of it; and that it runs.
    Growing(&'a str, String),
    /// Something that is no text, of so many bytes.
    Bytes(usize),
}

/// What is shown, and what became of a program.
pub fn shown<'a>(model: &Model, view: &'a MenuView) -> (Shown<'a>, Option<&'a MenuOutput>) {
    match &view.stage {
        MenuStage::Asking => (Shown::Waiting(doing(model, view)), None),
        MenuStage::Running(said) => (Shown::Growing(end(said), doing(model, view)), None),
        MenuStage::Failed(why) => (Shown::Failed(why), None),
        MenuStage::Said(output) => {
            let (text, more) = beginning(&output.text);
            (Shown::Text(text, more || output.cut), Some(output))
        }
        MenuStage::File(content) => match text_of(content) {
            Some((text, more)) => (Shown::Text(text, more), None),
            None => (Shown::Bytes(content.len()), None),
        },
    }
}

fn doing(model: &Model, view: &MenuView) -> String {
    let doing = if matches!(view.request, MenuRequest::Program { .. }) { "Running on" } else { "Asking" };
    format!("{doing} {}, the {}…", model.servers[view.which].name(), view.which)
}

/// Whether a program runs.
pub fn is_running(view: &MenuView) -> bool {
    match view.stage {
        MenuStage::Asking => matches!(view.request, MenuRequest::Program { .. }),
        MenuStage::Running(_) => true,
        MenuStage::File(_) | MenuStage::Said(_) | MenuStage::Failed(_) => false,
    }
}

/// What is saved of what was opened, and under which name it is proposed.
pub fn to_save(model: &Model) -> Option<(String, &[u8])> {
    let view = model.menu_opened.as_ref()?;
    match &view.stage {
        MenuStage::File(content) => {
            let known = model.menu.iter().find(|known| known.name == view.request.name());
            let name = known.and_then(|known| known.file.as_ref()).map(|file| file.name.clone());
            Some((name.unwrap_or_else(|| view.request.name().to_owned()), content.as_slice()))
        }
        MenuStage::Said(output) => Some((format!("{}.txt", view.request.name()), output.text.as_bytes())),
        MenuStage::Asking | MenuStage::Running(_) | MenuStage::Failed(_) => None,
    }
}

/// How a program ended.
pub fn outcome(output: &MenuOutput) -> String {
    let cut = if output.cut { "; it said more than was kept" } else { "" };
    match output.success {
        true => format!("It has ended and says that all is well{cut}"),
        false => format!("It {}{cut}", output.outcome),
    }
}

/// The beginning of a file, if that is text.
fn text_of(content: &[u8]) -> Option<(&str, bool)> {
    let part = &content[..content.len().min(SHOWN_MAX)];
    let text = match str::from_utf8(part) {
        Ok(text) => text,
        // A letter that the end of the part has cut.
        Err(error) if error.error_len().is_none() && part.len() < content.len() => {
            str::from_utf8(&part[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_text = !text.contains(|c: char| c.is_control() && !"\n\r\t\u{c}".contains(c));
    is_text.then_some((text, part.len() < content.len()))
}

fn beginning(text: &str) -> (&str, bool) {
    let end = (0..=SHOWN_MAX.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    (&text[..end], end < text.len())
}

/// The end of a text that grows: what is new is at its end.
fn end(text: &str) -> &str {
    let begin = text.len().saturating_sub(SHOWN_MAX);
    let begin = (begin..=text.len()).find(|begin| text.is_char_boundary(*begin)).unwrap_or(0);
    &text[begin..]
}
