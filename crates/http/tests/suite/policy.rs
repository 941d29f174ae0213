//! Every documented route, called by every kind of caller, against the policy table.

use estrad_domain::draft::{CompetitionDraft, SlideDraft, TeamDraft};
use estrad_domain::policy::{Action, AudienceReach, EditorReach, Grants, TeamReach};
use estrad_domain::types::View;
use estrad_domain::{CompetitionId, TeamId};
use estrad_testkit::{TestApp, on_both_databases};

/// A kind of caller, and what the table says of them for the competition "own" of the city "own".
struct Caller {
    name: &'static str,
    token: String,
    may: fn(Grants) -> bool,
    /// Whether the answer may depend on a competition being named in the path.
    on_other_competition: fn(Grants) -> bool,
}

fn draft(name: &str) -> CompetitionDraft {
    CompetitionDraft {
        name: name.to_owned(),
        year: 2026,
        slides: vec![SlideDraft::default()],
        teams: ["Team", "Rival"]
            .map(|name| TeamDraft { name: name.to_owned(), ..TeamDraft::default() })
            .into(),
        ..CompetitionDraft::default()
    }
}

/// Admins, editors of the two cities, and all screens of the first competition.
async fn callers(app: &TestApp, own: CompetitionId) -> Vec<Caller> {
    app.start_presentation(own).await;
    let editor = app.editor("own@test.se", "Own").await;
    let other_editor = app.editor("other@test.se", "Other").await;
    let admin = app.admin().await;
    vec![
        Caller {
            name: "admin",
            token: admin,
            may: |grants| grants.admin,
            on_other_competition: |grants| grants.admin,
        },
        Caller {
            name: "editor of the city",
            token: editor,
            may: |grants| grants.editor != EditorReach::None,
            on_other_competition: reads_everywhere,
        },
        Caller {
            name: "editor of another city",
            token: other_editor,
            may: reads_everywhere,
            on_other_competition: |grants| grants.editor != EditorReach::None,
        },
        Caller {
            name: "team",
            token: app.open_team(own, 0).await,
            may: |grants| matches!(grants.team, TeamReach::OwnTeam | TeamReach::Competition),
            on_other_competition: |_| false,
        },
        Caller {
            name: "rival team",
            token: app.open_team(own, 1).await,
            may: |grants| grants.team == TeamReach::Competition,
            on_other_competition: |_| false,
        },
        Caller {
            name: "judge",
            token: app.open_screen(own, View::Judge).await,
            may: |grants| grants.judge,
            on_other_competition: |_| false,
        },
        Caller {
            name: "audience",
            token: app.open_screen(own, View::Audience).await,
            may: |grants| grants.audience == AudienceReach::Competition,
            on_other_competition: |_| false,
        },
        Caller {
            name: "operator",
            token: app.open_screen(own, View::Operator).await,
            may: |grants| grants.operator,
            on_other_competition: |_| false,
        },
    ]
}

fn reads_everywhere(grants: Grants) -> bool {
    matches!(grants.editor, EditorReach::Readable | EditorReach::Everywhere)
}

/// The routes of the document that are not for everybody: method, path, and what it takes.
fn guarded_routes() -> Vec<(String, String, Action)> {
    let document: serde_json::Value =
        serde_json::from_str(estrad_http::document_json()).expect("JSON");
    let mut routes = Vec::new();
    let mut open = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let Some(name) = operation["x-permission"].as_str() else {
                open.push(format!("{method} {path}"));
                continue;
            };
            let action = Action::ALL.iter().find(|action| action.name() == name);
            let action = *action.unwrap_or_else(|| panic!("{path}: {name} is not in the table"));
            routes.push((method.to_uppercase(), path.clone(), action));
        }
    }
    open.sort();
    // Whoever adds a route that anybody may call has to say so here.
    let expected = [
        "get /api/misc/types",
        "get /healthz",
        "get /metrics",
        "get /readyz",
        "get /static/images/{filename}",
        "get /static/videos/{filename}",
        "post /api/auth/code",
        "post /api/auth/login",
        "post /api/auth/login/code",
    ];
    open.retain(|route| !expected.contains(&route.as_str()));
    assert_eq!(open, [""; 0], "routes that anybody may call");
    routes
}

/// The path for a competition, with parts that do not exist: nothing is changed by being allowed.
/// The team is the one whose screen is among the callers, where it is about a team's own.
fn fill(path: &str, action: Action, competition_id: CompetitionId) -> String {
    const OF_THE_CALLER: TeamId = TeamId(1);
    let mut filled = path.replace("{competition_id}", &competition_id.to_string());
    if action.grants().team == TeamReach::OwnTeam || path.contains("/teams/{team_id}/") {
        filled = filled.replace("{team_id}", &OF_THE_CALLER.to_string());
    }
    while let (Some(start), Some(end)) = (filled.find('{'), filled.find('}')) {
        filled.replace_range(start..=end, "999999");
    }
    filled
}

/// Whether the route let the caller in, whatever came of it then.
async fn is_let_in(app: &TestApp, method: &str, path: &str, token: &str) -> bool {
    let mut request = app.request(method, path).bearer(token).header("if-match", "\"0-0-all\"");
    if method != "GET" {
        request = request.json(&serde_json::json!({}));
    }
    let answer = request.send().await;
    if answer.status != 401 {
        assert_ne!(answer.status, 405, "{method} {path}");
        return true;
    }
    let word = answer.json()["error"].as_str().map(str::to_owned);
    assert_eq!(word.as_deref(), Some("not_allowed"), "{method} {path}");
    false
}

on_both_databases! {
    async fn every_route_lets_in_whom_the_table_says(app: TestApp) {
        let (city, other_city) = (app.city("Own").await, app.city("Other").await);
        let own = app.competition(draft("own"), city).await;
        let other = app.competition(draft("other"), other_city).await;
        let callers = callers(&app, own).await;
        let routes = guarded_routes();
        assert!(routes.len() > 40, "only {} routes are guarded", routes.len());
        for (method, path, action) in &routes {
            if *action == Action::LogOut {
                continue;
            }
            let grants = action.grants();
            let nobody = app.request(method, &fill(path, *action, own)).send().await;
            nobody.expect_error(401, "token_missing");
            for caller in &callers {
                let let_in = is_let_in(&app, method, &fill(path, *action, own), &caller.token).await;
                let expected = if path.contains("{competition_id}") {
                    (caller.may)(grants)
                } else {
                    // Without a competition it is about everything, or about the caller.
                    (caller.may)(grants) || (caller.on_other_competition)(grants)
                };
                assert_eq!(let_in, expected, "{} at {method} {path}", caller.name);
                if path.contains("{competition_id}") {
                    let let_in = is_let_in(&app, method, &fill(path, *action, other), &caller.token).await;
                    let expected = (caller.on_other_competition)(grants);
                    assert_eq!(let_in, expected, "{} at another's {method} {path}", caller.name);
                }
            }
        }
        // Whoever might end it did.
        app.start_presentation(own).await;
        app.show_scoreboard(own).await;
        let caller = |name| callers.iter().find(|caller| caller.name == name).expect("is there");
        let (audience, rival) = (caller("audience"), caller("rival team"));
        for (method, path, action) in &routes {
            if !path.contains("{competition_id}") {
                continue;
            }
            let grants = action.grants();
            let rivals_too =
                matches!(grants.team, TeamReach::Competition | TeamReach::WhileScoreboardShown);
            let watched = grants.audience != AudienceReach::None;
            for (screen, expected) in [(audience, watched), (rival, rivals_too)] {
                for (id, expected) in [(own, expected), (other, false)] {
                    let path = fill(path, *action, id);
                    let let_in = is_let_in(&app, method, &path, &screen.token).await;
                    assert_eq!(let_in, expected, "{} at {method} {path}, with scores", screen.name);
                }
            }
        }
        for caller in &callers {
            let gone = app.post("/api/auth/logout").bearer(&caller.token).send().await;
            assert_eq!(gone.status, 204, "{} may log out", caller.name);
        }
    }
}

on_both_databases! {
    async fn whoever_waits_for_the_start_reaches_nothing_but_the_door(app: TestApp) {
        let (city, other_city) = (app.city("Own").await, app.city("Other").await);
        let own = app.competition(draft("own"), city).await;
        let other = app.competition(draft("other"), other_city).await;
        for view in [View::Team, View::Judge, View::Audience] {
            let token = app.wait_as(own, view).await;
            for (method, path, action) in guarded_routes() {
                if action.grants().waiting {
                    continue;
                }
                for id in [own, other] {
                    let path = fill(&path, action, id);
                    let request = app.request(&method, &path).bearer(&token);
                    let answer = request.json(&serde_json::json!({})).send().await;
                    answer.expect_error(401, "competition_not_active");
                }
            }
            app.get("/api/auth/test").bearer(&token).send().await.expect(204);
            app.post("/api/auth/logout").bearer(&token).send().await.expect(204);
        }
    }
}

on_both_databases! {
    settings = {
        let mut settings = estrad_testkit::TestSettings::default();
        settings.http.policy.editors_read_all_cities = false;
        settings
    };

    async fn where_editors_keep_to_themselves_they_do_not_even_learn_what_there_is(app: TestApp) {
        let (city, other_city) = (app.city("Own").await, app.city("Other").await);
        let own = app.competition(draft("own"), city).await;
        let other = app.competition(draft("other"), other_city).await;
        let editor = app.editor("own@test.se", "Own").await;
        for (method, path, action) in guarded_routes() {
            if action.grants().editor == EditorReach::Readable && path.contains("{competition_id}")
            {
                assert!(is_let_in(&app, &method, &fill(&path, action, own), &editor).await, "{path}");
                assert!(!is_let_in(&app, &method, &fill(&path, action, other), &editor).await, "{path}");
            }
        }
        let found = app.get("/api/competitions/search").bearer(&editor).send().await.expect(200);
        let found = found.as_array().expect("a list");
        assert!(!found.is_empty());
        assert!(found.iter().all(|item| item["city_id"] == city.0), "{found:?}");
    }
}
