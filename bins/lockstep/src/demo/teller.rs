//! Tells the story: one readable line an event, with its latency.

use std::time::Duration;

use tokio::time::Instant;

/// Prints lines and remembers latencies.
pub struct Teller {
    began: Instant,
    to_jira: Vec<Duration>,
    to_salesforce: Vec<Duration>,
}

/// Which way a change went.
#[derive(Clone, Copy)]
pub enum Way {
    /// From Salesforce to Jira.
    ToJira,
    /// From Jira to Salesforce.
    ToSalesforce,
}

impl Teller {
    /// The story begins now.
    pub fn new() -> Self {
        Self { began: Instant::now(), to_jira: Vec::new(), to_salesforce: Vec::new() }
    }

    /// A new chapter.
    pub fn chapter(title: &str) {
        println!("\n{title}");
    }

    /// Something that somebody did.
    pub fn act(&self, who: &str, what: &str) {
        println!("{:>7.2}s  {who:<11} {what}", self.began.elapsed().as_secs_f64());
    }

    /// Something that the fleet did, and how long after the act.
    pub fn effect(&mut self, way: Way, what: &str, took: Duration) {
        let (arrow, list) = match way {
            Way::ToJira => ("-> Jira", &mut self.to_jira),
            Way::ToSalesforce => ("-> Salesf.", &mut self.to_salesforce),
        };
        list.push(took);
        println!(
            "{:>7.2}s  {arrow:<11} {what}  [{} ms]",
            self.began.elapsed().as_secs_f64(),
            took.as_millis()
        );
    }

    /// The latencies of one way, from the shortest: median and longest.
    pub fn latencies(&self, way: Way) -> Option<(usize, Duration, Duration)> {
        let mut list = match way {
            Way::ToJira => self.to_jira.clone(),
            Way::ToSalesforce => self.to_salesforce.clone(),
        };
        list.sort();
        let longest = *list.last()?;
        Some((list.len(), list[list.len() / 2], longest))
    }
}
