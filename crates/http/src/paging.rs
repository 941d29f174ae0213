//! Paged answers: the parameters that ask for a page, and the header that says where it stands.

use actix_web::HttpResponse;
use estrad_domain::page::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page, PageRequest};
use serde::Serialize;

use crate::input::Field;

/// The header that says where the page stands.
pub(crate) const HEADER: &str = "pagination";

/// A number from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FromOne(i64);

impl Field for FromOne {
    fn read(value: serde_json::Value) -> Result<Self, String> {
        match i64::read(value)? {
            number if number >= 1 => Ok(Self(number)),
            _ => Err("Must be greater than or equal to 1.".to_owned()),
        }
    }
}

/// The page that is asked for; more rows than there may be are cut to that.
pub(crate) fn page_request(page: Option<FromOne>, page_size: Option<FromOne>) -> PageRequest {
    PageRequest {
        page: page.map_or(1, |page| page.0),
        page_size: page_size.map_or(DEFAULT_PAGE_SIZE, |size| size.0.min(MAX_PAGE_SIZE)),
    }
}

/// Answers a page.
pub(crate) fn respond<T: Serialize>(page: &Page<T>) -> HttpResponse {
    // A struct of numbers always serialises.
    let header = serde_json::to_string(&page.pagination).unwrap_or_default();
    HttpResponse::Ok().insert_header((HEADER, header)).json(&page.items)
}
