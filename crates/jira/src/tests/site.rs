//! Credentials, metadata, searches and the probe.

use super::*;

#[tokio::test]
async fn the_credentials_are_tested_where_no_anonymous_answer_is_given() {
    let world = World::start().await;
    let me = world.jira.myself().await.expect("myself");
    assert_eq!(me.display_name, "Lockstep Integration");
    assert_eq!(me.time_zone.as_deref(), Some("America/New_York"));
    // F-147
    let tenant = world.jira.tenant().await.expect("tenant");
    assert_eq!(tenant.as_deref(), Some("11223344-a1b2-4b33-8444-def123456789"));

    let stranger = client(&world.site, "wrong");
    let refused = stranger.myself().await.expect_err("refused");
    assert_eq!((refused.code, refused.class()), (Code::JiraUnauthorized, Class::Unauthorized));
    let unseen = stranger.fields().await.expect_err("no anonymous answer is taken");
    assert_eq!(unseen.class(), Class::Unauthorized, "{unseen}");
}

#[tokio::test]
async fn metadata_of_a_project() {
    let world = World::start().await;
    let fields = world.jira.create_fields("SUP", &world.bug_id().await).await.expect("fields");
    let field =
        |id: &str| fields.iter().find(|field| field.id == id).unwrap_or_else(|| panic!("{id}"));
    assert!(field("summary").required && field("summary").on_create);
    assert_eq!(field("description").kind, JiraKind::Document);
    assert_eq!(field("customfield_10060").kind, JiraKind::Option);
    assert_eq!(field("customfield_10060").allowed, ["Gold", "Silver", "Bronze"]);
    assert_eq!(field("priority").kind, JiraKind::Priority);
    assert!(!fields.iter().any(|field| field.id == "customfield_10075"), "not on the screen");

    let sample = world.jira.newest(&bugs()).await.expect("search").expect("a bug");
    let screen = world.jira.edit_fields(&sample).await.expect("edit screen");
    assert!(screen.contains("summary") && !screen.contains("customfield_10075"), "{screen:?}");

    let all = world.jira.fields().await.expect("fields");
    let hidden = all.iter().find(|field| field.id == "customfield_10075").expect("of the site");
    assert!(!hidden.on_create && !hidden.required && hidden.kind == JiraKind::Text);

    let statuses = world.jira.statuses("SUP", "bug").await.expect("statuses");
    assert_eq!(statuses.len(), 6);
    let done = statuses.iter().find(|status| status.name == "Done").expect("done");
    assert_eq!((done.id.as_str(), done.category), ("10002", StatusCategory::Done));
    for (project, kind) in [("SUP", "No such type"), ("NOPE", "Bug")] {
        let fault = world.jira.statuses(project, kind).await.expect_err("absent");
        assert_eq!(fault.code, Code::JiraNotFound, "{project} {kind}");
    }
}

// F-316
#[tokio::test]
async fn the_workflow_is_read_where_the_role_allows_it() {
    let world = World::start().await;
    let bug = world.bug_id().await;
    let ways = world.jira.workflow("SUP", &bug).await.expect("ways");
    let joined = |from: &str, to: &str| {
        ways.iter().any(|way| way.from.as_deref() == Some(from) && way.to == to)
    };
    assert!(joined("10000", "10001") && joined("10001", "10002"), "{ways:?}");
    assert!(!joined("10000", "10002"), "{ways:?}");
    let free = world.jira.workflow("OPS", &bug).await.expect("ways");
    assert!(free.iter().all(|way| way.from.is_none()) && free.len() == 3, "{free:?}");
    let denied = json!({"workflow_readable": false});
    world.control.patch("/control/jira/settings", &denied).await.expect("settings");
    assert_eq!(world.jira.workflow("SUP", &bug).await.expect("none"), []);
}

// F-316
#[tokio::test]
async fn a_screen_tells_the_kind_and_the_options_of_its_fields() {
    let world = World::start().await;
    let asked = json!({"resolve_screen": ["customfield_10060"]});
    world.control.patch("/control/jira/settings", &asked).await.expect("settings");
    let created = world.create("To be done").await;
    let offered = world.jira.transitions(&created.id).await.expect("transitions");
    let start = offered.iter().find(|each| each.to.name == "In Progress").expect("start");
    world.jira.transition(&created.id, &start.id, Map::new()).await.expect("started");
    let offered = world.jira.transitions(&created.id).await.expect("transitions");
    let resolve = offered.iter().find(|each| each.to.name == "Done").expect("resolve");
    let tier = resolve.screen.iter().find(|field| field.id == "customfield_10060").expect("tier");
    assert!(tier.required && tier.kind == JiraKind::Option && tier.allowed.len() == 3, "{tier:?}");
    let done = json!({"resolution": {"name": "Done"}});
    let refused = world.jira.transition(&created.id, &resolve.id, map(&done)).await;
    assert_eq!(refused.expect_err("asks").code, Code::JiraRequiredField);
    let all = json!({"resolution": {"name": "Done"}, "customfield_10060": {"value": "Gold"}});
    world.jira.transition(&created.id, &resolve.id, map(&all)).await.expect("resolved");
}

// F-323
#[tokio::test]
async fn changed_issues_come_in_order_and_in_pages() {
    let world = World::start().await;
    let long_ago = world.now - TimeDelta::days(30);
    for page in 0..3 {
        let mut new = Vec::new();
        for number in 0..40 {
            new.push(world.new_issue(&format!("{page}, {number}"), &json!({})).await);
        }
        assert_eq!(world.jira.create_issues(&new).await.expect("created").issues.len(), 40);
    }
    world.control.reset_calls().await.expect("reset");
    let first = world.jira.updated_since(&bugs(), long_ago, None).await.expect("changed");
    assert_eq!(first.issues.len(), 100);
    let next = first.next.as_deref();
    let second = world.jira.updated_since(&bugs(), long_ago, next).await.expect("changed");
    assert_eq!(second.next, None);
    assert_eq!(world.called("jira.search").await, 2);
    let all: Vec<_> = first.issues.iter().chain(&second.issues).collect();
    assert!(all.len() >= 125, "{}", all.len());
    assert!(all.windows(2).all(|pair| pair[0].updated <= pair[1].updated));

    let created = world.create("Fresh").await;
    let fresh = world.jira.updated_since(&bugs(), world.now, None).await.expect("changed");
    let found = fresh.next.is_some()
        || fresh.issues.iter().any(|stamp| stamp.id == created.id && stamp.key == created.key);
    assert!(found);
    let hour = world.now + TimeDelta::hours(1);
    assert!(world.jira.updated_since(&bugs(), hour, None).await.expect("none").issues.is_empty());
}

// F-307
#[tokio::test]
async fn a_lost_create_is_found_without_the_index() {
    let world = World::start().await;
    let lag = json!({"index_lag_ms": 3_600_000});
    world.control.patch("/control/jira/settings", &lag).await.expect("settings");
    for number in 0..3 {
        world.create(&format!("other {number}")).await;
    }
    let mark = json!({"id": "500xx000000bZbZAAU"});
    let find = async || {
        let found =
            world.jira.find_created(&bugs(), MARKER, |value| *value == mark, world.now).await;
        found.expect("probe")
    };
    assert_eq!(find().await, None);

    let new = world.new_issue("Lost", &mark).await;
    world.control.reset_calls().await.expect("reset");
    world.fault("jira.issue.create", FaultKind::DropAfter).await;
    let lost = world.jira.create_issue(&new).await.expect_err("lost");
    assert_eq!((lost.code, lost.class()), (Code::JiraUnavailable, Class::Transient));
    assert_eq!(world.called("jira.issue.create").await, 1, "a create is never repeated");
    world.create("later").await;

    let found = find().await.expect("found");
    let issue = world.read(&found.id, &query(&["summary"], false)).await;
    assert_eq!((issue.key, &issue.fields["summary"]), (found.key, &json!("Lost")));
    assert!(world.called("jira.issue.bulk_fetch").await <= 2);
}

/// Complaint 2: dates in a search are read in the zone of the account, and updates are skipped.
#[tokio::test]
async fn complaint_02_the_zone_of_the_account_hides_no_update() {
    let world = World::start().await;
    // In this notation the sign is turned round: eight hours behind and eight ahead.
    for zone in ["Etc/GMT+8", "Etc/GMT-8"] {
        let settings = json!({"time_zone": zone});
        world.control.patch("/control/jira/settings", &settings).await.expect("settings");
        let me = world.jira.myself().await.expect("myself");
        assert_eq!(me.time_zone.as_deref(), Some(zone));
        let created = world.create(zone).await;
        let updated = world.read(&created.id, &query(&[], false)).await.updated;
        let since = async |minutes| {
            let from = updated + TimeDelta::minutes(minutes);
            let changed = world.jira.updated_since(&bugs(), from, None).await.expect("changed");
            changed.issues.iter().any(|stamp| stamp.id == created.id && stamp.updated == updated)
        };
        assert!(since(-2).await, "{zone}: a change of a minute ago is found");
        assert!(!since(2).await, "{zone}: what was before is not");
    }
}

// F-179
#[tokio::test]
async fn projects_and_permissions_are_what_the_user_may_see_and_do() {
    let world = World::start().await;
    let projects = world.jira.projects().await.expect("projects");
    let keys: Vec<&str> = projects.iter().map(|project| project.key.as_str()).collect();
    assert!(keys.contains(&"SUP") && keys.contains(&"OPS"), "{keys:?}");
    let asked = ["BROWSE_PROJECTS", "CREATE_ISSUES", "ADMINISTER"];
    world.control.jira_settings(json!({ "lacking": ["CREATE_ISSUES"] })).await.expect("set");
    let held = world.jira.permissions(None, &asked).await.expect("permissions");
    let has = |key: &str| held.iter().any(|one| one.key == key && one.held);
    assert_eq!(asked.map(has), [true, false, false]);
}
