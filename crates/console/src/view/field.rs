//! A field of a form, with its label, its hint, and what is wrong with it beside it.

use askama::Template;
use askama::filters::HtmlSafe;
use lockstep_model::validate::{Problem, Severity};

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One line; the HTML type of the input.
    Line(&'static str),
    /// A secret: never drawn back.
    Secret,
    /// Several lines.
    Lines,
    /// A box to tick.
    Tick,
    /// One of several.
    Choice(Vec<Choices>),
    /// Any of several.
    Several(Vec<Choices>),
}

/// Choices under a heading; under none where it is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Choices {
    pub(crate) heading: String,
    pub(crate) all: Vec<Choice>,
}

/// One of several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
    /// Cannot be chosen; its label says why.
    pub(crate) barred: bool,
}

impl Choice {
    /// A choice that may be chosen.
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), chosen: false, barred: false }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remark {
    pub(crate) bad: bool,
    pub(crate) text: String,
    pub(crate) hint: String,
}

impl Remark {
    /// Something that must be mended.
    pub(crate) fn error(text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { bad: true, text: text.into(), hint: hint.into() }
    }
}

impl From<&Problem> for Remark {
    fn from(problem: &Problem) -> Self {
        let Problem { severity, message, hint, .. } = problem;
        Self { bad: *severity == Severity::Error, text: message.clone(), hint: hint.clone() }
    }
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "field.html")]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) kind: Kind,
    pub(crate) value: String,
    pub(crate) hint: String,
    pub(crate) remarks: Vec<Remark>,
    pub(crate) required: bool,
    pub(crate) complete: &'static str,
    /// Shown while another field has one of these values: `name=value,value`.
    pub(crate) when: String,
    /// The name of a choice of which this one shows a part.
    pub(crate) narrows: &'static str,
}

impl HtmlSafe for Field {}

impl Field {
    /// A field of this kind.
    pub(crate) fn new(name: impl Into<String>, label: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            kind,
            value: String::new(),
            hint: String::new(),
            remarks: Vec::new(),
            required: false,
            complete: "off",
            when: String::new(),
            narrows: "",
        }
    }

    /// One line of text.
    pub(crate) fn line(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Line("text"))
    }

    /// With what was typed.
    pub(crate) fn with(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self.mark();
        self
    }

    /// With several values, of those that are chosen.
    pub(crate) fn with_all(mut self, values: &[String]) -> Self {
        if let Kind::Several(groups) = &mut self.kind {
            for choice in groups.iter_mut().flat_map(|group| &mut group.all) {
                choice.chosen = values.contains(&choice.value);
            }
        }
        self
    }

    /// With a hint.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// That must be filled in.
    pub(crate) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// What a browser may fill in.
    pub(crate) fn complete(mut self, what: &'static str) -> Self {
        self.complete = what;
        self
    }

    /// Shown while another field has one of these values.
    pub(crate) fn when(mut self, when: impl Into<String>) -> Self {
        self.when = when.into();
        self
    }

    /// Shows a part of another choice: the group of this name.
    pub(crate) fn narrows(mut self, other: &'static str) -> Self {
        self.narrows = other;
        self
    }

    /// With what is wrong with it.
    pub(crate) fn remark(mut self, remarks: impl IntoIterator<Item = Remark>) -> Self {
        self.remarks.extend(remarks);
        self
    }

    /// Chooses what was chosen. A value that is not offered, as of something that has vanished, is kept
    /// and shown as such.
    fn mark(&mut self) {
        let Kind::Choice(groups) = &mut self.kind else {
            return;
        };
        let mut found = false;
        for choice in groups.iter_mut().flat_map(|group| &mut group.all) {
            choice.chosen = choice.value == self.value;
            found |= choice.chosen;
        }
        if !found && !self.value.is_empty() {
            let label = format!("{} (not found)", self.value);
            let lost = Choice { value: self.value.clone(), label, chosen: true, barred: false };
            groups.push(Choices { heading: "No longer offered".to_owned(), all: vec![lost] });
        }
    }

    /// The id of its input: its name, as an id may be.
    pub(crate) fn id(&self) -> String {
        field_id(&self.name)
    }

    fn input(&self) -> &'static str {
        match self.kind {
            Kind::Line(kind) => kind,
            _ => "text",
        }
    }

    /// Whether something is wrong with it.
    pub(crate) fn invalid(&self) -> bool {
        self.remarks.iter().any(|remark| remark.bad)
    }

    /// Ids of what describes it.
    fn described(&self) -> String {
        let id = self.id();
        let hint = (!self.hint.is_empty()).then(|| format!("{id}-hint"));
        let remarks = (!self.remarks.is_empty()).then(|| format!("{id}-remarks"));
        hint.into_iter().chain(remarks).collect::<Vec<_>>().join(" ")
    }

    fn ticked(&self) -> bool {
        self.value == "true"
    }
}

/// The id of the field of this name.
pub(crate) fn field_id(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("f-{}", name.trim_end_matches(']').chars().map(plain).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_and_what_is_wrong_stand_beside_the_label_and_are_escaped() {
        let field = Field::line("mappings[0].jira", "Jira field")
            .with("\"><script>alert(1)</script>")
            .hint("By <b>name</b>.")
            .remark([Remark::error("no field `<i>`", "Did you mean `summary`?")]);
        let drawn = field.to_string();
        assert!(
            !drawn.contains("<script>") && !drawn.contains("<b>") && !drawn.contains("<i>"),
            "{drawn}"
        );
        assert!(drawn.contains(r#"aria-invalid="true""#), "{drawn}");
        assert!(
            drawn.contains(
                r#"aria-describedby="f-mappings-0--jira-hint f-mappings-0--jira-remarks""#
            ),
            "{drawn}"
        );
        assert!(drawn.contains(r#"<label for="f-mappings-0--jira">"#), "{drawn}");
    }

    #[test]
    fn a_choice_that_has_vanished_is_kept_and_said() {
        let offered = vec![Choices { heading: String::new(), all: vec![Choice::new("a", "A")] }];
        let drawn = Field::new("x", "X", Kind::Choice(offered.clone())).with("gone").to_string();
        assert!(
            drawn.contains(r#"<option value="gone" selected>gone (not found)</option>"#),
            "{drawn}"
        );
        let drawn = Field::new("x", "X", Kind::Choice(offered)).with("a").to_string();
        assert!(drawn.contains(r#"<option value="a" selected>A</option>"#), "{drawn}");
        assert!(!drawn.contains("No longer offered"), "{drawn}");
    }

    #[test]
    fn a_secret_is_never_drawn_back() {
        let drawn = Field::new("secret", "Secret", Kind::Secret).with("hunter2").to_string();
        assert!(!drawn.contains("hunter2"), "{drawn}");
    }
}
