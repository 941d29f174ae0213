-- What names and codes are unique and found by: keys that the server folds, as SQL can't. What is there
-- already is filled in by the server when it starts, in code.
--
-- A key and a twin are unique together. The twin is 0; it is another number for what had the same key as
-- another one already, which is kept.

ALTER TABLE cities ADD COLUMN name_key  TEXT;
ALTER TABLE cities ADD COLUMN name_twin INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX cities_by_name_key ON cities (name_key, name_twin);

ALTER TABLE teams ADD COLUMN name_key  TEXT;
ALTER TABLE teams ADD COLUMN name_twin INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX teams_by_name_key ON teams (competition_id, name_key, name_twin);

-- These have a key already, of an earlier rule.
ALTER TABLE competitions ADD COLUMN name_twin INTEGER NOT NULL DEFAULT 0;
UPDATE competitions SET name_twin = id;
CREATE UNIQUE INDEX competitions_by_name_key ON competitions (name_key, year, city_id, name_twin);

ALTER TABLE codes ADD COLUMN folded      TEXT;
ALTER TABLE codes ADD COLUMN folded_twin INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX codes_by_folded ON codes (folded, folded_twin);
