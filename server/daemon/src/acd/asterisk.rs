//! The asterisk link: we connect, sign in, and come back by ourselves.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use api::LinkState;
use certificate::{Fingerprint, connecting, stranger};
use link::asterisk::{self, Output, Session};
use link::native::Answer;
use model::event::LinkReason;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsConnector;

use super::commands::Commands;
use super::core::{Core, PUBLISH_EVERY, Step};
use super::view::collection_is_off;
use super::wire::{Wire, send};
use crate::config::LinkConfig;
use crate::journal::Origin;

/// First and longest pause between attempts to connect.
const BACK_OFF_FIRST: Duration = Duration::from_secs(1);
const BACK_OFF_MAX: Duration = Duration::from_secs(30);
/// How long a connection attempt may take.
const CONNECT: Duration = Duration::from_secs(5);
/// A quiet link is asked for the time this often; the answer is its heartbeat.
const PING: Duration = Duration::from_secs(2);
/// A link that does not answer for this long is dead.
const SILENCE: Duration = Duration::from_secs(15);
/// A connection that has not told its present state for this long never will; saying other things does not help it.
const TELL: Duration = Duration::from_secs(30);
/// What cannot be sent within this time never will be.
const WRITE: Duration = Duration::from_secs(5);

/// What the link needs.
pub(super) struct Settings {
    address: String,
    tls: Option<TlsConnector>,
    secret_file: PathBuf,
    session: Box<asterisk::Settings>,
}

/// Reads the secret and puts the settings together.
pub(super) fn settings(dir: &Path, config: &LinkConfig) -> Result<Settings> {
    let LinkConfig::Asterisk { address, secret_file, accept, settings } = config else {
        bail!("the link is not asterisk")
    };
    let path = dir.join(secret_file);
    let mut session = settings.clone();
    session.secret = secret(&path)?;
    session.check().context("the asterisk link cannot be used")?;
    let tls = accept.clone().map(connector).transpose()?;
    Ok(Settings { address: address.clone(), tls, secret_file: path, session })
}

/// What the file of the secret says.
fn secret(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("cannot read the manager secret from {} (`secret_file` in cms.toml)", path.display())
    })?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.chars().any(char::is_control) {
        bail!("the manager secret in {} (`secret_file` in cms.toml) must be one line", path.display());
    }
    Ok(secret.to_owned())
}

fn connector(accept: Vec<Fingerprint>) -> Result<TlsConnector> {
    let config = connecting(accept, None).context("preparing TLS for the asterisk link")?;
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Connects, and shakes hands where the link is TLS; the error is for people.
async fn connect(address: &str, tls: Option<&TlsConnector>) -> Result<Wire, String> {
    let stream = TcpStream::connect(address).await.map_err(|error| format!("cannot connect to {address}: {error}"))?;
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else { return Ok(Box::new(stream)) };
    // No name is checked: the whole certificate is compared.
    let name = rustls_pki_types::ServerName::from(std::net::IpAddr::from([127, 0, 0, 1]));
    match tls.connect(name, stream).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(format!("cannot connect to {address} by TLS: {}", in_words(&error))),
    }
}

fn in_words(error: &std::io::Error) -> String {
    let tls = error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
    match (tls.and_then(stranger), tls) {
        (Some(stranger), _) => format!(
            "its certificate is {}, which is not in `accept` of [acd.link]; if the PBX has a new one, write it there and restart \
             the server",
            stranger.found
        ),
        (None, Some(rustls::Error::InvalidMessage(_))) => {
            "it does not speak TLS there (in manager.conf, `tlsbindaddr` has a port of its own, 5039)".to_owned()
        }
        _ => error.to_string(),
    }
}

struct Link {
    core: Core,
    session: Session,
    outputs: Vec<Output>,
    commands: Commands,
}

struct Connection {
    wire: Wire,
    heard_at: Instant,
    asked_at: Instant,
    /// Since when it is awaited that the PBX tells its present state; now, while that is told.
    telling_since: Instant,
}

/// Why a connection ended.
enum End {
    Stopped,
    Lost(LinkReason, String),
    Refused(String),
}

/// Keeps the link until told to stop.
pub(super) async fn serve(core: Core, settings: Settings, mut stop: watch::Receiver<bool>) {
    let Settings { address, tls, secret_file, session } = settings;
    let mut link = Link { core, session: Session::new(*session), outputs: Vec::new(), commands: Commands::default() };
    link.resume();
    let mut back_off = BACK_OFF_FIRST;
    loop {
        if !link.core.view.collecting() && link.stay_off(&mut stop).await {
            break;
        }
        link.core.view.set_link(LinkState::Connecting, format!("connecting to {address}"), None);
        let unread = link.renew(&secret_file);
        let attempt = tokio::time::timeout(CONNECT, connect(&address, tls.as_ref()));
        let connected = tokio::select! {
            connected = attempt => connected,
            _ = stop.changed() => break,
        };
        let why = match connected {
            Ok(Ok(wire)) => {
                let begun_at = Instant::now();
                let end = link.run(wire, &address, &mut stop).await;
                std::mem::take(&mut link.commands).lost("the connection has ended");
                if begun_at.elapsed() > BACK_OFF_MAX {
                    back_off = BACK_OFF_FIRST;
                }
                match end {
                    End::Stopped => break,
                    End::Lost(reason, why) => {
                        link.lost(reason);
                        why
                    }
                    End::Refused(why) => {
                        link.core.view.refused(why.clone());
                        link.lost(LinkReason::SessionDown);
                        back_off = BACK_OFF_MAX;
                        why + &unread.map_or_else(String::new, |unread| format!("; {unread}, so the last one was used"))
                    }
                }
            }
            Ok(Err(why)) => why,
            Err(_) => format!("{address} does not answer"),
        };
        if !link.core.view.collecting() {
            continue;
        }
        let text = format!("{why}; trying again in {} s", back_off.as_secs());
        link.core.view.set_link(LinkState::Down, text, None);
        if link.pause(back_off, &mut stop).await {
            break;
        }
        back_off = (back_off * 2).min(BACK_OFF_MAX);
    }
    link.core.shut_down().await;
}

impl Link {
    /// A restart of the server is a loss of this link: the PBX sends nothing again.
    fn resume(&mut self) {
        if self.core.has_collected() {
            let (_, at) = self.core.reached();
            let body = model::EventBody::LinkDown { reason: LinkReason::SessionDown };
            self.core.offer(Origin { position: None, snapshot: true }, model::Event { at, body });
            self.core.flush();
        }
    }

    /// Takes the secret as the file has it now: whoever mends it need not restart the server. Why that cannot be, if it cannot.
    fn renew(&mut self, file: &Path) -> Option<String> {
        match secret(file) {
            Ok(secret) => self.session.set_secret(secret),
            Err(error) => return Some(format!("{error:#}")),
        }
        None
    }

    async fn run(&mut self, wire: Wire, address: &str, stop: &mut watch::Receiver<bool>) -> End {
        let now = Instant::now();
        let mut connection = Connection { wire, heard_at: now, asked_at: now, telling_since: now };
        self.session.connected();
        let mut publish = tokio::time::interval(PUBLISH_EVERY);
        publish.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut buffer = vec![0; 64 * 1024];
        loop {
            // Read always: a slow reader is closed by the PBX. Without room nothing can be kept anyway.
            let reading = !self.core.full();
            let end = tokio::select! {
                _ = stop.changed() => {
                    self.session.log_off(&mut self.outputs);
                    let _ = self.perform(&mut connection).await;
                    return End::Stopped;
                }
                step = self.core.step() => self.stepped(step, &mut connection).await,
                read = connection.wire.read(&mut buffer), if reading => match read {
                    Ok(0) => Some(End::Lost(LinkReason::SessionDown, format!("{address} closed the connection"))),
                    Ok(length) => self.received(&mut connection, &buffer[..length]).await,
                    // TLS calls it so when the far end goes without a word of TLS.
                    Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                        Some(End::Lost(LinkReason::SessionDown, format!("{address} closed the connection")))
                    }
                    Err(error) => Some(End::Lost(LinkReason::SessionDown, format!("the connection broke: {error}"))),
                },
                _ = publish.tick() => {
                    self.core.publish();
                    self.keep_alive(&mut connection, address).await
                }
            };
            if let Some(end) = end {
                return end;
            }
            let peer = Some(address.to_owned());
            match (self.session.is_up(), self.session.is_signed_in()) {
                (true, _) => {
                    connection.telling_since = Instant::now();
                    self.core.view.set_link(LinkState::Up, "", peer);
                }
                (false, true) => {
                    self.core.view.set_link(LinkState::PumpUp, format!("{address} tells its present state"), peer);
                }
                (false, false) => {
                    self.core.view.set_link(LinkState::Connecting, format!("connecting to {address}"), peer);
                }
            }
            self.core.flush();
        }
    }

    /// Does what administrators asked for: ends the connection if data are no longer to be collected, changes skills.
    async fn stepped(&mut self, step: Step, connection: &mut Connection) -> Option<End> {
        if let Step::Skills(agent, skills, reply) = step {
            let id = self.commands.next_id();
            self.commands.asked(id, reply);
            self.session.set_skills(id, agent, &skills, &mut self.outputs);
            return self.perform(connection).await;
        }
        self.collect(step)?;
        self.session.log_off(&mut self.outputs);
        let _ = self.perform(connection).await;
        Some(End::Lost(LinkReason::TurnedOff, collection_is_off(&self.core.view)))
    }

    /// Takes note of whether data are to be collected; `Some` if no longer.
    fn collect(&mut self, step: Step) -> Option<()> {
        let (on, reply) = match step {
            Step::Collect(on, reply) => (on, reply),
            Step::Skills(.., reply) => {
                let _ = reply.send(Err(format!("the link is down ({})", self.core.view.link_text())));
                return None;
            }
            Step::Durable(_) | Step::Nothing => return None,
        };
        self.core.view.set_collecting(on);
        let _ = reply.send(Ok(()));
        (!on).then_some(())
    }

    /// Waits until data are to be collected again; tells whether to stop.
    async fn stay_off(&mut self, stop: &mut watch::Receiver<bool>) -> bool {
        self.core.view.set_link(LinkState::Down, collection_is_off(&self.core.view), None);
        let mut publish = tokio::time::interval(PUBLISH_EVERY);
        while !self.core.view.collecting() {
            tokio::select! {
                _ = stop.changed() => return true,
                step = self.core.step() => {
                    self.collect(step);
                }
                _ = publish.tick() => self.core.publish(),
            }
            self.core.flush();
        }
        false
    }

    async fn received(&mut self, connection: &mut Connection, bytes: &[u8]) -> Option<End> {
        connection.heard_at = Instant::now();
        self.session.receive(bytes, &mut self.outputs);
        // What greets or refuses is no data.
        if self.session.is_signed_in() {
            self.core.view.heard();
        }
        self.perform(connection).await
    }

    /// Does what the session wants done.
    async fn perform(&mut self, connection: &mut Connection) -> Option<End> {
        for output in std::mem::take(&mut self.outputs) {
            match output {
                Output::Deliver(event) => {
                    // A loss is this server's own, and nothing that the PBX said.
                    let snapshot = matches!(event.body, model::EventBody::LinkDown { .. });
                    self.core.offer(Origin { position: None, snapshot }, event);
                }
                Output::Answered(id, refused) => self.commands.answered(vec![Answer { id, refused }]),
                Output::Notice(notice) => tracing::warn!(acd = %self.core.view.number(), "{notice}"),
                Output::Refused(refusal) => return Some(End::Refused(refusal.to_string())),
                Output::Send(bytes) => {
                    let sent = tokio::time::timeout(WRITE, send(&mut connection.wire, &bytes)).await;
                    if !matches!(sent, Ok(Ok(()))) {
                        return Some(End::Lost(LinkReason::SessionDown, "the PBX takes no requests".to_owned()));
                    }
                }
            }
        }
        None
    }

    async fn keep_alive(&mut self, connection: &mut Connection, address: &str) -> Option<End> {
        self.commands.give_up_old();
        if self.core.full() {
            // It is not read, so it cannot be heard.
            connection.heard_at = Instant::now();
            connection.telling_since = connection.heard_at;
        }
        if connection.heard_at.elapsed() > SILENCE {
            return Some(End::Lost(
                LinkReason::TimedOut,
                format!("{address} has not answered for {} s", SILENCE.as_secs()),
            ));
        }
        if connection.telling_since.elapsed() > TELL {
            let what = if self.session.is_signed_in() { "list its queues" } else { "answer the sign-in" };
            let why = format!(
                "{address} did not {what} within {} s: look at the PBX, and at what answers there",
                TELL.as_secs()
            );
            return Some(End::Refused(why));
        }
        if connection.heard_at.elapsed() > PING && connection.asked_at.elapsed() > PING {
            connection.asked_at = Instant::now();
            self.session.ping(&mut self.outputs);
        }
        self.perform(connection).await
    }

    fn lost(&mut self, reason: LinkReason) {
        self.session.disconnected(reason, &mut self.outputs);
        for output in std::mem::take(&mut self.outputs) {
            if let Output::Deliver(event) = output {
                self.core.offer(Origin { position: None, snapshot: true }, event);
            }
        }
        self.core.flush();
    }

    /// Waits before the next attempt while the journal goes on; tells whether to stop.
    async fn pause(&mut self, how_long: Duration, stop: &mut watch::Receiver<bool>) -> bool {
        let until = tokio::time::Instant::now() + how_long;
        let mut publish = tokio::time::interval(PUBLISH_EVERY);
        loop {
            tokio::select! {
                _ = stop.changed() => return true,
                () = tokio::time::sleep_until(until) => return false,
                step = self.core.step() => if self.collect(step).is_some() { return false },
                _ = publish.tick() => self.core.publish(),
            }
            self.core.flush();
        }
    }
}
