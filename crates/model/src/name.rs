//! Names that people type, of fields, values and statuses.

/// Whether two names are one: case and blanks at the ends do not count.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}
