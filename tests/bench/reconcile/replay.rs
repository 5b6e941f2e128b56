//! The calls of one reconcile as the worker made them, to be made again for other links.

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use lockstep_simulator::core::{Call, Side};
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::stage::Linked;

/// Headers that a client sets by itself.
const ITS_OWN: [&str; 6] = [
    "host",
    "connection",
    "content-length",
    "authorization",
    "accept-encoding",
    "transfer-encoding",
];

/// Whether a call writes to the record.
pub fn writes(call: &Call) -> bool {
    call.side == Side::Salesforce && call.request_body.contains("\"PATCH\"")
}

/// A call that can be sent.
#[derive(Debug, Clone)]
pub struct Request {
    pub side: Side,
    pub method: Method,
    pub target: String,
    pub headers: HeaderMap,
    pub body: String,
}

/// The three calls of a reconcile, for the link that they were recorded of.
pub struct Replay {
    link: Linked,
    read_record: Request,
    read_issue: Request,
    write_record: Request,
}

impl Replay {
    /// Takes the calls of the first link.
    pub fn of(calls: &[Call], links: &[Linked]) -> Result<Self> {
        let link = links.first().context("no link")?.clone();
        let names = |call: &&Call, id: &str| {
            call.path.contains(id) || call.query.contains(id) || call.request_body.contains(id)
        };
        let find = |side: Side, id: &str, write: bool| {
            let found = calls
                .iter()
                .find(|call| call.side == side && names(call, id) && writes(call) == write);
            request(found.with_context(|| format!("no call about {id}"))?)
        };
        Ok(Self {
            read_record: find(Side::Salesforce, &link.record, false)?,
            read_issue: find(Side::Jira, &link.issue, false)?,
            write_record: find(Side::Salesforce, &link.record, true)?,
            link,
        })
    }

    /// The calls for another link: two reads and the write of a new subject.
    pub fn of_link(
        &self,
        link: &Linked,
        subject: &str,
        now: DateTime<Utc>,
    ) -> Result<[Request; 3]> {
        let mut write: Value = serde_json::from_str(&self.write_record.body)?;
        let part = &mut write["compositeRequest"][0];
        ensure!(part["body"]["Subject"].is_string(), "the write is not as expected: {part}");
        part["body"]["Subject"] = json!(subject);
        part["httpHeaders"]["If-Unmodified-Since"] =
            json!(now.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
        let write = Request { body: write.to_string(), ..self.write_record.clone() };
        Ok([&self.read_record, &self.read_issue, &write].map(|one| self.renamed(one, link)))
    }

    fn renamed(&self, request: &Request, link: &Linked) -> Request {
        let other = |text: &str| match request.side {
            Side::Salesforce => text.replace(&self.link.record, &link.record),
            Side::Jira | Side::Identity => text.replace(&self.link.issue, &link.issue),
        };
        Request { target: other(&request.target), body: other(&request.body), ..request.clone() }
    }
}

fn request(call: &Call) -> Result<Request> {
    let mut headers = HeaderMap::new();
    for (name, value) in &call.request_headers {
        if !ITS_OWN.contains(&name.as_str()) {
            let name = HeaderName::from_bytes(name.as_bytes())?;
            headers.insert(name, HeaderValue::from_str(value)?);
        }
    }
    let query = if call.query.is_empty() { String::new() } else { format!("?{}", call.query) };
    Ok(Request {
        side: call.side,
        method: call.method.parse()?,
        target: format!("{}{query}", call.path),
        headers,
        body: call.request_body.clone(),
    })
}
