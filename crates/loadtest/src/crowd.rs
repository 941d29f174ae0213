//! Many clients at once.

use std::future::Future;
use std::rc::Rc;

use tokio::sync::Semaphore;
use tokio::task::{JoinSet, spawn_local};
use tokio::time::timeout;

use crate::cli::On;
use crate::client::Client;
use crate::error::LoadError;
use crate::target::{Entrance, Target};

/// Brings the operator in. Gives the number of the `sync` that it was welcomed with, too.
pub(crate) async fn operator(target: &Target, on: &On) -> Result<(Client, u64), LoadError> {
    let entrance = target.for_operator().await?;
    timeout(on.patience, Client::join(&entrance, None))
        .await
        .map_err(|_elapsed| LoadError::Refused("the operator waited in vain".to_owned()))?
}

/// Brings the audience in, some at a time.
pub(crate) async fn audience(
    target: &Target,
    entrance: &Rc<Entrance>,
    on: &On,
) -> Result<Vec<Client>, LoadError> {
    everyone(target, vec![entrance.clone(); on.clients], on).await
}

/// Brings in a client through each of the entrances, in their order, some at a time.
pub(crate) async fn everyone(
    target: &Target,
    entrances: Vec<Rc<Entrance>>,
    on: &On,
) -> Result<Vec<Client>, LoadError> {
    let joining = entrances.into_iter().enumerate().map(|(client, entrance)| {
        let (source, patience) = (target.source(client), on.patience);
        async move {
            let joined = timeout(patience, Client::join(&entrance, source)).await;
            let joined = joined
                .map_err(|_elapsed| LoadError::Refused("a client waited in vain".to_owned()))?;
            Ok(joined?.0)
        }
    });
    at_once(on.at_once, joining).await
}

/// Does so many at the same time, and gives what came of them in their order.
pub(crate) async fn at_once<T: 'static>(
    limit: usize,
    tasks: impl Iterator<Item = impl Future<Output = Result<T, LoadError>> + 'static>,
) -> Result<Vec<T>, LoadError> {
    let doors = Rc::new(Semaphore::new(limit.max(1)));
    let mut running = JoinSet::new();
    for (place, task) in tasks.enumerate() {
        let doors = doors.clone();
        running.spawn_local(async move {
            // Nobody closes the semaphore, so there is always a permit in the end.
            let _permit = doors.acquire().await.ok();
            (place, task.await)
        });
    }
    let mut done = Vec::with_capacity(running.len());
    while let Some(task) = running.join_next().await {
        let (place, result) = task.map_err(|error| LoadError::Client(error.to_string()))?;
        done.push((place, result?));
    }
    done.sort_unstable_by_key(|(place, _)| *place);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

/// Lets a client answer its heartbeats for as long as it may stay.
pub(crate) fn rest(client: Client) {
    spawn_local(client.keep(|_told| {}));
}
