//! Clients that we did not write drive both simulators through everything that they serve and the clients know.

use lockstep_simulator::{Simulator, SimulatorConfig};

use super::foreign::Foreign;
use super::settings;

const JIRA: [&str; 4] = ["lockstep@example.com", "jira-api-token", "SUP", "Bug"];
const SALESFORCE: [&str; 3] = ["3MVG9lockstep", "salesforce-client-secret", "67.0"];

async fn drive(clients: Result<Foreign, String>, language: &str, scripts: [&str; 2]) {
    let clients = match clients {
        Ok(clients) => clients,
        Err(why) => return settings::skip(&format!("the {language} clients"), &why),
    };
    let config =
        SimulatorConfig { record_dir: settings::record_dir(), ..SimulatorConfig::default() };
    let simulator = Simulator::start(config).await.expect("the simulators start");
    let (jira, salesforce) = (simulator.jira_url(), simulator.salesforce_url());
    let on_jira = [&[jira.as_str()], &JIRA[..]].concat();
    let on_salesforce = [&[salesforce.as_str()], &SALESFORCE[..]].concat();

    let (jira_passed, jira_printed) = clients.run(scripts[0], &on_jira).await;
    let (salesforce_passed, salesforce_printed) = clients.run(scripts[1], &on_salesforce).await;
    println!("{}:\n{jira_printed}\n{}:\n{salesforce_printed}", scripts[0], scripts[1]);
    simulator.shutdown().await;
    assert!(jira_passed && salesforce_passed, "a case failed: see FAIL above");
}

// F-340
#[tokio::test]
async fn python_clients() {
    drive(Foreign::python().await, "Python", ["jira_cases.py", "salesforce_cases.py"]).await;
}

// F-340
#[tokio::test]
async fn node_clients() {
    drive(Foreign::node().await, "Node.js", ["jira.mjs", "salesforce.mjs"]).await;
}
