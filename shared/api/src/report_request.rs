//! Which report is wanted, on which data: what an open pane shows, and what a step of a shortcut opens.

use std::str::FromStr;

use model::AcdNumber;
use model::words::{quoted, words};
use report::Inputs;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::refresh::{Refresh, RefreshForm};

/// Slowest refresh, in seconds.
const REFRESH_MOST: u32 = 600;
const ONCE: &str = "once";
const AS_IT_HAPPENS: &str = "as-it-happens";

/// Which report is wanted, on which data. Holds for either server, so it survives a switch-over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportRequest {
    /// Path or name of the report.
    pub path: String,
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Inputs as typed, by name.
    #[schema(value_type = Object)]
    pub inputs: Inputs,
    /// How often it is shown anew: seconds, `once` or `as_it_happens`.
    #[serde(alias = "refresh_secs")]
    #[schema(value_type = RefreshForm)]
    pub refresh: Refresh,
}

impl ReportRequest {
    /// As people type it: `"Split/Skill Report" acd=1 refresh=5 splits=1-3`. [`TypedRequest`] reads it.
    pub fn typed(&self) -> String {
        let refresh = match self.refresh {
            Refresh::Once => ONCE.to_owned(),
            Refresh::AsItHappens => AS_IT_HAPPENS.to_owned(),
            Refresh::Secs(secs) => secs.to_string(),
        };
        let inputs = self.inputs.iter().map(|(name, text)| quoted(&format!("{name}={text}")));
        let head = [quoted(&self.path), format!("acd={}", self.acd), format!("refresh={refresh}")];
        head.into_iter().chain(inputs).collect::<Vec<_>>().join(" ")
    }
}

/// A report as it is typed. What is not said is for whoever reads it to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedRequest {
    /// Path or name of the report.
    pub path: String,
    /// Number of the ACD.
    pub acd: Option<AcdNumber>,
    /// How often it is shown anew.
    pub refresh: Option<Refresh>,
    /// Inputs as typed, by name.
    pub inputs: Inputs,
}

impl FromStr for TypedRequest {
    type Err = String;

    fn from_str(text: &str) -> Result<TypedRequest, String> {
        let mut words = words(text)?.into_iter();
        let path = words.next().filter(|path| !path.trim().is_empty());
        let path = path.ok_or_else(|| format!("{text:?} names no report; write `\"REPORT\" acd=N [INPUT=VALUE…]`"))?;
        let mut typed = TypedRequest { path, acd: None, refresh: None, inputs: Inputs::new() };
        for word in words {
            match word.split_once('=') {
                // Only the first of each: a report may have inputs of these names.
                Some(("acd", number)) if typed.acd.is_none() => {
                    let acd = number.parse().map_err(|error: model::id::IdError| error.to_string())?;
                    typed.acd = Some(acd);
                }
                Some(("refresh", often)) if typed.refresh.is_none() => typed.refresh = Some(refresh(often)?),
                Some((name, value)) if !name.is_empty() => {
                    if typed.inputs.insert(name.to_owned(), value.to_owned()).is_some() {
                        return Err(format!("input {name} is given twice; write a list as {name}=1;3"));
                    }
                }
                _ => return Err(format!("{word:?} is no input; write it as NAME=VALUE, such as splits=1;3")),
            }
        }
        Ok(typed)
    }
}

fn refresh(text: &str) -> Result<Refresh, String> {
    let wrong = || format!("refresh={text} is not a number of seconds from 1 to {REFRESH_MOST}, once or as-it-happens");
    match text {
        ONCE => Ok(Refresh::Once),
        AS_IT_HAPPENS | "0" => Ok(Refresh::AsItHappens),
        secs => match secs.parse() {
            Ok(secs @ 1..=REFRESH_MOST) => Ok(Refresh::Secs(secs)),
            _ => Err(wrong()),
        },
    }
}
