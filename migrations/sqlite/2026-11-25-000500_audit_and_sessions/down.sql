ALTER TABLE presentation_events DROP COLUMN erased;
DROP TABLE sessions;
DROP TABLE audit_log;
