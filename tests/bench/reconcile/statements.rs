//! The statements of one reconcile, as `lockstep_store` has them: copied, for they are private there
//! and the floor must not run through it.

use anyhow::{Context, Result};
use deadpool_postgres::{GenericClient, Pool};
use serde_json::{Value, json};
use tokio_postgres::Row;
use tokio_postgres::types::{Json, ToSql};
use uuid::Uuid;

use crate::stage::Linked;

macro_rules! columns {
    () => {
        "link.id, link.item, link.record, link.issue_id, link.issue_key, link.origin, link.state, \
         link.base, link.findings, link.record_seen, link.issue_seen, link.synced_at, \
         link.created_at"
    };
}

const BY_ISSUE: &str = "SELECT link.id, link.record, link.issue_id, link.state, link.record_seen, \
    link.issue_seen FROM link JOIN item ON item.id = link.item \
    WHERE item.jira = $1 AND link.issue_id = $2 ORDER BY link.id";
const TAKE: &str = "INSERT INTO lease AS held (link, owner, job, fence, expires_at) \
    VALUES ($1, $2, $3, 1, clock_timestamp() + make_interval(secs => $4)) \
    ON CONFLICT (link) DO UPDATE SET owner = excluded.owner, job = excluded.job, \
        fence = held.fence + 1, expires_at = excluded.expires_at, wanted_version = NULL \
    WHERE held.owner IS NULL OR held.expires_at <= clock_timestamp() \
    RETURNING fence, wanted";
const GET: &str = concat!("SELECT ", columns!(), " FROM link WHERE id = $1");
const PAIRS: &str = "SELECT link AS id, salesforce, jira, origin, part, public, salesforce_shows, \
    jira_shows, gone_at IS NOT NULL AS gone, closed FROM pair WHERE link = ANY($1) ORDER BY created_at, salesforce, jira";
const ABOUT_TO_WRITE: &str = "UPDATE link SET base = jsonb_set(link.base, '{writing}', now.fields) \
    FROM unnest($1::bigint[], $2::bigint[], $3::jsonb[]) AS now (link, fence, fields) \
        JOIN lease ON lease.link = now.link AND lease.fence = now.fence \
            AND lease.owner IS NOT NULL \
    WHERE link.id = now.link";
const HELD: &str = "SELECT wanted, wanted_version FROM lease WHERE link = $1 AND fence = $2 AND owner IS NOT NULL \
    FOR UPDATE";
const WRITE_LINK: &str = "WITH told AS ( \
        INSERT INTO link_text AS known (link, title, summary, keys, words) \
        SELECT $1, $9, $10, array_remove(ARRAY[upper($6)], NULL), array_to_tsvector($11) \
        WHERE $9::text IS NOT NULL AND NOT EXISTS (SELECT FROM link_text \
            WHERE link = $1 AND title = $9 AND summary = $10 \
                AND ($6 IS NULL OR upper($6) = ANY(keys))) \
        ON CONFLICT (link) DO UPDATE SET title = excluded.title, summary = excluded.summary, \
            words = excluded.words, keys = CASE WHEN excluded.keys <@ known.keys THEN known.keys \
                ELSE known.keys || excluded.keys END) \
    UPDATE link SET base = $2, findings = $3, state = $4, \
    issue_id = coalesce($5, issue_id), issue_key = coalesce($6, issue_key), \
    record_seen = coalesce($7, record_seen), issue_seen = coalesce($8, issue_seen), \
    issue_left = issue_left OR false, synced_at = clock_timestamp() WHERE id = $1";
const APPEND: &str = "INSERT INTO audit (link, item, item_version, correlation, cause, step, subject, side, \
        outcome, code, before, after, reason, actor) \
    SELECT (entry->>'link')::bigint, (entry->>'item')::bigint, \
        (entry->>'item_version')::integer, entry->>'correlation', \
        entry->>'cause', entry->>'step', entry->>'subject', entry->>'side', \
        entry->>'outcome', entry->>'code', entry->'before', entry->'after', \
        entry->'reason', entry->>'actor' \
    FROM jsonb_array_elements($1) WITH ORDINALITY AS entries (entry, place) ORDER BY place";
const LET_GO: &str = "UPDATE lease SET owner = NULL, job = NULL, expires_at = clock_timestamp() \
    WHERE link = $1 AND fence = $2";

/// The term of a lease, in seconds.
const TERM: f64 = 15.0;

/// What the first half found, for the second.
pub struct Opened {
    link: Row,
    fence: i64,
}

/// Before the calls: the links of the issue, the lease, the link, its comments, and what is about to be
/// written.
pub async fn before(pool: &Pool, site: i64, link: &Linked) -> Result<Opened> {
    row(pool, BY_ISSUE, &[&site, &link.issue]).await?;
    let job = Uuid::from_u128(u128::try_from(link.link)?);
    let lease = row(pool, TAKE, &[&link.link, &"bench", &job, &TERM]).await?;
    let opened = row(pool, GET, &[&link.link]).await?;
    let client = pool.get().await?;
    let statement = client.prepare_cached(PAIRS).await?;
    client.query(&statement, &[&vec![link.link]]).await?;
    let fence: i64 = lease.get("fence");
    let fields = json!({ "Subject:summary": { "kind": "text", "value": "after" } });
    execute(&client, ABOUT_TO_WRITE, &[&vec![link.link], &vec![fence], &vec![fields]]).await?;
    Ok(Opened { link: opened, fence })
}

/// After the calls: one transaction that writes the link and an audit row, and lets the lease go.
pub async fn after(pool: &Pool, link: &Linked, subject: &str, opened: &Opened) -> Result<()> {
    let mut client = pool.get().await?;
    let transaction = client.transaction().await?;
    let held: [&(dyn ToSql + Sync); 2] = [&link.link, &opened.fence];
    let statement = transaction.prepare_cached(HELD).await?;
    transaction.query_one(&statement, &held).await?;
    write_link(&transaction, link, subject, &opened.link).await?;
    let entry = audit(link, opened.link.get("item"));
    execute(&transaction, APPEND, &[&Json(entry)]).await?;
    execute(&transaction, LET_GO, &held).await?;
    Ok(transaction.commit().await?)
}

async fn write_link(
    on: &impl GenericClient,
    link: &Linked,
    subject: &str,
    row: &Row,
) -> Result<()> {
    let (base, findings): (Json<Value>, Json<Value>) = (row.get("base"), row.get("findings"));
    let (record_seen, issue_seen): (Stamp, Stamp) = (row.get("record_seen"), row.get("issue_seen"));
    let (issue, key) = (Some(&link.issue), Some(&link.key));
    let words: Vec<String> = [&link.record, subject]
        .into_iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let with: [&(dyn ToSql + Sync); 11] = [
        &link.link,
        &base,
        &findings,
        &"active",
        &issue,
        &key,
        &record_seen,
        &issue_seen,
        &link.record,
        &subject,
        &words,
    ];
    execute(on, WRITE_LINK, &with).await
}

type Stamp = Option<chrono::DateTime<chrono::Utc>>;

fn audit(link: &Linked, item: i64) -> Value {
    json!([{
        "link": link.link, "item": item, "item_version": 1, "cause": "webhook", "step": "update_record",
        "correlation": "00000000-0000-0000-0000-000000000000", "subject": "Subject:summary",
        "side": "salesforce", "outcome": "done", "code": null, "actor": null,
        "before": { "kind": "text", "value": "before" }, "after": { "kind": "text", "value": "after" },
        "reason": { "because": "changed", "side": "jira" },
    }])
}

/// One statement on a connection of its own, with one row.
async fn row(pool: &Pool, sql: &str, with: &[&(dyn ToSql + Sync)]) -> Result<Row> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(sql).await?;
    let row = client.query_opt(&statement, with).await?;
    row.with_context(|| format!("no row: {sql}"))
}

async fn execute(on: &impl GenericClient, sql: &str, with: &[&(dyn ToSql + Sync)]) -> Result<()> {
    let statement = on.prepare_cached(sql).await?;
    on.execute(&statement, with).await?;
    Ok(())
}
