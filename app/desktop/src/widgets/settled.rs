//! Room at the edge of the page that is given and taken back only while nobody's hand is at it.
//!
//! When a server dies, somebody is about to click: what tells of it lies over the edge of the page then and moves nothing, and
//! takes its own room as soon as the pointer rests. What tells of it goes the same way. Moving the page at once was turned down:
//! the click lands on another row. So was lying over it for good: what is below may be wanted for hours.

use std::time::Duration;

use egui::{Id, Ui};

/// How long the pointer rests before anything is moved under it, in seconds.
const REST_SECS: f32 = 1.5;

/// The height that is given now to what wants `wanted`. What is asked for the first time gets it at once.
pub fn settled_height(ui: &Ui, id: Id, wanted: f32) -> f32 {
    let given = ui.data(|data| data.get_temp::<f32>(id));
    match given {
        Some(given) if given != wanted && !is_at_rest(ui) => {
            ui.ctx().request_repaint_after(Duration::from_secs_f32(REST_SECS));
            given
        }
        _ => {
            ui.data_mut(|data| data.insert_temp(id, wanted));
            wanted
        }
    }
}

/// Whether nobody is about to click anything.
fn is_at_rest(ui: &Ui) -> bool {
    ui.input(|input| {
        let pointer = &input.pointer;
        let used = pointer.time_since_last_movement().min(pointer.time_since_last_click());
        let rests = !pointer.any_down() && used.min(input.time_since_last_scroll()) >= REST_SECS;
        pointer.hover_pos().is_none() || rests
    })
}
