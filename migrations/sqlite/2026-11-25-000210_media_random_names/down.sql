DROP TRIGGER media_random_name;
DROP INDEX media_random_name;
ALTER TABLE media DROP COLUMN random_name;
