//! What each view is shown of a competition: everything that leaves with a code passes here.
//!
//! Judges and operators see all of it. Teams and the audience never see what is right, how it is
//! corrected, or other teams' answers, and nothing that is placed for the judges or operators.

use std::collections::HashSet;

use crate::question::{Alternative, Question, kind};
use crate::rich::{RichCompetition, RichQuestion, RichTeam};
use crate::types::{QuestionType, View};
use crate::visible::Visible;
use crate::{AlternativeId, QuestionId, SlideId, TeamId};

/// For whom a competition is stripped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Users of the administration, judges and operators.
    Trusted,
    /// The screen of one team.
    Team(TeamId),
    /// The projector, and whoever watches.
    Audience {
        /// Whether there are scores: always in a competition of [`Views::Legacy`], whose front-end reads
        /// them once, and while the operator shows the scoreboard.
        ///
        /// [`Views::Legacy`]: crate::views::Views::Legacy
        scores: bool,
    },
}

/// Takes away what the viewer must not know, where this is visible to teams and the audience.
pub fn strip(competition: &mut RichCompetition, viewer: Viewer, visible: &Visible) {
    if viewer == Viewer::Trusted {
        return;
    }
    hide(competition, visible);
    for slide in &mut competition.slides {
        slide.components.retain(|component| shows_components_of(viewer, component.view));
        slide.questions.iter_mut().for_each(strip_rich_question);
    }
    competition.teams.iter_mut().for_each(|team| strip_team(team, viewer));
}

/// Takes away the slides and clues that are not visible, and whatever refers to them.
fn hide(competition: &mut RichCompetition, visible: &Visible) {
    if *visible == Visible::All {
        return;
    }
    competition.slides.retain(|slide| visible.slide(slide.slide.id));
    let (mut questions, mut alternatives) = (HashSet::new(), HashSet::new());
    for rich in competition.slides.iter_mut().flat_map(|slide| &mut slide.questions) {
        let Question { id, slide_id, question_type, .. } = rich.question;
        hide_alternatives(slide_id, question_type, &mut rich.alternatives, visible);
        questions.insert(id);
        alternatives.extend(rich.alternatives.iter().map(|alternative| alternative.id));
    }
    for team in &mut competition.teams {
        hide_results(team, &questions, &alternatives);
    }
}

fn hide_results(
    team: &mut RichTeam,
    questions: &HashSet<QuestionId>,
    alternatives: &HashSet<AlternativeId>,
) {
    let answers = &mut team.question_alternative_answers;
    answers.retain(|answer| alternatives.contains(&answer.question_alternative_id));
    team.question_scores.retain(|score| questions.contains(&score.question_id));
}

/// Takes away the alternatives of a question that are not visible.
pub fn hide_alternatives(
    slide_id: SlideId,
    question_type: QuestionType,
    alternatives: &mut Vec<Alternative>,
    visible: &Visible,
) {
    alternatives.retain(|one| visible.alternative(slide_id, question_type, one.alternative_order));
}

/// Whether the viewer is shown what is placed for the view. Teams and the audience are shown what is
/// placed for either, as their pages pick out their own; what is for judges and operators may give
/// answers away.
pub fn shows_components_of(viewer: Viewer, view: View) -> bool {
    viewer == Viewer::Trusted || matches!(view, View::Team | View::Audience)
}

fn strip_rich_question(rich: &mut RichQuestion) {
    strip_question(&mut rich.question);
    strip_alternatives(rich.question.question_type, &mut rich.alternatives);
}

/// Takes what only judges may read from a question.
pub fn strip_question(question: &mut Question) {
    question.correcting_instructions = None;
    question.tolerance = None;
    question.manual_grading = false;
}

/// Takes what is right from the alternatives of one question (all of them, in any order), as its
/// type has it.
pub fn strip_alternatives(question_type: QuestionType, alternatives: &mut [Alternative]) {
    kind(question_type).strip(alternatives);
}

fn strip_team(team: &mut RichTeam, viewer: Viewer) {
    let own = viewer == Viewer::Team(team.team.id);
    if !own {
        team.question_alternative_answers.clear();
    }
    if !own && viewer != (Viewer::Audience { scores: true }) {
        team.question_scores.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AlternativeId, QuestionId};
    use proptest::prelude::*;

    fn row(id: i64, left: &str, left_order: i32, right: &str, right_order: i32) -> Alternative {
        Alternative {
            id: AlternativeId(id),
            question_id: QuestionId(1),
            alternative: left.into(),
            alternative_order: left_order,
            correct: right.into(),
            correct_order: right_order,
        }
    }

    /// The texts of a column from top to bottom, as the front-end in use shows it.
    fn right_column(rows: &[Alternative]) -> Vec<&str> {
        let mut sorted: Vec<_> = rows.iter().collect();
        sorted.sort_by_key(|a| a.correct_order);
        sorted.iter().map(|a| a.correct.as_str()).collect()
    }

    #[test]
    fn a_match_question_looks_the_same_without_its_pairs() {
        let mut rows = [
            row(1, "Sverige", 0, "Stockholm", 2),
            row(2, "Norge", 1, "Oslo", 0),
            row(3, "Finland", 2, "Helsingfors", 1),
        ];
        let before: Vec<String> = right_column(&rows).into_iter().map(str::to_owned).collect();
        strip_alternatives(QuestionType::Match, &mut rows);
        assert_eq!(right_column(&rows), before);
        assert_eq!(
            rows.iter().map(|a| (a.alternative.as_str(), a.correct.as_str())).collect::<Vec<_>>(),
            [("Sverige", "Oslo"), ("Norge", "Helsingfors"), ("Finland", "Stockholm")]
        );
    }

    #[test]
    fn other_types_keep_no_trace_of_what_is_right() {
        for kind in QuestionType::ALL.iter().filter(|t| **t != QuestionType::Match) {
            let mut rows = [row(1, "a", 0, "1", 1), row(2, "b", 1, "0", 0)];
            strip_alternatives(*kind, &mut rows);
            assert!(rows.iter().all(|a| a.correct.is_empty()), "{kind:?}");
            assert!(rows.iter().all(|a| a.correct_order == a.alternative_order), "{kind:?}");
        }
    }

    proptest! {
        /// Whoever sees the stripped rows learns only the two columns: every arrangement of pairs
        /// that shows the same columns is stripped to the same rows.
        #[test]
        fn the_pairs_can_not_be_told_from_stripped_rows(pairs in Just((0..6usize).collect::<Vec<_>>()).prop_shuffle()) {
            let arrange = |pairs: &[usize]| -> Vec<Alternative> {
                let mut rows: Vec<Alternative> = pairs
                    .iter()
                    .enumerate()
                    .map(|(left, &right)| {
                        row(left as i64, &format!("L{left}"), left as i32, &format!("R{right}"), right as i32)
                    })
                    .collect();
                strip_alternatives(QuestionType::Match, &mut rows);
                rows
            };
            prop_assert_eq!(arrange(&pairs), arrange(&[0, 1, 2, 3, 4, 5]));
        }
    }
}
