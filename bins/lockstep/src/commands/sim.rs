//! `lockstep sim`: both vendors and an identity provider, simulated.

use lockstep_simulator::{Simulator, SimulatorConfig, oidc, salesforce};

use crate::args::SimArgs;
use crate::output::Failure;

pub async fn run(args: &SimArgs) -> Result<(), Failure> {
    let config = SimulatorConfig {
        jira_addr: args.jira,
        salesforce_addr: args.salesforce,
        oidc_addr: args.oidc,
        oidc_redirects: args.oidc_redirect.clone(),
        control_addr: args.control,
        record_dir: args.record.clone(),
        seed: !args.empty,
    };
    let cannot = |why| {
        Failure::Plain(format!("the simulators did not start: {why}; choose other addresses"))
    };
    let simulator = Simulator::start(config).await.map_err(cannot)?;
    println!(
        "Jira        {}   user lockstep@example.com, API token jira-api-token",
        simulator.jira_url()
    );
    println!(
        "Salesforce  {}   client id {}, secret {}; by the older Connected App: {}, {}",
        simulator.salesforce_url(),
        salesforce::CLIENT_ID,
        salesforce::CLIENT_SECRET,
        salesforce::CONNECTED_APP_ID,
        salesforce::CONNECTED_APP_SECRET
    );
    println!(
        "identity    {}   client id {}, secret {}",
        simulator.oidc_url(),
        oidc::CLIENT_ID,
        oidc::CLIENT_SECRET
    );
    println!("control     {}/control/state", simulator.control_url());
    println!("Ctrl-C ends them; nothing is kept.");
    let waited = tokio::signal::ctrl_c().await;
    simulator.shutdown().await;
    waited.map_err(|why| Failure::Plain(format!("Ctrl-C cannot be awaited: {why}")))
}
