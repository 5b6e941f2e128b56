//! What pages ask for: the trail, what waits for a person, versions, and how far links are behind.

use chrono::TimeDelta;
use lockstep_model::job::Cause;
use lockstep_model::{Code, CorrelationId, ItemId, LinkId};
use lockstep_testkit::database::Fresh;
use serde_json::Value;

use super::{document, instant, item, job, linked, record, store};
use crate::{
    AuditFilter, AuditRow, DeadLetter, DeadLetterState, Letters, NeedGroup, NeedKind, NewAudit,
    Origin, Outcome, Store,
};

fn row(step: &str, subject: &str) -> NewAudit {
    NewAudit {
        link: None,
        item: None,
        item_version: None,
        correlation: CorrelationId(format!("c-{subject}")),
        cause: Cause::Webhook,
        step: step.to_owned(),
        subject: subject.to_owned(),
        side: None,
        outcome: Outcome::Done,
        code: None,
        before: Value::Null,
        after: Value::Null,
        reason: Value::Null,
        actor: None,
    }
}

async fn subjects(store: &Store, filter: AuditFilter) -> Vec<String> {
    let rows = store.audit().page(&filter).await.expect("page");
    let counted = store.audit().count(&filter).await.expect("count");
    if filter.after.is_none() && filter.limit == 0 {
        assert_eq!(usize::try_from(counted).expect("small"), rows.len(), "{filter:?}");
    }
    rows.into_iter().map(|row| row.subject).collect()
}

#[tokio::test]
async fn the_trail_is_filtered() {
    let (_fresh, store) = store().await;
    let (item, link) = (Some(ItemId(7)), Some(LinkId(8)));
    let refused = NewAudit {
        outcome: Outcome::Refused,
        code: Some(Code::JiraOption),
        ..row("refused", "two")
    };
    let asked = NewAudit { actor: Some("ann".to_owned()), link, ..row("unlink", "three") };
    let rows = [NewAudit { link, item, ..row("edit_issue", "one") }, refused, asked];
    store.audit().append(&rows).await.expect("appended");

    let none = AuditFilter::default;
    let text = |text: &str| Some(text.to_owned());
    for (filter, expected) in [
        (none(), vec!["three", "two", "one"]),
        (AuditFilter { item, ..none() }, vec!["one"]),
        (AuditFilter { link, ..none() }, vec!["three", "one"]),
        (AuditFilter { step: text("unlink"), ..none() }, vec!["three"]),
        (AuditFilter { step: text("edit_issue"), ..none() }, vec!["one"]),
        (AuditFilter { outcome: Some(Outcome::Refused), ..none() }, vec!["two"]),
        (AuditFilter { outcome: Some(Outcome::Noted), ..none() }, vec![]),
        (AuditFilter { code: text(Code::JiraOption.id()), ..none() }, vec!["two"]),
        (AuditFilter { actor: text("ann"), ..none() }, vec!["three"]),
        (AuditFilter { actor: text("bob"), ..none() }, vec![]),
        (AuditFilter { by_people: true, ..none() }, vec!["three"]),
        (AuditFilter { correlation: text("c-two"), ..none() }, vec!["two"]),
        (AuditFilter { link, step: text("edit_issue"), ..none() }, vec!["one"]),
        (AuditFilter { until: Some(instant(-1_000_000_000)), ..none() }, vec![]),
        (
            AuditFilter { since: Some(instant(-1_000_000_000)), ..none() },
            vec!["three", "two", "one"],
        ),
    ] {
        assert_eq!(subjects(&store, filter.clone()).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn the_trail_is_paged_latest_first_across_months() {
    let (fresh, store) = store().await;
    let client = fresh.client().await.expect("client");
    for month in 0..3 {
        let sql = format!(
            "INSERT INTO audit (at, correlation, cause, step, subject, outcome, before, after, reason) \
             SELECT now() + interval '{month} months', 'c', 'tick', 's', '{month}-' || n, 'done', '1', \
                 '2', '3' FROM generate_series(1, 3) AS n"
        );
        client.batch_execute(&sql).await.expect("inserted");
    }
    let mut all: Vec<String> = Vec::new();
    let mut after = None;
    loop {
        let filter = AuditFilter { after, limit: 2, ..AuditFilter::default() };
        let rows: Vec<AuditRow> = store.audit().page(&filter).await.expect("page");
        let Some(last) = rows.last() else {
            break;
        };
        after = Some((last.at, last.id));
        all.extend(rows.into_iter().map(|row| row.subject));
    }
    let expected = ["2-3", "2-2", "2-1", "1-3", "1-2", "1-1", "0-3", "0-2", "0-1"];
    assert_eq!(all, expected);
}

fn letter(number: u128, code: Code) -> DeadLetter {
    let job = job(number);
    DeadLetter {
        raw: serde_json::to_vec(&job).expect("json"),
        correlation: Some(job.correlation.clone()),
        job: (code != Code::PoisonJob).then_some(job),
        code,
        detail: "why".to_owned(),
        attempts: 8,
        first_seen: None,
    }
}

async fn run(fresh: &Fresh, sql: &str) {
    fresh.client().await.expect("client").batch_execute(sql).await.expect(sql);
}

#[tokio::test]
async fn what_waits_is_grouped_by_its_cause() {
    let (fresh, store, link) = linked().await;
    assert!(store.needs().groups(None).await.expect("groups").is_empty());
    assert_eq!(store.needs().waiting().await.expect("counted"), 0);
    let item = store.links().get(link).await.expect("read").expect("there").item;
    for number in 2..=4 {
        let made = store.links().create(item, &record(number), Origin::Auto, None).await;
        made.expect("created");
    }
    let finding = |code: Code| format!(r#"{{"code": "{code}", "subject": "s", "detail": "d"}}"#);
    let (option, held) = (finding(Code::JiraOption), finding(Code::ConflictHeld));
    run(&fresh, &format!(
        "UPDATE link SET findings = '[{option}, {option}]', synced_at = now(); \
         UPDATE link SET findings = '[{held}]', base = '{{\"held\": {{\"a:b\": {{}}}}}}' WHERE id = {link}; \
         UPDATE link SET state = 'unlinked' WHERE record = '{}'; \
         UPDATE connection SET state = 'paused', pause_code = 'LS-SF-001' WHERE kind = 'salesforce'",
        record(4)
    ))
    .await;
    for (number, code) in [(1, Code::LadderSpent), (2, Code::LadderSpent), (3, Code::PoisonJob)] {
        store.dead_letters().bury(&letter(number, code)).await.expect("buried");
    }
    let groups = store.needs().groups(None).await.expect("groups");
    let seen: Vec<_> = groups.iter().map(|one| (one.kind, one.code.as_str(), one.count)).collect();
    let expected = [
        (NeedKind::DeadLetter, Code::LadderSpent.id(), 2),
        (NeedKind::DeadLetter, Code::PoisonJob.id(), 1),
        (NeedKind::Finding, Code::JiraOption.id(), 2),
        (NeedKind::Held, Code::ConflictHeld.id(), 1),
        (NeedKind::Paused, "LS-SF-001", 1),
    ];
    assert_eq!(seen, expected);
    let waiting = store.needs().waiting().await.expect("counted");
    assert_eq!(waiting, 7, "three letters, two links, a held one, a connection");
    let dated = |group: &NeedGroup| group.newest >= group.oldest && group.kind == NeedKind::Finding;
    assert!(groups.iter().any(dated));
    let finding = (NeedKind::Finding, Code::JiraOption.id());
    let until = store.needs().snooze(finding, 24).await.expect("put off");
    store.needs().snooze((NeedKind::DeadLetter, Code::LadderSpent.id()), 1).await.expect("put off");
    let ann = super::accounts::account(&store, "ann", crate::Role::Operator).await;
    store.needs().assign(finding, Some(ann.id)).await.expect("given");
    let groups = store.needs().groups(None).await.expect("groups");
    let option = groups.iter().find(|one| one.code == finding.1).expect("a group");
    assert_eq!((option.snoozed_until, option.assignee.as_deref()), (Some(until), Some("ann")));
    assert_eq!(store.needs().waiting().await.expect("counted"), waiting - 2 - 2);
    assert!(store.needs().snooze((NeedKind::Paused, "LS-SF-001"), 1).await.is_err());
    store.needs().wake(finding).await.expect("awake");
    store.needs().assign(finding, None).await.expect("nobody's");
    let groups = store.needs().groups(None).await.expect("groups");
    let option = groups.iter().find(|one| one.code == finding.1).expect("a group");
    assert_eq!((option.snoozed_until, option.assignee.as_deref()), (None, None));
    let of_item = store.needs().groups(Some(item)).await.expect("groups");
    assert_eq!(of_item.len(), 2, "letters and connections are of no item: {of_item:?}");
    assert!(store.needs().groups(Some(ItemId(item.0 + 1))).await.expect("groups").is_empty());
}

#[tokio::test]
async fn many_dead_letters_are_replayed_or_discarded_at_once() {
    let (_fresh, store) = store().await;
    let letters = store.dead_letters();
    for number in 0..5 {
        letters.bury(&letter(number, Code::LadderSpent)).await.expect("buried");
    }
    letters.bury(&letter(9, Code::PoisonJob)).await.expect("buried");
    let spent = Letters { code: Some(Code::LadderSpent), since: None };
    assert_eq!(letters.count(spent).await.expect("count"), 5);
    assert_eq!(letters.replay_some(spent, "ann", 3).await.expect("replayed"), 3);
    assert_eq!(letters.count(spent).await.expect("count"), 2);
    let due = store.promises().claim_due(10).await.expect("due");
    assert_eq!(due.len(), 3);
    assert!(due.iter().all(|job| job.cause == Cause::Replay && job.promise.is_some()), "{due:?}");
    let replayed = letters.page(Some(DeadLetterState::Replayed), None, None, 10).await;
    let replayed = replayed.expect("page");
    assert_eq!(replayed.len(), 3);
    assert!(replayed.iter().all(|one| one.promise.is_some()), "{replayed:?}");
    assert_eq!(replayed[0].settled.as_ref().expect("settled").1, "ann");

    let now = replayed[0].buried_at + TimeDelta::hours(1);
    let later = Letters { code: None, since: Some(now) };
    assert_eq!(letters.discard_some(later, "ann", 10).await.expect("none"), 0);
    let all = Letters::default();
    assert_eq!(letters.replay_some(all, "bob", 10).await.expect("replayed"), 2, "what can be read");
    assert_eq!(letters.discard_some(all, "bob", 10).await.expect("discarded"), 1);
    assert_eq!(letters.waiting().await.expect("count"), 0);

    let page = letters.page(None, Some(Code::LadderSpent), None, 2).await.expect("page");
    let next = letters.page(None, Some(Code::LadderSpent), Some(page[1].id), 10).await;
    assert_eq!((page.len(), next.expect("page").len()), (2, 3));
}

#[tokio::test]
async fn every_version_of_an_item_can_be_read() {
    let (_fresh, store) = store().await;
    let id = item(&store).await;
    let first = store.items().get(id).await.expect("read").expect("there");
    let mut changed = document("support");
    changed.sweep_seconds = 77;
    let applied = store.items().apply(&changed, first.salesforce, first.jira, &first.extra).await;
    assert_eq!(applied.expect("applied").version, 2);
    let lines = store.items().versions(id, None, 10).await.expect("versions");
    assert_eq!(lines.iter().map(|one| one.version).collect::<Vec<_>>(), [2, 1]);
    let older = store.items().versions(id, Some(2), 10).await.expect("versions");
    assert_eq!(older.len(), 1);
    let version = store.items().version(id, 1).await.expect("read").expect("there");
    assert_eq!((version.document, version.extra), (first.document, first.extra));
    let latest = store.items().version(id, 2).await.expect("read").expect("there");
    assert_eq!(latest.document.sweep_seconds, 77);
    assert_eq!(store.items().version(id, 3).await.expect("read"), None);
}

#[tokio::test]
async fn it_is_known_how_far_links_are_behind() {
    let (fresh, store, link) = linked().await;
    let item = store.links().get(link).await.expect("read").expect("there").item;
    for number in 2..=4 {
        let made = store.links().create(item, &record(number), Origin::Auto, None).await;
        made.expect("created");
    }
    run(
        &fresh,
        &format!(
            "UPDATE link SET base = '{{\"fields\": {{}}, \"held\": {{}}}}', synced_at = now(), \
             findings = '[{{\"code\": \"LS-JR-045\"}}]' WHERE id = {link}; \
         UPDATE link SET state = 'gone' WHERE record = '{}'",
            record(2)
        ),
    )
    .await;
    let backlog = store.items().backlog(Some(item)).await.expect("backlog");
    let [one] = backlog.as_slice() else { panic!("{backlog:?}") };
    assert_eq!((one.item, one.links, one.with_findings), (item, 3, 1));
    assert_eq!((one.held, one.never_synced), (1, 2));
    assert!(one.oldest_waiting.is_some());
    assert_eq!(store.items().backlog(None).await.expect("backlog"), backlog);
    let summary = store.items().list().await.expect("list");
    assert_eq!((summary[0].links, summary[0].findings), (3, 1));
}

#[tokio::test]
async fn a_filled_database_is_searched_and_paged() {
    let (fresh, store) = store().await;
    let item = item(&store).await;
    let client = fresh.client().await.expect("client");
    lockstep_testkit::fill::links(&client, item.0, 3000).await.expect("links");
    lockstep_testkit::fill::audit(&client, item.0, 2000).await.expect("audit");
    let search = |text: &str| crate::Search { text: text.to_owned(), ..crate::Search::default() };
    let common = store.links().search(&search("pump")).await.expect("found");
    assert_eq!(common.len(), 50);
    let one = &store.links().search(&search("fil-1234")).await.expect("found")[0];
    let rare = format!("pump {}", one.title.trim_start_matches('0'));
    let found = store.links().search(&search(&rare)).await.expect("found");
    assert!(found.iter().any(|line| line.link.id == one.link.id), "{rare}");
    let record = store.links().search(&search(one.link.record.as_str())).await.expect("found");
    assert_eq!(record.len(), 1);
    let refused = AuditFilter { outcome: Some(Outcome::Refused), ..AuditFilter::default() };
    assert_eq!(store.audit().count(&refused).await.expect("count"), 40);
    let backlog = store.items().backlog(Some(item)).await.expect("backlog");
    assert_eq!((backlog[0].links, backlog[0].never_synced), (2988, 15));
    assert!(store.needs().groups(None).await.expect("groups").len() >= 4);
    let waiting = store.needs().waiting().await.expect("counted");
    assert_eq!(waiting, 33, "30 links with findings, 3 with a conflict");
    lockstep_testkit::fill::measures(&client, 90).await.expect("measures");
    lockstep_testkit::fill::letters(&client, 300).await.expect("letters");
    assert_eq!(store.needs().waiting().await.expect("counted"), crate::WAITING_MAX);
    let (since, step) = (instant(-3600), std::time::Duration::from_secs(60));
    let failed = store.measures().series(crate::Series::Failures, since, step).await.expect("read");
    assert!(failed.len() >= 3 * 59, "{}", failed.len());
}
