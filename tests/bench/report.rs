//! What was found, for a reader and, as its last line, for a script.

use std::fmt;
use std::time::Duration;

use lockstep_simulator::core::Side;
use serde_json::{Map, Value, json};

use crate::calls::{Cost, Tally};
use crate::files::Files;
use crate::hooks::Throughput;
use crate::latency::{Latency, percentile};
use crate::pages::{self, Pages};
use crate::sweep::Sweeps;

/// Ingress and worker do at least this share of their floor.
const SHARE_MIN: f64 = 0.7;

/// Calls for a one-field change on one link, for the dearest of those measured.
const CALLS_MAX: usize = 4;

/// Calls of each side for a change that is made together with others.
const BULK_CALLS_MAX: [(Side, f64); 2] = [(Side::Salesforce, 0.1), (Side::Jira, 1.2)];

/// Bytes of a worker's memory for each further link that a sweep lists: what an allocator keeps, and no list of links.
const BYTES_A_LINK_MAX: f64 = 512.0;

/// Milliseconds from an edit to the value on the other side.
const P95_MAX: f64 = 250.0;

/// Milliseconds that a page takes which asks no vendor.
const PAGE_P95_MAX: f64 = 50.0;

/// What a worker may grow by with a file, however large.
const GROWTH_MAX: f64 = 32.0;

/// Resident memory at rest.
const MEBIBYTES_MAX: f64 = 60.0;

/// The table, row by row, and the same as JSON.
pub struct Report {
    rows: Vec<String>,
    json: Map<String, Value>,
}

impl Report {
    /// A report that begins with the machine.
    pub fn new(machine: Value) -> Self {
        let text = |name: &str| match &machine[name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let head = format!(
            "Lockstep {} on {} cores of {}; PostgreSQL {}, RabbitMQ {}",
            text("lockstep"),
            text("cores"),
            text("processor"),
            text("postgres"),
            text("rabbitmq")
        );
        let json = [("machine".to_owned(), machine)].into_iter().collect();
        Self { rows: vec![head], json }
    }

    /// Memory at rest, in bytes.
    pub fn memory(&mut self, worker: u64, ingress: u64) {
        self.head("resident memory, idle for 5 s");
        for (name, bytes) in [("worker", worker), ("ingress", ingress)] {
            let size = mebibytes(bytes);
            let goal = (size < MEBIBYTES_MAX, format!("< {MEBIBYTES_MAX} MiB"));
            self.row(name, &format!("{size:.1} MiB"), Some(&goal));
            self.note(&format!("{name}_idle_mib"), size, Some(&goal));
        }
    }

    /// Large files.
    pub fn files(&mut self, files: &Files) {
        self.head(&format!("a file of {} MB, each way", files.size / 1_000_000));
        for (name, took) in ["to Salesforce", "to Jira"].into_iter().zip(files.took) {
            let rate = mebibytes(files.size) / took.as_secs_f64();
            let shown = format!("{:.1} s, {rate:.0} MiB/s", took.as_secs_f64());
            self.row(name, &shown, None);
            self.note(&format!("file {name}: MiB/s"), rate, None);
        }
        let (before, peak) = (mebibytes(files.before), mebibytes(files.peak));
        let goal = (peak - before < GROWTH_MAX, format!("+ {GROWTH_MAX} MiB"));
        let shown = format!("{before:.1} MiB before, at most {peak:.1} MiB");
        self.row("worker's memory", &shown, Some(&goal));
        self.note("worker_file_growth_mib", peak - before, Some(&goal));
    }

    /// Pages of the console.
    pub fn pages(&mut self, pages: &Pages) {
        let head = "pages of the console, one request after another, over";
        self.head(&format!("{head} {} links and {} rows of the trail", pages::LINKS, pages::ROWS));
        self.seconds("filling the database took", pages.filled);
        let mut missed = 0_usize;
        for page in &pages.timed {
            let (p50, p95) = (percentile(&page.took, 50), percentile(&page.took, 95));
            let met = p95 < PAGE_P95_MAX;
            let goal = (!page.asking).then(|| (met, format!("p95 < {PAGE_P95_MAX} ms")));
            missed += usize::from(goal.is_some() && !met);
            let asking = if page.asking { ", vendors' answers included" } else { "" };
            let shown = format!("p50 {p50:.1} ms, p95 {p95:.1} ms{asking}");
            self.row(page.path, &shown, goal.as_ref());
            self.note(&format!("page {}, p50 ms", page.path), p50, None);
            self.note(&format!("page {}, p95 ms", page.path), p95, goal.as_ref());
        }
        let timed = pages.timed.iter().filter(|page| !page.asking).count();
        let goal = (missed == 0, "0".to_owned());
        self.row("pages over the goal", &format!("{missed} of {timed}"), Some(&goal));
        self.note("pages_over_the_goal", figure(missed), Some(&goal));
    }

    /// Calls per change.
    pub fn calls(&mut self, costs: &[Cost]) {
        self.head("API calls per change, echoes included, sweep's own excluded");
        for cost in costs {
            self.cost(cost);
        }
    }

    fn cost(&mut self, cost: &Cost) {
        let (salesforce, jira) = (cost.each(Some(Side::Salesforce)), cost.each(Some(Side::Jira)));
        let all = cost.each(None);
        let goal = goal_of_calls(cost);
        let shown = format!("{all:.2} = Salesforce {salesforce:.2} + Jira {jira:.2}");
        self.row(cost.what, &shown, goal.as_ref());
        self.rows.push(format!("      {}", operations(&cost.calls)));
        self.note(&format!("calls: {}", cost.what), all, goal.as_ref());
    }

    /// Backfill, and sweeps over many links.
    pub fn sweeps(&mut self, sweeps: &Sweeps) {
        self.head(&format!("many links: a backfill, then sweeps over {}", sweeps.links));
        self.cost(&sweeps.backfill);
        self.seconds("the backfill took", sweeps.backfill_took);
        let calls: usize = sweeps.idle.values().sum();
        self.row("nothing changed", &format!("{calls} calls"), None);
        self.rows.push(format!("      {}", operations(&sweeps.idle)));
        self.note("idle_sweep_calls", figure(calls), None);
        self.seconds("the sweep that found nothing took", sweeps.idle_took);
        self.cost(&sweeps.changed);
        self.seconds("until all were in step", sweeps.changed_took);
        let [(few, low), (many, high)] = sweeps.memory;
        #[expect(clippy::cast_precision_loss, reason = "exact up to 8 PiB")]
        let each = high.saturating_sub(low) as f64 / figure(many - few);
        let goal = (each < BYTES_A_LINK_MAX, format!("< {BYTES_A_LINK_MAX} bytes"));
        let shown = format!(
            "{each:.0} bytes ({:.1} MiB for {few}, {:.1} MiB for {many})",
            mebibytes(low),
            mebibytes(high)
        );
        self.row("worker's memory for each further link listed", &shown, Some(&goal));
        self.note("sweep_bytes_a_link", each, Some(&goal));
    }

    fn seconds(&mut self, what: &str, took: Duration) {
        self.row(what, &format!("{:.1} s", took.as_secs_f64()), None);
        self.note(&format!("{what}, s"), took.as_secs_f64(), None);
    }

    /// Latency.
    pub fn latency(&mut self, latency: &Latency) {
        self.head("latency, edits in Jira one after another");
        let rows = [
            ("edit to the case's new value", &latency.seen, true),
            ("webhook to write at Salesforce", &latency.hook_to_write, false),
        ];
        for (what, values, has_goal) in rows {
            let (p50, p95) = (percentile(values, 50), percentile(values, 95));
            let goal = has_goal.then(|| (p95 < P95_MAX, format!("p95 < {P95_MAX} ms")));
            let shown = format!("p50 {p50:.1} ms, p95 {p95:.1} ms ({} edits)", values.len());
            self.row(what, &shown, goal.as_ref());
            self.note(&format!("{what}, p50 ms"), p50, None);
            self.note(&format!("{what}, p95 ms"), p95, goal.as_ref());
        }
    }

    /// Worker against floor.
    pub fn reconciles(&mut self, measured: &Throughput) {
        self.head("worker: links brought in step a second, 16 in flight");
        let floor = "the floor is a bare loop: the same 3 calls (reqwest) and 10 statements (deadpool), 16 in flight";
        self.throughput("worker", measured, floor);
    }

    /// Ingress against floor.
    pub fn hooks(&mut self, measured: &Throughput) {
        self.head("ingress: webhooks accepted a second, 32 in flight");
        let floor = "the floor is a bare lapin loop: the same message, confirmed, one connection, a queue like the lane's, 32 in flight";
        self.throughput("ingress", measured, floor);
    }

    /// How long the run took.
    pub fn took(&mut self, took: Duration) {
        self.json.insert("seconds".into(), json!(took.as_secs()));
        self.head(&format!("the run took {} s", took.as_secs()));
    }

    fn throughput(&mut self, name: &str, measured: &Throughput, floor: &str) {
        let (fleet, bare) = (median(&measured.fleet), median(&measured.floor));
        let ratios: Vec<f64> =
            measured.fleet.iter().zip(&measured.floor).map(|(fleet, bare)| fleet / bare).collect();
        let ratio = median(&ratios);
        let goal = (ratio >= SHARE_MIN, format!(">= {SHARE_MIN}"));
        self.row(name, &format!("{fleet:.0} /s"), None);
        self.row("floor", &format!("{bare:.0} /s"), None);
        self.rows.push(format!("      {floor}"));
        let rounds: Vec<String> = ratios.iter().map(|one| format!("{one:.2}")).collect();
        let shown = format!("{ratio:.2} (rounds {})", rounds.join(" "));
        self.row("ratio, median of the rounds", &shown, Some(&goal));
        let client = measured.client_cpu.map_or(String::new(), |client| {
            self.note(&format!("{name}_client_cpu_us"), client, None);
            format!(" and {client:.0} us in who sends to it")
        });
        let cpu = format!(
            "{:.0} us in the {name}{client}, {:.0} us in the floor",
            measured.fleet_cpu, measured.floor_cpu
        );
        self.row("processor time for each", &cpu, None);
        let per_core = 1e6 / measured.fleet_cpu;
        self.row(&format!("a core of the {name} does"), &format!("{per_core:.0} /s"), None);
        self.note(&format!("{name}_per_second_per_core"), per_core, None);
        self.note(&format!("{name}_cpu_us"), measured.fleet_cpu, None);
        self.note(&format!("{name}_floor_cpu_us"), measured.floor_cpu, None);
        self.note(&format!("{name}_per_second"), fleet, None);
        self.note(&format!("{name}_floor_per_second"), bare, None);
        self.note(&format!("{name}_ratio"), ratio, Some(&goal));
    }

    fn head(&mut self, text: &str) {
        self.rows.push(format!("\n{text}"));
    }

    fn row(&mut self, what: &str, value: &str, goal: Option<&(bool, String)>) {
        let verdict = goal.map_or(String::new(), |(met, goal)| {
            format!("   {} ({goal})", if *met { "met" } else { "MISSED" })
        });
        self.rows.push(format!("  {what:<46} {value}{verdict}"));
    }

    fn note(&mut self, name: &str, value: f64, goal: Option<&(bool, String)>) {
        let value = (value * 100.0).round() / 100.0;
        let note = match goal {
            Some((met, goal)) => json!({ "value": value, "goal": goal, "met": met }),
            None => json!({ "value": value }),
        };
        self.json.insert(name.to_owned(), note);
    }
}

/// What a row of calls is to hold.
fn goal_of_calls(cost: &Cost) -> Option<(bool, String)> {
    if cost.bulk {
        let met = BULK_CALLS_MAX.iter().all(|(side, most)| cost.each(Some(*side)) <= *most);
        let [(_, salesforce), (_, jira)] = BULK_CALLS_MAX;
        return Some((met, format!("<= {salesforce} and {jira}")));
    }
    let worst = cost.worst?;
    Some((worst <= CALLS_MAX, format!("at worst {worst}, <= {CALLS_MAX}")))
}

fn operations(calls: &Tally) -> String {
    let each: Vec<String> =
        calls.iter().map(|((_, operation), calls)| format!("{calls} {operation}")).collect();
    each.join(", ")
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 8 PiB")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn figure(count: usize) -> f64 {
    count as f64
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    percentile(&sorted, 50)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        write!(f, "\n{}", Value::Object(self.json.clone()))
    }
}
