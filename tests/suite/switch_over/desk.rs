//! A supervisor's program without a screen: commands go in, the model tells what a screen would show.

use std::time::{Duration, Instant};

use anyhow::Result;
use session::{Command, CopyState, Model, Profile, ServerRef, Session, Which};
use testkit::{ADMINISTRATOR, PASSWORD, Place, Site, until};

pub struct Desk {
    session: Session,
    pub model: Model,
}

/// The two servers of a site, as the administrator, with their fingerprints known.
pub fn profile(site: &Site) -> Result<Profile> {
    let server = |place| -> Result<ServerRef> {
        let server = site.server(place);
        Ok(ServerRef { fingerprint: Some(server.fingerprint()?), ..ServerRef::new(server.url()) })
    };
    Ok(Profile {
        name: "Suite".to_owned(),
        user: ADMINISTRATOR.to_owned(),
        primary: server(Place::A)?,
        secondary: Some(server(Place::B)?),
        auto_switch_secs: None,
    })
}

impl Desk {
    /// Signed in to the primary.
    pub async fn sign_in(profile: Profile) -> Result<Desk> {
        let mut desk = Desk { session: Session::start(|| {})?, model: Model::default() };
        desk.send(Command::Connect(profile));
        desk.send(Command::SignIn { which: Which::Primary, password: PASSWORD.to_owned() });
        desk.wait("signed in to the primary", |model, _| model.serving == Some(Which::Primary)).await;
        Ok(desk)
    }

    pub fn send(&self, command: Command) {
        self.session.send(command);
    }

    /// Takes over what has happened until the model is as wanted.
    pub async fn wait(&mut self, what: &str, done: impl Fn(&Model, Instant) -> bool) {
        let looked = until(what, async || {
            self.session.drain(&mut self.model, Duration::from_millis(10));
            done(&self.model, Instant::now()).then_some(())
        });
        looked.await;
    }

    /// Does a copy command and tells how it ended.
    pub async fn copy(&mut self, command: Command) -> CopyState {
        self.send(Command::DismissCopy);
        self.wait("the last copy is forgotten", |model, _| model.copying.is_none()).await;
        let what = format!("the end of {command:?}");
        self.send(command);
        self.wait(&what, |model, _| model.copying.as_ref().is_some_and(|copy| !is_running(copy))).await;
        self.model.copying.clone().expect("it has just been there")
    }
}

fn is_running(copy: &CopyState) -> bool {
    matches!(copy, CopyState::Running { .. })
}
