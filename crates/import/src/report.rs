//! What became of everything that an importer read.

use std::fmt;

/// What one competition had and what became of it.
///
/// The numbers add up: what was read was placed, or there is a note about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Questions of the source.
    pub questions_read: usize,
    /// Slides in the draft.
    pub slides_made: usize,
    /// Questions in the draft, sub-questions included.
    pub questions_made: usize,
    /// Teams, of the source and in the draft.
    pub teams: usize,
    /// What teams answered; a field that was left alone is no answer.
    pub answers_read: usize,
    /// Those that are in the draft. For each of the others there is a note [`About::Answer`].
    pub answers_placed: usize,
    /// Places for a score in the source, one per team and question.
    pub scores_read: usize,
    /// Those that are in the draft. For each of the others there is a note [`About::Score`].
    pub scores_placed: usize,
    /// References to pictures and videos, each time one is referred to. None of the files is part
    /// of the source; notes [`About::Picture`] name them.
    pub pictures: usize,
    /// In the order of the source.
    pub notes: Vec<Note>,
}

/// Something that could not be taken over, or was taken over with a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What kind of thing it is about.
    pub about: About,
    /// The question or team concerned, by title or name; empty for the competition as a whole.
    pub place: String,
    /// A sentence for whoever looks after the competition.
    pub text: String,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// Something is in the draft, but not as it was.
    Changed,
    /// Something has no place in the draft.
    LeftOut,
    /// Pictures that have to be uploaded by hand.
    Picture,
    /// One answer that has no place in the draft.
    Answer,
    /// One score that has no place in the draft.
    Score,
}

impl Report {
    /// Adds a note.
    pub(crate) fn note(&mut self, about: About, place: &str, text: impl Into<String>) {
        self.notes.push(Note { about, place: place.to_owned(), text: text.into() });
    }

    /// How many notes there are of this kind.
    pub fn notes_about(&self, about: About) -> usize {
        self.notes.iter().filter(|note| note.about == about).count()
    }
}

/// A line with the counts, then the notes, indented. Without a line break at the end.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} became {} with {}; {}, {} of {}, {} of {}; {}, {}",
            count(self.questions_read, "question"),
            count(self.slides_made, "slide"),
            count(self.questions_made, "question"),
            count(self.teams, "team"),
            self.answers_placed,
            count(self.answers_read, "answer"),
            self.scores_placed,
            count(self.scores_read, "score"),
            count(self.pictures, "picture reference"),
            count(self.notes.len(), "note"),
        )?;
        for note in &self.notes {
            write!(f, "\n  {note}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            return f.write_str(&self.text);
        }
        write!(f, "{}: {}", self.place, self.text)
    }
}

/// "1 slide", "2 slides".
pub(crate) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_well_on_a_terminal() {
        let mut report = Report {
            questions_read: 8,
            slides_made: 9,
            questions_made: 11,
            teams: 1,
            answers_read: 12,
            answers_placed: 11,
            ..Report::default()
        };
        report.note(About::Answer, "Berga 8A", "The answer \"x\" has no place.");
        report.note(About::Changed, "", "The name was cut.");
        assert_eq!(
            report.to_string(),
            "8 questions became 9 slides with 11 questions; 1 team, 11 of 12 answers, 0 of 0 scores; \
             0 picture references, 2 notes\n  Berga 8A: The answer \"x\" has no place.\n  The name was cut."
        );
        assert_eq!(report.notes_about(About::Answer), 1);
    }
}
