ALTER TABLE media DROP COLUMN random_name;
