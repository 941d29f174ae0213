//! `estrad user`: accounts that are changed by hand.

use estrad_auth::Passwords;
use estrad_domain::audit::Change;
use estrad_domain::clock::{Clock as _, SystemClock};
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::audit;
use estrad_persistence::queries::users::{self, UserChange};

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
        let password_hash = Some(passwords.hash(password).await?);
        let change = UserChange { password_hash, ..UserChange::default() };
        let changed = database.write(move |connection| {
            let Some(user) = users::credentials(connection, &email)? else { return Ok(false) };
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
