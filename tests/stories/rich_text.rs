//! Rich text goes both ways, and text that nobody touched is never rewritten.

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use lockstep_model::{adf, rich};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use super::rich_documents::{Document, documents};
use crate::world::{PATIENCE, Setting, World};

/// A rich text area with a paragraph field of Jira, and a plain text area with the description.
const ITEM: &str = "
name: support-bugs
salesforce: { connection: acme-org, object: Case }
jira: { connection: acme-site, project: SUP, issue_type: Bug }
mode: two-way
mappings:
  - { salesforce: Subject, jira: summary }
  - { salesforce: Resolution__c, jira: customfield_10051 }
  - { salesforce: Description, jira: description }
auto_create: { enabled: true, from: now }
sweep_seconds: 300
";

const RICH: (&str, &str) = ("Resolution__c", "customfield_10051");

async fn world() -> Result<World> {
    World::with(Setting { item: ITEM, ..Setting::default() }).await
}

/// Waits until the fleet has nothing to do, and checks that it wrote nothing on the way.
async fn rests(world: &World) -> Result<()> {
    let in_step = || async {
        let plan = world.cli(&["plan", "item", "support-bugs"]).await.unwrap_or_default();
        let counts = &plan["counts"];
        counts["looked_at"].as_u64() > Some(0) && counts["skip"] == counts["looked_at"]
    };
    eventually(PATIENCE, "nothing is left to do", in_step).await;
    world.people.reset_calls().await?;
    world.let_it_settle().await?;
    let updates = ["salesforce.sobject.update", "salesforce.composite.sobjects.update"];
    for written in updates.into_iter().chain(["jira.issue.edit"]) {
        assert_eq!(world.calls(written).await?, 0, "{written} without anybody's edit");
    }
    Ok(())
}

async fn issue_field(world: &World, key: &str, field: &str) -> Result<Value> {
    Ok(world.people.jira_issue(key).await?["fields"][field].clone())
}

async fn case_field(world: &World, case: &str, field: &str) -> Result<String> {
    let record = world.people.salesforce_record("Case", case).await?;
    Ok(record[field].as_str().unwrap_or_default().to_owned())
}

/// Waits until the case shows in its rich text area what a document shows.
async fn case_reads(world: &World, case: &str, doc: &Value) {
    let html = rich::adf_to_html(doc);
    let reads = || async {
        case_field(world, case, RICH.0).await.is_ok_and(|shown| rich::alike(&shown, &html))
    };
    eventually(PATIENCE, &format!("the case shows {html}"), reads).await;
}

/// A case with the document's HTML, and its issue.
async fn linked(world: &World, document: &Document) -> Result<(String, String)> {
    let fields =
        json!({ "Subject": document.name, RICH.0: document.html, "Description": document.name });
    world.linked_case(&fields).await.with_context(|| document.name)
}

/// F-32, F-195, F-302: twenty documents go to Jira and twenty come from there, each readable on the other
/// side; the second pass plans nothing, and no text is rewritten that nobody touched.
#[tokio::test(flavor = "multi_thread")]
async fn twenty_documents_go_both_ways_and_the_second_pass_plans_nothing() -> Result<()> {
    let world = world().await?;
    let documents = documents();
    ensure!(documents.len() == 20, "{} documents", documents.len());
    let links = try_join_all(documents.iter().map(|document| linked(&world, document))).await?;
    rests(&world).await?;
    for (document, (case, key)) in documents.iter().zip(&links) {
        let stored = case_field(&world, case, RICH.0).await?;
        let shown = issue_field(&world, key, RICH.1).await?;
        assert_eq!(adf::canonical(&shown), rich::html_to_adf(&document.html), "{}", document.name);
        assert!(adf::to_text(&shown).contains(document.needle), "{}: {shown}", document.name);
        assert!(rich::alike(&stored, &document.html), "{}: {stored}", document.name);
    }
    for (document, (_, key)) in documents.iter().zip(&links) {
        world
            .people
            .jira_edit(key, json!({ RICH.1: document.doc }))
            .await
            .context(document.name)?;
    }
    for (document, (case, _)) in documents.iter().zip(&links) {
        case_reads(&world, case, &document.doc).await;
    }
    rests(&world).await?;
    for (document, (case, key)) in documents.iter().zip(&links) {
        let shown = issue_field(&world, key, RICH.1).await?;
        assert_eq!(shown, document.doc, "{} was rewritten", document.name);
        let text = rich::html_to_text(&case_field(&world, case, RICH.0).await?);
        assert!(text.contains(document.needle), "{}: {text}", document.name);
    }
    world.end().await
}

fn panel_and(text: &str) -> Value {
    let paragraph =
        |text: &str| json!({"type": "paragraph", "content": [{"type": "text", "text": text}]});
    json!({"type": "doc", "version": 1, "content": [
        {"type": "panel", "attrs": {"panelType": "error"}, "content": [paragraph("Do not restart")]},
        paragraph(text)]})
}

/// F-302, F-310: an edit in a rich text area, and one in a plain one, changes in Jira the paragraph that was
/// edited and nothing else; what HTML and plain text cannot show stays.
#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_one_paragraph_leaves_the_rest_of_the_other_side_as_it_is() -> Result<()> {
    let world = world().await?;
    let (case, key) = world.linked_case(&json!({ "Subject": "Kept", RICH.0: "<p>x</p>" })).await?;
    let typed = json!({ RICH.1: panel_and("It smokes."), "description": panel_and("It smokes.") });
    world.people.jira_edit(&key, typed).await?;
    world.case_shows(&case, "Description", "[error] Do not restart\n\nIt smokes.").await;
    case_reads(&world, &case, &panel_and("It smokes.")).await;
    let html = case_field(&world, &case, RICH.0).await?.replace("smokes", "burns");
    let edited = json!({ RICH.0: html, "Description": "[error] Do not restart\n\nIt burns." });
    world.people.salesforce_edit("Case", &case, edited).await?;
    world.issue_shows(&key, RICH.1, panel_and("It burns.")).await;
    world.issue_shows(&key, "description", panel_and("It burns.")).await;
    rests(&world).await?;
    assert_eq!(case_field(&world, &case, RICH.0).await?, html);
    world.end().await
}

/// F-211: text that outgrows the other side is told with its field, and holds up nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn rich_text_that_does_not_fit_is_told_and_not_written() -> Result<()> {
    let world = world().await?;
    let (case, key) =
        world.linked_case(&json!({ "Subject": "Huge", RICH.0: "<p>small</p>" })).await?;
    let rows = "<tr><td>1</td><td>2</td></tr>".repeat(600);
    let edit = json!({ RICH.0: format!("<table>{rows}</table>"), "Subject": "Huge table" });
    world.people.salesforce_edit("Case", &case, edit).await?;
    world.issue_shows(&key, "summary", "Huge table").await;
    world.let_it_settle().await?;
    let link = world.link_of(&case).await?;
    let finding = &link["findings"][0];
    assert_eq!(finding["subject"], format!("{}:{}", RICH.0, RICH.1), "{link:#}");
    assert!(
        finding["detail"].as_str().is_some_and(|why| why.contains("where 32767 fit")),
        "{link:#}"
    );
    assert_eq!(adf::to_text(&issue_field(&world, &key, RICH.1).await?), "small");
    world.end().await
}
