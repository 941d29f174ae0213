//! How each case is judged: the one table of the contract replay.

use serde_json::{Value, json};

use Judged::{Same, SameWithNewIds};

/// From whom the request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Nobody,
    /// Nobody, calling the server by another name.
    NobodyAtHost(&'static str),
    /// Somebody with this `Authorization` header.
    Header(&'static str),
    Admin,
    /// The same admin, signed in once more.
    SecondAdmin,
    Editor,
    Operator,
    Team,
    Judge,
    Audience,
}

/// What is expected of ours.
pub(super) enum Judged {
    /// What was recorded; see [`super::compare`] for what that leaves open.
    Same,
    /// The same, but ids and codes in it were made for it: what was recorded stands for ours from
    /// then on. (PostgreSQL leaves out an id where an insert fails, and no database of ours gives
    /// one out twice, as the old one did.)
    SameWithNewIds,
    /// Something else, on purpose.
    Deviates {
        status: u16,
        /// Where it is written down.
        why: &'static str,
        expect: Expect,
    },
    /// What was recorded, once that is put right.
    Corrected {
        /// Where it is written down.
        #[expect(dead_code, reason = "for whoever reads the table")]
        why: &'static str,
        /// Makes of the recorded answer what the old server should have answered.
        correct: fn(&mut Value),
        /// As in [`Self::SameWithNewIds`].
        new_ids: bool,
    },
}

/// What a case that deviates is answered.
pub(super) enum Expect {
    /// An error with this word.
    Error(&'static str),
    /// Whatever of the recorded and our own answer is good by this.
    Body(fn(&Value, &Value) -> bool),
}

/// A token in good form, signed with nobody's key.
const WRONGLY_SIGNED: &str = "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
     eyJzdWIiOiIxIiwiZXhwIjo0MTAyNDQ0ODAwfQ.c2lnbmVkIHdpdGggbm9ib2R5J3Mga2V5IGF0IGFsbA";

fn has_token(_: &Value, ours: &Value) -> bool {
    ours["id"] == 1 && ours["access_token"].is_string()
}

fn has_all_seven_users(_: &Value, ours: &Value) -> bool {
    ours.as_array().is_some_and(|users| users.len() == 7)
}

fn has_all_types(_: &Value, ours: &Value) -> bool {
    ours["view_types"]
        == json!([
            {"id": 1, "name": "Team"},
            {"id": 2, "name": "Judge"},
            {"id": 3, "name": "Audience"},
            {"id": 4, "name": "Operator"},
        ])
}

fn begins_like_the_recorded(recorded: &Value, ours: &Value) -> bool {
    let recorded = recorded.as_object().expect("recorded as an object");
    recorded.iter().all(|(name, list)| {
        let (list, ours) = (list.as_array(), ours[name].as_array());
        list.zip(ours).is_some_and(|(list, ours)| ours.starts_with(list))
    })
}

fn lands_second(recorded: &mut Value) {
    recorded["order"] = json!(1);
}

fn sort_by_order(recorded: &mut Value) {
    let slides = recorded.as_array_mut().expect("recorded as a list");
    slides.sort_by_key(|slide| slide["order"].as_i64());
}

fn is_a_copy_right_after_its_original(_: &Value, ours: &Value) -> bool {
    // The original was moved from 0 to 1 by the cases before.
    ours["order"] == 2 && ours["title"] == "Slide 0" && ours["id"] != 10
}

fn is_an_empty_list(_: &Value, ours: &Value) -> bool {
    *ours == json!([])
}

fn is_a_list_of_the_one_answer(_: &Value, ours: &Value) -> bool {
    let answer = json!(
        {"id": 1, "team_id": 1, "question_alternative_id": 1, "answer": "ändrat svar"}
    );
    *ours == json!([answer])
}

/// Takes away the answer at an alternative that does not exist.
fn answers_exist(recorded: &mut Value) {
    for team in recorded["teams"].as_array_mut().expect("recorded with teams") {
        let answers = team["question_alternative_answers"].as_array_mut().expect("a list");
        answers.retain(|answer| answer["question_alternative_id"] != 99999);
    }
}

/// Takes away what a team must not know. (There is no Match question in what was recorded.)
fn is_for_teams(recorded: &mut Value) {
    answers_exist(recorded);
    for slide in recorded["slides"].as_array_mut().expect("recorded with slides") {
        for question in slide["questions"].as_array_mut().expect("a list") {
            for alternative in question["alternatives"].as_array_mut().expect("a list") {
                alternative["correct"] = json!("");
            }
        }
    }
}

fn is_nothing(_: &Value, ours: &Value) -> bool {
    ours.is_null()
}

/// Every case, in the order of the data: from whom it is, and how it is judged.
#[rustfmt::skip]
pub(super) const CASES: &[(&str, Who, Judged)] = &[
    ("auth-login-200", Who::Nobody, Same),
    ("auth-login-wrong-password-401", Who::Nobody, Same),
    ("auth-login-unknown-email-404", Who::Nobody, Judged::Deviates { status: 401, why: "contract-rest.md 3", expect: Expect::Error("wrong_credentials") }),
    ("auth-login-invalid-email-422", Who::Nobody, Same),
    ("auth-login-missing-field-422", Who::Nobody, Same),
    ("auth-login-unknown-field-422", Who::Nobody, Same),
    ("auth-login-wrong-type-422", Who::Nobody, Same),
    ("auth-login-malformed-json-400", Who::Nobody, Same),
    ("auth-login-empty-body-422", Who::Nobody, Same),
    ("auth-login-json-array-422", Who::Nobody, Same),
    ("auth-login-form-encoded-422", Who::Nobody, Same),
    ("auth-login-get-405", Who::Nobody, Same),
    ("auth-login-trailing-slash-302", Who::Nobody, Judged::Deviates { status: 200, why: "contract-rest.md, conventions: no detour", expect: Expect::Body(has_token) }),
    ("auth-login-options-200", Who::Nobody, Same),
    ("auth-test-ok-204", Who::Admin, Same),
    ("auth-test-no-token-401", Who::Nobody, Same),
    ("auth-test-garbage-token-422", Who::Header("Bearer garbage"), Judged::Deviates { status: 401, why: "contract-rest.md, conventions: 401", expect: Expect::Error("token_invalid") }),
    ("auth-test-bad-signature-422", Who::Header(WRONGLY_SIGNED), Judged::Deviates { status: 401, why: "contract-rest.md, conventions: 401", expect: Expect::Error("token_invalid") }),
    ("auth-test-basic-scheme-401", Who::Header("Basic YTpi"), Same),
    ("auth-test-bearer-empty-422", Who::Header("Bearer"), Judged::Deviates { status: 401, why: "contract-rest.md, conventions: 401", expect: Expect::Error("token_invalid") }),
    ("auth-login-editor-200", Who::Nobody, Same),
    ("auth-test-editor-401", Who::Editor, Same),
    ("auth-login-second-200", Who::Nobody, Same),
    ("auth-logout-204", Who::SecondAdmin, Same),
    ("auth-revoked-token-401", Who::SecondAdmin, Same),
    ("types-200", Who::Nobody, Judged::Deviates { status: 200, why: "contract-rest.md, fixed ids: more types at the end", expect: Expect::Body(begins_like_the_recorded) }),
    ("roles-200", Who::Admin, Same),
    ("roles-no-token-401", Who::Nobody, Same),
    ("cities-200", Who::Admin, Same),
    ("statistics-200", Who::Admin, Same),
    ("city-add-200", Who::Admin, Same),
    ("city-add-duplicate-409", Who::Admin, Same),
    ("city-add-editor-401", Who::Editor, Same),
    ("city-edit-200", Who::Admin, Same),
    ("city-delete-200", Who::Admin, Same),
    ("city-delete-missing-404", Who::Admin, Same),
    ("city-delete-used-409", Who::Admin, Same),
    ("users-current-200", Who::Admin, Same),
    ("users-edit-current-200", Who::Editor, Same),
    ("users-by-id-200", Who::Admin, Same),
    ("users-by-id-404", Who::Admin, Same),
    ("users-search-200", Who::Admin, Same),
    ("users-search-page2-200", Who::Admin, Same),
    ("users-search-filter-200", Who::Admin, Same),
    ("users-search-page-beyond-404", Who::Admin, Judged::Deviates { status: 200, why: "contract-rest.md 6", expect: Expect::Body(has_all_seven_users) }),
    ("users-search-bad-page-422", Who::Admin, Same),
    ("users-search-unknown-parameter-200", Who::Admin, Same),
    ("users-add-200", Who::Admin, Same),
    ("users-add-duplicate-409", Who::Admin, Same),
    ("users-add-missing-422", Who::Admin, Same),
    ("users-add-editor-401", Who::Editor, Same),
    ("users-edit-admin-200", Who::Admin, Same),
    ("users-edit-duplicate-email-409", Who::Admin, Same),
    ("users-delete-204", Who::Admin, Same),
    ("users-delete-missing-404", Who::Admin, Same),
    ("competition-rich-200", Who::Admin, Same),
    ("competition-rich-empty-200", Who::Admin, Same),
    ("competition-404", Who::Admin, Same),
    ("competition-bad-id-404", Who::Admin, Same),
    ("competition-no-token-401", Who::Nobody, Same),
    ("competition-search-200", Who::Admin, Same),
    ("competition-search-page-200", Who::Admin, Same),
    ("competition-search-filter-200", Who::Admin, Same),
    ("competition-search-none-200", Who::Admin, Same),
    ("competition-search-bad-year-422", Who::Admin, Same),
    ("competition-add-200", Who::Admin, Same),
    ("competition-add-duplicate-409", Who::Admin, Same),
    ("competition-add-missing-422", Who::Admin, Same),
    ("competition-add-wrong-type-422", Who::Admin, Same),
    ("competition-edit-200", Who::Admin, Same),
    ("competition-edit-404", Who::Admin, Same),
    ("competition-edit-conflict-409", Who::Admin, Same),
    ("competition-copy-200", Who::Admin, SameWithNewIds),
    ("competition-copy-rich-200", Who::Admin, SameWithNewIds),
    ("competition-delete-204", Who::Admin, Same),
    ("competition-delete-404", Who::Admin, Same),
    ("slides-200", Who::Admin, Same),
    ("slides-unknown-competition-200", Who::Admin, Judged::Deviates { status: 404, why: "contract-rest.md 5", expect: Expect::Error("competition_not_found") }),
    ("slide-200", Who::Admin, Same),
    ("slide-404", Who::Admin, Same),
    ("slide-copy-200", Who::Admin, Judged::Corrected { why: "contract-rest.md, routes: right after its original", correct: lands_second, new_ids: true }),
    ("slide-copy-delete-204", Who::Admin, Same),
    ("slide-add-200", Who::Admin, SameWithNewIds),
    ("slide-edit-200", Who::Admin, Same),
    ("slide-edit-order-200", Who::Admin, Same),
    ("slides-after-order-200", Who::Admin, Judged::Corrected { why: "contract-rest.md 8", correct: sort_by_order, new_ids: false }),
    ("slide-edit-order-invalid-400", Who::Admin, Same),
    ("slide-copy-after-reorder-409", Who::Admin, Judged::Deviates { status: 200, why: "contract-rest.md 4", expect: Expect::Body(is_a_copy_right_after_its_original) }),
    ("slide-delete-204", Who::Admin, Same),
    ("slides-after-delete-200", Who::Admin, Same),
    ("teams-200", Who::Admin, Same),
    ("team-200", Who::Admin, Same),
    ("team-404", Who::Admin, Same),
    ("team-add-200", Who::Admin, SameWithNewIds),
    ("team-add-duplicate-409", Who::Admin, Same),
    ("team-add-missing-422", Who::Admin, Same),
    ("team-edit-200", Who::Admin, Same),
    ("team-delete-204", Who::Admin, Same),
    ("codes-200", Who::Admin, Same),
    ("code-regenerate-200", Who::Admin, SameWithNewIds),
    ("code-regenerate-404", Who::Admin, Same),
    ("codes-after-200", Who::Admin, Same),
    ("questions-200", Who::Admin, Same),
    ("question-200", Who::Admin, Same),
    ("question-404", Who::Admin, Same),
    ("question-add-200", Who::Admin, SameWithNewIds),
    ("question-add-missing-422", Who::Admin, Same),
    ("question-edit-200", Who::Admin, Same),
    ("question-delete-204", Who::Admin, Same),
    ("alternatives-200", Who::Admin, Same),
    ("alternative-200", Who::Admin, Same),
    ("alternative-add-200", Who::Admin, SameWithNewIds),
    ("alternative-edit-200", Who::Admin, Same),
    ("alternative-edit-invalid-order-400", Who::Admin, Same),
    ("alternatives-after-200", Who::Admin, Same),
    ("alternative-delete-204", Who::Admin, Same),
    ("alternative-404", Who::Admin, Same),
    ("components-200", Who::Admin, Same),
    ("component-200", Who::Admin, Same),
    ("component-404", Who::Admin, Same),
    ("component-add-text-200", Who::Admin, SameWithNewIds),
    ("component-add-question-200", Who::Admin, SameWithNewIds),
    ("component-add-missing-422", Who::Admin, Same),
    ("component-edit-200", Who::Admin, Same),
    ("component-copy-200", Who::Admin, SameWithNewIds),
    ("component-delete-204", Who::Admin, Same),
    ("answers-empty-200", Who::Admin, Judged::Deviates { status: 200, why: "contract-rest.md, routes: a list", expect: Expect::Body(is_an_empty_list) }),
    ("answer-404", Who::Admin, Same),
    ("answer-put-new-200", Who::Admin, Same),
    ("answer-put-edit-200", Who::Admin, Same),
    ("answer-get-200", Who::Admin, Same),
    ("answers-list-200", Who::Admin, Judged::Deviates { status: 200, why: "contract-rest.md, routes: a list", expect: Expect::Body(is_a_list_of_the_one_answer) }),
    ("answer-put-unknown-alternative-200", Who::Admin, Judged::Deviates { status: 404, why: "contract-rest.md 5", expect: Expect::Error("alternative_not_found") }),
    ("answer-put-missing-answer-409", Who::Admin, Judged::Deviates { status: 422, why: "contract-rest.md, conventions: validation", expect: Expect::Error("validation_failed") }),
    ("scores-empty-200", Who::Admin, Same),
    ("score-404", Who::Admin, Same),
    ("score-put-200", Who::Admin, Same),
    ("score-get-200", Who::Admin, Same),
    ("scores-list-200", Who::Admin, Same),
    ("competition-rich-with-answers-200", Who::Admin, Judged::Corrected { why: "contract-rest.md 5", correct: answers_exist, new_ids: false }),
    ("images-empty-200", Who::Admin, Same),
    ("image-add-200", Who::Admin, SameWithNewIds),
    ("image-add-same-name-200", Who::Admin, SameWithNewIds),
    ("image-by-id-200", Who::Admin, Same),
    ("images-list-200", Who::Admin, Same),
    ("component-add-image-200", Who::Admin, SameWithNewIds),
    ("competition-background-200", Who::Admin, Same),
    ("slide-background-200", Who::Admin, Same),
    ("competition-rich-with-media-200", Who::Admin, Judged::Corrected { why: "contract-rest.md 5", correct: answers_exist, new_ids: false }),
    ("image-delete-used-409", Who::Admin, Same),
    ("image-static-200", Who::Nobody, Same),
    ("image-static-thumbnail-200", Who::Nobody, Same),
    ("image-add-second-200", Who::Admin, SameWithNewIds),
    ("image-delete-500", Who::Admin, Judged::Deviates { status: 204, why: "contract-rest.md 4", expect: Expect::Body(is_nothing) }),
    ("image-add-missing-400", Who::Admin, Same),
    ("image-add-wrong-type-400", Who::Admin, Same),
    ("image-by-id-404", Who::Admin, Same),
    ("code-login-invalid-401", Who::Nobody, Same),
    ("code-login-lowercase-200", Who::Nobody, Same),
    ("code-login-unknown-404", Who::Nobody, Same),
    ("code-login-missing-422", Who::Nobody, Same),
    ("code-login-team-inactive-401", Who::Nobody, Same),
    ("code-login-operator-200", Who::Nobody, Same),
    ("operator-codes-200", Who::Operator, Same),
    ("operator-competition-200", Who::Operator, Judged::Corrected { why: "contract-rest.md 5", correct: answers_exist, new_ids: false }),
    ("operator-other-competition-401", Who::Operator, Same),
    ("operator-add-slide-401", Who::Operator, Same),
    ("polling-handshake-200", Who::Operator, Same),
    ("polling-bad-eio-400", Who::Nobody, Judged::Deviates { status: 200, why: "contract-realtime.md, ways in: Engine.IO 3 too", expect: Expect::Body(is_nothing) }),
    ("polling-bad-transport-400", Who::Nobody, Same),
    ("polling-unknown-sid-400", Who::Nobody, Same),
    ("code-login-team-active-200", Who::Nobody, Same),
    ("code-login-judge-active-200", Who::Nobody, Same),
    ("code-login-audience-active-200", Who::Nobody, Same),
    ("team-own-answer-put-200", Who::Team, Same),
    ("team-other-team-401", Who::Team, Same),
    ("team-other-competition-401", Who::Team, Same),
    ("team-competition-200", Who::Team, Judged::Corrected { why: "contract-rest.md 2 and 5", correct: is_for_teams, new_ids: false }),
    ("judge-score-put-200", Who::Judge, Same),
    ("audience-codes-401", Who::Audience, Same),
    ("code-login-audience-after-end-401", Who::Nobody, Same),
    ("unknown-route-404", Who::Admin, Same),
    ("unknown-static-404", Who::Nobody, Same),
    ("wrong-host-header-404", Who::NobodyAtHost("example.org"), Judged::Deviates { status: 200, why: "the proxy in front knows its hosts", expect: Expect::Body(has_all_types) }),
    ("openapi-200", Who::Nobody, Same),
    ("swagger-ui-200", Who::Nobody, Same),
    ("head-types-200", Who::Nobody, Same),
];
