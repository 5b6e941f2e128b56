//! One fleet for several orgs and sites. The two worlds are twins: they give their records and issues
//! the same ids and keys, so whatever is not told apart by its connection is mixed up here.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_simulator::{ControlClient, Simulator, SimulatorConfig};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, World, full_case, webhook};

/// Another org with another site, connected to the same fleet.
struct Twin {
    people: ControlClient,
    simulator: Simulator,
}

impl Twin {
    /// Starts both, connects them as `twin-org` and `twin-site`, and applies the world's item to them.
    async fn join(world: &World) -> Result<Self> {
        let simulator = Simulator::start(SimulatorConfig::default()).await?;
        let people = ControlClient::new(simulator.control_url());
        people.post("/control/salesforce/org/refresh", &Value::Null).await?;
        let vendors = (simulator.salesforce_url(), simulator.jira_url());
        world.connect("twin", &vendors).await?;
        people.jira_webhook(&webhook(&world.hook.replace("acme-site", "twin-site"))).await?;
        let item = include_str!("../../deploy/examples/support-bugs.yaml")
            .replace("name: support-bugs", "name: twin-bugs")
            .replace("acme-", "twin-")
            .replace("sweep_seconds: 300", "sweep_seconds: 1");
        world.reapply(&item).await?;
        Ok(Self { people, simulator })
    }

    /// Opens a case and waits for its issue; gives the case's id and the issue's key.
    async fn linked_case(&self, fields: &Value) -> Result<(String, String)> {
        let case = self.people.salesforce_create("Case", fields.clone()).await?;
        let id = case["Id"].as_str().context("Id")?.to_owned();
        let of_the_case = |issue: &Value| issue["properties"]["lockstep.link"]["record"] == id;
        let issue = || async {
            let issues = self.people.jira_issues("SUP").await.unwrap_or_default();
            issues.iter().any(of_the_case)
        };
        eventually(PATIENCE, "the twin's case has an issue", issue).await;
        let issues = self.people.jira_issues("SUP").await?;
        let issue = issues.iter().find(|issue| of_the_case(issue)).context("no issue")?;
        Ok((id, issue["key"].as_str().context("key")?.to_owned()))
    }

    async fn subject(&self, case: &str) -> Option<String> {
        let case = self.people.salesforce_record("Case", case).await.ok()?;
        Some(case["Subject"].as_str()?.to_owned())
    }

    async fn summary(&self, key: &str) -> Option<String> {
        let issue = self.people.jira_issue(key).await.ok()?;
        Some(issue["fields"]["summary"].as_str()?.to_owned())
    }

    async fn case_shows(&self, case: &str, subject: &str) {
        let shows = || async { self.subject(case).await.as_deref() == Some(subject) };
        eventually(PATIENCE, &format!("the twin's case shows {subject}"), shows).await;
    }
}

/// F-341: two orgs and two sites under one fleet: each pair is kept in step, and nothing of one is
/// ever seen in the other, though ids and keys are the same; while one is away the other goes on.
#[tokio::test(flavor = "multi_thread")]
async fn two_orgs_and_two_sites_live_side_by_side() -> Result<()> {
    let world = World::start().await?;
    let twin = Twin::join(&world).await?;
    let (case, key) = world.linked_case(&full_case("Ours")).await?;
    let (other_case, other_key) = twin.linked_case(&full_case("Theirs")).await?;
    assert_eq!((&case, &key), (&other_case, &other_key), "twins");

    twin.people.jira_edit(&other_key, json!({ "summary": "Edited there" })).await?;
    twin.case_shows(&other_case, "Edited there").await;
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "Edited here" })).await?;
    world.issue_shows(&key, "summary", "Edited here").await;
    assert_eq!(twin.summary(&other_key).await.as_deref(), Some("Edited there"));

    // One pair is away: its changes wait, the other's do not.
    let away =
        FaultKind::Status { code: 503, body: None, headers: BTreeMap::new(), retry_after: None };
    twin.people.add_fault(&FaultSpec::new(away)).await?;
    twin.people.salesforce_edit("Case", &other_case, json!({ "Subject": "Held up" })).await?;
    world.people.jira_edit(&key, json!({ "summary": "Goes on" })).await?;
    world.case_shows(&case, "Subject", "Goes on").await;
    assert_eq!(twin.summary(&other_key).await.as_deref(), Some("Edited there"));
    twin.people.clear_faults().await?;
    let caught_up = || async { twin.summary(&other_key).await.as_deref() == Some("Held up") };
    eventually(PATIENCE, "the twin catches up", caught_up).await;
    assert_eq!(twin.subject(&other_case).await.as_deref(), Some("Held up"));
    world.case_shows(&case, "Subject", "Goes on").await;

    let links = world.cli(&["link", "list", "--search", &case]).await?;
    let items = links.as_array().context("links")?.iter().filter_map(|link| link["item"].as_i64());
    assert_eq!(items.collect::<BTreeSet<_>>().len(), 2, "one link an item: {links:#}");
    world.end().await?;
    twin.simulator.shutdown().await;
    Ok(())
}
