//! Cities.

use diesel::prelude::*;
use estrad_domain::CityId;
use estrad_domain::city::City;
use estrad_domain::text::Name;

use crate::schema::cities;
use crate::{AnyConnection, Error, Result};

/// All cities by name.
pub fn all(connection: &mut AnyConnection) -> Result<Vec<City>> {
    let rows = cities::table
        .order(cities::name)
        .select((cities::id, cities::name))
        .load::<(i64, String)>(connection)?;
    Ok(rows.into_iter().map(|(id, name)| City { id: id.into(), name }).collect())
}

/// Adds a city.
///
/// # Errors
/// [`Error::Duplicate`] when there is one of that name, as far as their keys say.
pub fn insert(connection: &mut AnyConnection, name: &Name) -> Result<CityId> {
    require_free(connection, name)?;
    let id = diesel::insert_into(cities::table)
        .values((cities::name.eq(name.as_str()), cities::name_key.eq(name.key())))
        .returning(cities::id)
        .get_result::<i64>(connection)?;
    Ok(id.into())
}

/// The city of that name, made when there is none.
pub fn find_or_insert(connection: &mut AnyConnection, name: &Name) -> Result<CityId> {
    let found = cities::table
        .filter(cities::name_key.eq(name.key()).or(cities::name.eq(name.as_str())))
        .order(cities::id)
        .select((cities::id, cities::name))
        .load::<(i64, String)>(connection)?;
    // Of several that were there before names had keys, the one that is written so.
    let exact = found.iter().find(|(_, written)| written == name.as_str());
    match exact.or(found.first()) {
        Some((id, _)) => Ok((*id).into()),
        None => insert(connection, name),
    }
}

/// Renames a city.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Duplicate`] when there is another one of that name, as far as their
/// keys say.
pub fn rename(connection: &mut AnyConnection, id: CityId, name: &Name) -> Result<()> {
    let key =
        cities::table.find(id.0).select(cities::name_key).first::<Option<String>>(connection)?;
    let row = diesel::update(cities::table.find(id.0));
    // Only spelt another way, it collides with nothing that it did not collide with before.
    if key == Some(name.key()) {
        row.set(cities::name.eq(name.as_str())).execute(connection)?;
    } else {
        require_free(connection, name)?;
        row.set((
            cities::name.eq(name.as_str()),
            cities::name_key.eq(name.key()),
            cities::name_twin.eq(0),
        ))
        .execute(connection)?;
    }
    Ok(())
}

/// The index sees to those who come at the same moment; this to the twins of earlier names.
fn require_free(connection: &mut AnyConnection, name: &Name) -> Result<()> {
    let same = cities::table.filter(cities::name_key.eq(name.key()));
    let taken = diesel::select(diesel::dsl::exists(same)).get_result::<bool>(connection)?;
    if taken { Err(Error::Duplicate) } else { Ok(()) }
}

/// Deletes a city.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::InUse`] while users or competitions belong to it.
pub fn delete(connection: &mut AnyConnection, id: CityId) -> Result<()> {
    let deleted = diesel::delete(cities::table.find(id.0)).execute(connection)?;
    if deleted == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Checks that the city is there, for rows that are about to refer to it.
pub(super) fn require(connection: &mut AnyConnection, id: CityId) -> Result<()> {
    let found = diesel::select(diesel::dsl::exists(cities::table.find(id.0)))
        .get_result::<bool>(connection)?;
    if found { Ok(()) } else { Err(Error::MissingReference("city_id")) }
}
