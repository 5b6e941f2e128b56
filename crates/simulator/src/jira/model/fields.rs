//! The fields of the site and the screens that they are on.

use super::catalog::IssueType;

/// An option of a choice field, with the options under it (cascading select).
#[derive(Debug)]
pub struct Choice {
    /// Identity, stable.
    pub id: &'static str,
    /// Text shown.
    pub value: &'static str,
    /// Second level.
    pub children: &'static [Choice],
}

/// How a field's value is shaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Line,
    /// An ADF document.
    Document,
    /// A JSON number.
    Number,
    /// A date without zone.
    Date,
    /// A point in time.
    Moment,
    /// One option.
    Choice,
    /// Several options.
    Choices,
    /// An option and one under it.
    Cascade,
    /// An absolute URL.
    Url,
    /// A user.
    User,
    /// Several users.
    Users,
    /// Words without spaces.
    Words,
    /// The priority.
    Priority,
    /// The resolution.
    Resolution,
    /// Components of the project.
    Components,
    /// One version of the project.
    Version,
    /// Several versions of the project.
    Versions,
    /// The parent issue.
    Parent,
    /// The project.
    Project,
    /// The issue type.
    IssueType,
    /// Kept by Jira itself; the text is the schema's type and, after a comma, its items.
    Computed(&'static str),
}

/// A field.
#[derive(Debug)]
pub struct Field {
    /// Identity: system name or `customfield_…`.
    pub id: &'static str,
    /// Name shown; not unique on real sites.
    pub name: &'static str,
    /// Shape of the value.
    pub kind: Kind,
    /// Custom type, without the common prefix; none for system fields.
    pub custom: Option<&'static str>,
    /// Options of a choice field.
    pub choices: &'static [Choice],
}

const fn choice(id: &'static str, value: &'static str) -> Choice {
    Choice { id, value, children: &[] }
}

const fn system(id: &'static str, name: &'static str, kind: Kind) -> Field {
    Field { id, name, kind, custom: None, choices: &[] }
}

const fn custom(
    id: &'static str,
    name: &'static str,
    kind: Kind,
    custom: &'static str,
    choices: &'static [Choice],
) -> Field {
    Field { id, name, kind, custom: Some(custom), choices }
}

/// All fields.
pub static FIELDS: &[Field] = &[
    system("summary", "Summary", Kind::Line),
    system("issuetype", "Issue Type", Kind::IssueType),
    system("project", "Project", Kind::Project),
    system("parent", "Parent", Kind::Parent),
    system("description", "Description", Kind::Document),
    system("environment", "Environment", Kind::Document),
    system("priority", "Priority", Kind::Priority),
    system("labels", "Labels", Kind::Words),
    system("components", "Components", Kind::Components),
    system("versions", "Affects versions", Kind::Versions),
    system("fixVersions", "Fix versions", Kind::Versions),
    system("duedate", "Due date", Kind::Date),
    system("assignee", "Assignee", Kind::User),
    system("reporter", "Reporter", Kind::User),
    system("resolution", "Resolution", Kind::Resolution),
    system("status", "Status", Kind::Computed("status")),
    system("created", "Created", Kind::Computed("datetime")),
    system("updated", "Updated", Kind::Computed("datetime")),
    system("resolutiondate", "Resolved", Kind::Computed("datetime")),
    system("creator", "Creator", Kind::Computed("user")),
    system("comment", "Comment", Kind::Computed("comments-page")),
    system("worklog", "Log Work", Kind::Computed("array,worklog")),
    system("attachment", "Attachment", Kind::Computed("array,attachment")),
    system("subtasks", "Sub-tasks", Kind::Computed("array,issuelinks")),
    system("issuelinks", "Linked Issues", Kind::Computed("array,issuelinks")),
    system("watches", "Watchers", Kind::Computed("watches")),
    custom("customfield_10050", "Salesforce Record ID", Kind::Line, "textfield", &[]),
    custom("customfield_10051", "Steps to Reproduce", Kind::Document, "textarea", &[]),
    custom("customfield_10052", "Impact Score", Kind::Number, "float", &[]),
    custom("customfield_10053", "Target Date", Kind::Date, "datepicker", &[]),
    custom("customfield_10054", "Outage Started", Kind::Moment, "datetime", &[]),
    custom(
        "customfield_10055",
        "Severity",
        Kind::Choice,
        "select",
        &[
            choice("10110", "Critical"),
            choice("10111", "High"),
            choice("10112", "Medium"),
            choice("10113", "Low"),
        ],
    ),
    custom(
        "customfield_10056",
        "Channel",
        Kind::Choice,
        "radiobuttons",
        &[choice("10120", "E-mail"), choice("10121", "Phone"), choice("10122", "Web")],
    ),
    custom(
        "customfield_10057",
        "Affected Products",
        Kind::Choices,
        "multiselect",
        &[choice("10130", "Printer"), choice("10131", "Scanner"), choice("10132", "Gateway")],
    ),
    custom(
        "customfield_10058",
        "Platforms",
        Kind::Choices,
        "multicheckboxes",
        &[choice("10140", "Windows"), choice("10141", "Linux"), choice("10142", "macOS")],
    ),
    custom(
        "customfield_10059",
        "Product Area",
        Kind::Cascade,
        "cascadingselect",
        &[
            Choice {
                id: "10150",
                value: "Hardware",
                children: &[choice("10151", "Printer"), choice("10152", "Scanner")],
            },
            Choice {
                id: "10160",
                value: "Software",
                children: &[choice("10161", "Client"), choice("10162", "Server")],
            },
        ],
    ),
    custom(
        "customfield_10060",
        "Tier",
        Kind::Choice,
        "select",
        &[choice("10100", "Gold"), choice("10101", "Silver"), choice("10102", "Bronze")],
    ),
    custom("customfield_10061", "Runbook", Kind::Url, "url", &[]),
    custom("customfield_10062", "Account Owner", Kind::User, "userpicker", &[]),
    custom("customfield_10063", "Teams", Kind::Words, "labels", &[]),
    custom("customfield_10064", "Reviewers", Kind::Users, "multiuserpicker", &[]),
    custom("customfield_10065", "Target Release", Kind::Version, "version", &[]),
    custom("customfield_10066", "Shipped In", Kind::Versions, "multiversion", &[]),
    custom("customfield_10067", "Story Points", Kind::Number, "float", &[]),
    custom("customfield_10075", "Legacy Reference", Kind::Line, "textfield", &[]),
];

/// A field by id.
pub fn field(id: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.id == id)
}

/// A field as JQL names it: id, `cf[12345]` or the name.
pub fn field_in_jql(name: &str) -> Option<&'static Field> {
    let custom = name
        .strip_prefix("cf[")
        .and_then(|rest| rest.strip_suffix(']'))
        .map(|number| format!("customfield_{number}"));
    let wanted = custom.as_deref().unwrap_or(name);
    FIELDS.iter().find(|field| {
        field.id.eq_ignore_ascii_case(wanted) || field.name.eq_ignore_ascii_case(wanted)
    })
}

impl Field {
    /// Whether the create screen of `kind` has this field.
    pub fn on_create_screen(&self, kind: &IssueType) -> bool {
        match self.id {
            "project" | "issuetype" => true,
            _ => self.on_edit_screen(kind),
        }
    }

    /// Whether the edit screen of `kind` has this field.
    pub fn on_edit_screen(&self, kind: &IssueType) -> bool {
        match self.id {
            "project" | "resolution" | "customfield_10075" => false,
            "environment" | "versions" => kind.name == "Bug",
            "customfield_10067" => kind.name == "Story",
            "parent" => kind.level <= 0,
            _ => !matches!(self.kind, Kind::Computed(_)),
        }
    }

    /// Whether a create call must carry this field.
    pub fn is_required(&self, kind: &IssueType) -> bool {
        matches!(self.id, "summary" | "project" | "issuetype" | "reporter")
            || (self.id == "parent" && kind.subtask)
    }

    /// Whether Jira fills the field when a create call leaves it out.
    pub fn has_default(&self) -> bool {
        matches!(self.id, "priority" | "reporter")
    }

    /// The number in `customfield_…`.
    pub fn custom_id(&self) -> Option<u32> {
        self.id.strip_prefix("customfield_").and_then(|number| number.parse().ok())
    }

    /// The verbs that `update` takes for this field.
    pub fn verbs(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Choices | Kind::Users | Kind::Words | Kind::Components | Kind::Versions => {
                &["add", "set", "remove"]
            }
            _ => &["set"],
        }
    }

    /// The option with this id, at either level.
    pub fn choice_by_id(&self, id: &str) -> Option<&'static Choice> {
        let all = self.choices.iter();
        all.flat_map(|top| std::iter::once(top).chain(top.children)).find(|choice| choice.id == id)
    }
}
