//! Errands of jobs that live in another instance of the module.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Result, thrown};

/// Does errands: what a worker of the pool is for. wasm-bindgen adds `free`.
#[wasm_bindgen]
#[derive(Default)]
pub struct Helper {
    core: quests::errand::Helper,
}

#[wasm_bindgen]
impl Helper {
    /// One that has done nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Does one errand.
    pub fn perform(&mut self, errand: &[f64]) -> Result<Vec<f64>> {
        self.core.perform(errand).map_err(thrown)
    }
}
