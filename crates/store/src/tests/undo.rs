use chrono::{DateTime, Utc};
use lockstep_model::job::Cause;
use lockstep_model::undo::Span;
use lockstep_model::{CorrelationId, LinkId, Side};
use serde_json::json;
use uuid::Uuid;

use super::{item, job, record, store};
use crate::{NewAudit, Origin, Outcome, Store};

fn row(link: LinkId, run: &str, subject: &str) -> NewAudit {
    let blank = NewAudit::by_person("ann", CorrelationId(run.to_owned()), "edit_issue", subject);
    NewAudit { link: Some(link), side: Some(Side::Jira), cause: Cause::Sweep, ..blank }
}

async fn subjects(store: &Store, link: LinkId, span: &Span) -> Vec<String> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = store.audit().written(link, span, after, 2).await.expect("a page");
        let Some(last) = page.last() else { return all };
        after = Some((last.at, last.id));
        all.extend(page.into_iter().map(|row| row.subject));
    }
}

async fn clock(client: &tokio_postgres::Client) -> DateTime<Utc> {
    client.query_one("SELECT clock_timestamp()", &[]).await.expect("a time").get(0)
}

// F-305
#[tokio::test]
async fn what_was_written_within_a_span_is_read_in_its_order_page_by_page() {
    let (fresh, store) = store().await;
    let client = fresh.client().await.expect("client");
    let item = item(&store).await;
    let mut links = Vec::new();
    for number in 1..=3 {
        let made = store.links().create(item, &record(number), Origin::Auto, None).await;
        links.push(made.expect("a link").0.id);
    }
    let [one, two, three] = links[..] else { unreachable!("three") };
    store.audit().append(&[row(three, "r-1", "before")]).await.expect("appended");
    let since = clock(&client).await;
    let refused = NewAudit { outcome: Outcome::Refused, ..row(one, "r-1", "refused") };
    let asked = NewAudit { side: None, ..row(one, "r-1", "asked") };
    let rows = [row(one, "r-1", "a"), refused, row(one, "r-2", "b"), asked, row(one, "r-1", "c")];
    store.audit().append(&rows).await.expect("appended");
    store.audit().append(&[row(two, "r-1", "d")]).await.expect("appended");
    let until = clock(&client).await;
    store.audit().append(&[row(one, "r-1", "later")]).await.expect("appended");

    let time = Span::Time { since, until };
    assert_eq!(subjects(&store, one, &time).await, ["a", "b", "c"]);
    let run = Span::Run { run: CorrelationId("r-1".to_owned()) };
    assert_eq!(subjects(&store, one, &run).await, ["a", "c", "later"]);
    let all = store.audit().of_link(one, 10).await.expect("rows");
    let b = all.iter().find(|row| row.subject == "b").expect("there").id;
    assert_eq!(subjects(&store, one, &Span::Step { step: b }).await, ["b"]);
    assert!(subjects(&store, two, &Span::Step { step: b }).await.is_empty(), "another link's");

    let touched = async |after| {
        let audit = store.audit();
        audit.touched(item, (since, until), after, 1).await.expect("a page")
    };
    assert_eq!(touched(LinkId(0)).await, [one]);
    assert_eq!(touched(one).await, [two]);
    assert!(touched(two).await.is_empty(), "the third was written before");
}

// F-305
#[tokio::test]
async fn an_undo_that_was_taken_up_is_known_by_its_job() {
    let (_fresh, store) = store().await;
    let (link, job, other) = (LinkId(7), Uuid::from_u128(1), Uuid::from_u128(2));
    let asked = NewAudit::by_person("ann", CorrelationId("u".to_owned()), "undo", "x");
    let asked = NewAudit { link: Some(link), after: json!({ "job": job }), ..asked };
    store.audit().append(std::slice::from_ref(&asked)).await.expect("appended");
    let now = store.audit().recent(1).await.expect("rows")[0].at;
    let known = async |job| store.audit().taken_up(link, job, now).await.expect("asked");
    assert!(!known(job).await, "asking is not taking it up");
    let noted = NewAudit { outcome: Outcome::Noted, reason: json!({ "job": job }), ..asked };
    store.audit().append(&[noted]).await.expect("appended");
    assert!(known(job).await && !known(other).await);
}

// F-305
#[tokio::test]
async fn several_promises_are_made_at_once() {
    let (_fresh, store) = store().await;
    store.promises().make_all(&[job(1), job(2)]).await.expect("made");
    let due = store.promises().claim_due(10).await.expect("due");
    assert_eq!(due.iter().map(|job| job.id.as_u128()).collect::<Vec<_>>(), [1, 2]);
}
