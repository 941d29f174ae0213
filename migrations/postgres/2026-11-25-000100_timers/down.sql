ALTER TABLE competitions DROP COLUMN timer_restart;
ALTER TABLE presentations DROP COLUMN resumable_until;
ALTER TABLE presentations DROP COLUMN slide_times;
