//! Numbers for what the PBX only names: queues, agents, pause reasons, calls.
//!
//! Every number follows from the name and the settings alone, never from the order of appearance, so that two servers
//! that never talk to each other number alike. A name that is a number keeps it; a name in the settings gets the number
//! given there; any other name gets a stable hash of itself into a fixed range. That rule is part of the product: history
//! hangs on it, so it must never change.

use model::{AuxReason, CallId, LoginId, SplitId};

use super::Settings;

/// Hashed queue names become split numbers 1000 to 7999.
const SPLIT_FIRST: u64 = 1000;
const SPLIT_COUNT: u64 = 7000;
/// Hashed pause reasons become codes 10 to 99; 1 to 9 are left to administrators.
const REASON_FIRST: u64 = 10;
const REASON_COUNT: u64 = 90;

/// FNV-1a, 64 bits: fixed by its definition, unlike the standard library's hasher.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// The split/skill number of a queue.
pub(super) fn split(settings: &Settings, queue: &str) -> SplitId {
    if let Some(&split) = settings.splits.get(queue) {
        return split;
    }
    match queue.parse::<u32>() {
        Ok(number) => SplitId(number),
        Err(_) => SplitId((SPLIT_FIRST + hash(queue) % SPLIT_COUNT) as u32),
    }
}

/// The login ID of the agent behind a state interface: digits of its user part if it ends in three or more, else the
/// user part, shortened with a hash where it is too long.
pub(super) fn login(settings: &Settings, state_interface: &str) -> LoginId {
    if let Some(&login) = settings.agents.get(state_interface) {
        return login;
    }
    let user = user_part(state_interface);
    let digits = user.len() - user.bytes().rev().take_while(u8::is_ascii_digit).count();
    let trailing = &user[digits..];
    let chosen = if trailing.len() >= 3 { trailing } else { user };
    LoginId::new(chosen).unwrap_or_else(|_| {
        let hashed = format!("{:016x}", hash(state_interface));
        LoginId::new(&hashed).expect("16 hexadecimal digits are a login ID")
    })
}

/// `1007` of `Local/1007@agents/n`, `SIP/1007`, `Agent:1007`, `hint:1007@ext-local`.
pub(super) fn user_part(interface: &str) -> &str {
    let after = match interface.split_once([':', '/']) {
        Some((_, after)) => after,
        None => interface,
    };
    after.split(['@', '/', '&']).next().unwrap_or(after)
}

/// The peer of a channel: `SIP/1001` of `SIP/1001-00000003`.
pub(super) fn peer(channel: &str) -> &str {
    channel.rsplit_once('-').map_or(channel, |(peer, _)| peer)
}

/// The AUX reason code of a pause reason; none given and the switch's own `Auto-Pause` are 0.
pub(super) fn aux_reason(settings: &Settings, reason: &str) -> AuxReason {
    if let Some(&code) = settings.aux_reasons.get(reason) {
        return code;
    }
    match reason.parse::<u8>() {
        Ok(code) if code <= 99 => AuxReason(code),
        _ if reason.is_empty() || reason == "Auto-Pause" => AuxReason(0),
        _ => AuxReason((REASON_FIRST + hash(reason) % REASON_COUNT) as u8),
    }
}

/// The call ID of a channel's unique ID: its start second and serial number, so it stays unique over restarts.
pub(super) fn call_id(uniqueid: &str) -> CallId {
    match (born_at(uniqueid), uniqueid.rsplit_once('.').and_then(|(_, serial)| serial.parse::<u64>().ok())) {
        (Some(secs), Some(serial)) if serial < 1 << 28 => CallId((secs as u64) << 28 | serial),
        _ => CallId(hash(uniqueid) | 1 << 63),
    }
}

/// The UNIX second in which a channel came into being, by its unique ID.
pub(super) fn born_at(uniqueid: &str) -> Option<i64> {
    let (head, _) = uniqueid.rsplit_once('.')?;
    let secs = head.rsplit_once('-').map_or(head, |(_, secs)| secs);
    secs.parse().ok().filter(|secs| (1..1 << 34).contains(secs))
}
