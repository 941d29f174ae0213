ALTER TABLE competitions DROP COLUMN fractions_allowed;
DROP TABLE answer_keys;
