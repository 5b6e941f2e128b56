//! The commit: everything that a worker learned about a link, in one transaction, under its fence.

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use lockstep_model::plan::CommentPair;
use lockstep_model::{Base, Code, Finding, LinkId};
use tokio_postgres::types::Json;

use crate::audit::{NewAudit, append_on};
use crate::error::StoreError;
use crate::link_text::Told;
use crate::links::LinkState;
use crate::pairs;
use crate::row::Reader;
use crate::statement::statements;
use crate::store::{Store, execute_on, row_on};

statements! {
    // Locks the lease first: until the end nobody can take it or ask for it.
    HELD = "SELECT wanted, wanted_version FROM lease WHERE link = $1 AND fence = $2 AND owner IS NOT NULL \
        FOR UPDATE";
    // With what the link is found by, where that is new.
    WRITE_LINK = "WITH told AS ( \
            INSERT INTO link_text AS known (link, title, summary, keys, words) \
            SELECT $1, $10, $11, array_remove(ARRAY[upper($6)], NULL), array_to_tsvector($12) \
            WHERE $10::text IS NOT NULL AND NOT EXISTS (SELECT FROM link_text \
                WHERE link = $1 AND title = $10 AND summary = $11 \
                    AND ($6 IS NULL OR upper($6) = ANY(keys))) \
            ON CONFLICT (link) DO UPDATE SET title = excluded.title, summary = excluded.summary, \
                words = excluded.words, keys = CASE WHEN excluded.keys <@ known.keys THEN known.keys \
                    ELSE known.keys || excluded.keys END) \
        UPDATE link SET base = $2, findings = $3, \
        state = CASE WHEN state = 'unlinked' THEN state ELSE $4 END, \
        issue_id = coalesce($5, issue_id), issue_key = coalesce($6, issue_key), \
        record_seen = CASE WHEN $9 THEN coalesce($7, record_seen) END, \
        issue_seen = CASE WHEN $9 THEN coalesce($8, issue_seen) END, \
        issue_left = issue_left OR $13, synced_at = clock_timestamp() WHERE id = $1";
    LET_GO = "UPDATE lease SET owner = NULL, job = NULL, expires_at = clock_timestamp() \
        WHERE link = $1 AND fence = $2";
}

/// What a worker learned about a link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Commit<'a> {
    /// The link.
    pub link: LinkId,
    /// Of the lease that we hold.
    pub fence: i64,
    /// What the lease said when the work began: [`crate::Held::wanted`] or [`Committed::Again`].
    pub wanted: i64,
    /// What both sides agree on now.
    pub base: &'a Base,
    /// The issue's id and key; `None` keeps what is stored.
    pub issue: Option<(&'a str, &'a str)>,
    /// What both sides call it; `None` keeps what is stored.
    pub told: Option<Told<'a>>,
    /// `SystemModstamp` of the record as read; `None` keeps what is stored.
    pub record_seen: Option<DateTime<Utc>>,
    /// `updated` of the issue as read; `None` keeps what is stored.
    pub issue_seen: Option<DateTime<Utc>>,
    /// Whether everything that was seen was dealt with. If not, both stamps are forgotten, so that no
    /// later hint takes the link for looked at.
    pub settled: bool,
    /// Comments and their copies, as far as anything about them is new.
    pub pairs: &'a [CommentPair],
    /// What the plan could not do; replaces what is stored.
    pub findings: &'a [Finding],
    /// What was done.
    pub audit: &'a [NewAudit],
    /// Whether the link is kept in step from now on.
    pub state: LinkState,
}

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// All is written and the lease is let go.
    Released,
    /// All is written and the lease is still ours: somebody asked for the link meanwhile, so look
    /// once more, and commit with this `wanted`. A checkpoint always answers so.
    Again {
        /// What the lease says now.
        wanted: i64,
    },
    /// Nothing is written: the lease is lost.
    Stale,
}

impl Store {
    /// Writes what was learned and lets the lease go, unless somebody asked for the link meanwhile.
    pub async fn commit(&self, commit: &Commit<'_>) -> Result<Committed, StoreError> {
        self.once_more(|| self.commit_once(commit, true)).await
    }

    /// Writes what was learned so far and keeps the lease. The answer's `wanted` is the commit's own,
    /// so that what was asked for meanwhile is not forgotten.
    pub async fn checkpoint(&self, commit: &Commit<'_>) -> Result<Committed, StoreError> {
        self.once_more(|| self.commit_once(commit, false)).await
    }

    async fn commit_once(
        &self,
        commit: &Commit<'_>,
        let_go: bool,
    ) -> Result<Committed, StoreError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        let held = row_on(&transaction, HELD, &[&commit.link.0, &commit.fence]).await?;
        let Some(held) = held else {
            return Ok(Committed::Stale);
        };
        let held = Reader::new("lease", &held);
        let wanted: i64 = held.get("wanted")?;
        let told: Option<DateTime<Utc>> = held.get("wanted_version")?;
        let committed = if !let_go {
            Committed::Again { wanted: commit.wanted }
        } else if wanted == commit.wanted && told <= commit.issue_seen {
            Committed::Released
        } else {
            Committed::Again { wanted }
        };
        commit.write(&transaction, committed == Committed::Released).await?;
        transaction.commit().await?;
        Ok(committed)
    }
}

impl Commit<'_> {
    /// The statements go out together, and are answered together.
    async fn write(&self, on: &Transaction<'_>, let_go: bool) -> Result<(), StoreError> {
        tokio::try_join!(
            self.write_link(on),
            pairs::write_on(on, self.link, self.pairs),
            append_on(on, self.audit),
            self.let_go(on, let_go),
        )?;
        Ok(())
    }

    async fn let_go(&self, on: &Transaction<'_>, really: bool) -> Result<(), StoreError> {
        if really {
            execute_on(on, LET_GO, &[&self.link.0, &self.fence]).await?;
        }
        Ok(())
    }

    /// Whether the issue was seen in another project. That it is back only a sweep can tell, for a
    /// look does not ask of which type it is.
    fn issue_has_left(&self) -> bool {
        self.findings.iter().any(|finding| finding.code == Code::IssueMoved)
    }

    async fn write_link(&self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        let (issue_id, issue_key) = self.issue.unzip();
        let told = self.told.map(|told| told.stored());
        let told = told.as_ref().map(|told| (&told.title, (&told.summary, &told.words)));
        let (title, told) = told.unzip();
        let (summary, words) = told.unzip();
        let with: crate::store::Params<'_> = &[
            &self.link.0,
            &Json(self.base),
            &Json(self.findings),
            &self.state.name(),
            &issue_id,
            &issue_key,
            &self.record_seen,
            &self.issue_seen,
            &self.settled,
            &title,
            &summary,
            &words,
            &self.issue_has_left(),
        ];
        match execute_on(transaction, WRITE_LINK, with).await? {
            1 => Ok(()),
            actual => Err(StoreError::RowsAffected { expected: 1, actual }),
        }
    }
}
