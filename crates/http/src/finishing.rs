//! Work that is done to its end, also when whoever asked for it hangs up meanwhile: what was changed
//! has to be told to those who are connected.

use crate::problem::{ErrorWord, Problem};

/// Does the work on a task of its own.
pub(crate) async fn finish<T: Send + 'static>(
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    tokio::spawn(work)
        .await
        .unwrap_or_else(|error| Err(Problem::from(ErrorWord::Internal).with_cause(&error)))
}
