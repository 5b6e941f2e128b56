//! Fills a migrated database with much, quickly: what pages must stay fast on.

use anyhow::Context as _;
use tokio_postgres::Client;

/// Links of one item in state `active`, as a year of work leaves them: one in a hundred has a finding,
/// one in a thousand a held conflict, one in five hundred was taken apart, one in two hundred waits for
/// its first sync.
const LINKS: &str = r"
    INSERT INTO link (item, record, issue_id, issue_key, origin, state, base, findings, record_seen,
        issue_seen, synced_at, created_at)
    SELECT $1, '500fl' || lpad(n::text, 10, '0') || 'AAA',
        CASE WHEN n % 200 <> 7 THEN (1000000 + n)::text END,
        CASE WHEN n % 200 <> 7 THEN 'FIL-' || n END,
        CASE WHEN n % 4 = 0 THEN 'manual' ELSE 'auto' END,
        CASE WHEN n % 500 = 11 THEN 'unlinked' WHEN n % 500 = 12 THEN 'gone' ELSE 'active' END,
        CASE WHEN n % 200 = 7 THEN '{}' ELSE jsonb_build_object(
            'fields', jsonb_build_object('Subject:summary', jsonb_build_object(
                'salesforce', jsonb_build_object('type', 'text', 'value', 'Pump ' || n || ' leaks'),
                'jira', jsonb_build_object('type', 'text', 'value', 'Pump ' || n || ' leaks'))),
            'status', NULL)
            || CASE WHEN n % 1000 = 13 THEN jsonb_build_object('held', jsonb_build_object(
                'Subject:summary', jsonb_build_object(
                    'salesforce', jsonb_build_object('type', 'text', 'value', 'a'),
                    'jira', jsonb_build_object('type', 'text', 'value', 'b'))))
                ELSE '{}' END END,
        CASE WHEN n % 100 = 3 THEN jsonb_build_array(jsonb_build_object(
            'code', (ARRAY['LS-JR-043', 'LS-JR-045', 'LS-SF-047'])[1 + n / 100 % 3],
            'subject', 'status', 'detail', 'resolution')) ELSE '[]' END,
        now() - make_interval(secs => (n % 86400)::int), now() - make_interval(secs => (n % 86400)::int),
        CASE WHEN n % 200 <> 7 THEN now() - make_interval(secs => (n % 86400)::int) END,
        now() - make_interval(mins => n::int)
    FROM generate_series(1, $2::bigint) AS n";

const TEXTS: &str = r"
    INSERT INTO link_text (link, title, summary, keys, words)
    SELECT id, title, summary, ARRAY[issue_key], array_to_tsvector(ARRAY(
            SELECT DISTINCT word FROM unnest(
                ARRAY[title, ltrim(title, '0')] || string_to_array(lower(summary), ' ')) AS words (word)))
    FROM (SELECT id, issue_key, lpad(id::text, 8, '0') AS title,
            'Pump ' || id || ' leaks in hall ' || id % 40 AS summary
        FROM link WHERE item = $1 AND issue_key IS NOT NULL) AS named
    ON CONFLICT (link) DO NOTHING";

/// Rows of the last thirty days about the links of one item: mostly steps that were done by
/// themselves, one in fifty refused, one in a thousand a person's.
const AUDIT: &str = r#"
    INSERT INTO audit (at, link, item, item_version, correlation, cause, step, subject, side, outcome,
        code, before, after, reason, actor)
    SELECT now() - make_interval(secs => n * 2.592), first + n % links, $1, 1, 'fill-' || n / 3,
        CASE WHEN n % 1000 = 0 THEN 'person' ELSE 'webhook' END,
        CASE WHEN n % 1000 = 0 THEN 'unlink' WHEN n % 50 = 1 THEN 'refused'
            ELSE (ARRAY['edit_issue', 'update_record', 'copy_comment', 'transition_issue'])[1 + n % 4] END,
        'Subject:summary', CASE WHEN n % 2 = 0 THEN 'jira' ELSE 'salesforce' END,
        CASE WHEN n % 50 = 1 THEN 'refused' ELSE 'done' END,
        CASE WHEN n % 50 = 1 THEN (ARRAY['LS-JR-045', 'LS-SF-047'])[1 + n % 2] END,
        '{"type": "text", "value": "before"}', '{"type": "text", "value": "after"}',
        '{"because": "changed", "side": "jira"}',
        CASE WHEN n % 1000 = 0 THEN 'ann@acme.example' END
    FROM generate_series(0, $2::bigint - 1) AS n,
        (SELECT min(id) AS first, count(*) AS links FROM link WHERE item = $1) AS own"#;

/// What workers count in so many minutes: two directions, two lanes, two connections, three codes.
const MEASURES: &str = r"
    INSERT INTO measure (series, label, minute, count, sum, buckets)
    SELECT series, label, date_trunc('minute', now()) - make_interval(mins => minute), 12, 9.5,
        CASE WHEN timed THEN '{4, 3, 2, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0}'::bigint[] ELSE '{}' END
    FROM generate_series(0, $1::int - 1) AS minute, (
        SELECT series, label, series IN ('latency', 'queue_age') AS timed FROM (VALUES
            ('latency', 'salesforce_to_jira'), ('latency', 'jira_to_salesforce'),
            ('changes', 'salesforce_to_jira'), ('changes', 'jira_to_salesforce'),
            ('failures', 'LS-JR-043'), ('failures', 'LS-JR-045'), ('failures', 'LS-SF-047'),
            ('queue_age', 'live'), ('queue_age', 'bulk')) AS named (series, label)
        UNION ALL SELECT 'calls', id::text, false FROM connection) AS told";

/// Jobs that were given up over the last days, for three reasons.
const LETTERS: &str = r"
    INSERT INTO dead_letter (identity, raw, code, detail, attempts, first_seen, correlation, buried_at)
    SELECT 'fill-' || n, 'no job', (ARRAY['LS-LS-004', 'LS-LS-002', 'LS-SF-020'])[1 + n % 3],
        'it was tried until nobody waited any more', 12, now() - make_interval(mins => n::int + 300),
        'fill-' || n, now() - make_interval(mins => n::int)
    FROM generate_series(1, $1::bigint) AS n";

/// Gives charts what workers counted in the last minutes.
pub async fn measures(client: &Client, minutes: i32) -> anyhow::Result<()> {
    client.execute(MEASURES, &[&minutes]).await.context("measures")?;
    settle(client, "measure").await
}

/// Gives the dead letters so many more, which wait.
pub async fn letters(client: &Client, count: i64) -> anyhow::Result<()> {
    client.execute(LETTERS, &[&count]).await.context("dead letters")?;
    settle(client, "dead_letter").await
}

/// Gives an item many links, with what they are found by.
pub async fn links(client: &Client, item: i64, count: i64) -> anyhow::Result<()> {
    client.execute(LINKS, &[&item, &count]).await.context("links")?;
    client.execute(TEXTS, &[&item]).await.context("their texts")?;
    settle(client, "link, link_text").await
}

/// Gives the links of an item a long trail.
pub async fn audit(client: &Client, item: i64, count: i64) -> anyhow::Result<()> {
    client.execute(AUDIT, &[&item, &count]).await.context("audit")?;
    settle(client, "audit").await
}

/// What autovacuum would do in time.
async fn settle(client: &Client, tables: &str) -> anyhow::Result<()> {
    client.batch_execute(&format!("VACUUM ANALYZE {tables}")).await.context("vacuum")
}
