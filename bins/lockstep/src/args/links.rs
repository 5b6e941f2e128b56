//! What can be typed after `lockstep link` and `lockstep conflict`.

use clap::{Subcommand, ValueEnum, value_parser};
use lockstep_model::RecordId;

/// `link …`.
#[derive(Debug, Subcommand)]
pub enum LinkCommand {
    /// List links, newest first.
    List {
        /// Only those of this item.
        #[arg(long)]
        item: Option<String>,
        /// Only those that this finds: a record id, an issue key (an old one too), or beginnings of words
        /// of the record's title and the issue's summary; without any, what contains it as id or key.
        #[arg(long)]
        search: Option<String>,
        /// Most links to list.
        #[arg(long, default_value_t = 50, value_parser = value_parser!(u32).range(1..))]
        limit: u32,
    },
    /// Show one link: what both sides agreed on, its findings and its latest steps.
    Show {
        /// Number of the link, or an issue key.
        link: String,
        /// Most audit rows to show.
        #[arg(long, default_value_t = 20)]
        limit: i64,
    },
    /// Look for a record to link: a fragment of its number, name or address, or its id.
    Search {
        /// Name of the item.
        item: String,
        /// What to look for.
        text: String,
    },
    /// Link a record with an issue by hand.
    Add {
        /// Name of the item.
        item: String,
        /// 15- or 18-character record id.
        #[arg(value_parser = RecordId::parse)]
        record: RecordId,
        /// Key or id of the issue.
        issue: String,
    },
    /// Take a link apart that was made by hand, or whose record or issue is gone.
    Remove {
        /// Number of the link, or an issue key.
        link: String,
    },
    /// Show the records that hang on a link's record; nothing is made of them.
    Associated {
        /// Number of the link, or an issue key.
        link: String,
    },
    /// Look at a link now: fields, status and comments, auto-managed links too.
    Refresh {
        /// Number of the link, or an issue key.
        link: String,
    },
}

/// `conflict …`.
#[derive(Debug, Subcommand)]
pub enum ConflictCommand {
    /// List the conflicts that wait for a person.
    List {
        /// Only those of this item.
        #[arg(long)]
        item: Option<String>,
        /// Most links to list.
        #[arg(long, default_value_t = 200)]
        limit: i64,
    },
    /// Show one conflict: what both sides last agreed on, and what each shows now.
    Show {
        /// Number of the link, or an issue key.
        link: String,
        /// A mapping's key, its Salesforce field or its Jira field.
        field: String,
    },
    /// Decide one conflict: the value of one side is written to the other.
    Resolve {
        /// Number of the link, or an issue key.
        link: String,
        /// A mapping's key, its Salesforce field or its Jira field.
        field: String,
        /// The side whose value is taken.
        #[arg(long)]
        take: Take,
        /// Who decides, for the audit trail. At a console it is the owner of the token.
        #[arg(long = "as", value_name = "NAME", env = "USER", default_value = "cli")]
        actor: String,
    },
}

/// A side, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Take {
    /// What Salesforce shows.
    Salesforce,
    /// What Jira shows.
    Jira,
}
