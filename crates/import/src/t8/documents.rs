//! The four kinds of documents of an export, as they are.

use serde_json::Value;

use super::error::ShapeError;
use super::fields::{Fields, flag_item, text_item};
use super::source::{Kind, QuizItem, Slide, SubKind, SubQuestion};
use super::year;

/// A document of `cities.json`.
pub(super) struct City {
    pub(super) id: String,
    pub(super) name: String,
}

/// A document of `competitions.json`. Its `index` is left alone: it says at which slide the show
/// stood when the export was made.
pub(super) struct Competition {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) city: String,
    /// The year in the name, or else that of the last edit.
    pub(super) year: i32,
    pub(super) unknown_fields: Vec<String>,
}

/// A document of `questions.json`.
pub(super) struct Question {
    pub(super) id: String,
    pub(super) competition: String,
    pub(super) title: String,
    pub(super) kind: Kind,
    pub(super) hints: Vec<String>,
    pub(super) statements: Vec<String>,
    pub(super) quiz: Vec<QuizItem>,
    /// The two columns.
    pub(super) pairs: [Vec<String>; 2],
    pub(super) sub_questions: Vec<SubQuestion>,
    pub(super) image: String,
    pub(super) time_text: String,
    pub(super) scoring_text: String,
    pub(super) max_scoring_text: String,
    /// HTML of what is right.
    pub(super) answer_text: String,
    /// Whether that was shown on the projector afterwards.
    pub(super) answer_shown: bool,
    pub(super) slides: Vec<Slide>,
    pub(super) unknown_fields: Vec<String>,
}

/// A document of `teams.json`.
pub(super) struct Team {
    pub(super) id: String,
    pub(super) competition: String,
    pub(super) name: String,
    /// By the place of the question in its competition.
    pub(super) scores: Vec<Value>,
    /// By the place of the question, then by the place of the field in its form.
    pub(super) answers: Vec<Vec<Value>>,
    pub(super) unknown_fields: Vec<String>,
}

impl City {
    pub(super) fn parse(value: &Value) -> Result<Self, ShapeError> {
        let fields = Fields::new(value, "")?;
        Ok(Self { id: fields.id("_id")?, name: fields.text("name")? })
    }
}

impl Competition {
    pub(super) fn parse(value: &Value) -> Result<Self, ShapeError> {
        let fields = Fields::new(value, "")?;
        let edited = fields.get("lastEdited");
        let edited = edited.map(|date| date.get("$date").unwrap_or(date)).and_then(Value::as_str);
        let name = fields.text("name")?;
        let year = year::in_name(&name).or_else(|| edited.and_then(year::of_date));
        Ok(Self {
            id: fields.id("_id")?,
            year: year
                .ok_or_else(|| fields.wrong("lastEdited", "a date that starts with a year"))?,
            name,
            city: fields.id("city")?,
            unknown_fields: fields.others(&["_id", "name", "city", "lastEdited", "index", "__v"]),
        })
    }
}

impl Question {
    pub(super) fn parse(value: &Value) -> Result<Self, ShapeError> {
        let fields = Fields::new(value, "")?;
        let answer = fields.object("answer")?;
        let kind = match (fields.text("type")?.as_str(), answer.text_or_empty("type")?.as_str()) {
            ("normal", "practical") => Kind::Practical,
            ("normal", "multi") => Kind::Normal,
            ("hints", _) => Kind::Hints,
            ("truefalse", _) => Kind::Statements,
            ("quiz", _) => Kind::Quiz,
            ("normal", _) => return Err(answer.wrong("type", "multi or practical")),
            _ => return Err(fields.wrong("type", "normal, hints, truefalse or quiz")),
        };
        let mut unknown_fields = fields.others(&[
            "_id",
            "competition",
            "title",
            "type",
            "hints",
            "statements",
            "quiz",
            "image",
            "timeText",
            "scoringText",
            "maxScoringText",
            "answer",
            "slides",
            "__v",
        ]);
        unknown_fields.extend(answer.others(&["type", "pairs", "subQuestions", "show", "text"]));
        let pairs = <[Vec<String>; 2]>::try_from(answer.list("pairs", column)?);
        Ok(Self {
            id: fields.id("_id")?,
            competition: fields.id("competition")?,
            title: fields.text("title")?,
            kind,
            hints: fields.list("hints", text_item)?,
            statements: fields.list("statements", text_item)?,
            quiz: fields.list("quiz", QuizItem::parse)?,
            pairs: match pairs {
                Ok(columns) => columns,
                Err(none) if none.is_empty() => Default::default(),
                Err(_) => return Err(answer.wrong("pairs", "a list of two columns")),
            },
            sub_questions: answer.list("subQuestions", SubQuestion::parse)?,
            image: fields.text_or_empty("image")?,
            time_text: fields.text_or_empty("timeText")?,
            scoring_text: fields.text_or_empty("scoringText")?,
            max_scoring_text: fields.text_or_empty("maxScoringText")?,
            answer_text: answer.text_or_empty("text")?,
            answer_shown: answer.flag("show")?,
            slides: fields.list("slides", Slide::parse)?,
            unknown_fields,
        })
    }
}

/// A column of pairs: a list of texts, or an object with the list as its alternatives.
fn column(value: &Value, path: String) -> Result<Vec<String>, ShapeError> {
    match value.as_array() {
        Some(items) => items
            .iter()
            .enumerate()
            .map(|(i, item)| text_item(item, format!("{path}[{i}]")))
            .collect(),
        None => Fields::new(value, path)?.list("alternatives", text_item),
    }
}

impl QuizItem {
    fn parse(value: &Value, path: String) -> Result<Self, ShapeError> {
        let fields = Fields::new(value, path)?;
        Ok(Self {
            question: fields.text("question")?,
            options: [
                fields.text_or_empty("A")?,
                fields.text_or_empty("B")?,
                fields.text_or_empty("C")?,
                fields.text_or_empty("D")?,
            ],
            correct: fields.text_or_empty("correct")?,
            unknown_fields: fields.others(&["question", "A", "B", "C", "D", "correct", "_id"]),
        })
    }
}

impl SubQuestion {
    fn parse(value: &Value, path: String) -> Result<Self, ShapeError> {
        let fields = Fields::new(value, path)?;
        let kind = match (fields.text("type")?.as_str(), fields.flag("multiple")?) {
            ("text", _) => SubKind::Text,
            ("textarea", _) => SubKind::LongText,
            ("number", _) => SubKind::Number,
            ("select", false) => SubKind::One,
            ("select", true) => SubKind::Several,
            _ => return Err(fields.wrong("type", "text, textarea, number or select")),
        };
        Ok(Self {
            kind,
            label: fields.text_or_empty("label")?,
            alternatives: fields.list("alternatives", text_item)?,
            shown: fields.list("show", flag_item)?,
            unknown_fields: fields.others(&[
                "type",
                "label",
                "alternatives",
                "multiple",
                "show",
                "_id",
            ]),
        })
    }
}

impl Slide {
    fn parse(value: &Value, path: String) -> Result<Self, ShapeError> {
        let fields = Fields::new(value, path)?;
        Ok(Self {
            seconds: if fields.flag("hasTimer")? { Some(fields.number("time")?) } else { None },
            left: fields.text_or_empty("textLeft")?,
            right: fields.text_or_empty("textRight")?,
            projector: fields.text_or_empty("textProjector")?,
            unknown_fields: fields.others(&[
                "hasTimer",
                "time",
                "textLeft",
                "textRight",
                "textProjector",
                "_id",
            ]),
        })
    }
}

impl Team {
    pub(super) fn parse(value: &Value) -> Result<Self, ShapeError> {
        let fields = Fields::new(value, "")?;
        Ok(Self {
            id: fields.id("_id")?,
            competition: fields.id("competition")?,
            name: fields.text("name")?,
            scores: fields.list("scores", |score, _| Ok(score.clone()))?,
            answers: fields.list("answers", answers_to_one)?,
            unknown_fields: fields.others(&[
                "_id",
                "competition",
                "name",
                "scores",
                "answers",
                "__v",
            ]),
        })
    }
}

/// The answers to one question; null is as good as none.
fn answers_to_one(value: &Value, path: String) -> Result<Vec<Value>, ShapeError> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(answers) => Ok(answers.clone()),
        _ => Err(ShapeError {
            field: path,
            expected: "a list of answers",
            found: super::fields::found(value),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn question(answer: Value) -> Value {
        json!({"_id": "q", "competition": "c", "title": "T", "type": "normal", "answer": answer})
    }

    #[test]
    fn pairs_come_in_two_shapes() {
        let lists = json!({"type": "multi", "pairs": [["a"], ["1", "2"]]});
        let objects = json!({"type": "multi", "pairs": [
            {"alternatives": ["a"], "multiple": false},
            {"alternatives": ["1", "2"], "multiple": false},
        ]});
        for answer in [lists, objects] {
            let question = Question::parse(&question(answer)).map_err(|e| e.field);
            let pairs = question.expect("a question").pairs;
            assert_eq!(pairs, [vec!["a".to_owned()], vec!["1".to_owned(), "2".to_owned()]]);
        }
        let error = Question::parse(&question(json!({"type": "multi", "pairs": [["a"]]})));
        assert_eq!(error.err().map(|e| e.field).as_deref(), Some("answer.pairs"));
    }

    #[test]
    fn what_has_another_shape_is_refused_with_its_field() {
        let field = |value: Value| Question::parse(&value).err().map(|e| e.field);
        assert_eq!(field(json!([])).as_deref(), Some("the document"));
        assert_eq!(field(question(json!({"type": "x"}))).as_deref(), Some("answer.type"));
        assert_eq!(
            field(question(json!({"type": "multi", "subQuestions": [{"type": "slider"}]})))
                .as_deref(),
            Some("answer.subQuestions[0].type")
        );
        let mut unknown = question(json!({"type": "multi"}));
        unknown["type"] = json!("riddle");
        assert_eq!(field(unknown).as_deref(), Some("type"));
    }

    #[test]
    fn fields_that_nobody_knows_are_told() {
        let mut value = question(json!({"type": "multi", "bonus": 1}));
        value["music"] = json!("x.mp3");
        let question = Question::parse(&value).map_err(|e| e.field).expect("a question");
        assert_eq!(question.unknown_fields, ["music", "answer.bonus"]);
    }

    #[test]
    fn a_date_may_be_wrapped_but_not_missing() {
        let year = |name: &str, date: Value| {
            let value = json!({"_id": "c", "name": name, "city": "x", "lastEdited": date});
            Competition::parse(&value).map(|c| c.year).map_err(|e| e.field)
        };
        assert_eq!(year("Final", json!({"$date": "2019-04-03T12:57:04.351Z"})), Ok(2019));
        assert_eq!(year("Final", json!("2019-04-03")), Ok(2019));
        assert_eq!(year("Final 2018", Value::Null), Ok(2018));
        assert_eq!(year("Final", Value::Null), Err("lastEdited".to_owned()));
    }
}
