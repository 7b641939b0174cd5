//! Feeds against servers that keep what the link's server side delivers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use link::native::{Capacity, Delivery, Resume, ServerSession};
use model::event::LinkReason;
use model::{AcdNumber, Event, EventBody, Moment};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::walker::Walker;
use crate::feed::{LinkFault, Outcome, ScheduledFault};
use crate::{Feed, FeedSettings, LinkControl, Pace, Scenario, World};

const ACD: AcdNumber = AcdNumber(1);

/// A server that takes everything and remembers it across connections.
struct Server {
    address: String,
    kept: Arc<Mutex<Vec<Delivery>>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let kept = Arc::new(Mutex::new(Vec::new()));
        let server = Server { address, kept: Arc::clone(&kept) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serve(stream, &kept).await;
            }
        });
        server
    }

    /// Numbered events, without what pump-ups said.
    fn numbered(&self) -> Vec<Event> {
        let kept = self.kept.lock().unwrap();
        kept.iter().filter(|delivery| !delivery.snapshot).map(|delivery| delivery.event.clone()).collect()
    }

    fn gaps(&self) -> usize {
        let kept = self.kept.lock().unwrap();
        kept.iter().filter(|delivery| matches!(delivery.event.body, EventBody::LinkDown { .. })).count()
    }
}

async fn serve(mut stream: TcpStream, kept: &Mutex<Vec<Delivery>>) {
    let resume = kept.lock().unwrap().last().map(|last| Resume {
        position: last.position,
        safe: last.position,
        last_at: last.event.at,
        reason: LinkReason::SessionDown,
    });
    let mut session = ServerSession::new(ACD, resume);
    let mut input = vec![0; 4_096];
    while let Ok(len @ 1..) = stream.read(&mut input).await {
        let mut delivered = Vec::new();
        let result = session.receive(&input[..len], &mut delivered);
        result.expect("the simulator speaks the protocol");
        if let Some(position) = delivered.iter().rev().find_map(|delivery| delivery.position) {
            session.acknowledge(position);
        }
        kept.lock().unwrap().extend(delivered);
        if stream.write_all(&session.take_output()).await.is_err() {
            return;
        }
    }
}

fn world() -> World {
    let ten = Moment(1_772_409_600 + 10 * 3_600);
    World::new(Scenario { agents: 20, splits: 4, start: ten, ..Scenario::default() }).unwrap()
}

fn fast(servers: &[&str], length_secs: u64) -> FeedSettings {
    let mut settings = FeedSettings::new(ACD, servers.iter().map(|&server| server.to_owned()).collect());
    settings.pace = Pace::at_speed(1e9);
    settings.run_for = Some(Duration::from_secs(length_secs));
    settings
}

async fn run(settings: FeedSettings) -> Outcome {
    let (feed, _control) = Feed::new(world(), settings);
    feed.run().await.unwrap()
}

/// Compares event by event, so that a fault names the first that differs.
#[track_caller]
fn check_told(server: &Server, expected: &[Event], outcome: &Outcome) {
    let numbered = server.numbered();
    let differs = numbered.iter().zip(expected).position(|(told, expected)| told != expected);
    assert_eq!(differs, None, "{:?}", outcome.links);
    assert_eq!(numbered.len(), expected.len(), "{:?}", outcome.links);
}

/// What the world tells in so many seconds, without a link.
fn expected(length_secs: i64) -> Vec<Event> {
    let mut world = world();
    let mut events = Vec::new();
    let end = world.now() + length_secs;
    world.run_until(end, &mut events);
    events
}

#[tokio::test]
async fn both_servers_get_every_event_as_the_world_told_it() {
    let (first, second) = (Server::start().await, Server::start().await);
    let outcome = run(fast(&[&first.address, &second.address], 1_800)).await;
    let expected = expected(1_800);
    assert_eq!(outcome.events, expected.len() as u64);
    assert!(outcome.links.iter().all(|link| link.acknowledged == outcome.events), "{:?}", outcome.links);
    check_told(&first, &expected, &outcome);
    check_told(&second, &expected, &outcome);
    assert_eq!((first.gaps(), second.gaps()), (0, 0));
}

#[tokio::test]
async fn a_cut_loses_nothing_and_a_dead_server_disturbs_nobody() {
    let server = Server::start().await;
    let mut settings = fast(&[&server.address, "127.0.0.1:1"], 1_200);
    settings.faults = vec!["1:cut@5m".parse().unwrap(), "1:duplicate=20@6m".parse().unwrap()];
    let outcome = run(settings).await;
    check_told(&server, &expected(1_200), &outcome);
    assert!(outcome.links[0].connections >= 2, "{:?}", outcome.links);
    assert!(outcome.links[1].last_error.as_ref().is_some_and(|error| error.contains("127.0.0.1:1")));
    assert_eq!(server.gaps(), 0);
}

#[tokio::test]
async fn a_restarted_switch_pumps_up_and_goes_on() {
    let server = Server::start().await;
    let mut settings = fast(&[&server.address], 1_200);
    settings.faults = vec!["1:restart@10m".parse().unwrap()];
    let outcome = run(settings).await;
    assert_eq!(outcome.links[0].pump_ups, 2);
    assert_eq!(server.gaps(), 1);
    let all: Vec<Event> = server.kept.lock().unwrap().iter().map(|delivery| delivery.event.clone()).collect();
    let last_gap = all.iter().rposition(|event| event.body == EventBody::PumpUpBegan).unwrap();
    Walker::default().walk(&all[last_gap..]);
}

#[tokio::test]
async fn a_small_buffer_forces_a_gap_and_the_state_is_told_anew() {
    let (first, second) = (Server::start().await, Server::start().await);
    let mut settings = fast(&[&first.address, &second.address], 2_400);
    settings.capacity = Capacity { events: 50, in_flight: 40, ..Capacity::default() };
    let cut = LinkFault::Cut;
    let secs = Duration::from_secs;
    settings.faults = vec![ScheduledFault { link: 1, fault: cut, offset: secs(600), lasting: Some(secs(900)) }];
    let outcome = run(settings).await;
    check_told(&first, &expected(2_400), &outcome);
    assert_eq!(first.gaps(), 0);
    assert!(second.gaps() >= 1 && outcome.links[1].pump_ups >= 2, "{:?}", outcome.links[1]);
}

async fn streaming(control: &mut LinkControl, link: usize) {
    use crate::feed::LinkState::Streaming;
    control.wait_for(|status| status.links[link].state == Streaming).await.expect("the feed runs");
}

#[tokio::test]
async fn faults_by_hand_and_a_stop_end_well() {
    let server = Server::start().await;
    let mut settings = fast(&[&server.address], 0);
    settings.run_for = None;
    settings.pace = Pace::default();
    let (feed, mut control) = Feed::new(world(), settings);
    let running = tokio::spawn(feed.run());
    streaming(&mut control, 0).await;
    control.cut(0);
    control.wait_for(|status| status.links[0].last_error.is_some()).await.unwrap();
    control.stall(0);
    control.resume(0);
    streaming(&mut control, 0).await;
    control.late(0, Duration::from_millis(5));
    assert!(control.truth().await.is_some());
    control.stop();
    let outcome = running.await.unwrap().unwrap();
    assert!(outcome.links[0].connections >= 2);
    assert!(control.truth().await.is_none());
}
