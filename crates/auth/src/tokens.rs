//! Bearer tokens: JSON Web Tokens (RFC 7519), signed with HMAC-SHA-256 and with nothing else.

use std::fmt;

use estrad_domain::clock::Timestamp;
use estrad_domain::code::Code;
use estrad_domain::types::View;
use estrad_domain::{CityId, CompetitionId, PresentationId, TeamId, UserId};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::TokenError;

/// The shortest secret: as long as the signature (RFC 7518, 3.2).
pub const MIN_SECRET_BYTES: usize = 32;

/// The key that tokens are signed and checked with.
#[derive(Clone)]
pub struct SigningKey {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// Never shown.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(******)")
    }
}

impl SigningKey {
    /// A key of a secret, if it is at least [`MIN_SECRET_BYTES`] long.
    pub fn new(secret: &[u8]) -> Option<Self> {
        (secret.len() >= MIN_SECRET_BYTES).then(|| Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
        })
    }

    pub(crate) fn sign(&self, claims: &Claims) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.encoding)
    }

    /// Reads a token whose signature and time are good.
    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let mut validation = Validation::new(Algorithm::HS256);
        // The time is ours to check: the library would take the machine's, and forgive a minute.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.set_required_spec_claims(&["exp"]);
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation)
            .map_err(|error| match error.kind() {
                ErrorKind::ExpiredSignature => TokenError::Expired,
                _ => TokenError::Invalid,
            })?
            .claims;
        if claims.exp <= now.timestamp() {
            return Err(TokenError::Expired);
        }
        Ok(claims)
    }
}

/// What a token says. The names of the front-end in use, which reads `exp` and those of
/// [`Bearer::Screen`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    fresh: bool,
    iat: i64,
    nbf: i64,
    pub(crate) exp: i64,
    pub(crate) jti: String,
    #[serde(rename = "type")]
    kind: TokenKind,
    sub: String,
    #[serde(flatten)]
    pub(crate) bearer: Bearer,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TokenKind {
    Access,
}

/// For whom a token speaks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Bearer {
    Screen {
        competition_id: i64,
        team_id: Option<i64>,
        view: String,
        code: String,
        /// The presentation after which there has to be one, where the screen waits for that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waits_since: Option<i64>,
    },
    User {
        user_id: i64,
        role: String,
        city_id: i64,
        generation: i64,
    },
}

impl Claims {
    pub(crate) fn new(
        subject: String,
        bearer: Bearer,
        jti: String,
        now: Timestamp,
        lifetime: std::time::Duration,
    ) -> Self {
        let iat = now.timestamp();
        // Lifetimes are settings of hours: far from overflowing.
        let exp = iat.saturating_add_unsigned(lifetime.as_secs());
        Self {
            fresh: false,
            iat,
            nbf: iat,
            exp,
            jti,
            kind: TokenKind::Access,
            sub: subject,
            bearer,
        }
    }

    pub(crate) fn expires_at(&self) -> Timestamp {
        Timestamp::from_timestamp(self.exp, 0).unwrap_or(Timestamp::MAX_UTC)
    }
}

impl Bearer {
    pub(crate) fn screen(
        competition_id: CompetitionId,
        view: View,
        team_id: Option<TeamId>,
        code: &Code,
        waits_since: Option<PresentationId>,
    ) -> Self {
        Self::Screen {
            competition_id: competition_id.0,
            team_id: team_id.map(|id| id.0),
            view: view.name().to_owned(),
            code: code.as_str().to_owned(),
            waits_since: waits_since.map(|id| id.0),
        }
    }

    pub(crate) fn user(
        id: UserId,
        role: estrad_domain::types::Role,
        city_id: CityId,
        generation: i64,
    ) -> Self {
        Self::User { user_id: id.0, role: role.name().to_owned(), city_id: city_id.0, generation }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + seconds, 0).expect("a time")
    }

    fn claims() -> Claims {
        let code = Code::parse("ABC123").expect("a code");
        let bearer = Bearer::screen(CompetitionId(7), View::Team, Some(TeamId(3)), &code, None);
        Claims::new("code".into(), bearer, "id".into(), at(0), Duration::from_secs(60))
    }

    #[test]
    fn a_token_is_good_until_its_time_is_out() {
        let key = SigningKey::new(SECRET).expect("long enough");
        let token = key.sign(&claims()).expect("signs");
        assert!(key.read(&token, at(59)).is_ok());
        assert!(matches!(key.read(&token, at(60)), Err(TokenError::Expired)));
    }

    #[test]
    fn other_keys_other_algorithms_and_changed_claims_are_refused() {
        let key = SigningKey::new(SECRET).expect("long enough");
        let other = SigningKey::new(&[7; 32]).expect("long enough");
        let token = key.sign(&claims()).expect("signs");
        assert!(matches!(other.read(&token, at(0)), Err(TokenError::Invalid)));

        let hs512 = jsonwebtoken::encode(&Header::new(Algorithm::HS512), &claims(), &key.encoding)
            .expect("signs");
        assert!(matches!(key.read(&hs512, at(0)), Err(TokenError::Invalid)));

        let parts: Vec<&str> = token.split('.').collect();
        // {"alg":"none","typ":"JWT"}
        let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", parts[1]);
        assert!(matches!(key.read(&none, at(0)), Err(TokenError::Invalid)));
        let swapped = format!("{}.{}.{}", parts[0], parts[1].replace('a', "b"), parts[2]);
        assert!(matches!(key.read(&swapped, at(0)), Err(TokenError::Invalid)));
        for garbage in ["", ".", "..", "a.b.c", "not a token", "🎭"] {
            assert!(matches!(key.read(garbage, at(0)), Err(TokenError::Invalid)), "{garbage:?}");
        }
    }

    #[test]
    fn a_short_secret_makes_no_key() {
        assert!(SigningKey::new(&SECRET[1..]).is_none());
    }

    #[test]
    fn the_front_end_finds_its_claims() {
        let json = serde_json::to_value(claims()).expect("serialises");
        for (name, value) in [
            ("competition_id", serde_json::json!(7)),
            ("team_id", serde_json::json!(3)),
            ("view", serde_json::json!("Team")),
            ("code", serde_json::json!("ABC123")),
            ("exp", serde_json::json!(1_800_000_060)),
        ] {
            assert_eq!(json[name], value, "{name}");
        }
        assert_eq!(json.get("waits_since"), None, "it did not ask to wait");
    }
}
