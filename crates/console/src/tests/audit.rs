//! The audit and the catalogue of errors.

use axum::http::StatusCode;
use lockstep_model::Code;
use lockstep_store::{Origin, Role};

use super::Desk;
use super::stage::HARM;

// F-202
#[tokio::test]
async fn the_audit_tells_what_was_done_and_by_whom() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Viewer).await;
    let empty = desk.get(&browser, "/audit").await.body;
    assert!(empty.contains("Nothing was done yet"), "{empty}");
    let item = desk.item().await;
    let link = desk.link(item, 24, Origin::Auto).await;
    desk.deed(Some(link), item, "c-1", "edit_issue").await;
    desk.deed(None, item, "c-2", "create_issue").await;
    desk.app
        .note("ann@example.com", "sign_in", "ann@example.com", serde_json::Value::Null)
        .await
        .expect("noted");

    let all = desk.get(&browser, "/audit").await.body;
    assert!(
        all.contains("edit issue") && all.contains("support") && all.contains("ann@example.com"),
        "{all}"
    );
    assert!(!all.contains(HARM));
    for (filter, shown, hidden) in [
        (format!("link={link}"), "edit issue", "create issue"),
        ("actor=ann%40example.com".to_owned(), "sign in", "edit issue"),
        ("by=people".to_owned(), "sign in", "edit issue"),
        ("by=people&outcome=refused".to_owned(), "Show all that people did", "edit issue"),
        ("by=people".to_owned(), r#"<input type="hidden" name="by" value="people">"#, "edit issue"),
        ("step=create+issue".to_owned(), "create issue", "edit issue"),
        ("item=support".to_owned(), "edit issue", "sign in"),
        ("correlation=c-2".to_owned(), "create issue", "edit issue"),
        ("outcome=refused".to_owned(), "Nothing fits", "edit issue"),
        ("code=LS-SF-001".to_owned(), "Nothing fits", "edit issue"),
        ("from=2999-01-01".to_owned(), "Nothing fits", "edit issue"),
        ("to=2999-01-01".to_owned(), "edit issue", "Nothing fits"),
    ] {
        let page = desk.get(&browser, &format!("/audit?{filter}")).await.body;
        assert!(page.contains(shown) && !page.contains(hidden), "{filter}: {page}");
    }
    let wrong = desk.get(&browser, "/audit?from=yesterday&link=%22%3E%3Cscript%3E").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("Write a day as") && wrong.body.contains(r#"value="yesterday""#),
        "{}",
        wrong.body
    );
    assert!(
        wrong.body.contains(r#"aria-describedby="e-from""#) && !wrong.body.contains("\"><script>")
    );
}

// F-202
#[tokio::test]
async fn the_audit_comes_in_pages_and_whole_as_a_file() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Viewer).await;
    let item = desk.item().await;
    for number in 0..1_203 {
        desk.deed(None, item, &format!("c-{number}"), "edit_issue").await;
    }
    let page = desk.get(&browser, "/audit?item=support").await.body;
    assert!(page.contains("c-1202") && !page.contains("c-1152\""), "{page}");
    let next =
        page.split(r#"rel="next""#).next().and_then(|start| start.rsplit(r#"href=""#).next());
    let next =
        next.and_then(|rest| rest.split('"').next()).expect("a next page").replace("&#38;", "&");
    let page = desk.get(&browser, &next).await.body;
    assert!(
        page.contains("c-1152") && page.contains("c-1103") && !page.contains("c-1102\""),
        "{page}"
    );

    let csv = desk.get(&browser, "/audit.csv?item=support").await;
    assert!(csv.headers["content-type"].to_str().expect("text").starts_with("text/csv"));
    assert_eq!(csv.body.lines().count(), 1_204, "a header and each row once");
    assert!(csv.body.starts_with("\"at\",\"actor\""));
    let lines = desk.get(&browser, "/audit.jsonl?correlation=c-7").await;
    let row: serde_json::Value = serde_json::from_str(lines.body.trim()).expect("one line of JSON");
    assert_eq!(
        (row["item"].as_str(), row["after"]["value"].as_str()),
        (Some("support"), Some(HARM))
    );
    let wrong = desk.get(&browser, "/audit.csv?from=x").await;
    assert_eq!(wrong.status, StatusCode::CONFLICT);
}

// F-333
#[tokio::test]
async fn every_error_has_its_page() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Viewer).await;
    let list = desk.get(&browser, "/errors").await.body;
    for code in Code::ALL {
        assert!(list.contains(&format!("/errors/{code}\"")), "{code} is not listed");
        let seen = desk.get(&browser, &format!("/errors/{code}")).await;
        assert_eq!(seen.status, StatusCode::OK, "{code}");
        for part in ["What it means", "What to do", "Who sees it", "Last 7 days"] {
            assert!(seen.body.contains(part), "{code}: {part}");
        }
    }
    let found = desk.get(&browser, "/errors?text=daily+api").await.body;
    assert!(found.contains("LS-SF-020") && !found.contains("/errors/LS-SF-001"), "{found}");
    let none = desk.get(&browser, "/errors?text=%3Cscript%3E").await.body;
    assert!(none.contains("No error says that") && !none.contains("value=\"<script>"), "{none}");
    assert_eq!(desk.get(&browser, "/errors/ls-sf-020").await.status, StatusCode::OK);
    assert_eq!(desk.get(&browser, "/errors/LS-NO-1").await.status, StatusCode::NOT_FOUND);
}
