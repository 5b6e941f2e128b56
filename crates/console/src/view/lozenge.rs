//! A status in a word: by text, sign and colour.

use std::fmt;

use askama::filters::HtmlSafe;

/// How a status is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it should be.
    Good,
    /// On its way.
    Busy,
    /// Later than it should be.
    Late,
    /// Somebody must do something.
    Bad,
    /// At rest by somebody's wish.
    Idle,
}

/// A status word. Its text is ours: never what a vendor or a person wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lozenge {
    pub(crate) tone: Tone,
    pub(crate) text: &'static str,
}

impl Lozenge {
    pub(crate) const fn new(tone: Tone, text: &'static str) -> Self {
        Self { tone, text }
    }
}

impl fmt::Display for Lozenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (class, sign) = match self.tone {
            Tone::Good => ("good", "✓"),
            Tone::Busy => ("busy", "↻"),
            Tone::Late => ("late", "◷"),
            Tone::Bad => ("bad", "!"),
            Tone::Idle => ("idle", "‖"),
        };
        let text = self.text;
        write!(
            f,
            r#"<span class="lozenge {class}"><span aria-hidden="true">{sign}</span> {text}</span>"#
        )
    }
}

impl HtmlSafe for Lozenge {}
