//! What a database holds for pages, while no vendor answers: connections, an item with links, conflicts,
//! findings, dead letters and a trail.

use lockstep_model::base::{FieldBase, Held};
use lockstep_model::job::Cause;
use lockstep_model::{
    Base, Code, ConnectedItem, CorrelationId, FieldValue, Finding, ItemId, Job, JobKind, LinkId,
    RecordId, Schema, Side,
};
use lockstep_store::{
    Connection, ConnectionKind, DeadLetter, NewAudit, NewConnection, Origin, Outcome,
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::Desk;

/// A name that would do harm if a page took it for markup.
pub(crate) const HARM: &str = r#"<script>alert("x")</script>"#;

/// The mapping of the stage's item.
pub(crate) const MAPPING: &str = "Subject:summary";

impl Desk {
    /// Runs SQL behind the store's back.
    pub(crate) async fn sql(&self, sql: &str) {
        let client = self.fresh.client().await.expect("a client");
        client.batch_execute(sql).await.expect("good SQL");
    }

    /// Both connections, at an address where nobody answers.
    pub(crate) async fn connections(&self, (org, site): (&str, &str)) -> (Connection, Connection) {
        let save = async |name: &str, kind, settings: Value| {
            let new = NewConnection {
                name: name.to_owned(),
                kind,
                base_url: "http://127.0.0.1:1".to_owned(),
                settings,
                secret: SecretString::from("hunter2"),
                webhook_secret: None,
            };
            self.store.connections().save(&new).await.expect("saved")
        };
        let org = save(org, ConnectionKind::Salesforce, json!({ "client_id": "3MVG9" })).await;
        let site = save(site, ConnectionKind::Jira, json!({ "email": "bot@example.com" })).await;
        (org, site)
    }

    /// An item, `support`, whose vendors are away.
    pub(crate) async fn item(&self) -> ItemId {
        let (org, site) = self.connections(("org", "site")).await;
        let document: ConnectedItem = serde_json::from_value(json!({
            "name": "support",
            "salesforce": { "connection": "org", "object": "Case" },
            "jira": { "connection": "site", "project": "SUP", "issue_type": "Bug" },
            "mode": "two-way",
            "mappings": [{ "salesforce": "Subject", "jira": "summary", "policy": "hold" }],
        }))
        .expect("an item");
        let extra = json!({ "issue_type_id": "1", "name_field": "CaseNumber", "schema": Schema::default() });
        self.store.items().apply(&document, org.id, site.id, &extra).await.expect("applied").id
    }

    /// A link of a record and an issue by their numbers.
    pub(crate) async fn link(&self, item: ItemId, number: u32, origin: Origin) -> LinkId {
        let (id, key) = (format!("{}", 10_000 + number), format!("SUP-{number}"));
        let made =
            self.store.links().create(item, &record(number), origin, Some((&id, &key))).await;
        made.expect("a link").0.id
    }

    /// Gives a link its base and findings, as a commit does, and says that it is in step.
    pub(crate) async fn committed(&self, link: LinkId, base: &Base, findings: &[Finding]) {
        let client = self.fresh.client().await.expect("a client");
        let sql = "UPDATE link SET base = $2, findings = $3, synced_at = now() WHERE id = $1";
        let (base, findings) = (json!(base), json!(findings));
        client.execute(sql, &[&link.0, &base, &findings]).await.expect("committed");
    }

    /// What people call a link's record, and what it is about.
    pub(crate) async fn told(&self, link: LinkId, title: &str, summary: &str) {
        let client = self.fresh.client().await.expect("a client");
        let sql = "INSERT INTO link_text (link, title, summary, keys, words) \
            SELECT id, $2, $3, ARRAY[upper(issue_key)], array_to_tsvector($4) FROM link WHERE id = $1";
        let text = format!("{title} {} {summary}", title.trim_start_matches('0')).to_lowercase();
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let words: std::collections::BTreeSet<String> = words.map(str::to_owned).collect();
        let words: Vec<String> = words.into_iter().collect();
        client.execute(sql, &[&link.0, &title, &summary, &words]).await.expect("told");
    }

    /// A row of the trail.
    pub(crate) async fn deed(
        &self,
        link: Option<LinkId>,
        item: ItemId,
        correlation: &str,
        step: &str,
    ) {
        let row = NewAudit {
            link,
            item: Some(item),
            item_version: Some(1),
            correlation: CorrelationId(correlation.to_owned()),
            cause: Cause::Webhook,
            step: step.to_owned(),
            subject: MAPPING.to_owned(),
            side: Some(Side::Jira),
            outcome: Outcome::Done,
            code: None,
            before: json!(FieldValue::Empty),
            after: json!(FieldValue::text(HARM)),
            reason: json!({ "because": "changed", "side": "salesforce" }),
            actor: None,
        };
        self.store.audit().append(&[row]).await.expect("appended");
    }

    /// A job that was given up.
    pub(crate) async fn letter(&self, number: u128, code: Code) -> i64 {
        let kind = JobKind::Link { link: LinkId(7) };
        let id = (uuid::Uuid::from_u128(number), CorrelationId(format!("c-{number}")));
        let job = Job::asked(kind, id, self.app.ambient.now());
        let letter = DeadLetter {
            raw: serde_json::to_vec(&job).expect("a job"),
            job: Some(job),
            code,
            detail: format!("it went wrong {HARM}"),
            attempts: 12,
            first_seen: None,
            correlation: Some(CorrelationId(format!("c-{number}"))),
        };
        self.store.dead_letters().bury(&letter).await.expect("buried")
    }
}

/// One of some records.
pub(crate) fn record(number: u32) -> RecordId {
    RecordId::parse(&format!("500xx00000{number:05}")).expect("a record id")
}

/// A base in which both sides agreed on a text.
pub(crate) fn agreed(text: &str) -> Base {
    let value = FieldValue::text(text);
    let field =
        FieldBase { salesforce: value.clone(), jira: value, unsettled: false, refused: None };
    Base { fields: [(MAPPING.to_owned(), field)].into(), ..Base::default() }
}

/// The same base, with a conflict that waits for a person.
pub(crate) fn holding(salesforce: &str, jira: &str) -> Base {
    let held = Held { salesforce: FieldValue::text(salesforce), jira: FieldValue::text(jira) };
    Base { held: [(MAPPING.to_owned(), held)].into(), ..agreed("before") }
}

/// Something that was left alone.
pub(crate) fn finding(code: Code) -> Finding {
    Finding { code, subject: MAPPING.to_owned(), detail: format!("said {HARM}") }
}
