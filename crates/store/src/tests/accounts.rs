use secrecy::{ExposeSecret as _, SecretString};

use super::{broken_rule, store};
use crate::{Account, NewAccount, Role, Store};

/// An account with a password.
pub(super) fn named(name: &str, role: Role) -> NewAccount {
    NewAccount {
        name: name.to_owned(),
        display_name: name.to_uppercase(),
        role,
        password_hash: Some(SecretString::from("$argon2id$hash")),
        subject: None,
    }
}

/// An account of an identity provider.
fn vouched(subject: &str, role: Role) -> NewAccount {
    NewAccount {
        password_hash: None,
        subject: Some(format!("https://login.example|{subject}")),
        ..named(subject, role)
    }
}

pub(super) async fn account(store: &Store, name: &str, role: Role) -> Account {
    store.accounts().create(&named(name, role)).await.expect("created")
}

#[test]
fn a_role_may_what_those_before_it_may() {
    assert!(Role::Viewer < Role::Operator);
    assert!(Role::Operator < Role::Configurator);
    assert!(Role::Configurator < Role::Admin);
}

#[tokio::test]
async fn names_are_unique_whatever_their_case() {
    let (_fresh, store) = store().await;
    let accounts = store.accounts();
    let ann = account(&store, " Ann@acme.example ", Role::Operator).await;
    assert_eq!((ann.name.as_str(), ann.has_password), ("Ann@acme.example", true));
    let again = accounts.create(&named("ann@ACME.example", Role::Viewer)).await;
    assert_eq!(broken_rule(again), "account_name_taken");
    assert_eq!(broken_rule(accounts.create(&named(" ", Role::Viewer)).await), "account_has_name");
    assert_eq!(accounts.by_name("ANN@acme.example ").await.expect("read"), Some(ann.clone()));
    assert_eq!(accounts.get(ann.id).await.expect("read"), Some(ann));
    assert_eq!(accounts.by_name("bob").await.expect("read"), None);
    account(&store, "aaron", Role::Viewer).await;
    let names: Vec<_> =
        accounts.list().await.expect("list").into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["aaron", "Ann@acme.example"]);
    assert_eq!(accounts.count().await.expect("count"), 2);
}

#[tokio::test]
async fn a_password_is_never_shown_and_changes_alone() {
    let (_fresh, store) = store().await;
    let accounts = store.accounts();
    let ann = account(&store, "ann", Role::Viewer).await;
    assert!(!format!("{ann:?} {:?}", named("ann", Role::Viewer)).contains("argon2id"));
    accounts.set_password(ann.id, &SecretString::from("$argon2id$other")).await.expect("set");
    let hash = accounts.password_hash(ann.id).await.expect("read").expect("there");
    assert_eq!(hash.expose_secret(), "$argon2id$other");
    let nobody = crate::AccountId(ann.id.0 + 1);
    assert!(accounts.password_hash(nobody).await.expect("read").is_none());
    let missing = accounts.set_password(nobody, &SecretString::from("x")).await;
    assert_eq!(broken_rule(missing), "account_missing");
}

#[tokio::test]
async fn one_active_admin_is_always_left() {
    let (_fresh, store) = store().await;
    let accounts = store.accounts();
    let (ann, bob) =
        (account(&store, "ann", Role::Admin).await, account(&store, "bob", Role::Admin).await);
    accounts.set_disabled(bob.id, true).await.expect("another one is left");
    assert_eq!(broken_rule(accounts.set_disabled(ann.id, true).await), "last_admin");
    assert_eq!(broken_rule(accounts.set_role(ann.id, Role::Viewer).await), "last_admin");
    accounts.set_role(ann.id, Role::Admin).await.expect("stays one");
    accounts.set_role(bob.id, Role::Viewer).await.expect("a disabled one does not count");
    accounts.set_disabled(bob.id, false).await.expect("let in");
    let bob = accounts.get(bob.id).await.expect("read").expect("there");
    assert_eq!((bob.role, bob.disabled), (Role::Viewer, false));
    let missing = accounts.set_role(crate::AccountId(999), Role::Admin).await;
    assert_eq!(broken_rule(missing), "account_missing");
}

/// Two administrators who disable each other at the same time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_admins_do_not_take_each_other_away() {
    let (_fresh, store) = store().await;
    let accounts = store.accounts();
    let ann = account(&store, "ann", Role::Admin).await;
    let bob = account(&store, "bob", Role::Admin).await;
    for _ in 0..20 {
        let (one, two) = tokio::join!(
            accounts.set_disabled(ann.id, true),
            accounts.set_role(bob.id, Role::Operator)
        );
        assert!(one.is_ok() != two.is_ok(), "one of them stays: {one:?} {two:?}");
        accounts.set_disabled(ann.id, false).await.expect("let in");
        accounts.set_role(bob.id, Role::Admin).await.expect("promoted");
    }
}

#[tokio::test]
async fn an_identity_provider_makes_an_account_once_and_keeps_it_up_to_date() {
    let (_fresh, store) = store().await;
    let accounts = store.accounts();
    account(&store, "root", Role::Admin).await;
    let made = accounts.sign_in_from_provider(&vouched("ann", Role::Viewer)).await.expect("made");
    assert!(!made.has_password);
    let known = accounts.get(made.id).await.expect("read").expect("there");
    assert!(known.signed_in_at.is_some());
    let promoted =
        NewAccount { display_name: "Ann B".to_owned(), ..vouched("ann", Role::Operator) };
    let again = accounts.sign_in_from_provider(&promoted).await.expect("known");
    assert_eq!((again.id, again.role), (made.id, Role::Operator));
    assert_eq!(again.display_name, "Ann B");
    let subject = made.subject.expect("a subject");
    assert_eq!(accounts.by_subject(&subject).await.expect("read"), Some(again));

    accounts.set_disabled(made.id, true).await.expect("disabled");
    let shut_out =
        accounts.sign_in_from_provider(&vouched("ann", Role::Admin)).await.expect("as is");
    assert_eq!((shut_out.disabled, shut_out.role), (true, Role::Operator));
}

#[tokio::test]
async fn an_identity_provider_takes_no_account_over_and_leaves_an_admin() {
    let (_fresh, store) = store().await;
    let accounts = store.accounts();
    let first = accounts.sign_in_from_provider(&vouched("ann", Role::Admin)).await.expect("made");
    let lowered =
        accounts.sign_in_from_provider(&vouched("ann", Role::Viewer)).await.expect("known");
    assert_eq!((lowered.id, lowered.role), (first.id, Role::Admin), "the last one stays");
    account(&store, "bob", Role::Admin).await;
    let impostor = accounts.sign_in_from_provider(&vouched("bob", Role::Admin)).await;
    assert_eq!(broken_rule(impostor), "account_name_taken");
    let lowered =
        accounts.sign_in_from_provider(&vouched("ann", Role::Viewer)).await.expect("known");
    assert_eq!(lowered.role, Role::Viewer, "another one is left");
}
