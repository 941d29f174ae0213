//! Cities.

use diesel::prelude::*;
use estrad_domain::CityId;
use estrad_domain::city::City;
use estrad_domain::text::Name;

use crate::schema::cities;
use crate::{AnyConnection, Error, Result};

/// All cities by name.
pub fn all(connection: &mut AnyConnection) -> Result<Vec<City>> {
    let rows = cities::table.order(cities::name).load::<(i64, String)>(connection)?;
    Ok(rows.into_iter().map(|(id, name)| City { id: id.into(), name }).collect())
}

/// Adds a city.
///
/// # Errors
/// [`Error::Duplicate`] when there is one of that name.
pub fn insert(connection: &mut AnyConnection, name: &Name) -> Result<CityId> {
    let id = diesel::insert_into(cities::table)
        .values(cities::name.eq(name.as_str()))
        .returning(cities::id)
        .get_result::<i64>(connection)?;
    Ok(id.into())
}

/// The city of that name, made when there is none.
pub fn find_or_insert(connection: &mut AnyConnection, name: &Name) -> Result<CityId> {
    let found = cities::table
        .filter(cities::name.eq(name.as_str()))
        .select(cities::id)
        .first::<i64>(connection)
        .optional()?;
    found.map_or_else(|| insert(connection, name), |id| Ok(id.into()))
}

/// Renames a city.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Duplicate`] when there is another one of that name.
pub fn rename(connection: &mut AnyConnection, id: CityId, name: &Name) -> Result<()> {
    let changed = diesel::update(cities::table.find(id.0))
        .set(cities::name.eq(name.as_str()))
        .execute(connection)?;
    if changed == 0 { Err(Error::NotFound) } else { Ok(()) }
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
