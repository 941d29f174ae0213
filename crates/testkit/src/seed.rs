//! Getting a test to where it begins, straight in the database.

use estrad_auth::{MIN_COST, OsRandom, code_source};
use estrad_domain::clock::Clock as _;
use estrad_domain::code::CompetitionCode;
use estrad_domain::draft::CompetitionDraft;
use estrad_domain::presentation::{Actor, Change};
use estrad_domain::text::Name;
use estrad_domain::types::{Role, View};
use estrad_domain::user::Email;
use estrad_domain::{CityId, CompetitionId, MediaId, UserId};
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::users::NewUser;
use estrad_persistence::queries::{cities, codes, drafts, users};

use diesel::connection::SimpleConnection;

use crate::TestApp;

/// The password of every user that is made here: one that nobody could choose, as of accounts from before
/// common ones were refused.
pub const PASSWORD: &str = "password";

impl TestApp {
    /// Makes a city, or finds it.
    pub async fn city(&self, name: &str) -> CityId {
        let name = Name::new(name).expect("a name");
        let city = self.database.write(move |c| cities::find_or_insert(c, &name)).await;
        city.expect("a city")
    }

    /// Makes a user with the password [`PASSWORD`].
    pub async fn user(&self, email: &str, name: &str, role: Role, city_id: CityId) -> UserId {
        let password_hash = bcrypt::hash(PASSWORD, MIN_COST).expect("hashes");
        let email = Email::new(email).expect("an address");
        let name = Some(name.to_owned());
        let new = NewUser { email, name, password_hash, role, city_id };
        let now = self.clock.now();
        self.database.write(move |c| users::insert(c, &new, now)).await.expect("a user").id
    }

    /// Signs a user in and gives the token.
    pub async fn log_in(&self, email: &str) -> String {
        let body = serde_json::json!({"email": email, "password": PASSWORD});
        let answer = self.post("/api/auth/login").json(&body).send().await.expect(200);
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    /// Makes an admin in the city "Linköping" and gives their token.
    pub async fn admin(&self) -> String {
        let city = self.city("Linköping").await;
        self.user("admin@test.se", "Admina Denfina", Role::Admin, city).await;
        self.log_in("admin@test.se").await
    }

    /// Makes an editor in a city and gives their token.
    pub async fn editor(&self, email: &str, city: &str) -> String {
        let city = self.city(city).await;
        self.user(email, "Carl Carlsson", Role::Editor, city).await;
        self.log_in(email).await
    }

    /// Stores a competition.
    pub async fn competition(&self, draft: CompetitionDraft, city_id: CityId) -> CompetitionId {
        let now = self.clock.now();
        let stored = self
            .database
            .write(move |c| drafts::insert(c, &draft, city_id, &mut code_source(&OsRandom), now));
        stored.await.expect("a competition")
    }

    /// Starts a presentation, as an operator would.
    pub async fn start_presentation(&self, competition_id: CompetitionId) {
        let started = self.live.start(competition_id, Actor::Server).await;
        started.expect("a presentation");
    }

    /// Shows the scoreboard of the presentation under way, as an operator would.
    pub async fn show_scoreboard(&self, competition_id: CompetitionId) {
        let change = Change { show_scoreboard: Some(true), ..Change::default() };
        let shown = self.live.sync(competition_id, Actor::Server, change).await;
        shown.expect("a presentation");
    }

    /// Ends the presentation under way, as an operator would.
    pub async fn end_presentation(&self, competition_id: CompetitionId) {
        let ended = self.live.end(competition_id, Actor::Server).await;
        ended.expect("a presentation");
    }

    /// Stores an image that has no file, and gives its id.
    pub async fn image(&self, filename: &str) -> MediaId {
        self.sql(format!(
            "INSERT INTO media \
             (filename, type_id, content_type, content_hash, byte_size, created_at) \
             VALUES ('{filename}', 1, 'image/png', '{filename}', 1, '2026-11-22 12:00:00')"
        ))
        .await;
        self.number("SELECT max(id) FROM media".to_owned()).await.into()
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        let statement = format!("SELECT count(*) FROM {table}");
        self.number(statement).await
    }

    /// What a statement that gives one number gives.
    pub async fn number(&self, statement: String) -> i64 {
        let found = self.database.read(move |c| {
            let number = diesel::dsl::sql::<diesel::sql_types::BigInt>(&statement);
            Ok::<_, StorageError>(diesel::RunQueryDsl::get_result::<i64>(number, c)?)
        });
        found.await.expect("a number")
    }

    /// Runs statements straight on the database: for states that no route leads to.
    pub async fn sql(&self, statements: String) {
        let run =
            self.database.write(move |c| Ok::<_, StorageError>(c.batch_execute(&statements)?));
        run.await.expect("runs");
    }

    /// The codes of a competition, by id.
    pub async fn codes(&self, competition_id: CompetitionId) -> Vec<CompetitionCode> {
        self.database.read(move |c| codes::all(c, competition_id)).await.expect("codes")
    }

    /// Opens a screen with the first code of the view and gives the token.
    pub async fn open_screen(&self, competition_id: CompetitionId, view: View) -> String {
        let codes = self.codes(competition_id).await;
        let code = codes.iter().find(|code| code.view == view).expect("a code of the view");
        self.open_screen_with(code).await
    }

    /// Opens the screen of the team at that place and gives the token.
    pub async fn open_team(&self, competition_id: CompetitionId, place: usize) -> String {
        let codes = self.codes(competition_id).await.into_iter();
        let code = codes.filter(|code| code.view == View::Team).nth(place).expect("a team's code");
        self.open_screen_with(&code).await
    }

    /// Opens a screen with a code, early if need be, and gives the token.
    pub async fn wait_with(&self, code: &CompetitionCode) -> String {
        let body = serde_json::json!({"code": code.code.as_str(), "wait": true});
        let answer = self.post("/api/auth/code").json(&body).send().await.expect(200);
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    /// Opens a screen of the view early and gives the token; of teams that of the first.
    pub async fn wait_as(&self, competition_id: CompetitionId, view: View) -> String {
        let codes = self.codes(competition_id).await;
        let code = codes.iter().find(|code| code.view == view).expect("a code of the view");
        self.wait_with(code).await
    }

    /// Opens a screen with a code and gives the token.
    pub async fn open_screen_with(&self, code: &CompetitionCode) -> String {
        let body = serde_json::json!({"code": code.code.as_str()});
        let answer = self.post("/api/auth/code").json(&body).send().await.expect(200);
        answer["access_token"].as_str().expect("a token").to_owned()
    }
}
