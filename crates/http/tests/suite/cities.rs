//! `/api/misc/cities`

use estrad_testkit::on_both_databases;
use serde_json::json;

on_both_databases! {
    async fn admins_add_rename_and_delete_cities(app: TestApp) {
        let admin = app.admin().await;
        let body = json!({"name": "Kiruna"});
        let all = app.post("/api/misc/cities").bearer(&admin).json(&body).send().await.expect(200);
        assert_eq!(all, json!([{"id": 2, "name": "Kiruna"}, {"id": 1, "name": "Linköping"}]));
        let twice = app.post("/api/misc/cities").bearer(&admin).json(&body).send().await;
        assert_eq!(twice.expect_error(409, "city_name_taken")["field"], "name");

        let body = json!({"name": "Umeå"});
        let all = app.put("/api/misc/cities/2").bearer(&admin).json(&body).send().await.expect(200);
        assert_eq!(all, json!([{"id": 1, "name": "Linköping"}, {"id": 2, "name": "Umeå"}]));

        let all = app.delete("/api/misc/cities/2").bearer(&admin).send().await.expect(200);
        assert_eq!(all, json!([{"id": 1, "name": "Linköping"}]));
        let gone = app.delete("/api/misc/cities/2").bearer(&admin).send().await;
        gone.expect_error(404, "city_not_found");
    }

    async fn a_city_in_use_stays(app: TestApp) {
        let admin = app.admin().await;
        let used = app.delete("/api/misc/cities/1").bearer(&admin).send().await;
        used.expect_error(409, "city_in_use");
    }
}
