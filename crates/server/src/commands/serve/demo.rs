//! `--demo`: something real to look at, and the users and codes to look at it with.

use std::net::SocketAddr;

use estrad_auth::{OsRandom, Owner, Passwords, code_source, make_password};
use estrad_domain::audit::Change;
use estrad_domain::clock::{Clock as _, SystemClock};
use estrad_domain::code::CompetitionCode;
use estrad_domain::competition::Competition;
use estrad_domain::rich::RichTeam;
use estrad_domain::types::Role;
use estrad_domain::user::Email;
use estrad_persistence::queries::competitions::{self, CompetitionFilter};
use estrad_persistence::queries::users::{self, NewUser, UserChange};
use estrad_persistence::queries::{audit, cities, codes, drafts, rich};
use estrad_persistence::{AnyConnection, Database};

use super::first_admin::constant_name;
use crate::commands::{CommandError, output};

const CITY: &str = "Demo City";
const USERS: [(&str, &str, Role); 2] = [
    ("admin@demo.example", "Demo Admin", Role::Admin),
    ("editor@demo.example", "Demo Editor", Role::Editor),
];

/// Fills an empty database, or finds what an earlier `--demo` left; the passwords are new each
/// time, as only their hashes are kept. Says who can sign in and with what.
pub(super) async fn prepare(
    database: &Database,
    passwords: &Passwords,
    address: SocketAddr,
) -> Result<String, CommandError> {
    let mut hashed = Vec::new();
    let mut rows = Vec::new();
    for (email, name, role) in USERS {
        let (shown, password) = make_password(&OsRandom);
        rows.push([email.to_owned(), shown, role.name().to_owned()]);
        hashed.push((
            email,
            name,
            role,
            passwords.hash(password, Owner { email, name: Some(name) }).await?,
        ));
    }
    let found = database.write(move |connection| fill(connection, &hashed)).await?;
    let mut text = format!("\nEstrad's demo is at http://{address}\n\n");
    text.push_str(&output::table(["Email", "Password", "Role"], &rows));
    if let Some((competition, codes, teams)) = found {
        text.push_str(&format!("\nCodes of {:?}:\n\n", competition.name));
        text.push_str(&output::table(["Code", "Opens", "For"], &code_rows(&codes, &teams)));
    }
    text.push('\n');
    Ok(text)
}

type Found = Option<(Competition, Vec<CompetitionCode>, Vec<RichTeam>)>;

fn fill(
    connection: &mut AnyConnection,
    hashed: &[(&str, &str, Role, String)],
) -> Result<Found, CommandError> {
    let now = SystemClock.now();
    let city = constant_name(CITY);
    let address = |email: &str| Email::new(email).expect("a constant that is an address");
    let fresh = !users::exist(connection)?;
    let city_id = cities::find_or_insert(connection, &city)?;
    for (email, name, role, hash) in hashed {
        let email = address(email);
        if fresh {
            let new = NewUser {
                email,
                name: Some((*name).to_owned()),
                password_hash: hash.clone(),
                role: *role,
                city_id,
            };
            users::insert(connection, &new, now)?;
        } else {
            let user = users::credentials(connection, &email)?.ok_or(CommandError::NotEmpty)?;
            let change = UserChange { password_hash: Some(hash.clone()), ..UserChange::default() };
            users::update(connection, user.id, &change)?;
        }
    }
    // New passwords of known users, or an example: never in silence.
    let change = Change::by_command("serve --demo", "create", "server", &["password"], now);
    audit::record(connection, &change, &[])?;
    let mut draft = estrad_import::demo::competition();
    estrad_exchange::make_safe(&mut draft)
        .map_err(|error| Box::new(estrad_exchange::ExchangeError::from(error)))?;
    if fresh {
        drafts::insert(connection, &draft, city_id, &mut code_source(&OsRandom), now)?;
    }
    let filter = CompetitionFilter {
        name: Some(draft.name),
        city_id: Some(city_id),
        ..CompetitionFilter::default()
    };
    let page = competitions::search(connection, &filter, Default::default())?;
    // Somebody may have deleted it, which is theirs to do.
    let Some(competition) = page.items.into_iter().next() else { return Ok(None) };
    let codes = codes::all(connection, competition.id)?;
    let teams = rich::get(connection, competition.id)?.teams;
    Ok(Some((competition, codes, teams)))
}

fn code_rows(codes: &[CompetitionCode], teams: &[RichTeam]) -> Vec<[String; 3]> {
    codes
        .iter()
        .map(|code| {
            let team = teams.iter().find(|team| Some(team.team.id) == code.team_id);
            [
                code.code.as_str().to_owned(),
                code.view.name().to_owned(),
                team.map(|team| team.team.name.clone()).unwrap_or_default(),
            ]
        })
        .collect()
}
