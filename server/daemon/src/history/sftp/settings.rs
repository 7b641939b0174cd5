//! Whether `[history.sftp]` can work at all, as far as this machine knows without connecting.
//!
//! Only `cms-server check` asks: a server with such a mistake collects all the same, and tells at each try what is wrong.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use russh::keys::ssh_key::Fingerprint;
use russh::keys::{PrivateKey, decode_secret_key};

use crate::config::SftpConfig;

/// The first setting that cannot work, by its name, and what to do.
pub fn judge(config: &SftpConfig, dir: &Path) -> Result<(), String> {
    address(&config.address)?;
    if config.user.trim().is_empty() {
        return Err("history.sftp.user is empty: write who signs in at the receiver".to_owned());
    }
    host_key(&config.host_key)?;
    match (&config.key_file, &config.password_file) {
        (Some(file), None) => key(&dir.join(file)),
        (None, Some(file)) => password(&dir.join(file)),
        _ => Err("[history.sftp] needs one of `password_file` and `key_file`".to_owned()),
    }
}

fn address(address: &str) -> Result<(), String> {
    let is_whole = address.rsplit_once(':').is_some_and(|(host, port)| {
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        !host.is_empty() && !host.contains(char::is_whitespace) && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    match is_whole {
        true => Ok(()),
        false => Err(format!(
            "history.sftp.address is {address:?}: write the receiver's name and its port, as in \"receiver.example:22\""
        )),
    }
}

fn host_key(host_key: &str) -> Result<(), String> {
    match host_key.parse() {
        Ok(Fingerprint::Sha256(_)) => Ok(()),
        _ => Err(format!(
            "history.sftp.host_key is {host_key:?}, which no key has: write the fingerprint as `ssh-keygen -lf` prints it, \
             SHA256: and 43 characters"
        )),
    }
}

fn key(path: &Path) -> Result<(), String> {
    let file = path.display();
    let text = fs::read_to_string(path).map_err(|error| {
        format!("{file} (history.sftp.key_file) cannot be read: {error}; write the private key into it")
    })?;
    private(&text).map_err(|why| {
        format!("{file} (history.sftp.key_file) {why}: make an Ed25519 or ECDSA key without a passphrase, and write it there")
    })?;
    of_the_server_alone(path, "key_file")
}

fn private(text: &str) -> Result<PrivateKey, &'static str> {
    let key = decode_secret_key(text, None).map_err(|_| "is no private key that can be used")?;
    match key.algorithm().is_rsa() {
        true => Err("is an RSA key"),
        false => Ok(key),
    }
}

fn password(path: &Path) -> Result<(), String> {
    let file = path.display();
    let text = fs::read_to_string(path).map_err(|error| {
        format!("{file} (history.sftp.password_file) cannot be read: {error}; write the password into it")
    })?;
    if text.lines().next().is_none_or(str::is_empty) {
        return Err(format!("{file} (history.sftp.password_file) has an empty first line: write the password there"));
    }
    of_the_server_alone(path, "password_file")
}

/// Whoever else can read it can put files at the receiver, too.
fn of_the_server_alone(path: &Path, name: &str) -> Result<(), String> {
    let file = path.display();
    let mode = fs::metadata(path).map_err(|error| format!("{file}: {error}"))?.permissions().mode();
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(format!(
            "{file} (history.sftp.{name}) has mode {:03o}, so that others can read or change it: `chmod 600 {file}`, and make \
             it the server's user's",
            mode & 0o777
        )),
    }
}
