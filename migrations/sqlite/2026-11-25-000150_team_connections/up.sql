-- What the log of a presentation says of the connections of its teams, summed up: written in the same
-- transaction as the entries, so that a server that starts again knows who was there.
CREATE TABLE team_connections (
    presentation_id      INTEGER NOT NULL REFERENCES presentations (id) ON DELETE CASCADE,
    team_id              INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    online               BOOLEAN NOT NULL,
    -- Since when it has been away, in milliseconds since 1970; empty while it is there.
    lost_at_ms           INTEGER,
    times_lost           INTEGER NOT NULL DEFAULT 0,
    -- Of the times that are over.
    offline_ms           INTEGER NOT NULL DEFAULT 0,
    round_trips          INTEGER NOT NULL DEFAULT 0,
    round_trip_min_ms    INTEGER,
    -- Of the newest measurements.
    round_trip_median_ms INTEGER,
    round_trip_max_ms    INTEGER,
    PRIMARY KEY (presentation_id, team_id)
);
CREATE INDEX team_connections_team_id ON team_connections (team_id);
