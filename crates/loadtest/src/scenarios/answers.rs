//! Each team changes an answer, all within a second or so.

use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::spawn_local;
use tokio::time::{sleep, sleep_until};

use crate::ballot::{Ballot, Outcome};
use crate::bundle::bundle;
use crate::cli::{Answers, On};
use crate::client::{Client, Speaker, Told};
use crate::crowd;
use crate::error::LoadError;
use crate::percentile::percentile;
use crate::process::Process;
use crate::report::Report;
use crate::target::Target;

/// Between two rounds, so that none inherits what the one before left to do.
const REST: Duration = Duration::from_secs(1);

/// Imports a competition of so many teams, each of which comes in with a code and a connection of
/// its own, and has them answer. The operator listens, as one does.
pub(crate) async fn answers(args: &Answers, target: &mut Target) -> Result<Report, LoadError> {
    let on = &args.on;
    target.estrad()?.import(bundle(on.clients, 2, false)?).await?;
    let ballot = Rc::new(Ballot::default());
    let (operator, _) = crowd::operator(target, on).await?;
    // Whoever reads too slowly what so many teams type is let go, and would come back: nothing that
    // the teams' numbers depend on.
    crowd::rest(operator);
    let mut teams = Vec::with_capacity(on.clients);
    for (id, client) in come_in(target, on).await? {
        teams.push((id, client.speaker()));
        listen(client, &ballot);
    }
    let estrad = target.estrad()?.clone();
    let alternative = estrad.first_alternative().await?;

    let server = on.server_pid.map(Process::of);
    let mut sum = Sum::default();
    for round in 0..args.rounds {
        sleep(REST).await;
        let counted = estrad.recorded().await?;
        let cpu = server.as_ref().map(Process::cpu_time).transpose()?;
        let own = Process::this().cpu_time()?;
        send(&ballot, &teams, alternative, round, args.seconds).await?;
        sum.add(ballot.close(on.patience).await?);
        sum.own += Process::this().cpu_time()? - own;
        if let (Some(server), Some(before)) = (&server, cpu) {
            sum.cpu += server.cpu_time()? - before;
        }
        let recorded = estrad.recorded().await?;
        sum.jobs += recorded.jobs - counted.jobs;
        sum.transactions += recorded.transactions - counted.transactions;
    }
    Ok(sum.report(args))
}

/// Brings all teams in, each with its code.
async fn come_in(target: &mut Target, on: &On) -> Result<Vec<(i64, Client)>, LoadError> {
    let estrad = target.estrad()?.clone();
    let teams = estrad.teams();
    let opening = teams.iter().map(|team| {
        let (estrad, code) = (estrad.clone(), team.code.clone());
        async move { estrad.code_token(&code).await }
    });
    let tokens = crowd::at_once(on.at_once, opening).await?;
    let entrances = tokens.into_iter().map(|token| Rc::new(target.with_token(token))).collect();
    let clients = crowd::everyone(target, entrances, on).await?;
    Ok(teams.iter().map(|team| team.id).zip(clients).collect())
}

fn listen(client: Client, ballot: &Rc<Ballot>) {
    let ballot = ballot.clone();
    spawn_local(async move {
        let hear = |told| {
            if let Told::Ack { id, ok } = told {
                ballot.hear(id, ok);
            }
        };
        let ended = client.keep(hear).await;
        ballot.fail(ended);
    });
}

/// Sends an answer of each team, evenly over that time. It is another one in each round: one that
/// is as it was would not be written.
async fn send(
    ballot: &Ballot,
    teams: &[(i64, Speaker)],
    alternative: i64,
    round: usize,
    over: Duration,
) -> Result<(), LoadError> {
    let start = Instant::now();
    for (place, (team, speaker)) in teams.iter().enumerate() {
        let due = start + over.mul_f64(place as f64 / teams.len() as f64);
        if due > Instant::now() {
            sleep_until(due.into()).await;
        }
        let data = format!(
            "{{\"team_id\":{team},\"question_alternative_id\":{alternative},\
             \"answer\":\"Answer {round}\",\"key\":\"{round}\"}}"
        );
        speaker.answer(ballot.send(), &data).await?;
    }
    Ok(())
}

#[derive(Default)]
struct Sum {
    latencies: Vec<u32>,
    refused: usize,
    took: Duration,
    cpu: Duration,
    own: Duration,
    jobs: u64,
    transactions: u64,
}

impl Sum {
    fn add(&mut self, outcome: Outcome) {
        self.latencies.extend(outcome.latencies);
        self.refused += outcome.refused;
        self.took += outcome.took;
    }

    fn report(mut self, args: &Answers) -> Report {
        let on = &args.on;
        let (teams, seconds) = (on.clients, args.seconds.as_secs_f64());
        let mut report = Report::new(on, format!("{teams} teams answer within {seconds} s"));
        let taken = self.latencies.len() as f64;
        report.add("acknowledged", "1/s", taken / self.took.as_secs_f64());
        for (name, percent) in [
            ("acknowledgement, 50 %", 50.0),
            ("acknowledgement, 99 %", 99.0),
            ("the last acknowledgement", 100.0),
        ] {
            report.add(name, "ms", f64::from(percentile(&mut self.latencies, percent)) / 1e3);
        }
        let rounds = args.rounds as f64;
        report.add("refused", "", self.refused as f64 / rounds);
        report.add("transactions", "", self.transactions as f64 / rounds);
        let group = self.jobs as f64 / self.transactions.max(1) as f64;
        report.add("answers in a transaction", "", group);
        let each = |time: Duration| time.as_secs_f64() * 1e6 / taken.max(1.0);
        if on.server_pid.is_some() {
            report.add("server's CPU per answer", "µs", each(self.cpu));
            let share = self.cpu.as_secs_f64() * 100.0 / self.took.as_secs_f64();
            report.add("server's share of a core", "%", share);
        }
        report.add("generator's CPU per answer", "µs", each(self.own));
        report
    }
}
