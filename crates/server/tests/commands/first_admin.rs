//! The administrator that the first start makes up.

use crate::harness::{ServerProcess, on_both_databases};

on_both_databases! {
    async fn the_first_start_shows_a_password_once(home: Home) {
        let mut server = ServerProcess::start(&home, "");
        let (email, password) = server.first_admin();
        assert_eq!(email, "admin@estrad.local");
        let token = server.log_in(&email, &password).await;
        let user = server.get("/api/users").bearer(&token).send().await.expect(200);
        assert_eq!(user["role_id"], 1, "{user}");
        let ended = server.stop();
        assert!(!ended.log.contains(&password), "{}", ended.log);

        let server = ServerProcess::start(&home, "");
        let token = server.log_in(&email, &password).await;
        assert_eq!(server.total(&token, "/api/users/search").await, 1);
        let ended = server.stop();
        assert_eq!(ended.printed, "");
        assert!(!ended.log.contains(&password) && !ended.log.contains(&token), "{}", ended.log);
    }

    async fn none_is_made_up_where_somebody_made_one(home: Home) {
        let (email, password) = home.create_ada();
        let server = ServerProcess::start(&home, "");
        let token = server.log_in(email, password).await;
        assert_eq!(server.total(&token, "/api/users/search").await, 1);
        assert_eq!(server.stop().printed, "");
    }
}
