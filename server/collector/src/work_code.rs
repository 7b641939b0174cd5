//! Call work codes.

use catalog::hcwc::{self, Row};
use model::WorkCode;
use serde::{Deserialize, Serialize};

use crate::live::Live;
use crate::slots::Keyed;

/// One call work code and its row.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Code {
    pub id: WorkCode,
    pub live: Live<Row>,
    /// Unchanged since the last board.
    #[serde(skip)]
    pub fresh: bool,
}

impl Keyed for Code {
    type Key = WorkCode;

    fn key(&self) -> WorkCode {
        self.id
    }
}

impl Code {
    pub(crate) fn new(id: WorkCode) -> Self {
        Code { id, live: Live::default(), fresh: false }
    }

    /// The code was entered `times` on a call with these times.
    pub(crate) fn credit(&mut self, times: u32, talk_secs: u32, acw_secs: u32) {
        self.fresh = false;
        let row = self.live.row();
        row[hcwc::ACDCALLS] += times;
        row[hcwc::ACDTIME] += talk_secs;
        row[hcwc::ACWTIME] += acw_secs;
    }
}
