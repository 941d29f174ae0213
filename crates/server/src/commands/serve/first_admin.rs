//! The first administrator: invented when there is nobody at all who could sign in.

use estrad_auth::{OsRandom, Owner, Passwords, make_password};
use estrad_domain::audit::{Author, Change};
use estrad_domain::clock::{Clock as _, SystemClock};
use estrad_domain::text::Name;
use estrad_domain::types::Role;
use estrad_domain::user::Email;
use estrad_persistence::queries::users::{self, NewUser};
use estrad_persistence::queries::{audit, cities};
use estrad_persistence::{Database, Error as StorageError};

use crate::commands::CommandError;

const EMAIL: &str = "admin@estrad.local";
const NAME: &str = "Admin";
const CITY: &str = "National";

/// Makes an administrator if there are no users, and says how to sign in: once, as only the hash
/// is kept.
pub(super) async fn create_if_there_is_nobody(
    database: &Database,
    passwords: &Passwords,
) -> Result<Option<String>, CommandError> {
    if database.read(users::exist).await? {
        return Ok(None);
    }
    let (shown, password) = make_password(&OsRandom);
    let owner = Owner { email: EMAIL, name: Some(NAME) };
    let password_hash = passwords.hash(password, owner).await?;
    let created = database
        .write(move |connection| {
            // Once more, under the lock: an `admin create` may have come first.
            if users::exist(connection)? {
                return Ok(false);
            }
            let city_id = cities::find_or_insert(connection, &constant_name(CITY))?;
            let new = NewUser {
                email: Email::new(EMAIL).expect("a constant that is an address"),
                name: Some(NAME.to_owned()),
                password_hash,
                role: Role::Admin,
                city_id,
            };
            let now = SystemClock.now();
            let user = users::insert(connection, &new, now)?;
            let change = Change {
                author: Author::Server,
                ..Change::by_command("first administrator", "create", "user", &[], now)
            };
            audit::record(connection, &change, &[user.id.0])?;
            Ok(true)
        })
        .await;
    match created {
        Ok(true) => Ok(Some(format!(
            "\nThere were no users. This administrator was created; the password is not shown again:\n\n  \
             email     {EMAIL}\n  password  {shown}\n\n"
        ))),
        // Another node was faster, and shows its own.
        Ok(false) | Err(StorageError::Duplicate) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A name that is known to be one.
pub(super) fn constant_name(text: &str) -> Name {
    Name::new(text).expect("a constant that is a name")
}
