//! Calculations and constants of the house as reports use them, read once and kept until they change: a live report must not
//! wait for whoever writes `system.db`.

use std::sync::Arc;

use parking_lot::Mutex;
use report::Calculation;
use store::{HouseCalculation, StoreError};

/// See the module.
#[derive(Default)]
pub struct House(Mutex<Option<Arc<Vec<Calculation>>>>);

impl House {
    /// They have changed.
    pub fn forget(&self) {
        self.0.lock().take();
    }

    /// All of them; `read` is asked if they are not known.
    pub fn known(
        &self,
        read: impl FnOnce() -> Result<Vec<HouseCalculation>, StoreError>,
    ) -> Result<Arc<Vec<Calculation>>, StoreError> {
        let mut kept = self.0.lock();
        if let Some(known) = &*kept {
            return Ok(Arc::clone(known));
        }
        let calculation = |known: HouseCalculation| Calculation {
            name: known.name,
            expression: known.formula,
            meaning: known.description,
        };
        let known: Arc<Vec<Calculation>> = Arc::new(read()?.into_iter().map(calculation).collect());
        *kept = Some(Arc::clone(&known));
        Ok(known)
    }
}
