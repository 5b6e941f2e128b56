//! Every operation of the API, done over both vendors.

use std::collections::BTreeSet;

use axum::http::Method;
use chrono::TimeDelta;
use lockstep_model::job::Cause;
use lockstep_model::{Code, CorrelationId, ItemId, Job, JobKind, Lane};
use lockstep_store::{Account, DeadLetter, Measured, Role, Series, Tally, minute_of};
use serde_json::{Value, json};

use super::{call, master, token};
use crate::access::Needs;
use crate::routes;
use crate::tests::Seen;
use crate::tests::vendors::{ITEM, Stage};

/// A program that remembers what it asked for.
struct Program<'a> {
    stage: &'a Stage,
    token: String,
    asked: BTreeSet<(String, String)>,
}

impl Program<'_> {
    /// Asks for an operation, with its places filled; it must succeed.
    async fn ask(&mut self, operation: &str, places: &[&str], body: &Value) -> Value {
        let seen = self.try_to(operation, places, body).await;
        assert!(seen.status.is_success(), "{operation} {places:?}: {} {}", seen.status, seen.body);
        seen.json()
    }

    async fn try_to(&mut self, operation: &str, places: &[&str], body: &Value) -> Seen {
        let (method, path) = operation.split_once(' ').expect("a method and a path");
        let (bare, query) = path.split_once('?').unwrap_or((path, ""));
        let bare = format!("/api/v1{bare}");
        self.asked.insert((bare.clone(), method.to_owned()));
        let mut places = places.iter();
        let filled = bare
            .split('/')
            .map(|part| if part.starts_with('{') { places.next().expect("a place") } else { part });
        let path = format!("{}?{query}", filled.collect::<Vec<_>>().join("/"));
        let method: Method = method.parse().expect("a method");
        call(&self.stage.desk, &self.token, &method, &path, body).await
    }
}

/// A job that was given up.
async fn letter(stage: &Stage, raw: &str, job: Option<Job>) -> String {
    let letter = DeadLetter {
        job,
        raw: raw.as_bytes().to_vec(),
        code: Code::ALL[0],
        detail: "made up <script>".to_owned(),
        attempts: 1,
        first_seen: None,
        correlation: None,
    };
    stage.desk.store.dead_letters().bury(&letter).await.expect("buried").to_string()
}

// F-336
#[tokio::test]
async fn everything_that_pages_do_can_be_asked_for() {
    let stage = Stage::set().await;
    let (key, account) = (stage.issue().await, stage.account("Acme").await);
    let token = master(&stage.desk).await;
    let mut program = Program { stage: &stage, token, asked: BTreeSet::new() };
    connections(&mut program).await;
    items(&mut program, &account).await;
    links(&mut program, &key, &account).await;
    letters(&mut program).await;
    measures(&mut program).await;
    people(&mut program).await;
    accounts(&mut program).await;
    last(&mut program).await;
    let routes = routes::all(stage.desk.app.clone());
    let routes = routes.list().iter().filter(|route| matches!(route.needs, Needs::Token(_)));
    let there: BTreeSet<_> =
        routes.map(|route| (route.path.to_owned(), route.method.to_string())).collect();
    let missed: Vec<_> = there.difference(&program.asked).collect();
    assert!(missed.is_empty(), "nobody asked for {missed:?}");
    stage.simulator.shutdown().await;
}

async fn connections(program: &mut Program<'_>) {
    let null = &Value::Null;
    let all = program.ask("GET /connections", &[], null).await;
    assert_eq!(all.as_array().map(Vec::len), Some(2), "{all}");
    assert!(!all.to_string().contains("api-token"), "no secret: {all}");
    let one = program.ask("GET /connections/{name}", &["acme-org"], null).await;
    assert_eq!((&one["kind"], &one["state"]["state"]), (&json!("salesforce"), &json!("active")));
    let test = program.ask("POST /connections/{name}/test", &["acme-site"], null).await;
    assert_eq!(test["checks"][0]["ok"], true, "{test}");
    let objects = program.ask("GET /connections/{name}/objects", &["acme-org"], null).await;
    assert!(objects.to_string().contains("Feature_Request__c"), "{objects}");
    let fields =
        program.ask("GET /connections/{name}/fields?object=Account", &["acme-org"], null).await;
    assert!(fields.to_string().contains("Tier__c"), "{fields}");
    let fields = "GET /connections/{name}/fields?project=SUP&issue_type=Bug";
    assert!(program.ask(fields, &["acme-site"], null).await.to_string().contains("summary"));
    let org = program.stage.simulator.salesforce_url();
    let inputs =
        json!({ "login_url": org, "client_id": "3MVG9lockstep", "client_secret": "wrong" });
    let test = program.ask("PUT /connections/{name}/salesforce", &["other-org"], &inputs).await;
    assert_eq!(test["checks"][0]["code"], "LS-SF-005", "{test}");
    let site = program.stage.simulator.jira_url();
    let inputs =
        json!({ "site": site, "email": "lockstep@example.com", "token": "jira-api-token" });
    let test = program.ask("PUT /connections/{name}/jira", &["spare-site"], &inputs).await;
    assert_eq!(test["checks"][0]["ok"], true, "{test}");
    program.ask("DELETE /connections/{name}", &["spare-site"], null).await;
    let refused = program.try_to("DELETE /connections/{name}", &["acme-org"], null).await;
    assert_eq!(refused.status.as_u16(), 409, "items use it: {}", refused.body);
}

async fn items(program: &mut Program<'_>, account: &str) {
    let null = &Value::Null;
    let yaml = json!(ITEM);
    let checked = program.ask("POST /items/check", &[], &yaml).await;
    assert_eq!(checked["item"], "accounts", "{checked}");
    let first = &checked["readiness"][0];
    assert_eq!(
        (&first["name"], &first["state"]),
        (&json!("Records: Account in Salesforce"), &json!("pass"))
    );
    let applied = program.ask("PUT /items", &[], &yaml).await;
    assert_eq!(applied["applied"]["changed"], false, "{applied}");
    let changed = json!(ITEM.replace("limit: 2", "limit: 3"));
    let applied = program.ask("PUT /items", &[], &changed).await;
    assert_eq!(
        (&applied["applied"]["version"], &applied["applied"]["changed"]),
        (&json!(2), &json!(true))
    );
    let wrong = json!(ITEM.replace("Tier__c", "Teir__c"));
    let refused = program.try_to("PUT /items", &[], &wrong).await;
    let problem = &refused.json()["problems"][0];
    assert_eq!((refused.status.as_u16(), &problem["place"]["line"]), (422, &json!(5)), "{problem}");
    let items = program.ask("GET /items", &[], null).await;
    assert_eq!(items[0]["item"]["document"]["name"], "accounts", "{items}");
    let item = program.ask("GET /items/{name}", &["accounts"], null).await;
    assert_eq!((&item["version"], &item["extra"]), (&json!(2), null), "what is resolved is ours");
    program.ask("POST /items/{name}/let-deletes", &["accounts"], null).await;
    let held = program.ask("GET /items/{name}/held-deletes", &["accounts"], null).await;
    assert_eq!(
        (&held["links"], held["let_through_until"].is_string()),
        (&json!(0), true),
        "{held}"
    );
    program.ask("POST /items/{name}/pause", &["accounts"], null).await;
    assert_eq!(program.ask("GET /items/{name}", &["accounts"], null).await["state"], "paused");
    program.ask("POST /items/{name}/resume", &["accounts"], null).await;
    let asked = program.ask("POST /items/{name}/sweep", &["accounts"], null).await;
    assert!(asked["promise"].is_i64() && asked["correlation"].is_string(), "{asked}");
    let found = program.ask("GET /items/{name}/records?text=Acme", &["accounts"], null).await;
    assert!(found.to_string().contains(account), "{found}");
    program.ask("POST /items/{name}/records/{record}/refresh", &["accounts", account], null).await;
    let page = program.ask("GET /items/{name}/versions?limit=1", &["accounts"], null).await;
    assert_eq!((&page["rows"][0]["version"], &page["next"]), (&json!(2), &json!("2")), "{page}");
    let first = program.ask("GET /items/{name}/versions/{version}", &["accounts", "1"], null).await;
    assert_eq!(first["document"]["associated"]["limit"], 2, "{first}");
    let plan = program.ask("GET /items/{name}/plan?limit=5", &["accounts"], null).await;
    assert_eq!(plan["item"], "accounts", "{plan}");
    let undo = "GET /items/{name}/undo?since=2026-11-25T00:00:00Z&samples=1";
    let refused = program.try_to(undo, &["accounts"], null).await;
    assert_eq!(refused.json()["code"], "LS-LS-021", "{}", refused.body);
    let time = json!({ "since": "2026-11-25T00:00:00Z", "until": "2026-11-24T00:00:00Z" });
    let refused = program.try_to("POST /items/{name}/undo", &["accounts"], &time).await;
    assert!(refused.body.contains("ends before it begins"), "{}", refused.body);
    let drift = program.ask("GET /items/{name}/drift?samples=1", &["accounts"], null).await;
    assert_eq!((&drift["item"], &drift["differences"]), (&json!("accounts"), &json!(0)), "{drift}");
}

async fn links(program: &mut Program<'_>, key: &str, account: &str) {
    let null = &Value::Null;
    let new = json!({ "item": "accounts", "record": account, "issue": key });
    let link = program.ask("POST /links", &[], &new).await;
    let id = link["id"].as_i64().expect("a number").to_string();
    let refused = program.try_to("POST /links", &[], &new).await;
    assert_eq!(refused.json()["code"], "LS-LS-018", "{}", refused.body);
    let page = program.ask("GET /links?item=accounts&limit=1&only=never_synced", &[], null).await;
    assert_eq!((&page["rows"][0]["link"]["issue_key"], &page["next"]), (&json!(key), &json!(id)));
    let next = format!("GET /links?limit=1&after={id}");
    assert_eq!(program.ask(&next, &[], null).await, json!({ "rows": [], "next": null }));
    for wanted in [id.as_str(), key, account] {
        let detail = program.ask("GET /links/{link}?steps=5", &[wanted], null).await;
        assert_eq!(detail["link"]["record"], account, "{detail}");
        assert_eq!(detail["record"]["fields"][0]["field"], "Name", "{detail}");
        assert_eq!(detail["audit"][0]["actor"], "root@example.com/ci", "{detail}");
    }
    let plan = program.ask("GET /links/{link}/plan", &[key], null).await;
    assert_eq!(plan["plan"]["steps"], json!([]), "{plan}");
    let explained = program.ask("GET /links/{link}/explain/{field}", &[key, "status"], null).await;
    assert!(explained.is_object(), "{explained}");
    let associated = program.ask("GET /links/{link}/associated", &[key], null).await;
    assert!(associated["groups"].is_array(), "{associated}");
    program.ask("POST /links/{link}/refresh", &[key], null).await;
    // The item only displays: there is nothing to undo.
    let undo = "GET /links/{link}/undo?since=2026-11-25T00:00:00Z";
    assert_eq!(program.try_to(undo, &[key], null).await.json()["code"], "LS-LS-021");
    let none = program.try_to("GET /links/{link}/undo", &[key], null).await;
    assert!(none.status.as_u16() == 409 && none.body.contains("Name one step"), "{}", none.body);
    let run = json!({ "run": "c-1" });
    let refused = program.try_to("POST /links/{link}/undo", &[key], &run).await;
    assert_eq!(refused.json()["code"], "LS-LS-021", "{}", refused.body);
    assert_eq!(program.ask("GET /conflicts", &[], null).await, json!([]));
    let take = json!({ "take": "jira" });
    let none = program.try_to("POST /links/{link}/conflicts/{field}", &[key, "Name"], &take).await;
    assert_eq!(none.status.as_u16(), 404, "nothing is held: {}", none.body);
    let page =
        program.ask(&format!("GET /audit?link={key}&limit=1&by_people=true"), &[], null).await;
    assert_eq!(page["rows"][0]["step"], "refresh", "{page}");
    let next = format!("GET /audit?link={key}&after={}", page["next"].as_str().expect("a place"));
    assert_ne!(program.ask(&next, &[], null).await["rows"][0]["id"], page["rows"][0]["id"]);
    let backlog = program.ask("GET /backlog?item=accounts", &[], null).await;
    assert_eq!(backlog[0]["links"], 1, "{backlog}");
    program.ask("DELETE /links/{link}", &[key], null).await;
    assert_eq!(program.ask("GET /links/{link}", &[&id], null).await["link"]["state"], "unlinked");
}

async fn letters(program: &mut Program<'_>) {
    let null = &Value::Null;
    let job = Job {
        id: program.stage.desk.app.ambient.id(),
        kind: JobKind::Sweep { item: ItemId(1) },
        lane: Lane::Live,
        attempt: 0,
        first_seen: program.stage.desk.app.ambient.now(),
        correlation: CorrelationId("made-up".to_owned()),
        cause: Cause::Person,
        promise: None,
    };
    let again = letter(program.stage, "again", Some(job)).await;
    let kept = letter(program.stage, "kept", None).await;
    let lost = letter(program.stage, "lost", None).await;
    let all = program.ask("GET /dead-letters?limit=2", &[], null).await;
    assert_eq!(
        (all["rows"].as_array().map(Vec::len), &all["next"]),
        (Some(2), &json!(kept)),
        "{all}"
    );
    assert!(all["rows"][0]["letter"].get("raw").is_none(), "what came is not shown: {all}");
    let groups = program.ask("GET /needs", &[], null).await;
    assert_eq!(
        (&groups[0]["kind"], &groups[0]["count"]),
        (&json!("dead_letter"), &json!(3)),
        "{groups}"
    );
    arranged(program, groups[0]["code"].as_str().expect("a code")).await;
    let one = program.ask("GET /dead-letters/{id}", &[&kept], null).await;
    assert_eq!(one["letter"]["detail"], "made up <script>");
    let refused = program.try_to("POST /dead-letters/{id}/replay", &[&kept], null).await;
    assert_eq!(refused.status.as_u16(), 409, "it holds no job: {}", refused.body);
    program.ask("POST /dead-letters/{id}/replay", &[&again], null).await;
    program.ask("POST /dead-letters/{id}/discard", &[&lost], null).await;
    let all = program.ask("GET /dead-letters?all=true", &[], null).await;
    assert_eq!(all["rows"].as_array().map(Vec::len), Some(3), "{all}");
    let some = json!({ "code": Code::ALL[0] });
    assert_eq!(program.ask("POST /dead-letters/replay", &[], &some).await["settled"], 0);
    assert_eq!(program.ask("POST /dead-letters/discard", &[], &some).await["settled"], 1);
    let errors = program.ask("GET /errors", &[], null).await;
    assert_eq!(errors.as_array().map(Vec::len), Some(Code::ALL.len()));
    let error = program.ask("GET /errors/{code}", &["LS-SF-001"], null).await;
    assert_eq!(error["class"], "unauthorized", "{error}");
}

/// A group of dead letters is put off and given to somebody, and neither any more.
async fn arranged(program: &mut Program<'_>, code: &str) {
    let null = &Value::Null;
    let group = &["dead_letter", code];
    let snooze = "PUT /needs/{kind}/{code}/snooze";
    let put_off = program.ask(snooze, group, &json!({ "hours": 24 })).await;
    let whose = json!({ "account": "root@example.com" });
    program.ask("PUT /needs/{kind}/{code}/assignee", group, &whose).await;
    let groups = program.ask("GET /needs", &[], null).await;
    assert_eq!(groups[0]["snoozed_until"], put_off["until"], "{groups}");
    assert_eq!(groups[0]["assignee"], "root@example.com", "{groups}");
    program.ask("DELETE /needs/{kind}/{code}/snooze", group, null).await;
    program.ask("DELETE /needs/{kind}/{code}/assignee", group, null).await;
    let groups = program.ask("GET /needs", &[], null).await;
    assert_eq!((&groups[0]["snoozed_until"], &groups[0]["assignee"]), (null, null));
    for (hours, place, status) in [(0, code, 409), (721, code, 409), (1, "LS-NO-1", 404)] {
        let hours = json!({ "hours": hours });
        let refused = program.try_to(snooze, &["dead_letter", place], &hours).await;
        assert_eq!(refused.status.as_u16(), status, "{}", refused.body);
    }
    let nobody = json!({ "account": "nobody" });
    let refused = program.try_to("PUT /needs/{kind}/{code}/assignee", group, &nobody).await;
    assert_eq!(refused.status.as_u16(), 404, "{}", refused.body);
}

async fn measures(program: &mut Program<'_>) {
    let null = &Value::Null;
    let mut tally = Tally::default();
    tally.observe(1.5);
    tally.observe(4.0);
    let minute = program.stage.desk.app.ambient.now() - TimeDelta::minutes(5);
    let label = "jira_to_salesforce".to_owned();
    let told = Measured { series: Series::Latency, label, minute: minute_of(minute), tally };
    program.stage.desk.store.measures().add(&[told], &[]).await.expect("stored");
    for asked in ["GET /measures/{series}", "GET /measures/{series}?step=60"] {
        let points = program.ask(asked, &["latency"], null).await;
        let point = &points[0];
        assert_eq!((&point["label"], &point["count"]), (&json!("jira_to_salesforce"), &json!(2)));
        assert_eq!(point["seconds"], 5.5, "{point}");
        let at = |share: &str| point[share].as_f64().expect("seconds");
        assert!((1.0..=2.0).contains(&at("p50")) && (2.0..=5.0).contains(&at("p95")), "{point}");
    }
    let none = program.try_to("GET /measures/{series}", &["weather"], null).await;
    assert_eq!((none.status.as_u16(), &none.json()["missing"]), (404, &json!("series")));
    let many = "GET /measures/{series}?since=2020-01-01T00:00:00Z&step=60";
    let many = program.try_to(many, &["latency"], null).await;
    assert_eq!(many.status.as_u16(), 409, "{}", many.body);
}

/// Role, sign-in and password of an account, as the pages change them.
async fn accounts(program: &mut Program<'_>) {
    let null = &Value::Null;
    let new =
        json!({ "name": "bea@example.com", "role": "viewer", "password": "blue horse battery" });
    let added = program.ask("POST /accounts", &[], &new).await;
    assert_eq!(
        (&added["display_name"], &added["role"]),
        (&json!("bea@example.com"), &json!("viewer"))
    );
    assert!(!added.to_string().contains("battery"), "no password: {added}");
    assert_eq!(program.try_to("POST /accounts", &[], &new).await.status.as_u16(), 409, "taken");
    let bea = &["Bea@example.com"];
    let browser = program.stage.desk.browser_of(&account(program, "bea@example.com").await).await;
    let role = json!({ "role": "operator" });
    let changed = program.ask("PUT /accounts/{name}/role", bea, &role).await;
    assert_eq!(changed["role"], "operator", "{changed}");
    program.ask("DELETE /accounts/{name}/sessions", bea, null).await;
    assert_eq!(program.stage.desk.get(&browser, "/").await.status.as_u16(), 303, "signed out");
    for disabled in [true, false] {
        let body = json!({ "disabled": disabled });
        let changed = program.ask("PUT /accounts/{name}/disabled", bea, &body).await;
        assert_eq!(changed["disabled"], disabled, "{changed}");
    }
    let weak = json!({ "password": "short" });
    let refused = program.try_to("PUT /accounts/{name}/password", bea, &weak).await;
    assert!(refused.body.contains("12 characters"), "{}", refused.body);
    let strong = json!({ "password": "green horse battery" });
    program.ask("PUT /accounts/{name}/password", bea, &strong).await;
    assert_eq!(program.ask("GET /accounts/{name}", bea, null).await["role"], "operator");
    let made = program.ask("POST /accounts/{name}/password-link", bea, null).await;
    let link = made["link"].as_str().expect("an address");
    assert!(link.contains("/welcome?token=") && made["until"].is_string(), "{made}");
    let cleo = json!({ "name": "cleo@example.com", "role": "viewer" });
    assert_eq!(program.ask("POST /accounts", &[], &cleo).await["has_password"], false);
    let last = program.try_to("PUT /accounts/{name}/role", &["root@example.com"], &role).await;
    assert!(last.body.contains("administrator must stay"), "{}", last.body);
}

async fn account(program: &Program<'_>, name: &str) -> Account {
    let found = program.stage.desk.store.accounts().by_name(name).await;
    found.expect("read").expect("an account")
}

async fn people(program: &mut Program<'_>) {
    let null = &Value::Null;
    let accounts = program.ask("GET /accounts", &[], null).await;
    assert_eq!(
        (&accounts[0]["name"], accounts[0].get("password_hash")),
        (&json!("root@example.com"), None)
    );
    let new = json!({ "name": "deploy", "account": "root@example.com", "scopes": ["configure"] });
    let made = program.ask("POST /tokens", &[], &new).await;
    let secret = made["secret"].as_str().expect("a token").to_owned();
    assert!(secret.starts_with("lsk_"), "{made}");
    let items = call(&program.stage.desk, &secret, &Method::GET, "/api/v1/items", null).await;
    assert!(items.status.is_success(), "{}", items.body);
    let all = program.ask("GET /tokens", &[], null).await;
    assert!(!all.to_string().contains(&secret), "it is shown once: {all}");
    program.ask("DELETE /tokens/{id}", &[&made["token"]["id"].to_string()], null).await;
    let items = call(&program.stage.desk, &secret, &Method::GET, "/api/v1/items", null).await;
    assert_eq!(items.status.as_u16(), 401);
    for wrong in [json!([]), json!(["everything"])] {
        let new = json!({ "name": "x", "account": "root@example.com", "scopes": wrong });
        assert_eq!(program.try_to("POST /tokens", &[], &new).await.status.as_u16(), 409);
    }
}

async fn last(program: &mut Program<'_>) {
    let null = &Value::Null;
    let refused = program.try_to("DELETE /items/{name}", &["accounts"], null).await;
    assert_eq!(refused.status.as_u16(), 409, "it is active: {}", refused.body);
    program.ask("POST /items/{name}/pause", &["accounts"], null).await;
    program.ask("DELETE /items/{name}", &["accounts"], null).await;
    let said = program.ask("GET /audit?limit=500", &[], null).await.to_string();
    for step in [
        "item_applied",
        "item_paused",
        "item_deleted",
        "token_made",
        "connection_tested",
        "link",
        "account_role",
        "account_disabled",
        "account_password",
        "account_signed_out",
    ] {
        assert!(said.contains(&format!("\"{step}\"")), "{step} is in the audit");
    }
    assert!(!said.contains("client_secret") && !said.contains("jira-api-token"), "no secret");
    let viewer: Account = program.stage.desk.account("vera@example.com", Role::Viewer).await;
    let reader = token(&program.stage.desk, &viewer, &["admin"]).await;
    let seen = call(&program.stage.desk, &reader, &Method::POST, "/api/v1/links", &json!({})).await;
    assert!(seen.body.contains("Mending") && seen.body.contains("operator"), "{}", seen.body);
}
