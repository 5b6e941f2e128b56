//! Comments and their copies: each copy written once, whatever crashes; edits and deletes as the plan says.

use lockstep_jira::{NewComment, NewWorkLog};
use lockstep_model::activity::{Estimate, read_work_log};
use lockstep_model::comments::{self, Copy, GONE, Removal, Rewrite};
use lockstep_model::plan::CommentPair;
use lockstep_model::snapshot::CommentBody;
use lockstep_model::{Class, Code, Comment, Fault, Side};
use serde_json::{Value, json};

use super::Act;
use super::ledger::Turn;

/// What a vendor answers to a write: the copy's id, and where it tells, what it shows.
type Written = (String, Option<Comment>);

impl Act<'_> {
    /// Writes a copy, once.
    pub(crate) async fn copy_comment(&mut self, copy: &Copy) -> Result<(), Fault> {
        if self.gave_up(&copy.source, &copy.of) {
            return Ok(());
        }
        let effect = self.comment_effect(copy.on.other(), &copy.source, copy.part);
        let kind = kind(copy);
        let (id, shown) = match self.intend(&effect, kind, &json!(copy.body)).await? {
            Turn::Done { id, .. } => (id, None),
            // The gather before this plan read every comment and none was this one's copy.
            turn @ (Turn::Do | Turn::Look { .. }) => {
                if matches!(turn, Turn::Look { .. }) {
                    self.again(&effect).await?;
                }
                match self.write_copy(copy).await {
                    Ok(written) => written,
                    Err(fault) => {
                        self.not_done(&effect, &fault).await?;
                        return self.not_copied((&copy.source, &copy.of), copy.on, fault);
                    }
                }
            }
        };
        self.settled(&effect, &id, None).await?;
        let values = (Value::Null, json!({ "comment": id, "part": copy.part }), Value::Null);
        self.note(kind, &copy.source, copy.on, values);
        self.progress.link.base.refused_comments.remove(&copy.source);
        self.pair(comments::copied(copy, &id, shown.as_ref()));
        let written = Comment {
            id,
            author: String::new(),
            created: (self.engine.clock)(),
            body: copy.body.clone(),
            public: copy.public,
            parent: copy.answers.clone(),
            work: copy.work.clone(),
        };
        self.said(copy.on).push(shown.unwrap_or(written));
        Ok(())
    }

    async fn write_copy(&self, copy: &Copy) -> Result<Written, Fault> {
        match &copy.body {
            CommentBody::Document(body) => {
                let properties = vec![(
                    "lockstep.origin".to_owned(),
                    json!({ "comment": copy.source, "part": copy.part }),
                )];
                let (client, body) = (&self.scene.jira.client, body.clone());
                let written = if let Some(work) = copy.work.clone() {
                    let new = NewWorkLog { body, work, properties, estimate: self.estimate() };
                    client.add_work_log(self.issue()?, &new).await?
                } else {
                    let new = NewComment { body, properties, internal: !copy.public };
                    client.add_comment(self.issue()?, &new).await?
                };
                Ok((written.id.clone(), Some(written)))
            }
            CommentBody::Text(body) | CommentBody::Html(body) => {
                let answers = copy.answers.as_deref();
                let new = lockstep_salesforce::NewComment { body, public: copy.public, answers };
                let object = &self.scene.spec.salesforce.object;
                let feed = self.scene.resolved.schema.feed.as_ref();
                let client = &self.scene.salesforce.client;
                let id = client.add_comment(object, &self.sight.record.id, feed, &new).await?;
                Ok((id, None))
            }
        }
    }

    /// Writes a copy anew: what is written is absolute, so it may be written twice.
    pub(crate) async fn rewrite_comment(&mut self, rewrite: &Rewrite) -> Result<(), Fault> {
        if self.gave_up(&rewrite.source, &rewrite.of) {
            return Ok(());
        }
        let shown = match self.write_anew(rewrite).await {
            Ok(shown) => shown,
            Err(fault) if is_gone(&fault) => {
                self.said(rewrite.on).retain(|each| each.id != rewrite.id);
                return Ok(());
            }
            Err(fault) => {
                return self.not_copied((&rewrite.source, &rewrite.of), rewrite.on, fault);
            }
        };
        let why = json!({ "because": rewrite.why, "lost": rewrite.lost, "hidden": rewrite.hide });
        let values = (json!(rewrite.lost), json!({ "comment": rewrite.id }), why);
        self.note("rewrite_comment", &rewrite.source, rewrite.on, values);
        self.progress.link.base.refused_comments.remove(&rewrite.source);
        comments::rewritten(&mut self.progress.pairs, rewrite, shown.as_ref());
        for comment in self.said(rewrite.on).iter_mut().filter(|each| each.id == rewrite.id) {
            comment.body = rewrite.body.clone();
            comment.work.clone_from(&rewrite.work);
            comment.public &= !rewrite.hide;
        }
        Ok(())
    }

    async fn write_anew(&self, rewrite: &Rewrite) -> Result<Option<Comment>, Fault> {
        let (id, hide) = (&rewrite.id, rewrite.hide);
        match &rewrite.body {
            CommentBody::Document(body) => {
                let (client, issue) = (&self.scene.jira.client, self.issue()?);
                let edited = match (read_work_log(id), &rewrite.work) {
                    (Some(id), Some(work)) => {
                        client.edit_work_log((issue, id), (body, work), self.estimate()).await
                    }
                    _ => client.edit_comment(issue, id, (body, hide)).await,
                };
                edited.map(Some)
            }
            CommentBody::Text(body) | CommentBody::Html(body) => {
                let client = &self.scene.salesforce.client;
                client.edit_comment(id, body, hide).await.map(|()| None)
            }
        }
    }

    /// Deletes a copy.
    pub(crate) async fn remove_comment(&mut self, removal: &Removal) -> Result<(), Fault> {
        if let Err(fault) = self.delete_copy(removal).await {
            return self.not_copied((&removal.source, GONE), removal.on, fault);
        }
        let values = (json!({ "comment": removal.id }), Value::Null, Value::Null);
        self.note("remove_comment", &removal.source, removal.on, values);
        comments::removed(&mut self.progress.pairs, removal);
        self.said(removal.on).retain(|each| each.id != removal.id);
        Ok(())
    }

    async fn delete_copy(&self, removal: &Removal) -> Result<(), Fault> {
        let (site, org) = (&self.scene.jira.client, &self.scene.salesforce.client);
        match (removal.on, read_work_log(&removal.id)) {
            (Side::Jira, Some(id)) => {
                site.delete_work_log(self.issue()?, id, self.estimate()).await
            }
            (Side::Jira, None) => site.delete_comment(self.issue()?, &removal.id).await,
            (Side::Salesforce, _) => org.delete_comment(&removal.id).await,
        }
    }

    /// What work logs do to the issue's remaining estimate.
    fn estimate(&self) -> Estimate {
        self.scene.spec.activities.map(|options| options.estimate).unwrap_or_default()
    }

    /// A comment that cannot be written holds back no other.
    fn not_copied(
        &mut self,
        (source, of): (&str, &str),
        on: Side,
        fault: Fault,
    ) -> Result<(), Fault> {
        if fault.class() != Class::Rejected || whole(&fault) {
            return Err(fault);
        }
        let subject = format!("comment {source}");
        self.note_refused(&subject, on, (Value::Null, Value::Null), fault.code);
        comments::refused(&mut self.progress.link.base, source, of, &fault);
        Ok(())
    }

    /// Whether an earlier step of this plan about the same comment was refused: the parts after it
    /// would not make sense.
    fn gave_up(&self, source: &str, of: &str) -> bool {
        let refused = self.progress.link.base.refused_comments.get(source);
        refused.is_some_and(|refusal| refusal.of == of)
    }

    fn issue(&self) -> Result<&str, Fault> {
        let known = self.progress.link.issue_id.as_deref();
        known.ok_or_else(|| Fault::new(Code::JiraIssueGone, "the link has no issue"))
    }

    /// What is in sight of a side's comments. Comments are planned only where there is an issue.
    fn said(&mut self, side: Side) -> &mut Vec<Comment> {
        match (side, &mut self.sight.issue) {
            (Side::Jira, Some(issue)) => &mut issue.comments,
            _ => &mut self.sight.record.comments,
        }
    }

    /// The ledger's key for a part of the copy of a comment that stands on `side`.
    fn comment_effect(&self, side: Side, source: &str, part: u16) -> String {
        let (link, side) = (self.progress.link.id, side.name().to_lowercase());
        let key = format!("link:{link}:comment:{side}:{source}");
        if part == 0 { key } else { format!("{key}:{part}") }
    }

    /// Takes over a copy that is already there: it is the result of a write whose answer was lost,
    /// or of another installation. The ledger's intent, if there is one, is settled with it.
    pub(crate) async fn adopt_pair(&mut self, pair: &CommentPair) -> Result<(), Fault> {
        let effect = self.comment_effect(pair.origin, pair.source(), pair.part);
        let effects = self.engine.store.effects();
        let settled = effects.done(&effect, pair.copy(), None, self.fence).await;
        settled?;
        self.pair(pair.clone());
        Ok(())
    }

    /// Remembers two comments as copies of one another, or what is new about them.
    fn pair(&mut self, pair: CommentPair) {
        let same = |known: &&mut CommentPair| {
            known.salesforce == pair.salesforce && known.jira == pair.jira
        };
        match self.progress.pairs.iter_mut().find(same) {
            Some(known) => *known = pair,
            None => self.progress.pairs.push(pair),
        }
    }
}

/// What a copy is, in names of steps.
fn kind(copy: &Copy) -> &'static str {
    match copy.on {
        Side::Salesforce => "comment_on_record",
        Side::Jira if copy.work.is_some() => "work_log_on_issue",
        Side::Jira => "comment_on_issue",
    }
}

/// Whether a copy that was to be changed is not there any more.
fn is_gone(fault: &Fault) -> bool {
    matches!(fault.code, Code::JiraNotFound | Code::SfRecordGone)
}

/// Whether a refusal is about the issue, and no comment of it.
fn whole(fault: &Fault) -> bool {
    fault.code == Code::JiraIssueGone
}
