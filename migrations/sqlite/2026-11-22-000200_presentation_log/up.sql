-- A presentation is an append-only log. What stands in its row is the sum of the log, written in the
-- same transaction as each entry.
ALTER TABLE presentations ADD COLUMN seq           INTEGER   NOT NULL DEFAULT 0;
-- Not a reference: a slide that is deleted meanwhile is replaced in the log.
ALTER TABLE presentations ADD COLUMN slide_id      INTEGER;
ALTER TABLE presentations ADD COLUMN slide_order   INTEGER   NOT NULL DEFAULT 0;
ALTER TABLE presentations ADD COLUMN timer_value   INTEGER;
ALTER TABLE presentations ADD COLUMN timer_enabled BOOLEAN   NOT NULL DEFAULT FALSE;
ALTER TABLE presentations ADD COLUMN locked_at     TIMESTAMP;
ALTER TABLE presentations ADD COLUMN live_answers  BOOLEAN   NOT NULL DEFAULT FALSE;
-- JSON: the teams that were given more time on the current slide.
ALTER TABLE presentations ADD COLUMN reopened      TEXT      NOT NULL DEFAULT '[]';
-- Empty until its first entry; the presentation was started then.
ALTER TABLE presentations ADD COLUMN last_event_at TIMESTAMP;
ALTER TABLE presentations ADD COLUMN end_reason    TEXT;
CREATE INDEX presentations_competition_id ON presentations (competition_id, id);

CREATE TABLE presentation_events (
    presentation_id INTEGER   NOT NULL REFERENCES presentations (id) ON DELETE CASCADE,
    -- From 1 without gaps.
    seq             INTEGER   NOT NULL CHECK (seq > 0),
    at              TIMESTAMP NOT NULL,
    -- JSON: who did it.
    actor           TEXT      NOT NULL,
    kind            TEXT      NOT NULL,
    -- What it is about, if about one. Not references: the log outlives what is deleted.
    team_id         INTEGER,
    question_id     INTEGER,
    -- JSON: all of it.
    event           TEXT      NOT NULL,
    PRIMARY KEY (presentation_id, seq)
);
