//! `estrad export` and `estrad import bundle`

use std::fs;

use crate::harness::{Home, ServerProcess, on_both_databases};
use crate::import::with_whole_export;

on_both_databases! {
    async fn a_competition_goes_to_another_server_and_comes_back_as_the_same_file(home: Home) {
        let home = with_whole_export(home);
        home.run("import t8 t8").printed();
        let printed = home.run("export 1 one.zip --answers").printed();
        assert!(printed.ends_with(" is in one.zip now.\n"), "{printed}");

        let other = Home::new();
        fs::copy(home.path("one.zip"), other.path("one.zip")).expect("copies");
        let (email, password) = other.create_ada();
        let printed = other.run("import bundle one.zip --city Lund").printed();
        assert!(printed.ends_with(" into Lund, with the id 1.\n"), "{printed}");
        other.run("export 1 again.zip --answers").printed();
        let (first, again) = (fs::read(home.path("one.zip")), fs::read(other.path("again.zip")));
        assert!(first.expect("a bundle") == again.expect("a bundle"));

        let server = ServerProcess::start(&other, "");
        let token = server.log_in(email, password).await;
        let rich = server.get("/api/competitions/1").bearer(&token).send().await.expect(200);
        assert!(rich["slides"].as_array().is_some_and(|slides| !slides.is_empty()));
    }

    async fn what_can_not_be_taken_or_given_is_named_and_nothing_is_overwritten(home: Home) {
        let home = with_whole_export(home).with_file("x.zip", "no bundle");
        home.run("import t8 t8").printed();
        assert!(home.run("export 99 y.zip").failed().contains("there is no competition 99"));
        assert!(!home.path("y.zip").exists());
        assert!(home.run("export 1 x.zip").failed().contains("can't write x.zip"));
        assert_eq!(fs::read(home.path("x.zip")).expect("it is there"), b"no bundle");
        let said = home.run("import bundle x.zip --city Lund").failed();
        assert!(said.contains("the file is not a bundle"), "{said}");
        assert!(home.run("import bundle z.zip --city Lund").failed().contains("can't read z.zip"));
        home.run("export 1 one.zip").printed();
        home.run("import bundle one.zip --city Lund").printed();
        let said = home.run("import bundle one.zip --city Lund").failed();
        assert!(said.contains("nothing was imported"), "{said}");
        home.run("import bundle one.zip --city Lund --name Another").printed();
    }
}
