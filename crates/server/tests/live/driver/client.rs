//! One client of a program: what it is told to do, and what it tells.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use super::Driver;
use crate::harness::lines::PATIENCE;

/// A client that a test talks to.
pub(crate) struct Client {
    driver: Arc<Driver>,
    number: u32,
    reports: UnboundedReceiver<Value>,
    /// What came while something else was waited for.
    early: VecDeque<Value>,
}

impl Client {
    pub(super) fn new(driver: Arc<Driver>, number: u32, reports: UnboundedReceiver<Value>) -> Self {
        Self { driver, number, reports, early: VecDeque::new() }
    }

    /// Tells the program to do something with it.
    pub(crate) fn tell(&self, action: &str, more: Value) {
        self.driver.tell(self.number, action, more);
    }

    /// Sends an event, with data unless that is null.
    pub(crate) fn emit(&self, event: &str, data: Value) {
        self.tell("emit", said(event, data));
    }

    /// Sends an event and waits for its acknowledgement.
    pub(crate) async fn ask(&mut self, event: &str, data: Value) -> Value {
        self.tell("ask", said(event, data));
        self.report("ack").await["data"].take()
    }

    /// Sends an event that has to be done; gives its acknowledgement.
    pub(crate) async fn done(&mut self, event: &str, data: Value) -> Value {
        let acknowledged = self.ask(event, data).await;
        assert_eq!(acknowledged["ok"], true, "{event}: {acknowledged}");
        acknowledged
    }

    /// The next report of that kind: `open`, `upgraded`, `refused`, `closed`, `ack` or `event`.
    /// Others that come before it are kept.
    pub(crate) async fn report(&mut self, is: &str) -> Value {
        if let Some(at) = self.early.iter().position(|report| report["is"] == is) {
            return self.early.remove(at).unwrap_or_default();
        }
        let awaited = async {
            while let Some(report) = self.reports.recv().await {
                if report["is"] == is {
                    return Some(report);
                }
                self.early.push_back(report);
            }
            None
        };
        let found = tokio::time::timeout(PATIENCE, awaited).await;
        let (kind, early) = (self.driver.kind, &self.early);
        match found {
            Ok(Some(report)) => report,
            Ok(None) => panic!("{kind:?} ended before {is:?}, after {early:?}"),
            Err(_) => panic!("{kind:?} tells no {is:?}, only {early:?}"),
        }
    }

    /// The next event's name and data.
    pub(crate) async fn event(&mut self) -> (String, Value) {
        let mut report = self.report("event").await;
        (report["event"].as_str().unwrap_or_default().to_owned(), report["data"].take())
    }

    /// The data of the next event but `presence`, which has to be this one.
    pub(crate) async fn expect(&mut self, event: &str) -> Value {
        loop {
            let (name, data) = self.event().await;
            if name == event {
                return data;
            }
            assert_eq!(name, "presence", "while waiting for {event}: {data}");
        }
    }

    /// Waits for the message with that place in the log; gives the places of all up to there.
    pub(crate) async fn through(&mut self, seq: i64) -> Vec<i64> {
        let mut seen = Vec::new();
        while seen.last() != Some(&seq) {
            let (_, data) = self.event().await;
            seen.extend(data["seq"].as_i64());
        }
        seen
    }

    /// What has come and was not waited for; asks for the time first, so that all that the server
    /// sent before is here.
    pub(crate) async fn heard(&mut self) -> Vec<Value> {
        self.done("time", json!({"t0": 1})).await;
        self.early.drain(..).collect()
    }
}

fn said(event: &str, data: Value) -> Value {
    match data {
        Value::Null => json!({"event": event}),
        data => json!({"event": event, "data": data}),
    }
}
