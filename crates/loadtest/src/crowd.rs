//! Many clients at once.

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
    let doors = Rc::new(Semaphore::new(on.at_once.max(1)));
    let mut joining = JoinSet::new();
    for client in 0..on.clients {
        let (doors, entrance) = (doors.clone(), entrance.clone());
        let (source, patience) = (target.source(client), on.patience);
        joining.spawn_local(async move {
            // Nobody closes the semaphore, so there is always a permit in the end.
            let _permit = doors.acquire().await.ok();
            timeout(patience, Client::join(&entrance, source))
                .await
                .map_err(|_elapsed| LoadError::Refused("a client waited in vain".to_owned()))?
        });
    }
    let mut clients = Vec::with_capacity(on.clients);
    while let Some(joined) = joining.join_next().await {
        let joined = joined.map_err(|error| LoadError::Client(error.to_string()))?;
        clients.push(joined?.0);
    }
    Ok(clients)
}

/// Lets a client answer its heartbeats for as long as it may stay.
pub(crate) fn rest(client: Client) {
    spawn_local(client.keep(|_number| {}));
}
