//! Walking through the pages of a search meets every row once.

use estrad_testkit::{Backend, TestApp, TestSettings, run};
use proptest::prelude::*;

use super::empty;

/// Rows in all. Years and names repeat, so that the order depends on every part of its key.
const ROWS: i64 = 23;

async fn seed(app: &TestApp) -> String {
    for n in 0..ROWS as i32 {
        let city = app.city(["Linköping", "Stockholm"][(n % 2) as usize]).await;
        let name = ["Final", "Finalen", "Kval"][(n % 3) as usize];
        app.competition(empty(name, 2000 + n / 6), city).await;
    }
    app.admin().await
}

/// The ids of all pages in turn, as `next_page` leads to them.
async fn walk(app: &TestApp, token: &str, page_size: i64) -> Vec<i64> {
    let mut ids = Vec::new();
    let mut next = Some(1);
    while let Some(page) = next {
        let path = format!("/api/competitions/search?page={page}&page_size={page_size}");
        let answer = app.get(&path).bearer(token).send().await;
        let rows = answer.json();
        let rows = rows.as_array().expect("a list");
        let pagination = answer.pagination();
        assert_eq!(pagination["total"], ROWS);
        assert_eq!(pagination["total_pages"], (ROWS + page_size - 1) / page_size);
        assert_eq!(pagination["page"], page);
        assert!(!rows.is_empty() && rows.len() <= page_size as usize);
        ids.extend(rows.iter().map(|row| row["id"].as_i64().expect("an id")));
        next = pagination["next_page"].as_i64();
    }
    ids
}

fn every_row_is_on_one_page(backend: Backend) {
    run(backend, TestSettings::default(), async |app: TestApp| {
        let token = seed(&app).await;
        let in_one = walk(&app, &token, 100).await;
        let mut sorted = in_one.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (1..=ROWS).collect::<Vec<_>>());
        // The cases are drawn by proptest and walked here: the server is asynchronous.
        let mut runner = proptest::test_runner::TestRunner::default();
        for _ in 0..16 {
            let drawn = (1i64..40).new_tree(&mut runner).expect("draws");
            let page_size = proptest::strategy::ValueTree::current(&drawn);
            assert_eq!(walk(&app, &token, page_size).await, in_one, "pages of {page_size}");
        }
    });
}

#[test]
fn every_row_is_on_one_page_whatever_its_size_on_sqlite() {
    every_row_is_on_one_page(Backend::Sqlite);
}

#[test]
fn every_row_is_on_one_page_whatever_its_size_on_postgres() {
    every_row_is_on_one_page(Backend::Postgres);
}
