//! Rich text: the HTML of Salesforce's rich text areas, and Jira's documents.
//!
//! Between the two stands what both can show ([`shape`]); each side has a reader and a writer for it,
//! and [`builder`] sees to it that whatever is read, what is written is valid on either side.
//!
//! Laws, for any input: nothing panics; no text is lost; what a side is written reads back as it was
//! meant, so that HTML -> ADF -> HTML and ADF -> HTML -> ADF are final after one round. Work and
//! memory grow with the input, and nothing recurses deeper than JSON on the wire can nest.
//!
//! | Jira | HTML | comes back as |
//! |---|---|---|
//! | paragraph, heading, lists, rule, line end | `p`, `h1`..`h6`, `ul` `ol` `li`, `hr`, `br` | the same |
//! | quote, code block, table | `blockquote`, `pre`, `table` `tr` `th` `td` | the same |
//! | strong, em, underline, strike, code, link | `b` `i` `u` `s` `code` `a` | the same |
//! | sub, sup, text colour | `sub` `sup`, `span` with a colour | the same |
//! | mention, emoji, date, status, task, panel, expand, card, media | readable text, a quote, a link | text, a quote, a link |
//! | link | image | link |

mod address;
mod adf_in;
mod adf_out;
mod builder;
mod html_in;
mod html_out;
mod line;
mod overlay;
mod pieces;
mod place;
mod reshape;
mod shape;
mod style;
mod tags;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::adf;

pub use overlay::{over_html, rich_over_adf, text_over_adf};

/// The document that shows what the HTML shows.
pub fn html_to_adf(html: &str) -> Value {
    adf_out::write(&html_in::read(html))
}

/// The HTML that shows what the document shows, as far as a rich text area keeps it.
pub fn adf_to_html(doc: &Value) -> String {
    html_out::write(&adf_in::read(doc))
}

/// What the HTML shows, as plain text.
pub fn html_to_text(html: &str) -> String {
    adf::to_text(&html_to_adf(html))
}

/// The HTML that shows a plain text.
pub fn text_to_html(text: &str) -> String {
    adf_to_html(&adf::from_text(text))
}

/// The longest beginning of what the HTML shows that is at most so many characters with its markup,
/// ended by `…`; the HTML itself where it fits as it is.
pub fn shorten(html: &str, most: usize) -> String {
    let fits = |html: &str| html.chars().count() <= most;
    if fits(html) {
        return html.to_owned();
    }
    adf_to_html(&adf::shorten(&html_to_adf(html), |doc| fits(&adf_to_html(doc))))
}

/// Whether two texts of HTML show the same: Salesforce rewrites markup when it saves.
pub fn alike(one: &str, other: &str) -> bool {
    one == other || html_in::read(one) == html_in::read(other)
}
