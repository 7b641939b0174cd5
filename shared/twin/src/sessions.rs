//! Login sessions that one server knows more of: it saw a login that the other one did not, or a session go on that the other one cut off.

use std::collections::BTreeSet;

use api::RestorePlan;
use client::{Client, ClientError};
use model::{AcdNumber, Moment};

use super::gap::Lacking;

/// Login sessions: of one that began while the link was down (INFLAG `<`) the other server knows more, and of one that a loss of the
/// link ended (OUTFLAG `>`).
pub(crate) const LOGINS: &str = "haglog";

/// How many login sessions of an interval a server marks as begun while its link was down.
pub(crate) async fn unseen_logins(
    client: &Client,
    acd: AcdNumber,
    interval: (Moment, Moment),
) -> Result<usize, ClientError> {
    Ok(sessions(client, acd, interval, "INFLAG = '<'").await?.0.len())
}

/// The login sessions that ended in a stretch, by what tells them apart; and whether those are all.
async fn sessions(
    client: &Client,
    acd: AcdNumber,
    (from, to): (Moment, Moment),
    condition: &str,
) -> Result<(BTreeSet<String>, bool), ClientError> {
    let (from, to) = (from.0, to.0);
    let sql = format!(
        "SELECT LOGID || ' ' || EXTN || ' ' || LOGIN || ' ' || LOGOUT FROM {LOGINS} WHERE {condition} AND LOGOUT >= {from} AND LOGOUT < {to}"
    );
    let found = client.sql(acd, &sql).await?;
    let text = |cell| serde_json::to_value(cell).ok()?.as_str().map(str::to_owned);
    Ok((found.rows.iter().flatten().filter_map(text).collect(), !found.truncated))
}

/// Whether all login sessions of a stretch that only this server has were cut off by a loss of its link (OUTFLAG `>`), and there are
/// such: the other server, which received all of it, knows of no end.
pub(crate) async fn cut_off_alone(
    (here, there): (&Client, &Client),
    acd: AcdNumber,
    stretch: (Moment, Moment),
) -> Result<bool, ClientError> {
    let ((mine, has_all), (others, knows_all), (cut_off, _), (cut_off_there, _)) = tokio::try_join!(
        sessions(here, acd, stretch, "TRUE"),
        sessions(there, acd, stretch, "TRUE"),
        sessions(here, acd, stretch, "OUTFLAG = '>'"),
        sessions(there, acd, stretch, "OUTFLAG = '>'"),
    )?;
    let mut alone = mine.difference(&others).peekable();
    // A loss of both ended them on either, and nobody knows when they did.
    let on_both = !cut_off_there.is_subset(&mine);
    Ok(has_all && knows_all && !on_both && alone.peek().is_some() && alone.all(|session| cut_off.contains(session)))
}

/// Whether a restore of login sessions would take away none but [such ones](cut_off_alone).
pub(crate) async fn takes_cut_off(
    (here, there): (&Client, &Client),
    lacking: &Lacking,
    plan: &RestorePlan,
) -> Result<bool, ClientError> {
    let Some(line) = plan.tables.iter().find(|line| line.table == LOGINS && line.removed > 0) else {
        return Ok(false);
    };
    let mut alone = 0;
    for stretch in &lacking.stretches {
        let (mine, others) = tokio::try_join!(
            sessions(here, lacking.acd, *stretch, "TRUE"),
            sessions(there, lacking.acd, *stretch, "TRUE"),
        )?;
        let of_stretch = mine.0.difference(&others.0).count();
        if of_stretch > 0 && !cut_off_alone((here, there), lacking.acd, *stretch).await? {
            return Ok(false);
        }
        alone += of_stretch as u64;
    }
    Ok(line.removed == alone)
}
