//! Images of whole servers, drawn: a part of the page of backups.

use api::{Backups, ImageEntry, Images};
use egui::Ui;
use session::Command;

use super::card::{chosen_height, chosen_place, detail, to_foot};
use crate::ctx::{Ctx, Intent};
use crate::screens::copy_dialog::boxed;
use crate::view::administration::FrameView;
use crate::view::administration::backup_draft::{ImageDraft, JobForm};
use crate::view::administration::images::{RESTORED, details, row, verify};
use crate::view::administration::job::may_begin;
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, primary_button};

const COLUMNS: [ListColumn; 6] = [
    ListColumn::words("Label"),
    ListColumn::words("Made at"),
    ListColumn::words("Server"),
    ListColumn::words("Device"),
    ListColumn::figures("Volumes"),
    ListColumn::figures("Size"),
];
/// Room for what was chosen.
const CHOSEN_HEIGHT: f32 = 78.0;
/// Room for the words below it and the buttons.
const BUTTONS_HEIGHT: f32 = 100.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 120.0;

/// What makes an image this one: its label, device and folder.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key(String, String, String);

/// What the part keeps between two frames.
#[derive(Default)]
pub struct ImagesState {
    chosen: Option<Key>,
}

fn key(image: &ImageEntry) -> Key {
    Key(image.label.clone(), image.device.clone(), image.folder.clone())
}

/// Draws it.
pub fn images_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut ImagesState,
    (known, backups): (&Images, &Backups),
    bottom: f32,
) {
    for problem in &known.problems {
        boxed(ui, ctx.palette.warning, problem);
    }
    let images = &known.images;
    let chosen = state.chosen.as_ref().and_then(|chosen| images.iter().position(|image| key(image) == *chosen));
    let chosen_height = chosen_height(bottom - ui.cursor().top() - BUTTONS_HEIGHT - LIST_MIN, CHOSEN_HEIGHT);
    if images.is_empty() {
        hint(ui, ctx.palette, "There is no image on the devices yet");
    } else {
        let shown: Vec<_> = images.iter().map(|image| row(ctx.model, image)).collect();
        let listing = Listing { name: "Images", columns: &COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
        let room = (bottom - ui.cursor().top() - chosen_height - BUTTONS_HEIGHT).max(LIST_MIN);
        let response = listing.show(ui, ctx.palette, room, &mut |row, at| shown[row][at].clone());
        if let Some(image) = response.chosen.and_then(|row| images.get(row)) {
            state.chosen = Some(key(image));
        }
    }
    let chosen = chosen.and_then(|row| images.get(row));
    ui.add_space(4.0);
    chosen_place(ui, chosen_height, |ui| match chosen {
        Some(image) => detail(ui, ctx.palette, &image.label, &details(image)),
        None if images.is_empty() => {}
        None => _ = hint(ui, ctx.palette, "Choose an image to read what it holds, and to verify it"),
    });
    hint(ui, ctx.palette, RESTORED);
    to_foot(ui, bottom, 1.0);
    let may = may_begin(ctx.model, &view.may);
    let may_verify = may.clone().and_then(|()| chosen.ok_or_else(|| "Choose an image first".to_owned()));
    button_row(ui, |ui| {
        if guarded(ui, &may, |ui| primary_button(ui, ctx.palette, "Make an image…")).clicked() {
            ctx.want(Intent::AskJob(Box::new(JobForm::Image(ImageDraft::new(backups)))));
        }
        if guarded(ui, &may_verify.clone().map(drop), |ui| ui.button("Verify the image")).clicked()
            && let Ok(image) = may_verify
        {
            ctx.send(Command::StartJob { which: view.role, request: verify(image) });
        }
    });
}
