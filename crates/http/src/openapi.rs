//! The OpenAPI document: collected from the handlers, completed with what holds for all of them.

use std::sync::LazyLock;

use actix_web::App as ActixApp;
use actix_web::http::StatusCode;
use estrad_domain::policy::Action;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{
    ComponentsBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type,
};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Content, ContentBuilder, Info, InfoBuilder, LicenseBuilder, OpenApi, PathItem, RefOr, Response,
    ResponseBuilder, SecurityRequirement, Tag,
};
use utoipa::{PartialSchema, ToSchema};
use utoipa_actix_web::AppExt;

use crate::problem::{ErrorWord, ProblemBody};
use crate::routes;

/// The extension in which an operation names its line of the policy table.
const PERMISSION: &str = "x-permission";
/// The name of the bearer scheme.
const BEARER: &str = "bearer";

static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(build);
static JSON: LazyLock<String> = LazyLock::new(|| {
    // A document that can't be written is a fault that the first test finds.
    DOCUMENT.to_pretty_json().unwrap_or_default() + "\n"
});

/// The document of all routes.
pub fn document() -> &'static OpenApi {
    &DOCUMENT
}

/// The document as it is served, and committed as `openapi/openapi.json`.
pub fn document_json() -> &'static str {
    &JSON
}

fn build() -> OpenApi {
    let (_, mut document) =
        ActixApp::new().into_utoipa_app().configure(routes::configure).split_for_parts();
    document.info = info();
    document.tags = Some(tags());
    document.security = Some(vec![SecurityRequirement::new(BEARER, [""; 0])]);
    let components = document.components.take().unwrap_or_default();
    let components = ComponentsBuilder::from(components)
        .schema(ProblemBody::name(), ProblemBody::schema())
        .security_scheme(BEARER, SecurityScheme::Http(bearer()))
        .build();
    document.components = Some(components);
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            complete(path, operation);
            say_who_may(operation);
            describe_answers(operation);
            type_bytes(operation);
        }
    }
    document
}

fn info() -> Info {
    InfoBuilder::new()
        .title("Estrad")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "The server for live competitions. Sign in with `POST /api/auth/login` (users) or \
             `POST /api/auth/code` (screens), press **Authorize** and paste the `access_token`.\n\n\
             Every error has the same shape: `code` and `status` of HTTP, a `message` for people and \
             a word `error` for programs that stays the same.",
        ))
        .license(Some(LicenseBuilder::new().name("MIT").identifier(Some("MIT")).build()))
        .build()
}

fn tags() -> Vec<Tag> {
    let tag = |name: &str, description: &str| {
        TagBuilder::new().name(name).description(Some(description)).build()
    };
    vec![
        tag("auth", "Signing in and out, as a user or with a code"),
        tag("users", "Users of the administration"),
        tag("misc", "Types, roles, cities, statistics"),
        tag("competitions", "Competitions as a whole"),
        tag("slides", "What the operator steps through"),
        tag("questions", "Questions on slides"),
        tag("alternatives", "Alternatives of questions: also rows, statements, clues"),
        tag("components", "What is placed where on a slide, for each view"),
        tag("teams", "Competing teams"),
        tag("answers", "What teams answered, one text for each alternative"),
        tag("scores", "The points that teams were given, one number for each question"),
        tag("codes", "What opens the screens of a competition"),
        tag("presentations", "Runs of a competition: what is shown now, and what happened"),
        tag("media", "Images and videos"),
        tag("operations", "Health and metrics, for those who run the server"),
    ]
}

fn bearer() -> utoipa::openapi::security::Http {
    HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The `access_token` of a login"))
        .build()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.delete].into_iter().flatten()
}

/// Says for whom an operation is, out of the policy table.
fn say_who_may(operation: &mut Operation) {
    let permission = operation
        .extensions
        .as_ref()
        .and_then(|extensions| extensions.get(PERMISSION)?.as_str())
        .and_then(|name| Action::ALL.iter().find(|action| action.name() == name));
    let who = permission.map_or("anyone".to_owned(), |action| action.grants().describe());
    let line = format!("**For:** {who}.");
    operation.description = Some(match operation.description.take() {
        Some(text) => format!("{text}\n\n{line}"),
        None => line,
    });
}

/// Adds the errors that follow from what the operation is: handlers name only their own.
fn complete(path: &str, operation: &mut Operation) {
    let open = operation.security.as_ref().is_some_and(|required| {
        required.iter().all(|requirement| requirement == &SecurityRequirement::default())
    });
    let mut errors = Vec::new();
    if !open {
        errors.extend([ErrorWord::TokenMissing, ErrorWord::TokenRevoked, ErrorWord::NotAllowed]);
    }
    if path.contains('{') {
        errors.push(ErrorWord::NotFound);
    }
    if takes_form(operation) {
        errors.extend([
            ErrorWord::InvalidRequest,
            ErrorWord::RequestTimeout,
            ErrorWord::UnsupportedMediaType,
        ]);
    } else if operation.request_body.is_some() {
        errors.extend([
            ErrorWord::InvalidJson,
            ErrorWord::BodyTooLarge,
            ErrorWord::UnsupportedMediaType,
            ErrorWord::ValidationFailed,
        ]);
    } else if has_query(operation) {
        errors.push(ErrorWord::ValidationFailed);
    }
    if path.starts_with("/api/") {
        errors.extend([ErrorWord::Busy, ErrorWord::DatabaseUnavailable]);
    }
    for word in errors {
        let status = word.status().as_str().to_owned();
        let response = operation.responses.responses.entry(status);
        let line = format!("`{}`: {}", word.as_str(), word.sentence());
        match response.or_insert_with(|| RefOr::T(problem_response())) {
            RefOr::T(response) if response.description.is_empty() => response.description = line,
            RefOr::T(response) => {
                response.description = format!("{}\n\n{line}", response.description)
            }
            RefOr::Ref(_) => {}
        }
    }
    // Errors that handlers name say what they mean in words; their shape is always the same.
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && (status.starts_with('4') || status.starts_with('5'))
            && response.content.is_empty()
        {
            response.content = problem_response().content;
        }
    }
}

/// Gives each answer the description that OpenAPI requires: where the handler says nothing more,
/// what its status means.
fn describe_answers(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let status =
                status.parse::<u16>().ok().and_then(|code| StatusCode::from_u16(code).ok());
            let reason = status.and_then(|status| status.canonical_reason()).unwrap_or("Answer");
            response.description = reason.to_owned();
        }
    }
}

/// Types bodies that are files as such: handlers name them `Vec<u8>`, which is a list of numbers
/// to those who generate a client.
fn type_bytes(operation: &mut Operation) {
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        body.content.iter_mut().for_each(|(media_type, content)| type_file(media_type, content));
    }
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            let contents = response.content.iter_mut();
            contents.for_each(|(media_type, content)| type_file(media_type, content));
        }
    }
}

fn type_file(media_type: &str, content: &mut RefOr<Content>) {
    let RefOr::T(content) = content else { return };
    let is_json = media_type == "application/json" || media_type.ends_with("+json");
    if !is_json && matches!(content.schema, Some(RefOr::T(Schema::Array(_)))) {
        let bytes = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        content.schema = Some(RefOr::T(Schema::Object(bytes.build())));
    }
}

fn takes_form(operation: &Operation) -> bool {
    matches!(
        &operation.request_body,
        Some(RefOr::T(body)) if body.content.contains_key("multipart/form-data")
    )
}

fn has_query(operation: &Operation) -> bool {
    use utoipa::openapi::path::ParameterIn;
    operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| {
            matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query)
        })
}

fn problem_response() -> Response {
    let schema = utoipa::openapi::Ref::from_schema_name(ProblemBody::name());
    ResponseBuilder::new()
        .content("application/json", ContentBuilder::new().schema(Some(schema)).build())
        .build()
}
