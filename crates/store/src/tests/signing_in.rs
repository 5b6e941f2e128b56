use std::time::Duration;

use lockstep_testkit::database::Fresh;
use secrecy::{ExposeSecret as _, SecretString};

use super::accounts::{account, named};
use super::{broken_rule, store};
use crate::{Failures, NewApiToken, OidcLogin, Role};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Makes something older than it is, behind the store's back.
async fn run(fresh: &Fresh, sql: &str) {
    fresh.client().await.expect("client").batch_execute(sql).await.expect(sql);
}

#[tokio::test]
async fn a_session_lasts_until_it_is_idle_ended_or_shut_out() {
    let (fresh, store) = store().await;
    let sessions = store.sessions();
    let ann = account(&store, "ann", Role::Operator).await;
    for token in [b"one", b"two", b"ten"] {
        sessions.open(token, ann.id, DAY, &"agent ".repeat(100)).await.expect("opened");
    }
    let found = sessions.find(b"one", HOUR).await.expect("asked").expect("signed in");
    assert_eq!(found.account, ann);
    assert!(sessions.find(b"other", HOUR).await.expect("asked").is_none());
    let all = sessions.of_account(ann.id).await.expect("list");
    assert_eq!((all.len(), all[0].user_agent.len()), (3, 200));

    run(&fresh, "UPDATE session SET seen_at = now() - interval '2 hours' WHERE token_hash = 'one'")
        .await;
    assert!(sessions.find(b"one", HOUR).await.expect("asked").is_none(), "idle");
    assert!(sessions.find(b"one", 3 * HOUR).await.expect("asked").is_some());
    run(&fresh, "UPDATE session SET expires_at = now() WHERE token_hash = 'one'").await;
    assert!(sessions.find(b"one", DAY).await.expect("asked").is_none(), "over");
    assert_eq!(sessions.purge(10).await.expect("purged"), 1);

    assert_eq!(sessions.end_all(ann.id, Some(b"two")).await.expect("ended"), 1);
    assert!(sessions.find(b"two", HOUR).await.expect("asked").is_some());
    store.accounts().set_disabled(ann.id, true).await.expect("disabled");
    assert!(sessions.find(b"two", HOUR).await.expect("asked").is_none(), "shut out");
    store.accounts().set_disabled(ann.id, false).await.expect("let in");
    assert!(sessions.find(b"two", HOUR).await.expect("asked").is_none(), "and signed out");
}

#[tokio::test]
async fn a_session_is_touched_once_a_minute() {
    let (fresh, store) = store().await;
    let ann = account(&store, "ann", Role::Viewer).await;
    store.sessions().open(b"one", ann.id, DAY, "").await.expect("opened");
    let client = fresh.client().await.expect("client");
    let sql = "SELECT seen_at > now() - interval '10 seconds' FROM session";
    for (age, touched) in [("50 seconds", false), ("70 seconds", true)] {
        let older = format!("UPDATE session SET seen_at = now() - interval '{age}'");
        client.batch_execute(&older).await.expect("older");
        store.sessions().find(b"one", HOUR).await.expect("asked").expect("signed in");
        let now: bool = client.query_one(sql, &[]).await.expect("row").get(0);
        assert_eq!(now, touched, "{age}");
    }
}

#[tokio::test]
async fn a_password_change_and_a_sign_out_end_sessions() {
    let (_fresh, store) = store().await;
    let ann = account(&store, "ann", Role::Viewer).await;
    let sessions = store.sessions();
    sessions.open(b"one", ann.id, DAY, "").await.expect("opened");
    sessions.end(b"one").await.expect("ended");
    sessions.end(b"one").await.expect("twice is as good as once");
    sessions.open(b"two", ann.id, DAY, "").await.expect("opened");
    store.accounts().set_password(ann.id, &SecretString::from("h")).await.expect("set");
    for token in [b"one", b"two"] {
        assert!(sessions.find(token, HOUR).await.expect("asked").is_none());
    }
}

#[tokio::test]
async fn failures_count_by_name_and_by_address() {
    let (fresh, store) = store().await;
    let logins = store.logins();
    for (name, address) in [("Ann", "192.0.2.1"), ("ann ", "192.0.2.2"), ("bob", "192.0.2.1")] {
        logins.note_failure(name, address).await.expect("noted");
    }
    let count = async |name: &str, address: &str| {
        logins.failures_since(name, address, HOUR).await.expect("counted")
    };
    assert_eq!(count("ann", "192.0.2.1").await, Failures { by_name: 2, by_address: 2 });
    assert_eq!(count("eve", "192.0.2.9").await, Failures::default());
    run(
        &fresh,
        "UPDATE login_failure SET at = now() - interval '2 hours' WHERE address = '192.0.2.2'",
    )
    .await;
    assert_eq!(count("ann", "192.0.2.2").await, Failures { by_name: 1, by_address: 0 });
    assert_eq!(logins.purge(HOUR, 10).await.expect("purged"), 1);
    logins.clear("ANN").await.expect("cleared");
    assert_eq!(count("ann", "192.0.2.1").await, Failures { by_name: 0, by_address: 1 });
}

#[tokio::test]
async fn a_token_works_until_it_ends_or_is_revoked() {
    let (fresh, store) = store().await;
    let tokens = store.api_tokens();
    let (ann, bob) =
        (account(&store, "ann", Role::Operator).await, account(&store, "bob", Role::Viewer).await);
    let new = |hash: &[u8], of: &crate::Account| NewApiToken {
        name: "nightly".to_owned(),
        token_hash: hash.to_vec(),
        account: of.id,
        scopes: vec!["links.read".to_owned(), "audit.read".to_owned()],
        expires_at: None,
    };
    let one = tokens.create(&new(b"one", &ann)).await.expect("created");
    let two = tokens.create(&new(b"two", &bob)).await.expect("created");
    assert_eq!(broken_rule(tokens.create(&new(b"two", &ann)).await), "api_token_once");
    let (token, owner) = tokens.find(b"one").await.expect("asked").expect("found");
    assert_eq!((&token.id, &token.scopes, &owner), (&one.id, &one.scopes, &ann));
    assert_eq!(tokens.find(b"six").await.expect("asked"), None);
    let used = tokens.list(Some(ann.id)).await.expect("list");
    assert_eq!((used.len(), used[0].last_used_at.is_some()), (1, true));
    let ids: Vec<_> = tokens.list(None).await.expect("list").iter().map(|one| one.id).collect();
    assert_eq!(ids, [two.id, one.id]);

    assert!(!tokens.revoke(one.id, Some(bob.id)).await.expect("not his"));
    assert!(tokens.revoke(one.id, Some(ann.id)).await.expect("revoked"));
    assert!(!tokens.revoke(one.id, None).await.expect("already"));
    assert_eq!(tokens.find(b"one").await.expect("asked"), None);
    run(&fresh, "UPDATE api_token SET expires_at = now() WHERE token_hash = 'two'").await;
    assert_eq!(tokens.find(b"two").await.expect("asked"), None, "over");
    tokens.create(&new(b"three", &bob)).await.expect("created");
    store.accounts().set_disabled(bob.id, true).await.expect("disabled");
    assert_eq!(tokens.find(b"three").await.expect("asked"), None, "shut out");
}

#[tokio::test]
async fn the_first_admin_is_made_once() {
    let (fresh, store) = store().await;
    let setup = store.setup();
    assert!(setup.offer(b"old", HOUR).await.expect("offered"));
    assert!(setup.offer(b"new", HOUR).await.expect("replaced"));
    let admin = named("root", Role::Admin);
    assert!(!setup.is_offered(b"old").await.expect("asked"));
    assert_eq!(setup.first_admin(b"old", &admin).await.expect("asked"), None);
    assert!(setup.is_offered(b"new").await.expect("asked"));

    account(&store, "root", Role::Viewer).await;
    assert_eq!(broken_rule(setup.first_admin(b"new", &admin).await), "account_name_taken");
    assert!(setup.is_offered(b"new").await.expect("both or neither"));
    let admin = named("boss", Role::Admin);
    run(&fresh, "UPDATE setup SET expires_at = now() - interval '1 second'").await;
    assert_eq!(setup.first_admin(b"new", &admin).await.expect("asked"), None, "too late");
    setup.offer(b"new", HOUR).await.expect("again");
    let (one, two) =
        tokio::join!(setup.first_admin(b"new", &admin), setup.first_admin(b"new", &admin));
    let made: Vec<_> = [one, two].into_iter().filter_map(|made| made.expect("asked")).collect();
    assert_eq!(made.len(), 1, "once");
    assert!(!setup.offer(b"more", HOUR).await.expect("asked"), "there is an administrator");
    assert!(!setup.is_offered(b"more").await.expect("asked"));
}

#[tokio::test]
async fn a_sign_in_at_a_provider_is_taken_once_and_sealed() {
    let (fresh, store) = store().await;
    let logins = store.oidc_logins();
    let login = OidcLogin {
        nonce: "n-1".to_owned(),
        verifier: SecretString::from("verify-me"),
        return_to: "/links".to_owned(),
    };
    assert!(!format!("{login:?}").contains("verify-me"));
    for state in [b"one", b"two"] {
        logins.begin(state, &login).await.expect("begun");
    }
    let client = fresh.client().await.expect("client");
    let sql = "SELECT count(*) FROM oidc_login WHERE position('verify'::bytea IN verifier) > 0";
    assert_eq!(client.query_one(sql, &[]).await.expect("row").get::<_, i64>(0), 0, "sealed");
    let taken = logins.take(b"one").await.expect("asked").expect("there");
    assert_eq!(taken.verifier.expose_secret(), "verify-me");
    assert_eq!((taken.nonce.as_str(), taken.return_to.as_str()), ("n-1", "/links"));
    assert!(logins.take(b"one").await.expect("asked").is_none(), "once");
    run(&fresh, "UPDATE oidc_login SET created_at = now() - interval '11 minutes'").await;
    assert_eq!(logins.purge(10).await.expect("purged"), 1);
    logins.begin(b"two", &login).await.expect("begun");
    run(&fresh, "UPDATE oidc_login SET created_at = now() - interval '11 minutes'").await;
    assert!(logins.take(b"two").await.expect("asked").is_none(), "too late");
}

// F-336
#[tokio::test]
async fn a_link_sets_a_password_once_and_for_some_time() {
    let (fresh, store) = store().await;
    let (links, accounts) = (store.invitations(), store.accounts());
    let ann = account(&store, "ann", Role::Operator).await;
    let hash = SecretString::from("hashed");
    let taken = async |token: &[u8]| links.take(token, &hash).await.expect("asked");
    let until = links.offer(ann.id, b"one", DAY).await.expect("offered");
    assert!(links.offer(ann.id, b"two", 2 * DAY).await.expect("offered") > until);
    assert!(links.offered(b"one").await.expect("asked").is_none(), "the later one counts");
    assert_eq!(links.offered(b"two").await.expect("asked").expect("good").id, ann.id);
    store.sessions().open(b"session", ann.id, DAY, "").await.expect("opened");
    assert!(taken(b"one").await.is_none());
    assert_eq!(taken(b"two").await.expect("set").id, ann.id);
    assert!(taken(b"two").await.is_none(), "it works once");
    assert!(store.sessions().find(b"session", DAY).await.expect("asked").is_none());
    let kept = accounts.password_hash(ann.id).await.expect("asked").expect("a password");
    assert_eq!(kept.expose_secret(), "hashed");

    links.offer(ann.id, b"old", DAY).await.expect("offered");
    accounts.set_password(ann.id, &hash).await.expect("set");
    assert!(links.offered(b"old").await.expect("asked").is_none(), "there is a password again");
    links.offer(ann.id, b"late", DAY).await.expect("offered");
    accounts.set_disabled(ann.id, true).await.expect("disabled");
    assert!(taken(b"late").await.is_none(), "shut out");
    accounts.set_disabled(ann.id, false).await.expect("let in");
    run(&fresh, "UPDATE invitation SET expires_at = now()").await;
    assert!(taken(b"late").await.is_none(), "over");
}

#[tokio::test]
async fn times_are_read_as_their_reader_likes() {
    let (_fresh, store) = store().await;
    let ann = account(&store, "ann", Role::Viewer).await;
    assert_eq!((ann.time_zone.as_deref(), ann.exact_times), (None, false));
    store.accounts().set_times(ann.id, Some("Asia/Tokyo"), true).await.expect("set");
    let ann = store.accounts().get(ann.id).await.expect("read").expect("there");
    assert_eq!((ann.time_zone.as_deref(), ann.exact_times), (Some("Asia/Tokyo"), true));
}
