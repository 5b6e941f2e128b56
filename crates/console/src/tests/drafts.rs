//! Writing an item, with nobody at the other end: names are typed by hand, and nothing is lost.

use axum::http::StatusCode;
use lockstep_store::{ConnectionKind, Role};

use super::{Browser, Desk};

/// What a browser sends of a page: every field of its main form as it stands.
fn fields(page: &str) -> Vec<(String, String)> {
    let form = page.split(r#"<form class="wide""#).nth(1).expect("a form");
    let form = form.split("</form>").next().expect("its end");
    let mut fields = Vec::new();
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(
            value
                .replace("&#34;", "\"")
                .replace("&#60;", "<")
                .replace("&#62;", ">")
                .replace("&#38;", "&"),
        )
    };
    for tag in form.split('<').map(|tag| tag.split('>').next().unwrap_or_default()) {
        let Some(name) = attribute(tag, "name").filter(|name| name != "csrf" && name != "do")
        else {
            continue;
        };
        let box_ = tag.contains("type=\"checkbox\"");
        if tag.starts_with("input") && (!box_ || tag.contains(" checked")) {
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        } else if tag.starts_with("select") || tag.starts_with("textarea") {
            let rest = form.split(tag).nth(1).unwrap_or_default();
            let value = if tag.starts_with("select") {
                rest.split("</select>").next().and_then(|all| {
                    let chosen = all.split("<option").find(|one| one.contains(" selected"));
                    attribute(chosen.or(all.split("<option").nth(1))?, "value")
                })
            } else {
                let text = rest.split("</textarea>").next();
                text.map(|it| it.trim_start_matches(['>', '\n']).to_owned())
            };
            fields.push((name, value.unwrap_or_default()));
        }
    }
    fields
}

/// Fills in a page as it stands but for some fields, and presses a button.
async fn press(
    desk: &Desk,
    browser: &Browser,
    path: &str,
    (set, button): (&[(&str, &str)], &str),
) -> super::Seen {
    let mut all = fields(&desk.get(browser, path).await.body);
    for (name, value) in set {
        all.retain(|(known, _)| known != name);
        all.push(((*name).to_owned(), (*value).to_owned()));
    }
    all.push(("do".to_owned(), button.to_owned()));
    let all: Vec<(&str, &str)> =
        all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    desk.post(browser, path, &all).await
}

// F-118, F-330
#[tokio::test]
async fn an_item_is_written_in_two_steps_and_every_button_keeps_what_was_typed() {
    let desk = Desk::set().await;
    desk.connection("acme-org", ConnectionKind::Salesforce).await;
    desk.connection("acme-site", ConnectionKind::Jira).await;
    let admin = desk.signed_in(Role::Admin).await;
    let first = desk.draft(&admin, &[]).await;
    let page = desk.get(&admin, &first).await.body;
    assert!(
        page.contains(r#"<option value="acme-org" selected>"#),
        "the only one is chosen: {page}"
    );
    assert!(page.contains("cannot be asked") && page.contains("typed by hand"), "{page}");

    let evil = "<script>alert('\"')</script>";
    let typed = [("name", "support"), ("salesforce.object", evil), ("jira.project", "SUP")];
    let seen = press(&desk, &admin, &first, (&typed, "add")).await;
    assert!(seen.location().starts_with(&format!("{first}#")), "{}", seen.location());
    let mapped = [("mappings[0].salesforce", "Subject"), ("mappings[0].jira", "summary")];
    press(&desk, &admin, &first, (&mapped, "add")).await;
    press(&desk, &admin, &first, (&[("mappings[1].salesforce", "Odd")], "keep")).await;
    let page = desk.get(&admin, &first).await.body;
    assert!(page.contains(r#"value="Subject""#) && page.contains(r#"value="Odd""#), "{page}");
    assert!(page.contains("&#60;script&#62;alert(") && !page.contains("<script>alert"), "{page}");
    press(&desk, &admin, &first, (&[], "remove:1")).await;
    assert!(!desk.get(&admin, &first).await.body.contains(r#"value="Odd""#));

    let stays = press(&desk, &admin, &first, (&[("name", "Not A Name")], "next")).await;
    assert_eq!(stays.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        stays.body.contains("is not a name of an item") && stays.body.contains("Not A Name"),
        "{}",
        stays.body
    );
    let fixed = [("name", "support"), ("salesforce.object", "Case"), ("jira.issue_type", "Bug")];
    let seen = press(&desk, &admin, &first, (&fixed, "next")).await;
    assert_eq!(seen.location(), format!("{first}/options"));
    the_second_step_is_filled_in_and_checked(&desk, &admin, &first).await;
}

async fn the_second_step_is_filled_in_and_checked(desk: &Desk, admin: &Browser, first: &str) {
    let second = format!("{first}/options");
    let set = [
        ("comments.enabled", "true"),
        ("rule.enabled", "true"),
        ("rule.tests[0].field", "Type"),
        ("rule.tests[0].value", "Problem"),
    ];
    let seen = press(desk, admin, &second, (&set, "add")).await;
    assert!(seen.location().contains("/options#"), "{}", seen.location());
    let pair = [
        ("status.map[0].salesforce", "New"),
        ("status.map[0].jira", "To Do"),
        ("files.max_mb", "many"),
    ];
    press(desk, admin, &second, (&pair, "keep")).await;
    let page = desk.get(admin, &second).await.body;
    assert!(
        page.contains("<code>many</code> is no whole number") && page.contains(r#"value="many""#),
        "{page}"
    );
    assert!(page.contains(r#"value="To Do""#), "{page}");
    press(
        desk,
        admin,
        &second,
        (&[("rule.tests[0].operator", "is-empty"), ("files.max_mb", "10")], "keep"),
    )
    .await;
    let page = desk.get(admin, &second).await.body;
    assert!(!page.contains(r#"name="rule.tests[0].value""#), "no value is asked for: {page}");

    let seen = press(desk, admin, &second, (&[], "next")).await;
    assert_eq!(seen.location(), format!("{first}/check"));
    let page = desk.get(admin, seen.location()).await.body;
    assert!(page.contains("It could not be checked") && page.contains("name: support"), "{page}");
    let listed = desk.get(admin, "/items").await.body;
    assert!(listed.contains(&format!("{first}\"")) && listed.contains(">support</a>"), "{listed}");
    let refused = desk.post(admin, &format!("{first}/apply"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
}

#[tokio::test]
async fn a_draft_is_its_authors_own() {
    let desk = Desk::set().await;
    let admin = desk.signed_in(Role::Admin).await;
    let other = desk.signed_in(Role::Configurator).await;
    let draft = desk.draft(&admin, &[]).await;
    for path in [
        draft.clone(),
        format!("{draft}/options"),
        format!("{draft}/check"),
        "/drafts/x".to_owned(),
    ] {
        assert_eq!(desk.get(&other, &path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let discard = format!("{draft}/discard");
    assert_eq!(desk.post(&other, &discard, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.post(&admin, &discard, &[]).await.location(), "/items?did=discarded&n=1");
    assert_eq!(desk.get(&admin, &draft).await.status, StatusCode::NOT_FOUND);
}

// F-42
#[tokio::test]
async fn an_item_is_changed_or_copied_and_says_when_somebody_was_faster() {
    let desk = Desk::set().await;
    let id = desk.item_named("support").await;
    let admin = desk.signed_in(Role::Admin).await;
    let copy = desk.draft(&admin, &[("copy", "support")]).await;
    let page = desk.get(&admin, &copy).await.body;
    assert!(
        page.contains(r#"value="support-copy""#) && page.contains(r#"value="Severity__c""#),
        "{page}"
    );
    let change = desk.draft(&admin, &[("item", "support")]).await;
    let page = desk.get(&admin, &change).await.body;
    assert!(page.contains("Change support") && !page.contains("Somebody applied"), "{page}");
    let check = desk.get(&admin, &format!("{change}/check")).await.body;
    assert!(check.contains("Nothing."), "{check}");
    let mut document = desk.store.items().get(id).await.expect("read").expect("there").document;
    document.sweep_seconds = 60;
    desk.applied(&document).await;
    let page = desk.get(&admin, &change).await.body;
    assert!(page.contains("Somebody applied version 2"), "{page}");
    assert_eq!(
        desk.post(&admin, "/drafts", &[("item", "nobody")]).await.status,
        StatusCode::NOT_FOUND
    );
    let renamed = press(&desk, &admin, &change, (&[("name", "other")], "keep")).await;
    assert_eq!(renamed.status, StatusCode::SEE_OTHER);
    let refused = desk.post(&admin, &format!("{change}/apply"), &[]).await;
    assert!(refused.body.contains("The name of an item stays"), "{}", refused.body);
}

// F-51
#[tokio::test]
async fn a_display_only_form_asks_in_its_order() {
    let desk = Desk::set().await;
    desk.item_named("support").await;
    let admin = desk.signed_in(Role::Admin).await;
    let draft = desk.draft(&admin, &[("copy", "support")]).await;
    press(&desk, &admin, &draft, (&[("mode", "display-only")], "keep")).await;
    let page = desk.get(&admin, &draft).await.body;
    let names =
        ["name=\"name\"", "name=\"jira.projects\"", "name=\"salesforce.object\"", "name=\"show\""];
    let places = names.map(|name| page.find(name).unwrap_or_else(|| panic!("{name}: {page}")));
    assert!(places.is_sorted(), "{places:?}");
    assert!(!page.contains("mappings[0]") && !page.contains("jira.issue_type"), "{page}");
}
