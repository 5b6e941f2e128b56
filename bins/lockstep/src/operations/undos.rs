//! Undo: what Lockstep wrote is turned back, as far as nobody edited it since.

use chrono::{DateTime, Utc};
use lockstep_engine::{Asked, ByHand, ItemUndo, LinkUndo};
use lockstep_model::undo::Span;
use lockstep_service::random;
use serde_json::{Value, json};

use super::items::named;
use super::links::known;
use super::local::correlation;
use super::{Local, Remote, plans};
use crate::output::Failure;

/// A time: from then on, before then.
pub type Time = (DateTime<Utc>, DateTime<Utc>);

/// What can be undone. A console names its own caller in the audit; here it is `actor`.
pub trait Undos {
    /// What undoing steps of a link would do.
    async fn plan_undo(&self, wanted: &str, span: &Span) -> Result<LinkUndo, Failure>;
    /// Undoes steps of a link.
    async fn undo(&self, wanted: &str, span: &Span, actor: &str) -> Result<Asked, Failure>;
    /// What undoing a time span of an item would do: at most so many links, and so many samples.
    async fn plan_undo_of_item(
        &self,
        name: &str,
        time: Time,
        much: (u64, usize),
    ) -> Result<ItemUndo, Failure>;
    /// Undoes a time span of an item.
    async fn undo_item(&self, name: &str, time: Time, actor: &str) -> Result<Asked, Failure>;
}

impl Undos for Local {
    async fn plan_undo(&self, wanted: &str, span: &Span) -> Result<LinkUndo, Failure> {
        let link = self.link_named(wanted).await?.id;
        Ok(Box::pin(self.engine().await?.preview_undo(link, span.clone())).await?)
    }

    async fn undo(&self, wanted: &str, span: &Span, actor: &str) -> Result<Asked, Failure> {
        let link = self.link_named(wanted).await?.id;
        let correlation = correlation();
        let by = ByHand { correlation: &correlation, actor };
        Ok(self.engine().await?.undo_link(link, span.clone(), random::uuid(), by).await?)
    }

    async fn plan_undo_of_item(
        &self,
        name: &str,
        time: Time,
        much: (u64, usize),
    ) -> Result<ItemUndo, Failure> {
        let item = self.item_named(name).await?.id;
        Ok(Box::pin(self.engine().await?.preview_undo_item(item, time, much)).await?)
    }

    async fn undo_item(&self, name: &str, time: Time, actor: &str) -> Result<Asked, Failure> {
        let item = self.item_named(name).await?.id;
        let correlation = correlation();
        let by = ByHand { correlation: &correlation, actor };
        Ok(self.engine().await?.undo_item(item, time, random::uuid(), by).await?)
    }
}

impl Undos for Remote {
    async fn plan_undo(&self, wanted: &str, span: &Span) -> Result<LinkUndo, Failure> {
        let path = known(wanted, &["undo"]);
        let path = match span {
            Span::Step { step } => path.with("step", step),
            Span::Run { run } => path.with("run", run),
            Span::Time { since, until } => {
                path.with("since", &since.to_rfc3339()).with("until", &until.to_rfc3339())
            }
        };
        self.get(path).await
    }

    async fn undo(&self, wanted: &str, span: &Span, _: &str) -> Result<Asked, Failure> {
        self.post(known(wanted, &["undo"]), &steps(span)).await
    }

    async fn plan_undo_of_item(
        &self,
        name: &str,
        (since, until): Time,
        (limit, samples): (u64, usize),
    ) -> Result<ItemUndo, Failure> {
        plans::few(samples)?;
        let path = named(name, &["undo"]).with("limit", &limit).with("samples", &samples);
        let path = path.with("since", &since.to_rfc3339()).with("until", &until.to_rfc3339());
        self.get(path).await
    }

    async fn undo_item(&self, name: &str, (since, until): Time, _: &str) -> Result<Asked, Failure> {
        self.post(named(name, &["undo"]), &json!({ "since": since, "until": until })).await
    }
}

/// Which steps, as the API is told.
fn steps(span: &Span) -> Value {
    match span {
        Span::Step { step } => json!({ "step": step }),
        Span::Run { run } => json!({ "run": run }),
        Span::Time { since, until } => json!({ "since": since, "until": until }),
    }
}
