//! Pages of a search.

use serde::Serialize;

/// The most rows that a page has.
pub const MAX_PAGE_SIZE: i64 = 100;
/// The rows of a page when nothing is said.
pub const DEFAULT_PAGE_SIZE: i64 = 10;

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// From 1.
    pub page: i64,
    /// 1 to [`MAX_PAGE_SIZE`].
    pub page_size: i64,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { page: 1, page_size: DEFAULT_PAGE_SIZE }
    }
}

/// What the `pagination` header says.
///
/// A page past the last becomes the last: the front-end in use keeps its page number when a filter
/// changes. When nothing was found, only the totals are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pagination {
    /// Rows in all.
    pub total: i64,
    /// Pages in all.
    pub total_pages: i64,
    #[expect(missing_docs, reason = "says itself")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_page: Option<i64>,
    #[expect(missing_docs, reason = "says itself")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_page: Option<i64>,
    /// The page that is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<i64>,
    /// The page before it, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_page: Option<i64>,
    /// The page after it, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page: Option<i64>,
}

impl Pagination {
    /// Places a request in `total` rows.
    pub fn new(request: PageRequest, total: i64) -> Self {
        let page_size = request.page_size.clamp(1, MAX_PAGE_SIZE);
        let total_pages = (total + page_size - 1) / page_size;
        if total_pages == 0 {
            return Self {
                total,
                total_pages,
                first_page: None,
                last_page: None,
                page: None,
                previous_page: None,
                next_page: None,
            };
        }
        let page = request.page.clamp(1, total_pages);
        Self {
            total,
            total_pages,
            first_page: Some(1),
            last_page: Some(total_pages),
            page: Some(page),
            previous_page: (page > 1).then(|| page - 1),
            next_page: (page < total_pages).then(|| page + 1),
        }
    }

    /// How many rows come before the answered page.
    pub fn offset(&self, request: PageRequest) -> i64 {
        self.page.map_or(0, |page| (page - 1) * request.page_size.clamp(1, MAX_PAGE_SIZE))
    }
}

/// One page of a search.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows of the page.
    pub items: Vec<T>,
    /// Where the page stands.
    pub pagination: Pagination,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(page: i64, page_size: i64, total: i64) -> String {
        let request = PageRequest { page, page_size };
        serde_json::to_string(&Pagination::new(request, total)).expect("serialises")
    }

    #[test]
    fn the_header_has_only_the_pages_that_exist() {
        assert_eq!(
            header(2, 3, 7),
            r#"{"total":7,"total_pages":3,"first_page":1,"last_page":3,"page":2,"previous_page":1,"next_page":3}"#
        );
        assert_eq!(
            header(1, 10, 7),
            r#"{"total":7,"total_pages":1,"first_page":1,"last_page":1,"page":1}"#
        );
        assert_eq!(header(1, 10, 0), r#"{"total":0,"total_pages":0}"#);
    }

    #[test]
    fn a_page_past_the_last_is_the_last() {
        let request = PageRequest { page: 50, page_size: 10 };
        let pagination = Pagination::new(request, 14);
        assert_eq!(pagination.page, Some(2));
        assert_eq!(pagination.offset(request), 10);
    }
}
