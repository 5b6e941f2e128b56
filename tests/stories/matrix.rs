//! The matrix: four modes by three owners by fields, status and comments, in one fleet.
//!
//! Every mode has an item, a case and an issue that a person linked; every owner has a field. Both sides
//! are edited, one after the other, and each cell of the table says what crosses.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, Setting, World};

/// The field of each owner: in Salesforce and in Jira.
const OWNED: [(&str, &str, &str); 3] = [
    ("salesforce", "Environment__c", "customfield_10050"),
    ("jira", "Reference_URL__c", "customfield_10061"),
    ("both", "Subject", "summary"),
];

/// What crosses in a mode: of the field of each owner (in the order of [`OWNED`]), to Jira and to
/// Salesforce; and of status and comments, each way.
struct Row {
    mode: &'static str,
    fields: [(bool, bool); 3],
    status: bool,
    comments: bool,
    creates: bool,
}

const NO: (bool, bool) = (false, false);
const TO_JIRA: (bool, bool) = (true, false);
const TO_SALESFORCE: (bool, bool) = (false, true);
const BOTH: (bool, bool) = (true, true);

/// Rows 109 to 113 of the feature list.
const MATRIX: [Row; 4] = [
    Row { mode: "display-only", fields: [NO; 3], status: false, comments: false, creates: false },
    Row { mode: "one-way", fields: [TO_JIRA; 3], status: true, comments: true, creates: true },
    Row { mode: "two-way", fields: [BOTH; 3], status: true, comments: true, creates: true },
    Row {
        mode: "custom",
        fields: [TO_JIRA, TO_SALESFORCE, BOTH],
        status: true,
        comments: true,
        creates: true,
    },
];

fn item(mode: &str) -> String {
    let mappings = OWNED.iter().map(|(owner, salesforce, jira)| {
        let owner = if mode == "custom" { format!(", owner: {owner}") } else { String::new() };
        format!("  - {{ salesforce: {salesforce}, jira: {jira}{owner} }}\n")
    });
    format!(
        "name: {mode}\nsalesforce: {{ connection: acme-org, object: Case }}\n\
         jira: {{ connection: acme-site, project: SUP, issue_type: Bug }}\nmode: {mode}\n\
         mappings:\n{}status:\n  enabled: true\n  map:\n\
         \x20   - {{ salesforce: New, jira: To Do }}\n    - {{ salesforce: Working, jira: In Progress }}\n\
         \x20   - {{ salesforce: Closed, jira: Done }}\n\
         comments: {{ enabled: true }}\nauto_create: {{ enabled: true }}\nsweep_seconds: 300\n",
        mappings.collect::<String>()
    )
}

/// A case and an issue that show the same, linked by hand under the item of a mode.
struct Pair {
    row: &'static Row,
    case: String,
    key: String,
}

impl Pair {
    async fn make(world: &World, row: &'static Row) -> Result<Self> {
        let url = "https://example.com/0";
        let case = json!({ "Subject": row.mode, "Environment__c": "e", "Reference_URL__c": url });
        let case = world.people.salesforce_create("Case", case).await?;
        let case = case["Id"].as_str().context("Id")?.to_owned();
        let issue = json!({
            "summary": row.mode, "customfield_10050": "e", "customfield_10061": url,
            "issuetype": { "name": "Bug" }, "project": { "key": "SUP" },
        });
        let issue = world.people.jira_create(issue).await?;
        let key = issue["key"].as_str().context("key")?.to_owned();
        Ok(Self { row, case, key })
    }

    async fn link(&self, world: &World) -> Result<()> {
        world.cli(&["link", "add", self.row.mode, &self.case, &self.key]).await.map(drop)
    }

    /// Every value of both sides: cases by field, issues by field.
    async fn shown(&self, world: &World) -> Result<[Vec<Value>; 2]> {
        let case = world.people.salesforce_record("Case", &self.case).await?;
        let issue = world.people.jira_issue(&self.key).await?;
        let mut of_case: Vec<Value> =
            OWNED.iter().map(|(_, field, _)| case[*field].clone()).collect();
        let mut of_issue: Vec<Value> =
            OWNED.iter().map(|(_, _, field)| issue["fields"][*field].clone()).collect();
        of_case.push(case["Status"].clone());
        of_issue.push(issue["fields"]["status"]["name"].clone());
        of_case.push(json!(world.case_comments(&self.case).await?.len()));
        of_issue.push(json!(world.issue_comments(&self.key).await?.len()));
        Ok([of_case, of_issue])
    }

    /// Whether what crosses the way of `pick` has come to show `there` where it crosses, `before` where not.
    fn expected(
        &self,
        pick: fn(&(bool, bool)) -> bool,
        (there, before): (&[Value; 5], &[Value; 5]),
    ) -> Vec<Value> {
        let fields = self.row.fields.iter().map(pick);
        let crosses = fields.chain([self.row.status, self.row.comments]);
        let cells = crosses.zip(there.iter().zip(before));
        cells
            .map(|(crosses, (there, before))| if crosses { there } else { before }.clone())
            .collect()
    }

    /// Waits until a side shows this, and checks that it stays so.
    async fn comes_to(&self, world: &World, side: usize, wanted: &[Value]) -> Result<()> {
        let holds = || async { self.shown(world).await.is_ok_and(|shown| shown[side] == wanted) };
        eventually(PATIENCE, &format!("{}: side {side} shows {wanted:?}", self.row.mode), holds)
            .await;
        Ok(())
    }
}

/// F-55, F-65, F-72, F-102, F-103, F-104, F-105, F-108, F-109, F-110, F-111, F-112, F-113: what crosses, by mode and owner.
#[tokio::test(flavor = "multi_thread")]
async fn four_modes_by_three_owners_by_what_is_synced() -> Result<()> {
    let first: &'static str = item("display-only").leak();
    let world = World::with(Setting { item: first, ..Setting::default() }).await?;
    let mut pairs = Vec::new();
    for row in &MATRIX {
        pairs.push(Pair::make(&world, row).await?);
    }
    // A record's stamp has whole seconds: these cases are older than the items.
    tokio::time::sleep(Duration::from_millis(1200)).await;
    for row in &MATRIX[1..] {
        let yaml = item(row.mode).replace("sweep_seconds: 300", "sweep_seconds: 1");
        let (code, printed) = world.apply(&yaml).await?;
        ensure!(code == 0, "{}: {printed}", row.mode);
    }
    for pair in &pairs {
        pair.link(&world).await?;
    }
    let synced = || async {
        let links = world.cli(&["link", "list"]).await.unwrap_or_default();
        let links = links.as_array().cloned().unwrap_or_default();
        links.iter().filter(|link| link["base"]["fields"]["Subject:summary"].is_object()).count()
            == 3
    };
    eventually(PATIENCE, "all but the display-only link are synced", synced).await;
    from_salesforce(&world, &pairs).await?;
    from_jira(&world, &pairs).await?;
    auto_create(&world).await?;
    world.end().await
}

/// People edit, move and comment on every case.
async fn from_salesforce(world: &World, pairs: &[Pair]) -> Result<()> {
    let url = "https://example.com/1";
    for pair in pairs {
        let edit = json!({
            "Environment__c": "of Salesforce", "Reference_URL__c": url, "Subject": "of Salesforce",
            "Status": "Working",
        });
        world.people.salesforce_edit("Case", &pair.case, edit).await?;
        world.people.salesforce_comment(&pair.case, "from Salesforce", true).await?;
    }
    let there = [
        json!("of Salesforce"),
        json!(url),
        json!("of Salesforce"),
        json!("In Progress"),
        json!(1),
    ];
    for pair in pairs {
        let before = [
            json!("e"),
            json!("https://example.com/0"),
            json!(pair.row.mode),
            json!("To Do"),
            json!(0),
        ];
        let wanted = pair.expected(|crosses| crosses.0, (&there, &before));
        pair.comes_to(world, 1, &wanted).await?;
    }
    still(world, pairs).await
}

/// People edit, move and comment on every issue.
async fn from_jira(world: &World, pairs: &[Pair]) -> Result<()> {
    let url = "https://example.com/2";
    for pair in pairs {
        let edit = json!({ "customfield_10050": "of Jira", "customfield_10061": url, "summary": "of Jira" });
        world.people.jira_edit(&pair.key, edit).await?;
        world.people.jira_comment(&pair.key, "from Jira").await?;
        if !pair.row.status {
            world.people.jira_transition(&pair.key, "In Progress").await?;
        }
        world.people.jira_transition(&pair.key, "Done").await?;
    }
    let there = [json!("of Jira"), json!(url), json!("of Jira"), json!("Closed"), json!(2)];
    let before = [
        json!("of Salesforce"),
        json!("https://example.com/1"),
        json!("of Salesforce"),
        json!("Working"),
        json!(1),
    ];
    for pair in pairs {
        let wanted = pair.expected(|crosses| crosses.1, (&there, &before));
        pair.comes_to(world, 0, &wanted).await?;
    }
    still(world, pairs).await
}

/// Lets the fleet sweep some times more: what crossed stays, and what does not cross still has not.
async fn still(world: &World, pairs: &[Pair]) -> Result<()> {
    let mut before = Vec::new();
    for pair in pairs {
        before.push(pair.shown(world).await?);
    }
    tokio::time::sleep(Duration::from_millis(3500)).await;
    for (pair, before) in pairs.iter().zip(before) {
        let after = pair.shown(world).await?;
        ensure!(after == before, "{}: {before:?} became {after:?}", pair.row.mode);
    }
    Ok(())
}

/// A new case opens an issue under every item that is not for display only.
async fn auto_create(world: &World) -> Result<()> {
    let case = world.people.salesforce_create("Case", json!({ "Subject": "New for all" })).await?;
    let case = case["Id"].as_str().context("Id")?;
    let wanted = MATRIX.iter().filter(|row| row.creates).count();
    let created = || async { world.issues_of(case).await.is_ok_and(|keys| keys.len() == wanted) };
    eventually(PATIENCE, "every item but the display-only one opens an issue", created).await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let issues = world.people.jira_issues("SUP").await?;
    let markers = issues.iter().map(|issue| &issue["properties"]["lockstep.link"]);
    let mut items: Vec<&str> = markers
        .filter(|marker| marker["record"] == case)
        .filter_map(|marker| marker["item"].as_str())
        .collect();
    items.sort_unstable();
    ensure!(items == ["custom", "one-way", "two-way"], "{items:?}");
    Ok(())
}
