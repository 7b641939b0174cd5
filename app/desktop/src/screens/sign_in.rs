//! The sign-in screen: which profile, how its two servers do, and the password. An unknown certificate is
//! shown and asked about; a changed one is refused.

use egui::{Align, CentralPanel, ComboBox, Frame, Id, Key, Layout, Margin, RichText, ScrollArea, Sense, Stroke};
use egui::{TextEdit, Ui, vec2};
use session::{Certificate, Command, Profile, Which};

use super::copy_dialog::boxed;
use super::profile_editor::EditorState;
use super::top_bar::brand;
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::icons::Icon;
use crate::settings::Settings;
use crate::theme;
use crate::view::administration::sentence;
use crate::view::servers::{Ask, Standing, asks, grouped, proposed, server_lines, the_other_way_round};
use crate::view::times::by_acd_clock;
use crate::widgets::{danger_button, guarded, hint, icon_button, labelled, option, primary_button, segments};

/// The screen between two frames.
#[derive(Default)]
pub struct SignInState {
    /// The profile editor, while it is open.
    pub editor: Option<EditorState>,
    /// Rises by one with every profile editor that is opened.
    editors: u64,
    password: String,
    which: Option<Which>,
    /// The fingerprint that the person says to have compared.
    compared: Option<String>,
    fresh: bool,
}

impl SignInState {
    /// As after the start: nothing typed, nothing chosen.
    pub fn new() -> Self {
        SignInState { fresh: true, ..SignInState::default() }
    }

    /// Number of the profile editor that was opened last, so that a file that was chosen for one goes to no other.
    pub fn editor_number(&self) -> u64 {
        self.editors
    }

    fn edit(&mut self, editor: EditorState) {
        self.editor = Some(editor);
        self.editors += 1;
    }
}

/// Draws the screen.
pub fn sign_in_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SignInState, profiles: &[Profile]) {
    CentralPanel::default().frame(Frame::new().fill(ctx.palette.canvas)).show(ui, |ui| {
        let room = ui.max_rect();
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.add_space((room.height() * 0.12).min(110.0));
            ui.vertical_centered(|ui| {
                let card = Frame::new()
                    .fill(ctx.palette.surface)
                    .stroke(Stroke::new(1.0, ctx.palette.line))
                    .corner_radius(theme::RADIUS + 4)
                    .shadow(ui.visuals().popup_shadow)
                    .inner_margin(Margin::symmetric(30, 26));
                ui.set_max_width(430.0_f32.min(room.width() - 24.0));
                card.show(ui, |ui| {
                    ui.with_layout(Layout::top_down(Align::Min), |ui| card_ui(ctx, ui, state, profiles));
                });
            });
            ui.add_space(20.0);
        });
    });
    if let Some(editor) = &mut state.editor
        && super::profile_editor::editor_ui(ctx, ui.ctx(), editor, profiles)
    {
        state.editor = None;
        state.fresh = true;
    }
}

fn card_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SignInState, profiles: &[Profile]) {
    ui.horizontal(|ui| {
        brand(ui, ctx.palette);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = format!("Light or dark: {}", ctx.settings.theme.word());
            if icon_button(ui, ctx.palette, Icon::Auto, &name).clicked() {
                let theme = ctx.settings.theme.next();
                ctx.want(Intent::SaveSettings(Settings { theme, ..ctx.settings.clone() }));
            }
        });
    });
    ui.add_space(10.0);
    ui.label(RichText::new("Sign in").font(fonts::semibold(theme::DISPLAY)).color(ctx.palette.text));
    ui.add_space(6.0);
    let Some(profile) = &ctx.model.profile else {
        return first_profile(ctx, ui, state, profiles);
    };
    profile_row(ctx, ui, state, profiles, profile);
    ui.add_space(8.0);
    servers_ui(ctx, ui, state);
    if let Some((why, exchanged)) = the_other_way_round(ctx.model) {
        ui.add_space(8.0);
        boxed(ui, ctx.palette.caution, &why);
        ui.add_space(4.0);
        if ui.button("Exchange the two addresses").clicked() {
            (state.which, state.fresh) = (None, true);
            ctx.want(Intent::SaveProfile { before: Some(exchanged.name.clone()), profile: exchanged });
        }
    }
    // One decision at a time: the next one comes where this one was, and wants to be looked at by itself.
    let (trust, refused): (Vec<Ask>, Vec<Ask>) =
        asks(ctx.model).into_iter().partition(|ask| matches!(ask, Ask::Trust { .. }));
    for ask in trust.iter().take(1).chain(&refused) {
        ui.add_space(8.0);
        ask_ui(ctx, ui, state, ask);
    }
    ui.add_space(8.0);
    password_ui(ctx, ui, state, profile);
}

fn first_profile(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SignInState, profiles: &[Profile]) {
    if profiles.is_empty() {
        ui.label("A profile says which two servers you work with, and as whom. It is made once");
        ui.add_space(10.0);
        if primary_button(ui, ctx.palette, "Make a profile…").clicked() {
            state.edit(EditorState::for_new());
        }
        return;
    }
    ui.label("Which servers do you work with?");
    for profile in profiles {
        if ui.button(&profile.name).clicked() {
            ctx.want(Intent::Connect(profile.clone()));
        }
    }
}

fn profile_row(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SignInState, profiles: &[Profile], profile: &Profile) {
    labelled(ui, ctx.palette, "Profile", |ui| {
        ui.horizontal(|ui| {
            let combo = ComboBox::from_id_salt("profile").selected_text(&profile.name);
            let response = combo.width(ui.available_width() - 68.0).show_ui(ui, |ui| {
                for known in profiles {
                    if option(ui, known.name == profile.name, &known.name) {
                        state.which = None;
                        state.fresh = true;
                        ctx.want(Intent::Connect(known.clone()));
                    }
                }
            });
            if icon_button(ui, ctx.palette, Icon::Edit, "Edit the profile…").clicked() {
                state.edit(EditorState::for_profile(profile));
            }
            if icon_button(ui, ctx.palette, Icon::Plus, "New profile…").clicked() {
                state.edit(EditorState::for_new());
            }
            response.response
        })
        .inner
    });
}

fn servers_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SignInState) {
    let lines = server_lines(ctx.model, ctx.now);
    let frame =
        Frame::new().fill(ctx.palette.raised).corner_radius(theme::RADIUS).inner_margin(Margin::symmetric(12, 9));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        for line in &lines {
            ui.horizontal(|ui| {
                let color = match line.standing {
                    Standing::Well => ctx.palette.good_mark,
                    Standing::Limping | Standing::Asks => ctx.palette.caution_mark,
                    Standing::Away => ctx.palette.warning_mark,
                    Standing::Unknown => ctx.palette.outline,
                };
                let (rect, _) = ui.allocate_exact_size(vec2(10.0, 18.0), Sense::hover());
                ui.painter().circle_filled(rect.center(), 4.5, color);
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 1.0;
                    ui.label(RichText::new(&line.title).font(fonts::medium(theme::BODY)).color(ctx.palette.text));
                    hint(ui, ctx.palette, &line.text);
                });
            });
        }
    });
    if lines.len() < 2 {
        return;
    }
    let proposed = proposed(&lines);
    let mut which = state.which.unwrap_or(proposed);
    ui.add_space(6.0);
    let choices = [(Which::Primary, "Use the primary"), (Which::Secondary, "Use the secondary")];
    let width = ui.available_width();
    if segments(ui, ctx.palette, width, &mut which, &choices).changed() {
        state.which = Some(which);
    }
    if state.which.is_none() && proposed == Which::Secondary {
        hint(ui, ctx.palette, "The primary cannot be used now, so the secondary is proposed");
    }
}

fn ask_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SignInState, ask: &Ask) {
    match ask {
        Ask::Trust { which, server, fingerprint } => {
            let text = format!(
                "This PC has not met the {which} server {server} before. Its certificate has the fingerprint\n\n{}\n\n\
                 Compare it with the one that was printed when the server was set up (cms-server check prints it too).",
                grouped(fingerprint)
            );
            boxed(ui, ctx.palette.caution, &text);
            ui.add_space(4.0);
            trust_ui(ctx, ui, state, *which, fingerprint);
        }
        Ask::Refused { which, server, expected, found } => {
            let text = format!(
                "REFUSED. The {which} server {server} shows another certificate than the one you trusted. Somebody may be \
                 listening in; nothing was sent.\n\nTrusted:\n{}\n\nShown now:\n{}\n\nIf the server was set up anew, ask who \
                 did it for the new fingerprint, then forget the old one in the profile.",
                grouped(expected),
                grouped(found)
            );
            boxed(ui, ctx.palette.warning, &text);
            ui.add_space(4.0);
            if danger_button(ui, ctx.palette, "Edit the profile…").clicked()
                && let Some(profile) = &ctx.model.profile
            {
                state.edit(EditorState::for_profile(profile));
            }
        }
    }
}

/// Trusting takes a tick and a click: a double click on the button of the one server does not trust the other one unseen.
fn trust_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SignInState, which: Which, fingerprint: &str) {
    let mut compared = state.compared.as_deref() == Some(fingerprint);
    if ui.checkbox(&mut compared, format!("I have compared the fingerprint of the {which} server")).changed() {
        state.compared = compared.then(|| fingerprint.to_owned());
    }
    let may = if compared { Ok(()) } else { Err("Compare the fingerprint, and tick that you have".to_owned()) };
    let text = format!("It is the same: trust the {which} server");
    if guarded(ui, &may, |ui| primary_button(ui, ctx.palette, &text)).clicked() {
        // The password comes next.
        (state.compared, state.fresh) = (None, true);
        ctx.send(Command::TrustCertificate { which, fingerprint: fingerprint.to_owned() });
    }
}

fn password_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SignInState, profile: &Profile) {
    let which = state.which.unwrap_or_else(|| proposed(&server_lines(ctx.model, ctx.now)));
    let server = &ctx.model.servers[which];
    let label = format!("Password of {}", profile.user);
    let response = labelled(ui, ctx.palette, &label, |ui| {
        // Named by itself: by its place it would be another field, without the keyboard, as soon as a question above is answered.
        let edit = TextEdit::singleline(&mut state.password).id(Id::unique("password")).password(true);
        let edit = edit.margin(Margin::symmetric(8, 6));
        ui.add(edit.desired_width(f32::INFINITY))
    });
    // Not while it is being signed in: it is kept for when the screen comes again.
    if !server.signing_in && std::mem::take(&mut state.fresh) {
        response.request_focus();
    }
    let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if let Some(why) = server.needs_password.as_ref().or(server.sign_in_problem.as_ref()) {
        ui.add_space(6.0);
        boxed(ui, ctx.palette.warning, &sentence(&by_acd_clock(ctx.model, why)));
    }
    ui.add_space(12.0);
    let is_trusted = matches!(server.certificate, Certificate::Untested | Certificate::Trusted);
    let ready = !state.password.is_empty() && !server.signing_in && state.editor.is_none() && is_trusted;
    ui.add_enabled_ui(ready, |ui| {
        ui.with_layout(Layout::top_down_justified(Align::Center), |ui| {
            let text = if server.signing_in { "Signing in…" } else { "Sign in" };
            if primary_button(ui, ctx.palette, text).clicked() || (enter && ready) {
                ctx.send(Command::SignIn { which, password: std::mem::take(&mut state.password) });
                state.fresh = true;
            }
        });
    });
}
