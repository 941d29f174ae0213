//! `estrad user`: accounts that are changed by hand.

use estrad_auth::{Owner, Passwords};
use estrad_domain::audit::Change;
use estrad_domain::clock::{Clock as _, SystemClock};
use estrad_persistence::queries::audit;
use estrad_persistence::queries::users::{self, UserChange};
use estrad_persistence::{AnyConnection, Error as StorageError};

use super::{CommandError, admin, output};
use crate::cli::SetPasswordArgs;
use crate::config::Config;
use crate::{data_dir, wiring};

/// Gives an account another password. The tokens that were given out before are worthless then.
pub(super) fn set_password(
    arguments: &SetPasswordArgs,
    config: &Config,
) -> Result<(), CommandError> {
    let email = admin::email(&arguments.email)?;
    let password = admin::password_from_stdin()?;
    data_dir::prepare(&config.data_dir)?;
    let database = wiring::open_database(config)?;
    let passwords = Passwords::new(config.auth.bcrypt_cost)?;
    let shown = email.as_str().to_owned();
    let changed = wiring::block_on(async {
        let find = move |connection: &mut AnyConnection| {
            let found = users::credentials(connection, &email)?;
            found.map(|user| users::get(connection, user.id)).transpose()
        };
        let Some(user) = database.read::<_, StorageError, _>(find).await? else { return Ok(false) };
        let owner = Owner { email: &user.email, name: user.name.as_deref() };
        let password_hash = Some(admin::hash(&passwords, password, owner).await?);
        let change = UserChange { password_hash, ..UserChange::default() };
        let changed = database.write(move |connection| {
            users::update(connection, user.id, &change)?;
            let now = SystemClock.now();
            let fields = ["password"];
            let done = Change::by_command("user set-password", "change", "user", &fields, now);
            audit::record(connection, &done, &[user.id.0])?;
            Ok::<_, StorageError>(true)
        });
        Ok::<_, CommandError>(changed.await?)
    })?;
    if !changed {
        return Err(CommandError::NoUser(shown));
    }
    output::print(&format!(
        "{shown} has a new password; whoever was signed in with the old one has to sign in again.\n"
    ))
}
