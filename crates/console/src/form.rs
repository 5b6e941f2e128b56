//! What was typed into a form. The guard has read it and has seen that it came from one of our pages
//! before a handler may: a handler that takes a [`Form`] cannot see any other.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use url::form_urlencoded;

/// The field that every form carries.
pub(crate) const CSRF: &str = "csrf";

/// The fields of a form, in their order. A name may come more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Form(Arc<Vec<(String, String)>>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(body);
        // Browsers send line ends as CR LF; everybody else here means LF.
        Self(Arc::new(pairs.map(|(k, v)| (k.into_owned(), v.replace("\r\n", "\n"))).collect()))
    }

    /// The field's first value as it was typed; empty where it is not there.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.pairs().find(|(key, _)| *key == name).map(|(_, value)| value).unwrap_or_default()
    }

    /// The field's first value without blanks around it.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Every value of the field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box is ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        self.all(name).any(|value| !value.is_empty() && value != "false")
    }

    /// All fields.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Form {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_form_is_too_strange(body: Vec<u8>, name in ".{0,10}", value in ".{0,40}") {
            let form = Form::parse(&body);
            let all: usize = form.pairs().map(|(name, value)| name.len() + value.len()).sum();
            // A byte that is no text becomes a sign of three.
            prop_assert!(all <= 3 * body.len());
            let body = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish();
            let form = Form::parse(body.as_bytes());
            prop_assert_eq!(form.raw(&name), value.replace("\r\n", "\n"));
        }
    }

    #[test]
    fn fields_keep_their_order_and_lose_carriage_returns() {
        let form = Form::parse(b"a=+x+&b=1&b=2&t=one%0D%0Atwo&on=on&off=");
        assert_eq!((form.raw("a"), form.text("a")), (" x ", "x"));
        assert_eq!(form.all("b").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(form.raw("t"), "one\ntwo");
        assert_eq!(
            (form.ticked("on"), form.ticked("off"), form.ticked("no")),
            (true, false, false)
        );
        assert_eq!(form.pairs().count(), 6);
    }
}
