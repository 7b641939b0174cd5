//! A backup in full: its label explained part by part, and its tables.

use api::{BackupDescription, BackupEntry};
use egui::{RichText, Ui};
use session::{Command, Detail, DetailData, Model, Which};

use super::card::fact;
use crate::ctx::Ctx;
use crate::fonts;
use crate::screens::copy_dialog::boxed;
use crate::theme;
use crate::view::administration::backups::{described, named, table_rows};
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing, button_row, dialog, entered_by_default, hint, section};

const TABLE_COLUMNS: [ListColumn; 5] = [
    ListColumn::wide("Data"),
    ListColumn::words("Table"),
    ListColumn::figures("ACD"),
    ListColumn::figures("Rows"),
    ListColumn::wide("Volume"),
];
/// Room for the names of facts, and for the codes of the label.
const LABEL_WIDTH: f32 = 66.0;
/// Most room for the tables.
const TABLES_HEIGHT: f32 = 230.0;

/// The dialog between two frames.
pub struct DescribeDialog {
    label: String,
    which: Option<Which>,
    of: Detail,
}

impl DescribeDialog {
    /// For a backup, as the server that serves now tells it.
    pub fn new(model: &Model, entry: &BackupEntry) -> Self {
        DescribeDialog { label: entry.label.clone(), which: model.serving, of: Detail::Backup(named(entry)) }
    }

    /// What the session is to ask for.
    pub fn command(&self) -> Command {
        Command::LookAt(Some(self.of.clone()))
    }

    fn told<'a>(&self, model: &'a Model) -> Option<Result<&'a BackupDescription, &'a str>> {
        let detail = model.detail.as_ref().filter(|detail| detail.of == self.of)?;
        match detail.told.as_ref()? {
            Ok(data) => match &**data {
                DetailData::Backup(known) => Some(Ok(known.as_ref())),
                DetailData::Permissions(_) | DetailData::Peer(_) => None,
            },
            Err(why) => Some(Err(why)),
        }
    }
}

/// Draws the dialog; returns whether it is to be closed.
pub fn describe_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &DescribeDialog) -> bool {
    let mut done = false;
    let close = dialog(egui, ctx.palette, &format!("Backup {}", state.label), 760.0, |parts| {
        parts.form(|ui| match state.told(ctx.model) {
            None if state.which != ctx.model.serving => {
                let text =
                    "Another server serves now, and may not have this backup. Close this, and choose it from the list";
                boxed(ui, ctx.palette.caution, text);
            }
            None => _ = hint(ui, ctx.palette, "Asking the server…"),
            Some(Err(why)) => boxed(ui, ctx.palette.warning, why),
            Some(Ok(known)) => whole(ctx, ui, known),
        });
        parts.foot(|ui| button_row(ui, |ui| done = entered_by_default(ui.button("Close")).clicked()));
    });
    if close || done {
        ctx.send(Command::LookAt(None));
    }
    close || done
}

fn whole(ctx: &Ctx<'_>, ui: &mut Ui, known: &BackupDescription) {
    let palette = ctx.palette;
    ui.spacing_mut().item_spacing.y = 2.0;
    for (label, text) in described(ctx.model, known) {
        fact(ui, LABEL_WIDTH, label, &text, palette.soft, palette.text);
    }
    section(ui, palette, "What the label says");
    for (code, meaning) in &known.parts {
        ui.horizontal_top(|ui| {
            let code = RichText::new(code).font(fonts::semibold(theme::BODY)).color(palette.text);
            super::card::label_cell(ui, LABEL_WIDTH, 17.0, code);
            let meaning = RichText::new(meaning).font(fonts::regular(theme::BODY)).color(palette.text);
            ui.add(egui::Label::new(meaning).wrap().selectable(true));
        });
    }
    section(ui, palette, "Tables");
    let rows = table_rows(known);
    let listing =
        Listing { name: "Tables", columns: &TABLE_COLUMNS, row_count: rows.len(), chosen: None, muted: false };
    let wanted = (rows.len() + 2) as f32 * theme::ROW_HEIGHT;
    let mut cell = |row: usize, at: usize| CellView { text: rows[row][at].clone(), level: Default::default() };
    listing.show(ui, palette, wanted.min(TABLES_HEIGHT), &mut cell);
}
