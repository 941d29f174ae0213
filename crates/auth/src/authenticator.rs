//! Letting people in, knowing them again, and letting them go.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use estrad_domain::clock::{Clock, Timestamp};
use estrad_domain::code::{Code, CompetitionCode, TypedCode};
use estrad_domain::principal::{Principal, Screen, UserPrincipal, Waiting};
use estrad_domain::quota::Rate;
use estrad_domain::types::View;
use estrad_domain::user::Email;
use estrad_domain::{CompetitionId, PresentationId, UserId};
use estrad_persistence::queries::sessions::{self as session_rows, NewSession};
use estrad_persistence::queries::users::Credentials;
use estrad_persistence::queries::{codes, presentations, revoked_tokens, users};
use estrad_persistence::{AnyConnection, Database, Error as StorageError};

use crate::gates::Gates;
use crate::pace::{Pace, TooMany};
use crate::random::identifier;
use crate::sessions::{self, Used};
use crate::tokens::{Bearer, Claims};
use crate::tries::{self, Tried};
use crate::{CodeLoginError, LoginError, Passwords, Random, SigningKey, Source, TokenError};

/// What the operator of the server may choose.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long a user's token is good.
    pub user_token_lifetime: Duration,
    /// How long the token of a code is good.
    pub code_token_lifetime: Duration,
    /// How many codes of one address are evaluated.
    pub codes: Rate,
}

/// Whoever calls with a good token.
#[derive(Debug, Clone)]
pub struct Caller {
    #[expect(missing_docs, reason = "says itself")]
    pub principal: Principal,
    /// The token's own id.
    pub jti: String,
    #[expect(missing_docs, reason = "says itself")]
    pub expires_at: Timestamp,
}

/// A user let in.
#[derive(Debug)]
#[expect(missing_docs, reason = "says itself")]
pub struct Login {
    pub id: UserId,
    pub token: String,
    /// The tokens of sessions that this one ended, as there were too many.
    pub ended: Vec<String>,
}

/// A screen let in.
#[derive(Debug)]
#[expect(missing_docs, reason = "says itself")]
pub struct CodeLogin {
    pub code: CompetitionCode,
    pub token: String,
    /// Whether it waits for the start, and may do nothing else before that.
    pub waits: bool,
}

/// Lets people in, knows them again, lets them go.
#[derive(Clone)]
pub struct Authenticator {
    database: Database,
    passwords: Passwords,
    key: SigningKey,
    settings: Settings,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    used: Arc<Used>,
    code_pace: Pace,
    password_pace: Pace,
    gates: Gates,
    accounts_slowed: Arc<AtomicU64>,
}

/// How often tries were slowed down, since the server started.
#[derive(Debug, Clone, Copy)]
pub struct Slowed {
    /// An address began to try more codes than are evaluated.
    pub codes: u64,
    /// An address began to try more passwords than are evaluated.
    pub passwords: u64,
    /// The tries of an account were used up.
    pub accounts: u64,
}

/// How many passwords of one address are evaluated: each costs a core a quarter of a second.
const PASSWORDS: Rate = Rate { per_second: 10, burst: 100 };

impl Authenticator {
    #[expect(missing_docs, reason = "says itself")]
    pub fn new(
        database: Database,
        passwords: Passwords,
        key: SigningKey,
        settings: Settings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self {
            database,
            passwords,
            key,
            settings,
            clock,
            random,
            used: Arc::default(),
            code_pace: Pace::new("codes", settings.codes),
            password_pace: Pace::new("passwords", PASSWORDS),
            gates: Gates::default(),
            accounts_slowed: Arc::default(),
        }
    }

    /// How often tries were slowed down.
    pub fn slowed(&self) -> Slowed {
        Slowed {
            codes: self.code_pace.slowed(),
            passwords: self.password_pace.slowed(),
            accounts: self.accounts_slowed.load(Ordering::Relaxed),
        }
    }

    /// Hashes and checks passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// Lets a user in by email and password. An unknown address takes as long, counts as much and
    /// answers the same as a wrong password.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn log_in(
        &self,
        email: Email,
        password: String,
        source: Source,
        user_agent: &str,
    ) -> Result<Login, LoginError> {
        let now = self.clock.now();
        let network = sessions::network(source.address);
        let user_agent = sessions::user_agent(user_agent);
        let tried = Tried::new(&email, source.address);
        let find = move |connection: &mut AnyConnection| users::credentials(connection, &email);
        let user = self.check_counted(tried, find, password, source).await?;
        let bearer = Bearer::user(user.id, user.role, user.city_id, user.token_generation);
        let lifetime = self.settings.user_token_lifetime;
        let (claims, token) = self.issue(user.id.to_string(), bearer, lifetime)?;
        let session = NewSession {
            user_id: user.id,
            created_at: now,
            expires_at: claims.expires_at(),
            jti: claims.jti,
            address: network,
            user_agent,
        };
        let ended = self
            .database
            .write(move |connection| {
                // Somebody may have deleted the user, or changed the password, since it was read.
                let generation = users::principal(connection, user.id)?.map(|(_, now)| now);
                if generation != Some(user.token_generation) {
                    return Ok::<_, StorageError>(None);
                }
                session_rows::insert(connection, &session).map(Some)
            })
            .await?;
        let ended = ended.ok_or(LoginError::WrongCredentials)?;
        let ended = ended.into_iter().map(|ended| ended.jti).collect();
        Ok(Login { id: user.id, token, ended })
    }

    /// Checks a user's own password once more, before they change it. A wrong one counts as one of a
    /// login does.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn confirm_password(
        &self,
        id: UserId,
        password: String,
        source: Source,
    ) -> Result<(), LoginError> {
        let user = self.database.read(move |connection| users::get(connection, id)).await?;
        let email = Email::new(&user.email).map_err(|_| LoginError::WrongCredentials)?;
        let tried = Tried::new(&email, source.address);
        let find = move |connection: &mut AnyConnection| users::credentials_of(connection, id);
        self.check_counted(tried, find, password, source).await.map(drop)
    }

    /// Checks a password that is counted as a wrong one until it was right.
    async fn check_counted(
        &self,
        tried: Tried,
        find: impl FnOnce(&mut AnyConnection) -> Result<Option<Credentials>, StorageError>
        + Send
        + 'static,
        password: String,
        source: Source,
    ) -> Result<Credentials, LoginError> {
        let throttled = |retry_after| LoginError::Throttled { retry_after };
        self.password_pace.turn(source).await.map_err(|many| throttled(many.retry_after))?;
        let _under_way = self.gates.pass(tried.here()).await?;
        let now = self.clock.now();
        let subject = tried.clone();
        let (counted, credentials) = self
            .database
            .write(move |connection| {
                let counted = tries::count(connection, &subject, now)?;
                Ok::<_, StorageError>((counted, find(connection)?))
            })
            .await?;
        let counted = counted.map_err(|early| throttled(early.retry_after))?;
        if counted.is_last {
            self.used_up(credentials.as_ref());
        }

        let hash = credentials.as_ref().map(|c| c.password_hash.clone());
        let verified = match self.passwords.verify(password.clone(), hash).await {
            Ok(verified) => verified,
            Err(error) => {
                // It was not looked at: it was not wrong.
                self.database.write(move |c| tries::take_back(c, &tried)).await?;
                return Err(error.into());
            }
        };
        let Some(user) = credentials.filter(|_| verified.matches) else {
            self.password_pace.was_wrong(source);
            return Err(LoginError::WrongCredentials);
        };
        let fresh = match verified.is_outdated {
            // It was right, whether or not it can be hashed anew just now.
            true => self.passwords.rehash(&password).await.ok().flatten(),
            false => None,
        };
        let (id, old) = (user.id, user.password_hash.clone());
        self.database
            .write(move |connection| {
                if let Some(fresh) = fresh {
                    users::replace_hash(connection, id, &old, &fresh)?;
                }
                tries::was_right(connection, &tried, now)
            })
            .await?;
        Ok(user)
    }

    /// Says once that an account's tries are used up, without whose it is.
    fn used_up(&self, account: Option<&Credentials>) {
        self.accounts_slowed.fetch_add(1, Ordering::Relaxed);
        let user_id = account.map(|account| account.id.0);
        tracing::warn!(user_id, "an account's tries are used up; only known addresses are served");
    }

    /// Lets a screen in by its code: the operator's always, the others' while the competition is
    /// being presented, or before that if they `wait` for it.
    ///
    /// # Errors
    /// [`CodeLoginError`].
    pub async fn log_in_with_code(
        &self,
        code: &str,
        wait: bool,
        source: Source,
    ) -> Result<CodeLogin, CodeLoginError> {
        let typed = TypedCode::parse(code).map_err(|_| CodeLoginError::Malformed)?;
        let turn = self.code_pace.turn(source).await;
        turn.map_err(|TooMany { retry_after }| CodeLoginError::Throttled { retry_after })?;
        let found = self
            .database
            .read(move |connection| {
                let Some(code) = codes::find_typed(connection, &typed)? else { return Ok(None) };
                let latest = presentations::latest(connection, code.competition_id)?;
                Ok::<_, StorageError>(Some((code, latest)))
            })
            .await?;
        let Some((code, latest)) = found else {
            self.code_pace.was_wrong(source);
            return Err(CodeLoginError::Unknown);
        };
        // Whoever runs it waits for nobody.
        let wait = wait && code.view != View::Operator;
        let (active, newest) = latest.map_or((false, 0), |run| (run.is_active(), run.id.0));
        if !active && !wait && code.view != View::Operator {
            return Err(CodeLoginError::NotActive);
        }
        // The run that goes on is not waited for any more.
        let since = PresentationId(if active { newest - 1 } else { newest });
        let bearer = Bearer::screen(
            code.competition_id,
            code.view,
            code.team_id,
            &code.code,
            wait.then_some(since),
        );
        let lifetime = self.settings.code_token_lifetime;
        let (_, token) = self.issue(code.id.to_string(), bearer, lifetime)?;
        Ok(CodeLogin { code, token, waits: wait && !active })
    }

    /// Knows the bearer of a token again, as the database has them now.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn authenticate(&self, token: &str) -> Result<Caller, TokenError> {
        let claims = self.key.read(token, self.clock.now())?;
        let expires_at = claims.expires_at();
        let Claims { jti, bearer, .. } = claims;
        let id = jti.clone();
        let principal = self
            .database
            .read(move |connection| {
                if revoked_tokens::contains(connection, &id)? {
                    return Ok::<_, StorageError>(None);
                }
                match bearer {
                    Bearer::User { user_id, generation, .. } => {
                        user_principal(connection, user_id.into(), generation)
                    }
                    Bearer::Screen { competition_id, team_id, view, code, waits_since } => {
                        let found = screen(connection, competition_id, team_id, &view, &code)?;
                        let Some(mut screen) = found else { return Ok(None) };
                        screen.waiting = waiting(connection, screen.competition_id, waits_since)?;
                        Ok(Some(Principal::Screen(screen)))
                    }
                }
            })
            .await?;
        let principal = principal.ok_or(TokenError::Revoked)?;
        if principal.user().is_some() {
            self.used.remember(&jti);
        }
        Ok(Caller { principal, jti, expires_at })
    }

    /// Revokes the caller's token, on every node and for good.
    ///
    /// # Errors
    /// Of the database.
    pub async fn log_out(&self, caller: &Caller) -> Result<(), StorageError> {
        let (jti, expires_at) = (caller.jti.clone(), caller.expires_at);
        self.database
            .write(move |connection| {
                session_rows::forget(connection, &jti)?;
                revoked_tokens::insert(connection, &jti, expires_at)
            })
            .await
    }

    /// Notes in the database which sessions were used since the last time.
    ///
    /// # Errors
    /// Of the database; then they are noted when they are used again.
    pub async fn note_uses(&self) -> Result<(), StorageError> {
        let (used, now) = (self.used.take(), self.clock.now());
        if used.is_empty() {
            return Ok(());
        }
        self.database.write(move |c| session_rows::note_uses(c, &used, now)).await
    }

    /// Forgets what has run out: sessions and revoked tokens past their time, old login failures.
    ///
    /// # Errors
    /// Of the database.
    pub async fn sweep(&self) -> Result<(), StorageError> {
        let now = self.clock.now();
        self.database
            .write(move |connection| {
                revoked_tokens::forget_expired(connection, now)?;
                session_rows::forget_expired(connection, now)?;
                tries::sweep(connection, now)
            })
            .await
    }

    fn issue(
        &self,
        subject: String,
        bearer: Bearer,
        lifetime: Duration,
    ) -> Result<(Claims, String), StorageError> {
        let jti = identifier(&*self.random);
        let claims = Claims::new(subject, bearer, jti, self.clock.now(), lifetime);
        // Signing with a key that was accepted does not fail; were it to, it is a fault of ours.
        let token = self.key.sign(&claims).map_err(|_| StorageError::Interrupted)?;
        Ok((claims, token))
    }
}

fn user_principal(
    connection: &mut AnyConnection,
    id: UserId,
    generation: i64,
) -> Result<Option<Principal>, StorageError> {
    let user: Option<(UserPrincipal, i64)> = users::principal(connection, id)?;
    Ok(user.filter(|(_, current)| *current == generation).map(|(user, _)| Principal::User(user)))
}

/// A screen's token is as good as its code: when that is renewed, or its team gone, so is the
/// token.
fn screen(
    connection: &mut AnyConnection,
    competition_id: i64,
    team_id: Option<i64>,
    view: &str,
    code: &str,
) -> Result<Option<Screen>, StorageError> {
    let Ok(code) = Code::parse(code) else { return Ok(None) };
    let found = codes::find(connection, &code)?.filter(|found| {
        found.competition_id.0 == competition_id
            && found.team_id.map(|id| id.0) == team_id
            && found.view.name() == view
    });
    Ok(found.map(|found| Screen {
        competition_id: found.competition_id,
        view: found.view,
        team_id: found.team_id,
        code: found.code,
        waiting: Waiting::No,
    }))
}

/// Whether what the screen waits for has come.
fn waiting(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    since: Option<i64>,
) -> Result<Waiting, StorageError> {
    let Some(since) = since.map(PresentationId) else { return Ok(Waiting::No) };
    let begun = presentations::has_begun(connection, competition_id, since)?;
    Ok(if begun { Waiting::Begun } else { Waiting::ForStart })
}
