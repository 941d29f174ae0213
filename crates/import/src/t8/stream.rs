//! Files of JSON documents one after another, as a Mongo export writes them.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::error::{MAX_FILE_BYTES, Position, ReadError, ShapeError};
use super::fields::found;

/// The documents of one file, with what errors need to say where they are.
#[derive(Debug)]
pub(super) struct Documents {
    file: PathBuf,
    bytes: Vec<u8>,
    /// Each with the offset of its first byte.
    documents: Vec<(usize, Value)>,
}

impl Documents {
    /// Reads a whole file.
    pub(super) fn read(file: PathBuf) -> Result<Self, ReadError> {
        let bytes = read_bounded(&file)?;
        Self::parse(file, bytes)
    }

    /// Takes the documents out of what a file holds.
    pub(super) fn parse(file: PathBuf, bytes: Vec<u8>) -> Result<Self, ReadError> {
        let mut documents = Vec::new();
        let mut stream = serde_json::Deserializer::from_slice(&bytes).into_iter::<Value>();
        let mut from = 0;
        while let Some(value) = stream.next() {
            let start = from + bytes[from..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            let value = value.map_err(|error| ReadError::Broken {
                file: file.clone(),
                document: documents.len() + 1,
                at: place_of(&error, &bytes),
                message: without_place(&error),
            })?;
            documents.push((start, value));
            from = stream.byte_offset();
        }
        let this = Self { file, bytes, documents };
        for (index, (_, value)) in this.documents.iter().enumerate() {
            check_strings(value, String::new()).map_err(|error| this.shape_error(index, error))?;
        }
        Ok(this)
    }

    /// Turns each document into what it means.
    pub(super) fn map<T>(
        &self,
        parse: impl Fn(&Value) -> Result<T, ShapeError>,
    ) -> Result<Vec<T>, ReadError> {
        let parsed = self.documents.iter().enumerate().map(|(index, (_, value))| {
            parse(value).map_err(|error| self.shape_error(index, error))
        });
        parsed.collect()
    }

    /// Refuses two documents with the same id; `ids` are those of the documents in order.
    pub(super) fn check_ids<'a>(
        &self,
        ids: impl Iterator<Item = &'a str>,
    ) -> Result<(), ReadError> {
        let mut seen = HashMap::new();
        for (index, id) in ids.enumerate() {
            if let Some(first) = seen.insert(id, index + 1) {
                return Err(ReadError::DuplicateId {
                    file: self.file.clone(),
                    document: index + 1,
                    first,
                    id: id.to_owned(),
                });
            }
        }
        Ok(())
    }

    fn shape_error(&self, index: usize, error: ShapeError) -> ReadError {
        let ShapeError { field, expected, found } = error;
        ReadError::Shape {
            file: self.file.clone(),
            document: index + 1,
            at: Position::of(&self.bytes, self.documents[index].0),
            field,
            expected,
            found,
        }
    }
}

/// Reads no more than the bound, whatever the file system says about the size: it may grow.
fn read_bounded(file: &Path) -> Result<Vec<u8>, ReadError> {
    let unreadable = |source| ReadError::Unreadable { file: file.to_owned(), source };
    let mut bytes = Vec::new();
    let open = File::open(file).map_err(unreadable)?;
    open.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge { file: file.to_owned() });
    }
    Ok(bytes)
}

/// Where the parser stopped. It counts lines and columns only.
fn place_of(error: &serde_json::Error, bytes: &[u8]) -> Position {
    if error.is_eof() {
        return Position::of(bytes, bytes.len());
    }
    let lines = bytes.split_inclusive(|&b| b == b'\n');
    let before: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    Position::of(bytes, before + error.column().saturating_sub(1))
}

/// The parser's message without the place that it ends with, which is given in our own form.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).map(str::to_owned).unwrap_or(message)
}

/// Refuses NUL characters, which PostgreSQL can't store. They are never meant.
fn check_strings(value: &Value, field: String) -> Result<(), ShapeError> {
    let nul = |field| ShapeError {
        field,
        expected: "a text without NUL characters",
        found: "one with".to_owned(),
    };
    match value {
        Value::String(text) if text.contains('\0') => Err(nul(field)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| check_strings(item, format!("{field}[{index}]"))),
        Value::Object(map) => map.iter().try_for_each(|(key, item)| {
            let dot = if field.is_empty() { "" } else { "." };
            let path = format!("{field}{dot}{key}");
            if key.contains('\0') {
                return Err(nul(path.replace('\0', "\\u0000")));
            }
            check_strings(item, path)
        }),
        _ => Ok(()),
    }
}

/// The error for a document that is no object at all.
pub(super) fn not_an_object(value: &Value, path: &str) -> ShapeError {
    let field = if path.is_empty() { "the document".to_owned() } else { path.to_owned() };
    ShapeError { field, expected: "an object", found: found(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(bytes: &[u8]) -> Result<Documents, ReadError> {
        Documents::parse(PathBuf::from("teams.json"), bytes.to_vec())
    }

    #[test]
    fn documents_may_stand_close_or_apart() {
        let read = parse(b" {\"a\":1}{\"b\":2}\n\n {\n\"c\": 3}\n").expect("three documents");
        let places: Vec<_> = read.documents.iter().map(|(offset, _)| *offset).collect();
        assert_eq!(places, [1, 8, 18]);
        assert!(parse(b" \n").expect("none").documents.is_empty());
    }

    #[test]
    fn a_truncated_document_is_named_with_its_place() {
        let error = parse(b"{\"a\":1}\n{\"b\": [1,").expect_err("truncated");
        assert_eq!(
            error.to_string(),
            "teams.json, document 2: EOF while parsing a value at byte 17 (line 2, column 10)"
        );
        let error = parse(b"{\"a\":1}\n{\"b\": \xff}").expect_err("not UTF-8");
        assert!(error.to_string().starts_with("teams.json, document 2: "), "{error}");
        let error = parse("[".repeat(10_000).as_bytes()).expect_err("too deep");
        assert!(error.to_string().contains("recursion limit"), "{error}");
    }

    #[test]
    fn a_nul_character_is_named_with_its_field() {
        let error = parse(br#"{"a":1} {"b": {"c": ["x", "y\u0000"]}}"#).expect_err("NUL");
        assert_eq!(
            error.to_string(),
            "teams.json, document 2 at byte 8 (line 1, column 9): a text without NUL characters \
             was expected as b.c[1], not one with"
        );
    }

    #[test]
    fn what_is_no_file_or_too_large_is_named() {
        let dir = tempfile::tempdir().expect("a directory");
        let missing = Documents::read(dir.path().join("teams.json")).expect_err("missing");
        assert!(missing.to_string().contains("teams.json can't be read"), "{missing}");
        let large = dir.path().join("large.json");
        // A sparse file: nothing of that size is written.
        File::create(&large).and_then(|f| f.set_len(MAX_FILE_BYTES + 1)).expect("created");
        let error = Documents::read(large).expect_err("too large");
        assert!(error.to_string().contains("large.json is larger than"), "{error}");
    }

    fn assert_place(error: &ReadError, length: usize) -> Result<(), TestCaseError> {
        let (ReadError::Broken { at, document, .. } | ReadError::Shape { at, document, .. }) =
            error
        else {
            return Err(TestCaseError::fail(format!("no place: {error}")));
        };
        prop_assert!(at.offset <= length && at.line >= 1 && at.column >= 1 && *document >= 1);
        Ok(())
    }

    proptest! {
        #[test]
        fn whatever_the_bytes_are_there_is_a_place(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            if let Err(error) = parse(&bytes) {
                assert_place(&error, bytes.len())?;
            }
        }

        #[test]
        fn whatever_looks_like_json_there_is_a_place(text in "[\\[\\]{}:,\"\\\\a0.eu\n -]{0,60}") {
            if let Err(error) = parse(text.as_bytes()) {
                assert_place(&error, text.len())?;
            }
        }

        #[test]
        fn a_cut_inside_a_document_never_goes_unseen(
            texts in prop::collection::vec("\\PC{0,12}", 1..6),
            cut in any::<prop::sample::Index>(),
        ) {
            let lines: Vec<String> = texts
                .iter()
                .map(|text| format!("{}\n", serde_json::json!({"name": text, "scores": [1, 2.5]})))
                .collect();
            let whole = lines.concat();
            let cut = cut.index(whole.len());
            let mut ends = vec![0];
            for line in &lines {
                ends.push(ends[ends.len() - 1] + line.len());
            }
            // With or without its line break a document is whole.
            let between = ends.iter().any(|&end| end == cut || end == cut + 1);
            match parse(&whole.as_bytes()[..cut]) {
                Ok(_) => prop_assert!(between),
                Err(error) => {
                    prop_assert!(!between);
                    assert_place(&error, cut)?;
                }
            }
        }
    }
}
