//! What is sent to the PBX. Each action has a fixed ID, so that a refusal can be told apart.

use super::Settings;

pub(super) const LOGIN: &str = "understudy-login";
pub(super) const CHANNELS: &str = "understudy-channels";
pub(super) const QUEUES: &str = "understudy-queues";
pub(super) const PING: &str = "understudy-ping";

fn action(name: &str, id: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut text = format!("Action: {name}\r\nActionID: {id}\r\n");
    for (key, value) in fields {
        // A line break in a value would begin a line of its own.
        let value: String = value.chars().filter(|character| !character.is_control()).collect();
        text.push_str(&format!("{key}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.into_bytes()
}

pub(super) fn login(settings: &Settings) -> Vec<u8> {
    let fields = [("Username", settings.username.as_str()), ("Secret", settings.secret.as_str()), ("Events", "on")];
    action("Login", LOGIN, &fields)
}

/// Channels first: when the queues are told, the numbers their callers dialled are known.
pub(super) fn pump_up() -> Vec<u8> {
    [action("CoreShowChannels", CHANNELS, &[]), queues(), ping()].concat()
}

fn queues() -> Vec<u8> {
    action("QueueStatus", QUEUES, &[])
}

/// Beginning of the IDs of looks at the queues; the look's number on this connection follows, so that a list that comes late is
/// not taken for another one.
pub(super) const LOOK: &str = "understudy-look-";

/// The ID that both actions of a look have.
pub(super) fn look_id(number: u64) -> String {
    format!("{LOOK}{number}")
}

/// The list, and the clock right behind it: actions are answered one after the other.
pub(super) fn look(id: &str) -> Vec<u8> {
    [action("QueueStatus", id, &[]), action("Ping", id, &[])].concat()
}

pub(super) fn ping() -> Vec<u8> {
    action("Ping", PING, &[])
}

pub(super) fn logoff() -> Vec<u8> {
    action("Logoff", "understudy-logoff", &[])
}

/// Beginning of the IDs of actions that change skills; the command's number and the action's place follow.
const SKILLS: &str = "understudy-skills-";

/// One action of a command that changes skills.
pub(super) fn skill_action(name: &str, command: u64, place: usize, fields: &[(&str, String)]) -> Vec<u8> {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
    action(name, &format!("{SKILLS}{command}-{place}"), &fields)
}

/// The command that an action belongs to, and its place in it; `None` if it changes no skills.
pub(super) fn skill_command(id: &str) -> Option<(u64, usize)> {
    let (command, place) = id.strip_prefix(SKILLS)?.split_once('-')?;
    Some((command.parse().ok()?, place.parse().ok()?))
}
