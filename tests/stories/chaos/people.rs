//! People who edit both sides at random, and remember what they did.

use std::time::Duration;

use anyhow::{Context, Result};
use lockstep_model::Side;
use lockstep_simulator::ControlClient;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::dice::Dice;
use super::fields::FIELDS;

/// A case with its issue.
#[derive(Clone)]
pub struct Pair {
    pub case: String,
    pub key: String,
}

/// What a person did.
#[derive(Debug)]
pub enum Deed {
    /// Set a field, by its place among [`FIELDS`], to a value.
    Set(usize, String),
    /// Moved it to another status.
    Moved,
    /// Wrote a comment that says this and nobody else says.
    Said(String),
    /// Added a file of this name, which no other has.
    Added(String),
}

/// A deed, where and when it was done.
#[derive(Debug)]
pub struct Done {
    /// The place of its link.
    pub link: usize,
    pub side: Side,
    pub deed: Deed,
    pub at: Instant,
}

/// Pause between two deeds of a person.
const PAUSE_MAX_MS: usize = 500;

/// Links that people are at more often than at the others, so that they meet there.
const BUSY: usize = 4;

/// The statuses that the item's map pairs.
pub const STATUSES: [(&str, &str); 4] = [
    ("New", "To Do"),
    ("Working", "In Progress"),
    ("Waiting on Customer", "Waiting for customer"),
    ("Closed", "Done"),
];

/// A person with links of their own: nobody else edits these.
pub struct Person<'a> {
    people: ControlClient,
    links: &'a [Pair],
    own: Vec<usize>,
    dice: Dice,
    name: usize,
    done: Vec<Done>,
}

impl<'a> Person<'a> {
    /// Person `name` of so many.
    pub fn new(
        people: &ControlClient,
        links: &'a [Pair],
        (name, many): (usize, usize),
        dice: Dice,
    ) -> Self {
        let own = (name..links.len()).step_by(many).collect();
        Self { people: people.clone(), links, own, dice, name, done: Vec::new() }
    }

    /// Works until then; tells all that was done, in order.
    pub async fn work(mut self, until: Instant) -> Result<Vec<Done>> {
        while Instant::now() < until {
            self.act().await?;
            let pause = self.dice.below(PAUSE_MAX_MS);
            sleep(Duration::from_millis(u64::try_from(pause)?)).await;
        }
        Ok(self.done)
    }

    async fn act(&mut self) -> Result<()> {
        let side = *self.dice.pick(&[Side::Salesforce, Side::Jira]);
        let link = match self.dice.below(3) {
            0 => self.own[self.dice.below(BUSY.min(self.own.len()))],
            _ => *self.dice.pick(&self.own),
        };
        let pair = self.links[link].clone();
        let deed = match self.dice.below(10) {
            0..=5 => Some(self.set(&pair, side).await?),
            6 => self.move_on(&pair, side).await?,
            7 | 8 => Some(self.say(&pair, side).await?),
            _ => Some(self.add(&pair, side).await?),
        };
        let at = Instant::now();
        self.done.extend(deed.map(|deed| Done { link, side, deed, at }));
        Ok(())
    }

    /// A number that no other deed of anybody has.
    fn number(&self) -> usize {
        self.done.len() * 10 + self.name
    }

    async fn set(&mut self, pair: &Pair, side: Side) -> Result<Deed> {
        let place = self.dice.below(FIELDS.len());
        let field = &FIELDS[place];
        let value = field.value(self.number());
        match side {
            Side::Salesforce => {
                let edit = json!({ field.salesforce: field.in_record(&value) });
                self.people.salesforce_edit("Case", &pair.case, edit).await?;
            }
            Side::Jira => {
                let edit = json!({ field.jira: field.in_issue(&value) });
                self.people.jira_edit(&pair.key, edit).await?;
            }
        }
        Ok(Deed::Set(place, value))
    }

    /// Nothing where the issue's workflow has no such transition from where it is.
    async fn move_on(&mut self, pair: &Pair, side: Side) -> Result<Option<Deed>> {
        let (record, issue) = *self.dice.pick(&STATUSES);
        let moved = match side {
            Side::Salesforce => {
                let edit = json!({ "Status": record });
                self.people.salesforce_edit("Case", &pair.case, edit).await?;
                true
            }
            Side::Jira => self.people.jira_transition(&pair.key, issue).await.is_ok(),
        };
        Ok(moved.then_some(Deed::Moved))
    }

    async fn say(&mut self, pair: &Pair, side: Side) -> Result<Deed> {
        let text = format!("Remark {}.", self.number());
        match side {
            Side::Salesforce => {
                self.people.salesforce_comment(&pair.case, &text, true).await?;
            }
            Side::Jira => {
                self.people.jira_comment(&pair.key, &text).await?;
            }
        }
        Ok(Deed::Said(text))
    }

    async fn add(&mut self, pair: &Pair, side: Side) -> Result<Deed> {
        let name = format!("file-{}.txt", self.number());
        let text = format!("What is in {name}.");
        match side {
            Side::Salesforce => {
                self.people.salesforce_attach(&pair.case, &name, &text).await?;
            }
            Side::Jira => {
                self.people.jira_attach(&pair.key, &name, &text).await?;
            }
        }
        Ok(Deed::Added(name))
    }
}

/// Everybody at work until then; all deeds, in the order in which they were done.
pub async fn work(
    people: &ControlClient,
    links: &[Pair],
    (many, dice): (usize, &mut Dice),
    until: Instant,
) -> Result<Vec<Done>> {
    let each = (0..many).map(|name| {
        let person = Person::new(people, links, (name, many), dice.other());
        person.work(until)
    });
    let done: Vec<Result<Vec<Done>>> = futures::future::join_all(each).await;
    let mut all = Vec::new();
    for done in done {
        all.extend(done.context("a person could not work")?);
    }
    all.sort_by_key(|done| done.at);
    Ok(all)
}
