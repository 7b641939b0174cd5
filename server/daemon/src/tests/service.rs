//! Signs of life, and what the service manager hears of them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use api::{LogCode, Role};
use chrono_tz::Tz;
use model::{AcdNumber, Moment};

use crate::config::Config;
use crate::service::Service;
use crate::vitals::Vitals;
use crate::{InitOptions, Server, init};

/// What came, message by message.
fn heard(socket: &UnixDatagram) -> String {
    let mut buffer = [0; 512];
    let length = socket.recv(&mut buffer).expect("a message came");
    String::from_utf8_lossy(&buffer[..length]).into_owned()
}

#[test]
fn the_service_manager_is_told_by_datagrams() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    let service = Service::at(path.as_os_str(), Some(Duration::from_secs(60))).unwrap();
    assert_eq!(service.every(), Some(Duration::from_secs(20)));
    service.ready("ACD 1 up");
    service.alive("ACD 1 up");
    service.troubled("the thread journal-1 has died");
    service.stopping();
    assert_eq!(heard(&manager), "READY=1\nSTATUS=ACD 1 up");
    assert_eq!(heard(&manager), "WATCHDOG=1\nSTATUS=ACD 1 up");
    assert_eq!(heard(&manager), "STATUS=the thread journal-1 has died");
    assert_eq!(heard(&manager), "STOPPING=1\nSTATUS=stopping");
    // A manager that is gone is no reason to stop collecting.
    drop(manager);
    service.alive("");
    let unwatched = Service::at(std::ffi::OsStr::new("@understudy-test"), None).unwrap();
    assert_eq!(unwatched.every(), None);
}

#[test]
fn a_thread_that_is_stuck_or_dead_is_no_sign_of_life() {
    let vitals = Arc::new(Vitals::default());
    let trouble = |silent_max| vitals.trouble(silent_max);
    assert_eq!(trouble(Duration::ZERO), None, "before it begins nothing is expected");
    vitals.beat();
    assert_eq!(trouble(Duration::from_secs(3_600)), None);
    let stuck = loop {
        // The shortest silence is too long; it is over within the clock's next tick.
        if let Some(stuck) = trouble(Duration::ZERO) {
            break stuck;
        }
    };
    assert!(stuck.contains("stuck"), "{stuck}");
    vitals.rest();
    assert_eq!(trouble(Duration::ZERO), None, "it has ended in good order");

    let in_order = vitals.guard();
    std::thread::spawn(move || drop(in_order)).join().unwrap();
    assert_eq!(trouble(Duration::ZERO), None, "a thread that ends as it should is not missed");
    let guard = vitals.guard();
    let thread = std::thread::Builder::new().name("journal-1".to_owned());
    let broken = thread.spawn(move || {
        let _guard = guard;
        panic!("the disk has vanished");
    });
    assert!(broken.unwrap().join().is_err());
    assert_eq!(trouble(Duration::from_secs(3_600)).as_deref(), Some("the thread journal-1 has died"));
}

/// A server in a folder `cms`, which is made if it is not there.
fn started(dir: &Path) -> Server {
    let folder = dir.join("cms");
    if !folder.exists() {
        let options = InitOptions {
            name: "CMS-A".to_owned(),
            role: Role::Primary,
            acds: vec![(AcdNumber(1), "Berlin".to_owned())],
            zone: Tz::UTC,
            password: "understudy".to_owned(),
            at: Moment(1_795_431_600),
        };
        init(&folder, &options).unwrap();
    }
    let file = std::fs::read_to_string(folder.join("cms.toml")).unwrap();
    let config = Config::parse(&file.replace("0.0.0.0:8443", "127.0.0.1:0").replace("0.0.0.0:5001", "127.0.0.1:0"));
    let server = Server::start_with(&folder, None, config.unwrap()).unwrap();
    // Its archiver works once the ACD has recovered.
    while server.is_recovering() {
        std::thread::sleep(Duration::from_millis(2));
    }
    server
}

/// Whoever holds connections holds files of the server, and the links need some: what does not come any further is closed.
#[test]
fn half_a_request_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let server = started(dir.path());
    let address = server.url().trim_start_matches("https://").to_owned();
    let fingerprint = server.fingerprint().unwrap().parse().unwrap();
    let tls = Arc::new(certificate::connecting(vec![fingerprint], None).unwrap());
    let told = |request: &str| {
        let name = rustls_pki_types::ServerName::try_from("localhost").unwrap();
        let connection = rustls::ClientConnection::new(Arc::clone(&tls), name).unwrap();
        let mut stream = rustls::StreamOwned::new(connection, TcpStream::connect(&address).unwrap());
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // The end may come without a farewell.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    };
    assert!(told("GET /health HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 200"), "and then it is closed");
    assert_eq!(told("GET /health HTTP/1.1\r\nHost"), "");
    let body =
        told("POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{");
    assert!(!body.starts_with("HTTP/1.1 200"), "{body}");
    server.stop();
}

/// The watchdog's ping stands for the threads that collect: when one of them dies there is none any more.
#[test]
fn a_server_whose_archiver_has_died_gives_no_sign_of_life() {
    let dir = tempfile::tempdir().unwrap();
    let server = started(dir.path());
    let path = dir.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    let service = Service::at(path.as_os_str(), Some(Duration::from_millis(60))).unwrap();
    server.keep_telling(Arc::new(service));
    assert!(heard(&manager).starts_with("READY=1\nSTATUS=ACD 1 "));
    for _ in 0..3 {
        assert!(heard(&manager).starts_with("WATCHDOG=1\n"));
    }
    server.break_archiver(AcdNumber(1));
    // What was on its way when it died may still come; after the first trouble there is nothing else.
    let trouble = std::iter::repeat_with(|| heard(&manager)).find(|told| !told.starts_with("WATCHDOG=1"));
    assert_eq!(trouble.as_deref(), Some("STATUS=ACD 1: the thread archive-1 has died"));
    for _ in 0..3 {
        assert_eq!(heard(&manager), "STATUS=ACD 1: the thread archive-1 has died");
    }
    server.stop();
}

/// Nobody waits for a watchdog: the server ends by itself once, and is started anew; where that did not help it stays, for
/// the ACDs that live.
#[test]
fn a_server_whose_archiver_has_died_ends_once() {
    let dir = tempfile::tempdir().unwrap();
    let codes = |server: &Server| -> Vec<LogCode> {
        server.log().entries(false, 10).unwrap().into_iter().map(|entry| entry.code).collect()
    };
    let server = started(dir.path());
    server.break_archiver(AcdNumber(1));
    let ended = server.run_until(std::future::pending(), None).unwrap_err().to_string();
    assert!(ended.starts_with("ACD 1 (Berlin): the thread archive-1 has died; start the server anew"), "{ended}");

    let again = started(dir.path());
    assert_eq!(codes(&again), [LogCode::ThreadDied]);
    let view = Arc::clone(&again.views()[0]);
    again.break_archiver(AcdNumber(1));
    let told = async {
        while view.archive_problem().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(view.vitals().trouble(Duration::from_secs(3_600)), None, "the watchdog leaves the others alone");
        Ok(())
    };
    again.run_until(told, None).unwrap();
    assert!(
        view.archive_problem().starts_with("ACD 1 (Berlin): the thread archive-1 has died again within 10 minutes")
    );
    let third = started(dir.path());
    assert_eq!(codes(&third), [LogCode::ThreadDiedAgain, LogCode::ThreadDied]);
    third.stop();
}
