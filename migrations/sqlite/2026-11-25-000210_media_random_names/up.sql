-- The name of a file where it is shown only as a presentation shows it: one that nobody can guess.
ALTER TABLE media ADD COLUMN random_name TEXT NOT NULL DEFAULT '';
UPDATE media SET random_name = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX media_random_name ON media (random_name) WHERE random_name <> '';
-- SQLite adds no column whose default is computed.
CREATE TRIGGER media_random_name AFTER INSERT ON media WHEN NEW.random_name = '' BEGIN
    UPDATE media SET random_name = lower(hex(randomblob(16))) WHERE id = NEW.id;
END;
