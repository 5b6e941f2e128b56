//! Dead letters: jobs that were given up.

use lockstep_model::Job;
use lockstep_store::{Burial, DeadLetterState};
use serde_json::{Value, json};

use super::local::ACTOR;
use super::remote::{Path, at};
use super::{Local, Remote, Thing};
use crate::output::Failure;

/// What can be done with dead letters.
pub trait Letters {
    /// The latest ones: those that wait, or all.
    async fn letters(&self, all: bool, limit: u32) -> Result<Vec<Burial>, Failure>;
    /// One of them.
    async fn letter(&self, id: i64) -> Result<Burial, Failure>;
    /// Puts a letter's job back to work; gives the job.
    async fn replay(&self, id: i64) -> Result<Job, Failure>;
    /// Gives a letter up.
    async fn discard(&self, id: i64) -> Result<(), Failure>;
    /// How many wait for somebody.
    async fn waiting(&self) -> Result<i64, Failure>;
}

impl Letters for Local {
    async fn letters(&self, all: bool, limit: u32) -> Result<Vec<Burial>, Failure> {
        let state = (!all).then_some(DeadLetterState::Waiting);
        Ok(self.store().await?.dead_letters().list(state, limit.into()).await?)
    }

    async fn letter(&self, id: i64) -> Result<Burial, Failure> {
        let found = self.store().await?.dead_letters().get(id).await?;
        found.ok_or_else(|| Thing::DeadLetter.missing(&id.to_string()))
    }

    async fn replay(&self, id: i64) -> Result<Job, Failure> {
        let job = self.store().await?.dead_letters().replay(id, ACTOR).await?;
        let after = json!({ "correlation": job.correlation });
        self.note("dead_letter_replayed", &id.to_string(), after).await?;
        Ok(job)
    }

    async fn discard(&self, id: i64) -> Result<(), Failure> {
        self.store().await?.dead_letters().discard(id, ACTOR).await?;
        self.note("dead_letter_discarded", &id.to_string(), json!(null)).await
    }

    async fn waiting(&self) -> Result<i64, Failure> {
        Ok(self.store().await?.dead_letters().waiting().await?)
    }
}

impl Letters for Remote {
    async fn letters(&self, all: bool, limit: u32) -> Result<Vec<Burial>, Failure> {
        self.rows(at(&["dead-letters"]).with("all", &all), limit).await
    }

    async fn letter(&self, id: i64) -> Result<Burial, Failure> {
        self.get(one(id, &[])).await
    }

    async fn replay(&self, id: i64) -> Result<Job, Failure> {
        self.post(one(id, &["replay"]), &Value::Null).await
    }

    async fn discard(&self, id: i64) -> Result<(), Failure> {
        self.act(one(id, &["discard"])).await
    }

    async fn waiting(&self) -> Result<i64, Failure> {
        let groups: Vec<Value> = self.get(at(&["needs"])).await?;
        let letters = groups.iter().filter(|group| group["kind"] == "dead_letter");
        Ok(letters.filter_map(|group| group["count"].as_i64()).sum())
    }
}

/// A letter, or what is done with it.
fn one(id: i64, rest: &[&str]) -> Path {
    let id = id.to_string();
    at(&[&["dead-letters", id.as_str()], rest].concat()).names(Thing::DeadLetter, &id)
}
