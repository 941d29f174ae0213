-- Whether judges may give points below 0. Where there are such points already, they may.
ALTER TABLE competitions ADD COLUMN negative_allowed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE competitions SET negative_allowed = TRUE WHERE id IN (
    SELECT teams.competition_id FROM scores JOIN teams ON teams.id = scores.team_id
    WHERE scores.score_hundredths < 0
);

-- Whether a judge grades the question, as what is right contradicts itself: a question of type Single
-- (4) that came with several right alternatives.
ALTER TABLE questions ADD COLUMN manual_grading BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE questions SET manual_grading = TRUE WHERE type_id = 4 AND (
    SELECT COUNT(*) FROM alternatives
    WHERE alternatives.question_id = questions.id AND alternatives.correct = '1'
) > 1;
