//! Connecting to both servers and what watching them tells.

use std::time::{Duration, Instant};

use client::ClientError;
use tokio::sync::watch;

use super::{Driver, Line};
use crate::network::connect::connect;
use crate::network::short;
use crate::network::task::Task;
use crate::network::watch::watch;
use crate::profile::{Profile, Which};
use crate::update::Update;
use crate::view::{Certificate, ServerViews};

impl Driver {
    pub(super) fn connect(&mut self, profile: Profile) {
        self.sign_out();
        self.lines.clear();
        self.views = ServerViews::default();
        for which in Which::BOTH {
            self.views[which].address = profile.server(which).map(|server| server.url.clone()).unwrap_or_default();
        }
        self.profile = Some(profile.clone());
        self.tell(Update::Connected(profile));
        for which in Which::BOTH {
            self.connect_line(which);
        }
    }

    pub(super) fn connect_line(&mut self, which: Which) {
        let Some(server) = self.profile.as_ref().and_then(|profile| profile.server(which)) else { return };
        let client = match connect(server) {
            Ok(client) => client,
            Err(error) => {
                return self.tell(Update::Unhealthy { which, why: error.to_string(), at: Instant::now() });
            }
        };
        let (in_use, in_use_seen) = watch::channel(self.serving == Some(which));
        let watcher = Task::spawn(watch(which, client.clone(), in_use_seen, self.happened.clone()));
        let password = self.lines.remove(&which).and_then(|line| line.password);
        let line = Line {
            client,
            password,
            refused: None,
            accepted: None,
            given: false,
            in_use,
            recovered: watch::channel(0).0,
            signing_in: None,
            sign_in_not_before: None,
            single_user_told: false,
            put_out: false,
            _watcher: watcher,
        };
        self.lines.insert(which, line);
    }

    pub(super) fn trust(&mut self, which: Which, fingerprint: String) {
        self.change_profile(|profile| {
            if let Some(server) = profile.server_mut(which) {
                server.fingerprint = Some(fingerprint);
                server.ca_file = None;
            }
        });
        self.tell(Update::Certificate { which, certificate: Certificate::Untested });
        self.connect_line(which);
    }

    pub(super) fn change_profile(&mut self, change: impl FnOnce(&mut Profile)) {
        if let Some(mut profile) = self.profile.clone() {
            change(&mut profile);
            self.profile = Some(profile.clone());
            self.tell(Update::ProfileChanged(profile));
        }
    }

    pub(super) fn asked(
        &mut self,
        which: Which,
        result: Result<api::Health, ClientError>,
        took: Duration,
        at: Instant,
    ) {
        let certificate = match &result {
            Ok(_) => Some(Certificate::Trusted),
            Err(ClientError::UnknownCertificate { fingerprint, .. }) => {
                Some(Certificate::Unknown { fingerprint: fingerprint.clone() })
            }
            Err(ClientError::ChangedCertificate { expected, found, .. }) => {
                Some(Certificate::Changed { expected: expected.clone(), found: found.clone() })
            }
            Err(_) => None,
        };
        if let Some(certificate) = certificate
            && self.views[which].certificate != certificate
        {
            self.tell(Update::Certificate { which, certificate });
        }
        match result {
            Ok(health) => {
                // What a report showed last was of the time before: it is asked for at once, however slowly it is refreshed.
                let answers_again = self.views[which].problem.is_some() || self.views[which].has_links_again(&health);
                let lets_in = health.mode == api::Mode::MultiUser;
                self.tell(Update::Health { which, health, took, at });
                if let Some(line) = self.lines.get_mut(&which) {
                    line.put_out &= !lets_in;
                    line.single_user_told &= !lets_in;
                }
                if answers_again && let Some(line) = self.lines.get(&which) {
                    line.recovered.send_modify(|times| *times += 1);
                }
            }
            Err(error) => self.tell(Update::Unhealthy { which, why: short(&error), at }),
        }
    }
}
