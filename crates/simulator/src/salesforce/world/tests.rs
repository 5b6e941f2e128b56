//! Laws of the world.

use serde_json::json;

use super::{Actor, Origin, SalesforceWorld, as_row};
use crate::core::SimClock;

fn actor(world: &SalesforceWorld, clock: &SimClock) -> Actor {
    let user = world.run_as.clone();
    let allows_duplicates = false;
    Actor { user, now: clock.now(), origin: Origin::Api, assigns: false, allows_duplicates }
}

#[test]
fn two_worlds_are_alike() {
    let clock = SimClock::new();
    let (one, other) = (SalesforceWorld::seeded(&clock), SalesforceWorld::seeded(&clock));
    assert_eq!(one.org_id, other.org_id);
    assert_eq!(one.counts(), other.counts());
    assert!(one.counts().values().sum::<usize>() > 500);
    let case = one.schema.object("Case").unwrap();
    let ids = |world: &SalesforceWorld| {
        world.rows(case).map(|row| (row["Id"].clone(), row["Subject"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(ids(&one), ids(&other));
}

#[test]
fn a_bare_world_has_people_and_no_cases() {
    let world = SalesforceWorld::bare(&SimClock::new());
    assert_eq!(world.counts().get("Case"), None);
    assert_eq!(world.counts()["User"], 9);
    assert_eq!(world.counts()["CaseStatus"], 5);
}

#[test]
fn transactions_nest_and_restore() {
    let clock = SimClock::new();
    let mut world = SalesforceWorld::bare(&clock);
    let actor = actor(&world, &clock);
    let make = |world: &mut SalesforceWorld, name: &str| {
        world.insert("Account", &as_row(json!({"Name": name})), &actor).unwrap()
    };
    let kept = make(&mut world, "Kept");
    let inner = world.transaction(
        |world| {
            let inner = make(world, "Inner");
            world.delete("Account", &kept, &actor).unwrap();
            inner
        },
        |_| false,
    );
    assert!(world.live(&kept).is_some());
    assert!(world.live(&inner).is_none());
    assert!(world.deletions.is_empty());
}

#[test]
fn a_refused_create_leaves_no_consequence() {
    let clock = SimClock::new();
    let mut world = SalesforceWorld::bare(&clock);
    let actor = actor(&world, &clock);
    let case = world.insert("Case", &as_row(json!({"Subject": "x"})), &actor).unwrap();
    let bad = json!({"Subject": "y", "Comments": "z".repeat(4_001)});
    assert!(world.update("Case", &case, &as_row(bad), &actor).is_err());
    assert_eq!(world.live(&case).unwrap()["Subject"], json!("x"));
    assert_eq!(world.counts().get("CaseComment").copied().unwrap_or(0), 0);
}

#[test]
fn deleting_takes_dependents_along() {
    let clock = SimClock::new();
    let mut world = SalesforceWorld::bare(&clock);
    let actor = actor(&world, &clock);
    let case = world.insert("Case", &as_row(json!({"Subject": "x"})), &actor).unwrap();
    let comment = json!({"ParentId": case, "CommentBody": "c"});
    let comment = world.insert("CaseComment", &as_row(comment), &actor).unwrap();
    world.delete("Case", &case, &actor).unwrap();
    assert!(world.live(&comment).is_none());
    assert_eq!(world.counts()["FeedItem"], 0);
    assert_eq!(world.deletions.len(), 3);
    let object = world.schema.object("Case").unwrap().clone();
    world.undelete(&object, &case, &actor).unwrap();
    assert!(world.live(&comment).is_some());
}

#[test]
fn an_account_with_cases_stays() {
    let clock = SimClock::new();
    let mut world = SalesforceWorld::seeded(&clock);
    let actor = actor(&world, &clock);
    let account = world.schema.object("Account").unwrap().clone();
    let id = world.rows(&account).next().unwrap()["Id"].as_str().unwrap().to_owned();
    let refusal = world.delete("Account", &id, &actor).unwrap_err();
    assert_eq!(refusal.complaints[0].code, "DELETE_FAILED");
}
