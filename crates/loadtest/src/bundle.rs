//! Competitions as Estrad imports them: a zip with a document.

use std::io::{Cursor, Write as _};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::error::LoadError;

/// A competition of one slide for each question, two at least, so that an operator can go on.
pub(crate) fn bundle(teams: usize, questions: usize, scored: bool) -> Result<Vec<u8>, LoadError> {
    let slides: Vec<_> = (1..=questions.max(2)).map(slide).collect();
    let teams: Vec<_> = (1..=teams).map(|team| self::team(team, questions, scored)).collect();
    let document = json!({
        "format": "estrad-competition", "version": 1,
        "name": "Load", "year": 2026, "background_image": null,
        "slides": slides, "teams": teams, "media": [],
    });
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("competition.json", SimpleFileOptions::default())?;
    zip.write_all(&serde_json::to_vec(&document)?)?;
    Ok(zip.finish()?.into_inner())
}

fn slide(number: usize) -> Value {
    json!({
        "title": format!("Slide {number}"), "timer": null, "background_image": null,
        "questions": [{
            "name": format!("Question {number}"), "type": "Text", "total_score": 10,
            "correcting_instructions": null,
            "alternatives": [{
                "alternative": "", "alternative_order": 0, "correct": "", "correct_order": 0,
            }],
        }],
        "components": [],
    })
}

fn team(number: usize, questions: usize, scored: bool) -> Value {
    // Not all the same, so that there is something to rank.
    let points = |slide: usize| (number * 7 + slide * 3) % 11 * 100;
    let score = |slide| json!({"slide": slide, "question": 0, "score_hundredths": points(slide)});
    let scores: Vec<_> = (0..questions).filter(|_| scored).map(score).collect();
    json!({"name": format!("Team {number}"), "answers": [], "scores": scores})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_team_has_a_score_for_every_question_if_asked() {
        let scores = |scored| team(3, 5, scored)["scores"].as_array().map(Vec::len);
        assert_eq!((scores(true), scores(false)), (Some(5), Some(0)));
        assert!(bundle(2, 1, true).unwrap().starts_with(b"PK"));
    }
}
