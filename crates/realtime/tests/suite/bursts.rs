//! More at once than fits into the queue of a worker.

use estrad_domain::PresentationId;
use estrad_domain::presentation::{Recipients, ServerEvent};
use estrad_domain::types::View;
use estrad_realtime::{Message, Part, Publication};
use estrad_testkit::on_both_databases;
use serde_json::json;

use crate::harness::{Hall, begin};

fn publication(id: PresentationId, event: ServerEvent, number: i64) -> Publication {
    let to = if event == ServerEvent::Answer { Recipients::STAFF } else { Recipients::EVERYONE };
    let message = Message::new(event, json!({"number": number}));
    let parts = vec![Part { to, except: None, message, first_words: None }];
    Publication { presentation_id: id, seq: Some(1_000 + number), parts, ends: None }
}

on_both_databases! {
    async fn the_answers_of_thousands_of_teams_close_nobody(app: TestApp) {
        let live = &app.live;
        let hall = Hall::of(live);
        let (id, operator, _) = begin(&app, &hall).await;
        let audience = hall.join(&app.open_screen(id, View::Audience).await).await;
        let first = audience.expect("sync").await;
        let id = PresentationId(first["presentation_id"].as_i64().expect("an id"));
        live.hub().publish_all((0..3_000).map(|number| publication(id, ServerEvent::Answer, number)));
        live.hub().publish(publication(id, ServerEvent::Sync, 3_000));
        for number in 0..3_000 {
            assert_eq!(operator.expect("answer").await["number"], number);
        }
        assert_eq!(operator.expect("sync").await["number"], 3_000);
        assert_eq!(audience.expect("sync").await["number"], 3_000, "and none of the answers");
    }
}
