//! What would take results along is done only by whoever says that they know: `?confirm=true`.

use estrad_persistence::AnyConnection;
use estrad_persistence::queries::results::{self, ResultsOf};

use crate::input::{Flag, Query, request};
use crate::problem::{ErrorWord, Problem};

request! {
    struct Confirm {
        confirm: Option<Flag>,
    }
}

/// Whether the caller says that results may go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Confirmed(bool);

impl Confirmed {
    /// As the query says it.
    pub(crate) fn read(query: &Query) -> Result<Self, Problem> {
        let Confirm { confirm } = query.parse()?;
        Ok(Self(confirm.is_some_and(|confirm| confirm.0)))
    }

    /// Refuses where there are results and nobody said that they may go. What they are of is there. Run it
    /// in the transaction that makes the change: nothing comes in between.
    pub(crate) fn require(
        self,
        connection: &mut AnyConnection,
        of: ResultsOf,
    ) -> Result<(), Problem> {
        if self.0 {
            return Ok(());
        }
        let counts = results::count(connection, of)?;
        if counts.is_empty() {
            Ok(())
        } else {
            Err(Problem::from(ErrorWord::HasResults).with_counts(counts))
        }
    }
}
