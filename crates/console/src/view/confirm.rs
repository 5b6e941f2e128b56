//! Asking once more before something is done that cannot be undone. Where there is a script, the page
//! that has the button asks (`data-confirm`) and sends the answer along; without one, this page asks.

use askama::Template;

use super::{Answer, Shell, page};
use crate::form::{CSRF, Form};

/// The field that says yes.
const SURE: &str = "sure";

/// A question, and the way back.
pub(crate) struct Confirm {
    pub(crate) title: String,
    /// What would be done, and to how much.
    pub(crate) text: String,
    /// What the button says.
    pub(crate) button: &'static str,
    pub(crate) back: String,
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct Page {
    shell: Shell,
    confirm: Confirm,
    /// What was sent with the form, to be sent again.
    fields: Vec<(String, String)>,
}

impl Confirm {
    /// Whether a form says yes.
    pub(crate) fn given(form: &Form) -> bool {
        form.ticked(SURE)
    }

    /// Asks; the answer comes to the same address with the same fields.
    pub(crate) fn draw(self, shell: Shell, form: &Form) -> Answer {
        let sent = form.pairs().filter(|(name, _)| ![CSRF, SURE].contains(name));
        let fields = sent.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        page(&Page { shell, confirm: self, fields })
    }
}
