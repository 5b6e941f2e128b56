//! The way from one page of a list to the next. Lists are read by key, so no page is slow however long
//! the list is; there is no last page to jump to.

use url::form_urlencoded::Serializer;

/// Links to the first page and the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Pager {
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

impl Pager {
    /// Of a list at `path`, with its filters, where this page begins `after` and the next one after
    /// `last`.
    pub(crate) fn new(
        path: &str,
        filters: &[(&str, &str)],
        after: Option<&str>,
        last: Option<String>,
    ) -> Self {
        let at = |after: Option<&str>| {
            let mut query = Serializer::new(String::new());
            query.extend_pairs(filters.iter().filter(|(_, value)| !value.is_empty()));
            query.extend_pairs(after.map(|after| ("after", after)));
            match query.finish() {
                query if query.is_empty() => path.to_owned(),
                query => format!("{path}?{query}"),
            }
        };
        Self { first: after.map(|_| at(None)), next: last.map(|last| at(Some(&last))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_go_along_and_only_what_is_there_is_offered() {
        let pager = Pager::new(
            "/links",
            &[("text", "a&b"), ("item", "")],
            Some("9"),
            Some("19".to_owned()),
        );
        assert_eq!(pager.first.as_deref(), Some("/links?text=a%26b"));
        assert_eq!(pager.next.as_deref(), Some("/links?text=a%26b&after=19"));
        assert_eq!(Pager::new("/links", &[], None, None), Pager::default());
    }
}
