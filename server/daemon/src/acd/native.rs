//! The native link's connections: one switch at a time, whoever comes first; a switch that reconnects takes
//! its own place over.

mod greeting;
pub(crate) mod tls;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use api::LinkState;
use link::native::{Delivery, Position, RefuseCode, Resume, SILENCE_SECS, ServerSession, SetSkills};
use model::event::{LinkReason, Skills};
use model::{Event, EventBody, LoginId};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::commands::Commands;
use super::core::{Core, PUBLISH_EVERY, Step};
use super::orders::Reply;
use super::view::{AcdView, collection_is_off};
use super::wire::{Wire, send};
use crate::causes::told;
use crate::journal::Origin;
use greeting::{Greeting, Guest, turn_away};
use tls::Tls;

/// A switch that does not take acknowledgements for this long is dropped.
const WRITE_SECS: u64 = 5;
/// Bytes read at once.
const READ_BYTES: usize = 256 * 1024;

/// The connection that feeds the ACD.
struct Connection {
    session: ServerSession,
    wire: Wire,
    peer: SocketAddr,
    boot: u64,
    heard_at: Instant,
    commands: Commands,
}

struct Link {
    core: Core,
    connection: Option<Connection>,
    stand: Option<Resume>,
    deliveries: Vec<Delivery>,
    waiting_text: String,
}

/// Serves the link until told to stop.
pub(super) async fn serve(core: Core, listener: TcpListener, tls: Option<Tls>, mut stop: watch::Receiver<bool>) {
    let (position, now) = core.reached();
    let stand = core.has_collected().then_some(Resume {
        position,
        safe: position,
        last_at: now,
        reason: LinkReason::SessionDown,
    });
    if let Some(tls) = &tls {
        tracing::info!(acd = %core.view.number(), fingerprint = %tls.fingerprint(), "the link is TLS");
    }
    let waiting_text = waiting_text(&core.view);
    let mut link = Link { core, connection: None, stand, deliveries: Vec::new(), waiting_text };
    link.core.view.set_link(LinkState::Down, link.waiting_text.clone(), None);
    let (mut greeting, mut guests) = Greeting::new(tls);
    let mut publish = tokio::time::interval(PUBLISH_EVERY);
    publish.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let reading = link.is_reading();
        tokio::select! {
            _ = stop.changed() => break,
            step = link.core.step() => link.stepped(step).await,
            accepted = greeting.accept(&listener) => greeting.greet(&link.core.view, &link.waiting_text, accepted),
            Some(guest) = guests.recv() => link.welcome(guest).await,
            read = read_some(link.connection.as_mut(), &mut buffer), if reading && link.connection.is_some() => {
                link.received(read, &buffer).await;
            }
            _ = publish.tick() => {
                link.core.publish();
                link.watch_silence();
            }
        }
        link.core.flush();
    }
    if let Some(connection) = &mut link.connection {
        connection.session.refuse(RefuseCode::Closed, "the server is stopping; connect again later");
        connection.write().await;
    }
    link.core.shut_down().await;
}

/// What an ACD without a switch waits for.
fn waiting_text(view: &AcdView) -> String {
    match view.collecting() {
        true if view.is_tls() => format!("waiting for the switch to connect to {} over TLS", view.address()),
        true => format!("waiting for the switch to connect to {}", view.address()),
        false => collection_is_off(view),
    }
}

async fn read_some(connection: Option<&mut Connection>, buffer: &mut [u8]) -> std::io::Result<usize> {
    match connection {
        Some(connection) => connection.wire.read(buffer).await,
        None => std::future::pending().await,
    }
}

impl Connection {
    /// Sends what the session has to say; a switch that does not take it is as good as gone.
    async fn write(&mut self) -> bool {
        let output = self.session.take_output();
        if output.is_empty() {
            return true;
        }
        let sending = send(&mut self.wire, &output);
        matches!(tokio::time::timeout(Duration::from_secs(WRITE_SECS), sending).await, Ok(Ok(())))
    }
}

impl Link {
    async fn welcome(&mut self, guest: Guest) {
        let acd = self.core.view.number();
        if !self.core.view.collecting() {
            let why = self.waiting_text.clone();
            tokio::spawn(async move { turn_away(guest.wire, acd, RefuseCode::Closed, &why).await });
            return;
        }
        if let Some(current) = &self.connection {
            if current.boot == guest.hello.boot_id {
                tracing::info!(%acd, peer = %guest.peer, "the switch connected anew; its old connection is dropped");
                self.drop_connection(LinkReason::SessionDown, "the switch connected anew");
            } else {
                let text = format!(
                    "ACD {acd} is fed by another switch ({}) from {}; disconnect that one first",
                    current.session.hello().map_or("", |hello| hello.switch_name.as_str()),
                    current.peer
                );
                tracing::warn!(%acd, peer = %guest.peer, "a second switch was refused: {text}");
                tokio::spawn(async move { turn_away(guest.wire, acd, RefuseCode::Busy, &text).await });
                return;
            }
        }
        self.core.view.set_link(
            LinkState::Connecting,
            format!("{} says hello", guest.peer),
            Some(guest.peer.to_string()),
        );
        self.connection = Some(Connection {
            session: ServerSession::new(acd, self.stand),
            wire: guest.wire,
            peer: guest.peer,
            boot: guest.hello.boot_id,
            heard_at: Instant::now(),
            commands: Commands::default(),
        });
        self.take(&guest.said).await;
    }

    async fn received(&mut self, read: std::io::Result<usize>, buffer: &[u8]) {
        match read {
            Ok(0) => self.drop_connection(LinkReason::SessionDown, "the switch closed the connection"),
            // TLS calls it so when the far end goes without a word of TLS.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                self.drop_connection(LinkReason::SessionDown, "the switch closed the connection");
            }
            Ok(length) => self.take(&buffer[..length]).await,
            Err(error) => self.drop_connection(LinkReason::SessionDown, &format!("the connection broke: {error}")),
        }
    }

    async fn take(&mut self, bytes: &[u8]) {
        let Some(connection) = &mut self.connection else { return };
        connection.heard_at = Instant::now();
        self.core.view.heard();
        let result = connection.session.receive(bytes, &mut self.deliveries);
        for delivery in self.deliveries.drain(..) {
            self.stand = Some(Resume {
                position: delivery.position,
                safe: self.stand.and_then(|stand| stand.safe),
                last_at: delivery.event.at,
                reason: LinkReason::SessionDown,
            });
            let origin = Origin { position: delivery.position, snapshot: delivery.snapshot };
            self.core.offer(origin, delivery.event);
        }
        connection.commands.answered(connection.session.take_answers());
        let written = connection.write().await;
        if let Err(error) = result {
            let (why, peer) = (told(&error), connection.peer);
            tracing::warn!(acd = %self.core.view.number(), %peer, "link refused: {why}");
            greeting::tell_refused(&self.core.view, peer, &why);
            return self.drop_connection(LinkReason::SessionDown, &format!("the switch was refused: {why}"));
        }
        if !written {
            return self.drop_connection(LinkReason::SessionDown, "the switch takes no acknowledgements");
        }
        let peer = Some(connection.peer.to_string());
        match (connection.session.is_pumping_up(), connection.session.hello()) {
            (true, _) => self.core.view.set_link(LinkState::PumpUp, "the switch tells its present state", peer),
            (false, Some(_)) => self.core.view.set_link(LinkState::Up, "", peer),
            (false, None) => {}
        }
    }

    async fn stepped(&mut self, step: Step) {
        match step {
            Step::Durable(Some(position)) => self.durable(position).await,
            Step::Durable(None) | Step::Nothing => {}
            Step::Collect(on, reply) => {
                self.collect(on).await;
                let _ = reply.send(Ok(()));
            }
            Step::Skills(agent, skills, reply) => self.set_skills(agent, skills, reply).await,
        }
    }

    /// Asks the switch; the answer comes later, or the link is lost.
    async fn set_skills(&mut self, agent: LoginId, skills: Skills, reply: Reply) {
        let Some(connection) = &mut self.connection else {
            let _ = reply.send(Err(format!("the link is down ({})", self.core.view.link_text())));
            return;
        };
        let id = connection.commands.next_id();
        match connection.session.set_skills(SetSkills { id, agent, skills }) {
            Ok(()) => connection.commands.asked(id, reply),
            Err(error) => return drop(reply.send(Err(error.to_string()))),
        }
        if !connection.write().await {
            self.drop_connection(LinkReason::SessionDown, "the switch takes no commands");
        }
    }

    /// Data are collected from now on, or no longer. What happens while collection is off is not wanted, so the switch is
    /// asked for its present state afterwards, and not for what it has kept.
    async fn collect(&mut self, on: bool) {
        self.core.view.set_collecting(on);
        self.waiting_text = waiting_text(&self.core.view);
        if on {
            return self.core.view.set_link(LinkState::Down, self.waiting_text.clone(), None);
        }
        if let Some(mut connection) = self.connection.take() {
            connection.session.refuse(RefuseCode::Closed, &self.waiting_text);
            connection.write().await;
            connection.commands.lost(&self.waiting_text);
        }
        if let Some(stand) = &mut self.stand {
            (stand.position, stand.reason) = (None, LinkReason::TurnedOff);
            let body = EventBody::LinkDown { reason: LinkReason::TurnedOff };
            self.core.offer(Origin { position: None, snapshot: true }, Event { at: stand.last_at, body });
        }
        self.core.view.set_link(LinkState::Down, self.waiting_text.clone(), None);
    }

    async fn durable(&mut self, position: Position) {
        if let Some(stand) = &mut self.stand {
            stand.safe = Some(position);
        }
        let Some(connection) = &mut self.connection else { return };
        connection.session.acknowledge(position);
        if !connection.write().await {
            self.drop_connection(LinkReason::SessionDown, "the switch takes no acknowledgements");
        }
    }

    fn is_reading(&self) -> bool {
        !self.core.full() && !self.core.is_behind()
    }

    fn watch_silence(&mut self) {
        if let Some(connection) = &mut self.connection {
            connection.commands.give_up_old();
        }
        if !self.is_reading() {
            // It is not read, so it cannot be heard.
            self.connection.iter_mut().for_each(|connection| connection.heard_at = Instant::now());
            return;
        }
        let silent = |connection: &Connection| connection.heard_at.elapsed() > Duration::from_secs(SILENCE_SECS);
        if self.connection.as_ref().is_some_and(silent) {
            self.drop_connection(LinkReason::TimedOut, &format!("nothing came for {SILENCE_SECS} s"));
        }
    }

    fn drop_connection(&mut self, reason: LinkReason, why: &str) {
        let Some(connection) = self.connection.take() else { return };
        connection.commands.lost(why);
        if let Some(stand) = &mut self.stand {
            stand.reason = reason;
        }
        self.core.view.set_link(LinkState::Down, format!("{why}; {}", self.waiting_text), None);
    }
}
