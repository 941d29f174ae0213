//! What is built in for people with a browser: the browser of the API (Swagger UI) at `/` and `/docs`,
//! and the example of a live client at `/examples/live.html`.

use std::sync::{Arc, LazyLock};

use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::{HttpResponse, Responder, get, web};
use utoipa_swagger_ui::{Config, SwaggerFile};

use crate::problem::{ErrorWord, Problem};

/// Where the document is.
pub(crate) const DOCUMENT: &str = "/openapi.json";
/// Everything that is served here.
pub(crate) const ADDRESSES: [&str; 7] = [
    "/",
    "/docs",
    "/docs/{file}",
    DOCUMENT,
    "/favicon.ico",
    "/examples/live.html",
    "/examples/live.js",
];

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::from(DOCUMENT)
        .try_it_out_enabled(true)
        .persist_authorization(true)
        .display_request_duration(true)
        .filter(true);
    Arc::new(config)
});

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(root).service(docs).service(asset).service(document);
    config.service(icon).service(live_page).service(live_script);
}

#[get("/")]
async fn root() -> Result<HttpResponse, Problem> {
    page()
}

#[get("/docs")]
async fn docs() -> Result<HttpResponse, Problem> {
    page()
}

#[get("/docs/{file}")]
async fn asset(file: web::Path<String>) -> Result<HttpResponse, Problem> {
    let file = load(&file)?.ok_or_else(|| Problem::from(ErrorWord::RouteNotFound))?;
    Ok(HttpResponse::Ok()
        .content_type(file.content_type)
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .body(file.bytes.into_owned()))
}

#[get("/openapi.json")]
async fn document() -> impl Responder {
    HttpResponse::Ok().content_type(ContentType::json()).body(crate::openapi::document_json())
}

/// Browsers ask for it whatever page they show.
#[get("/favicon.ico")]
async fn icon() -> impl Responder {
    HttpResponse::Ok()
        .content_type("image/vnd.microsoft.icon")
        .insert_header((CACHE_CONTROL, "public, max-age=86400"))
        .body(&include_bytes!("../assets/favicon.ico")[..])
}

#[get("/examples/live.html")]
async fn live_page() -> impl Responder {
    let page = include_str!("../../../docs/examples/live.html");
    HttpResponse::Ok().content_type(ContentType::html()).body(page)
}

#[get("/examples/live.js")]
async fn live_script() -> impl Responder {
    let script = include_str!("../../../docs/examples/live.js");
    HttpResponse::Ok().content_type("text/javascript; charset=utf-8").body(script)
}

/// The page names its files relative to its own address, which is two: so it is told theirs.
fn page() -> Result<HttpResponse, Problem> {
    let file = load("index.html")?.ok_or_else(|| Problem::from(ErrorWord::RouteNotFound))?;
    let html = String::from_utf8_lossy(&file.bytes)
        .replacen("<head>", "<head>\n    <base href=\"/docs/\">", 1)
        .replacen("<title>Swagger UI</title>", "<title>Estrad API</title>", 1);
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(html))
}

fn load(path: &str) -> Result<Option<SwaggerFile<'static>>, Problem> {
    utoipa_swagger_ui::serve(path, Arc::clone(&CONFIG)).map_err(|error| {
        tracing::error!(%error, path, "the browser of the API is broken");
        ErrorWord::Internal.into()
    })
}
