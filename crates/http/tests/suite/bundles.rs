//! `GET /api/competitions/{id}/export` and `POST /api/competitions/import`

use estrad_domain::CompetitionId;
use estrad_domain::draft::{
    AnswerDraft, CompetitionDraft, ComponentDraft, ContentDraft, QuestionPlace, ScoreDraft,
    SlideDraft, TeamDraft,
};
use estrad_domain::points::Points;
use estrad_domain::types::View;
use estrad_testkit::{Answer, TestApp, files, on_both_databases};
use serde_json::json;

/// The demo with pictures on it, and with answers and scores.
async fn competition(app: &TestApp, admin: &str) -> CompetitionId {
    let mut draft: CompetitionDraft = estrad_import::demo::competition();
    // As its texts would be stored had an editor written them.
    estrad_exchange::make_safe(&mut draft).expect("the demo is safe");
    let mut images = Vec::new();
    for name in ["båt.png", "boat.png"] {
        let form = files::form("image", name, &files::png(30, 20));
        let sent = app.post("/api/media/images").bearer(admin);
        let media = sent.body(files::FORM, form).send().await.expect(200);
        images.push(media["id"].as_i64().expect("an id").into());
    }
    draft.background_image = Some(images[0]);
    draft.slides[1].background_image = Some(images[1]);
    draft.slides[2].components.push(ComponentDraft {
        view: View::Audience,
        x: 1,
        y: 2,
        w: 30,
        h: 20,
        content: ContentDraft::Image(images[1]),
    });
    let (slide, found) = draft
        .slides
        .iter()
        .enumerate()
        .find(|(_, slide)| slide.questions.iter().any(|q| !q.alternatives.is_empty()))
        .expect("a question with alternatives");
    let question =
        found.questions.iter().position(|q| !q.alternatives.is_empty()).expect("it has one");
    let place = QuestionPlace { slide, question };
    draft.teams[0].answers = vec![AnswerDraft { place, alternative: 0, answer: "1".into() }];
    draft.teams[0].scores = vec![ScoreDraft { place, score: Points::from_hundredths(150) }];
    let city = app.city("Linköping").await;
    app.competition(draft, city).await
}

async fn export(app: &TestApp, token: &str, id: CompetitionId, query: &str) -> Vec<u8> {
    let answer =
        app.get(&format!("/api/competitions/{id}/export{query}")).bearer(token).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/zip");
    answer.bytes
}

async fn import(app: &TestApp, token: &str, query: &str, bundle: Vec<u8>) -> Answer {
    let path = format!("/api/competitions/import{query}");
    app.post(&path).bearer(token).body("application/zip", bundle).send().await
}

on_both_databases! {
    async fn there_may_be_more_teams_than_a_statement_takes_values(app: TestApp) {
        let team = |number| TeamDraft { name: format!("Team {number}"), ..TeamDraft::default() };
        let draft = CompetitionDraft {
            name: "All schools".to_owned(),
            year: 2026,
            slides: vec![SlideDraft::default()],
            teams: (0..8_200).map(team).collect(),
            ..CompetitionDraft::default()
        };
        let city = app.city("Linköping").await;
        let id = app.competition(draft, city).await;
        assert_eq!(app.codes(id).await.len(), 3 + 8_200);
    }

    async fn a_competition_goes_out_in_and_out_again_as_the_same_bytes(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, &admin).await;
        for (query, city) in [("", "One"), ("?answers=true", "Two")] {
            let bundle = export(&app, &admin, id, query).await;
            let city = app.city(city).await;
            let imported = import(&app, &admin, &format!("?city_id={city}"), bundle.clone()).await;
            let imported = imported.expect(200);
            assert_eq!(imported["city_id"], city.0);
            let copy = CompetitionId(imported["id"].as_i64().expect("an id"));
            assert!(export(&app, &admin, copy, query).await == bundle, "{query}");
            let codes = app.codes(copy).await;
            assert_eq!(codes.len(), 3 + 3, "it has codes of its own");
        }
        let without = export(&app, &admin, id, "").await;
        let with = export(&app, &admin, id, "?answers=1").await;
        assert!(without != with);
        // The pictures were there already.
        let images = app.get("/api/media/images").bearer(&admin).send().await.expect(200);
        assert_eq!(images.as_array().map(Vec::len), Some(2));
    }

    async fn on_a_server_without_the_pictures_they_come_along(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, &admin).await;
        let bundle = export(&app, &admin, id, "").await;
        app.delete(&format!("/api/competitions/{id}")).bearer(&admin).send().await.expect(204);
        for image in [1, 2] {
            let path = format!("/api/media/images/{image}");
            app.delete(&path).bearer(&admin).send().await.expect(204);
        }
        let imported = import(&app, &admin, "", bundle).await.expect(200);
        let picture = imported["background_image"]["filename"].as_str().expect("a picture");
        let file = app.get(&format!("/static/images/{picture}")).send().await;
        assert_eq!((file.status, file.bytes), (200, files::png(30, 20)));
    }

    async fn what_a_full_disk_has_no_room_for_is_not_imported(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, &admin).await;
        let bundle = export(&app, &admin, id, "").await;
        app.delete(&format!("/api/competitions/{id}")).bearer(&admin).send().await.expect(204);
        for image in [1, 2] {
            let path = format!("/api/media/images/{image}");
            app.delete(&path).bearer(&admin).send().await.expect(204);
        }
        app.store.set_full(true);
        import(&app, &admin, "", bundle.clone()).await.expect_error(507, "storage_full");
        for (path, name) in [("competitions/search", "competitions"), ("media/images", "pictures")] {
            let left = app.get(&format!("/api/{path}")).bearer(&admin).send().await.expect(200);
            assert_eq!(left, json!([]), "{name}");
        }
        app.store.set_full(false);
        import(&app, &admin, "", bundle).await.expect(200);
    }

    async fn a_name_that_is_taken_is_said_and_another_can_be_given(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, &admin).await;
        let bundle = export(&app, &admin, id, "").await;
        let taken = import(&app, &admin, "", bundle.clone()).await;
        taken.expect_error(409, "competition_name_taken");
        let other = import(&app, &admin, "?name=Another", bundle).await.expect(200);
        assert_eq!(other["name"], "Another");
    }

    async fn editors_import_into_their_own_city_and_export_what_they_may_read(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, &admin).await;
        let editor = app.editor("editor@test.se", "Umeå").await;
        let bundle = export(&app, &editor, id, "").await;
        let elsewhere = import(&app, &editor, "?city_id=1", bundle.clone()).await;
        elsewhere.expect_error(401, "not_allowed");
        let own = import(&app, &editor, "", bundle).await.expect(200);
        assert_eq!(own["city_id"], app.city("Umeå").await.0);
        let judge = app.open_screen(id, View::Operator).await;
        let answer = app.get(&format!("/api/competitions/{id}/export")).bearer(&judge).send().await;
        answer.expect_error(401, "not_allowed");
    }

    async fn what_is_no_bundle_is_refused_and_leaves_nothing_behind(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, &admin).await;
        let bundle = export(&app, &admin, id, "").await;
        let statistics = || async {
            let images = app.get("/api/media/images").bearer(&admin).send().await.expect(200);
            let counts = app.get("/api/misc/statistics").bearer(&admin).send().await.expect(200);
            (images, counts)
        };
        let before = statistics().await;
        let half = bundle[..bundle.len() / 2].to_vec();
        for bad in [Vec::new(), b"PK".to_vec(), b"not a zip at all".to_vec(), half] {
            import(&app, &admin, "?name=x", bad).await.expect_error(400, "invalid_bundle");
        }
        let path = "/api/competitions/import?name=x";
        let json = app.post(path).bearer(&admin).json(&json!({})).send().await;
        json.expect_error(415, "unsupported_media_type");
        let unknown = import(&app, &admin, "?name=x&city_id=999", bundle.clone()).await;
        assert_eq!(unknown.expect_error(422, "validation_failed")["field"], "city_id");
        assert_eq!(statistics().await, before);
        let nobody = app.post(path).body("application/zip", bundle).send().await;
        nobody.expect_error(401, "token_missing");
    }
}

on_both_databases! {
    settings = {
        let mut settings = estrad_testkit::TestSettings::default();
        settings.http.bundle_limit = 2_000;
        settings
    };

    async fn a_bundle_over_the_limit_is_not_taken(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, &admin).await;
        let bundle = export(&app, &admin, id, "").await;
        import(&app, &admin, "?name=x", bundle).await.expect_error(413, "file_too_large");
    }
}
