-- What clients called their answers, so that one that is sent again is known. A row may go a day after
-- it came.
CREATE TABLE answer_keys (
    team_id    INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    -- What was answered and where, as a digest.
    digest     TEXT NOT NULL,
    -- What came of it. Not references: the outcome stays what it was.
    answer_id  INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (team_id, key)
);
CREATE INDEX answer_keys_created_at ON answer_keys (created_at);

-- Whether judges may give parts of a point.
ALTER TABLE competitions ADD COLUMN fractions_allowed BOOLEAN NOT NULL DEFAULT FALSE;
