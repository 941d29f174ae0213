ALTER TABLE questions DROP COLUMN manual_grading;
ALTER TABLE competitions DROP COLUMN negative_allowed;
