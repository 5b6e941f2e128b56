//! What can be typed after `lockstep`.

mod links;
mod undo;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use lockstep_model::RecordId;
use url::Url;

pub use links::{ConflictCommand, LinkCommand, Take};
pub use undo::{StepsArgs, UndoCommand};

/// Keeps Salesforce records and Jira issues in step.
///
/// Exit codes: 0 done; 1 something failed; 2 wrong usage; 3 the input has problems or a check did
/// not hold; 4 what was asked for does not exist.
#[derive(Debug, Parser)]
#[command(name = "lockstep", version, propagate_version = true, after_help = EXAMPLES)]
pub struct Cli {
    /// Print JSON, for scripts.
    #[arg(long, global = true)]
    pub json: bool,
    /// Ask this console, in place of the database and the broker (or set `LOCKSTEP_CONSOLE_URL`).
    /// Its token stands in `LOCKSTEP_TOKEN`.
    #[arg(long, global = true, value_name = "URL")]
    pub console: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "Examples:
  lockstep demo                                   the whole fleet with both vendors simulated
  lockstep migrate                                prepare the database
  lockstep connect salesforce acme --login-url https://acme.my.salesforce.com \\
      --client-id 3MVG9... --secret-file secret.txt
  lockstep connect jira acme-jira --site https://acme.atlassian.net \\
      --email lockstep@acme.example --secret-file token.txt
  lockstep item apply -f support-bugs.yaml
  lockstep plan item support-bugs                 what would be done; nothing is written
  lockstep plan all --json | jq .estimate         what it would cost
  lockstep dead list --json | jq '.[].code'
  LOCKSTEP_TOKEN=lsk_... lockstep --console https://lockstep.example.com item list";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run everything on this machine with both vendors simulated, and play a short story.
    Demo(DemoArgs),
    /// Run the simulators: a Jira site, a Salesforce org and an identity provider behind real HTTP.
    Sim(SimArgs),
    /// Prepare or upgrade the database.
    Migrate(MigrateArgs),
    /// What an operator does, here or at a console.
    #[command(flatten)]
    Operator(OperatorCommand),
}

/// The commands that work at a console too.
#[derive(Debug, Subcommand)]
pub enum OperatorCommand {
    /// Add, test and list connections.
    #[command(subcommand)]
    Connect(ConnectCommand),
    /// Apply, list and pause Smart Connected Items.
    #[command(subcommand)]
    Item(ItemCommand),
    /// List the Salesforce objects that an item may name.
    Objects {
        /// Name of a Salesforce connection.
        #[arg(long)]
        connection: String,
    },
    /// List the fields of an object or an issue type, as an item may name them.
    Fields(FieldsArgs),
    /// Show what would be done, and write nothing.
    #[command(subcommand)]
    Plan(PlanCommand),
    /// What differs between the two sides, with a number and samples; nothing is written.
    Drift(DriftArgs),
    /// Look now, instead of at the next sweep.
    #[command(subcommand)]
    Sync(SyncCommand),
    /// List and show links; make them and take them apart by hand.
    #[command(subcommand)]
    Link(LinkCommand),
    /// Why a value of a link is what it is: who wrote it, when, from which event, and what lost.
    Explain {
        /// Number of the link, or an issue key.
        link: String,
        /// A mapping's key, its Salesforce field or its Jira field; or `status`.
        field: String,
    },
    /// Turn back what Lockstep wrote; what somebody edited since is kept.
    #[command(subcommand)]
    Undo(UndoCommand),
    /// List, show and resolve conflicts that wait for a person.
    #[command(subcommand)]
    Conflict(ConflictCommand),
    /// List, show, replay and discard dead letters.
    #[command(subcommand)]
    Dead(DeadCommand),
    /// Check configuration, database, broker and connections, with a remedy for each fault.
    Doctor,
}

/// `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// End after the story instead of waiting for Ctrl-C.
    #[arg(long)]
    pub once: bool,
    /// Postgres server to make the demo's own database on.
    #[arg(
        long,
        env = "LOCKSTEP_TEST_DATABASE_URL",
        default_value = "postgres://postgres@127.0.0.1:5432/postgres"
    )]
    pub database_server: String,
    /// RabbitMQ to make the demo's own queues on.
    #[arg(
        long,
        env = "LOCKSTEP_TEST_AMQP_URL",
        default_value = "amqp://guest:guest@127.0.0.1:5672/%2f"
    )]
    pub amqp: String,
}

/// `sim`.
#[derive(Debug, Args)]
pub struct SimArgs {
    /// Where the Jira site listens.
    #[arg(long, default_value = "127.0.0.1:8181")]
    pub jira: SocketAddr,
    /// Where the Salesforce org listens.
    #[arg(long, default_value = "127.0.0.1:8182")]
    pub salesforce: SocketAddr,
    /// Where the identity provider listens.
    #[arg(long, default_value = "127.0.0.1:8183")]
    pub oidc: SocketAddr,
    /// Where the identity provider may send people back to; may be given more than once.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080/login/oidc/callback")]
    pub oidc_redirect: Vec<String>,
    /// Where the control API listens.
    #[arg(long, default_value = "127.0.0.1:8180")]
    pub control: SocketAddr,
    /// Start without the example records and issues.
    #[arg(long)]
    pub empty: bool,
    /// Append every exchange to files in this folder, one JSON line each.
    #[arg(long, env = "LOCKSTEP_SIM_RECORD")]
    pub record: Option<PathBuf>,
}

/// `migrate`.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// Only show which migrations have run.
    #[arg(long)]
    pub status: bool,
    /// Go back to this version. What later versions added is lost.
    #[arg(long, value_name = "VERSION", conflicts_with = "status")]
    pub down_to: Option<i32>,
    /// Seal every stored secret anew with the first key of `LOCKSTEP_KEYS`.
    #[arg(long, conflicts_with_all = ["status", "down_to"])]
    pub rotate_secrets: bool,
}

/// `connect …`.
#[derive(Debug, Subcommand)]
pub enum ConnectCommand {
    /// Add or replace a Salesforce connection. It is tested first, and saved only if the login works.
    Salesforce {
        /// Name of the connection.
        name: String,
        /// My Domain address, such as `https://acme.my.salesforce.com`.
        #[arg(long)]
        login_url: Url,
        /// Consumer key of the external client app.
        #[arg(long)]
        client_id: String,
        /// File that holds the consumer secret; `-` reads it from standard input.
        #[arg(long, value_name = "FILE")]
        secret_file: PathBuf,
    },
    /// Add or replace a Jira connection. It is tested first, and saved only if the login works.
    Jira {
        /// Name of the connection.
        name: String,
        /// Address of the site, such as `https://acme.atlassian.net`.
        #[arg(long)]
        site: Url,
        /// E-mail address of the integration user.
        #[arg(long)]
        email: String,
        /// File that holds its API token; `-` reads it from standard input.
        #[arg(long, value_name = "FILE")]
        secret_file: PathBuf,
        /// File that holds the secret of the site's webhook.
        #[arg(long, value_name = "FILE")]
        webhook_secret_file: Option<PathBuf>,
    },
    /// Test a connection again, and resume it if it was paused.
    Test {
        /// Name of the connection.
        name: String,
    },
    /// List the connections.
    List,
    /// Remove a connection that no item uses.
    Remove {
        /// Name of the connection.
        name: String,
    },
}

/// `fields`.
#[derive(Debug, Args)]
pub struct FieldsArgs {
    /// Name of the connection to ask.
    #[arg(long)]
    pub connection: String,
    /// API name of a Salesforce object.
    #[arg(long, conflicts_with_all = ["project", "issue_type"])]
    pub object: Option<String>,
    /// Key of a Jira project.
    #[arg(long, requires = "issue_type")]
    pub project: Option<String>,
    /// Name of an issue type of that project.
    #[arg(long, requires = "project")]
    pub issue_type: Option<String>,
}

/// `item …`.
#[derive(Debug, Subcommand)]
pub enum ItemCommand {
    /// Check an item against live metadata and apply it.
    Apply {
        /// YAML file of the item; `-` reads it from standard input.
        #[arg(short, long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Check an item as `apply` does, count what it would create, and save nothing.
    Check {
        /// YAML file of the item; `-` reads it from standard input.
        #[arg(short, long, value_name = "FILE")]
        file: PathBuf,
    },
    /// List the items.
    List,
    /// Delete a paused item with its links; records and issues stay as they are.
    Delete {
        /// Name of the item.
        name: String,
    },
    /// Print an item as YAML, as `item apply` reads it.
    Show {
        /// Name of the item.
        name: String,
    },
    /// Stop syncing an item; nothing is lost.
    Pause {
        /// Name of the item.
        name: String,
    },
    /// Go on syncing a paused item.
    Resume {
        /// Name of the item.
        name: String,
    },
    /// Let the deletes of comments through that a brake holds, for an hour.
    LetDeletes {
        /// Name of the item.
        name: String,
    },
}

/// `plan …`.
#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// Plan one link.
    Link {
        /// Number of the link, or an issue key.
        link: String,
    },
    /// Plan an item: its links and the records that would get an issue.
    Item {
        /// Name of the item.
        name: String,
        /// How much of it.
        #[command(flatten)]
        extent: ExtentArgs,
    },
    /// Plan everything: all links of all items, and the records that would get an issue.
    All {
        /// How much of each item.
        #[command(flatten)]
        extent: ExtentArgs,
    },
}

/// `drift`.
#[derive(Debug, Args)]
pub struct DriftArgs {
    /// Name of an item, or `all`.
    pub item: String,
    /// How much of it.
    #[command(flatten)]
    pub extent: ExtentArgs,
}

/// How much is planned and shown.
#[derive(Debug, Clone, Copy, Args)]
pub struct ExtentArgs {
    /// Most links, and most new records, of an item to look at; all of them unless set.
    #[arg(long)]
    pub limit: Option<u64>,
    /// Most plans of an item to show; the counts are of all that was looked at.
    #[arg(long, default_value_t = 20)]
    pub samples: usize,
}

/// `sync …`.
#[derive(Debug, Subcommand)]
pub enum SyncCommand {
    /// Sweep an item now.
    Item {
        /// Name of the item.
        name: String,
    },
    /// Look at one link now.
    Link {
        /// Number of the link, or an issue key.
        link: String,
    },
    /// Look at one record now; it is linked if the item creates issues.
    Record {
        /// Name of the item.
        item: String,
        /// 15- or 18-character record id.
        #[arg(value_parser = RecordId::parse)]
        record: RecordId,
    },
}

/// `dead …`.
#[derive(Debug, Subcommand)]
pub enum DeadCommand {
    /// List dead letters that wait for somebody.
    List {
        /// Also those that were replayed or discarded.
        #[arg(long)]
        all: bool,
    },
    /// Show one dead letter with its remedy.
    Show {
        /// Number of the letter.
        id: i64,
    },
    /// Put a letter's job back to work.
    Replay {
        /// Number of the letter.
        id: i64,
    },
    /// Give a letter up.
    Discard {
        /// Number of the letter.
        id: i64,
    },
}
