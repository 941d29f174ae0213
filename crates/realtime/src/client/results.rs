//! Answers and scores over a socket.

use estrad_domain::answer::{AnswerKey, AnswerText, AnsweredBy, Reason};
use estrad_domain::clock::Moment;
use estrad_domain::points::Points;
use estrad_domain::policy::Action;
use estrad_domain::text::BoundedText;
use estrad_domain::{AlternativeId, QuestionId, TeamId};
use estrad_persistence::queries::recording::GivenAnswer;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Client;
use super::events::parse;
use crate::LiveError;
use crate::recording::Giving;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    team_id: TeamId,
    question_alternative_id: AlternativeId,
    /// Null to withdraw it.
    #[serde(deserialize_with = "Deserialize::deserialize")]
    answer: Option<String>,
    question_id: Option<QuestionId>,
    key: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Score {
    team_id: TeamId,
    question_id: QuestionId,
    /// As a number: how exact it may be is looked at after.
    /// Null to withdraw it.
    #[serde(deserialize_with = "Deserialize::deserialize")]
    score: Option<serde_json::Number>,
    reason: Option<String>,
}

impl Client {
    pub(super) async fn answer(
        &mut self,
        data: Value,
        arrived: Moment,
    ) -> Result<Value, LiveError> {
        let asked = parse::<Answer>(data)?;
        let giving = self.giving(Action::WriteAnswers, asked.team_id, arrived).await?;
        let key: Option<AnswerKey> = asked.key.map(|key| text("key", key)).transpose()?;
        let reason: Option<Reason> = asked.reason.map(|why| text("reason", why)).transpose()?;
        let by = AnsweredBy::new(&self.signed_in()?.caller.principal, reason)
            .map_err(|error| LiveError::field("reason", error.to_string()))?;
        let Some(answer) = asked.answer else {
            if key.is_some() {
                let told = "What is withdrawn has none: doing it again does no harm.";
                return Err(LiveError::field("key", told));
            }
            let (place, question) = (asked.question_alternative_id, asked.question_id);
            let withdrawn = self.live.withdraw_answer(giving, place, question, by).await?;
            return Ok(json!({"ok": true, "seq": withdrawn.seq}));
        };
        let answer: AnswerText = text("answer", answer)?;
        let given = GivenAnswer {
            alternative_id: asked.question_alternative_id,
            question_id: asked.question_id,
            answer,
            key,
        };
        let taken = self.live.answer(giving, given, by).await?;
        Ok(json!({"ok": true, "seq": taken.seq, "id": taken.answer.id}))
    }

    pub(super) async fn score(&mut self, data: Value, arrived: Moment) -> Result<Value, LiveError> {
        let asked = parse::<Score>(data)?;
        let giving = self.giving(Action::WriteScores, asked.team_id, arrived).await?;
        let reason: Option<Reason> = asked.reason.map(|why| text("reason", why)).transpose()?;
        let Some(score) = asked.score else {
            let withdrawn = self.live.withdraw_score(giving, asked.question_id, reason).await?;
            return Ok(json!({"ok": true, "seq": withdrawn.seq, "total": withdrawn.total}));
        };
        let points = score.as_f64().and_then(Points::exactly);
        let points =
            points.ok_or_else(|| LiveError::field("score", "Not a number of hundredths."))?;
        let taken = self.live.score(giving, asked.question_id, points, reason).await?;
        Ok(json!({
            "ok": true,
            "seq": taken.seq,
            "id": taken.score.id,
            "score": taken.score.score,
            "total": taken.total,
        }))
    }

    /// Whose result it is, if the client may give it.
    async fn giving(
        &self,
        action: Action,
        team_id: TeamId,
        arrived: Moment,
    ) -> Result<Giving, LiveError> {
        let (competition_id, mut target) = self.about(None)?;
        target.team_id = Some(team_id);
        let actor = self.require(action, target).await?;
        Ok(Giving { competition_id, team_id, actor, arrived })
    }
}

fn text<const MIN: usize, const MAX: usize>(
    field: &str,
    text: String,
) -> Result<BoundedText<MIN, MAX>, LiveError> {
    BoundedText::new(text).map_err(|error| LiveError::field(field, error.to_string()))
}
