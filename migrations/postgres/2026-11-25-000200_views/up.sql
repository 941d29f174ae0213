-- When teams and the audience may read the slides of a competition: all from the start, or each once
-- it is shown.
ALTER TABLE competitions ADD COLUMN views TEXT COLLATE "C" NOT NULL DEFAULT 'legacy'
    CHECK (views IN ('legacy', 'as_shown'));

-- Which slides a presentation has shown, with the times of the clues on each, as JSON: follows its log.
ALTER TABLE presentations ADD COLUMN shown TEXT COLLATE "C" NOT NULL DEFAULT '{}';
