//! Where the configuration comes from, and what is refused.

use crate::harness::Home;

const FILE: &str = ".local/share/estrad/estrad.toml";

#[test]
fn without_any_configuration_the_defaults_hold() {
    let printed = Home::new().run("config").printed();
    assert!(printed.contains("listen = \"127.0.0.1:5000\" # built-in default\n"), "{printed}");
    assert!(printed.contains("# database_url is not set: the SQLite file"), "{printed}");
    assert!(printed.contains("\nbody_limit_bytes = 1048576 # built-in default\n"));
    assert!(printed.contains("cors_origins = [] # built-in default\n"), "{printed}");
}

#[test]
fn each_place_overrides_the_ones_before_it() {
    let file = "database_url = 'sqlite:1'\n[http]\nworkers = 1\ncors_origins = ['http://a']";
    let home = Home::new()
        .with_file("e.toml", file)
        .with_variable("ESTRAD_HTTP_WORKERS", "2")
        .with_variable("ESTRAD_HTTP_TRUSTED_PROXIES", "10.0.0.1, fd00::/8")
        .with_variable("DATABASE_URL", "sqlite:2");
    let printed = home.run("config --config e.toml --database-url sqlite:3").printed();
    for line in [
        "database_url = \"sqlite:3\" # flag --database-url\n",
        "workers = 2 # environment variable ESTRAD_HTTP_WORKERS\n",
        "cors_origins = [\"http://a\"] # e.toml, line 4\n",
        "trusted_proxies = [\"10.0.0.1\", \"fd00::/8\"] # environment variable",
    ] {
        assert!(printed.contains(line), "{line} in\n{printed}");
    }
}

#[test]
fn the_file_is_the_named_one_or_that_of_the_data_directory() {
    let home = Home::new()
        .with_file(FILE, "listen = '127.0.0.1:1'")
        .with_file("data/estrad.toml", "listen = '127.0.0.1:2'")
        .with_file("variable.toml", "listen = '127.0.0.1:3'")
        .with_file("flag.toml", "listen = '127.0.0.1:4'\ndata_dir = '/elsewhere'");
    // On Linux only is the platform's data directory sure to be below the home.
    if cfg!(target_os = "linux") {
        assert!(home.run("config").printed().contains("127.0.0.1:1"));
    }
    assert!(home.run("config --data-dir data").printed().contains("127.0.0.1:2"));
    let home = home.with_variable("ESTRAD_DATA_DIR", "data");
    assert!(home.run("config").printed().contains("127.0.0.1:2"));
    let home = home.with_variable("ESTRAD_CONFIG", "variable.toml");
    assert!(home.run("config").printed().contains("127.0.0.1:3"));
    assert!(home.run("config --config flag.toml").printed().contains("127.0.0.1:4"));
}

#[test]
fn a_file_that_was_named_has_to_be_there() {
    let said = Home::new().run("config --config none.toml").refused();
    assert!(said.starts_with("can't read the configuration file none.toml: "), "{said}");
}

#[test]
fn a_data_directory_does_not_move_itself() {
    let home = Home::new().with_file("data/estrad.toml", "data_dir = 'elsewhere'");
    let said = home.run("config --data-dir data").refused();
    assert!(said.starts_with("data_dir can't be set here (data/estrad.toml, line 1)"), "{said}");
}

#[test]
fn a_data_directory_that_is_a_file_is_named() {
    let home = Home::new().with_file("data", "");
    let said = home.run("config --data-dir data").refused();
    assert!(said.contains("data/estrad.toml: "), "{said}");
}

#[test]
fn unknown_keys_and_variables_stop_the_start() {
    let home = Home::new().with_file("e.toml", "[http]\nworkerz = 2");
    assert_eq!(
        home.run("config --config e.toml").refused(),
        "unknown setting http.workerz (e.toml, line 2); did you mean http.workers?"
    );
    let home = Home::new().with_variable("ESTRAD_HTTP_WORKER", "2");
    assert_eq!(
        home.run("config").refused(),
        "unknown environment variable ESTRAD_HTTP_WORKER; did you mean ESTRAD_HTTP_WORKERS?"
    );
    let home = Home::new().with_variable("ESTRAD_COLOUR", "red");
    assert_eq!(home.run("config").refused(), "unknown environment variable ESTRAD_COLOUR");
    let home = Home::new().with_variable("ESTRAD_TEST_COLOUR", "red");
    home.run("config").printed();
}

#[test]
fn a_bad_value_is_named_with_its_place_and_what_was_expected() {
    let home = Home::new().with_file("e.toml", "\n[auth]\nbcrypt_cost = 9");
    assert_eq!(
        home.run("config --config e.toml").refused(),
        "auth.bcrypt_cost: 9 (e.toml, line 3) is not valid: expected a whole number from 10 to 15"
    );
    let home = Home::new().with_variable("ESTRAD_HTTP_CORS_ORIGINS", "http://a,*");
    let said = home.run("config").refused();
    assert!(
        said.starts_with(
            "http.cors_origins: \"http://a,*\" (environment variable ESTRAD_HTTP_CORS_ORIGINS) is \
             not valid: expected a list of origins such as https://quiz.example.org; of \"*\": "
        ),
        "{said}"
    );
    let said = Home::new().run("serve --listen localhost").refused();
    assert!(
        said.starts_with(
            "listen: \"localhost\" (flag --listen) is not valid: expected an IP address with a port"
        ),
        "{said}"
    );
}

#[test]
fn values_of_every_kind_are_checked() {
    for (name, value, said) in [
        ("ESTRAD_HTTP_TRUSTED_PROXIES", "10.0.0.1,proxy", "\"proxy\" is neither"),
        ("ESTRAD_POLICY_EDITORS_READ", "some", "expected \"all\" or \"own\""),
        ("ESTRAD_LOG_FILTER", "estrad=loud", "expected a level"),
        ("ESTRAD_LOG_FORMAT", "xml", "expected \"auto\", \"pretty\" or \"json\""),
        ("ESTRAD_METRICS_EXPOSE", "", "expected \"loopback\", \"public\" or \"off\""),
        ("ESTRAD_DATA_DIR", "", "expected the path of a directory"),
        (
            "DATABASE_URL",
            "mysql://h/d",
            "expected postgres://USER:PASSWORD@HOST/NAME or sqlite:PATH",
        ),
    ] {
        let refused = Home::new().with_variable(name, value).run("config").refused();
        assert!(refused.contains(said) && refused.contains(name), "{refused}");
    }
    for (line, said) in [
        ("listen = 5000", "listen: 5000 (e.toml, line 1)"),
        ("http.workers = '2'", "http.workers: \"2\" (e.toml, line 1)"),
        ("http.workers = true", "http.workers: true (e.toml, line 1)"),
        ("http.cors_origins = 'http://a'", "http.cors_origins: \"http://a\" (e.toml, line 1)"),
        ("http.cors_origins = [1]", "http.cors_origins: [1] (e.toml, line 1)"),
        ("[listen]", "listen: a section (e.toml, line 1)"),
    ] {
        let refused = Home::new().with_file("e.toml", line).run("config --config e.toml").refused();
        assert!(refused.starts_with(said), "{refused}");
    }
}

#[test]
fn a_bad_value_that_is_overridden_is_still_bad() {
    let home = Home::new().with_file("e.toml", "listen = 'here'");
    let said = home.run("serve --config e.toml --listen 127.0.0.1:0").refused();
    assert!(said.starts_with("listen: \"here\" (e.toml, line 1)"), "{said}");
}

#[test]
fn broken_toml_is_refused_with_its_place_and_without_its_text() {
    let home = Home::new().with_file("e.toml", "# ours\njwt_secret = hunter2hunter2");
    let said = home.run("config --config e.toml").refused();
    assert!(said.starts_with("e.toml:2:14: not valid TOML: "), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn secrets_are_masked_and_short_ones_refused() {
    let secret = "0123456789abcdef0123456789abcdef";
    let home = Home::new()
        .with_variable("ESTRAD_JWT_SECRET", secret)
        .with_variable("DATABASE_URL", "postgres://me:s3cret@h/d?sslpassword=s3cret");
    let printed = home.run("config").printed();
    assert!(!printed.contains(secret) && !printed.contains("s3cret"), "{printed}");
    assert!(printed.contains("jwt_secret = \"********\" # environment variable ESTRAD_JWT_SECRET"));
    assert!(printed.contains("\"postgres://me:********@h/d?sslpassword=********\""), "{printed}");

    assert_eq!(
        Home::new().with_variable("ESTRAD_JWT_SECRET", "hunter2").run("config").refused(),
        "jwt_secret: the value (environment variable ESTRAD_JWT_SECRET) is not valid: expected a \
         secret of 32 bytes or more; it has 7 bytes"
    );
    let said = Home::new().run("config --database-url mysql://me:s3cret@h/d").refused();
    assert!(said.contains("\"mysql://me:********@h/d\"") && !said.contains("s3cret"), "{said}");
}

#[test]
fn what_is_printed_says_the_same_when_it_is_read() {
    let home = Home::new()
        .with_variable("ESTRAD_HTTP_CORS_ORIGINS", "http://localhost:3000,https://quiz.example.org")
        .with_variable("ESTRAD_AUTH_BCRYPT_COST", "15")
        .with_variable("ESTRAD_LOG_FILTER", "info,estrad[{name=\"\\\\\"}]=debug")
        .with_variable("ESTRAD_DATA_DIR", "data # \"quoted\" 'twice' \\ å");
    let printed = home.run("config --database-url sqlite:a.db").printed();
    let again = Home::new().with_file("e.toml", &printed).run("config --config e.toml").printed();
    let values = |text: &str| toml::from_str::<toml::Table>(text).expect("TOML");
    assert_eq!(values(&printed), values(&again));
    assert_eq!(values(&printed)["http"]["cors_origins"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_mistake_on_the_command_line_is_a_mistake_of_usage() {
    let said = Home::new().run("serve --colour red").refused();
    assert!(said.starts_with("unexpected argument '--colour' found"), "{said}");
    assert!(Home::new().run("--help").printed().contains("A server for live competitions"));
}
