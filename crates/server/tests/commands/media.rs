//! `estrad media`

use estrad_testkit::files::{FORM, form, png};

use crate::harness::{ServerProcess, on_both_databases};

on_both_databases! {
    async fn files_are_looked_through_for_metadata_while_the_server_runs(home: Home) {
        let (email, password) = home.create_ada();
        let server = ServerProcess::start(&home, "");
        let token = server.log_in(email, password).await;
        let body = form("image", "a.png", &png(4, 3));
        server.post("/api/media/images").bearer(&token).body(FORM, body).send().await.expect(200);
        let looked = home.run("media strip-metadata --dry-run").printed();
        assert_eq!(looked, "Of 1 files, 0 have metadata.\n");
        // What can't be read is said, and is no reason to leave out the others.
        let folder = home.data("media");
        let files = std::fs::read_dir(&folder).expect("a directory").map(|f| f.expect("one").path());
        let original = files.filter(|file| file.extension().is_none()).min().expect("a file");
        std::fs::write(original, "broken").expect("writes");
        let done = home.run("media strip-metadata").printed();
        assert_eq!(
            done,
            "Of 1 files, 0 had metadata, which is gone; 1 could not be read and stay as they are.\n"
        );
    }
}
