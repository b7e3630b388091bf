//! A handle on a reference set.

use std::sync::Arc;

use wasm_bindgen::prelude::wasm_bindgen;

/// A reference set in the core. Jobs made from it keep the data alive; `free` (which wasm-bindgen adds) gives up
/// this handle only.
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

    /// Number of columns.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.core.width() as u32
    }
}
