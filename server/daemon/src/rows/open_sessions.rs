//! Login sessions that are not over, as rows of haglog.

use catalog::{Table, Value};
use collector::OpenSession;
use model::{AcdNumber, Calendar};

/// What an item says of a session that is not over.
#[derive(Debug, Clone, Copy)]
enum Said {
    Acd,
    Logid,
    Extension,
    Login,
    Date,
    DateInUtc,
    InFlag,
    OutFlag,
    /// The split of a skill, by its place.
    Skill(usize),
    Level(usize),
    Percent(usize),
    /// Not known before the session is over, or never.
    Nothing,
}

impl Said {
    fn of(item: &str) -> Said {
        let numbered = |stem: &str| item.strip_prefix(stem)?.parse::<usize>().ok()?.checked_sub(1);
        match item {
            "ACD" => Said::Acd,
            "LOGID" => Said::Logid,
            "EXTN" => Said::Extension,
            "LOGIN" | "LOGIN_UTC" => Said::Login,
            "ROW_DATE" | "LOGIN_DATE" => Said::Date,
            "LOGIN_DATE_UTC" => Said::DateInUtc,
            "INFLAG" => Said::InFlag,
            "OUTFLAG" => Said::OutFlag,
            "SPLIT" => Said::Skill(0),
            "SKLEVEL" => Said::Level(0),
            "SKPERCENT" => Said::Percent(0),
            _ => None
                .or_else(|| numbered("LOGONSKILL").map(Said::Skill))
                .or_else(|| numbered("SKLEVEL").map(Said::Level))
                .or_else(|| numbered("SKPERCENT").map(Said::Percent))
                .unwrap_or(Said::Nothing),
        }
    }
}

/// Makes rows of one ACD.
pub(super) struct Sessions {
    said: Vec<Said>,
    acd: AcdNumber,
    calendar: Calendar,
}

impl Sessions {
    /// With these items of haglog.
    pub(super) fn new(table: &Table, items: &[usize], acd: AcdNumber, calendar: Calendar) -> Self {
        Sessions { said: items.iter().map(|&item| Said::of(&table.items()[item].name)).collect(), acd, calendar }
    }

    /// The row of a session, as the archive will have it as far as it is known.
    pub(super) fn cells(&self, session: &OpenSession<'_>) -> Vec<Value> {
        let date = |calendar: &Calendar| Value::Int(calendar.row_date_number(session.login));
        let flag = |is_set: bool, flag: &str| Value::text(if is_set { flag } else { "" });
        let cell = |said: &Said| match *said {
            Said::Acd => Value::Int(i64::from(self.acd.0)),
            Said::Logid => Value::Text(session.logid.clone()),
            Said::Extension => Value::text(session.extension.as_str()),
            Said::Login => Value::At(session.login),
            Said::Date => date(&self.calendar),
            Said::DateInUtc => date(&Calendar { zone: chrono_tz::UTC, ..self.calendar }),
            Said::InFlag => flag(session.seen_at_pump_up, "<"),
            Said::OutFlag => flag(false, ">"),
            Said::Skill(place) => session.skills.get(place).map_or(Value::Blank, |skill| Value::from(skill.split.0)),
            Said::Level(place) => {
                session.skills.get(place).map_or(Value::Blank, |skill| Value::from(u32::from(skill.level)))
            }
            Said::Percent(place) => {
                session.skills.get(place).map_or(Value::Blank, |skill| Value::from(u32::from(skill.percent)))
            }
            Said::Nothing => Value::Blank,
        };
        self.said.iter().map(cell).collect()
    }
}
