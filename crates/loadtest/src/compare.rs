//! Reports of the same run beside one another, with ratios.
//!
//! A machine is never as fast as it was an hour ago, so only what ran together is worth comparing;
//! and as it is not even as fast as a minute ago, repeated runs are shown by their medians.

use std::io::BufRead;

use crate::error::LoadError;
use crate::report::{Measure, Report};
use crate::table;

/// Reads reports, one a line, and lays them out.
pub(crate) fn render(lines: impl BufRead) -> Result<String, LoadError> {
    let mut reports = Vec::<Report>::new();
    for line in lines.lines() {
        reports.push(serde_json::from_str(&line?)?);
    }
    let mut runs = Vec::<&str>::new();
    for report in &reports {
        if !runs.contains(&report.run.as_str()) {
            runs.push(&report.run);
        }
    }
    let tables = runs.iter().map(|run| {
        let of_run: Vec<_> = reports.iter().filter(|report| report.run == *run).collect();
        side_by_side(&of_run)
    });
    Ok(tables.collect::<Vec<_>>().join("\n"))
}

/// One table for the reports of one run. Ratios are to the server that came first.
pub(crate) fn side_by_side(reports: &[&Report]) -> String {
    let mut servers = Vec::<Vec<&Report>>::new();
    for report in reports {
        match servers.iter_mut().find(|same| same[0].server == report.server) {
            Some(same) => same.push(report),
            None => servers.push(vec![report]),
        }
    }
    let Some(first) = reports.first() else { return String::new() };
    let title = servers.iter().map(|same| match same.len() {
        1 => same[0].server.clone(),
        repeated => format!("{}, median of {repeated}", same[0].server),
    });
    let mut rows = vec![[first.run.clone()].into_iter().chain(title).collect::<Vec<_>>()];
    for Measure { name, unit, .. } in &first.measures {
        let label = if unit.is_empty() { name.clone() } else { format!("{name} ({unit})") };
        let values: Vec<_> = servers.iter().map(|same| median(same, name)).collect();
        let cells = values.iter().enumerate().map(|(server, value)| {
            let Some(value) = *value else { return "-".to_owned() };
            let shown = table::number(value);
            match values[0] {
                Some(base) if server > 0 && base > 0.0 => {
                    format!("{shown} ({:.2}×)", value / base)
                }
                _ => shown,
            }
        });
        rows.push([label].into_iter().chain(cells).collect());
    }
    table::render(&rows)
}

fn median(reports: &[&Report], name: &str) -> Option<f64> {
    let mut values: Vec<_> = reports.iter().filter_map(|report| report.value(name)).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        count if count.is_multiple_of(2) => Some((values[middle - 1] + values[middle]) / 2.0),
        _ => Some(values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(run: &str, server: &str, value: f64) -> String {
        let measure = Measure { name: "latency".into(), unit: "ms".into(), value };
        let report = Report { run: run.into(), server: server.into(), measures: vec![measure] };
        report.line().unwrap()
    }

    #[test]
    fn servers_of_one_run_stand_beside_one_another() {
        let lines = [
            report("fan-out", "ours", 4.0),
            report("fan-out", "theirs", 7.0),
            report("idle", "ours", 1.0),
            report("fan-out", "theirs", 5.0),
            report("fan-out", "theirs", 100.0),
        ];
        let text = render(lines.concat().as_bytes()).unwrap();
        assert_eq!(
            text,
            "  fan-out        ours  theirs, median of 3\n  \
               latency (ms)  4.000        7.000 (1.75×)\n\n  \
               idle           ours\n  latency (ms)  1.000\n"
        );
    }

    #[test]
    fn the_median_of_two_lies_between_them() {
        let lines = [report("a", "b", 1.0), report("a", "b", 4.0)].concat();
        let reports: Vec<Report> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(median(&reports.iter().collect::<Vec<_>>(), "latency"), Some(2.5));
        assert_eq!(median(&[], "latency"), None);
    }
}
