//! Estrad as a target: how to come by the tokens of its screens, and what else is asked of it.

use std::rc::Rc;
use std::time::SystemTime;

use reqwest::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::cli::On;
use crate::error::LoadError;

/// `view_type_id` of the codes that open the views of teams.
const TEAM: i64 = 1;
/// Of the one that opens the audience's view.
const AUDIENCE: i64 = 3;
/// And of the one that opens the operator's.
const OPERATOR: i64 = 4;

/// A server, and the codes of one of its competitions. Cloning it costs next to nothing.
#[derive(Clone, Debug)]
pub(crate) struct Estrad {
    rest: reqwest::Client,
    host: String,
    token: String,
    competition_id: i64,
    codes: Rc<Value>,
}

/// A team, and the code that opens its screen.
#[derive(Clone, Debug)]
pub(crate) struct Team {
    pub(crate) id: i64,
    pub(crate) code: String,
}

/// How answers were written so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recorded {
    pub(crate) jobs: u64,
    pub(crate) transactions: u64,
}

impl Estrad {
    /// Signs in and reads the codes of a competition.
    pub(crate) async fn sign_in(host: &str, on: &On) -> Result<Self, LoadError> {
        let rest = reqwest::Client::new();
        let password =
            on.password.as_deref().ok_or(LoadError::Usage("Estrad needs a --password"))?;
        let credentials = json!({"email": on.email, "password": password});
        let login = rest.post(format!("http://{host}/api/auth/login")).json(&credentials);
        let token = text(&answer(login).await?, "access_token")?;
        let host = host.to_owned();
        let mut estrad = Self { rest, host, token, competition_id: 0, codes: Rc::default() };
        let found = match on.competition {
            Some(id) => Some(id),
            None => estrad.read("search").await?[0]["id"].as_i64(),
        };
        estrad.choose(found).await?;
        Ok(estrad)
    }

    /// Imports a competition, which is the one that everything is about from now on.
    pub(crate) async fn import(&mut self, bundle: Vec<u8>) -> Result<(), LoadError> {
        // A name is free only once.
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_millis();
        let import = self
            .rest
            .post(self.address(&format!("import?name=Load-{now}")))
            .bearer_auth(&self.token)
            .header(CONTENT_TYPE, "application/zip")
            .body(bundle);
        let imported = answer(import).await?["id"].as_i64();
        self.choose(imported).await
    }

    async fn choose(&mut self, competition_id: Option<i64>) -> Result<(), LoadError> {
        self.competition_id = competition_id.ok_or(LoadError::Missing("competition"))?;
        self.codes = self.read(&format!("{}/codes", self.competition_id)).await?.into();
        Ok(())
    }

    pub(crate) async fn operator_token(&self) -> Result<String, LoadError> {
        self.view_token(OPERATOR).await
    }

    /// Is given only while the presentation runs.
    pub(crate) async fn audience_token(&self) -> Result<String, LoadError> {
        self.view_token(AUDIENCE).await
    }

    async fn view_token(&self, view: i64) -> Result<String, LoadError> {
        let code = self.codes_of(view).next().ok_or(LoadError::Missing("code for this view"))?;
        self.code_token(&text(code, "code")?).await
    }

    /// What a code opens.
    pub(crate) async fn code_token(&self, code: &str) -> Result<String, LoadError> {
        let address = format!("http://{}/api/auth/code", self.host);
        let login = answer(self.rest.post(address).json(&json!({"code": code}))).await?;
        text(&login, "access_token")
    }

    /// The teams of the competition.
    pub(crate) fn teams(&self) -> Vec<Team> {
        let team = |code: &Value| {
            Some(Team { id: code["team_id"].as_i64()?, code: code["code"].as_str()?.to_owned() })
        };
        self.codes_of(TEAM).filter_map(team).collect()
    }

    fn codes_of(&self, view: i64) -> impl Iterator<Item = &Value> {
        let codes = self.codes.as_array().into_iter().flatten();
        codes.filter(move |code| code["view_type_id"] == view)
    }

    /// The alternative that is answered on the first slide.
    pub(crate) async fn first_alternative(&self) -> Result<i64, LoadError> {
        let rich = self.read(&self.competition_id.to_string()).await?;
        let alternative = &rich["slides"][0]["questions"][0]["alternatives"][0]["id"];
        alternative.as_i64().ok_or(LoadError::Missing("alternative on its first slide"))
    }

    /// Reads the scoreboard, or hears that it is as it was. Gives its size in bytes and its tag.
    pub(crate) async fn scoreboard(
        &self,
        unless: Option<&str>,
    ) -> Result<(usize, String), LoadError> {
        let mut request = self.get(&format!("{}/scoreboard", self.competition_id));
        if let Some(tag) = unless {
            request = request.header(IF_NONE_MATCH, tag);
        }
        let response = request.send().await?;
        let status = response.status();
        if !status.is_success() && status.as_u16() != 304 {
            return Err(refusal(response).await);
        }
        let tag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
        let tag = tag.ok_or(LoadError::Missing("tag on its scoreboard"))?.to_owned();
        Ok((response.bytes().await?.len(), tag))
    }

    /// How answers were written so far, as the metrics tell it.
    pub(crate) async fn recorded(&self) -> Result<Recorded, LoadError> {
        let metrics = self.rest.get(format!("http://{}/metrics", self.host)).send().await?;
        let metrics = metrics.error_for_status()?.text().await?;
        let jobs = counter(&metrics, "estrad_recording_jobs_total ");
        let transactions = counter(&metrics, "estrad_recording_transactions_total ");
        let both = jobs.zip(transactions);
        let (jobs, transactions) = both.ok_or(LoadError::Missing("metrics of its recording"))?;
        Ok(Recorded { jobs, transactions })
    }

    async fn read(&self, path: &str) -> Result<Value, LoadError> {
        answer(self.get(path)).await
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.rest.get(self.address(path)).bearer_auth(&self.token)
    }

    fn address(&self, path: &str) -> String {
        format!("http://{}/api/competitions/{path}", self.host)
    }
}

async fn answer(request: RequestBuilder) -> Result<Value, LoadError> {
    let response: Response = request.send().await?;
    if !response.status().is_success() {
        return Err(refusal(response).await);
    }
    Ok(response.json().await?)
}

async fn refusal(response: Response) -> LoadError {
    let (path, status) = (response.url().path().to_owned(), response.status().as_u16());
    LoadError::Status(path, status, response.text().await.unwrap_or_default())
}

fn text(answer: &Value, member: &'static str) -> Result<String, LoadError> {
    answer[member].as_str().map(str::to_owned).ok_or(LoadError::Missing(member))
}

fn counter(metrics: &str, name: &str) -> Option<u64> {
    metrics.lines().find_map(|line| line.strip_prefix(name))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_found_by_its_whole_name() {
        let metrics = "# TYPE a_b counter\na_b_total 7\na_b_c_total 9\n";
        assert_eq!(counter(metrics, "a_b_c_total "), Some(9));
        assert_eq!(counter(metrics, "a_b_total "), Some(7));
        assert_eq!(counter(metrics, "a_total "), None);
    }
}
