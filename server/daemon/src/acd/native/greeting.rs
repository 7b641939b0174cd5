//! New connections, from the first byte to the hello: aside from the one that may be feeding the ACD, so that nothing slow,
//! hanging or foreign holds it up.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::LogCode;
use link::native::{HELLO_SECS, Hello, RefuseCode, ServerSession};
use model::Severity;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::AbortHandle;

use super::super::view::AcdView;
use super::super::wire::{Wire, send};
use super::tls::{FIRST_BYTE, Tls};
use crate::causes::told;

/// Connections that may be saying hello at once; another one takes the place of the oldest.
const GREETING_MAX: usize = 16;
/// Refusals that may be on their way into the maintenance error log at once; the program's own log has all.
const TELLING_MAX: usize = 4;
/// Where no connection can be accepted, the next one is tried so much later.
const NEXT_ACCEPT: Duration = Duration::from_secs(1);
/// How long a refused far end has to read why.
const FAREWELL: Duration = Duration::from_secs(1);

const PLAIN_TO_TLS: &str = "it speaks plain TCP, and this link is TLS: turn TLS on at the switch (acd-sim: --tls), or set \
                            `tls = false` under [acd.link] in cms.toml and restart the server";
const TLS_TO_PLAIN: &str = "it speaks TLS, and this link is plain TCP: set `tls = true` under [acd.link] in cms.toml and \
                            restart the server, or turn TLS off at the switch";

/// A connection that has said hello.
pub(super) struct Guest {
    pub(super) wire: Wire,
    pub(super) peer: SocketAddr,
    pub(super) said: Vec<u8>,
    pub(super) hello: Hello,
}

/// The connections that are saying hello.
pub(super) struct Greeting {
    tls: Option<Tls>,
    arrived: mpsc::Sender<Guest>,
    under_way: VecDeque<AbortHandle>,
    telling: Arc<Semaphore>,
    /// No connection could be accepted the last time; then.
    failed_at: Option<tokio::time::Instant>,
}

impl Greeting {
    /// None yet; whoever has said hello comes out of the receiver.
    pub(super) fn new(tls: Option<Tls>) -> (Greeting, mpsc::Receiver<Guest>) {
        let (arrived, guests) = mpsc::channel(GREETING_MAX);
        let telling = Arc::new(Semaphore::new(TELLING_MAX));
        (Greeting { tls, arrived, under_way: VecDeque::new(), telling, failed_at: None }, guests)
    }

    /// The next connection; a while after one that could not be accepted, because the next one could not be either.
    pub(super) async fn accept(&self, listener: &TcpListener) -> std::io::Result<(TcpStream, SocketAddr)> {
        if let Some(at) = self.failed_at {
            tokio::time::sleep_until(at + NEXT_ACCEPT).await;
        }
        listener.accept().await
    }

    /// Told once, until one is accepted again.
    fn not_accepted(&mut self, view: &Arc<AcdView>, error: &std::io::Error) {
        if self.failed_at.replace(tokio::time::Instant::now()).is_some() {
            return;
        }
        let text = format!(
            "ACD {}: connections to its link cannot be accepted: {error}; tried again each second. Where too many files are open, see who \
             holds connections (`ss -tn`), or allow more (`LimitNOFILE` of the service)",
            view.title()
        );
        tracing::error!("{text}");
        let view = Arc::clone(view);
        tokio::task::spawn_blocking(move || view.tell(Severity::Error, LogCode::LinkNotAccepted, text));
    }

    /// Listens to a new connection up to its hello.
    pub(super) fn greet(
        &mut self,
        view: &Arc<AcdView>,
        waiting_text: &str,
        accepted: std::io::Result<(TcpStream, SocketAddr)>,
    ) {
        let acd = view.number();
        let (stream, peer) = match accepted {
            Ok(accepted) => {
                self.failed_at = None;
                accepted
            }
            Err(error) => return self.not_accepted(view, &error),
        };
        self.under_way.retain(|visit| !visit.is_finished());
        if self.under_way.len() >= GREETING_MAX
            && let Some(oldest) = self.under_way.pop_front()
        {
            // A switch says hello at once; whoever has been here longest is not one.
            tracing::warn!(%acd, %peer, "too many connections are saying hello; the oldest one is closed for this one");
            oldest.abort();
        }
        let visit = Visit {
            view: Arc::clone(view),
            waiting_text: waiting_text.to_owned(),
            tls: self.tls.clone(),
            peer,
            telling: Arc::clone(&self.telling),
        };
        self.under_way.push_back(tokio::spawn(visit.take_place(stream, self.arrived.clone())).abort_handle());
    }
}

/// Tells that a switch was refused in the middle of what it told: what it has not told is lost, and nobody reads the log for it.
pub(super) fn tell_refused(view: &Arc<AcdView>, peer: SocketAddr, why: &str) {
    let text = format!("ACD {}: the switch at {} was refused: {why}", view.title(), peer.ip());
    let view = Arc::clone(view);
    // It is written to disk, which must not hold collection up.
    tokio::task::spawn_blocking(move || view.tell(Severity::Warning, LogCode::SwitchRefused, text));
}

/// How far a connection has come.
enum Stage {
    Silent,
    Handshake,
    Hello,
}

/// One connection that is saying hello.
struct Visit {
    view: Arc<AcdView>,
    waiting_text: String,
    tls: Option<Tls>,
    peer: SocketAddr,
    telling: Arc<Semaphore>,
}

impl Visit {
    async fn take_place(self, stream: TcpStream, arrived: mpsc::Sender<Guest>) {
        let mut stage = Stage::Silent;
        let hello = self.hello(stream, &mut stage);
        match tokio::time::timeout(Duration::from_secs(HELLO_SECS), hello).await {
            // The link is gone only when the server stops.
            Ok(Ok(Some(guest))) => drop(arrived.send(guest).await),
            Ok(Ok(None)) => {}
            Ok(Err(why)) => self.refused(&why),
            Err(_) if matches!(stage, Stage::Handshake) => self.refused(&format!(
                "its TLS handshake was not over within {HELLO_SECS} s; look at the switch and the network between"
            )),
            Err(_) => {
                let (acd, peer) = (self.view.number(), self.peer);
                tracing::warn!(%acd, %peer, "a link connection said no hello within {HELLO_SECS} s and was closed");
            }
        }
    }

    /// The guest, nobody if the connection ended by itself, or why it was turned away as no switch of this link. A hello that
    /// cannot be is told here.
    async fn hello(&self, stream: TcpStream, stage: &mut Stage) -> Result<Option<Guest>, String> {
        let mut first = [0];
        if !matches!(stream.peek(&mut first).await, Ok(1)) {
            return Ok(None);
        }
        let _ = stream.set_nodelay(true);
        let mut wire: Wire = match (&self.tls, first[0] == FIRST_BYTE) {
            (None, false) => Box::new(stream),
            (Some(tls), true) => {
                *stage = Stage::Handshake;
                match tls.shake(stream).await {
                    Ok(wire) => wire,
                    Err((why, wire)) => {
                        // TLS has said why in its own words already.
                        farewell(wire, Vec::new()).await;
                        return Err(why);
                    }
                }
            }
            (tls, _) => {
                let why = if tls.is_some() { PLAIN_TO_TLS } else { TLS_TO_PLAIN };
                // In plain frames: a plain switch reads them, and TLS calls them a wrong version.
                turn_away(Box::new(stream), self.view.number(), RefuseCode::Protocol, why).await;
                return Err(why.to_owned());
            }
        };
        *stage = Stage::Hello;
        let mut session = ServerSession::new(self.view.number(), None);
        let (mut said, mut none) = (Vec::new(), Vec::new());
        let mut buffer = vec![0; 4096];
        loop {
            let read = match wire.read(&mut buffer).await {
                Ok(0) | Err(_) => return Ok(None),
                Ok(read) => read,
            };
            said.extend_from_slice(&buffer[..read]);
            if let Err(error) = session.receive(&buffer[..read], &mut none) {
                self.refused(&told(&error));
                farewell(wire, session.take_output()).await;
                return Ok(None);
            }
            if let Some(hello) = session.hello() {
                let hello = hello.clone();
                return Ok(Some(Guest { wire, peer: self.peer, said, hello }));
            }
        }
    }

    /// Tells that this is no switch of ours: in the log, in the link's state, and in the maintenance error log, where the far
    /// end's port would make each attempt an entry of its own.
    fn refused(&self, why: &str) {
        let acd = self.view.number();
        tracing::warn!(%acd, peer = %self.peer, "a switch was refused: {why}");
        let text = format!("a switch at {} was refused: {why}", self.peer.ip());
        self.view.refused(format!("{text}; {}", self.waiting_text));
        let Ok(turn) = Arc::clone(&self.telling).try_acquire_owned() else { return };
        let view = Arc::clone(&self.view);
        // It is written to disk, which must not hold collection up.
        tokio::task::spawn_blocking(move || {
            view.tell(Severity::Warning, LogCode::SwitchRefused, format!("ACD {}: {text}", view.title()));
            drop(turn);
        });
    }
}

/// Refuses a far end and lets it read why.
pub(super) async fn turn_away(wire: Wire, acd: model::AcdNumber, code: RefuseCode, text: &str) {
    let mut session = ServerSession::new(acd, None);
    session.refuse(code, text);
    farewell(wire, session.take_output()).await;
}

/// Sends the last words and waits until the far end has gone: a connection that is closed while something unread lies there takes
/// the words with it.
async fn farewell(mut wire: Wire, words: Vec<u8>) {
    let leaving = async {
        send(&mut wire, &words).await?;
        wire.shutdown().await?;
        let mut rest = [0; 4096];
        while wire.read(&mut rest).await? > 0 {}
        std::io::Result::Ok(())
    };
    let _ = tokio::time::timeout(FAREWELL, leaving).await;
}
