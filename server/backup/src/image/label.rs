//! `CMSADM-yymmdd-NN-NN`: the label of a volume of an image.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

/// Which volume of which image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImageLabel {
    /// Day of the image.
    pub date: NaiveDate,
    /// Which image of that day, from 1 on.
    pub count: u8,
    /// Which volume of it, from 1 on.
    pub volume: u8,
}

/// Why a text is no label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no label of an image's volume; it is CMSADM-yymmdd-NN-NN")]
pub struct LabelError(String);

impl ImageLabel {
    /// The name of the whole image.
    pub fn image(&self) -> String {
        format!("CMSADM-{}-{:02}", self.date.format("%y%m%d"), self.count)
    }
}

impl fmt::Display for ImageLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.image(), self.volume)
    }
}

impl FromStr for ImageLabel {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        let read = || {
            let parts: Vec<&str> = text.split('-').collect();
            let ["CMSADM", date, count, volume] = parts[..] else { return None };
            let number = |text: &str| text.parse::<u8>().ok().filter(|number| (1..=99).contains(number));
            let date = NaiveDate::parse_from_str(date, "%y%m%d").ok()?;
            Some(ImageLabel { date, count: number(count)?, volume: number(volume)? })
        };
        // Written as we write it, and not otherwise: one name for one thing.
        read().filter(|label: &ImageLabel| label.to_string() == text).ok_or_else(|| LabelError(text.to_owned()))
    }
}
