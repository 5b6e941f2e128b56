//! The pages of links.

use axum::http::StatusCode;
use lockstep_model::{Base, Code, JobKind};
use lockstep_store::{LinkState, Origin, Role};

use super::Desk;
use super::stage::{HARM, agreed, finding, holding, record};

// F-334
#[tokio::test]
async fn the_page_of_a_link_shows_what_was_agreed_what_was_done_and_what_can_be_done() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Operator).await;
    let item = desk.item().await;
    let link = desk.link(item, 24, Origin::Auto).await;
    let path = format!("/links/{link}");
    let seen = desk.get(&browser, &path).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(
        seen.body.contains("not started") && seen.body.contains("Nothing was done yet"),
        "{}",
        seen.body
    );

    desk.committed(link, &agreed(HARM), &[finding(Code::FieldMissing)]).await;
    desk.deed(Some(link), item, "c-1", "edit_issue").await;
    let page = desk.get(&browser, &path).await.body;
    assert!(!page.contains(HARM), "what people wrote is text: {page}");
    for part in [
        "has findings",
        "SUP-24",
        "/browse/SUP-24",
        "Subject:summary",
        "left alone",
        "edit issue",
        "a webhook",
        "changed in Salesforce",
        "c-1",
        "LS-MD-",
        "/explain/Subject%3Asummary",
        "Retry what was refused",
        "Unlink is not offered here",
        "the newer wins",
    ] {
        let expected = part != "the newer wins";
        assert_eq!(page.contains(part), expected, "{part}: {page}");
    }
    assert!(page.contains("a person decides"), "its policy: {page}");
    assert!(page.contains("said &#60;script&#62;"), "the finding's words");
    for nowhere in ["/links/999", "/links/x", "/links/999/plan", "/links/x/explain/y"] {
        assert_eq!(desk.get(&browser, nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

// F-334
#[tokio::test]
async fn what_a_vendor_cannot_show_now_does_not_hide_what_is_stored() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Viewer).await;
    let item = desk.item().await;
    let link = desk.link(item, 24, Origin::Manual).await;
    desk.committed(link, &agreed("on fire"), &[]).await;
    let seen = desk.get(&browser, &format!("/links/{link}?now=1")).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(seen.body.contains("Both sides could not be read"), "{}", seen.body);
    assert!(seen.body.contains("on fire") && seen.body.contains("/errors/LS-"));
    assert!(!seen.body.contains("Unlink"), "a viewer looks on");
    let plan = desk.get(&browser, &format!("/links/{link}/plan")).await;
    assert!(plan.status.is_server_error() && plan.body.contains("What to do"), "{}", plan.status);
}

// F-334
#[tokio::test]
async fn a_refresh_is_promised_and_noted_with_who_asked() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Operator).await;
    let item = desk.item().await;
    let link = desk.link(item, 24, Origin::Auto).await;
    let seen = desk.post(&browser, &format!("/links/{link}/refresh"), &[]).await;
    assert_eq!(seen.location(), format!("/links/{link}?did=asked"));
    let jobs = desk.store.promises().claim_due(10).await.expect("jobs");
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].kind, JobKind::Link { link });
    let trail = desk.store.audit().of_link(link, 10).await.expect("a trail");
    assert_eq!((trail.len(), trail[0].step.as_str()), (1, "refresh"));
    assert_eq!(trail[0].actor.as_deref(), Some("operator@example.com"));
    assert_eq!(trail[0].correlation, jobs[0].correlation);
    assert!(desk.get(&browser, seen.location()).await.body.contains("Asked for."));
}

// F-334
#[tokio::test]
async fn a_link_that_was_made_by_hand_is_taken_apart_after_a_question() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Operator).await;
    let item = desk.item().await;
    let (manual, auto) =
        (desk.link(item, 1, Origin::Manual).await, desk.link(item, 2, Origin::Auto).await);
    let state =
        async |link| desk.store.links().get(link).await.expect("asked").expect("there").state;
    let path = format!("/links/{manual}/unlink");
    let asked = desk.post(&browser, &path, &[]).await;
    assert!(
        asked.body.contains("apart?") && asked.body.contains(r#"name="sure" value="yes""#),
        "{}",
        asked.body
    );
    assert_eq!(state(manual).await, LinkState::Active, "a question changes nothing");
    let done = desk.post(&browser, &path, &[("sure", "yes")]).await;
    assert_eq!(done.location(), format!("/links/{manual}?did=unlinked"), "{}", done.body);
    assert_eq!(state(manual).await, LinkState::Unlinked);
    let trail = desk.store.audit().of_link(manual, 10).await.expect("a trail");
    assert_eq!(trail[0].actor.as_deref(), Some("operator@example.com"));
    assert!(desk.get(&browser, done.location()).await.body.contains("taken apart already"));

    let refused = desk.post(&browser, &format!("/links/{auto}/unlink"), &[("sure", "yes")]).await;
    assert_eq!((refused.status, state(auto).await), (StatusCode::CONFLICT, LinkState::Active));
}

// F-308
#[tokio::test]
async fn a_value_is_explained() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Viewer).await;
    let item = desk.item().await;
    let link = desk.link(item, 24, Origin::Auto).await;
    desk.committed(link, &agreed(HARM), &[]).await;
    let path = format!("/links/{link}/explain/Subject%3Asummary");
    let page = desk.get(&browser, &path).await;
    assert!(page.body.contains("when they were first looked at"), "{}", page.body);
    desk.deed(Some(link), item, "c-1", "edit_issue").await;
    let page = desk.get(&browser, &path).await.body;
    assert!(
        page.contains("Lockstep wrote it.") && page.contains("changed in Salesforce"),
        "{page}"
    );
    assert!(page.contains("a webhook") && page.contains("/audit?correlation=c-1"));
    assert!(!page.contains(HARM));
    let other = format!("/links/{link}/explain/Nothing");
    assert_eq!(desk.get(&browser, &other).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn links_are_found_by_number_id_key_and_words_and_one_hit_is_opened() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Viewer).await;
    let empty = desk.get(&browser, "/links").await.body;
    assert!(empty.contains("There are no links yet"), "{empty}");
    let item = desk.item().await;
    let first = desk.link(item, 24, Origin::Auto).await;
    let second = desk.link(item, 240, Origin::Manual).await;
    desk.told(first, "00001026", "Printer on fire").await;
    desk.told(second, "00001027", HARM).await;
    desk.committed(second, &Base::default(), &[finding(Code::FieldMissing)]).await;

    let list = desk.get(&browser, "/links").await.body;
    assert!(
        list.contains("2 links") && list.contains("00001026") && list.contains("has findings"),
        "{list}"
    );
    assert!(!list.contains(HARM));
    let id = record(24).to_string();
    for text in ["sup-24", "1026", "00001026", id.as_str(), &id[..15]] {
        let seen = desk.get(&browser, &format!("/links?text={text}")).await;
        assert_eq!(seen.location(), format!("/links/{first}"), "{text}: {}", seen.body);
    }
    let words = desk.get(&browser, "/links?text=printer").await;
    assert_eq!(words.status, StatusCode::OK, "words lead to the list");
    assert!(words.body.contains("00001026") && !words.body.contains("00001027"));
    let none = desk.get(&browser, "/links?text=nothing%22%3E%3Cscript%3E").await.body;
    assert!(none.contains("No link fits") && !none.contains("\"><script>"), "{none}");

    for (filter, shown) in [
        ("state=findings", "00001027"),
        ("state=not-started", "00001026"),
        ("item=support", "00001026"),
        ("code=LS-MD-001", "No link fits"),
        ("state=nonsense", "No link fits"),
        ("item=nobody", "No link fits"),
    ] {
        let page = desk.get(&browser, &format!("/links?{filter}")).await.body;
        assert!(page.contains(shown), "{filter}: {page}");
    }
}

#[tokio::test]
async fn many_links_come_in_pages() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Viewer).await;
    let item = desk.item().await;
    for number in 1..=51 {
        desk.link(item, number, Origin::Auto).await;
    }
    let page = desk.get(&browser, "/links?state=active").await.body;
    assert!(
        page.contains("51 links") && page.contains("SUP-51") && !page.contains("SUP-1<"),
        "{page}"
    );
    let next =
        page.split(r#"rel="next""#).next().and_then(|start| start.rsplit(r#"href=""#).next());
    let next =
        next.and_then(|rest| rest.split('"').next()).expect("a next page").replace("&#38;", "&");
    let page = desk.get(&browser, &next).await.body;
    assert!(
        page.contains("SUP-1<") && page.contains("Newest") && !page.contains("Older"),
        "{page}"
    );
}

// F-338
#[tokio::test]
async fn a_conflict_is_decided_side_by_side_and_the_next_one_follows() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Operator).await;
    let empty = desk.get(&browser, "/needs/conflicts").await.body;
    assert!(empty.contains("No conflict waits for anybody"), "{empty}");
    let item = desk.item().await;
    let (first, second) =
        (desk.link(item, 1, Origin::Auto).await, desk.link(item, 2, Origin::Auto).await);
    desk.committed(first, &holding("by Salesforce", "by Jira"), &[]).await;
    desk.committed(second, &holding(HARM, ""), &[]).await;
    let list = desk.get(&browser, "/needs/conflicts").await.body;
    assert!(
        list.contains("by Salesforce") && list.contains("by Jira") && list.contains("before"),
        "{list}"
    );
    assert!(!list.contains(HARM) && list.contains("Take Salesforce"));

    let path = |link| format!("/needs/conflicts/{link}/Subject%3Asummary");
    let page = desk.get(&browser, &path(second)).await.body;
    assert!(page.contains(r#"data-press="1""#), "{page}");
    let unsaid = desk.post(&browser, &path(second), &[("take", "both")]).await;
    assert_eq!(unsaid.status, StatusCode::CONFLICT);
    let decided = desk.post(&browser, &path(second), &[("take", "jira"), ("next", "yes")]).await;
    assert_eq!(
        decided.location(),
        format!("{}?did=decided", path(first)),
        "the newest comes first"
    );
    let jobs = desk.store.promises().claim_due(10).await.expect("jobs");
    let JobKind::Decide { link, take, actor, .. } = &jobs[0].kind else {
        panic!("{jobs:?}");
    };
    assert_eq!(
        (*link, *take, actor.as_str()),
        (second, lockstep_model::Side::Jira, "operator@example.com")
    );
    let over = desk.post(&browser, &path(first), &[("take", "salesforce"), ("next", "yes")]).await;
    assert_eq!(over.location(), "/needs/conflicts?did=decided");

    desk.committed(first, &agreed("done"), &[]).await;
    assert_eq!(desk.get(&browser, &path(first)).await.status, StatusCode::NOT_FOUND);
    let viewer = desk.signed_in(Role::Viewer).await;
    assert!(!desk.get(&viewer, "/needs/conflicts").await.body.contains("Take Salesforce"));
}

// F-332, F-334
#[tokio::test]
async fn selected_links_are_looked_at_again() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Operator).await;
    let item = desk.item().await;
    let mut links = Vec::new();
    for number in 1..=3 {
        links.push(desk.link(item, number, Origin::Auto).await);
    }
    let page = desk.get(&browser, "/links").await.body;
    assert_eq!(page.matches(r#"name="link""#).count(), 3, "{page}");
    let (one, two) = (links[0].to_string(), links[2].to_string());
    let some = [("link", one.as_str()), ("link", &two), ("link", "999"), ("link", "<x>")];
    let done = desk.post(&browser, "/links/refresh", &some).await;
    assert_eq!(done.location(), "/links?did=asked_some&n=2", "{}", done.body);
    let jobs = desk.store.promises().claim_due(10).await.expect("jobs");
    let kinds: Vec<JobKind> = jobs.into_iter().map(|job| job.kind).collect();
    assert_eq!(kinds, [links[0], links[2]].map(|link| JobKind::Link { link }));
    let none = desk.post(&browser, "/links/refresh", &[]).await;
    assert!(none.body.contains("Select a link first"), "{}", none.body);
    let viewer = desk.signed_in(Role::Viewer).await;
    assert!(!desk.get(&viewer, "/links").await.body.contains("checkbox"));
}
