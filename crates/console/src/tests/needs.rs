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
    assert!(asked.body.contains("Give up 1 dead letter?"), "{}", asked.body);
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

// F-332
#[tokio::test]
async fn a_group_is_put_off_and_given_to_somebody() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Operator).await;
    let item = desk.item().await;
    let link = desk.link(item, 1, Origin::Auto).await;
    desk.committed(link, &agreed("x"), &[finding(Code::FieldMissing)]).await;
    desk.letter(1, Code::StoreUnavailable).await;
    let (missing, title) = (Code::FieldMissing, Code::FieldMissing.title());
    let at = |what: &str| format!("/needs/groups/finding/{missing}/{what}");
    let needs = async |path: &str| desk.get(&browser, path).await.body;
    assert!(needs("/needs").await.contains(&at("snooze")));
    assert!(needs("/needs?show=mine").await.contains("Nothing here is yours"));
    assert!(needs("/needs?show=snoozed").await.contains("Nothing is put off"));

    let own = [("account", "operator@example.com")];
    assert_eq!(desk.post(&browser, &at("assign"), &own).await.location(), "/needs?did=assigned");
    let mine = needs("/needs?show=mine").await;
    assert!(mine.contains(title) && mine.contains("Yours."), "{mine}");
    assert!(!mine.contains(Code::StoreUnavailable.title()), "{mine}");
    let done = desk.post(&browser, &at("snooze"), &[("hours", "24")]).await;
    assert_eq!(done.location(), "/needs?did=snoozed", "{}", done.body);
    let page = needs("/needs").await;
    assert!(!page.contains(title) && page.contains("Put off (1)"), "{page}");
    assert!(page.contains(r#"<span class="count">1</span>"#), "it is not counted: {page}");
    assert!(!desk.get(&browser, "/").await.body.contains("left alone on links"));
    let off = needs("/needs?show=snoozed").await;
    assert!(off.contains(title) && off.contains("comes back"), "{off}");
    assert_eq!(
        desk.post(&browser, &at("wake"), &[]).await.location(),
        "/needs?show=snoozed&did=woken"
    );
    assert!(needs("/needs").await.contains(title));
    desk.post(&browser, &at("assign"), &[("account", "")]).await;
    assert!(!needs("/needs?show=mine").await.contains(title));
    let audit = needs("/audit?by=people").await;
    for step in ["snoozed", "woken", "assigned"] {
        assert!(audit.contains(step), "{step}: {audit}");
    }
    let hours = [("hours", "1")];
    let paused = format!("/needs/groups/paused/{missing}/snooze");
    assert_eq!(desk.post(&browser, &paused, &hours).await.status, StatusCode::CONFLICT);
    let nowhere = format!("/needs/groups/nothing/{missing}/snooze");
    assert_eq!(desk.post(&browser, &nowhere, &hours).await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.post(&browser, &at("snooze"), &[]).await.status, StatusCode::CONFLICT);
    let viewer = desk.signed_in(Role::Viewer).await;
    assert!(!desk.get(&viewer, "/needs").await.body.contains("Put off or assign"));
}

// F-332
#[tokio::test]
async fn selected_letters_are_replayed_or_given_up() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Operator).await;
    let mut ids = Vec::new();
    for number in 1..=4 {
        ids.push(desk.letter(number, Code::StoreUnavailable).await.to_string());
    }
    let page = desk.get(&browser, "/needs/dead").await.body;
    assert_eq!(page.matches(r#"name="letter""#).count(), 4, "{page}");
    let none = desk.post(&browser, "/needs/dead/replay", &[]).await;
    assert!(none.body.contains("Select a dead letter first"), "{}", none.body);
    let two = [("letter", ids[0].as_str()), ("letter", &ids[1])];
    let done = desk.post(&browser, "/needs/dead/replay", &two).await;
    assert_eq!((done.location(), waiting(&desk).await), ("/needs/dead?did=replayed&n=2", 2));
    // What is settled already is left as it is.
    let three = [("letter", ids[1].as_str()), ("letter", &ids[2])];
    let asked = desk.post(&browser, "/needs/dead/discard", &three).await;
    assert!(asked.body.contains("Give up 1 dead letter?"), "{}", asked.body);
    assert!(asked.body.contains(&format!(r#"name="letter" value="{}""#, ids[2])), "{}", asked.body);
    let sure = [("letter", ids[2].as_str()), ("sure", "yes")];
    let gone = desk.post(&browser, "/needs/dead/discard", &sure).await;
    assert_eq!((gone.location(), waiting(&desk).await), ("/needs/dead?did=discarded&n=1", 1));
}
