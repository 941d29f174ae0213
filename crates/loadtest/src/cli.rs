//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Measures live servers: Estrad, and rivals that broadcast what one client sends.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// One operator changes slides, and everyone hears of it.
    FanOut(FanOut),
    /// Clients connect and are silent: what does one take of the server's memory?
    Idle(Idle),
    /// All clients are cut at once and come back as fast as the server lets them.
    Storm(Storm),
    /// Each team changes an answer, all within a second or so.
    Answers(Answers),
    /// The scoreboard of a competition with many teams is read again and again.
    Scoreboard(Scoreboard),
    /// What a disk can do: how often a second can something be added to a file for good?
    Fsync(Fsync),
    /// Lays out the lines that `--json` printed, one server beside the other, with ratios.
    Compare,
}

/// What is measured.
#[derive(Debug, Args)]
pub(crate) struct On {
    /// An Estrad server, such as `http://127.0.0.1:5000`.
    #[arg(long, value_name = "URL", required_unless_present = "rival", conflicts_with = "rival")]
    pub(crate) estrad: Option<String>,
    /// A server that takes anybody and sends to all what one sends, such as `127.0.0.1:4000`.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) rival: Option<String>,
    /// Of an Estrad server: who may read the codes of its competitions.
    #[arg(long, default_value = "admin@demo.example")]
    pub(crate) email: String,
    /// The password that goes with it.
    #[arg(long, env = "ESTRAD_LOADTEST_PASSWORD", hide_env_values = true)]
    pub(crate) password: Option<String>,
    /// The id of a competition of at least two slides; the first that is found, otherwise.
    #[arg(long)]
    pub(crate) competition: Option<i64>,
    /// How the clients speak.
    #[arg(long, value_enum, default_value_t = Speech::SocketIo)]
    pub(crate) protocol: Speech,
    /// How many clients there are besides the operator; in `answers` each is a team of its own.
    #[arg(long, visible_alias = "teams", default_value_t = 1000)]
    pub(crate) clients: usize,
    /// How many of them connect at the same time.
    #[arg(long, default_value_t = 64)]
    pub(crate) at_once: usize,
    /// The process of the server, whose time and memory are read from /proc.
    #[arg(long, value_name = "PID")]
    pub(crate) server_pid: Option<u32>,
    /// How long to wait for a server that does nothing any more, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub(crate) patience: Duration,
    /// The server's name in the table.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Print one line of JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FanOut {
    #[command(flatten)]
    pub(crate) on: On,
    /// How many broadcasts are measured.
    #[arg(long, default_value_t = 200)]
    pub(crate) rounds: usize,
    /// How many broadcasts are on their way at a time.
    #[arg(long, default_value_t = 1, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    pub(crate) in_flight: usize,
    /// How many broadcasts go before those that are measured.
    #[arg(long, default_value_t = 20)]
    pub(crate) warm_up: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Idle {
    #[command(flatten)]
    pub(crate) on: On,
    /// How long the server has to come to rest before its memory is read, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = seconds)]
    pub(crate) settle: Duration,
}

#[derive(Debug, Args)]
pub(crate) struct Storm {
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct Answers {
    #[command(flatten)]
    pub(crate) on: On,
    /// Over which time the teams answer, evenly, in seconds; 0 is as fast as they can be sent.
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub(crate) seconds: Duration,
    /// How often each team answers, with a rest in between.
    #[arg(long, default_value_t = 3, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    pub(crate) rounds: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Scoreboard {
    #[command(flatten)]
    pub(crate) on: On,
    /// How many questions each team has a score for.
    #[arg(long, default_value_t = 50)]
    pub(crate) questions: usize,
    /// How often the scoreboard is read.
    #[arg(long, default_value_t = 50)]
    pub(crate) rounds: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Fsync {
    /// A directory on that disk.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) directory: PathBuf,
    /// For how long, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = seconds)]
    pub(crate) seconds: Duration,
    /// Print one line of JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How a client and a server speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Speech {
    /// Socket.IO v5 over Engine.IO v4, websocket only.
    #[value(name = "socketio")]
    SocketIo,
    /// Estrad's JSON frames at `/ws`.
    Plain,
    /// The same frames at `/`, of a rival.
    Raw,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|error| format!("{error}"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_server_is_either_estrad_or_a_rival() {
        assert!(Cli::try_parse_from(["estrad-loadtest", "idle"]).is_err());
        let both = ["estrad-loadtest", "idle", "--rival", "a:1", "--estrad", "http://b"];
        assert!(Cli::try_parse_from(both).is_err());
        assert!(Cli::try_parse_from(&both[..4]).is_ok());
    }
}
