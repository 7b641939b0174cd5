//! What a program of the main menu says, as `text/event-stream` while it runs.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use api::{MenuFrame, MenuOutput, RunMenuAddition};
use axum::body::{Body as Content, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::task::JoinHandle;

use super::{Asking, run_program};
use crate::auth::User;
use crate::http::handlers::Shared;
use crate::http::leave::Leave;
use crate::http::{Body, May, Refusal, blocking};
use crate::menu::whole_letters;

/// A frame comes at least this often, so that a reader knows that the server is there.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// A program that runs, and its reader.
struct Running {
    /// What it has said and was not told yet; no more than is shown of a program, so it needs no bound of its own.
    pieces: UnboundedReceiver<Vec<u8>>,
    ended: JoinHandle<Result<MenuOutput, Refusal>>,
    /// Until it was found that the reader may stay.
    leave: Option<Leave>,
    /// The beginning of a letter whose rest has not come yet.
    rest: Vec<u8>,
    /// The last frame, when something else is to be told before it.
    last: Option<MenuFrame>,
    /// Held, not read: dropping it ends the program.
    _asking: Asking,
}

/// Runs a program. What is wrong with the request, and why it cannot be run, is told before the stream begins.
pub(super) async fn run(
    State(app): Shared,
    user: User,
    may: May,
    Body(asked): Body<RunMenuAddition>,
) -> Result<Response, Refusal> {
    let gone = Arc::new(AtomicBool::new(false));
    let asking = Asking(Arc::clone(&gone));
    let leave = Some(Leave::new(&app, may.clone()));
    let (said, mut pieces) = mpsc::unbounded_channel();
    let tell = move |piece: &[u8]| drop(said.send(piece.to_vec()));
    let ended = tokio::spawn(blocking(move || run_program(&app, &user, &may, &asked, &gone, tell)));
    if pieces.recv().await.is_none() {
        // It has not begun.
        return Err(outcome(ended.await).map_or_else(|refusal| refusal, |_| inside()));
    }
    let running = Running { pieces, ended, leave, rest: Vec::new(), last: None, _asking: asking };
    let frames = stream::unfold(Some(running), next);
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    Ok((headers, Content::from_stream(frames)).into_response())
}

fn inside() -> Refusal {
    Refusal::new(api::ErrorCode::Internal, "the request failed inside; the server's log tells why")
}

fn outcome<E>(ended: Result<Result<MenuOutput, Refusal>, E>) -> Result<MenuOutput, Refusal> {
    ended.unwrap_or_else(|_| Err(inside()))
}

async fn next(running: Option<Running>) -> Option<(Result<Bytes, Infallible>, Option<Running>)> {
    let mut running = running?;
    let frame = running.frame().await;
    let goes_on = matches!(frame, MenuFrame::Said { .. });
    Some((Ok(encode(&frame)), goes_on.then_some(running)))
}

impl Running {
    /// The next frame. What was said comes before how it ended.
    async fn frame(&mut self) -> MenuFrame {
        if let Some(last) = self.last.take() {
            return last;
        }
        loop {
            let leave = &mut self.leave;
            let leaves = async move {
                match leave {
                    Some(leave) => leave.wait().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                why = leaves => match why {
                    Some(error) => return MenuFrame::Failed { error },
                    // What is permitted has changed; it was permitted when the program was begun.
                    None => self.leave = None,
                },
                Some(piece) = self.pieces.recv() => {
                    self.rest.extend(piece);
                    let text = whole_letters(&mut self.rest);
                    if !text.is_empty() {
                        return MenuFrame::Said { text };
                    }
                }
                ended = &mut self.ended => return self.end(outcome(ended)),
                () = tokio::time::sleep(KEEP_ALIVE) => return MenuFrame::Said { text: String::new() },
            }
        }
    }

    fn end(&mut self, outcome: Result<MenuOutput, Refusal>) -> MenuFrame {
        let frame = match outcome {
            Ok(MenuOutput { cut, success, outcome, .. }) => MenuFrame::Ended { cut, success, outcome },
            Err(Refusal(error)) => MenuFrame::Failed { error },
        };
        if self.rest.is_empty() {
            return frame;
        }
        self.last = Some(frame);
        MenuFrame::Said { text: String::from_utf8_lossy(&std::mem::take(&mut self.rest)).into_owned() }
    }
}

fn encode(frame: &MenuFrame) -> Bytes {
    let event = match frame {
        MenuFrame::Said { .. } => "said",
        MenuFrame::Ended { .. } => "ended",
        MenuFrame::Failed { .. } => "failed",
    };
    let mut text = format!("event: {event}\ndata: ").into_bytes();
    if let Err(error) = serde_json::to_writer(&mut text, frame) {
        tracing::error!("cannot encode a frame: {error}");
    }
    text.extend_from_slice(b"\n\n");
    Bytes::from(text)
}
