//! Users of the administration.

use diesel::prelude::*;
use estrad_domain::clock::Timestamp;
use estrad_domain::page::{Page, PageRequest, Pagination};
use estrad_domain::principal::UserPrincipal;
use estrad_domain::types::Role;
use estrad_domain::user::{Email, User};
use estrad_domain::{CityId, UserId};

use super::{cities, search, sessions};
use crate::schema::users;
use crate::{AnyConnection, Error, Result};

/// A user to be.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "as in User")]
pub struct NewUser {
    pub email: Email,
    pub name: Option<String>,
    /// As bcrypt gives it.
    pub password_hash: String,
    pub role: Role,
    pub city_id: CityId,
}

/// What changes of a user; what is `None` stays.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "as in User")]
pub struct UserChange {
    pub email: Option<Email>,
    pub name: Option<String>,
    pub password_hash: Option<String>,
    pub role: Option<Role>,
    pub city_id: Option<CityId>,
}

/// What is searched for; what is `None` does not narrow the search.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "as in User")]
pub struct UserFilter {
    /// Part of the name, in any case.
    pub name: Option<String>,
    /// Part of the email, in any case.
    pub email: Option<String>,
    pub role: Option<i64>,
    pub city_id: Option<CityId>,
}

/// What a login is checked against.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "as in User")]
pub struct Credentials {
    pub id: UserId,
    pub password_hash: String,
    pub role: Role,
    pub city_id: CityId,
    /// What the tokens given out now have to carry.
    pub token_generation: i64,
}

type UserRow = (i64, String, Option<String>, i64, i64);
const COLUMNS: (users::id, users::email, users::name, users::role_id, users::city_id) =
    (users::id, users::email, users::name, users::role_id, users::city_id);

fn user((id, email, name, role, city_id): UserRow) -> Result<User> {
    Ok(User { id: id.into(), email, name, role: role_of(role)?, city_id: city_id.into() })
}

fn role_of(id: i64) -> Result<Role> {
    Role::try_from(id).map_err(|e| Error::UnknownValue(e.to_string()))
}

/// The user of that id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(connection: &mut AnyConnection, id: UserId) -> Result<User> {
    user(users::table.find(id.0).select(COLUMNS).first(connection)?)
}

/// Who the user is now, and the token generation that is good; `None` when the user is gone.
pub fn principal(
    connection: &mut AnyConnection,
    id: UserId,
) -> Result<Option<(UserPrincipal, i64)>> {
    let row = users::table
        .find(id.0)
        .select((users::role_id, users::city_id, users::token_generation))
        .first::<(i64, i64, i64)>(connection)
        .optional()?;
    row.map(|(role, city_id, generation)| {
        let role = role_of(role)?;
        Ok((UserPrincipal { id, role, city_id: city_id.into() }, generation))
    })
    .transpose()
}

type CredentialsRow = (i64, String, i64, i64, i64);
const CREDENTIALS: (
    users::id,
    users::password_hash,
    users::role_id,
    users::city_id,
    users::token_generation,
) = (users::id, users::password_hash, users::role_id, users::city_id, users::token_generation);

/// What a login with this address is checked against, if there is such a user.
pub fn credentials(connection: &mut AnyConnection, email: &Email) -> Result<Option<Credentials>> {
    let row = users::table
        .filter(users::email.eq(email.as_str()))
        .select(CREDENTIALS)
        .first::<CredentialsRow>(connection)
        .optional()?;
    row.map(credentials_row).transpose()
}

/// What a user's password is checked against, while they are there.
pub fn credentials_of(connection: &mut AnyConnection, id: UserId) -> Result<Option<Credentials>> {
    let row = users::table
        .find(id.0)
        .select(CREDENTIALS)
        .first::<CredentialsRow>(connection)
        .optional()?;
    row.map(credentials_row).transpose()
}

fn credentials_row(
    (id, password_hash, role, city_id, token_generation): CredentialsRow,
) -> Result<Credentials> {
    Ok(Credentials {
        id: id.into(),
        password_hash,
        role: role_of(role)?,
        city_id: city_id.into(),
        token_generation,
    })
}

/// Replaces the hash of a password by another one of the same password, unless it was changed
/// meanwhile. Tokens stay good.
pub fn replace_hash(
    connection: &mut AnyConnection,
    id: UserId,
    old: &str,
    fresh: &str,
) -> Result<()> {
    diesel::update(users::table.find(id.0).filter(users::password_hash.eq(old)))
        .set(users::password_hash.eq(fresh))
        .execute(connection)?;
    Ok(())
}

/// Users by name.
pub fn search(
    connection: &mut AnyConnection,
    filter: &UserFilter,
    request: PageRequest,
) -> Result<Page<User>> {
    let filtered = || {
        let mut query = users::table.into_boxed();
        if let Some(name) = &filter.name {
            query = query.filter(users::name_key.like(search::contains(name)).escape('\\'));
        }
        if let Some(email) = &filter.email {
            query = query.filter(users::email.like(search::contains_address(email)).escape('\\'));
        }
        if let Some(role) = filter.role {
            query = query.filter(users::role_id.eq(role));
        }
        if let Some(city_id) = filter.city_id {
            query = query.filter(users::city_id.eq(city_id.0));
        }
        query
    };
    let total = filtered().count().get_result::<i64>(connection)?;
    let pagination = Pagination::new(request, total);
    let rows = filtered()
        .order((users::name_key, users::id))
        .offset(pagination.offset(request))
        .limit(request.page_size)
        .select(COLUMNS)
        .load::<UserRow>(connection)?;
    let items = rows.into_iter().map(user).collect::<Result<_>>()?;
    Ok(Page { items, pagination })
}

/// Whether there is any user at all.
pub fn exist(connection: &mut AnyConnection) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(users::table.select(users::id)))
        .get_result(connection)?)
}

/// Adds a user.
///
/// # Errors
/// [`Error::Duplicate`] when the address is taken; [`Error::MissingReference`] for the city.
pub fn insert(connection: &mut AnyConnection, new: &NewUser, now: Timestamp) -> Result<User> {
    cities::require(connection, new.city_id)?;
    let row = diesel::insert_into(users::table)
        .values((
            users::email.eq(new.email.as_str()),
            users::name.eq(new.name.as_deref()),
            users::name_key.eq(search::key(new.name.as_deref().unwrap_or_default())),
            users::password_hash.eq(&new.password_hash),
            users::role_id.eq(new.role.id()),
            users::city_id.eq(new.city_id.0),
            users::created_at.eq(now.naive_utc()),
        ))
        .returning(COLUMNS)
        .get_result::<UserRow>(connection)?;
    user(row)
}

/// Changes a user. A changed role, city or password revokes the tokens given out before; whether that
/// happened is given beside the user.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Duplicate`] when the address is taken;
/// [`Error::MissingReference`] for the city; [`Error::LastAdmin`].
pub fn update(
    connection: &mut AnyConnection,
    id: UserId,
    change: &UserChange,
) -> Result<(User, bool)> {
    #[derive(AsChangeset)]
    #[diesel(table_name = users)]
    struct Row {
        email: Option<String>,
        name: Option<String>,
        name_key: Option<String>,
        password_hash: Option<String>,
        role_id: Option<i64>,
        city_id: Option<i64>,
    }

    if let Some(city_id) = change.city_id {
        cities::require(connection, city_id)?;
    }
    if change.role.is_some() {
        lock(connection)?;
    }
    let before = get(connection, id)?;
    let rights_change = change.password_hash.is_some()
        || change.role.is_some_and(|role| role != before.role)
        || change.city_id.is_some_and(|city_id| city_id != before.city_id);
    let row = Row {
        email: change.email.as_ref().map(|email| email.as_str().to_owned()),
        name: change.name.clone(),
        name_key: change.name.as_deref().map(search::key),
        password_hash: change.password_hash.clone(),
        role_id: change.role.map(Role::id),
        city_id: change.city_id.map(|city_id| city_id.0),
    };
    let changed = diesel::update(users::table.find(id.0))
        .set((row, users::token_generation.eq(users::token_generation + i64::from(rights_change))))
        .returning(COLUMNS)
        .get_result::<UserRow>(connection)?;
    if before.role == Role::Admin {
        require_an_admin(connection)?;
    }
    if rights_change {
        sessions::forget_user(connection, id)?;
    }
    Ok((user(changed)?, rights_change))
}

/// Deletes a user, whose tokens are worthless from then on.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::LastAdmin`].
pub fn delete(connection: &mut AnyConnection, id: UserId) -> Result<()> {
    lock(connection)?;
    let deleted = diesel::delete(users::table.find(id.0)).execute(connection)?;
    if deleted == 0 {
        return Err(Error::NotFound);
    }
    require_an_admin(connection)
}

/// Takes turns with everybody who takes roles away, until the transaction ends: two admins who
/// remove each other at the same moment would each find the other one still there.
fn lock(connection: &mut AnyConnection) -> Result<()> {
    // A writer of SQLite is alone already.
    if let AnyConnection::Postgres(inner) = connection {
        diesel::sql_query("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE").execute(inner)?;
    }
    Ok(())
}

/// Somebody has to be left who can let others in.
fn require_an_admin(connection: &mut AnyConnection) -> Result<()> {
    let admins = users::table.filter(users::role_id.eq(Role::Admin.id())).select(users::id);
    let left = diesel::select(diesel::dsl::exists(admins)).get_result::<bool>(connection)?;
    if left { Ok(()) } else { Err(Error::LastAdmin) }
}
