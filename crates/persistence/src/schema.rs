//! The tables, as the migrations make them on both databases.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    roles (id) {
        id -> BigInt,
        name -> Text,
    }
}

table! {
    cities (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Nullable<Text>,
        name_twin -> BigInt,
    }
}

table! {
    users (id) {
        id -> BigInt,
        email -> Text,
        name -> Nullable<Text>,
        name_key -> Text,
        password_hash -> Text,
        role_id -> BigInt,
        city_id -> BigInt,
        token_generation -> BigInt,
        created_at -> Timestamp,
    }
}

table! {
    media (id) {
        id -> BigInt,
        filename -> Text,
        type_id -> BigInt,
        upload_by_id -> Nullable<BigInt>,
        content_type -> Text,
        content_hash -> Text,
        byte_size -> BigInt,
        width -> Nullable<Integer>,
        height -> Nullable<Integer>,
        created_at -> Timestamp,
        city_id -> Nullable<BigInt>,
        random_name -> Text,
    }
}

table! {
    media_claims (id) {
        id -> BigInt,
        content_hash -> Text,
        kind -> BigInt,
        claimed_at -> Timestamp,
    }
}

table! {
    media_names (name_key) {
        name_key -> Text,
    }
}

table! {
    competitions (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        year -> Integer,
        city_id -> BigInt,
        background_image_id -> Nullable<BigInt>,
        version -> BigInt,
        results_version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        fractions_allowed -> Bool,
        name_twin -> BigInt,
        timer_restart -> Text,
        views -> Text,
        negative_allowed -> Bool,
    }
}

table! {
    slides (id) {
        id -> BigInt,
        competition_id -> BigInt,
        position -> Integer,
        title -> Text,
        timer_seconds -> Nullable<Integer>,
        background_image_id -> Nullable<BigInt>,
    }
}

table! {
    questions (id) {
        id -> BigInt,
        slide_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        name -> Text,
        total_score -> Integer,
        type_id -> BigInt,
        correcting_instructions -> Nullable<Text>,
        tolerance -> Nullable<Double>,
        manual_grading -> Bool,
    }
}

table! {
    alternatives (id) {
        id -> BigInt,
        question_id -> BigInt,
        alternative -> Text,
        alternative_order -> Integer,
        correct -> Text,
        correct_order -> Integer,
    }
}

table! {
    components (id) {
        id -> BigInt,
        slide_id -> BigInt,
        view_type_id -> BigInt,
        type_id -> BigInt,
        x -> Integer,
        y -> Integer,
        w -> Integer,
        h -> Integer,
        text -> Nullable<Text>,
        media_id -> Nullable<BigInt>,
        question_id -> Nullable<BigInt>,
        text_indexed -> Bool,
    }
}

table! {
    text_media (component_id, type_id, filename) {
        component_id -> BigInt,
        type_id -> BigInt,
        filename -> Text,
        media_id -> Nullable<BigInt>,
    }
}

table! {
    teams (id) {
        id -> BigInt,
        competition_id -> BigInt,
        name -> Text,
        name_key -> Nullable<Text>,
        name_twin -> BigInt,
    }
}

table! {
    codes (id) {
        id -> BigInt,
        competition_id -> BigInt,
        code -> Text,
        view_type_id -> BigInt,
        team_id -> Nullable<BigInt>,
        folded -> Nullable<Text>,
        folded_twin -> BigInt,
    }
}

table! {
    answers (id) {
        id -> BigInt,
        team_id -> BigInt,
        alternative_id -> BigInt,
        answer -> Text,
        updated_at -> Timestamp,
    }
}

table! {
    scores (id) {
        id -> BigInt,
        team_id -> BigInt,
        question_id -> BigInt,
        score_hundredths -> BigInt,
        updated_at -> Timestamp,
    }
}

table! {
    presentations (id) {
        id -> BigInt,
        competition_id -> BigInt,
        scoreboard_shown -> Bool,
        started_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        seq -> BigInt,
        slide_id -> Nullable<BigInt>,
        slide_order -> Integer,
        timer_value -> Nullable<BigInt>,
        timer_enabled -> Bool,
        locked_at -> Nullable<Timestamp>,
        live_answers -> Bool,
        reopened -> Text,
        shown -> Text,
        last_event_at -> Nullable<Timestamp>,
        end_reason -> Nullable<Text>,
        slide_times -> Nullable<Text>,
        resumable_until -> Nullable<BigInt>,
    }
}

table! {
    presentation_events (presentation_id, seq) {
        presentation_id -> BigInt,
        seq -> BigInt,
        at -> Timestamp,
        actor -> Text,
        kind -> Text,
        team_id -> Nullable<BigInt>,
        question_id -> Nullable<BigInt>,
        event -> Text,
        erased -> Bool,
    }
}

table! {
    answer_keys (team_id, key) {
        team_id -> BigInt,
        key -> Text,
        digest -> Text,
        answer_id -> BigInt,
        seq -> BigInt,
        created_at -> Timestamp,
    }
}

table! {
    revoked_tokens (jti) {
        jti -> Text,
        expires_at -> Timestamp,
    }
}

table! {
    login_failures (subject) {
        subject -> Text,
        failures -> Integer,
        last_at -> Timestamp,
        locked_until -> Nullable<Timestamp>,
    }
}

table! {
    audit_log (id) {
        id -> BigInt,
        at -> Timestamp,
        actor -> Text,
        user_id -> Nullable<BigInt>,
        action -> Text,
        change -> Text,
        competition_id -> Nullable<BigInt>,
        target -> Text,
        target_ids -> Text,
        fields -> Text,
    }
}

table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        jti -> Text,
        created_at -> Timestamp,
        last_used_at -> Timestamp,
        expires_at -> Timestamp,
        address -> Text,
        user_agent -> Text,
    }
}

joinable!(slides -> competitions (competition_id));
joinable!(questions -> slides (slide_id));
joinable!(alternatives -> questions (question_id));
joinable!(components -> slides (slide_id));
joinable!(teams -> competitions (competition_id));
joinable!(answers -> teams (team_id));
joinable!(scores -> teams (team_id));
joinable!(competitions -> media (background_image_id));
joinable!(slides -> media (background_image_id));
joinable!(components -> media (media_id));
joinable!(text_media -> components (component_id));

allow_tables_to_appear_in_same_query!(
    alternatives,
    answers,
    audit_log,
    cities,
    codes,
    competitions,
    components,
    media,
    presentation_events,
    presentations,
    questions,
    roles,
    scores,
    sessions,
    slides,
    teams,
    text_media,
    users,
);
