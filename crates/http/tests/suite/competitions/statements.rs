//! How many database statements a request costs: a number that does not grow with what it reads.
//!
//! The numbers are asserted so that a change of them is noticed. What a request costs before its own
//! queries: two for the token (is it revoked, who is it), one for the head of a competition in the
//! path, and the two ends of a transaction.

use estrad_domain::draft::CompetitionDraft;
use estrad_domain::types::View;
use estrad_testkit::{TestApp, on_both_databases};

use super::{empty, full, store_full};

/// What it costs to GET the path.
async fn cost(app: &TestApp, token: &str, path: &str) -> u64 {
    // A first time, so that connections and what they prepare are there.
    app.get(path).bearer(token).send().await.expect(200);
    let before = app.database.queries_sent();
    app.get(path).bearer(token).send().await.expect(200);
    app.database.queries_sent() - before
}

/// Many times the full competition.
fn big(app_images: [estrad_domain::MediaId; 3]) -> CompetitionDraft {
    let mut draft = full(app_images);
    draft.name = "Stor".into();
    let (slides, team) = (draft.slides.clone(), draft.teams[0].clone());
    for _ in 0..20 {
        draft.slides.extend(slides.clone());
    }
    for n in 0..30 {
        draft
            .teams
            .push(estrad_domain::draft::TeamDraft { name: format!("Lag {n}"), ..team.clone() });
    }
    draft
}

on_both_databases! {
    async fn a_rich_competition_costs_the_same_whatever_its_size(app: TestApp) {
        let admin = app.admin().await;
        let city = app.city("Linköping").await;
        let small = app.competition(empty("Liten", 2026), city).await;
        let middle = store_full(&app).await;
        let images = [1.into(), 2.into(), 3.into()];
        let large = app.competition(big(images), city).await;
        for id in [small, middle, large] {
            let cost = cost(&app, &admin, &format!("/api/competitions/{id}")).await;
            assert_eq!(cost, RICH, "{id}");
        }
        for (id, view) in [(small, View::Judge), (large, View::Operator)] {
            if view != View::Operator {
                app.start_presentation(id).await;
            }
            let screen = app.open_screen(id, view).await;
            let cost = cost(&app, &screen, &format!("/api/competitions/{id}")).await;
            assert_eq!(cost, RICH, "as much as for a user");
        }
        let audience = app.open_screen(small, View::Audience).await;
        let cost = cost(&app, &audience, &format!("/api/competitions/{small}")).await;
        assert_eq!(cost, RICH, "whose scores do not depend on what is shown");
    }

    async fn searches_cost_the_same_whatever_they_find(app: TestApp) {
        let admin = app.admin().await;
        let city = app.city("Linköping").await;
        let image = app.image("a.png").await;
        for n in 0..40 {
            let mut draft = empty(&format!("Final {n}"), 2026);
            draft.background_image = Some(image);
            app.competition(draft, city).await;
        }
        for query in [
            "",
            "?page_size=100",
            "?page_size=1&page=30",
            "?name=nothing",
            "?name=Final&year=2026&city_id=1",
        ] {
            let path = format!("/api/competitions/search{query}");
            assert_eq!(cost(&app, &admin, &path).await, SEARCH, "{path}");
        }
        for query in ["", "?page_size=100", "?name=nothing"] {
            let path = format!("/api/users/search{query}");
            assert_eq!(cost(&app, &admin, &path).await, SEARCH, "{path}");
        }
    }
}

/// Token 2, head 1, transaction 2, and one for each kind of part: competition, alternatives,
/// questions, components, slides, answers, scores, teams.
const RICH: u64 = 13;
/// Token 2, transaction 2, the count and the page.
const SEARCH: u64 = 6;
