//! A handle on a running job.

use quests::Error;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

use crate::{Result, thrown};

/// Long work in the core, planned into steps. wasm-bindgen adds `free`.
#[wasm_bindgen]
pub struct Job {
    core: Option<Box<dyn quests::Job>>,
    steps: u32,
}

impl Job {
    pub(crate) fn new(core: impl quests::Job + 'static) -> Self {
        Self {
            steps: core.steps() as u32,
            core: Some(Box::new(core)),
        }
    }
}

#[wasm_bindgen]
impl Job {
    /// Number of steps.
    #[wasm_bindgen(getter)]
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Does step `index`.
    pub fn step(&mut self, index: u32) -> Result<()> {
        self.running()?.step(index as usize).map_err(thrown)
    }

    /// Takes the result out and ends the job.
    pub fn finish(&mut self) -> Result<Vec<f64>> {
        self.core.take().ok_or_else(ended)?.finish().map_err(thrown)
    }

    /// Step `index` as numbers for another instance; empty if there is nothing to compute.
    #[wasm_bindgen(js_name = remoteStep)]
    pub fn remote_step(&mut self, index: u32) -> Result<Vec<f64>> {
        self.running()?.remote_step(index as usize).map_err(thrown)
    }

    /// Takes the result of remote step `index`.
    pub fn accept(&mut self, index: u32, result: &[f64]) -> Result<()> {
        self.running()?.accept(index as usize, result).map_err(thrown)
    }

    fn running(&mut self) -> Result<&mut Box<dyn quests::Job>> {
        self.core.as_mut().ok_or_else(ended)
    }
}

fn ended() -> JsError {
    thrown(Error::Internal("the job has ended".into()))
}
