use lockstep_model::job::Cause;
use lockstep_model::{Code, CorrelationId, Side};
use serde_json::{Value, json};

use super::store;
use crate::{NewAudit, Outcome};

fn paused(subject: &str) -> NewAudit {
    NewAudit {
        link: None,
        item: None,
        item_version: Some(3),
        correlation: CorrelationId("c-9".to_owned()),
        cause: Cause::Person,
        step: "pause".to_owned(),
        subject: subject.to_owned(),
        side: Some(Side::Salesforce),
        outcome: Outcome::Refused,
        code: Some(Code::SfNoAccess),
        before: Value::Null,
        after: json!(["a", 1]),
        reason: json!({"because": "asked"}),
        actor: Some("ann".to_owned()),
    }
}

#[tokio::test]
async fn what_people_did_is_read_back_latest_first() {
    let (_fresh, store) = store().await;
    store.audit().append(&[]).await.expect("nothing");
    store.audit().append(&[paused("one"), paused("two")]).await.expect("appended");
    let rows = store.audit().recent(10).await.expect("recent");
    assert_eq!(rows.iter().map(|row| row.subject.as_str()).collect::<Vec<_>>(), ["two", "one"]);
    let row = &rows[0];
    assert_eq!((row.cause.as_str(), row.actor.as_deref()), ("person", Some("ann")));
    assert_eq!((row.side, row.outcome), (Some(Side::Salesforce), Outcome::Refused));
    assert_eq!(row.code.as_deref(), Some(Code::SfNoAccess.id()));
    assert_eq!((&row.before, &row.after), (&Value::Null, &json!(["a", 1])));
    assert_eq!(row.item_version, Some(3));
}

#[tokio::test]
async fn months_are_made_ahead_and_strays_move_in() {
    let (fresh, store) = store().await;
    let client = fresh.client().await.expect("client");
    let stray = "INSERT INTO audit (at, correlation, cause, step, subject, outcome, before, after, \
        reason) VALUES (now() + interval '6 months', 'c', 'tick', 's', 's', 'noted', '1', '2', '3')";
    client.batch_execute(stray).await.expect("inserted");
    assert_eq!(store.audit().strays().await.expect("count"), 1);

    assert_eq!(store.audit().ensure_partitions(3).await.expect("there"), 0);
    let (one, two) =
        tokio::join!(store.audit().ensure_partitions(8), store.audit().ensure_partitions(8));
    assert_eq!(one.expect("made") + two.expect("made"), 5, "two tickers make each month once");
    assert_eq!(store.audit().strays().await.expect("count"), 0);
    assert_eq!(store.audit().recent(10).await.expect("recent").len(), 1, "the stray is kept");
}
