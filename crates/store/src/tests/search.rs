use lockstep_model::{Base, Code, Finding, ItemId, LinkId};

use super::{document, item, record, store, taken};
use crate::{Commit, LinkState, Matter, Origin, Search, Store, Told};

/// What a commit of a link says, as far as a search can tell.
struct Said<'a> {
    issue: (&'a str, &'a str),
    told: Option<Told<'a>>,
    findings: &'a [Finding],
    state: LinkState,
}

impl<'a> Said<'a> {
    fn of(issue: (&'a str, &'a str), title: &'a str, summary: &'a str) -> Self {
        let told = Some(Told { title, summary });
        Self { issue, told, findings: &[], state: LinkState::Active }
    }
}

async fn link(store: &Store, item: ItemId, number: u32) -> LinkId {
    let made = store.links().create(item, &record(number), Origin::Auto, None).await;
    made.expect("created").0.id
}

async fn say(store: &Store, link: LinkId, said: Said<'_>) {
    let held = taken(store, link, "one", 1).await;
    let commit = Commit {
        link,
        fence: held.fence,
        wanted: held.wanted,
        base: &Base::default(),
        issue: Some(said.issue),
        told: said.told,
        record_seen: None,
        issue_seen: None,
        settled: true,
        pairs: &[],
        findings: said.findings,
        audit: &[],
        state: said.state,
    };
    store.commit(&commit).await.expect("committed");
}

async fn found(store: &Store, search: &Search) -> Vec<LinkId> {
    let lines = store.links().search(search).await.expect("found");
    let counted = store.links().search_count(search).await.expect("counted");
    let found: Vec<LinkId> = lines.into_iter().map(|line| line.link.id).collect();
    if search.after.is_none() && search.limit == 0 {
        assert_eq!(usize::try_from(counted).expect("small"), found.len(), "{search:?}");
    }
    found
}

fn text(text: &str) -> Search {
    Search { text: text.to_owned(), ..Search::default() }
}

#[tokio::test]
async fn a_link_is_found_by_whatever_a_person_knows_of_it() {
    let (_fresh, store) = store().await;
    let item = item(&store).await;
    let (one, two) = (link(&store, item, 1).await, link(&store, item, 2).await);
    let unread = link(&store, item, 3).await;
    say(&store, one, Said::of(("101", "SUP-1"), "00001026", "Printer on fire")).await;
    say(&store, two, Said::of(("102", "SUP-2"), "00001027", "Drucker brennt in Überlingen")).await;
    // The issue moved to another project.
    say(&store, one, Said::of(("101", "OPS-7"), "00001026", "Printer on fire, again")).await;

    for (asked, expected) in [
        ("OPS-7", vec![one]),
        ("sup-1", vec![one]),
        ("SUP-2", vec![two]),
        ("1026", vec![one]),
        ("00001", vec![two, one]),
        ("fire PRINT", vec![one]),
        ("again", vec![one]),
        ("ÜBERL", vec![two]),
        ("fire brennt", vec![]),
        ("%", vec![]),
        (record(3).as_str(), vec![unread]),
        (&record(2).as_str()[..15], vec![two]),
        ("", vec![unread, two, one]),
    ] {
        assert_eq!(found(&store, &text(asked)).await, expected, "{asked}");
    }
    let line = store.links().line(one).await.expect("read").expect("there");
    assert_eq!(
        (line.title.as_str(), line.summary.as_str()),
        ("00001026", "Printer on fire, again")
    );
    assert_eq!(line.old_keys, ["SUP-1"]);
    let line = store.links().line(unread).await.expect("read").expect("there");
    assert_eq!((line.title.as_str(), line.old_keys.len()), ("", 0));
}

#[tokio::test]
async fn what_a_commit_does_not_tell_is_kept() {
    let (_fresh, store) = store().await;
    let item = item(&store).await;
    let one = link(&store, item, 1).await;
    say(&store, one, Said::of(("101", "SUP-1"), "1026", "Printer")).await;
    say(&store, one, Said { told: None, ..Said::of(("101", "SUP-1"), "", "") }).await;
    assert_eq!(found(&store, &text("printer")).await, [one]);
    // A title of fifteen characters could be a record's id, and is none here.
    say(&store, one, Said::of(("101", "SUP-1"), "SN1234567890123", "Printer")).await;
    assert_eq!(found(&store, &text("SN1234567890123")).await, [one]);
}

#[tokio::test]
async fn searches_are_filtered_and_paged_newest_first() {
    let (_fresh, store) = store().await;
    let item = item(&store).await;
    let all = store.connections();
    let jira = all.by_name("acme-jira").await.expect("read").expect("there").id;
    let salesforce = all.by_name("acme-sf").await.expect("read").expect("there").id;
    let extra = serde_json::json!({});
    let other = store.items().apply(&document("other"), salesforce, jira, &extra).await;
    let other = other.expect("applied").id;
    let finding = [Finding {
        code: Code::JiraRequiredField,
        subject: "status".to_owned(),
        detail: "resolution".to_owned(),
    }];
    let mut links = Vec::new();
    for number in 1..=5 {
        let (issue, key) = (format!("10{number}"), format!("SUP-{number}"));
        let one = link(&store, if number == 5 { other } else { item }, number).await;
        let mut said = Said::of((&issue, &key), &key, "A pump leaks");
        if number == 2 {
            said.findings = &finding;
        }
        if number == 3 {
            said.state = LinkState::Gone;
        }
        say(&store, one, said).await;
        links.push(one);
    }
    let fresh = link(&store, item, 6).await;
    for words in ["", "pump"] {
        let search = Search { item: Some(item), limit: 2, ..text(words) };
        let first = found(&store, &Search { after: Some(fresh), ..search.clone() }).await;
        assert_eq!(first, [links[3], links[2]], "{words}");
        let next = Search { after: first.last().copied(), ..search };
        assert_eq!(found(&store, &next).await, [links[1], links[0]], "{words}");

        let of = |search: Search| Search { text: words.to_owned(), ..search };
        let gone = of(Search { state: Some(LinkState::Gone), ..Search::default() });
        assert_eq!(found(&store, &gone).await, [links[2]]);
        let with_findings = of(Search { only: Some(Matter::Findings), ..Search::default() });
        assert_eq!(found(&store, &with_findings).await, [links[1]]);
        let code = of(Search { code: Some(Code::JiraRequiredField), ..Search::default() });
        assert_eq!(found(&store, &code).await, [links[1]]);
        let another = of(Search { code: Some(Code::JiraOption), ..Search::default() });
        assert!(found(&store, &another).await.is_empty());
        let held = of(Search { only: Some(Matter::Held), ..Search::default() });
        assert!(found(&store, &held).await.is_empty());
        let elsewhere = of(Search { item: Some(other), ..Search::default() });
        assert_eq!(found(&store, &elsewhere).await, [links[4]]);
    }
    let never = Search { only: Some(Matter::NeverSynced), ..Search::default() };
    assert_eq!(found(&store, &never).await, [fresh]);
}
