//! The one table of what can go wrong: a stable word for programs, its status, and a sentence for
//! people.

use actix_web::http::StatusCode;

macro_rules! words {
    ($($name:ident = $status:ident, $word:literal, $sentence:literal;)+) => {
        /// The stable word of an error, as `error` on the wire.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorWord {
            $(#[doc = $sentence] $name,)+
        }

        impl ErrorWord {
            /// Every word there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// As it is on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// The status that goes with it.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// What it means, for people.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)+ }
            }
        }
    };
}

words! {
    InvalidJson = BAD_REQUEST, "invalid_json", "The body is not valid JSON.";
    InvalidRequest = BAD_REQUEST, "invalid_request", "The request can't be understood.";
    InvalidBundle = BAD_REQUEST, "invalid_bundle", "The file is no bundle that can be imported.";
    UnknownEvent = BAD_REQUEST, "unknown_event", "There is no such event.";
    OrderOutOfRange = BAD_REQUEST, "order_out_of_range", "There is no such place in the order.";
    MissingFile = BAD_REQUEST, "missing_file", "There is no file in the form.";
    UnsupportedFile = BAD_REQUEST, "unsupported_file", "The file is broken, or not of a kind that is taken here.";
    ImageTooLarge = BAD_REQUEST, "image_too_large", "The image has too many pixels.";
    MalformedCode = UNAUTHORIZED, "malformed_code", "A code has six letters and digits.";
    CompetitionNotActive = UNAUTHORIZED, "competition_not_active", "The competition has not started.";
    WrongCredentials = UNAUTHORIZED, "wrong_credentials", "The email or the password is wrong.";
    TokenMissing = UNAUTHORIZED, "token_missing", "Sign in first: there is no token.";
    TokenInvalid = UNAUTHORIZED, "token_invalid", "The token is not valid.";
    TokenExpired = UNAUTHORIZED, "token_expired", "The token has expired: sign in again.";
    TokenRevoked = UNAUTHORIZED, "token_revoked", "The token has been revoked: sign in again.";
    NotAllowed = UNAUTHORIZED, "not_allowed", "This is not allowed for you.";
    OriginNotAllowed = FORBIDDEN, "origin_not_allowed", "Pages of this origin may not connect: see http.cors_origins.";
    NotFound = NOT_FOUND, "not_found", "There is no such thing.";
    RouteNotFound = NOT_FOUND, "route_not_found", "There is nothing at this address.";
    CodeNotFound = NOT_FOUND, "code_not_found", "No competition has this code.";
    CompetitionNotFound = NOT_FOUND, "competition_not_found", "There is no such competition.";
    PresentationNotFound = NOT_FOUND, "presentation_not_found", "The competition is not being presented, or there is no such presentation of it.";
    CityNotFound = NOT_FOUND, "city_not_found", "There is no such city.";
    UserNotFound = NOT_FOUND, "user_not_found", "There is no such user.";
    SlideNotFound = NOT_FOUND, "slide_not_found", "There is no such slide in the competition.";
    QuestionNotFound = NOT_FOUND, "question_not_found", "There is no such question on the slide.";
    AlternativeNotFound = NOT_FOUND, "alternative_not_found", "There is no such alternative of the question.";
    ComponentNotFound = NOT_FOUND, "component_not_found", "There is no such component on the slide.";
    TeamNotFound = NOT_FOUND, "team_not_found", "There is no such team in the competition.";
    AnswerNotFound = NOT_FOUND, "answer_not_found", "The team has no answer there.";
    ScoreNotFound = NOT_FOUND, "score_not_found", "The team has no score for this question.";
    ViewNotFound = NOT_FOUND, "view_not_found", "There is no such view.";
    MediaNotFound = NOT_FOUND, "media_not_found", "There is no such file.";
    SessionNotFound = NOT_FOUND, "session_not_found", "The user has no such session.";
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method_not_allowed", "This address does not take that method.";
    RequestTimeout = REQUEST_TIMEOUT, "request_timeout", "The body took too long to arrive.";
    Conflict = CONFLICT, "conflict", "Something with this value exists already.";
    CityNameTaken = CONFLICT, "city_name_taken", "There is a city of that name already.";
    EmailTaken = CONFLICT, "email_taken", "There is a user with that email already.";
    CompetitionNameTaken = CONFLICT, "competition_name_taken", "There is a competition of that name in that year and city already.";
    TeamNameTaken = CONFLICT, "team_name_taken", "There is a team of that name in the competition already.";
    InUse = CONFLICT, "in_use", "It is still in use.";
    CityInUse = CONFLICT, "city_in_use", "Users or competitions still belong to the city.";
    AnswersLocked = CONFLICT, "answers_locked", "Answers are not taken now.";
    KeyReused = CONFLICT, "key_reused", "The key is of another answer.";
    TimerOver = CONFLICT, "timer_over", "The time of this slide has run out: start it again with `restart`, or reopen it.";
    NotResumable = CONFLICT, "not_resumable", "The presentation can't be resumed any more.";
    NoTimer = CONFLICT, "no_timer", "The slide has no timer.";
    HasResults = CONFLICT, "has_results", "There are results that would go with it: say confirm=true to do it all the same.";
    PresentationActive = CONFLICT, "presentation_active", "The competition is being presented: end the presentation first.";
    OwnAccount = CONFLICT, "own_account", "Nobody can do this to their own account.";
    LastAdmin = CONFLICT, "last_admin", "There would be no administrator left.";
    TooMany = CONFLICT, "too_many", "There are as many as there may be.";
    OtherVersion = PRECONDITION_FAILED, "other_version", "Somebody else changed it in the meantime: read it again.";
    BodyTooLarge = PAYLOAD_TOO_LARGE, "body_too_large", "The body is too large.";
    FileTooLarge = PAYLOAD_TOO_LARGE, "file_too_large", "The file is too large.";
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "The body is not of a type that is understood here.";
    RangeNotSatisfiable = RANGE_NOT_SATISFIABLE, "range_not_satisfiable", "The file has no such part.";
    ValidationFailed = UNPROCESSABLE_ENTITY, "validation_failed", "Some fields are not as they should be.";
    QuotaExceeded = TOO_MANY_REQUESTS, "quota_exceeded", "More than one may do.";
    TooManyTries = TOO_MANY_REQUESTS, "too_many_tries", "Too many tries: wait before the next one.";
    TooManyConnections = TOO_MANY_REQUESTS, "too_many_connections", "There are too many connections from this address: try again in a moment.";
    Internal = INTERNAL_SERVER_ERROR, "internal", "Something went wrong on the server.";
    Busy = SERVICE_UNAVAILABLE, "busy", "The server is busy: try again in a moment.";
    ServerFull = SERVICE_UNAVAILABLE, "server_full", "The server has as many connections as it can take: try again in a moment.";
    DatabaseUnavailable = SERVICE_UNAVAILABLE, "database_unavailable", "The database can't be reached: try again in a moment.";
    StorageFull = INSUFFICIENT_STORAGE, "storage_full", "The server's disk is full: nothing was stored.";
}

impl ErrorWord {
    /// Whether there is something wrong with the token, which another login may put right.
    pub(crate) const fn is_of_token(self) -> bool {
        matches!(
            self,
            Self::TokenMissing | Self::TokenInvalid | Self::TokenExpired | Self::TokenRevoked
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_word_is_its_own() {
        let words: HashSet<_> = ErrorWord::ALL.iter().map(|word| word.as_str()).collect();
        assert_eq!(words.len(), ErrorWord::ALL.len());
    }
}
