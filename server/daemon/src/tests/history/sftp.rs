//! An SFTP server in this process takes the files.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use model::AcdNumber;
use parking_lot::Mutex;
use russh::keys::key::safe_rng;
use russh::keys::ssh_key::LineEnding;
use russh::keys::ssh_key::private::Ed25519Keypair;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PrivateKey};
use russh::server::{Auth, ChannelOpenHandle, Msg, Server as _, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId};
use russh_sftp::protocol::{Attrs, FileAttributes, Handle, OpenFlags, Packet, Status, StatusCode, Version};

use super::world::{START, call, calls, no_archive, options, real_opener, until};
use crate::config::{HistoryConfig, SftpConfig, Target};
use crate::history::{Receiver, Recorder, open_receiver, readiness};

const PASSWORD: &str = "secret of the receiver";
const RENAME_OVER: &str = "posix-rename@openssh.com";

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from(Ed25519Keypair::from_seed(&[seed; 32]))
}

/// What the server holds and does.
#[derive(Default)]
struct Store {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    /// The connection is cut at the next renaming: behind it, so that the client is never told.
    cut_at_rename: AtomicBool,
    is_full: AtomicBool,
    /// It can rename to a name that is taken.
    renames_over: AtomicBool,
    /// What was asked to be renamed or removed.
    asked: Mutex<Vec<String>>,
}

/// A server on the loopback interface; it ends with the runtime.
struct SftpServer {
    store: Arc<Store>,
    address: SocketAddr,
    _runtime: tokio::runtime::Runtime,
}

impl SftpServer {
    fn start() -> SftpServer {
        SftpServer::with_keys(vec![key(1)])
    }

    fn with_keys(keys: Vec<PrivateKey>) -> SftpServer {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let store = Arc::new(Store::default());
        let socket = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = socket.local_addr().unwrap();
        let config =
            russh::server::Config { keys, auth_rejection_time: Duration::ZERO, ..russh::server::Config::default() };
        let mut server = Listener(Arc::clone(&store));
        runtime.spawn(async move { server.run_on_socket(Arc::new(config), &socket).await });
        SftpServer { store, address, _runtime: runtime }
    }

    /// A receiver that signs in with the right password, with its secret in `dir`.
    fn config(&self, dir: &Path) -> SftpConfig {
        std::fs::write(dir.join("sftp.password"), format!("{PASSWORD}\n")).unwrap();
        SftpConfig {
            address: self.address.to_string(),
            user: "echi".to_owned(),
            path: "/in/{acd}".to_owned(),
            host_key: key(1).public_key().fingerprint(HashAlg::Sha256).to_string(),
            password_file: Some("sftp.password".into()),
            key_file: None,
        }
    }
}

fn receiver(sftp: SftpConfig, dir: &Path) -> Box<dyn Receiver> {
    let config =
        HistoryConfig { form: options(0).form, target: Target::Sftp(sftp), suffix: String::new(), size_limit_bytes: 1 };
    open_receiver(&config, AcdNumber(2), dir)
}

struct Listener(Arc<Store>);

impl russh::server::Server for Listener {
    type Handler = Client;

    fn new_client(&mut self, _: Option<SocketAddr>) -> Client {
        Client { store: Arc::clone(&self.0), channels: HashMap::new() }
    }
}

struct Client {
    store: Arc<Store>,
    channels: HashMap<ChannelId, Channel<Msg>>,
}

fn judged(right: bool) -> Auth {
    if right { Auth::Accept } else { Auth::Reject { proceed_with_methods: None, partial_success: false } }
}

impl russh::server::Handler for Client {
    type Error = russh::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, russh::Error> {
        Ok(judged(user == "echi" && password == PASSWORD))
    }

    async fn auth_publickey(&mut self, user: &str, shown: VerifiedPublicKey<'_>) -> Result<Auth, russh::Error> {
        Ok(judged(user == "echi" && shown.public_key.key_data() == key(2).public_key().key_data()))
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        self.channels.insert(channel.id(), channel);
        reply.accept().await;
        Ok(())
    }

    async fn subsystem_request(
        &mut self,
        id: ChannelId,
        name: &str,
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        assert_eq!(name, "sftp");
        let channel = self.channels.remove(&id).unwrap();
        session.channel_success(id)?;
        russh_sftp::server::run(channel.into_stream(), Files(Arc::clone(&self.store))).await;
        Ok(())
    }
}

/// A handle is the file's path.
struct Files(Arc<Store>);

fn done(id: u32) -> Status {
    Status { id, status_code: StatusCode::Ok, error_message: "Ok".to_owned(), language_tag: "en".to_owned() }
}

impl russh_sftp::server::Handler for Files {
    type Error = StatusCode;

    fn unimplemented(&self) -> StatusCode {
        StatusCode::OpUnsupported
    }

    async fn init(&mut self, _: u32, _: HashMap<String, String>) -> Result<Version, StatusCode> {
        let mut version = Version::new();
        if self.0.renames_over.load(Ordering::SeqCst) {
            version.extensions.insert(RENAME_OVER.to_owned(), "1".to_owned());
        }
        Ok(version)
    }

    async fn open(&mut self, id: u32, path: String, flags: OpenFlags, _: FileAttributes) -> Result<Handle, StatusCode> {
        assert!(flags.contains(OpenFlags::CREATE | OpenFlags::TRUNCATE | OpenFlags::WRITE));
        if !path.starts_with("/in/2/") {
            return Err(StatusCode::NoSuchFile);
        }
        self.0.files.lock().insert(path.clone(), Vec::new());
        Ok(Handle { id, handle: path })
    }

    async fn write(&mut self, id: u32, handle: String, offset: u64, data: Vec<u8>) -> Result<Status, StatusCode> {
        if self.0.is_full.load(Ordering::SeqCst) {
            return Err(StatusCode::Failure);
        }
        let mut files = self.0.files.lock();
        let file = files.get_mut(&handle).ok_or(StatusCode::NoSuchFile)?;
        let offset = usize::try_from(offset).unwrap();
        file.resize(file.len().max(offset + data.len()), 0);
        file[offset..offset + data.len()].copy_from_slice(&data);
        Ok(done(id))
    }

    async fn close(&mut self, id: u32, _: String) -> Result<Status, StatusCode> {
        Ok(done(id))
    }

    async fn stat(&mut self, id: u32, path: String) -> Result<Attrs, StatusCode> {
        let size = self.0.files.lock().get(&path).map(Vec::len).ok_or(StatusCode::NoSuchFile)?;
        let mut attrs = FileAttributes::empty();
        attrs.size = Some(size as u64);
        Ok(Attrs { id, attrs })
    }

    async fn remove(&mut self, id: u32, path: String) -> Result<Status, StatusCode> {
        self.0.asked.lock().push(format!("remove {path}"));
        self.0.files.lock().remove(&path).map(|_| done(id)).ok_or(StatusCode::NoSuchFile)
    }

    async fn extended(&mut self, id: u32, request: String, data: Vec<u8>) -> Result<Packet, StatusCode> {
        assert_eq!(request, RENAME_OVER);
        let (from, to) = two_texts(&data);
        self.0.asked.lock().push(format!("rename over {to}"));
        let mut files = self.0.files.lock();
        let content = files.remove(&from).ok_or(StatusCode::NoSuchFile)?;
        files.insert(to, content);
        Ok(Packet::Status(done(id)))
    }

    async fn rename(&mut self, id: u32, from: String, to: String) -> Result<Status, StatusCode> {
        self.0.asked.lock().push(format!("rename to {to}"));
        {
            let mut files = self.0.files.lock();
            if files.contains_key(&to) {
                return Err(StatusCode::Failure);
            }
            let content = files.remove(&from).ok_or(StatusCode::NoSuchFile)?;
            files.insert(to, content);
        }
        if self.0.cut_at_rename.swap(false, Ordering::SeqCst) {
            return Err(StatusCode::ConnectionLost);
        }
        Ok(done(id))
    }
}

/// Two texts, each behind its length.
fn two_texts(data: &[u8]) -> (String, String) {
    let text = |data: &[u8]| {
        let (len, rest) = data.split_first_chunk().unwrap();
        let (text, rest) = rest.split_at(u32::from_be_bytes(*len) as usize);
        (String::from_utf8(text.to_owned()).unwrap(), rest.to_owned())
    };
    let (first, rest) = text(data);
    (first, text(&rest).0)
}

#[test]
fn files_are_put_renamed_and_replaced() {
    let (dir, server) = (tempfile::tempdir().unwrap(), SftpServer::start());
    let mut receiver = receiver(server.config(dir.path()), dir.path());
    assert_eq!(receiver.place(), format!("sftp://echi@{}/in/2", server.address));
    let large: Vec<u8> = (0..3_000_000_u32).map(|number| number as u8).collect();
    receiver.put(".a.part", &large).unwrap();
    assert!(receiver.has(".a.part").unwrap() && !receiver.has("a").unwrap());
    receiver.rename(".a.part", "a").unwrap();
    assert!(server.store.files.lock()["/in/2/a"] == large);
    receiver.rest();
    // After a rest it connects again.
    receiver.put(".b.part", b"new").unwrap();
    let told = format!("{:#}", receiver.rename(".b.part", "a").unwrap_err());
    assert!(told.contains("cannot rename .b.part to a"), "{told}");
    receiver.replace(".b.part", "a").unwrap();
    assert_eq!(*server.store.files.lock(), BTreeMap::from([("/in/2/a".to_owned(), b"new".to_vec())]));
}

/// The file `a`, and all that lies beside it.
fn lies(server: &SftpServer) -> Vec<(String, String)> {
    let files = server.store.files.lock();
    files.iter().map(|(path, content)| (path.clone(), String::from_utf8(content.clone()).unwrap())).collect()
}

fn at(name: &str, content: &str) -> (String, String) {
    (format!("/in/2/{name}"), content.to_owned())
}

#[test]
fn a_name_is_never_without_its_file_where_the_server_can_do_that() {
    let (dir, server) = (tempfile::tempdir().unwrap(), SftpServer::start());
    server.store.renames_over.store(true, Ordering::SeqCst);
    let mut receiver = receiver(server.config(dir.path()), dir.path());
    receiver.put("a", b"old").unwrap();
    receiver.put(".a.part", b"new").unwrap();
    receiver.replace(".a.part", "a").unwrap();
    assert_eq!(lies(&server), [at("a", "new")]);
    assert_eq!(*server.store.asked.lock(), ["rename over /in/2/a"]);
}

#[test]
fn a_cut_while_a_file_is_replaced_leaves_the_old_one_or_the_new() {
    let (dir, server) = (tempfile::tempdir().unwrap(), SftpServer::start());
    let mut receiver = receiver(server.config(dir.path()), dir.path());
    receiver.put("a", b"old").unwrap();
    receiver.put(".a.part", b"new").unwrap();
    // Behind the old one's going aside.
    server.store.cut_at_rename.store(true, Ordering::SeqCst);
    receiver.replace(".a.part", "a").unwrap_err();
    assert_eq!(lies(&server), [at(".a.old", "old"), at(".a.part", "new")]);
    receiver.put(".a.part", b"newer").unwrap();
    receiver.replace(".a.part", "a").unwrap();
    assert_eq!(lies(&server), [at("a", "newer")]);
    // Behind the new one's coming, before the old one went.
    receiver.put(".a.old", b"old").unwrap();
    receiver.put(".a.part", b"newest").unwrap();
    receiver.replace(".a.part", "a").unwrap();
    assert_eq!(lies(&server), [at("a", "newest")]);
    // What is not there cannot take anything's place.
    receiver.replace(".a.part", "a").unwrap_err();
    assert_eq!(lies(&server), [at("a", "newest")]);
}

#[test]
fn the_configured_key_is_asked_for_whatever_others_the_server_has() {
    let kind = Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 };
    let second = PrivateKey::random(&mut safe_rng(), kind).unwrap();
    let fingerprint = |key: &PrivateKey| key.public_key().fingerprint(HashAlg::Sha256).to_string();
    let (dir, server) = (tempfile::tempdir().unwrap(), SftpServer::with_keys(vec![key(1), second.clone()]));
    let put = |host_key: String| {
        let config = SftpConfig { host_key, ..server.config(dir.path()) };
        let mut receiver = receiver(config, dir.path());
        receiver.put("a", b"1")?;
        receiver.rest();
        receiver.put("a", b"2")
    };
    put(fingerprint(&key(1))).unwrap();
    put(fingerprint(&second)).unwrap();
    let other = fingerprint(&key(9));
    let told = format!("{:#}", put(other.clone()).unwrap_err());
    let parts = [fingerprint(&key(1)), fingerprint(&second), other, "history.sftp.host_key".to_owned()];
    assert!(parts.iter().all(|part| told.contains(part)), "{told}");
}

#[test]
fn a_server_that_does_not_answer_is_broken_off() {
    let (dir, server) = (tempfile::tempdir().unwrap(), SftpServer::start());
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let mut receiver = receiver(SftpConfig { address, ..server.config(dir.path()) }, dir.path());
    let break_off = receiver.break_off();
    let putting = std::thread::spawn(move || (receiver.put("a", b"1"), receiver.has("a").map(|_| ())));
    let _connected = silent.accept().unwrap();
    break_off();
    let (put, asked) = putting.join().unwrap();
    for told in [put.unwrap_err(), asked.unwrap_err()] {
        let told = format!("{told:#}");
        assert!(told.contains("broken off"), "{told}");
    }
}

#[test]
fn settings_that_cannot_work_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str, mode: u32| {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let pem = key(2).to_openssh(LineEnding::LF).unwrap();
    write("key", &pem, 0o600);
    write("open.key", &pem, 0o644);
    write("no.key", "no key", 0o600);
    write("password", "secret\n", 0o600);
    write("empty", "\n", 0o600);
    let right = SftpConfig {
        address: "receiver.example:22".to_owned(),
        user: "echi".to_owned(),
        path: "in".to_owned(),
        host_key: key(1).public_key().fingerprint(HashAlg::Sha256).to_string(),
        password_file: None,
        key_file: Some("key".into()),
    };
    let judged = |change: &dyn Fn(&mut SftpConfig)| {
        let mut sftp = right.clone();
        change(&mut sftp);
        let form = options(0).form;
        let config = HistoryConfig { form, target: Target::Sftp(sftp), suffix: String::new(), size_limit_bytes: 1 };
        readiness(&config, AcdNumber(1), dir.path())
    };
    let password = |sftp: &mut SftpConfig, file: &str| {
        (sftp.key_file, sftp.password_file) = (None, Some(file.into()));
    };
    assert_eq!(judged(&|_| {}).unwrap(), "sftp://echi@receiver.example:22/in, not tried");
    judged(&|sftp| password(sftp, "password")).unwrap();
    judged(&|sftp| sftp.address = "[::1]:22".to_owned()).unwrap();
    let check = |change: &dyn Fn(&mut SftpConfig), parts: &[&str]| {
        let told = judged(change).unwrap_err();
        assert!(parts.iter().all(|part| told.contains(part)), "{told}");
    };
    for address in ["", ":22", "receiver.example", "receiver.example:", "receiver.example:0", "receiver.example:ssh"] {
        check(&|sftp| sftp.address = address.to_owned(), &["history.sftp.address", "\"receiver.example:22\""]);
    }
    check(&|sftp| sftp.user = " ".to_owned(), &["history.sftp.user"]);
    let md5 = "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48";
    for host_key in ["", "SHA256:…", "SHA256:tooshort", &right.host_key["SHA256:".len()..], md5] {
        check(&|sftp| sftp.host_key = host_key.to_owned(), &["history.sftp.host_key", "43 characters"]);
    }
    let key_file = |file: &'static str| move |sftp: &mut SftpConfig| sftp.key_file = Some(file.into());
    check(&key_file("missing"), &["key_file", "missing", "cannot be read"]);
    check(&key_file("no.key"), &["key_file", "no.key", "no private key"]);
    check(&key_file("open.key"), &["key_file", "open.key", "mode 644", "chmod 600"]);
    check(&|sftp| password(sftp, "missing"), &["password_file", "missing", "cannot be read"]);
    check(&|sftp| password(sftp, "empty"), &["password_file", "empty first line"]);
}

#[test]
fn a_key_signs_in_too() {
    let (dir, server) = (tempfile::tempdir().unwrap(), SftpServer::start());
    let mut config = server.config(dir.path());
    (config.password_file, config.key_file) = (None, Some("sftp.key".into()));
    std::fs::write(dir.path().join("sftp.key"), key(2).to_openssh(LineEnding::LF).unwrap().as_bytes()).unwrap();
    receiver(config.clone(), dir.path()).put("a", b"1").unwrap();
    std::fs::write(dir.path().join("sftp.key"), key(3).to_openssh(LineEnding::LF).unwrap().as_bytes()).unwrap();
    let told = format!("{:#}", receiver(config.clone(), dir.path()).put("a", b"1").unwrap_err());
    assert!(told.contains("does not take echi"), "{told}");
    std::fs::write(dir.path().join("sftp.key"), "no key").unwrap();
    let told = format!("{:#}", receiver(config, dir.path()).put("a", b"1").unwrap_err());
    assert!(told.contains("sftp.key") && told.contains("private key"), "{told}");
}

#[test]
fn what_is_wrong_is_told() {
    let (dir, server) = (tempfile::tempdir().unwrap(), SftpServer::start());
    let told = |change: &dyn Fn(&mut SftpConfig)| {
        let mut config = server.config(dir.path());
        change(&mut config);
        format!("{:#}", receiver(config, dir.path()).put("a", b"1").unwrap_err())
    };
    let check = |told: String, parts: &[&str]| assert!(parts.iter().all(|part| told.contains(part)), "{told}");
    let shown = key(1).public_key().fingerprint(HashAlg::Sha256).to_string();
    check(
        told(&|config| config.host_key = "SHA256:other".to_owned()),
        &[&shown, "SHA256:other", "history.sftp.host_key"],
    );
    check(told(&|config| config.user = "nobody".to_owned()), &["does not take nobody"]);
    check(told(&|config| config.password_file = Some("missing".into())), &["cannot read", "missing"]);
    check(told(&|config| config.path = "/elsewhere".to_owned()), &["cannot write a", "/elsewhere"]);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    check(told(&|config| config.address.clone_from(&closed)), &["cannot connect to", &closed]);
    server.store.is_full.store(true, Ordering::SeqCst);
    check(told(&|_| {}), &["cannot write a"]);
}

#[test]
fn a_connection_that_breaks_loses_and_repeats_nothing() {
    let (dir, server) = (tempfile::tempdir().unwrap(), SftpServer::start());
    let opener = real_opener(&dir.path().join("spool"), 2);
    let receiver = receiver(server.config(dir.path()), dir.path());
    server.store.cut_at_rename.store(true, Ordering::SeqCst);
    let recorder = Recorder::start(AcdNumber(2), "Berlin", opener, (no_archive(), receiver), "", true).unwrap();
    (1..=5).for_each(|number| recorder.record(number, &call(number, number as i64)));
    recorder.interval_closed(START + 1_800);
    // The receiver reads and deletes while the sender does not know yet whether the first file was renamed.
    let mut fetched = BTreeMap::new();
    until("all files have come", || {
        let mut files = server.store.files.lock();
        let names: Vec<String> = files.keys().filter(|name| name.starts_with("/in/2/chr")).cloned().collect();
        for name in names {
            let file = files.remove(&name).unwrap();
            assert!(fetched.insert(name, file).is_none(), "a file came twice");
        }
        (fetched.len() == 3).then_some(())
    });
    until("nothing waits", || (recorder.report().0.waiting_files == 0).then_some(()));
    assert!(!server.store.cut_at_rename.load(Ordering::SeqCst), "the connection was never cut");
    let all: Vec<_> = fetched.values().map(|file| calls(file)).collect();
    assert_eq!(all, [(1, vec![1, 2]), (2, vec![3, 4]), (3, vec![5])]);
    assert_eq!(*server.store.files.lock(), BTreeMap::new());
}
