//! Two windows of a browser with the page of the examples.

use serde_json::json;

use crate::driver::{Client, Driver, Kind};
use crate::harness::Home;
use crate::stage::Stage;

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
        sees(window, "#state", "Closed: ended.").await;
    }
}
