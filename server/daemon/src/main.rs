//! `cms-server`: makes, runs and checks a server.

use std::fmt::Arguments as Words;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use api::Role;
use chrono_tz::Tz;
use clap::{Parser, Subcommand, ValueEnum};
use daemon::config::Config;
use daemon::{InitOptions, Server, Service, Weighed, WholeTarget, is_journal};
use model::{AcdNumber, Moment};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

/// Rows are made on one thread and freed on another all day, which glibc's allocator takes badly; SQLite's memory comes from here,
/// too. See `docs/decisions/0039-an-allocator-for-the-server.md`.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Understudy server: collects from telephone switches, archives, and serves reports.
#[derive(Parser)]
#[command(name = "cms-server", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a data folder with configuration, keys and the administrator `cms`.
    Init {
        /// The folder; it must be empty or not exist.
        dir: PathBuf,
        /// Name that screens show, such as CMS-A.
        #[arg(long)]
        name: String,
        /// Whether day-to-day work is done here.
        #[arg(long)]
        role: RoleArgument,
        /// An ACD, as NUMBER=NAME; may be given several times. ACD 1 if none is.
        #[arg(long = "acd", value_name = "N=NAME", value_parser = parse_acd)]
        acds: Vec<(AcdNumber, String)>,
        /// Time zone of the ACDs, such as Europe/Berlin.
        #[arg(long, default_value = "UTC", value_parser = parse_zone)]
        zone: Tz,
        /// File with the administrator's password on its first line; typed if absent.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Runs the server of a data folder until it is told to stop.
    Run {
        /// The folder.
        dir: PathBuf,
        /// Where the API listens, instead of `listen` in cms.toml.
        #[arg(long, value_name = "ADDR")]
        listen: Option<SocketAddr>,
        /// Write the log as JSON lines.
        #[arg(long)]
        log_json: bool,
    },
    /// Saves the whole server (CMSADM), running or not, and makes it again from that.
    #[command(subcommand)]
    Cmsadm(Cmsadm),
    /// Switches External Call History of a stopped server; of a running one, `cms history-interface` does.
    HistoryInterface {
        /// The folder.
        dir: PathBuf,
        /// On or off.
        #[arg(value_enum)]
        state: SwitchArgument,
        /// What the receiver does not have from here is kept back: the other server has sent it.
        #[arg(long)]
        drop_waiting: bool,
    },
    /// Gives a stopped server another name, or makes it the primary or the secondary.
    Rename {
        /// The folder.
        dir: PathBuf,
        /// The new name that screens show.
        #[arg(long, required_unless_present = "role")]
        name: Option<String>,
        /// The new role.
        #[arg(long)]
        role: Option<RoleArgument>,
    },
    /// Gives a user of a stopped server a new password: the way back where no administrator can sign in.
    Password {
        /// The folder.
        dir: PathBuf,
        /// The user, such as the administrator `cms`.
        #[arg(long)]
        user: String,
        /// File with the new password on its first line; typed if absent.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Checks a data folder without changing it.
    Check {
        /// The folder.
        dir: PathBuf,
        /// Also makes the digest of every archived interval again, which takes minutes for a year of a large site: finds values that
        /// have changed by themselves.
        #[arg(long)]
        rows: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum SwitchArgument {
    On,
    Off,
}

impl From<RoleArgument> for Role {
    fn from(role: RoleArgument) -> Role {
        match role {
            RoleArgument::Primary => Role::Primary,
            RoleArgument::Secondary => Role::Secondary,
        }
    }
}

#[derive(Subcommand)]
enum Cmsadm {
    /// Saves all that the server is: configuration, keys, databases, journal. Keep it as private as the data folder.
    Backup {
        /// The data folder.
        dir: PathBuf,
        /// A folder for the volumes, instead of a device of cms.toml.
        #[arg(long, value_name = "FOLDER", conflicts_with = "device")]
        to: Option<PathBuf>,
        /// Name of the device; the first one if left out.
        #[arg(long, value_name = "D")]
        device: Option<String>,
    },
    /// Unpacks all volumes and compares; nothing is restored.
    Verify {
        /// Any volume; the others lie beside it.
        volume: PathBuf,
    },
    /// Makes the server again, on a bare machine: into a folder that is empty or does not exist.
    Restore {
        /// Any volume; the others lie beside it.
        volume: PathBuf,
        /// The data folder that is made.
        #[arg(long, value_name = "DIR")]
        into: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleArgument {
    Primary,
    Secondary,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Init { dir, name, role, acds, zone, password_file } => {
            init(&dir, name, role, acds, zone, password_file.as_deref())
        }
        Command::Run { dir, listen, log_json } => run(&dir, listen, log_json),
        Command::Cmsadm(command) => cmsadm(command),
        Command::HistoryInterface { dir, state, drop_waiting } => history_interface(&dir, state, drop_waiting),
        Command::Rename { dir, name, role } => rename(&dir, name.as_deref(), role),
        Command::Password { dir, user, password_file } => set_password(&dir, &user, password_file.as_deref()),
        Command::Check { dir, rows } => return check(&dir, rows),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "cms-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Writes a line for whoever started the program. What was done is done, whether anybody reads of it or not.
fn say(words: Words<'_>) {
    let _ = writeln!(std::io::stdout(), "{words}");
}

fn init(
    dir: &Path,
    name: String,
    role: RoleArgument,
    acds: Vec<(AcdNumber, String)>,
    zone: Tz,
    password_file: Option<&Path>,
) -> Result<()> {
    let (role, password, at) = (Role::from(role), password(password_file, "the administrator `cms`")?, now()?);
    let made = daemon::init(dir, &InitOptions { name, role, acds, zone, password, at })?;
    say(format_args!("Made a {role} server in {}.", dir.display()));
    say(format_args!("Certificate fingerprint (SHA-256): {}", made.fingerprint));
    say(format_args!(
        "Next: look through {}, then `cms-server run {}`.",
        dir.join("cms.toml").display(),
        dir.display()
    ));
    Ok(())
}

fn now() -> Result<Moment> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).context("the clock is before 1970")?;
    Ok(Moment(i64::try_from(now.as_secs()).context("the clock is far in the future")?))
}

fn rename(dir: &Path, name: Option<&str>, role: Option<RoleArgument>) -> Result<()> {
    let told = daemon::rename(dir, name, role.map(Role::from), now()?)?;
    if told.is_empty() {
        say(format_args!("It is so already; nothing was changed."));
        return Ok(());
    }
    told.iter().for_each(|line| say(format_args!("{line}")));
    if name.is_some() {
        say(format_args!(
            "Backups of the old name stay in its folder on each device and can be restored; `keep` lets none of them go. \
             The certificate stays, and so do addresses."
        ));
    }
    if role.is_some() {
        say(format_args!(
            "Give the other server the other role. Desktops and `cms sync peer` go by addresses, and stay as they are."
        ));
    }
    Ok(())
}

fn set_password(dir: &Path, user: &str, password_file: Option<&Path>) -> Result<()> {
    let server = daemon::set_password(dir, user, &password(password_file, user)?, now()?)?;
    say(format_args!(
        "The password of {user} on {server} holds from the next start on; `cms changes` shows that it was set. The other server has \
         its own."
    ));
    Ok(())
}

fn password(file: Option<&Path>, of: &str) -> Result<String> {
    if let Some(file) = file {
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        return Ok(text.lines().next().unwrap_or_default().to_owned());
    }
    if !std::io::stdin().is_terminal() {
        bail!("give the password of {of} with --password-file, or run this at a terminal");
    }
    let first = rpassword::prompt_password(format!("Password for {of}: ")).context("reading the password")?;
    if rpassword::prompt_password("Once more: ").context("reading the password")? != first {
        bail!("the two passwords differ; run the command again");
    }
    Ok(first)
}

/// As many files may be open as the system allows: each watcher has a connection, and by hand a server is started with room
/// for a thousand.
fn open_files_as_allowed() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })
    {
        tracing::warn!("no more than {current:?} files can be open: {error}");
    }
}

fn run(dir: &Path, listen: Option<SocketAddr>, log_json: bool) -> Result<()> {
    // A file that is not right is told by the start, in its own words.
    let log_json = log_json || Config::load(dir).is_ok_and(|config| config.log.json);
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A line that cannot be written, on a full disk or to a reader that is gone, is dropped: telling of that there would panic.
    let log = log.log_internal_errors(false);
    let stream = std::env::var("JOURNAL_STREAM").ok();
    match (is_journal(stream.as_deref(), &std::io::stderr()), log_json) {
        (true, true) => log.json().map_event_format(Weighed).init(),
        (true, false) => log.with_ansi(false).without_time().map_event_format(Weighed).init(),
        (false, true) => log.json().init(),
        (false, false) => log.with_ansi(std::io::stderr().is_terminal()).init(),
    }
    open_files_as_allowed();
    let service = Service::of_environment()?.map(Arc::new);
    let server = Server::start(dir, listen)?;
    let identity = server.identity();
    let told = format!(
        "{} ({}) serves {}\nCertificate fingerprint (SHA-256): {}\n",
        identity.name,
        identity.role,
        server.url(),
        server.fingerprint()?
    );
    // Whoever started the server may already have stopped reading; that is no reason to stop collecting.
    let mut stdout = std::io::stdout();
    let _ = stdout.write_all(told.as_bytes()).and_then(|()| stdout.flush());
    if let Some(service) = &service {
        server.keep_telling(Arc::clone(service));
    }
    server.run_until(wait_for_signal(), service.as_deref())
}

async fn wait_for_signal() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("waiting for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("waiting for SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

fn history_interface(dir: &Path, state: SwitchArgument, drop_waiting: bool) -> Result<()> {
    let on = matches!(state, SwitchArgument::On);
    let dropped = daemon::switch_history_interface(dir, on, drop_waiting)?;
    say(format_args!("External Call History will be {} at the next start.", if on { "on" } else { "off" }));
    if dropped > 0 {
        say(format_args!("{dropped} segments were kept back; they lie in the subfolders `dropped` of acd/NN/history."));
    }
    Ok(())
}

fn cmsadm(command: Cmsadm) -> Result<()> {
    match command {
        Cmsadm::Backup { dir, to, device } => {
            let made = daemon::back_up_whole(&dir, &WholeTarget { folder: to, device }, &mut |_| true)?;
            for (path, _) in &made.volumes {
                say(format_args!("{}", path.display()));
            }
            let bytes = made.bytes();
            say(format_args!(
                "{bytes} bytes; read back and equal. Password hashes and keys are in it: keep it private."
            ));
            if !made.unsound.is_empty() {
                bail!("the image is not whole: {}; then make another one", made.unsound.join("; "));
            }
        }
        Cmsadm::Verify { volume } => say(format_args!("{}", daemon::verify_whole(&volume, &mut || true)?)),
        Cmsadm::Restore { volume, into } => {
            let (image, findings) = daemon::restore_whole(&volume, &into, &mut || true)?;
            let (server, at) = (&image.server, Moment(image.made_at));
            say(format_args!("{} ({}) as it was at {at} is in {}.", server.name, server.role, into.display()));
            // A backup on a device that is damaged says nothing of what was restored.
            let (devices, findings): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| finding.is_of_device);
            tell(&devices);
            let is_whole = findings.iter().all(|finding| finding.is_right() || finding.is_of_room());
            match (tell(&findings), is_whole) {
                (true, _) => {}
                (false, true) => bail!(
                    "what was restored is all right, but its disk is nearly full: make room before the server runs, or it ends again"
                ),
                (false, false) => bail!("what was restored is not all right; operating.md, \"A damaged file\""),
            }
            say(format_args!(
                "Before it runs: the server that it was must not run any more. Its time since then comes from the"
            ));
            say(format_args!(
                "switch as far back as that goes, the rest from the other server: operating.md, \"A server is lost\"."
            ));
        }
    }
    Ok(())
}

fn check(dir: &Path, rows: bool) -> ExitCode {
    let is_right = tell(&daemon::check(dir));
    // Told apart, so that nobody waits for the first lines.
    let are_right = !rows || tell(&daemon::check_rows(dir));
    if is_right && are_right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Writes down what was found; whether all of it is right. Whoever reads may stop before the end.
fn tell(findings: &[daemon::Finding]) -> bool {
    let mut stdout = std::io::stdout().lock();
    let mut line = |finding: &daemon::Finding| match finding.is_right() {
        true => writeln!(stdout, "ok    {}: {}", finding.what, finding.detail),
        false => writeln!(stdout, "WRONG {}: {}", finding.what, finding.problem),
    };
    let _ = findings.iter().try_for_each(&mut line);
    findings.iter().all(daemon::Finding::is_right)
}

fn parse_acd(text: &str) -> Result<(AcdNumber, String), String> {
    let (number, name) = text.split_once('=').ok_or("write it as NUMBER=NAME, such as 1=Berlin")?;
    let number: AcdNumber = number.trim().parse().map_err(|error: model::id::IdError| error.to_string())?;
    if name.trim().is_empty() {
        return Err(format!("ACD {number} needs a name: {number}=NAME"));
    }
    Ok((number, name.trim().to_owned()))
}

fn parse_zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| format!("{text:?} is no time zone; use a name such as Europe/Berlin or UTC"))
}
