//! The home page.

use axum::http::StatusCode;
use lockstep_model::Code;
use lockstep_store::{LimitSeen, Measured, Origin, Role, Series, Tally, minute_of};

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

// F-320, F-331
#[tokio::test]
async fn home_shows_how_long_changes_took_and_what_is_left_of_the_calls() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Viewer).await;
    desk.item().await;
    let quiet = desk.get(&browser, "/").await.body;
    assert!(
        quiet.contains("Nothing had to be brought over") && quiet.contains("it does not tell"),
        "{quiet}"
    );
    assert!(!quiet.contains(
        "<svg class=\"chart\" viewBox=\"0 0 360 150\" role=\"img\" aria-labelledby=\"latency-jira"
    ));

    let org = desk.store.connections().by_name("org").await.expect("asked").expect("there").id;
    let now = desk.app.ambient.now();
    let measured = |series, label: &str, seconds: &[f64]| {
        let mut tally = Tally::default();
        for each in seconds {
            tally.observe(*each);
        }
        Measured { series, label: label.to_owned(), minute: minute_of(now), tally }
    };
    let rows = [
        measured(Series::Latency, "jira_to_salesforce", &[0.3, 0.4, 8.0]),
        measured(Series::Changes, "jira_to_salesforce", &[0.0; 3]),
        measured(Series::Failures, "LS-JR-045", &[0.0; 2]),
        measured(Series::QueueAge, "live", &[0.1]),
        measured(Series::Calls, &org.to_string(), &[0.0; 42]),
    ];
    let limit = LimitSeen { connection: org, used: 3_000, max: 15_000, seen_at: now };
    desk.store.measures().add(&rows, &[limit]).await.expect("added");
    for path in ["/", "/?of=hour"] {
        let page = desk.get(&browser, path).await.body;
        for part in [
            "Jira to Salesforce: half within",
            "12,000 of 15,000 left",
            "half took no more than",
            "LS-JR-045 2",
            "3 from Jira to Salesforce",
            "42 calls in the last",
            "<svg class=\"chart\"",
            "As a table",
        ] {
            assert!(page.contains(part), "{path} {part}: {page}");
        }
        assert!(!page.contains("style="), "the policy forbids it");
    }
}
