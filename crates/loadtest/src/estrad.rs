//! Estrad as a target: how to come by the tokens of an operator and of an audience.

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::cli::On;
use crate::error::LoadError;

/// `view_type_id` of the code that opens the audience's view.
const AUDIENCE: i64 = 3;
/// And of the one that opens the operator's.
const OPERATOR: i64 = 4;

/// A server, and the codes of one of its competitions.
#[derive(Debug)]
pub(crate) struct Estrad {
    rest: reqwest::Client,
    base: String,
    codes: Value,
}

impl Estrad {
    /// Signs in and reads the codes of a competition.
    pub(crate) async fn sign_in(host: &str, on: &On) -> Result<Self, LoadError> {
        let rest = reqwest::Client::new();
        let base = format!("http://{host}/api");
        let password =
            on.password.as_deref().ok_or(LoadError::Usage("Estrad needs a --password"))?;
        let credentials = json!({"email": on.email, "password": password});
        let login = answer(rest.post(format!("{base}/auth/login")).json(&credentials)).await?;
        let token = text(&login, "access_token")?;
        let get = |path: &str| rest.get(format!("{base}/competitions/{path}")).bearer_auth(&token);
        let id = match on.competition {
            Some(id) => id,
            None => answer(get("search")).await?[0]["id"]
                .as_i64()
                .ok_or(LoadError::Missing("competition"))?,
        };
        let codes = answer(get(&format!("{id}/codes"))).await?;
        Ok(Self { rest, base, codes })
    }

    pub(crate) async fn operator_token(&self) -> Result<String, LoadError> {
        self.token(OPERATOR).await
    }

    /// Is given only while the presentation runs.
    pub(crate) async fn audience_token(&self) -> Result<String, LoadError> {
        self.token(AUDIENCE).await
    }

    async fn token(&self, view: i64) -> Result<String, LoadError> {
        let mut codes = self.codes.as_array().into_iter().flatten();
        let code = codes.find(|code| code["view_type_id"] == view);
        let code = code.ok_or(LoadError::Missing("code for this view"))?;
        let body = json!({"code": code["code"]});
        let login = answer(self.rest.post(format!("{}/auth/code", self.base)).json(&body)).await?;
        text(&login, "access_token")
    }
}

async fn answer(request: RequestBuilder) -> Result<Value, LoadError> {
    let response: Response = request.send().await?;
    let status = response.status();
    if !status.is_success() {
        let path = response.url().path().to_owned();
        return Err(LoadError::Status(path, status.as_u16(), response.text().await?));
    }
    Ok(response.json().await?)
}

fn text(answer: &Value, member: &'static str) -> Result<String, LoadError> {
    answer[member].as_str().map(str::to_owned).ok_or(LoadError::Missing(member))
}
