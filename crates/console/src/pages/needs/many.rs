//! What is done to a whole group at once: links that are looked at again, and dead letters that are
//! replayed or given up. Bounded by press, so that nothing is flooded; what is left is shown again.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use lockstep_model::cost::LINKS_MAX;
use lockstep_model::{Code, ItemId, Job, JobKind, Lane, LinkId};
use lockstep_store::{Letters, Matter, Search};
use serde_json::json;

use crate::access::Visitor;
use crate::asks::Act;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Confirm, Did, Shell, words};
use crate::{App, Console};

/// Links that one press looks at again.
const LINKS: usize = 2_000;

/// Dead letters that one press settles.
const LETTERS: i64 = 2_000;

fn code(id: &str) -> Result<Code, Trouble> {
    Code::from_id(id).ok_or(Trouble::NotFound("error"))
}

/// Looks again at the links with a finding of this code; what was refused is offered once more.
pub(super) async fn retry(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let code = code(&id)?;
    let links = affected(&app, code).await?;
    let count = links.values().map(Vec::len).sum::<usize>();
    let correlation = app.correlation();
    for (item, links) in links {
        for some in links.chunks(LINKS_MAX) {
            let kind = JobKind::Batch { item, links: some.to_vec() };
            let identity = (app.ambient.id(), correlation.clone());
            // Many links: nobody waits for each, and what people wait for goes before them.
            let job = Job { lane: Lane::Bulk, ..Job::asked(kind, identity, app.ambient.now()) };
            app.store.promises().make(&job, None).await?;
        }
    }
    let act = Act { after: json!({ "links": count }), ..Act::new("retry_all", code.id()) };
    app.note_act(visitor.actor(), act, correlation).await?;
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    Ok(Redirect::to(&Did::Replayed.of(count, "/needs")).into_response())
}

/// The active links with such a finding, by their items; no more than one press looks at.
async fn affected(app: &Console, code: Code) -> Result<BTreeMap<ItemId, Vec<LinkId>>, Trouble> {
    let mut search = Search {
        state: Some(lockstep_store::LinkState::Active),
        only: Some(Matter::Findings),
        code: Some(code),
        limit: 500,
        ..Search::default()
    };
    let (mut links, mut count) = (BTreeMap::<ItemId, Vec<LinkId>>::new(), 0);
    while count < LINKS {
        let found = app.store.links().search(&search).await?;
        let Some(last) = found.last() else {
            break;
        };
        search.after = Some(last.link.id);
        count += found.len();
        for line in found {
            links.entry(line.link.item).or_default().push(line.link.id);
        }
    }
    Ok(links)
}

/// Puts the dead letters of this code back to work.
pub(super) async fn replay(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let letters = Letters { code: Some(code(&id)?), since: None };
    let actor = visitor.actor();
    let count = app.store.dead_letters().replay_some(letters, actor, LETTERS).await?;
    note(&app, &visitor, ("replay_all", &id), count).await?;
    Ok(Redirect::to(&Did::Replayed.of(count, "/needs")).into_response())
}

/// Lets the dead letters of this code go for good, after a question that says how many they are.
pub(super) async fn discard(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let code = code(&id)?;
    let letters = Letters { code: Some(code), since: None };
    if !Confirm::given(&form) {
        let count = app.store.dead_letters().count(letters).await?;
        let confirm = Confirm {
            title: format!("Give up {}?", words::many(count, "dead letter")),
            text: format!(
                "All that wait because of {code}: {}. Their jobs are not done again.",
                code.title()
            ),
            button: "Discard all",
            back: "/needs".to_owned(),
        };
        return confirm.draw(shell, &form);
    }
    let actor = visitor.actor();
    let count = app.store.dead_letters().discard_some(letters, actor, LETTERS).await?;
    note(&app, &visitor, ("discard_all", &id), count).await?;
    Ok(Redirect::to(&Did::Discarded.of(count, "/needs")).into_response())
}

async fn note(
    app: &Console,
    visitor: &Visitor,
    (step, code): (&str, &str),
    count: u64,
) -> Result<(), Trouble> {
    let act = Act { after: json!({ "letters": count }), ..Act::new(step, code) };
    app.note_act(visitor.actor(), act, app.correlation()).await
}
