-- Ids are never reused (AUTOINCREMENT). Times are UTC to the microsecond. Columns named *_key are
-- folded to lower case by the server, so that searching and sorting work alike on every database.

CREATE TABLE roles (
    id   INTEGER NOT NULL PRIMARY KEY,
    name TEXT    NOT NULL UNIQUE
);
INSERT INTO roles (id, name) VALUES (1, 'Admin'), (2, 'Editor');

CREATE TABLE cities (
    id   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT    NOT NULL UNIQUE CHECK (name <> '')
);

CREATE TABLE users (
    id               INTEGER   NOT NULL PRIMARY KEY AUTOINCREMENT,
    email            TEXT      NOT NULL UNIQUE CHECK (email <> ''),
    name             TEXT,
    name_key         TEXT      NOT NULL,
    password_hash    TEXT      NOT NULL,
    role_id          INTEGER   NOT NULL REFERENCES roles (id),
    city_id          INTEGER   NOT NULL REFERENCES cities (id),
    -- Tokens carry it; raising it revokes all that were given out before.
    token_generation INTEGER   NOT NULL DEFAULT 0,
    created_at       TIMESTAMP NOT NULL
);
CREATE INDEX users_city_id ON users (city_id);
CREATE INDEX users_name_key ON users (name_key);

CREATE TABLE media (
    id           INTEGER   NOT NULL PRIMARY KEY AUTOINCREMENT,
    filename     TEXT      NOT NULL UNIQUE CHECK (filename <> ''),
    type_id      INTEGER   NOT NULL CHECK (type_id IN (1, 2)),
    upload_by_id INTEGER   REFERENCES users (id) ON DELETE SET NULL,
    content_type TEXT      NOT NULL,
    -- SHA-256 of the content, in hexadecimal: one file for all rows with the same content.
    content_hash TEXT      NOT NULL,
    byte_size    INTEGER   NOT NULL CHECK (byte_size >= 0),
    width        INTEGER   CHECK (width > 0),
    height       INTEGER   CHECK (height > 0),
    created_at   TIMESTAMP NOT NULL
);
CREATE INDEX media_content_hash ON media (content_hash);
CREATE INDEX media_upload_by_id ON media (upload_by_id);

CREATE TABLE competitions (
    id                  INTEGER   NOT NULL PRIMARY KEY AUTOINCREMENT,
    name                TEXT      NOT NULL CHECK (name <> ''),
    name_key            TEXT      NOT NULL,
    year                INTEGER   NOT NULL CHECK (year BETWEEN 1 AND 9999),
    city_id             INTEGER   NOT NULL REFERENCES cities (id),
    background_image_id INTEGER   REFERENCES media (id),
    -- Rises with every change of the competition or any of its parts.
    version             INTEGER   NOT NULL DEFAULT 1,
    -- Rises with every answer, score, and showing or hiding of the scoreboard.
    results_version     INTEGER   NOT NULL DEFAULT 1,
    created_at          TIMESTAMP NOT NULL,
    updated_at          TIMESTAMP NOT NULL,
    UNIQUE (name, year, city_id)
);
CREATE INDEX competitions_by_year ON competitions (year DESC, name_key, id);
CREATE INDEX competitions_city_id ON competitions (city_id);
CREATE INDEX competitions_background_image_id ON competitions (background_image_id);

CREATE TABLE slides (
    id                  INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    competition_id      INTEGER NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
    -- From 0 without gaps; higher only within a transaction that moves slides.
    position            INTEGER NOT NULL CHECK (position >= 0),
    title               TEXT    NOT NULL,
    timer_seconds       INTEGER CHECK (timer_seconds BETWEEN 0 AND 86400),
    background_image_id INTEGER REFERENCES media (id),
    UNIQUE (competition_id, position)
);
CREATE INDEX slides_background_image_id ON slides (background_image_id);

CREATE TABLE questions (
    id                      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    slide_id                INTEGER NOT NULL REFERENCES slides (id) ON DELETE CASCADE,
    parent_id               INTEGER REFERENCES questions (id) ON DELETE CASCADE,
    name                    TEXT    NOT NULL,
    total_score             INTEGER NOT NULL CHECK (total_score >= 0),
    type_id                 INTEGER NOT NULL CHECK (type_id >= 1),
    correcting_instructions TEXT,
    tolerance               DOUBLE PRECISION CHECK (tolerance >= 0)
);
CREATE INDEX questions_slide_id ON questions (slide_id);
CREATE INDEX questions_parent_id ON questions (parent_id);

CREATE TABLE alternatives (
    id                INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    question_id       INTEGER NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
    alternative       TEXT    NOT NULL,
    alternative_order INTEGER NOT NULL CHECK (alternative_order >= 0),
    correct           TEXT    NOT NULL,
    correct_order     INTEGER NOT NULL CHECK (correct_order >= 0),
    UNIQUE (question_id, alternative_order),
    UNIQUE (question_id, correct_order)
);

CREATE TABLE components (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    slide_id     INTEGER NOT NULL REFERENCES slides (id) ON DELETE CASCADE,
    view_type_id INTEGER NOT NULL CHECK (view_type_id BETWEEN 1 AND 4),
    type_id      INTEGER NOT NULL,
    x            INTEGER NOT NULL,
    y            INTEGER NOT NULL,
    w            INTEGER NOT NULL CHECK (w >= 0),
    h            INTEGER NOT NULL CHECK (h >= 0),
    text         TEXT,
    media_id     INTEGER REFERENCES media (id),
    question_id  INTEGER REFERENCES questions (id) ON DELETE CASCADE,
    -- Each type has its own content, and no other.
    CHECK ((type_id = 1 AND text IS NOT NULL AND media_id IS NULL AND question_id IS NULL)
        OR (type_id = 2 AND text IS NULL AND media_id IS NOT NULL AND question_id IS NULL)
        OR (type_id = 3 AND text IS NULL AND media_id IS NULL AND question_id IS NOT NULL))
);
CREATE INDEX components_slide_id ON components (slide_id);
CREATE INDEX components_media_id ON components (media_id);
CREATE INDEX components_question_id ON components (question_id);

CREATE TABLE teams (
    id             INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    competition_id INTEGER NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
    name           TEXT    NOT NULL CHECK (name <> ''),
    UNIQUE (competition_id, name)
);

CREATE TABLE codes (
    id             INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    competition_id INTEGER NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
    code           TEXT    NOT NULL UNIQUE CHECK (length(code) = 6),
    view_type_id   INTEGER NOT NULL CHECK (view_type_id BETWEEN 1 AND 4),
    team_id        INTEGER UNIQUE REFERENCES teams (id) ON DELETE CASCADE,
    CHECK ((view_type_id = 1) = (team_id IS NOT NULL))
);
CREATE INDEX codes_competition_id ON codes (competition_id);
CREATE UNIQUE INDEX codes_one_per_view ON codes (competition_id, view_type_id) WHERE team_id IS NULL;

CREATE TABLE answers (
    id             INTEGER   NOT NULL PRIMARY KEY AUTOINCREMENT,
    team_id        INTEGER   NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    alternative_id INTEGER   NOT NULL REFERENCES alternatives (id) ON DELETE CASCADE,
    answer         TEXT      NOT NULL,
    updated_at     TIMESTAMP NOT NULL,
    UNIQUE (team_id, alternative_id)
);
CREATE INDEX answers_alternative_id ON answers (alternative_id);

CREATE TABLE scores (
    id               INTEGER   NOT NULL PRIMARY KEY AUTOINCREMENT,
    team_id          INTEGER   NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    question_id      INTEGER   NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
    score_hundredths INTEGER   NOT NULL,
    updated_at       TIMESTAMP NOT NULL,
    UNIQUE (team_id, question_id)
);
CREATE INDEX scores_question_id ON scores (question_id);

-- A run of a competition. While one is active, codes other than the operator's open its screens.
CREATE TABLE presentations (
    id               INTEGER   NOT NULL PRIMARY KEY AUTOINCREMENT,
    competition_id   INTEGER   NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
    scoreboard_shown BOOLEAN   NOT NULL DEFAULT FALSE,
    started_at       TIMESTAMP NOT NULL,
    ended_at         TIMESTAMP
);
CREATE UNIQUE INDEX presentations_one_active ON presentations (competition_id) WHERE ended_at IS NULL;

-- Tokens that were given up before their time; a row may go when the token has expired.
CREATE TABLE revoked_tokens (
    jti        TEXT      NOT NULL PRIMARY KEY,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX revoked_tokens_expires_at ON revoked_tokens (expires_at);

-- Failed logins, by what was tried: an account or an address.
CREATE TABLE login_failures (
    subject      TEXT      NOT NULL PRIMARY KEY,
    failures     INTEGER   NOT NULL,
    last_at      TIMESTAMP NOT NULL,
    locked_until TIMESTAMP
);
CREATE INDEX login_failures_last_at ON login_failures (last_at);
