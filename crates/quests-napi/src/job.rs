//! A handle on a running job.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use napi::bindgen_prelude::{AsyncTask, Env, Float64Array, Result, Task};
use napi_derive::napi;
use quests::Error;

use crate::thrown;

type CoreJob = Arc<Mutex<dyn quests::Job + Send>>;

/// Long work in the core, planned into steps.
#[napi]
pub struct Job {
    core: Option<CoreJob>,
    steps: u32,
}

impl Job {
    pub(crate) fn new(core: impl quests::Job + Send + 'static) -> Self {
        Self {
            steps: core.steps() as u32,
            core: Some(Arc::new(Mutex::new(core))),
        }
    }
}

#[napi]
impl Job {
    /// Number of steps.
    #[napi(getter)]
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Does step `index` off the event loop.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn step(&self, index: u32) -> Result<AsyncTask<Step>> {
        let core = self.core.as_ref().ok_or_else(ended)?;
        Ok(AsyncTask::new(Step {
            core: Arc::clone(core),
            index,
        }))
    }

    /// Takes the result out and ends the job.
    #[napi(catch_unwind)]
    pub fn finish(&mut self) -> Result<Float64Array> {
        let core = self.core.take().ok_or_else(ended)?;
        // Not `lock`: waiting for a step here would block the event loop.
        let mut job = core
            .try_lock()
            .map_err(|_| internal("a step of the job is running or has failed"))?;
        job.finish().map(Float64Array::new).map_err(thrown)
    }

    /// Frees what the job holds, once no step of it is running any more.
    #[napi]
    pub fn free(&mut self) {
        self.core = None;
    }
}

/// One step, for the thread pool. It shares the job, so that freeing the handle meanwhile is
/// harmless.
pub struct Step {
    core: CoreJob,
    index: u32,
}

impl Task for Step {
    type Output = ();
    type JsValue = ();

    fn compute(&mut self) -> Result<()> {
        // The pool calls this from C, where a panic would end the process.
        let done = catch_unwind(AssertUnwindSafe(|| {
            let mut job = self
                .core
                .lock()
                .map_err(|_| Error::Internal("an earlier step has failed".into()))?;
            job.step(self.index as usize)
        }));
        match done {
            Ok(result) => result.map_err(thrown),
            Err(panic) => Err(internal(panic_text(panic.as_ref()))),
        }
    }

    fn resolve(&mut self, _env: Env, (): ()) -> Result<()> {
        Ok(())
    }
}

fn ended() -> napi::Error {
    internal("the job has ended")
}

fn internal(text: &str) -> napi::Error {
    thrown(Error::Internal(text.to_owned()))
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a step panicked")
}
