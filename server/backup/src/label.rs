//! `CMS-yymmdd-NN-LLLL-NN-L-NN`: the label of a volume, written, read and explained.
//!
//! The label has no room for the server; which one it was stands in the volume.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use crate::mode::Mode;

/// The third letter: data of ACDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AcdData {
    /// None.
    None,
    /// Historical data.
    Historical,
    /// ACD-specific administration data.
    Administration,
    /// Both.
    Both,
}

/// The label of one volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Label {
    /// Day of the backup.
    pub date: NaiveDate,
    /// Which backup of that day, from 1 on.
    pub count: u8,
    /// Local system administration data.
    pub local: bool,
    /// CMS system administration data.
    pub system: bool,
    /// Data of ACDs.
    pub acd_data: AcdData,
    /// Custom data.
    pub custom: bool,
    /// Number of the ACD; 0 for all.
    pub acd: u8,
    /// How much.
    pub mode: Mode,
    /// Which volume of the backup, from 1 on.
    pub volume: u8,
}

/// Why a text is no label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no label of a volume: {1}; a label is CMS-yymmdd-NN-LLLL-NN-L-NN")]
pub struct LabelError(String, String);

impl Label {
    /// The label without the volume's number: the name of the whole backup.
    pub fn backup(&self) -> String {
        let whole = self.to_string();
        whole[..whole.len() - 3].to_owned()
    }

    /// Reads the name of a whole backup, or the label of any of its volumes.
    pub fn parse_backup(text: &str) -> Result<Label, LabelError> {
        match text.split('-').count() {
            6 => format!("{text}-01").parse(),
            _ => text.parse(),
        }
    }

    fn letters(&self) -> String {
        let or_x = |there: bool, letter| if there { letter } else { 'X' };
        let acd = match self.acd_data {
            AcdData::None => 'X',
            AcdData::Historical => 'H',
            AcdData::Administration => 'M',
            AcdData::Both => 'A',
        };
        [or_x(self.local, 'L'), or_x(self.system, 'S'), acd, or_x(self.custom, 'C')].iter().collect()
    }

    /// Each part's code and what it says.
    pub fn parts(&self) -> [(String, String); 7] {
        let mut data = Vec::new();
        data.extend(self.local.then_some("local system administration data"));
        data.extend(self.system.then_some("CMS system administration data"));
        data.extend(match self.acd_data {
            AcdData::None => None,
            AcdData::Historical => Some("historical data"),
            AcdData::Administration => Some("ACD-specific administration data"),
            AcdData::Both => Some("ACD-specific administration data and historical data"),
        });
        data.extend(self.custom.then_some("custom data"));
        let data = if data.is_empty() { "no data".to_owned() } else { data.join(", ") };
        let acd = if self.acd == 0 { "all ACDs".to_owned() } else { format!("ACD {}", self.acd) };
        let mode = match self.mode {
            Mode::Full => ("F", "full backup"),
            Mode::Incremental => ("I", "incremental backup"),
        };
        [
            ("CMS".to_owned(), "system name".to_owned()),
            (self.date.format("%y%m%d").to_string(), format!("made on {}", self.date.format("%Y-%m-%d"))),
            (format!("{:02}", self.count), format!("backup number {} of that day", self.count)),
            (self.letters(), data),
            (format!("{:02}", self.acd), acd),
            (mode.0.to_owned(), mode.1.to_owned()),
            (format!("{:02}", self.volume), format!("volume {} of this backup", self.volume)),
        ]
    }

    /// The label with the number of each part under it, as it is printed.
    pub fn printed(&self) -> String {
        let label = self.to_string();
        let (mut bars, mut numbers) = (String::new(), String::new());
        let mut start = 0;
        for (number, (code, _)) in self.parts().iter().enumerate() {
            let middle = start + (code.len() - 1) / 2;
            for (line, mark) in [(&mut bars, "|".to_owned()), (&mut numbers, (number + 1).to_string())] {
                line.push_str(&" ".repeat(middle - line.len()));
                line.push_str(&mark);
            }
            start += code.len() + 1;
        }
        format!("{label}\n{bars}\n{numbers}\n")
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes = self.parts().map(|(code, _)| code);
        f.write_str(&codes.join("-"))
    }
}

impl FromStr for Label {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Label, LabelError> {
        let wrong = |why: &str| LabelError(text.to_owned(), why.to_owned());
        let parts: Vec<&str> = text.split('-').collect();
        let [name, day, count, letters, acd, mode, volume] = parts[..] else {
            return Err(wrong("it does not have seven parts"));
        };
        if name != "CMS" {
            return Err(wrong("it does not begin with CMS"));
        }
        let two = |text: &str, what: &str| -> Result<u8, LabelError> {
            let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = digits.then(|| text.parse().ok()).flatten();
            number.ok_or_else(|| wrong(&format!("{what} {text:?} is not two digits")))
        };
        let letters: Vec<char> = letters.chars().collect();
        let [local, system, acd_data, custom] = letters[..] else {
            return Err(wrong("the kinds of data are not four letters"));
        };
        let or_x = |letter: char, meant: char, place: &str| match letter {
            'X' => Ok(false),
            letter if letter == meant => Ok(true),
            other => Err(wrong(&format!("the {place} letter is {other:?}, not {meant} or X"))),
        };
        let acd_data = match acd_data {
            'X' => AcdData::None,
            'H' => AcdData::Historical,
            'M' => AcdData::Administration,
            'A' => AcdData::Both,
            other => return Err(wrong(&format!("the third letter is {other:?}, not H, M, A or X"))),
        };
        let mode = match mode {
            "F" => Mode::Full,
            "I" => Mode::Incremental,
            other => return Err(wrong(&format!("the mode is {other:?}, not F or I"))),
        };
        let label = Label {
            date: date(day).ok_or_else(|| wrong(&format!("there is no day {day:?}")))?,
            count: two(count, "the day's count")?,
            local: or_x(local, 'L', "first")?,
            system: or_x(system, 'S', "second")?,
            acd_data,
            custom: or_x(custom, 'C', "fourth")?,
            acd: two(acd, "the ACD's number")?,
            mode,
            volume: two(volume, "the volume's number")?,
        };
        match (label.count, label.volume) {
            (0, _) | (_, 0) => Err(wrong("counts begin with 01")),
            _ => Ok(label),
        }
    }
}

fn date(text: &str) -> Option<NaiveDate> {
    let is_number = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = text.parse().ok().filter(|_| is_number)?;
    let year = 2000 + i32::try_from(number / 10_000).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number / 100 % 100, number % 100)?;
    (date.year() == year).then_some(date)
}
