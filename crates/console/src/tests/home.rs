//! The home page.

use axum::http::StatusCode;
use lockstep_model::Code;
use lockstep_store::{Origin, Role};

use super::Desk;
use super::stage::{agreed, finding, holding};

// F-331
#[tokio::test]
async fn home_says_in_a_word_how_things_stand_and_what_needs_somebody() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Viewer).await;
    let empty = desk.get(&browser, "/").await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(
        empty.body.contains("Nothing is connected yet") && empty.body.contains("/setup"),
        "{}",
        empty.body
    );

    let item = desk.item().await;
    let link = desk.link(item, 1, Origin::Auto).await;
    let word = async |word: &str| {
        let page = desk.get(&browser, "/").await.body;
        let state = page.split("class=\"whole\"").nth(1).and_then(|rest| rest.split("</p>").next());
        assert!(state.is_some_and(|state| state.contains(word)), "{word}: {page}");
        page
    };
    word("not started").await;
    desk.sql("UPDATE item SET swept_at = now()").await;
    let page = word("catching up").await;
    assert!(page.contains("1 link left"), "{page}");
    desk.committed(link, &agreed("x"), &[]).await;
    let page = word("in step").await;
    assert!(page.contains("Nothing.</p>") && page.contains("/items/support"), "{page}");
    desk.sql("UPDATE item SET swept_at = now() - interval '1 hour'").await;
    word("late").await;
    desk.sql("UPDATE item SET swept_at = now()").await;

    desk.committed(link, &holding("a", "b"), &[finding(Code::FieldMissing)]).await;
    desk.letter(1, Code::StoreUnavailable).await;
    let page = word("needs you").await;
    for part in ["1 link waiting for a decision", "1 thing left alone", "1 dead letter"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    desk.sql("UPDATE connection SET state = 'paused', pause_code = 'LS-SF-001' WHERE name = 'org'")
        .await;
    let page = word("needs you").await;
    assert!(page.contains("1 paused connection") && page.contains("/errors/LS-SF-001"), "{page}");
}
