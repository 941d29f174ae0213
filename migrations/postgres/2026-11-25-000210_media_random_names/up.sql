-- The name of a file where it is shown only as a presentation shows it: one that nobody can guess.
ALTER TABLE media ADD COLUMN random_name TEXT COLLATE "C" NOT NULL
    DEFAULT replace(gen_random_uuid()::text, '-', '');
CREATE UNIQUE INDEX media_random_name ON media (random_name);
