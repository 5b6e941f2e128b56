//! What somebody may have meant.

use std::fmt::Write as _;

/// Candidates that a hint lists at most.
const LISTED_MAX: usize = 12;

/// The candidate that somebody who wrote `wanted` most likely meant: the same but for case and
/// punctuation, or a few slips away.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain(wanted);
    let slips = |candidate: &str| strsim::damerau_levenshtein(&wanted, &plain(candidate));
    let best = candidates.into_iter().map(|candidate| (slips(candidate), candidate)).min();
    best.filter(|(slips, _)| *slips <= wanted.chars().count() / 3).map(|(_, candidate)| candidate)
}

/// A hint that names what was meant, if that can be guessed, and what there is.
pub fn did_you_mean<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let mut hint = String::new();
    if let Some(meant) = nearest(wanted, candidates.iter().copied()) {
        hint = format!("Did you mean `{meant}`? ");
    }
    hint + &there_is(&candidates)
}

fn there_is(candidates: &[&str]) -> String {
    if candidates.is_empty() {
        return "There is nothing to choose from.".to_owned();
    }
    let listed = candidates.iter().take(LISTED_MAX).map(|each| format!("`{each}`"));
    let mut text = format!("There is {}", listed.collect::<Vec<_>>().join(", "));
    if let Some(more) = candidates.len().checked_sub(LISTED_MAX).filter(|more| *more > 0) {
        // A string takes any text.
        let _written = write!(text, " and {more} more");
    }
    text.push('.');
    text
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_case_and_custom_suffixes_are_guessed_and_nothing_far() {
        let fields = ["Subject", "Severity__c", "SuppliedName", "Status"];
        for (wanted, meant) in [
            ("subject", Some("Subject")),
            ("Severty__c", Some("Severity__c")),
            ("severity_c", Some("Severity__c")),
            ("Statsu", Some("Status")),
            ("Colour__c", None),
            ("", None),
        ] {
            assert_eq!(nearest(wanted, fields), meant, "{wanted}");
        }
    }

    #[test]
    fn hints_are_short() {
        let many: Vec<String> = (0..40).map(|n| format!("Field{n}__c")).collect();
        let hint = did_you_mean("Feild7__c", many.iter().map(String::as_str));
        assert!(hint.starts_with("Did you mean `Field7__c`? There is `Field0__c`"), "{hint}");
        assert!(hint.ends_with("and 28 more."), "{hint}");
        assert_eq!(did_you_mean("a", []), "There is nothing to choose from.");
    }
}
