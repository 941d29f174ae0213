//! The result of a run: named numbers, for people and for programs.

use serde::{Deserialize, Serialize};

use crate::cli::{On, Speech};
use crate::error::LoadError;

/// What one run of a scenario found out about one server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    /// What was done. Only equal runs can be compared.
    pub(crate) run: String,
    pub(crate) server: String,
    pub(crate) measures: Vec<Measure>,
}

/// A number.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Measure {
    pub(crate) name: String,
    pub(crate) unit: String,
    pub(crate) value: f64,
}

impl Report {
    pub(crate) fn new(on: &On, run: String) -> Self {
        let kind = if on.estrad.is_some() { "Estrad" } else { "rival" };
        let speech = match on.protocol {
            Speech::SocketIo => "Socket.IO",
            Speech::Plain => "plain",
            Speech::Raw => "raw",
        };
        let server = on.name.clone().unwrap_or_else(|| format!("{kind}, {speech}"));
        Self::of(server, run)
    }

    /// Of something that is no server.
    pub(crate) fn of(server: String, run: String) -> Self {
        Self { run, server, measures: Vec::new() }
    }

    pub(crate) fn add(&mut self, name: &str, unit: &str, value: f64) {
        self.measures.push(Measure { name: name.to_owned(), unit: unit.to_owned(), value });
    }

    /// As one line of JSON.
    pub(crate) fn line(&self) -> Result<String, LoadError> {
        Ok(serde_json::to_string(self)? + "\n")
    }

    pub(crate) fn value(&self, name: &str) -> Option<f64> {
        self.measures.iter().find(|measure| measure.name == name).map(|measure| measure.value)
    }
}
