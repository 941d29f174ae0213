//! `estrad admin`: administrators made by hand, and accounts unlocked.

use std::io::{self, BufRead as _, Read as _};

use estrad_auth::{Owner, Password, PasswordError, Passwords, unlock_account, unlock_address};
use estrad_domain::audit::Change;
use estrad_domain::clock::{Clock as _, SystemClock};
use estrad_domain::text::Name;
use estrad_domain::types::Role;
use estrad_domain::user::Email;
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::users::{self, NewUser};
use estrad_persistence::queries::{audit, cities};

use super::{CommandError, output};
use crate::cli::{CreateAdminArgs, UnlockAdminArgs};
use crate::config::Config;
use crate::{data_dir, wiring};

/// Bytes of a line with a password, at most: far more than a password may have.
const MAX_LINE: u64 = 4_096;

pub(super) fn create(arguments: &CreateAdminArgs, config: &Config) -> Result<(), CommandError> {
    let email = email(&arguments.email)?;
    let name = name("--name", &arguments.name)?;
    let city = self::name("--city", &arguments.city)?;
    let password = password_from_stdin()?;
    data_dir::prepare(&config.data_dir)?;
    let database = wiring::open_database(config)?;
    let passwords = Passwords::new(config.auth.bcrypt_cost)?;
    let shown = email.as_str().to_owned();
    wiring::block_on(async {
        let owner = Owner { email: email.as_str(), name: Some(name.as_str()) };
        let password_hash = hash(&passwords, password, owner).await?;
        let created = database
            .write(move |connection| {
                let city_id = cities::find_or_insert(connection, &city)?;
                let name = Some(name.into_string());
                let new = NewUser { email, name, password_hash, role: Role::Admin, city_id };
                let now = SystemClock.now();
                let user = users::insert(connection, &new, now)?;
                let fields = ["email", "name", "password", "role_id", "city_id"];
                let change = Change::by_command("admin create", "create", "user", &fields, now);
                audit::record(connection, &change, &[user.id.0])?;
                Ok(user)
            })
            .await;
        created.map_err(|error| match error {
            StorageError::Duplicate => CommandError::EmailTaken(shown.clone()),
            other => other.into(),
        })
    })?;
    output::print(&format!("The administrator {shown} can sign in now.\n"))
}

pub(super) fn unlock(arguments: &UnlockAdminArgs, config: &Config) -> Result<(), CommandError> {
    let email = arguments.email.as_deref().map(email).transpose()?;
    data_dir::prepare(&config.data_dir)?;
    let database = wiring::open_database(config)?;
    let (of_account, address) = (email.clone(), arguments.address);
    let (account_found, address_found) = wiring::block_on(database.write(move |connection| {
        let (mut account_found, mut ids) = (false, Vec::new());
        if let Some(email) = &of_account {
            account_found = unlock_account(connection, email)?;
            ids.extend(users::credentials(connection, email)?.map(|user| user.id.0));
        }
        let address_found =
            address.map(|address| unlock_address(connection, address)).transpose()?;
        let change = Change::by_command("admin unlock", "change", "user", &[], SystemClock.now());
        audit::record(connection, &change, &ids)?;
        Ok::<_, StorageError>((account_found, address_found.unwrap_or_default()))
    }))?;
    let said = |what: &str, found: bool| match found {
        true => format!("The failed logins of {what} are forgotten.\n"),
        false => format!("There were no failed logins of {what}.\n"),
    };
    let mut told = String::new();
    if let Some(email) = email {
        told += &said(email.as_str(), account_found);
    }
    if let Some(address) = address {
        told += &said(&address.to_string(), address_found);
    }
    output::print(&told)
}

pub(super) fn email(text: &str) -> Result<Email, CommandError> {
    Email::new(text)
        .map_err(|error| CommandError::Argument { what: "--email", why: error.to_string() })
}

fn name(what: &'static str, text: &str) -> Result<Name, CommandError> {
    Name::new(text.trim()).map_err(|error| CommandError::Argument { what, why: error.to_string() })
}

/// Hashes a password that somebody chose for the account.
pub(super) async fn hash(
    passwords: &Passwords,
    password: Password,
    owner: Owner<'_>,
) -> Result<String, CommandError> {
    passwords.hash(password, owner).await.map_err(|error| match error {
        PasswordError::OfOwner => {
            CommandError::Argument { what: "the password", why: error.to_string() }
        }
        other => other.into(),
    })
}

/// The first line of the standard input, without its end.
pub(super) fn password_from_stdin() -> Result<Password, CommandError> {
    let mut line = String::new();
    io::stdin().lock().take(MAX_LINE).read_line(&mut line).map_err(CommandError::PasswordInput)?;
    let line = line.trim_end_matches(['\r', '\n']);
    Password::new(line).map_err(|why| CommandError::Argument { what: "the password", why })
}
