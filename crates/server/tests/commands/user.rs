//! `estrad user`

use crate::harness::{ServerProcess, on_both_databases};

on_both_databases! {
    async fn a_password_is_set_while_the_server_runs_and_ends_what_the_old_one_began(home: Home) {
        let (email, password) = home.create_ada();
        let server = ServerProcess::start(&home, "");
        let token = server.log_in(email, password).await;
        let set = format!("user set-password --email {email} --password-stdin");
        let printed = home.run_with_input(&set, "another long phrase\n").printed();
        assert!(printed.starts_with(&format!("{email} has a new password; ")), "{printed}");
        assert!(!printed.contains("another"), "{printed}");
        let gone = server.get("/api/users").bearer(&token).send().await;
        gone.expect_error(401, "token_revoked");
        server.try_log_in(email, password).await.expect_error(401, "wrong_credentials");
        let token = server.log_in(email, "another long phrase").await;
        let user = server.get("/api/users").bearer(&token).send().await.expect(200);
        assert_eq!((user["role_id"].clone(), user["name"].clone()), (1.into(), "Ada".into()));
    }

    async fn nobody_and_what_is_no_password_are_refused(home: Home) {
        let (email, password) = home.create_ada();
        let set = |email: &str| format!("user set-password --email {email} --password-stdin");
        let said = home.run_with_input(&set("eve@example.org"), "another long phrase\n").failed();
        assert_eq!(said, "there is no user with the email eve@example.org");
        let said = home.run_with_input(&set(email), "short\n").refused();
        assert!(said.starts_with("the password: Shorter than"), "{said}");
        for guessed in ["Password1", "ADA@example.org"] {
            let said = home.run_with_input(&set(email), &format!("{guessed}\n")).refused();
            assert!(said.starts_with("the password: It is "), "{said}");
        }
        let said = home.run_with_input(&set("ada"), "another long phrase\n").refused();
        assert!(said.starts_with("--email: "), "{said}");
        let server = ServerProcess::start(&home, "");
        server.log_in(email, password).await;
    }
}
