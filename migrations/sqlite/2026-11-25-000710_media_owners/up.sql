-- The city for which a file was uploaded: that of who uploaded it, then. It stays when they leave.
ALTER TABLE media ADD COLUMN city_id INTEGER REFERENCES cities (id) ON DELETE SET NULL;
CREATE INDEX media_city_id ON media (city_id);
UPDATE media SET city_id = (SELECT users.city_id FROM users WHERE users.id = media.upload_by_id);

-- Who is about to refer to a content (kind 1), or to remove its files (kind 2): so that files are put
-- and removed outside of transactions. A claim that is an hour old is one that a crash left.
CREATE TABLE media_claims (
    id           INTEGER   NOT NULL PRIMARY KEY AUTOINCREMENT,
    content_hash TEXT NOT NULL,
    kind         INTEGER NOT NULL CHECK (kind IN (1, 2)),
    claimed_at   TIMESTAMP NOT NULL
);
CREATE INDEX media_claims_content_hash ON media_claims (content_hash);
