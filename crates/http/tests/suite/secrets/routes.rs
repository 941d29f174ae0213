//! Every route of the document, filled in.

use serde_json::Value;

use super::world::World;

fn routes() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(estrad_http::document_json()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let methods = |item: &Value| item.as_object().expect("operations").keys().cloned().collect();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods: Vec<String> = methods(item);
            methods.into_iter().map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect()
}

/// What can be read, for every team where it is about one.
pub(super) fn readable(world: &World) -> Vec<String> {
    let mut paths: Vec<String> = routes()
        .into_iter()
        .filter(|(method, _)| method == "GET")
        .flat_map(|(_, path)| fill(&path, world))
        .collect();
    paths.sort();
    paths
}

/// What can be changed. Giving up one's own token is left out: it would end the walk.
pub(super) fn writable(world: &World) -> Vec<(String, String)> {
    routes()
        .into_iter()
        .filter(|(method, path)| method != "GET" && path != "/api/auth/logout")
        .flat_map(|(method, path)| {
            fill(&path, world).into_iter().map(move |path| (method.clone(), path))
        })
        .collect()
}

/// The parts of a slide, of which there are some that are shown and some that are not.
const PARTS: [&str; 5] = ["slide_id", "question_id", "alternative_id", "component_id", "media_id"];

fn fill(path: &str, world: &World) -> Vec<String> {
    let teams = if path.contains("{team_id}") { 1..=2 } else { 1..=1 };
    let has_parts = PARTS.iter().any(|name| path.contains(&format!("{{{name}}}")));
    let unshown: &[bool] = if has_parts { &[false, true] } else { &[false] };
    teams
        .flat_map(|team: i32| unshown.iter().map(move |&unshown| (team, unshown)))
        .map(|(team, unshown)| {
            let mut filled = path.to_owned();
            while let Some((before, rest)) = filled.split_once('{') {
                let (name, after) = rest.split_once('}').expect("the brace ends");
                let value = match PARTS.iter().position(|part| *part == name) {
                    Some(4) if unshown => world.unshown_media_id.to_string(),
                    Some(part) if unshown => World::UNSHOWN[part].to_string(),
                    _ => value(name, team, world),
                };
                filled = format!("{before}{value}{after}");
            }
            filled
        })
        .collect()
}

fn value(name: &str, team: i32, world: &World) -> String {
    match name {
        "competition_id" => world.competition_id.to_string(),
        "team_id" => team.to_string(),
        "media_id" => world.media_id.to_string(),
        "filename" => "picture.png".to_owned(),
        // There is one of each, or the first is as good as any.
        "slide_id" | "question_id" | "alternative_id" | "component_id" | "code_id" | "city_id"
        | "user_id" | "view_type_id" | "session_id" => "1".to_owned(),
        other => panic!("a route has the parameter {other}: say here what to put in its place"),
    }
}
