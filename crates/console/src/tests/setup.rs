//! The first run, step by step.

use lockstep_model::Code;
use lockstep_store::{ConnectionKind, Role};
use serde_json::json;

use super::Desk;

/// The title of the step that is next.
fn next(page: &str) -> String {
    let step = page.split(r#"aria-current="step""#).nth(1).unwrap_or_default();
    let title = step.split("</span>").nth(1).unwrap_or_default();
    title.split('<').next().unwrap_or_default().trim().to_owned()
}

// F-1, F-20, F-330
#[tokio::test]
async fn the_way_goes_on_where_it_was_left() {
    let desk = Desk::set().await;
    let admin = desk.signed_in(Role::Admin).await;
    let step = async || next(&desk.get(&admin, "/setup").await.body);
    assert_eq!(step().await, "Connect Salesforce");
    desk.connection("acme-org", ConnectionKind::Salesforce).await;
    assert_eq!(step().await, "Connect Jira");
    let site = desk.connection("acme-site", ConnectionKind::Jira).await;
    let pause =
        desk.store.connections().pause(site.id, site.updated_at, Code::JiraUnauthorized, "401");
    pause.await.expect("paused");
    assert_eq!(step().await, "Test Jira");
    desk.store.connections().resume(site.id).await.expect("resumed");
    assert_eq!(step().await, "Make the first item");
    let draft = desk.draft(&admin, &[]).await;
    let page = desk.get(&admin, "/setup").await.body;
    assert!(page.contains(&format!("href=\"{draft}\"")), "the draft is gone on with: {page}");

    let id = desk.item_named("support").await;
    desk.store.items().pause(id).await.expect("paused");
    let page = desk.get(&admin, "/setup").await.body;
    assert_eq!(next(&page), "Look at its plan");
    assert!(page.contains("/items/support/plan"), "{page}");
    desk.store.items().resume(id).await.expect("resumed");
    desk.store.items().swept(id, &json!({})).await.expect("swept");
    let page = desk.get(&admin, "/setup").await.body;
    assert!(page.contains("All is set up."), "{page}");
}

#[tokio::test]
async fn a_viewer_sees_the_way_and_who_goes_it() {
    let desk = Desk::set().await;
    let viewer = desk.signed_in(Role::Viewer).await;
    let page = desk.get(&viewer, "/setup").await.body;
    assert!(page.contains("Somebody with the role configurator does this."), "{page}");
    assert!(!page.contains("/connections/new/"), "{page}");
}
