//! From one database to another, row by row.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use estrad_persistence::dump::{self, Loader, Row, TableShape, write_line};
use estrad_persistence::{AnyConnection, Database, Options};

use crate::digest::{LineHasher, TableDigest};
use crate::restore::{lock_empty, refuse_filled};
use crate::{BackupError, Progress, blocking, digest};

/// Rows that go over at once.
const BATCH: usize = 100;
/// How many times that many may wait for the target.
const WAITING: usize = 4;

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// How many tables.
    pub tables: usize,
    /// How many rows of all of them together.
    pub rows: u64,
}

/// What goes from the source to the target: the tables, then for each its rows and its end.
enum Message {
    Tables(Vec<TableShape>),
    Rows(Vec<Row>),
    End {
        digest: TableDigest,
        last_id: Option<i64>,
    },
    /// Nothing follows: without it, the source has failed.
    Done,
}

/// Copies all rows of one moment into an empty database, and reads them back before they are kept.
/// What is written to the source meanwhile and after is not copied.
///
/// # Errors
/// [`BackupError`]; then the target is as empty as before.
pub async fn copy(
    from: Options,
    to: Options,
    progress: Arc<dyn Progress>,
) -> Result<Copied, BackupError> {
    let opened = from.clone();
    let (source, applied) = blocking(move || Ok(Database::open_as_it_is(&opened)?)).await?;
    if applied != Database::known_migrations() {
        return Err(BackupError::SourceBehind(from.location.to_string()));
    }
    let (opened, location) = (to.clone(), to.location.to_string());
    let (empty, _) = blocking(move || Ok(Database::open_at(&opened, &[])?)).await?;
    let named = location.clone();
    empty.snapshot(move |connection| refuse_filled(connection, &named)).await?;
    let target = blocking(move || Ok(Database::open(&to)?)).await?;

    let (sender, receiver) = sync_channel(WAITING);
    let reading = source.snapshot(move |connection| send_all(connection, &sender, &*progress));
    let writing = target.write(move |connection| receive_all(connection, &receiver, &location));
    match tokio::join!(reading, writing) {
        (Ok(()), Ok(copied)) => Ok(copied),
        // Whoever only noticed that the other had gone has nothing to tell.
        (Err(BackupError::Interrupted), Err(error)) | (Ok(()), Err(error)) => Err(error),
        (Err(error), _) => Err(error),
    }
}

fn send_all(
    connection: &mut AnyConnection,
    sender: &SyncSender<Message>,
    progress: &dyn Progress,
) -> Result<(), BackupError> {
    let send = |message| sender.send(message).map_err(|_| BackupError::Interrupted);
    let uncovered = dump::uncovered(connection)?;
    if !uncovered.is_empty() {
        return Err(BackupError::Uncovered(uncovered.join(", ")));
    }
    let shapes = dump::shapes(connection)?;
    send(Message::Tables(shapes.clone()))?;
    for shape in &shapes {
        progress.begin(&shape.name, None);
        let (mut hasher, mut line, mut batch) = (LineHasher::default(), String::new(), Vec::new());
        dump::read(connection, shape, |row| {
            line.clear();
            write_line(&row, &mut line);
            hasher.line(&line);
            batch.push(row);
            progress.advance(1);
            if batch.len() == BATCH {
                send(Message::Rows(std::mem::take(&mut batch)))
            } else {
                Ok(())
            }
        })?;
        send(Message::Rows(batch))?;
        let last_id = shape.numbered.then(|| dump::last_id(connection, shape)).transpose()?;
        send(Message::End { digest: hasher.finish(), last_id })?;
    }
    send(Message::Done)
}

fn receive_all(
    connection: &mut AnyConnection,
    receiver: &Receiver<Message>,
    location: &str,
) -> Result<Copied, BackupError> {
    let shapes = dump::shapes(connection)?;
    let Ok(Message::Tables(source)) = receiver.recv() else {
        return Err(BackupError::Interrupted);
    };
    if source != shapes {
        let other = shapes.iter().find(|shape| !source.contains(shape)).or(source.last());
        let name = other.map(|shape| shape.name.clone()).unwrap_or_default();
        return Err(BackupError::OtherColumns(name));
    }
    lock_empty(connection, &shapes, location)?;
    let mut copied = Copied { tables: shapes.len(), rows: 0 };
    for shape in &shapes {
        let expected = receive_table(connection, receiver, shape)?;
        if digest::of_table(connection, shape)? != expected {
            return Err(BackupError::NotTheSame(shape.name.clone()));
        }
        copied.rows += expected.rows;
    }
    match receiver.recv() {
        Ok(Message::Done) => Ok(copied),
        _ => Err(BackupError::Interrupted),
    }
}

fn receive_table(
    connection: &mut AnyConnection,
    receiver: &Receiver<Message>,
    shape: &TableShape,
) -> Result<TableDigest, BackupError> {
    let mut loader = Loader::begin(connection, shape)?;
    loop {
        match receiver.recv() {
            Ok(Message::Rows(rows)) => {
                for row in rows {
                    loader.push(row)?;
                }
            }
            Ok(Message::End { digest, last_id }) => {
                loader.finish(last_id)?;
                return Ok(digest);
            }
            Ok(Message::Tables(_) | Message::Done) | Err(_) => {
                return Err(BackupError::Interrupted);
            }
        }
    }
}
