//! What can be typed after `lockstep undo`.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

/// `undo …`.
#[derive(Debug, Subcommand)]
pub enum UndoCommand {
    /// Undo what was written of a link: by one step, by one run, or within a time.
    Link {
        /// Number of the link, or an issue key.
        link: String,
        /// Which steps.
        #[command(flatten)]
        steps: StepsArgs,
        /// Whether it is done.
        #[command(flatten)]
        how: HowArgs,
    },
    /// Undo what was written of all links of an item within a time.
    Item {
        /// Name of the item.
        name: String,
        /// What was written from then on, such as `2026-11-26T08:00:00Z`.
        #[arg(long, value_name = "TIME")]
        since: DateTime<Utc>,
        /// What was written before then; until now, unless it is said.
        #[arg(long, value_name = "TIME")]
        until: Option<DateTime<Utc>>,
        /// Most links to look at for the plan; all of them unless set.
        #[arg(long)]
        limit: Option<u64>,
        /// Most links to show; the counts are of all that was looked at.
        #[arg(long, default_value_t = 20)]
        samples: usize,
        /// Whether it is done.
        #[command(flatten)]
        how: HowArgs,
    },
}

/// Which steps of a link.
#[derive(Debug, Clone, Args)]
#[group(id = "which", required = true)]
pub struct StepsArgs {
    /// One step: the id of its row of the audit, as `link show` prints it.
    #[arg(long, value_name = "ID", group = "which")]
    pub step: Option<i64>,
    /// What was done of the link under this correlation id.
    #[arg(long, value_name = "CORRELATION", group = "which")]
    pub run: Option<String>,
    /// What was written from then on, such as `2026-11-26T08:00:00Z`.
    #[arg(long, value_name = "TIME", group = "which")]
    pub since: Option<DateTime<Utc>>,
    /// What was written before then; until now, unless it is said.
    #[arg(long, value_name = "TIME", requires = "since")]
    pub until: Option<DateTime<Utc>>,
}

/// Whether it is done.
#[derive(Debug, Clone, Args)]
pub struct HowArgs {
    /// Do it. Without this it is only shown what would be done.
    #[arg(long)]
    pub yes: bool,
    /// Who asks, for the audit trail. At a console it is the owner of the token.
    #[arg(long = "as", value_name = "NAME", env = "USER", default_value = "cli")]
    pub actor: String,
}
