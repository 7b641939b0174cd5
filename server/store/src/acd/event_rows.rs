//! haglog and linkex: rows that are written once when something has ended.
//!
//! The events that cause them can come again after a crash; the same row stored twice is one row.

use catalog::{LinkRow, LoginRow};
use model::event::{LinkReason, Skill};
use model::{Calendar, LogoutReason, Moment, SplitId};
use rusqlite::types::Type;
use rusqlite::{Row, params};

use super::{AcdReader, History};
use crate::error::Result;

impl History {
    /// Stores a login session that has ended. `calendar` is the ACD's, for the local dates.
    pub fn append_login(&mut self, login: &LoginRow, calendar: &Calendar) -> Result<()> {
        // As the other server saw it, it is there already.
        if self.replays && self.healed.holds(login.logout) {
            return Ok(());
        }
        let skills: Vec<_> =
            login.skills.iter().map(|skill| (skill.split.0, skill.level, skill.reserve, skill.percent)).collect();
        let skills = serde_json::json!(skills).to_string();
        let acd = self.acd;
        self.database.write("store a login session", |transaction| {
            let sql = "INSERT OR REPLACE INTO haglog (ACD, LOGID, EXTN, ROW_DATE, LOGIN, LOGOUT_DATE, LOGOUT,
                       LOGOUT_REASON, INFLAG, OUTFLAG, SKILLS) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
            transaction
                .prepare_cached(sql)?
                .execute(params![
                    acd.0,
                    login.logid.as_str(),
                    login.extension.as_str(),
                    calendar.row_date_number(login.login),
                    login.login.0,
                    calendar.row_date_number(login.logout),
                    login.logout.0,
                    login.reason.map(|reason| reason.0),
                    if login.seen_at_pump_up { "<" } else { "" },
                    if login.lost_at_link_down { ">" } else { "" },
                    skills,
                ])
                .map(drop)
        })?;
        self.make_room("haglog", 1)
    }

    /// Stores a time without data. `calendar` is the ACD's, for the local date and time.
    pub fn append_link(&mut self, link: &LinkRow, calendar: &Calendar) -> Result<()> {
        let acd = self.acd;
        self.database.write("store a time without data", |transaction| {
            transaction
                .execute(
                    "INSERT OR REPLACE INTO linkex (ACD, ROW_DATE, ROW_TIME, ROW_TIME_UTC, REASON, DURATION)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![
                        acd.0,
                        calendar.row_date_number(link.at),
                        calendar.starttime(link.at),
                        link.at.0,
                        link.reason,
                        link.duration_secs
                    ],
                )
                .map(drop)
        })?;
        self.make_room("linkex", 1)
    }
}

impl AcdReader {
    /// Login sessions that began at or after `from` and before `to`, in order of login.
    pub fn logins(&self, from: Moment, to: Moment) -> Result<Vec<LoginRow>> {
        self.database.run("list the login sessions", |connection| {
            let sql = "SELECT LOGID, EXTN, LOGIN, LOGOUT, LOGOUT_REASON, INFLAG, OUTFLAG, SKILLS FROM haglog
                       WHERE LOGIN >= ?1 AND LOGIN < ?2 ORDER BY LOGIN, LOGID, EXTN, LOGOUT";
            connection.prepare_cached(sql)?.query_map([from.0, to.0], login_row)?.collect()
        })
    }

    /// When the switch's clock was set at or after `from` and before `to`, by the clock as it was before, in order.
    pub fn clock_set(&self, from: Moment, to: Moment) -> Result<Vec<Moment>> {
        let is_set = |link: &LinkRow| link.reason == LinkReason::ClockReset as u8;
        Ok(self.links(from, to)?.into_iter().filter(is_set).map(|link| link.at).collect())
    }

    /// Times without data that began at or after `from` and before `to`, in order.
    pub fn links(&self, from: Moment, to: Moment) -> Result<Vec<LinkRow>> {
        self.database.run("list the times without data", |connection| {
            let sql = "SELECT ROW_TIME_UTC, REASON, DURATION FROM linkex
                       WHERE ROW_TIME_UTC >= ?1 AND ROW_TIME_UTC < ?2 ORDER BY ROW_TIME_UTC, REASON";
            let link = |row: &Row<'_>| {
                Ok(LinkRow { at: Moment(row.get(0)?), reason: row.get(1)?, duration_secs: row.get(2)? })
            };
            connection.prepare_cached(sql)?.query_map([from.0, to.0], link)?.collect()
        })
    }
}

fn login_row(row: &Row<'_>) -> rusqlite::Result<LoginRow> {
    let odd = |place, fault: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(place, Type::Text, fault)
    };
    let skills: Vec<(u32, u8, u8, u8)> =
        serde_json::from_str(row.get_ref(7)?.as_str()?).map_err(|fault| odd(7, fault.into()))?;
    Ok(LoginRow {
        logid: row.get_ref(0)?.as_str()?.parse().map_err(|fault: model::id::IdError| odd(0, fault.into()))?,
        extension: row.get_ref(1)?.as_str()?.parse().map_err(|fault: model::id::IdError| odd(1, fault.into()))?,
        login: Moment(row.get(2)?),
        logout: Moment(row.get(3)?),
        reason: row.get::<_, Option<u8>>(4)?.map(LogoutReason),
        seen_at_pump_up: row.get_ref(5)?.as_str()? == "<",
        lost_at_link_down: row.get_ref(6)?.as_str()? == ">",
        skills: skills
            .into_iter()
            .map(|(split, level, reserve, percent)| Skill { split: SplitId(split), level, reserve, percent })
            .collect(),
    })
}
