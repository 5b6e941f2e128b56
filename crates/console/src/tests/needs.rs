//! What needs somebody, and what is done about it.

use axum::http::StatusCode;
use lockstep_model::{Code, JobKind, Lane};
use lockstep_store::{DeadLetterState, Origin, Role};

use super::Desk;
use super::stage::{HARM, agreed, finding, holding};

async fn waiting(desk: &Desk) -> usize {
    let state = Some(DeadLetterState::Waiting);
    desk.store.dead_letters().list(state, 100).await.expect("letters").len()
}

// F-332
#[tokio::test]
async fn what_needs_somebody_is_grouped_by_its_cause() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Operator).await;
    let empty = desk.get(&browser, "/needs").await.body;
    assert!(empty.contains("Nothing needs you"), "{empty}");

    let item = desk.item().await;
    for number in 1..=3 {
        let link = desk.link(item, number, Origin::Auto).await;
        desk.committed(link, &agreed("x"), &[finding(Code::FieldMissing)]).await;
    }
    let link = desk.link(item, 4, Origin::Auto).await;
    desk.committed(link, &holding("a", "b"), &[]).await;
    desk.letter(1, Code::StoreUnavailable).await;
    desk.letter(2, Code::StoreUnavailable).await;
    desk.sql("UPDATE connection SET state = 'paused', pause_code = 'LS-SF-001', pause_detail = '<b>no</b>' WHERE name = 'org'").await;

    let page = desk.get(&browser, "/needs").await.body;
    let missing = Code::FieldMissing;
    for part in [
        "Paused connections",
        "<span class=\"count\">7</span>",
        "/connections/org",
        "&#60;b&#62;no",
        "1 link waits for a decision",
        missing.title(),
        "Retry all<span class=\"hidden\"> 3: ",
        "Replay all<span class=\"hidden\"> 2: ",
        "Discard all<span class=\"hidden\"> 2: ",
        "Give up 2 dead letters?",
        Code::StoreUnavailable.title(),
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let one = desk.get(&browser, &format!("/needs?code={missing}")).await.body;
    assert!(one.contains("Retry all<span") && !one.contains("Replay all"), "{one}");
    let viewer = desk.signed_in(Role::Viewer).await;
    let page = desk.get(&viewer, "/needs").await.body;
    assert!(page.contains(missing.title()) && !page.contains("Retry all"), "{page}");
}

// F-332
#[tokio::test]
async fn a_group_is_retried_replayed_or_given_up_at_once() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Operator).await;
    let item = desk.item().await;
    let mut links = Vec::new();
    for number in 1..=103 {
        let link = desk.link(item, number, Origin::Auto).await;
        desk.committed(link, &agreed("x"), &[finding(Code::FieldMissing)]).await;
        links.push(link);
    }
    let missing = Code::FieldMissing;
    let done = desk.post(&browser, &format!("/needs/findings/{missing}/retry"), &[]).await;
    assert_eq!(done.location(), "/needs?did=replayed&n=103", "{}", done.body);
    let jobs = desk.store.promises().claim_due(10).await.expect("jobs");
    let mut batched = Vec::new();
    for job in &jobs {
        let JobKind::Batch { item: of, links } = &job.kind else {
            panic!("{job:?}");
        };
        assert_eq!((*of, job.lane), (item, Lane::Bulk));
        batched.extend(links.iter().copied());
    }
    batched.sort();
    assert_eq!((jobs.len(), batched), (2, links));

    for number in 1..=3 {
        desk.letter(number, Code::StoreUnavailable).await;
    }
    desk.letter(9, Code::BrokerUnavailable).await;
    let path = |what: &str, code| format!("/needs/letters/{code}/{what}");
    let replayed = desk.post(&browser, &path("replay", Code::StoreUnavailable), &[]).await;
    assert_eq!((replayed.location(), waiting(&desk).await), ("/needs?did=replayed&n=3", 1));
    assert_eq!(desk.store.promises().claim_due(10).await.expect("jobs").len(), 3);
    let discard = path("discard", Code::BrokerUnavailable);
    let asked = desk.post(&browser, &discard, &[]).await;
    assert!(asked.body.contains("Give up 1 dead letters?"), "{}", asked.body);
    assert_eq!(waiting(&desk).await, 1, "a question changes nothing");
    let gone = desk.post(&browser, &discard, &[("sure", "yes")]).await;
    assert_eq!((gone.location(), waiting(&desk).await), ("/needs?did=discarded&n=1", 0));
    let audit = desk.get(&browser, "/audit?by=people").await.body;
    for step in ["retry all", "replay all", "discard all"] {
        assert!(audit.contains(step), "{step}: {audit}");
    }
    let nothing = desk.post(&browser, "/needs/letters/LS-NO-1/discard", &[]).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

// F-207
#[tokio::test]
async fn a_dead_letter_is_explained_replayed_and_given_up() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Operator).await;
    let empty = desk.get(&browser, "/needs/dead").await.body;
    assert!(empty.contains("No dead letter fits"), "{empty}");
    let (first, second) = (
        desk.letter(1, Code::StoreUnavailable).await,
        desk.letter(2, Code::StoreUnavailable).await,
    );
    let list = desk.get(&browser, "/needs/dead").await.body;
    assert!(
        list.contains("link 7") && list.contains("it went wrong") && !list.contains(HARM),
        "{list}"
    );
    let page = desk.get(&browser, &format!("/needs/dead/{first}")).await.body;
    assert!(page.contains(Code::StoreUnavailable.remedy()) && page.contains("look_at"), "{page}");

    let replayed = desk.post(&browser, &format!("/needs/dead/{first}/replay"), &[]).await;
    assert_eq!(replayed.location(), "/needs/dead?did=replayed&n=1", "{}", replayed.body);
    let again = desk.post(&browser, &format!("/needs/dead/{first}/replay"), &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "it is settled");
    let discard = format!("/needs/dead/{second}/discard");
    assert!(desk.post(&browser, &discard, &[]).await.body.contains("Give up dead letter"));
    let gone = desk.post(&browser, &discard, &[("sure", "yes")]).await;
    assert_eq!(gone.location(), "/needs/dead?did=discarded&n=1");
    assert_eq!(waiting(&desk).await, 0);
    let all = desk.get(&browser, "/needs/dead?state=all").await.body;
    assert!(all.contains("replayed") && all.contains("discarded"), "{all}");
    let page = desk.get(&browser, &format!("/needs/dead/{second}")).await.body;
    assert!(page.contains("operator@example.com") && !page.contains("Replay<"), "{page}");
    assert_eq!(desk.get(&browser, "/needs/dead/999").await.status, StatusCode::NOT_FOUND);
}
