//! What an administrator set up on the site: users, projects, types, statuses, priorities, resolutions.

/// A user of the site.
#[derive(Debug)]
pub struct User {
    /// Opaque identity.
    pub account_id: &'static str,
    /// Name shown to people.
    pub display_name: &'static str,
    /// Address to sign in with.
    pub email: &'static str,
    /// Whether the profile shows the address.
    pub email_visible: bool,
    /// Zone of the profile; JQL literals and timestamps are read in it.
    pub time_zone: chrono_tz::Tz,
    /// False for people who left.
    pub active: bool,
    /// `atlassian`, `app` or `customer`.
    pub account_type: &'static str,
}

/// Account of the integration, which signs in with [`API_TOKEN`].
pub const INTEGRATION: &str = "557058:lockstep-integration";
/// Address of the integration's account.
pub const INTEGRATION_EMAIL: &str = "lockstep@example.com";
/// API token of the integration's account.
pub const API_TOKEN: &str = "jira-api-token";
/// A human: the support agent.
pub const AGENT: &str = "557058:support-agent";
/// A human: a developer.
pub const DEVELOPER: &str = "557058:developer-one";
/// A human: the team lead, who leads both projects.
pub const LEAD: &str = "557058:team-lead";
/// The site's cloud id.
pub const CLOUD_ID: &str = "11223344-a1b2-4b33-8444-def123456789";

const fn user(
    account_id: &'static str,
    display_name: &'static str,
    email: &'static str,
    time_zone: chrono_tz::Tz,
) -> User {
    User {
        account_id,
        display_name,
        email,
        email_visible: true,
        time_zone,
        active: true,
        account_type: "atlassian",
    }
}

/// All users.
pub static USERS: &[User] = &[
    user(INTEGRATION, "Lockstep Integration", INTEGRATION_EMAIL, chrono_tz::America::New_York),
    user(AGENT, "Support Agent", "agent@example.com", chrono_tz::Europe::Berlin),
    User {
        email_visible: false,
        ..user(DEVELOPER, "Developer One", "developer.one@example.com", chrono_tz::Asia::Kolkata)
    },
    user(LEAD, "Team Lead", "lead@example.com", chrono_tz::UTC),
    User {
        email_visible: false,
        active: false,
        ..user("557058:former-colleague", "Former Colleague", "former@example.com", chrono_tz::UTC)
    },
    User {
        account_type: "customer",
        ..user("qm:portal-customer", "Portal Customer", "customer@example.com", chrono_tz::UTC)
    },
];

/// A project with its components and versions as (id, name).
#[derive(Debug)]
pub struct Project {
    /// Identity.
    pub id: &'static str,
    /// Key, the prefix of issue keys.
    pub key: &'static str,
    /// Name.
    pub name: &'static str,
    /// Components.
    pub components: &'static [(&'static str, &'static str)],
    /// Versions.
    pub versions: &'static [(&'static str, &'static str)],
}

/// All projects.
pub static PROJECTS: &[Project] = &[
    Project {
        id: "10000",
        key: "SUP",
        name: "Support",
        components: &[("10000", "Backend"), ("10001", "Portal"), ("10002", "Devices")],
        versions: &[("10000", "1.0"), ("10001", "1.1"), ("10002", "2.0")],
    },
    Project {
        id: "10001",
        key: "OPS",
        name: "Operations",
        components: &[("10010", "Network"), ("10011", "Hosting")],
        versions: &[("10010", "2026.1"), ("10011", "2026.2")],
    },
];

/// An issue type.
#[derive(Debug)]
pub struct IssueType {
    /// Identity.
    pub id: &'static str,
    /// Name.
    pub name: &'static str,
    /// Whether issues of this type live under a parent.
    pub subtask: bool,
    /// Where it stands in the hierarchy: 1 above what is ordinary, -1 under it.
    pub level: i32,
}

/// All issue types; both projects use all of them.
pub static ISSUE_TYPES: &[IssueType] = &[
    IssueType { id: "10001", name: "Story", subtask: false, level: 0 },
    IssueType { id: "10002", name: "Task", subtask: false, level: 0 },
    IssueType { id: "10003", name: "Sub-task", subtask: true, level: -1 },
    IssueType { id: "10004", name: "Bug", subtask: false, level: 0 },
    IssueType { id: "10005", name: "Epic", subtask: false, level: 1 },
];

/// The kind of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Not begun.
    New,
    /// Being worked on.
    Indeterminate,
    /// Finished.
    Done,
}

impl Category {
    /// Id, key, colour and name as Jira shows them.
    pub fn facts(self) -> (u32, &'static str, &'static str, &'static str) {
        match self {
            Self::New => (2, "new", "blue-gray", "To Do"),
            Self::Indeterminate => (4, "indeterminate", "yellow", "In Progress"),
            Self::Done => (3, "done", "green", "Done"),
        }
    }
}

/// A status.
#[derive(Debug)]
pub struct Status {
    /// Identity.
    pub id: &'static str,
    /// Name.
    pub name: &'static str,
    /// Kind.
    pub category: Category,
}

/// All statuses.
pub static STATUSES: &[Status] = &[
    Status { id: "10000", name: "To Do", category: Category::New },
    Status { id: "10001", name: "In Progress", category: Category::Indeterminate },
    Status { id: "10002", name: "Done", category: Category::Done },
    Status { id: "10003", name: "In Review", category: Category::Indeterminate },
    Status { id: "10004", name: "Waiting for customer", category: Category::Indeterminate },
    Status { id: "10005", name: "Won't Do", category: Category::Done },
];

/// Priorities as (id, name), highest first.
pub static PRIORITIES: &[(&str, &str)] =
    &[("1", "Highest"), ("2", "High"), ("3", "Medium"), ("4", "Low"), ("5", "Lowest")];

/// Priority of an issue that names none.
pub const PRIORITY_DEFAULT: &str = "3";

/// Resolutions as (id, name).
pub static RESOLUTIONS: &[(&str, &str)] = &[
    ("10000", "Done"),
    ("10001", "Won't Do"),
    ("10002", "Duplicate"),
    ("10003", "Cannot Reproduce"),
];

/// Issue link types as (id, name, inward, outward).
pub static LINK_TYPES: &[(&str, &str, &str, &str)] = &[
    ("10000", "Blocks", "is blocked by", "blocks"),
    ("10001", "Relates", "relates to", "relates to"),
    ("10002", "Duplicate", "is duplicated by", "duplicates"),
];

/// A user by account id.
pub fn user_by_id(account_id: &str) -> Option<&'static User> {
    USERS.iter().find(|user| user.account_id == account_id)
}

/// A project by id or key.
pub fn project(id_or_key: &str) -> Option<&'static Project> {
    PROJECTS
        .iter()
        .find(|project| project.id == id_or_key || project.key.eq_ignore_ascii_case(id_or_key))
}

/// An issue type by id or name.
pub fn issue_type(id_or_name: &str) -> Option<&'static IssueType> {
    ISSUE_TYPES
        .iter()
        .find(|kind| kind.id == id_or_name || kind.name.eq_ignore_ascii_case(id_or_name))
}

/// A status by id or name.
pub fn status(id_or_name: &str) -> Option<&'static Status> {
    STATUSES
        .iter()
        .find(|status| status.id == id_or_name || status.name.eq_ignore_ascii_case(id_or_name))
}

/// A pair of (id, name) by either.
pub fn named(
    list: &'static [(&'static str, &'static str)],
    id_or_name: &str,
) -> Option<(&'static str, &'static str)> {
    list.iter()
        .copied()
        .find(|(id, name)| *id == id_or_name || name.eq_ignore_ascii_case(id_or_name))
}
