//! What `estrad serve --demo` has to offer.

use serde_json::{Value, json};

use super::{Home, ServerProcess};

/// What `--demo` prints, taken apart.
pub(crate) struct Demo {
    /// Email, password, role.
    pub(crate) users: Vec<[String; 3]>,
    /// Code, what it opens, the team if it is one's.
    pub(crate) codes: Vec<[String; 3]>,
}

impl Demo {
    /// Starts a server on a free port.
    pub(crate) fn start(home: &Home) -> (ServerProcess, Self) {
        Self::start_on(home, "127.0.0.1:0")
    }

    /// Starts a server that listens here, and reads what it prints.
    pub(crate) fn start_on(home: &Home, listen: &str) -> (ServerProcess, Self) {
        let mut server = {
            // Where a later start without `--demo` looks, too.
            let data = home.data("");
            ServerProcess::start_on(home, listen, &format!("--demo --data-dir {}", data.display()))
        };
        // The last team has the last code.
        let text = server.printed.through("Counterweight");
        assert!(text.contains(&format!("http://{}", server.address)), "{text}");
        let rows = |title: &str| -> Vec<[String; 3]> {
            let lines = text.lines().skip_while(|line| !line.trim().starts_with(title)).skip(1);
            let lines = lines.take_while(|line| !line.is_empty());
            let row = |line: &str| {
                let mut cells = line.trim().splitn(2, "  ");
                let first = cells.next().unwrap_or_default().to_owned();
                let mut cells = cells.next().unwrap_or_default().trim().splitn(2, "  ");
                let second = cells.next().unwrap_or_default().to_owned();
                [first, second, cells.next().unwrap_or_default().trim().to_owned()]
            };
            lines.map(row).collect()
        };
        let (users, codes) = (rows("Email"), rows("Code "));
        (server, Self { users, codes })
    }

    /// The body of a login with the first code that opens this.
    pub(crate) fn code(&self, opens: &str) -> Value {
        let row = self.codes.iter().find(|row| row[1] == opens).expect("a code");
        json!({"code": row[0]})
    }
}
