//! Webhooks that the ingress accepts, against a bare loop that publishes the same jobs.

mod bare;
mod client;

use std::time::{Duration, Instant};

use anyhow::Result;
use lapin::options::BasicGetOptions;
use lapin::{Connection, ConnectionProperties};
use lockstep_tests::world::WEBHOOK_SECRET;
use serde_json::json;

use crate::machine;
use crate::stage::Stage;

/// Messages of each, in all rounds together.
const MESSAGES: usize = 60_000;

/// The two take turns this often, so that what else the machine does hits both, and a moment of it no
/// more than a few turns.
const ROUNDS: usize = 15;

/// Messages of a warm-up.
const WARM: usize = 300;

/// Senders that wait for their answer at a time.
pub const IN_FLIGHT: usize = 32;

/// What was measured.
pub struct Throughput {
    /// Rates of the fleet, a second, one a round.
    pub fleet: Vec<f64>,
    /// Rates of the floor.
    pub floor: Vec<f64>,
    /// Microseconds of processor time that each took in the fleet's process, all rounds together.
    pub fleet_cpu: f64,
    /// The same of the floor, in this process.
    pub floor_cpu: f64,
    /// The same of whoever sent the fleet its work, where that was this process.
    pub client_cpu: Option<f64>,
}

/// Ingress and floor in turns. No worker runs: the jobs are deleted with their queue.
pub async fn measure(stage: &mut Stage) -> Result<Throughput> {
    stage.stop_worker().await?;
    client::send(&stage.hook.0, requests(stage, IN_FLIGHT)).await?;
    let url = &stage.queues.url;
    let connection = Connection::connect(url, ConnectionProperties::default()).await?;
    let job = one_job(&connection, &stage.queues.prefix).await?;
    let floor = bare::Floor::open(&connection, &stage.queues.prefix, job).await?;
    let measured = rounds(stage, &floor).await;
    floor.close().await?;
    connection.close(200, "done".into()).await?;
    measured
}

async fn rounds(stage: &Stage, floor: &bare::Floor) -> Result<Throughput> {
    let listen = stage.hook.0.as_str();
    client::send(listen, requests(stage, WARM)).await?;
    floor.publish(WARM).await?;
    let each = MESSAGES / ROUNDS;
    let (mut fleet, mut bare) = (Vec::new(), Vec::new());
    let [mut fleet_cpu, mut floor_cpu, mut client_cpu] = [Duration::ZERO; 3];
    for _ in 0..ROUNDS {
        let requests = requests(stage, each);
        let (began, spent, own) = (Instant::now(), stage.ingress_cpu()?, machine::own_cpu()?);
        client::send(listen, requests).await?;
        fleet.push(rate(each, began.elapsed()));
        fleet_cpu += stage.ingress_cpu()?.saturating_sub(spent);
        client_cpu += machine::own_cpu()?.saturating_sub(own);
        let (began, spent) = (Instant::now(), machine::own_cpu()?);
        floor.publish(each).await?;
        bare.push(rate(each, began.elapsed()));
        floor_cpu += machine::own_cpu()?.saturating_sub(spent);
    }
    Ok(Throughput {
        fleet,
        floor: bare,
        fleet_cpu: each_of(MESSAGES, fleet_cpu),
        floor_cpu: each_of(MESSAGES, floor_cpu),
        client_cpu: Some(each_of(MESSAGES, client_cpu)),
    })
}

/// Deliveries of as many events, each with a body and a signature of its own.
fn requests(stage: &Stage, count: usize) -> Vec<Vec<u8>> {
    let request = |number| {
        let body = body(number);
        let signature = lockstep_jira::webhook::sign(WEBHOOK_SECRET.as_bytes(), body.as_bytes());
        client::request(&stage.hook, &signature, &body)
    };
    (0..count).map(request).collect()
}

/// Microseconds that each of so many took.
#[expect(clippy::cast_precision_loss, reason = "thousands")]
pub fn each_of(count: usize, took: Duration) -> f64 {
    took.as_secs_f64() * 1e6 / count as f64
}

/// Things a second.
#[expect(clippy::cast_precision_loss, reason = "thousands")]
pub fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// A job as the ingress made it, taken from its queue: body and properties.
async fn one_job(connection: &Connection, prefix: &str) -> Result<bare::Message> {
    let channel = connection.create_channel().await?;
    let queue = format!("{prefix}.v1.work.live");
    let options = BasicGetOptions { no_ack: true };
    loop {
        if let Some(got) = channel.basic_get(queue.as_str().into(), options).await? {
            channel.close(200, "done".into()).await?;
            return Ok((got.delivery.data, got.delivery.properties));
        }
    }
}

/// A webhook of usual size: an edit of one field of one of many issues.
fn body(number: usize) -> String {
    let user = json!({
        "self": "https://acme.atlassian.net/rest/api/2/user?accountId=557058%3Abb",
        "accountId": "557058:bb", "displayName": "Agent", "active": true, "accountType": "atlassian",
        "timeZone": "Europe/Warsaw",
        "avatarUrls": { "48x48": "https://avatar-management.example/557058:bb/48" },
    });
    let status = json!({
        "self": "https://acme.atlassian.net/rest/api/2/status/10002", "name": "Done", "id": "10002",
        "statusCategory": { "id": 3, "key": "done", "colorName": "green", "name": "Done" },
    });
    let fields = json!({
        "summary": "Printer on fire", "status": status, "labels": ["salesforce", "printers"],
        "description": "It smokes, and *then* it burns. ".repeat(12),
        "updated": "2026-11-22T10:15:30.123+0000", "created": "2026-11-20T08:00:00.000+0000",
    });
    let item = json!({
        "field": "summary", "fieldtype": "jira", "fieldId": "summary",
        "from": null, "fromString": "Printer", "to": null, "toString": "Printer on fire",
    });
    let id = (999_000_000 + number).to_string();
    json!({
        "timestamp": 1_795_342_530_123 + number, "webhookEvent": "jira:issue_updated",
        "issue_event_type_name": "issue_generic", "user": user,
        "issue": {
            "id": id, "self": format!("https://acme.atlassian.net/rest/api/2/{id}"),
            "key": format!("SUP-{}", 90_000 + number), "fields": fields,
        },
        "changelog": { "id": "10777", "items": [item] },
    })
    .to_string()
}
