-- Who changed what outside presentations. Rows outlive what they are about and who did it, so nothing
-- here is a reference. No names, no addresses, no values: ids and the names of fields.
CREATE TABLE audit_log (
    id             INTEGER   NOT NULL PRIMARY KEY AUTOINCREMENT,
    at             TIMESTAMP NOT NULL,
    -- user, screen, command or server.
    actor          TEXT      NOT NULL,
    user_id        INTEGER  ,
    -- A line of the policy table, or the name of a command.
    action         TEXT      NOT NULL,
    -- create, change, delete, or the last part of the address.
    change         TEXT      NOT NULL,
    competition_id INTEGER  ,
    -- The kind of what was changed, such as slide.
    target         TEXT      NOT NULL,
    -- JSON: the ids of what was changed.
    target_ids     TEXT      NOT NULL,
    -- JSON: the names of the fields that were sent.
    fields         TEXT      NOT NULL
);
CREATE INDEX audit_log_at ON audit_log (at);
CREATE INDEX audit_log_user_id ON audit_log (user_id, id);
CREATE INDEX audit_log_competition_id ON audit_log (competition_id, id);

-- The logins of users that are good. A row goes with its token.
CREATE TABLE sessions (
    id           INTEGER   NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    jti          TEXT      NOT NULL UNIQUE,
    created_at   TIMESTAMP NOT NULL,
    -- To some minutes.
    last_used_at TIMESTAMP NOT NULL,
    expires_at   TIMESTAMP NOT NULL,
    -- A network, not a machine.
    address      TEXT      NOT NULL,
    user_agent   TEXT      NOT NULL
);
CREATE INDEX sessions_user_id ON sessions (user_id, id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- Whether the personal part of the entry was erased.
ALTER TABLE presentation_events ADD COLUMN erased BOOLEAN NOT NULL DEFAULT FALSE;
