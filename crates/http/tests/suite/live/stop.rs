//! Stopping with clients connected.

use estrad_testkit::on_both_databases;

use super::support::{Polling, Socket, operator};

on_both_databases! {
    async fn everybody_is_told_to_come_back(app: TestApp) {
        let (_, token) = operator(&app).await;
        let mut plain = Socket::open(&app, &format!("/ws?token={token}")).await;
        plain.event("sync").await;
        let mut waiting = Socket::open(&app, "/ws").await;
        let path = format!("/socket.io/?EIO=4&transport=websocket&token={token}");
        let mut socketio = Socket::open(&app, &path).await;
        socketio.send("40").await;
        socketio.until(r#"42["sync""#).await;
        let polling = Polling::open(&app, Some(&token)).await;
        polling.post("40").await;
        polling.until("42").await;
        let stopping = async {
            tokio::join!(
                app.stop(),
                async { assert_eq!(plain.closed().await, (1012, "restart".to_owned())) },
                async { assert_eq!(waiting.closed().await.0, 1012) },
                async { assert_eq!(socketio.closed().await.0, 1012) },
                // The poll that waits is answered by an error: some clients take a close packet for
                // the end of everything.
                async {
                    loop {
                        let answer = polling.poll().await;
                        match answer.status {
                            200 => assert_ne!(answer.text(), "1"),
                            status => break assert_eq!(status, 503, "{}", answer.text()),
                        }
                    }
                },
            );
        };
        stopping.await;
    }
}
