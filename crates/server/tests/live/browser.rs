//! Two windows of a browser with the page of the examples.

use serde_json::json;

use crate::driver::{Client, Driver, Kind};
use crate::harness::Home;
use crate::stage::{COMPETITION, Stage};

async fn sees(window: &mut Client, selector: &str, text: &str) {
    window.tell("wait", json!({"selector": selector, "text": text}));
    let report = window.report("seen").await;
    assert_eq!(report["found"], true, "{selector} {text:?}: {report}");
}

fn click(window: &Client, selector: &str) {
    window.tell("click", json!({"selector": selector}));
}

#[tokio::test]
async fn two_windows_stay_in_step_through_a_restart() {
    let mut stage = Stage::open(Home::new());
    let driver = Driver::start(Kind::Browser);
    let page = format!("http://{}/examples/live.html", stage.address);
    let open =
        |opens: &str| driver.connect(json!({"page": page, "code": stage.demo.code(opens)["code"]}));
    let mut operator = open("Operator");
    sees(&mut operator, "#state", "Connected.").await;
    let mut team = open("Team");
    sees(&mut team, "#view", "Team").await;
    sees(&mut team, "#slide", "1 of 12").await;
    click(&operator, "[data-do=next]");
    for window in [&mut operator, &mut team] {
        sees(window, "#slide", "2 of 12").await;
    }
    stage.kill();
    for window in [&mut operator, &mut team] {
        sees(window, "#state", "Connecting again").await;
    }
    stage.restart();
    for window in [&mut operator, &mut team] {
        sees(window, "#state", "Connected.").await;
        sees(window, "#slide", "2 of 12").await;
    }
    click(&operator, "[data-do=next]");
    for window in [&mut operator, &mut team] {
        sees(window, "#slide", "3 of 12").await;
    }
    click(&operator, "[data-do=end]");
    for window in [&mut operator, &mut team] {
        sees(window, "#state", "The presentation has ended and may be resumed.").await;
    }
    // It was pressed by accident.
    click(&operator, "[data-do=undo]");
    for window in [&mut operator, &mut team] {
        sees(window, "#state", "Connected.").await;
        sees(window, "#slide", "3 of 12").await;
    }
    click(&operator, "[data-do=next]");
    sees(&mut team, "#slide", "4 of 12").await;
}

#[tokio::test]
async fn who_opens_the_page_early_waits_and_is_in_from_the_start() {
    let stage = Stage::open(Home::new());
    let driver = Driver::start(Kind::Browser);
    let page = format!("http://{}/examples/live.html", stage.address);
    let open =
        |opens: &str| driver.connect(json!({"page": page, "code": stage.demo.code(opens)["code"]}));
    let mut team = open("Team");
    sees(&mut team, "#state", "Waiting for the start").await;
    sees(&mut team, "#state", "The Trusses").await;
    let mut operator = open("Operator");
    for window in [&mut operator, &mut team] {
        sees(window, "#slide", "1 of 12").await;
        sees(window, "#state", "Connected.").await;
    }
    click(&operator, "[data-do=next]");
    sees(&mut team, "#slide", "2 of 12").await;
    click(&operator, "[data-do=start]");
    click(&operator, "[data-do=pause]");
    sees(&mut team, "#timer", "Answers are not taken now.").await;
    click(&operator, "[data-do=more]");
    click(&operator, "[data-do=resume]");
    click(&operator, "[data-do=next]");
    sees(&mut team, "#slide", "3 of 12").await;
    operator.tell("text", json!({"selector": "#error"}));
    assert_eq!(operator.report("text").await["text"], "");
}

fn fill(window: &Client, selector: &str, text: &str) {
    window.tell("fill", json!({"selector": selector, "text": text}));
}

/// The order of the demo's slide with the question in words, and its think time.
async fn written_question(stage: &Stage) -> usize {
    let admin = stage.admin().await;
    let path = format!("/api/competitions/{COMPETITION}");
    let competition = stage.server().get(&path).bearer(&admin).send().await.expect(200);
    let slides = competition["slides"].as_array().expect("slides");
    let place = slides.iter().position(|slide| slide["questions"][0]["type_id"] == 1);
    place.expect("a question to write at")
}

#[tokio::test]
async fn a_team_answers_is_locked_out_and_sees_its_score() {
    // The lock is to be seen at once.
    let stage = Stage::open(Home::new().with_variable("ESTRAD_LIVE_GRACE_MS", "0"));
    let place = written_question(&stage).await;
    let driver = Driver::start(Kind::Browser);
    let page = format!("http://{}/examples/live.html", stage.address);
    let open =
        |opens: &str| driver.connect(json!({"page": page, "code": stage.demo.code(opens)["code"]}));
    let mut operator = open("Operator");
    sees(&mut operator, "#state", "Connected.").await;
    let (mut team, mut judge) = (open("Team"), open("Judge"));
    for window in [&mut team, &mut judge] {
        sees(window, "#slide", "1 of 12").await;
    }
    for order in 0..place {
        click(&operator, "[data-do=next]");
        sees(&mut operator, "#slide", &format!("{} of 12", order + 2)).await;
    }
    let here = format!("{} of 12", place + 1);
    sees(&mut team, "#slide", &here).await;
    click(&operator, "[data-do=start]");
    fill(&team, "#questions input", "Volta");
    // The judge sees it as it is typed, and whose it is.
    sees(&mut judge, "#answers", "Volta").await;
    sees(&mut judge, "#answers", "The Trusses").await;
    click(&operator, "[data-do=stop]");
    sees(&mut team, "#timer", "Answers are not taken now.").await;
    fill(&team, "#questions input", "Galvani");
    sees(&mut team, "#error", "Time is up.").await;
    let question = judge_question(&stage, place).await;
    // By their names: nobody knows ids.
    choose(&judge, "#score [name=team_id]", "The Trusses");
    choose(&judge, "#score [name=question_id]", &question);
    fill(&judge, "#score [name=score]", "2");
    click(&judge, "#score button");
    click(&operator, "[data-do=scoreboard]");
    sees(&mut team, "#scoreboard", "2 (place 1)").await;
}

fn choose(window: &Client, selector: &str, label: &str) {
    window.tell("choose", json!({"selector": selector, "label": label}));
}

async fn judge_question(stage: &Stage, place: usize) -> String {
    let judge = stage.token("Judge").await;
    let path = format!("/api/competitions/{COMPETITION}");
    let competition = stage.server().get(&path).bearer(&judge).send().await.expect(200);
    competition["slides"][place]["questions"][0]["name"].as_str().expect("a name").to_owned()
}

async fn value(window: &mut Client, selector: &str) -> String {
    window.tell("value", json!({"selector": selector}));
    window.report("value").await["value"].as_str().expect("a value").to_owned()
}

#[tokio::test]
async fn what_is_typed_stays_when_the_slide_is_edited_or_read_anew() {
    let stage = Stage::open(Home::new());
    let place = written_question(&stage).await;
    let driver = Driver::start(Kind::Browser);
    let page = format!("http://{}/examples/live.html", stage.address);
    let open =
        |opens: &str| driver.connect(json!({"page": page, "code": stage.demo.code(opens)["code"]}));
    let mut operator = open("Operator");
    sees(&mut operator, "#state", "Connected.").await;
    let mut team = open("Team");
    for order in 0..place {
        click(&operator, "[data-do=next]");
        sees(&mut operator, "#slide", &format!("{} of 12", order + 2)).await;
    }
    sees(&mut team, "#slide", &format!("{} of 12", place + 1)).await;
    fill(&team, "#questions input", "Volta");

    let admin = stage.admin().await;
    let path = format!("/api/competitions/{COMPETITION}");
    let competition = stage.server().get(&path).bearer(&admin).send().await.expect(200);
    let slide = &competition["slides"][place];
    let question =
        format!("{path}/slides/{}/questions/{}", slide["id"], slide["questions"][0]["id"]);
    let renamed = stage.server().request("PUT", &question).json(&json!({"name": "Who was it?"}));
    renamed.bearer(&admin).send().await.expect(200);
    sees(&mut team, "#questions", "Who was it?").await;
    assert_eq!(value(&mut team, "#questions input").await, "Volta");

    // A spare device of the team begins with what was answered.
    let mut spare = open("Team");
    sees(&mut spare, "#questions", "Who was it?").await;
    assert_eq!(value(&mut spare, "#questions input").await, "Volta");
}

#[tokio::test]
async fn an_error_goes_once_something_else_works() {
    let stage = Stage::open(Home::new());
    let driver = Driver::start(Kind::Browser);
    let page = format!("http://{}/examples/live.html", stage.address);
    let mut operator =
        driver.connect(json!({"page": page, "code": stage.demo.code("Operator")["code"]}));
    sees(&mut operator, "#slide", "1 of 12").await;
    click(&operator, "[data-do=previous]");
    sees(&mut operator, "#error", "Must be from 0 to 11.").await;
    click(&operator, "[data-do=next]");
    sees(&mut operator, "#slide", "2 of 12").await;
    operator.tell("text", json!({"selector": "#error"}));
    assert_eq!(operator.report("text").await["text"], "");
}
