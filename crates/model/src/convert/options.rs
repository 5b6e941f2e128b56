//! Options by name: which of the offered spellings a value means.

use super::{ConvertError, excerpt};
use crate::catalogue::Code;

/// The offered spelling of `name`: the same one, or one that differs in case only.
pub(super) fn offered<'a>(allowed: &'a [String], name: &str) -> Option<&'a String> {
    let folded = name.trim().to_lowercase();
    let same = allowed.iter().find(|each| *each == name);
    same.or_else(|| allowed.iter().find(|each| each.trim().to_lowercase() == folded))
}

/// The offered spelling of `name`, or `name` itself where any is accepted.
pub(super) fn pick(allowed: &[String], open: bool, name: &str) -> Result<String, ConvertError> {
    match offered(allowed, name) {
        Some(spelling) => Ok(spelling.clone()),
        None if open => Ok(name.to_owned()),
        None => Err(not_offered(allowed, name)),
    }
}

/// The option that stands for a checkbox: `Yes` or `No` (or `True`, `False`). `None` for an unchecked
/// box where only the checked one is offered, as in a group of one checkbox.
pub(super) fn pick_truth(allowed: &[String], on: bool) -> Result<Option<String>, ConvertError> {
    let words = |on: bool| if on { ["Yes", "True"] } else { ["No", "False"] };
    if allowed.is_empty() {
        return Ok(Some(words(on)[0].to_owned()));
    }
    let find = |on: bool| words(on).iter().find_map(|word| offered(allowed, word));
    match find(on) {
        Some(spelling) => Ok(Some(spelling.clone())),
        None if !on && find(true).is_some() => Ok(None),
        None => Err(not_offered(allowed, words(on)[0])),
    }
}

fn not_offered(allowed: &[String], name: &str) -> ConvertError {
    let some: Vec<&str> = allowed.iter().take(8).map(String::as_str).collect();
    let more = if allowed.len() > some.len() { ", …" } else { "" };
    let detail = format!("`{}` is none of: {}{more}", excerpt(name), some.join(", "));
    ConvertError::new(Code::ConvertOption, detail)
}
