//! The dialog that asks for a report's inputs: what to show, from which ACD, how often.

use egui::{Response, RichText, TextEdit, Ui};
use model::AcdNumber;
use report::{Definition, InputDef, Inputs};
use session::{Command, Model, Refresh, ReportKey, ReportRequest};

use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::screens::input_fields::{Picking, input_ui};
use crate::theme;
use crate::view::inputs::{Pace, Run, check_all};
use crate::view::pane::{definition, name_of};
use crate::widgets::{button_row, dialog, field, hint, labelled, option, primary_button, segments};

/// The dialog between two frames.
pub struct InputsState {
    path: String,
    pane: Option<ReportKey>,
    acd: AcdNumber,
    inputs: Inputs,
    pace: Pace,
    /// As it was proposed at first.
    proposed: Pace,
    picking: Picking,
    asked_for_names: Option<AcdNumber>,
    asked_for_definition: bool,
    told: Option<String>,
    /// No field has had the keyboard yet: it goes to the first one, which may come late.
    fresh: bool,
}

impl InputsState {
    /// For a new pane, with the report's defaults.
    pub fn for_new(ctx_acd: AcdNumber, path: String, refresh: Refresh, defaults: Inputs) -> Self {
        InputsState {
            path,
            pane: None,
            acd: ctx_acd,
            inputs: defaults,
            pace: Pace::of(refresh),
            proposed: Pace::of(refresh),
            picking: Picking::default(),
            asked_for_names: None,
            asked_for_definition: false,
            told: None,
            fresh: true,
        }
    }

    /// For an open pane, with what it shows now.
    pub fn for_pane(pane: ReportKey, request: &ReportRequest) -> Self {
        let mut state = Self::for_new(request.acd, request.path.clone(), request.refresh, request.inputs.clone());
        state.pane = Some(pane);
        state
    }

    /// A definition that came late still brings its defaults, where nothing was typed yet. An open report keeps its refresh.
    fn take_defaults(&mut self, model: &Model, definition: &Definition) {
        if std::mem::take(&mut self.asked_for_definition) {
            for input in &definition.inputs {
                self.inputs.entry(input.name.clone()).or_insert_with(|| input.default.clone());
            }
            if self.pane.is_none() && self.pace == self.proposed {
                self.pace = Pace::of(model.slowed(Refresh::Secs(definition.refresh_secs)));
            }
        }
    }

    /// What is asked for, if it can be asked.
    fn request(&self, inputs: &[InputDef], refresh_least: Option<u32>) -> Result<ReportRequest, String> {
        check_all(inputs, &self.inputs)?;
        let refresh = match refresh_least {
            Some(least) => self.pace.refresh(least)?,
            None => Refresh::Once,
        };
        let mut inputs = self.inputs.clone();
        inputs.retain(|name, text| name != report::ACDS_INPUT || !text.trim().is_empty());
        Ok(ReportRequest { path: self.path.clone(), acd: self.acd, inputs, refresh })
    }
}

/// Draws the dialog; returns whether it is to be closed.
pub fn inputs_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &mut InputsState) -> bool {
    let definition = definition(ctx.model, &state.path).cloned();
    let title = definition.as_ref().map_or_else(|| name_of(&state.path).to_owned(), |known| known.name.clone());
    let kind = definition.as_ref().map_or(report::ReportKind::RealTime, |known| known.kind);
    let refresh_least = kind.refresh_secs().map(|(least, _)| least.max(ctx.model.fastest_refresh_secs));
    ask_for_names(ctx, state);
    match &definition {
        Some(known) => state.take_defaults(ctx.model, known),
        None if !state.asked_for_definition => {
            state.asked_for_definition = true;
            ctx.send(Command::LoadDefinition { path: state.path.clone() });
        }
        None => {}
    }
    let mut done = false;
    let close = dialog(egui, ctx.palette, &title, 480.0, |parts| {
        let fields = parts.form(|ui| {
            match &definition {
                Some(known) if !known.description.is_empty() => {
                    hint(ui, ctx.palette, &known.description);
                    ui.add_space(6.0);
                }
                Some(_) => {}
                None => {
                    hint(ui, ctx.palette, "Asking the server for its inputs…");
                }
            }
            fields(ctx, ui, state, definition.as_ref(), refresh_least)
        });
        // Whoever types already is not taken away from there by a field that comes late.
        state.fresh &= !fields.iter().any(Response::has_focus);
        let entered = parts.is_entered(&fields);
        let known = definition.is_some();
        let inputs = definition.as_ref().map_or(&[][..], |known| &known.inputs);
        parts.foot(|ui| {
            ui.add_enabled_ui(known, |ui| done = buttons(ctx, ui, state, inputs, refresh_least, entered && known));
        });
    });
    close || done
}

/// All that can be filled in. Gives the responses of its lines of text: Enter in any of them is the button, and nowhere else.
fn fields(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    state: &mut InputsState,
    definition: Option<&Definition>,
    refresh_least: Option<u32>,
) -> Vec<Response> {
    let mut fields: Vec<Response> = acd_choice(ctx, ui, state).into_iter().collect();
    let inputs = definition.into_iter().flat_map(|known| known.inputs.iter().map(move |input| (known, input)));
    for (index, (known, input)) in inputs.enumerate() {
        ui.add_space(6.0);
        let response = input_ui(ctx, ui, &mut state.inputs, &mut state.picking, state.acd, (known, input), Run::Now);
        if index == 0 && std::mem::take(&mut state.fresh) {
            response.request_focus();
        }
        fields.push(response);
    }
    if let Some(least) = refresh_least {
        ui.add_space(6.0);
        fields.extend(pace_ui(ctx, ui, &mut state.pace, least));
    }
    fields
}

fn ask_for_names(ctx: &Ctx<'_>, state: &mut InputsState) {
    if state.asked_for_names != Some(state.acd) {
        state.asked_for_names = Some(state.acd);
        if !ctx.model.dictionaries.contains_key(&state.acd) {
            ctx.send(Command::LoadDictionary(state.acd));
        }
    }
}

fn acd_choice(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut InputsState) -> Option<Response> {
    let health = ctx.model.servers[ctx.model.serving?].health.as_ref()?;
    if health.acds.len() < 2 {
        return None;
    }
    labelled(ui, ctx.palette, "ACD", |ui| {
        let name = |acd: AcdNumber| health.acds.iter().find(|known| known.acd == acd).map_or("", |known| &known.name);
        let selected = format!("{}  {}", state.acd, name(state.acd));
        egui::ComboBox::from_id_salt("inputs_acd")
            .selected_text(selected)
            .width(ui.available_width())
            .show_ui(ui, |ui| {
                for known in &health.acds {
                    if option(ui, state.acd == known.acd, format!("{}  {}", known.acd, known.name)) {
                        state.acd = known.acd;
                    }
                }
            })
            .response
    });
    ui.add_space(6.0);
    let further = state.inputs.entry(report::ACDS_INPUT.to_owned()).or_default();
    Some(field(ui, ctx.palette, "Together with ACDs (empty: none)", further, "Numbers or names: 2;3, or all"))
}

/// How often the report is shown anew. Choice and seconds share a line: at 200 % a dialog has little height.
fn pace_ui(ctx: &Ctx<'_>, ui: &mut Ui, pace: &mut Pace, least: u32) -> Option<Response> {
    let range = format!("{least} to 600");
    // A report that reads history each time cannot follow each change.
    if least > 1 {
        pace.as_it_happens = false;
        let label = format!("Refresh every … seconds ({range})");
        let response = field(ui, ctx.palette, &label, &mut pace.secs, "30");
        let fastest = ctx.model.fastest_refresh_secs;
        if fastest == least {
            hint(ui, ctx.palette, &format!("You may have a refresh each {fastest} s or slower"));
        }
        return Some(response);
    }
    let mut secs = None;
    labelled(ui, ctx.palette, "Refresh", |ui| {
        let row = ui.horizontal(|ui| {
            let choices = [(false, "Every … seconds"), (true, "As it happens")];
            let width = ui.available_width() * 0.62;
            let response = segments(ui, ctx.palette, width, &mut pace.as_it_happens, &choices);
            if !pace.as_it_happens {
                let edit = TextEdit::singleline(&mut pace.secs).margin(egui::Margin::symmetric(8, 6));
                let name = format!("Seconds between two refreshes ({range})");
                secs = Some(ui.add(edit.desired_width(44.0)).accessible_name(name));
                ui.label(RichText::new(&range).font(fonts::regular(theme::SMALL)).color(ctx.palette.soft));
            }
            response
        });
        row.inner
    });
    if pace.as_it_happens {
        ui.add_space(2.0);
        hint(ui, ctx.palette, "Each change at once, at most five a second. Long tables keep this PC busy");
    }
    secs
}

fn buttons(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    state: &mut InputsState,
    inputs: &[InputDef],
    refresh_least: Option<u32>,
    entered: bool,
) -> bool {
    if let Some(told) = &state.told {
        ui.label(RichText::new(told).color(ctx.palette.warning.text).font(fonts::medium(theme::BODY)));
    }
    let mut done = false;
    button_row(ui, |ui| {
        let text = if state.pane.is_some() { "Show" } else { "Open" };
        if primary_button(ui, ctx.palette, text).clicked() || entered {
            match state.request(inputs, refresh_least) {
                Ok(request) => {
                    ctx.want(match state.pane {
                        Some(pane) => Intent::ChangePane { pane, request },
                        None => Intent::OpenPane(request),
                    });
                    done = true;
                }
                Err(why) => state.told = Some(why),
            }
        }
        done |= ui.button("Cancel").clicked();
    });
    done
}
