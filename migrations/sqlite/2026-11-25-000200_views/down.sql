ALTER TABLE presentations DROP COLUMN shown;
ALTER TABLE competitions DROP COLUMN views;
