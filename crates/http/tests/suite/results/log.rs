//! What the log keeps of answers.

use estrad_domain::presentation::{Event, Locked};
use estrad_testkit::on_both_databases;
use serde_json::json;

use super::*;

on_both_databases! {
    async fn an_answer_is_logged_with_what_it_replaced_and_not_when_it_changed_nothing(app: TestApp) {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        for answer in ["a", "a", "b", "b", ""] {
            give(&app, &team, 1, TEXT, answer).await.expect(200);
        }
        let entries = log(&app).await;
        let answered: Vec<_> = entries
            .iter()
            .filter_map(|entry| match &entry.event {
                Event::Answered(answered) => {
                    Some((answered.before.as_deref(), answered.answer.as_deref()))
                }
                _ => None,
            })
            .collect();
        assert_eq!(answered, [
            (None, Some("a")),
            (Some("a"), Some("b")),
            (Some("b"), Some("")),
        ]);
        let Some(Actor::Screen { view, team_id, .. }) = entries.last().map(|e| &e.actor) else {
            panic!("by a screen");
        };
        assert_eq!((view.as_str(), team_id.map(|id| id.0)), ("Team", Some(1)));
    }

    async fn the_same_refusal_is_logged_once(app: TestApp) {
        begin(&app).await;
        let team = app.open_team(FINAL, 0).await;
        app.live.end(FINAL, Actor::Server).await.expect("ends");
        for answer in ["x", "x", "y", "x", "y"] {
            expect_locked(give(&app, &team, 1, TEXT, answer).await, "not_presented");
        }
        let refused: Vec<_> = log(&app)
            .await
            .into_iter()
            .filter_map(|entry| match entry.event {
                Event::Refused(refused) => Some((refused.answer, refused.why)),
                _ => None,
            })
            .collect();
        let expected = [("x", Locked::NotPresented), ("y", Locked::NotPresented)];
        assert_eq!(refused, expected.map(|(answer, why)| (answer.to_owned(), why)));
    }

    async fn results_of_what_was_never_presented_are_logged_at_the_desk(app: TestApp) {
        let admin = app.admin().await;
        store(&app, "Final", app.city("Linköping").await).await;
        give(&app, &admin, 1, TEXT, "from paper").await.expect(200);
        put(&app, &admin, "1/scores/1", json!({"score": 2})).await.expect(200);
        assert_eq!(logged(&app, "answered").await, 1);
        assert_eq!(logged(&app, "scored").await, 1);
        assert_eq!(app.count("presentations").await, 1);
        // What was refused has no desk.
        give(&app, &admin, 1, SINGLE, "x").await.expect_error(422, "validation_failed");
        assert_eq!(log(&app).await.len(), 2);
    }
}
