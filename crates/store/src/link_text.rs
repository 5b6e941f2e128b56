//! What a link is found by, besides its ids: the record's title, the summary, and every key that the
//! issue was ever seen under. A commit writes it, in the same statement as the link.

/// What both sides call a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'a> {
    /// What people call the record, such as the number of a case.
    pub title: &'a str,
    /// What it is about, in a line.
    pub summary: &'a str,
}

/// No text is searched by more words.
const WORDS_MAX: usize = 80;
/// No word is longer; what is longer is cut, on both sides of a comparison.
const WORD_CHARS_MAX: usize = 60;
/// No text is longer.
const TEXT_CHARS_MAX: usize = 500;

/// What a commit stores of a link's texts.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) words: Vec<String>,
}

impl Told<'_> {
    /// A number of a case is also found without its leading zeros.
    pub(crate) fn stored(&self) -> Stored {
        let (title, summary) = (cut(self.title), cut(self.summary));
        let bare = title.trim_start_matches('0');
        let mut words: Vec<String> =
            [title.as_str(), bare, &summary].into_iter().flat_map(words).take(WORDS_MAX).collect();
        words.sort_unstable();
        words.dedup();
        Stored { title, summary, words }
    }
}

/// Postgres keeps no NUL.
fn cut(text: &str) -> String {
    text.trim().chars().filter(|c| *c != '\0').take(TEXT_CHARS_MAX).collect()
}

/// The words of a text: runs of letters and digits, in lower case.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().chars().take(WORD_CHARS_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        let told = Told { title: " 00001026 ", summary: "Überdruck: pump-7, PUMP\0 & 'café'!" };
        let stored = told.stored();
        assert_eq!((stored.title.as_str(), stored.summary.contains('\0')), ("00001026", false));
        assert_eq!(stored.words, ["00001026", "1026", "7", "café", "pump", "überdruck"]);
    }

    #[test]
    fn texts_are_bounded() {
        let long = "x".repeat(5000);
        let many = (0..5000).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        let stored = Told { title: &long, summary: &many }.stored();
        assert_eq!((stored.title.len(), stored.summary.chars().count()), (500, 500));
        assert!(stored.words.len() <= WORDS_MAX);
        assert!(stored.words.iter().all(|word| word.len() <= WORD_CHARS_MAX));
    }
}
