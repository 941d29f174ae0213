//! `GET /api/competitions/{competition_id}/export`

use std::fs::File;
use std::io::Read as _;

use actix_web::body::SizedStream;
use actix_web::http::header::{CONTENT_DISPOSITION, HeaderValue};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpResponse, get};
use estrad_domain::CompetitionId;
use futures_util::{Stream, stream};

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Flag, Query, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

/// How much is read at a time.
const PIECE: u64 = 256 * 1024;

request! {
    /// What shall be in the bundle.
    struct ExportCompetition {
        answers: Option<Flag>,
    }
}

/// Export a competition as a portable bundle: one zip with a document and the pictures.
///
/// What teams answered and were given is in it only where that is asked for; codes never are.
#[utoipa::path(
    tag = "competitions",
    extensions(("x-permission" = json!("ExportCompetition"))),
    params(
        ("competition_id" = CompetitionId, Path),
        ("answers" = Option<bool>, Query, description = "With answers and scores"),
    ),
    responses((status = 200, content_type = "application/zip", body = Vec<u8>)),
)]
#[get("/api/competitions/{competition_id}/export")]
pub(crate) async fn export_competition(
    app: Data<App>,
    _access: Access<may::ExportCompetition>,
    path: Path<CompetitionId>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let ExportCompetition { answers } = query.parse()?;
    let export = app
        .exchange
        .export(path.into_inner(), answers.is_some_and(|flag| flag.0))
        .await
        .on_missing(ErrorWord::CompetitionNotFound)?;
    let name = format!("attachment; filename=\"{}.zip\"", plain(&export.title));
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((
            CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment")),
        ))
        .body(SizedStream::new(export.size, pieces(export.file))))
}

/// A name that needs no quoting in a header or a shell.
fn plain(title: &str) -> String {
    let plain: String =
        title.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(80).collect();
    let plain = plain.trim_matches('-');
    if plain.is_empty() { "competition".to_owned() } else { plain.to_owned() }
}

fn pieces(file: File) -> impl Stream<Item = Result<Bytes, Problem>> {
    stream::try_unfold(file, |file| async {
        crate::blocking::run(move || {
            let mut piece = Vec::new();
            (&file)
                .take(PIECE)
                .read_to_end(&mut piece)
                .map_err(|error| Problem::from(ErrorWord::Internal).with_cause(&error))?;
            Ok((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
        })
        .await
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_plain() {
        assert_eq!(plain("Regionfinal 2019"), "Regionfinal-2019");
        assert_eq!(plain("../\"å\r\n"), "competition");
    }
}
