//! Somebody who edits a competition, with what they do shortened.

use estrad_domain::CompetitionId;
use estrad_testkit::{Answer, TestApp, files};
use serde_json::{Value, json};

use super::store_full;

/// An admin at the full competition.
pub(super) struct Desk<'a> {
    pub(super) app: &'a TestApp,
    pub(super) admin: String,
    pub(super) id: CompetitionId,
}

impl<'a> Desk<'a> {
    /// Stores the full competition and signs an admin in.
    pub(super) async fn open(app: &'a TestApp) -> Self {
        let admin = app.admin().await;
        let id = store_full(app).await;
        Self { app, admin, id }
    }

    /// Sends a request about a part, or about the competition where the path is empty. Without a
    /// body there is no content type either.
    pub(super) async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let path = format!("/api/competitions/{}{path}", self.id);
        let request = self.app.request(method, &path).bearer(&self.admin);
        match body {
            Some(body) => request.json(&body).send().await,
            None => request.send().await,
        }
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        self.send("GET", path, None).await.expect(200)
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Value {
        self.send("POST", path, Some(body)).await.expect(200)
    }

    pub(super) async fn put(&self, path: &str, body: Value) -> Value {
        self.send("PUT", path, Some(body)).await.expect(200)
    }

    /// As one who says that results may go along.
    pub(super) async fn delete(&self, path: &str) {
        self.send("DELETE", &format!("{path}?confirm=true"), None).await.expect(204);
    }

    /// Sends what must be refused for the field, and nothing be done of it.
    #[track_caller]
    pub(super) fn refused(
        &self,
        method: &'static str,
        path: &str,
        body: Value,
        field: &'static str,
    ) -> impl Future<Output = ()> {
        let shown = format!("{method} {path} {body}");
        async move {
            let before = self.everything().await;
            let answer = self.send(method, path, Some(body)).await;
            assert_eq!(answer.status, 422, "{shown} {}", answer.text());
            let body = answer.expect_error(422, "validation_failed");
            assert_eq!(body["field"], field, "{shown}");
            let sentence = &body["errors"]["json"][field][0];
            assert!(sentence.as_str().is_some_and(|s| !s.is_empty()), "{shown} {body}");
            assert_eq!(self.everything().await, before, "{shown}");
        }
    }

    /// All of the competition, and of the tables that a part could be left in.
    pub(super) async fn everything(&self) -> Value {
        let mut all = json!([self.get("").await, self.get("/codes").await]);
        let tables = ["slides", "questions", "alternatives", "components", "teams", "codes"];
        for table in tables {
            let rows = self.app.count(table).await;
            all.as_array_mut().expect("a list").push(json!({ table: rows }));
        }
        all
    }

    /// Uploads an image of that size and gives its id.
    pub(super) async fn upload(&self, width: u32, height: u32) -> i64 {
        let form = files::form("image", "bild.png", &files::png(width, height));
        let request = self.app.post("/api/media/images").bearer(&self.admin);
        let image = request.body(files::FORM, form).send().await.expect(200);
        image["id"].as_i64().expect("an id")
    }
}

/// A member of each item of a list.
pub(super) fn each(list: &Value, member: &str) -> Vec<Value> {
    let list = list.as_array().expect("a list").iter();
    list.map(|item| item[member].clone()).collect()
}

/// What to insert rows from, numbered by `i` from the first to the last.
pub(super) fn numbers(from: i64, to: i64, select: &str) -> String {
    format!(
        "WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to}) \
         SELECT {select} FROM n"
    )
}
