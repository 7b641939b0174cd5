//! One task of a timetable while it is chosen: each kind that the server knows, or any in the words of `cms`.

use std::collections::BTreeSet;

use api::{Conflicts, TimetableTask};
use model::timetable::{AdminSync, Day, LAST};
use model::{AcdNumber, DataKind, ExceptionElement, ExceptionKind, Level, NameKind, Task, Work};
use report::{Definition, Inputs};

use super::backup_draft::{By, tables};
use super::sync::SYNCED;

/// Kinds of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskKind {
    /// No task is added.
    None,
    /// A report into a file.
    Report,
    /// A report on the server's printer.
    Print,
    /// A backup.
    Backup,
    /// Administration pushed to the other server.
    AdminSync,
    /// An image of the whole server.
    Image,
    /// A restore.
    Restore,
    /// Days, weeks or months summed up again.
    Summarize,
    /// Exceptions on or off.
    Exception,
    /// Data collection on or off.
    Collection,
    /// External Call History on or off.
    CallHistory,
    /// A name in the Dictionary.
    Name,
    /// A program of the server's folder of scripts.
    Script,
    /// As `cms` writes it, for whatever is not above.
    Typed,
}

impl TaskKind {
    /// All, in the order of the choice.
    pub const ALL: [TaskKind; 14] = [
        TaskKind::None,
        TaskKind::Report,
        TaskKind::Print,
        TaskKind::Backup,
        TaskKind::AdminSync,
        TaskKind::Image,
        TaskKind::Restore,
        TaskKind::Summarize,
        TaskKind::Exception,
        TaskKind::Collection,
        TaskKind::CallHistory,
        TaskKind::Name,
        TaskKind::Script,
        TaskKind::Typed,
    ];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            TaskKind::None => "None",
            TaskKind::Report => "Report into a file",
            TaskKind::Print => "Report on the printer",
            TaskKind::Backup => "Backup",
            TaskKind::AdminSync => "Admin-Sync to the other server",
            TaskKind::Image => "Image of the whole server",
            TaskKind::Restore => "Restore",
            TaskKind::Summarize => "Sum up again",
            TaskKind::Exception => "Exceptions on or off",
            TaskKind::Collection => "Data collection on or off",
            TaskKind::CallHistory => "External Call History on or off",
            TaskKind::Name => "Name in the Dictionary",
            TaskKind::Script => "Script",
            TaskKind::Typed => "In words",
        }
    }
}

/// On or off, as the dialog names it.
pub const STATES: [(bool, &str); 2] = [(true, "On"), (false, "Off")];

/// What becomes of things that were changed on the other server since the last sync.
pub const RULES: [(Conflicts, &str); 3] =
    [(Conflicts::Keep, "Keep theirs"), (Conflicts::Replace, "Replace"), (Conflicts::Refuse, "Refuse all")];

/// A task while it is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskDraft {
    /// Its kind.
    pub kind: TaskKind,
    /// The ACD that it is about.
    pub acd: AcdNumber,
    /// Path of a report, as typed.
    pub report: String,
    /// The file that it goes to.
    pub file: String,
    /// Its inputs as typed, parted by blanks, where the report's own fields are not known.
    pub inputs: String,
    /// Its inputs in the report's own fields.
    pub fields: Option<ReportFields>,
    /// Whether kinds of data of a backup or sync are chosen, or tables.
    pub by: By,
    /// The ticked kinds of data of a backup or sync.
    pub data: BTreeSet<DataKind>,
    /// Of history only what is new.
    pub incremental: bool,
    /// The task's ACD alone.
    pub this_acd: bool,
    /// The backup that is restored: its label, or `last`, as typed.
    pub label: String,
    /// The tables of a backup or sync, as typed. Of a restore only these; its history if empty.
    pub tables: String,
    /// Section of the Dictionary.
    pub section: NameKind,
    /// What is named there, as typed.
    pub number: String,
    /// Its name; taken away if empty.
    pub name: String,
    /// Name of the device of a backup, restore or image, as typed; the first one if empty.
    pub device: String,
    /// What a sync does with conflicts.
    pub rule: Conflicts,
    /// Whether a sync heals the history, too.
    pub history: bool,
    /// What is summed up again.
    pub level: Level,
    /// First day, as typed.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Of what exceptions are turned on or off.
    pub of: ExceptionElement,
    /// Numbers of what is watched, as typed.
    pub numbers: String,
    /// Name of the exception; empty until chosen.
    pub exception: String,
    /// On or off: exceptions, data collection, External Call History.
    pub on: bool,
    /// A program and what it is given, or a whole task, as typed.
    pub text: String,
}

impl TaskDraft {
    /// Of a kind, about an ACD.
    pub fn new(kind: TaskKind, acd: AcdNumber) -> TaskDraft {
        TaskDraft {
            kind,
            acd,
            report: String::new(),
            file: String::new(),
            inputs: String::new(),
            fields: None,
            by: By::Kinds,
            data: [DataKind::System, DataKind::Acd, DataKind::Historical].into(),
            incremental: false,
            this_acd: false,
            label: LAST.to_owned(),
            tables: String::new(),
            section: NameKind::Split,
            number: String::new(),
            name: String::new(),
            device: String::new(),
            rule: RULES[0].0,
            history: false,
            level: Level::Daily,
            from: "-1".to_owned(),
            to: "-1".to_owned(),
            of: ExceptionElement::Split,
            numbers: String::new(),
            exception: String::new(),
            on: true,
            text: String::new(),
        }
    }

    /// Exceptions to choose from, for the chosen kind of thing.
    pub fn exceptions(&self) -> impl Iterator<Item = &'static str> {
        let of = self.of;
        ExceptionKind::ALL.iter().filter(move |kind| kind.element() == of).map(|kind| kind.name())
    }

    /// The task, or what is wrong; `None` if none is wanted, or nothing of it is typed yet.
    pub fn task(&self) -> Result<Option<TimetableTask>, String> {
        let Some(text) = self.words()? else { return Ok(None) };
        let task = Task::parse(&text, self.acd)?;
        Ok(Some(TimetableTask { acd: task.acd, task: task.work.to_string() }))
    }

    fn words(&self) -> Result<Option<String>, String> {
        let state = if self.on { "on" } else { "off" };
        Ok(Some(match self.kind {
            TaskKind::None => return Ok(None),
            TaskKind::Report => return self.report_words(),
            TaskKind::Print => match self.report.trim() {
                "" => return Ok(None),
                report => format!("print {} {}", quoted(report)?, self.input_words()?),
            },
            TaskKind::Backup => self.backup_words()?,
            TaskKind::AdminSync => self.sync_words()?,
            TaskKind::Image => format!("image{}", self.device_word()?),
            TaskKind::Restore => self.restore_words()?,
            TaskKind::Name => self.name_words()?,
            TaskKind::Summarize => format!("summarize {} {} {}", self.level, self.from.trim(), self.to.trim()),
            TaskKind::Exception => {
                if self.exception.is_empty() || self.numbers.trim().is_empty() {
                    return Err("Choose an exception, and name the numbers of what is watched".to_owned());
                }
                let numbers: Vec<&str> = self.numbers.split([',', ';', ' ']).filter(|part| !part.is_empty()).collect();
                format!("exception {state} {} {} {}", self.of.word(), numbers.join(","), self.exception)
            }
            TaskKind::Collection => format!("collection {state}"),
            TaskKind::CallHistory => format!("call-history {state}"),
            TaskKind::Script => match self.text.trim() {
                "" => return Err("Name a program of the server's folder of scripts".to_owned()),
                program => format!("script {program}"),
            },
            TaskKind::Typed => match self.text.trim() {
                "" => return Ok(None),
                text => text.to_owned(),
            },
        }))
    }

    fn report_words(&self) -> Result<Option<String>, String> {
        let (report, file) = (self.report.trim(), self.file.trim());
        if report.is_empty() && file.is_empty() {
            return Ok(None);
        }
        if report.is_empty() || file.is_empty() {
            return Err("A report needs its path or name, and a file it goes to".to_owned());
        }
        Ok(Some(format!("report {} to {} {}", quoted(report)?, quoted(file)?, self.input_words()?)))
    }

    fn input_words(&self) -> Result<String, String> {
        let words = self.fields.as_ref().map_or_else(|| Ok(self.inputs.trim().to_owned()), ReportFields::words)?;
        dates_exist(&words)?;
        Ok(words)
    }

    /// Puts the inputs into the fields of the report with this definition, if they are not in them yet: what was typed or filled in
    /// stays, and the rest begins as the report has it.
    pub fn fill_in(&mut self, definition: &Definition) {
        if self.fields.as_ref().is_some_and(|fields| fields.path == definition.path) {
            return;
        }
        let known = |name: &str| name == report::ACDS_INPUT || definition.input(name).is_some();
        let mut inputs = match self.fields.take() {
            Some(fields) => fields.inputs.into_iter().filter(|(name, _)| known(name)).collect(),
            None => match Task::parse(&format!("print x {}", self.inputs), self.acd).map(|task| task.work) {
                Ok(Work::Print { inputs, .. }) => inputs,
                _ => Inputs::new(),
            },
        };
        for input in &definition.inputs {
            inputs.entry(input.name.clone()).or_insert_with(|| input.default.clone());
        }
        self.fields = Some(ReportFields { path: definition.path.clone(), inputs, ..ReportFields::default() });
    }

    /// Goes back to one line of text, for a report whose fields are not known.
    pub fn forget_fields(&mut self) {
        if let Some(fields) = self.fields.take() {
            self.inputs = fields.words().unwrap_or_default();
        }
    }

    /// A task as the fields that it was made of; in words where they say less than it.
    pub fn of(task: &TimetableTask) -> TaskDraft {
        let known = Task::parse(&task.task, task.acd).ok().filter(|known| known.acd == task.acd);
        let draft = known.and_then(|known| TaskDraft::of_work(known.work, task.acd));
        draft.filter(|draft| draft.task().as_ref() == Ok(&Some(task.clone()))).unwrap_or_else(|| TaskDraft {
            text: format!("acd {} {}", task.acd, task.task),
            ..TaskDraft::new(TaskKind::Typed, task.acd)
        })
    }

    fn of_work(work: Work, acd: AcdNumber) -> Option<TaskDraft> {
        let of = |kind| TaskDraft::new(kind, acd);
        let typed = |inputs: Inputs| ReportFields { inputs, ..ReportFields::default() }.words().ok();
        Some(match work {
            Work::Report { path, file, inputs } => {
                let file = file.name().to_owned();
                TaskDraft { report: path, file, inputs: typed(inputs)?, ..of(TaskKind::Report) }
            }
            Work::Print { path, inputs } => TaskDraft { report: path, inputs: typed(inputs)?, ..of(TaskKind::Print) },
            Work::Summarize { level, from, to } => {
                TaskDraft { level, from: from.to_string(), to: to.to_string(), ..of(TaskKind::Summarize) }
            }
            Work::Exception(change) => TaskDraft {
                on: change.on,
                of: change.of,
                numbers: change.numbers.join(","),
                exception: change.kind.name().to_owned(),
                ..of(TaskKind::Exception)
            },
            Work::Collection { on } => TaskDraft { on, ..of(TaskKind::Collection) },
            Work::CallHistory { on } => TaskDraft { on, ..of(TaskKind::CallHistory) },
            Work::Backup { data, tables, incremental, this_acd, device } => {
                let device = device.unwrap_or_default();
                TaskDraft { incremental, this_acd, device, ..of(TaskKind::Backup) }.choosing(&data, &tables)
            }
            Work::AdminSync(AdminSync { data, tables, conflicts: rule, history }) => {
                TaskDraft { rule, history, ..of(TaskKind::AdminSync) }.choosing(&data, &tables)
            }
            Work::Image { device } => TaskDraft { device: device.unwrap_or_default(), ..of(TaskKind::Image) },
            Work::Script { .. } => TaskDraft { text: work.script_line()?, ..of(TaskKind::Script) },
            // The rest has more to it than there are fields, or is rare.
            Work::Restore(_) | Work::Name(_) | Work::ErrorLog { .. } | Work::Unknown(_) => return None,
        })
    }

    fn choosing(self, data: &[DataKind], tables: &[String]) -> TaskDraft {
        match tables.is_empty() {
            true => TaskDraft { data: data.iter().copied().collect(), ..self },
            false => TaskDraft { by: By::Tables, tables: tables.join(","), ..self },
        }
    }

    fn restore_words(&self) -> Result<String, String> {
        if self.label.trim().is_empty() {
            return Err("Name the label of a backup, or last for the newest".to_owned());
        }
        let tables = tables(&self.tables);
        let what = if tables.is_empty() { "historical".to_owned() } else { format!("tables={}", tables.join(",")) };
        let acd = if self.this_acd { " this-acd" } else { "" };
        Ok(format!("restore {} {what}{acd}{}", quoted(self.label.trim())?, self.device_word()?))
    }

    fn name_words(&self) -> Result<String, String> {
        let (section, number) = (self.section.section_word(), quoted(self.number.trim())?);
        match (self.number.trim(), self.name.trim()) {
            ("", _) => Err("Say what is to be named, by its number".to_owned()),
            (_, "") => Ok(format!("unname {section} {number}")),
            (_, name) => Ok(format!("name {section} {number} {}", quoted(name)?)),
        }
    }

    fn device_word(&self) -> Result<String, String> {
        match self.device.trim() {
            "" => Ok(String::new()),
            device => Ok(format!(" {}", quoted(&format!("device={device}"))?)),
        }
    }

    fn sync_words(&self) -> Result<String, String> {
        let what = self.chosen(&SYNCED, "synced")?;
        let history = if self.history { " history" } else { "" };
        Ok(format!("admin-sync {what} conflicts={}{history}", self.rule))
    }

    fn backup_words(&self) -> Result<String, String> {
        let mut text = format!("backup {}", self.chosen(&DataKind::ALL, "backed up")?);
        text += if self.incremental { " incremental" } else { "" };
        text += if self.this_acd { " this-acd" } else { "" };
        Ok(text + &self.device_word()?)
    }

    /// The ticked ones of these kinds of data, or the typed tables.
    fn chosen(&self, kinds: &[DataKind], done: &str) -> Result<String, String> {
        let names = match self.by {
            By::Kinds => kinds.iter().filter(|kind| self.data.contains(kind)).map(DataKind::to_string).collect(),
            By::Tables => tables(&self.tables),
        };
        match (self.by, names.is_empty()) {
            (By::Kinds, true) => Err(format!("Tick the data that are to be {done}")),
            (By::Tables, true) => Err(format!("Name the tables that are to be {done}")),
            (By::Kinds, false) => Ok(names.join(",")),
            (By::Tables, false) => quoted(&format!("tables={}", names.join(","))),
        }
    }
}

/// Inputs of a report in its own fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportFields {
    /// Path of the report that they are of.
    pub path: String,
    /// What is filled in, by the inputs' names.
    pub inputs: Inputs,
    /// What is wrong with it, by the report's definition.
    pub fault: Option<String>,
    /// Whether that stands beside its field already.
    pub is_told: bool,
}

impl ReportFields {
    fn words(&self) -> Result<String, String> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let filled = self.inputs.iter().filter(|(_, text)| !text.trim().is_empty());
        let word = |(name, text): (&String, &String)| {
            let word = format!("{name}={}", text.trim());
            if word.contains(char::is_whitespace) { quoted(&word) } else { Ok(word) }
        };
        Ok(filled.map(word).collect::<Result<Vec<_>, _>>()?.join(" "))
    }
}

/// Refuses a date that no calendar has, such as the 31st of February, among the inputs of a report: its run would fail.
fn dates_exist(inputs: &str) -> Result<(), String> {
    let is_part = |letter: char| letter.is_ascii_digit() || letter == '-';
    for run in inputs.split(|letter| !is_part(letter)) {
        let parts: Vec<&str> = run.split('-').collect();
        let is_date = matches!(parts[..], [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2);
        if is_date && run.parse::<Day>().is_err() {
            return Err(format!("There is no {run}; give a date that there is, or -1 for the day before the run"));
        }
    }
    Ok(())
}

/// A text as one word of a task.
fn quoted(text: &str) -> Result<String, String> {
    if text.contains('"') {
        return Err(format!("{text:?} must not have a quote in it"));
    }
    Ok(format!("\"{text}\""))
}
