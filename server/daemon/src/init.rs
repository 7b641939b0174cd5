//! `cms-server init`: makes a data folder that `run` can use.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result, bail};
use api::Role;
use chrono_tz::Tz;
use model::{AcdNumber, Moment};
use store::{DataFolder, Identity, LocalStore, SystemStore, User};

use crate::auth::ADMINISTRATOR;
use crate::{auth, config, files, tls};

/// What a new server is to be.
pub struct InitOptions {
    /// Name that screens show.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Number and name of its ACDs; ACD 1 if empty.
    pub acds: Vec<(AcdNumber, String)>,
    /// Zone written for every ACD.
    pub zone: Tz,
    /// Password of the administrator.
    pub password: String,
    /// UNIX seconds now.
    pub at: Moment,
}

/// What was made.
pub struct Initialised {
    /// SHA-256 of the certificate.
    pub fingerprint: String,
}

/// Makes the folder (it may exist if it is empty), its files, keys and the administrator `cms`.
pub fn init(dir: &Path, options: &InitOptions) -> Result<Initialised> {
    check_name(&options.name)?;
    // Before anything is made, so that what is refused leaves no half-made folder behind.
    let password_hash = auth::hash_password(&options.password)?;
    let default = [(AcdNumber(1), "ACD 1".to_owned())];
    let acds = if options.acds.is_empty() { &default[..] } else { &options.acds };
    check_acds(acds)?;
    let text = config::template(acds, options.zone);
    config::Config::parse(&text).context("the ACDs cannot be so")?;
    std::fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let mut entries = std::fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    if entries.next().is_some() {
        bail!("{} is not empty: choose a new folder, or use the server in it with `cms-server run`", dir.display());
    }
    // Password hashes and the journal of calls are nobody else's to read.
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))
        .with_context(|| format!("cannot make {} private", dir.display()))?;
    let folder = DataFolder::new(dir);
    folder.make().with_context(|| format!("cannot make the folders in {}", dir.display()))?;
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    let identity = Identity {
        name: options.name.clone(),
        role: options.role.to_string(),
        server_id: model::hex(&id),
        created_at: options.at,
    };
    let mut local = LocalStore::create(&folder.local(), &identity).context("creating local.db")?;
    let mut system = SystemStore::create(&folder.system()).context("creating system.db")?;
    let full_name = "Administrator".to_owned();
    let login_acd = options.acds.iter().map(|(acd, _)| *acd).min().unwrap_or(AcdNumber(1));
    let administrator = User { full_name, administrator: true, login_acd, ..User::new(ADMINISTRATOR, options.at) };
    system.create_user(&administrator).context("creating the administrator")?;
    local.set_password(ADMINISTRATOR, &password_hash, options.at).context("keeping the administrator's password")?;
    tls::create(dir, &options.name)?;
    files::replace(&dir.join(config::FILE), &[text.as_bytes()]).context("writing cms.toml")?;
    Ok(Initialised { fingerprint: tls::fingerprint(dir)? })
}

/// Refuses ACDs that cannot be, in the words of the command line.
fn check_acds(acds: &[(AcdNumber, String)]) -> Result<()> {
    for (index, (number, name)) in acds.iter().enumerate() {
        if !(1..=8).contains(&number.0) {
            bail!("`--acd {number}={name}`: an ACD's number is 1 to 8");
        }
        if let Some((_, other)) = acds[..index].iter().find(|(known, _)| known == number) {
            bail!("`--acd {number}={other}` and `--acd {number}={name}`: each ACD needs a number of its own");
        }
        config::check_acd_name(name).map_err(|why| anyhow::anyhow!("`--acd {number}={name}`: {why}"))?;
    }
    Ok(())
}

/// Refuses a name that a server cannot have.
pub(crate) fn check_name(name: &str) -> Result<()> {
    if name.trim().is_empty() || name.chars().count() > 40 || name.chars().any(char::is_control) {
        bail!("the server's name must have 1 to 40 characters in one line, unlike {name:?}");
    }
    Ok(())
}
