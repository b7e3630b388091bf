//! A handle on a reference set.

use std::sync::Arc;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Result, thrown};

/// A reference set in the core. Jobs made from it keep the data alive; `free` (which wasm-bindgen
/// adds) gives up this handle only.
#[wasm_bindgen]
pub struct Reference {
    core: Arc<quests::kernel::Reference>,
}

impl Reference {
    pub(crate) fn new(core: quests::kernel::Reference) -> Self {
        Self { core: Arc::new(core) }
    }

    pub(crate) fn core(&self) -> &Arc<quests::kernel::Reference> {
        &self.core
    }
}

#[wasm_bindgen]
impl Reference {
    /// Number of rows.
    #[wasm_bindgen(getter)]
    pub fn rows(&self) -> u32 {
        self.core.rows() as u32
    }

    /// Adds the rows of a row-major matrix. Jobs that run already go on with those they have.
    pub fn extend(&mut self, matrix: &[f64]) -> Result<()> {
        Arc::make_mut(&mut self.core).extend(matrix).map_err(thrown)
    }

    /// Number of columns.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.core.width() as u32
    }
}
