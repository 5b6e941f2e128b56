//! Jobs as messages: bytes, properties and headers, written and read in one place.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lockstep_model::{Code, Fault, Job, ladder};

use crate::topology::Names;

/// Attempts that failed so far, for whoever looks at the queue; the job's own count is the truth.
const ATTEMPT: &str = "x-attempt";
/// When the job may start, in milliseconds of the epoch: its waiting time counts from then.
const DUE: &str = "x-due-ms";
/// A dead letter's code of the catalogue.
const CODE: &str = "x-code";
/// What happened to a dead letter.
const DETAIL: &str = "x-detail";
/// A detail longer than this is cut: it is for a person.
const DETAIL_MAX: usize = 4_000;
/// The most that an AMQP short string takes.
const SHORT_MAX: usize = 255;

/// Where a job is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// To the queue of its lane.
    Lane,
    /// To a step of the retry ladder, from where it comes to its lane.
    Step(usize),
}

/// A message on its way out.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) exchange: Arc<str>,
    pub(crate) key: &'static str,
    pub(crate) body: Vec<u8>,
    pub(crate) properties: BasicProperties,
}

impl Outgoing {
    /// A job on its way to a worker.
    pub(crate) fn job(names: &Names, job: &Job, route: Route, now: DateTime<Utc>) -> Self {
        let (exchange, wait) = match route {
            Route::Lane => (names.work(), Duration::ZERO),
            Route::Step(step) => (names.step(step).into(), ladder::Wait::Step(step).duration()),
        };
        let mut headers = FieldTable::default();
        let attempt = i32::try_from(job.attempt).unwrap_or(i32::MAX);
        headers.insert(ATTEMPT.into(), AMQPValue::LongInt(attempt));
        headers.insert(DUE.into(), AMQPValue::LongLongInt((now + wait).timestamp_millis()));
        Self {
            exchange,
            key: job.lane.name(),
            body: write(job),
            properties: properties(Some(job), headers, now),
        }
    }

    /// What was given up, whether it can be read or not.
    pub(crate) fn dead(names: &Names, body: Vec<u8>, fault: &Fault, now: DateTime<Utc>) -> Self {
        let detail: String = fault.detail.chars().take(DETAIL_MAX).collect();
        let mut headers = FieldTable::default();
        headers.insert(CODE.into(), AMQPValue::LongString(fault.code.id().into()));
        headers.insert(DETAIL.into(), AMQPValue::LongString(detail.into()));
        let properties = properties(read(&body).ok().as_ref(), headers, now);
        Self { exchange: names.dead().into(), key: "", body, properties }
    }

    /// By which a returned message is known.
    pub(crate) fn id(&self) -> String {
        self.properties.message_id().as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

fn properties(job: Option<&Job>, headers: FieldTable, now: DateTime<Utc>) -> BasicProperties {
    const PERSISTENT: u8 = 2;
    let mut properties = BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type("application/json".into())
        .with_timestamp(u64::try_from(now.timestamp()).unwrap_or_default())
        .with_message_id("poison".into())
        .with_headers(headers);
    if let Some(job) = job {
        properties = properties
            .with_message_id(format!("{}.{}", job.id, job.attempt).into())
            .with_type(job.kind.name().into());
        if let Ok(correlation) = ShortString::try_new(cut(&job.correlation.0)) {
            properties = properties.with_correlation_id(correlation);
        }
    }
    properties
}

fn cut(text: &str) -> &str {
    let end = (0..=text.len().min(SHORT_MAX)).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or_default()]
}

pub(crate) fn write(job: &Job) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "strings, numbers and dates always make JSON")]
    serde_json::to_vec(job).expect("a job is JSON")
}

pub(crate) fn read(body: &[u8]) -> Result<Job, serde_json::Error> {
    serde_json::from_slice(body)
}

/// How long a message waited for a worker since it was due.
pub(crate) fn waited(properties: &BasicProperties, now: DateTime<Utc>) -> Duration {
    let due = match header(properties, DUE) {
        Some(AMQPValue::LongLongInt(millis)) => DateTime::from_timestamp_millis(*millis),
        _ => None,
    };
    due.and_then(|due| (now - due).to_std().ok()).unwrap_or_default()
}

/// The fault that a dead letter carries: ours, or what the broker gave as its reason.
pub(crate) fn fault(properties: &BasicProperties) -> Fault {
    let detail = text(properties, DETAIL).unwrap_or_default();
    if let Some(code) = text(properties, CODE).and_then(|id| Code::from_id(&id)) {
        return Fault::new(code, detail);
    }
    let reason = text(properties, "x-first-death-reason");
    let queue = text(properties, "x-first-death-queue").unwrap_or_default();
    let detail = match reason.as_deref() {
        Some("delivery_limit") => format!(
            "workers took the job from {queue} many times and never answered: \
             they were killed or cut off while they held it"
        ),
        Some(reason) => format!("the broker dead-lettered the job from {queue}: {reason}"),
        None => "no reason was given".to_owned(),
    };
    Fault::new(Code::LadderSpent, detail)
}

fn header<'a>(properties: &'a BasicProperties, name: &str) -> Option<&'a AMQPValue> {
    properties.headers().as_ref()?.inner().get(name)
}

fn text(properties: &BasicProperties, name: &str) -> Option<String> {
    match header(properties, name)? {
        AMQPValue::LongString(text) => Some(String::from_utf8_lossy(text.as_bytes()).into_owned()),
        AMQPValue::ShortString(text) => Some(text.as_str().to_owned()),
        _ => None,
    }
}
