-- Every name that an upload was ever given, folded to lower case. Rows stay when the file goes: a
-- name means one content for ever, so that browsers may keep it for ever, and two names never
-- differ by case only.

CREATE TABLE media_names (
    name_key TEXT NOT NULL PRIMARY KEY CHECK (name_key <> '')
);
INSERT INTO media_names (name_key) SELECT DISTINCT lower(filename) FROM media;
