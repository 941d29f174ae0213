-- What a presentation remembers of the time of all its slides, as JSON: how it ended, what is left of
-- it, and what was reopened. Empty in presentations from before this was remembered; `reopened` and
-- `locked_at` say the same of the current slide alone.
ALTER TABLE presentations ADD COLUMN slide_times text COLLATE "C";
-- Until when a presentation that has ended can be resumed, in milliseconds since 1970.
ALTER TABLE presentations ADD COLUMN resumable_until bigint;
-- Whether a timer that ran out is started again by starting it ('allowed'), or has to be restarted on
-- purpose ('confirm').
ALTER TABLE competitions ADD COLUMN timer_restart text COLLATE "C" NOT NULL DEFAULT 'allowed'
    CHECK (timer_restart IN ('allowed', 'confirm'));
