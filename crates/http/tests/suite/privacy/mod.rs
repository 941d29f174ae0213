//! What is kept of people: taking it out, and erasing it.

mod erasing;
mod team_data;

use std::sync::Arc;

use estrad_auth::OsRandom;
use estrad_domain::CompetitionId;
use estrad_domain::draft::{
    CompetitionDraft, ComponentDraft, ContentDraft, QuestionDraft, SlideDraft, TeamDraft,
};
use estrad_domain::types::{QuestionType, View};
use estrad_exchange::Exchange;
use estrad_testkit::{TestApp, files};
use serde_json::{Value, json};

const FINAL: CompetitionId = CompetitionId(1);

/// What does the erasing, as the command and the server have it.
pub(crate) fn exchange(app: &TestApp) -> Exchange {
    let (database, library) = (app.database.clone(), app.library.clone());
    Exchange::new(database, library, app.clock.clone(), Arc::new(OsRandom))
}

async fn upload(app: &TestApp, admin: &str, name: &str, width: u32) -> i64 {
    let body = files::form("image", name, &files::png(width, 2));
    let request = app.post("/api/media/images").bearer(admin).body(files::FORM, body);
    request.send().await.expect(200)["id"].as_i64().expect("an id")
}

/// A question with a solution, and the teams of two pupils; with a picture as background, and another
/// one on the slide.
fn draft(name: &str, images: [i64; 2]) -> CompetitionDraft {
    let question =
        QuestionDraft::new("Q", QuestionType::Text, 5).with_alternative("", "marker-solution");
    let image = ComponentDraft {
        view: View::Audience,
        x: 0,
        y: 0,
        w: 3,
        h: 2,
        content: ContentDraft::Image(images[1].into()),
    };
    let team = |name: &str| TeamDraft { name: name.to_owned(), ..TeamDraft::default() };
    CompetitionDraft {
        name: name.to_owned(),
        year: 2026,
        background_image: Some(images[0].into()),
        slides: vec![SlideDraft {
            questions: vec![question],
            components: vec![image],
            ..SlideDraft::default()
        }],
        teams: vec![team("Anna Andersson"), team("Bo Berg")],
        ..CompetitionDraft::default()
    }
}

/// Competition 1 with the teams 1 and 2, and competition 2 with 3 and 4. Both show the picture 2;
/// picture 1 is of the first only, and picture 3 of the second.
async fn begin(app: &TestApp) -> String {
    let admin = app.admin().await;
    let mut ids = Vec::new();
    for (name, width) in [("own.png", 3), ("shared.png", 4), ("other.png", 5)] {
        ids.push(upload(app, &admin, name, width).await);
    }
    for (name, images) in [("Final", [ids[0], ids[1]]), ("Other", [ids[2], ids[1]])] {
        app.competition(draft(name, images), 1.into()).await;
    }
    admin
}

async fn put(app: &TestApp, token: &str, path: &str, body: Value) {
    let path = format!("/api/competitions/{FINAL}/teams/{path}");
    app.put(&path).bearer(token).json(&body).send().await.expect(200);
}

/// Both teams answer twice and get points for a reason, one of them late; the scoreboard is shown.
async fn play(app: &TestApp, admin: &str) {
    app.start_presentation(FINAL).await;
    for (team, name) in [(1, "anna"), (2, "bo")] {
        let token = app.open_team(FINAL, team - 1).await;
        for round in ["first", "second"] {
            let answer = json!({"answer": format!("{name} says {round}")});
            put(app, &token, &format!("{team}/answers/1"), answer).await;
        }
        let score = json!({"score": team * 2, "reason": format!("{name} was ill")});
        put(app, admin, &format!("{team}/scores/1"), score).await;
        let reopen = json!({"team_id": team, "seconds": 30, "reason": format!("{name} came late")});
        let path = format!("/api/competitions/{FINAL}/presentation/reopen");
        app.post(&path).bearer(admin).json(&reopen).send().await.expect(200);
    }
    app.show_scoreboard(FINAL).await;
}

async fn read(app: &TestApp, token: &str, path: &str) -> Value {
    app.get(&format!("/api/competitions/{FINAL}{path}")).bearer(token).send().await.expect(200)
}
