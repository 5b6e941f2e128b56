//! Logging in, and what the org says of itself.

use super::*;

// F-2, F-3, F-6, F-10, F-13, F-14, F-27
#[tokio::test]
async fn a_connection_shows_its_org_and_refuses_another() {
    let world = World::start().await;
    let organization = world.org.organization().await.expect("organization");
    assert_eq!(organization.id.len(), 18);
    assert_eq!(organization.instance_url, world.login);
    assert!(!organization.name.is_empty() && !organization.edition.is_empty());
    let usage = world.org.limits_seen().expect("usage");
    assert_eq!((usage.used, usage.max), (1, 15_000));
    let token = &world.calls("salesforce.token").await[0];
    assert!(!token.request_body.contains("scope"), "no scope is sent");

    let same = client(&world.login, KEY, SECRET, Some(&organization.id));
    same.organization().await.expect("the same org");
    let other = client(&world.login, KEY, SECRET, Some("00Dxx0000001gEQEAY"));
    assert_eq!(other.organization().await.expect_err("refused").code, Code::SfOtherOrg);
}

// F-3
#[tokio::test]
async fn a_legacy_connected_app_works_with_the_same_three_values() {
    let world = World::start().await;
    world.act("/apps", json!({"key": KEY, "flow": false, "run_as": false})).await;
    let (key, secret) = ("3MVG9connectedapp", "connected-app-secret");
    let older = client(&world.login, key, secret, None);
    let organization = older.organization().await.expect("organization");
    assert_eq!(organization.instance_url, world.login);
    let id = world.new_case("Seen").await;
    let fields = json!({"Subject": "By the older app"}).as_object().cloned().expect("map");
    let change = Change { fields, unmodified_since: None };
    older.update("Case", &id, change, &query(false)).await.expect("written");
    let path = format!("/control/salesforce/records/Case/{id}");
    let row = world.control.get(&path).await.expect("row");
    assert_eq!(row["Subject"], "By the older app");

    for (policy, code) in [
        ("approved", Code::SfNotApproved),
        ("run_as", Code::SfNoRunAsUser),
        ("flow", Code::SfNoRunAsUser),
    ] {
        world.act("/apps", json!({"key": key, policy: false})).await;
        let refused = client(&world.login, key, secret, None).organization().await;
        assert_eq!(refused.expect_err("refused").code, code, "{policy}");
    }
    let crossed = client(&world.login, key, SECRET, None).organization().await;
    assert_eq!(crossed.expect_err("refused").code, Code::SfWrongSecret);
}

// F-6, F-7
#[tokio::test]
async fn each_bad_credential_has_its_code() {
    let world = World::start().await;
    for (key, secret, code) in
        [("unknown", SECRET, Code::SfUnknownClient), (KEY, "wrong", Code::SfWrongSecret)]
    {
        let fault =
            client(&world.login, key, secret, None).organization().await.expect_err("refused");
        assert_eq!((fault.code, fault.class()), (code, Class::Unauthorized));
        assert!(!fault.to_string().contains("wrong"), "{fault}");
    }
    // F-7
    world.act("/apps", json!({"key": KEY, "run_as": false})).await;
    let fault = world.org.organization().await.expect_err("refused");
    assert_eq!(fault.code, Code::SfNoRunAsUser);
}

// F-17
#[tokio::test]
async fn complaint_37_many_tasks_share_one_login_and_one_renewal() {
    let world = World::start().await;
    let ask = || {
        let org = world.org.clone();
        tokio::spawn(async move { org.organization().await.map(drop) })
    };
    for logins in [1, 2] {
        for task in (0..8).map(|_| ask()).collect::<Vec<_>>() {
            task.await.expect("task").expect("organization");
        }
        assert_eq!(world.calls("salesforce.token").await.len(), logins);
        world.act("/sessions/expire", json!({})).await;
    }
}

#[tokio::test]
async fn a_session_that_is_refused_again_is_renewed_once_only() {
    let world = World::start().await;
    world.org.organization().await.expect("organization");
    let body = |text: &str| json!([{"message": text, "errorCode": "INVALID_SESSION_ID"}]);
    for (text, code, logins) in [
        ("Session expired or invalid", Code::SfSessionExpired, 2),
        ("This session is not valid for use with the REST API", Code::SfAuth, 2),
    ] {
        let refusal = FaultKind::Status {
            code: 401,
            body: Some(body(text)),
            headers: [].into(),
            retry_after: None,
        };
        let spec = FaultSpec::new(refusal).operation("salesforce.query");
        world.control.add_fault(&spec).await.expect("fault");
        assert_eq!(world.org.organization().await.expect_err("refused").code, code);
        assert_eq!(world.calls("salesforce.token").await.len(), logins);
        world.control.clear_faults().await.expect("cleared");
    }
}

// F-23, F-38
#[tokio::test]
async fn describe_tells_fields_and_rights() {
    let world = World::start().await;
    let described = world.org.describe("Case").await.expect("described");
    assert_eq!(described.name_field, "CaseNumber");
    assert!(described.updateable && described.createable);
    let field = |name: &str| described.fields.iter().find(|field| field.name == name).expect(name);
    assert_eq!((field("Subject").kind, field("Subject").length), (SalesforceType::Text, 255));
    let severity = field("Severity__c");
    assert!(severity.restricted && severity.kind == SalesforceType::Picklist);
    assert_eq!(severity.picklist, ["Low", "Medium", "High", "Critical"]);
    assert!(field("Resolution__c").html && !field("Headline__c").updateable);

    let hidden = json!({"object": "Case", "fields": ["Subject"]});
    world.act("/fields/hide", hidden).await;
    let described = world.org.describe("Case").await.expect("described");
    assert!(!described.fields.iter().any(|field| field.name == "Subject"));
    let fault = world.org.describe("Nothing__c").await.expect_err("absent");
    assert_eq!(fault.class(), Class::Rejected, "{fault}");
}

// F-32..35
#[tokio::test]
async fn each_object_lists_its_statuses() {
    let world = World::start().await;
    let statuses = world.org.statuses("Case", "Status").await.expect("statuses");
    assert_eq!(statuses[0].value, "New");
    assert!(statuses[0].default && !statuses[0].closed);
    let closed: Vec<_> = statuses.iter().filter(|s| s.closed).map(|s| s.value.as_str()).collect();
    assert_eq!(closed, ["Closed"]);
    for object in lockstep_model::object::STANDARD {
        let Some(field) = object.status_field else {
            continue;
        };
        let statuses = world.org.statuses(object.name, field).await.expect(object.name);
        let object = object.name;
        assert!(statuses.len() > 1, "{object}: {statuses:?}");
    }
}

#[tokio::test]
async fn budgets_and_maintenance_are_told_apart() {
    let world = World::start().await;
    world.org.organization().await.expect("logged in");
    world.act("/limits", json!({"concurrent": 1})).await;
    let fault = world.org.organization().await.expect_err("refused");
    assert_eq!((fault.code, fault.class()), (Code::SfConcurrent, Class::Throttled));
    world.act("/limits", json!({"max": 1, "used": 1})).await;
    let fault = world.org.organization().await.expect_err("refused");
    assert_eq!((fault.code, fault.class()), (Code::SfDailyLimit, Class::Throttled));
    world.act("/limits", json!({"max": 100})).await;
    let page = FaultKind::Status {
        code: 200,
        body: Some(json!("<html>Down for maintenance</html>")),
        headers: [].into(),
        retry_after: None,
    };
    let spec = FaultSpec::new(page).operation("salesforce.query").times(1);
    world.control.add_fault(&spec).await.expect("fault");
    let fault = world.org.organization().await.expect_err("a page");
    assert_eq!((fault.code, fault.class()), (Code::SfBadAnswer, Class::Transient));
}
