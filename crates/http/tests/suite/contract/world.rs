//! The old server's data when the cases were recorded, and who has signed in since.

use std::collections::HashMap;

use estrad_domain::CityId;
use estrad_domain::clock::Clock as _;
use estrad_domain::code::Code;
use estrad_domain::draft::{
    AlternativeDraft, CompetitionDraft, ComponentDraft, ContentDraft, QuestionDraft, SlideDraft,
    TeamDraft,
};
use estrad_domain::types::{QuestionType, Role, View};
use estrad_persistence::queries::drafts;
use estrad_testkit::{Answer, TestApp};
use serde_json::Value;

use super::compare::Ids;
use super::example::{Body, Example};
use super::table::Who;

const CITIES: [&str; 9] = [
    "Linköping",
    "Stockholm",
    "Norrköping",
    "Örkelljunga",
    "Västerås",
    "Falun",
    "Sundsvall",
    "Göteborg",
    "Malmö",
];
const USERS: [(&str, &str, Role, i64); 7] = [
    ("admin@test.se", "Admina Denfina", Role::Admin, 1),
    ("test@test.se", "Test Testsson", Role::Editor, 1),
    ("sven@test.se", "Sven Mattson", Role::Editor, 1),
    ("erika@test.se", "Erika Malmberg", Role::Editor, 2),
    ("anette@test.se", "Anette Frisk", Role::Editor, 3),
    ("emil@test.se", "Emil Svensson", Role::Editor, 4),
    ("david@test.se", "David Ek", Role::Editor, 5),
];

/// Makes nine cities with an empty competition each, seven users, and five competitions that are
/// like the one that was recorded.
pub(super) async fn seed(app: &TestApp, examples: &[Example]) {
    let recorded = |case: &str| {
        let example = examples.iter().find(|example| example.case == case).expect("recorded");
        &example.answer
    };
    for name in CITIES {
        app.city(name).await;
    }
    for (email, name, role, city) in USERS {
        app.user(email, name, role, CityId(city)).await;
    }
    for city in 1..=9 {
        let draft = CompetitionDraft {
            name: "Regionfinal".into(),
            year: 2012,
            slides: vec![SlideDraft::default()],
            ..CompetitionDraft::default()
        };
        app.competition(draft, CityId(city)).await;
    }
    let filled = draft(recorded("competition-rich-200"));
    store_with_codes(app, filled.clone(), codes(recorded("codes-200"))).await;
    for number in 1..5 {
        let mut draft = filled.clone();
        draft.name = format!("Tävling {number}");
        draft.year = 3000 + number;
        for team in &mut draft.teams {
            team.name = team.name.replace('0', &number.to_string());
        }
        app.competition(draft, CityId(1)).await;
    }
}

async fn store_with_codes(app: &TestApp, draft: CompetitionDraft, codes: Vec<Code>) {
    let now = app.clock.now();
    let mut codes = codes.into_iter();
    let mut next = move || codes.next().expect("as many as there are views and teams");
    let store = app.database.write(move |c| drafts::insert(c, &draft, CityId(1), &mut next, now));
    assert_eq!(store.await.expect("stored").0, 10);
}

fn codes(recorded: &Value) -> Vec<Code> {
    let codes = recorded.as_array().expect("a list").iter();
    codes.map(|code| Code::parse(&text(&code["code"])).expect("a code")).collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn number(value: &Value) -> i32 {
    value.as_i64().expect("a number") as i32
}

/// The competition that a rich answer is of.
fn draft(rich: &Value) -> CompetitionDraft {
    let each = |list: &Value| list.as_array().expect("a list").clone();
    let teams = each(&rich["teams"]).into_iter();
    CompetitionDraft {
        name: text(&rich["name"]),
        year: number(&rich["year"]),
        background_image: None,
        fractions_allowed: false,
        timer_restart: estrad_domain::presentation::TimerRestart::Allowed,
        views: None,
        negative_allowed: false,
        slides: each(&rich["slides"])
            .iter()
            .map(|slide| SlideDraft {
                title: text(&slide["title"]),
                timer: Some(number(&slide["timer"])),
                background_image: None,
                questions: each(&slide["questions"]).iter().map(question).collect(),
                components: each(&slide["components"]).iter().map(component).collect(),
            })
            .collect(),
        teams: teams.map(|t| TeamDraft { name: text(&t["name"]), ..Default::default() }).collect(),
    }
}

fn question(rich: &Value) -> QuestionDraft {
    let kind = QuestionType::from_id(number(&rich["type_id"]).into()).expect("a type");
    let mut question = QuestionDraft::new(text(&rich["name"]), kind, number(&rich["total_score"]));
    for alternative in rich["alternatives"].as_array().expect("a list") {
        question.alternatives.push(AlternativeDraft {
            alternative: text(&alternative["alternative"]),
            alternative_order: number(&alternative["alternative_order"]),
            correct: text(&alternative["correct"]),
            correct_order: number(&alternative["correct_order"]),
        });
    }
    question
}

fn component(rich: &Value) -> ComponentDraft {
    let [x, y, w, h] = ["x", "y", "w", "h"].map(|name| number(&rich[name]));
    let view = View::from_id(number(&rich["view_type_id"]).into()).expect("a view");
    ComponentDraft { view, x, y, w, h, content: ContentDraft::Text(text(&rich["text"])) }
}

/// What the cases so far have led to.
#[derive(Default)]
pub(super) struct World {
    pub(super) ids: Ids,
    tokens: HashMap<Who, String>,
}

impl World {
    /// Sends the request of a case, by whoever it is from.
    pub(super) async fn send(&self, app: &TestApp, example: &Example, who: Who) -> Answer {
        let mut request = app.request(&example.method, &self.ids.in_path(&example.path));
        request = match who {
            Who::Nobody => request,
            Who::Header(value) => request.header("authorization", value),
            Who::NobodyAtHost(host) => request.header("host", host),
            user => request.bearer(self.tokens.get(&user).expect("has signed in")),
        };
        request = match &example.body {
            Body::None => request,
            Body::Json(body) => request.json(&self.ids.in_body(body)),
            Body::Text(text, kind) => request.body(kind, text.as_bytes()),
            Body::Form(field, file) => {
                request.body("multipart/form-data; boundary=B", form(field, file))
            }
        };
        request.send().await
    }

    /// Deletes something of ours that the old server did not have.
    pub(super) async fn take_away(&self, app: &TestApp, path: &str) {
        let admin = self.tokens.get(&Who::Admin).expect("has signed in");
        app.delete(path).bearer(admin).send().await.expect(204);
    }

    /// Keeps the token that a login gave.
    pub(super) fn keep_token(&mut self, who: Who, answer: &Answer) {
        let token = answer.json()["access_token"].as_str().expect("a token").to_owned();
        self.tokens.insert(who, token);
    }
}

fn form(field: &str, file: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"));
    let head = format!(
        "--B\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file}\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    let mut form = head.into_bytes();
    form.extend(std::fs::read(path).expect("the file"));
    form.extend(b"\r\n--B--\r\n");
    form
}
