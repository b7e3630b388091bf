//! A handle on a reference set.

use std::sync::Arc;

use napi::bindgen_prelude::Result;
use napi_derive::napi;

use crate::thrown;

/// A reference set in the core. Jobs made from it keep the data alive; `free` gives up this handle
/// only.
#[napi]
pub struct Reference {
    core: Option<Arc<quests::kernel::Reference>>,
}

impl Reference {
    pub(crate) fn new(core: quests::kernel::Reference) -> Self {
        Self {
            core: Some(Arc::new(core)),
        }
    }

    pub(crate) fn core(&self) -> Result<&Arc<quests::kernel::Reference>> {
        self.core.as_ref().ok_or_else(freed)
    }
}

#[napi]
impl Reference {
    /// Number of rows.
    #[napi(getter)]
    pub fn rows(&self) -> Result<u32> {
        Ok(self.core()?.rows() as u32)
    }

    /// Number of columns.
    #[napi(getter)]
    pub fn width(&self) -> Result<u32> {
        Ok(self.core()?.width() as u32)
    }

    /// Adds the rows of a row-major matrix. Jobs that run already go on with those they have.
    #[napi(catch_unwind)]
    pub fn extend(&mut self, matrix: &[f64]) -> Result<()> {
        let core = self.core.as_mut().ok_or_else(freed)?;
        Arc::make_mut(core).extend(matrix).map_err(thrown)
    }

    /// Frees the matrix, once no job uses it any more.
    #[napi]
    pub fn free(&mut self) {
        self.core = None;
    }
}

fn freed() -> napi::Error {
    thrown(quests::Error::Internal("the reference was freed".into()))
}
