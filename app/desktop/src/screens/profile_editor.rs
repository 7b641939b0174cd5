//! The dialog that makes and changes profiles: a name, a user, two servers.

use std::path::PathBuf;

use egui::{RichText, Ui};
use session::profiles::{check_name, is_same_name};
use session::{Profile, ServerRef, Which};

use crate::ctx::{Asker, Browse, Ctx, Intent};
use crate::fonts;
use crate::theme;
use crate::view::administration::line_start;
use crate::widgets::{button_row, danger_button, dialog, field, hint, primary_button, section};

/// The dialog between two frames.
pub struct EditorState {
    before: Option<String>,
    name: String,
    user: String,
    servers: [ServerFields; 2],
    auto_switch_secs: Option<u32>,
    told: Option<String>,
    /// Whether deleting was asked for once, and is to be asked for again.
    deleting: bool,
    /// Not drawn yet: the keyboard goes to the first field then.
    fresh: bool,
}

#[derive(Default)]
struct ServerFields {
    url: String,
    known_url: String,
    fingerprint: Option<String>,
    ca_file: String,
}

impl EditorState {
    /// For a new profile.
    pub fn for_new() -> Self {
        EditorState {
            before: None,
            name: String::new(),
            user: String::new(),
            servers: Default::default(),
            auto_switch_secs: None,
            told: None,
            deleting: false,
            fresh: true,
        }
    }

    /// For a profile that exists.
    pub fn for_profile(profile: &Profile) -> Self {
        let fields = |which| {
            let server = profile.server(which).cloned().unwrap_or_else(|| ServerRef::new(""));
            let ca_file = server.ca_file.map(|file| file.display().to_string()).unwrap_or_default();
            ServerFields { known_url: server.url.clone(), url: server.url, fingerprint: server.fingerprint, ca_file }
        };
        EditorState {
            before: Some(profile.name.clone()),
            name: profile.name.clone(),
            user: profile.user.clone(),
            servers: Which::BOTH.map(fields),
            auto_switch_secs: profile.auto_switch_secs,
            told: None,
            deleting: false,
            fresh: true,
        }
    }

    /// Takes in a file that was chosen natively.
    pub fn chosen(&mut self, which: Which, file: PathBuf) {
        self.servers[which as usize].ca_file = file.display().to_string();
    }

    /// What is wrong with the name that is typed: not every system has files of every name, and no profile may take the place of
    /// another one.
    fn name_fault(&self, known: &[Profile]) -> Option<String> {
        let name = self.name.trim();
        if name.is_empty() {
            return None;
        }
        if let Err(error) = check_name(name) {
            return Some(line_start(&error.to_string()));
        }
        let mut others = known.iter().filter(|known| Some(&known.name) != self.before.as_ref());
        let other = others.find(|other| is_same_name(&other.name, name))?;
        Some(format!("There is a profile {:?} already; choose another name", other.name))
    }

    fn profile(&self, known: &[Profile]) -> Result<Profile, String> {
        if let Some(fault) = self.name_fault(known) {
            return Err(fault);
        }
        let text = |label: &str, text: &str| match text.trim() {
            "" => Err(format!("{label} is needed")),
            text => Ok(text.to_owned()),
        };
        let [primary, secondary] = &self.servers;
        text("The address of the primary server", &primary.url)?;
        let plain = |fields: &ServerFields| with_scheme(fields.url.trim()).trim_end_matches('/').to_ascii_lowercase();
        if !secondary.url.trim().is_empty() && plain(primary) == plain(secondary) {
            return Err("Both servers have the same address; leave the secondary's empty if there is one server only"
                .to_owned());
        }
        Ok(Profile {
            name: text("A name for the profile", &self.name)?,
            user: text("The user name", &self.user)?,
            primary: primary.server()?,
            secondary: if secondary.url.trim().is_empty() { None } else { Some(secondary.server()?) },
            auto_switch_secs: self.auto_switch_secs,
        })
    }
}

impl ServerFields {
    fn server(&self) -> Result<ServerRef, String> {
        let url = with_scheme(self.url.trim());
        let host = url.split_once("://").map_or("", |(_, rest)| rest);
        if host.is_empty() || host.starts_with(['/', ':']) || url.contains(char::is_whitespace) {
            return Err(format!("{:?} is no server address; write host:port or https://host:port", self.url.trim()));
        }
        // A certificate that was trusted at another address says nothing about this one.
        let fingerprint = self.fingerprint.clone().filter(|_| with_scheme(self.known_url.trim()) == url);
        let ca_file = Some(self.ca_file.trim()).filter(|file| !file.is_empty()).map(PathBuf::from);
        Ok(ServerRef { url, fingerprint, ca_file })
    }
}

/// `host:port` means `https://host:port`.
fn with_scheme(url: &str) -> String {
    if url.contains("://") { url.to_owned() } else { format!("https://{url}") }
}

/// Draws the dialog beside the profiles that there are; returns whether it is to be closed.
pub fn editor_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &mut EditorState, known: &[Profile]) -> bool {
    let title = if state.before.is_some() { "Edit the profile" } else { "New profile" };
    let mut done = false;
    let close = dialog(egui, ctx.palette, title, 500.0, |parts| {
        let (fault, entered) = parts.form(|ui| {
            let name = field(ui, ctx.palette, "Profile name", &mut state.name, "Day shift");
            if std::mem::take(&mut state.fresh) {
                name.request_focus();
            }
            let fault = state.name_fault(known);
            if let Some(fault) = &fault {
                warned(ctx, ui, fault, theme::SMALL);
            }
            let user = field(ui, ctx.palette, "User name", &mut state.user, "the same on both servers");
            let mut lines = vec![name, user];
            for which in Which::BOTH {
                ui.add_space(6.0);
                lines.extend(server_ui(ctx, ui, which, &mut state.servers[which as usize]));
            }
            let is_left = lines.iter().any(egui::Response::lost_focus);
            (fault, is_left && ui.input(|input| input.key_pressed(egui::Key::Enter)))
        });
        parts.foot(|ui| {
            // What is wrong with the name stands at the name.
            if let Some(told) = state.told.as_ref().filter(|_| fault.is_none()) {
                warned(ctx, ui, told, theme::BODY);
            }
            button_row(ui, |ui| {
                if primary_button(ui, ctx.palette, "Save").clicked() || entered {
                    match state.profile(known) {
                        Ok(profile) => {
                            ctx.want(Intent::SaveProfile { before: state.before.clone(), profile });
                            done = true;
                        }
                        Err(why) => state.told = Some(why).filter(|_| fault.is_none()),
                    }
                }
                done |= ui.button("Cancel").clicked();
                if let Some(name) = &state.before {
                    ui.add_space(12.0);
                    // What it trusts and how its reports are laid out goes with it, and nothing brings it back.
                    if !state.deleting {
                        state.deleting = danger_button(ui, ctx.palette, "Delete the profile…").clicked();
                    } else if danger_button(ui, ctx.palette, &format!("Delete {name} for good")).clicked() {
                        ctx.want(Intent::DeleteProfile(name.clone()));
                        done = true;
                    }
                }
            });
        });
    });
    close || done
}

fn warned(ctx: &Ctx<'_>, ui: &mut Ui, text: &str, size: f32) {
    let text = RichText::new(text).font(fonts::medium(size)).color(ctx.palette.warning.text);
    ui.add(egui::Label::new(text).wrap());
}

/// What is filled in of a server; gives its lines of text.
fn server_ui(ctx: &Ctx<'_>, ui: &mut Ui, which: Which, fields: &mut ServerFields) -> Vec<egui::Response> {
    let (title, address, authority, example) = match which {
        Which::Primary => (
            "Primary server",
            "Address of the primary server",
            "Authority file of the primary server",
            "cms1.example.com:8443",
        ),
        Which::Secondary => (
            "Secondary server, with the same data (may be left empty)",
            "Address of the secondary server",
            "Authority file of the secondary server",
            "cms2.example.com:8443",
        ),
    };
    section(ui, ctx.palette, title);
    let mut lines = vec![field(ui, ctx.palette, address, &mut fields.url, example)];
    ui.collapsing(format!("Certificate of the {which} server"), |ui| {
        match &fields.fingerprint {
            Some(fingerprint) => {
                let text = format!("Trusted fingerprint:\n{}", crate::view::servers::grouped(fingerprint));
                hint(ui, ctx.palette, &text);
                if ui.button(format!("Forget the certificate of the {which} server")).clicked() {
                    fields.fingerprint = None;
                }
            }
            None => {
                hint(
                    ui,
                    ctx.palette,
                    "Its fingerprint is shown when it is first seen, and remembered when you trust it",
                );
            }
        }
        lines.push(field(ui, ctx.palette, authority, &mut fields.ca_file, "empty: by fingerprint"));
        if ui.button("Browse…").accessible_name(format!("Browse for the {authority}")).clicked() {
            ctx.want(Intent::Browse(Browse {
                asker: Asker::Authority(which),
                save: false,
                name: String::new(),
                kind: "Certificate",
                extension: "pem",
            }));
        }
    });
    lines
}
