//! Copying comments: each once, whatever crashes.

use lockstep_jira::NewComment;
use lockstep_model::plan::CommentPair;
use lockstep_model::{Class, Fault, Side, settle};
use serde_json::{Value, json};

use super::Act;
use super::ledger::Turn;

impl Act<'_> {
    pub(crate) async fn comment_on_issue(
        &mut self,
        source: &str,
        body: &Value,
        public: bool,
    ) -> Result<(), Fault> {
        let Some(issue) = self.progress.link.issue_id.clone() else {
            return Ok(());
        };
        let effect = self.comment_effect(Side::Salesforce, source);
        let copy = match self.intend(&effect, "comment_on_issue", body).await? {
            Turn::Done { id, .. } => id,
            // The gather before this plan read every comment and none was this one's copy.
            turn @ (Turn::Do | Turn::Look { .. }) => {
                if matches!(turn, Turn::Look { .. }) {
                    self.again(&effect).await?;
                }
                let properties =
                    vec![("lockstep.origin".to_owned(), json!({ "caseComment": source }))];
                let new = NewComment { body: body.clone(), properties, internal: !public };
                match self.scene.jira.client.add_comment(&issue, &new).await {
                    Ok(comment) => comment.id,
                    Err(fault) => return self.not_copied(&effect, source, Side::Jira, fault).await,
                }
            }
        };
        self.settled(&effect, &copy, None).await?;
        let values = (Value::Null, json!({ "comment": copy }), Value::Null);
        self.note("comment_on_issue", source, Side::Jira, values);
        self.pair(CommentPair {
            salesforce: source.to_owned(),
            jira: copy,
            origin: Side::Salesforce,
        });
        Ok(())
    }

    pub(crate) async fn comment_on_record(
        &mut self,
        source: &str,
        body: &str,
        publish: bool,
    ) -> Result<(), Fault> {
        let effect = self.comment_effect(Side::Jira, source);
        let copy = match self.intend(&effect, "comment_on_record", &json!(body)).await? {
            Turn::Done { id, .. } => id,
            turn @ (Turn::Do | Turn::Look { .. }) => {
                if matches!(turn, Turn::Look { .. }) {
                    self.again(&effect).await?;
                }
                let client = &self.scene.salesforce.client;
                match client.comment(&self.sight.record.id, body, publish).await {
                    Ok(id) => id,
                    Err(fault) => {
                        return self.not_copied(&effect, source, Side::Salesforce, fault).await;
                    }
                }
            }
        };
        self.settled(&effect, &copy, None).await?;
        let values = (Value::Null, json!({ "comment": copy }), Value::Null);
        self.note("comment_on_record", source, Side::Salesforce, values);
        self.pair(CommentPair { salesforce: copy, jira: source.to_owned(), origin: Side::Jira });
        Ok(())
    }

    /// A comment that cannot be written holds back no other.
    async fn not_copied(
        &mut self,
        effect: &str,
        source: &str,
        side: Side,
        fault: Fault,
    ) -> Result<(), Fault> {
        self.not_done(effect, &fault).await?;
        if fault.class() != Class::Rejected {
            return Err(fault);
        }
        let subject = format!("comment {source}");
        self.note_refused(&subject, side, (Value::Null, Value::Null), fault.code);
        let base = &mut self.progress.link.base;
        settle::comment_refused(base, source, fault.code, &fault.to_string());
        Ok(())
    }

    /// The ledger's key for the copy of a comment that stands on `side`.
    fn comment_effect(&self, side: Side, source: &str) -> String {
        let side = side.name().to_lowercase();
        format!("link:{}:comment:{side}:{source}", self.progress.link.id)
    }

    /// Takes over a copy that is already there: it is the result of a write whose answer was lost,
    /// or of another installation. The ledger's intent, if there is one, is settled with it.
    pub(crate) async fn adopt_pair(&mut self, pair: &CommentPair) -> Result<(), Fault> {
        let (source, copy) = match pair.origin {
            Side::Salesforce => (&pair.salesforce, &pair.jira),
            Side::Jira => (&pair.jira, &pair.salesforce),
        };
        let effect = self.comment_effect(pair.origin, source);
        let settled = self.engine.store.effects().done(&effect, copy, None, self.fence).await;
        settled?;
        self.pair(pair.clone());
        Ok(())
    }

    /// Remembers two comments as copies of one another.
    pub(crate) fn pair(&mut self, pair: CommentPair) {
        if !self.progress.pairs.contains(&pair) {
            self.progress.pairs.push(pair);
        }
    }
}
