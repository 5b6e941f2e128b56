//! A console over both vendors, simulated, with people on both sides.

use lockstep_engine::{NewJira, NewSalesforce};
use lockstep_simulator::jira::FORGE_APP;
use lockstep_simulator::{ControlClient, Simulator, SimulatorConfig};
use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::Desk;
use crate::Forge;

/// A display-only item over accounts.
pub(crate) const ITEM: &str = "name: accounts\nsalesforce: { connection: acme-org, object: Account }\n\
    jira: { connection: acme-site, project: SUP, issue_type: Bug }\nmode: display-only\n\
    show: [Name, Tier__c]\nassociated: { enabled: true, limit: 2 }\n";

/// A console, both vendors, and people on both sides.
pub(crate) struct Stage {
    pub(crate) desk: Desk,
    pub(crate) people: ControlClient,
    pub(crate) simulator: Simulator,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let simulator = Simulator::start(SimulatorConfig::default()).await.expect("vendors");
        let (org, site) = (url(&simulator.salesforce_url()), url(&simulator.jira_url()));
        let keys = site.join("/.well-known/jwks.json").expect("an address");
        let desk = Desk::configured(|settings| {
            settings.forge = Some(Forge { app: FORGE_APP.to_owned(), keys });
        });
        let desk = desk.await;
        let new = NewSalesforce {
            login_url: org,
            client_id: "3MVG9lockstep".to_owned(),
            client_secret: SecretString::from("salesforce-client-secret"),
        };
        let test = desk.app.engine.connect_salesforce("acme-org", new).await.expect("the org");
        assert!(test.ok(), "{test:?}");
        let new = NewJira {
            site,
            email: "lockstep@example.com".to_owned(),
            token: SecretString::from("jira-api-token"),
            webhook_secret: None,
        };
        let test = desk.app.engine.connect_jira("acme-site", new).await.expect("the site");
        assert!(test.ok(), "{test:?}");
        let spec = lockstep_model::ItemDocument::read(ITEM).expect("an item").item;
        desk.app.engine.apply_item(&spec).await.expect("applied");
        let people = ControlClient::new(simulator.control_url());
        Self { desk, people, simulator }
    }

    pub(crate) async fn issue(&self) -> String {
        let issue = self.people.jira_create(json!({ "summary": "About Acme" })).await;
        issue.expect("an issue")["key"].as_str().expect("a key").to_owned()
    }

    pub(crate) async fn account(&self, name: &str) -> String {
        let made =
            self.people.salesforce_create("Account", json!({ "Name": name, "Tier__c": "Gold" }));
        made.await.expect("an account")["Id"].as_str().expect("an id").to_owned()
    }
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("an address")
}
