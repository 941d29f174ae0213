DROP INDEX components_text_not_indexed;
ALTER TABLE components DROP COLUMN text_indexed;
DROP TABLE text_media;
