//! The one place that knows about threads.
//!
//! Work is cut by the data alone, and results come back in the order of the items: they have the
//! same bits for any number of threads.

use crate::Result;

#[cfg(feature = "threads")]
mod pool {
    use crate::{Error, Result};
    use rayon::prelude::*;
    use std::sync::{Arc, PoisonError, RwLock};

    static POOL: RwLock<Option<Arc<rayon::ThreadPool>>> = RwLock::new(None);

    fn build(count: usize) -> Result<Arc<rayon::ThreadPool>> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build();
        pool.map(Arc::new)
            .map_err(|cause| Error::TooLarge(format!("cannot start {count} threads: {cause}")))
    }

    fn current() -> Result<Arc<rayon::ThreadPool>> {
        if let Some(pool) = POOL.read().unwrap_or_else(PoisonError::into_inner).as_ref() {
            return Ok(Arc::clone(pool));
        }
        let mut slot = POOL.write().unwrap_or_else(PoisonError::into_inner);
        if slot.is_none() {
            *slot = Some(build(0)?);
        }
        slot.clone()
            .ok_or_else(|| Error::Internal("no thread pool".into()))
    }

    pub fn set_threads(count: usize) -> Result<()> {
        let pool = build(count)?;
        *POOL.write().unwrap_or_else(PoisonError::into_inner) = Some(pool);
        Ok(())
    }

    pub fn threads() -> usize {
        current().map_or(1, |pool| pool.current_num_threads())
    }

    pub fn map_with<W, I, T>(
        workspace: impl Fn() -> W + Sync + Send,
        items: Vec<I>,
        f: impl Fn(&mut W, I) -> T + Sync + Send,
    ) -> Result<Vec<T>>
    where
        I: Send,
        T: Send,
    {
        Ok(current()?.install(|| items.into_par_iter().map_init(workspace, f).collect()))
    }
}

#[cfg(not(feature = "threads"))]
mod pool {
    use crate::Result;

    #[expect(clippy::unnecessary_wraps, reason = "as with several threads")]
    pub fn set_threads(_count: usize) -> Result<()> {
        Ok(())
    }

    pub fn threads() -> usize {
        1
    }

    #[expect(clippy::unnecessary_wraps, reason = "as with several threads")]
    pub fn map_with<W, I, T>(
        workspace: impl Fn() -> W,
        items: Vec<I>,
        f: impl Fn(&mut W, I) -> T,
    ) -> Result<Vec<T>> {
        let mut workspace = workspace();
        Ok(items.into_iter().map(|item| f(&mut workspace, item)).collect())
    }
}

pub(crate) use pool::map_with;

/// Sets the number of threads for all later work; 0 means as many as the machine offers. Without
/// the feature `threads` there is one, whatever the caller asks for.
///
/// # Errors
/// [`crate::Error::TooLarge`] where the system refuses that many.
pub fn set_threads(count: usize) -> Result<()> {
    pool::set_threads(count)
}

/// Number of threads in use.
#[must_use]
pub fn threads() -> usize {
    pool::threads()
}
