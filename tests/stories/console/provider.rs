//! The console at an identity provider, as its environment names it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use lockstep_simulator::oidc::{CLIENT_ID, CLIENT_SECRET};
use lockstep_simulator::{ControlClient, Simulator, SimulatorConfig};
use lockstep_testkit::database;
use lockstep_testkit::environment::free_port;
use lockstep_testkit::http::{get, send};
use reqwest::Url;

use crate::world::{Cli, KEYS, launch, ready};

/// F-336: what the environment says of the identity provider is refused whole where it is wrong; where it is
/// right, somebody signs in with the role of a group.
#[tokio::test(flavor = "multi_thread")]
async fn a_console_signs_people_in_by_the_provider_of_its_environment() -> Result<()> {
    let database = database::Fresh::create().await?;
    let simulator = Simulator::start(SimulatorConfig::default()).await?;
    let address = format!("127.0.0.1:{}", free_port()?);
    let variables: BTreeMap<String, String> = [
        ("LOCKSTEP_DATABASE_URL", database.url().to_owned()),
        ("LOCKSTEP_AMQP_URL", "amqp://nobody@127.0.0.1:1/".to_owned()),
        ("LOCKSTEP_KEYS", KEYS.to_owned()),
        ("LOCKSTEP_ALLOW_LOOPBACK", "true".to_owned()),
        ("LOCKSTEP_LISTEN", address.clone()),
        ("LOCKSTEP_PUBLIC_URL", format!("http://{address}")),
        ("LOCKSTEP_OIDC_ISSUER", simulator.oidc_url()),
        ("LOCKSTEP_OIDC_CLIENT_ID", CLIENT_ID.to_owned()),
        ("LOCKSTEP_OIDC_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ("LOCKSTEP_OIDC_ROLES", "support-leads=operator,*=viewer".to_owned()),
        ("LOCKSTEP_OIDC_SCOPES", "openid profile email groups".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    Cli::new(&variables).json(&["migrate"]).await?;
    refused(&variables).await?;

    let admin = free_port()?;
    let mut console = launch("lockstep-console", &variables, admin).start()?;
    ready(&mut console, admin).await?;
    let people = ControlClient::new(simulator.control_url());
    let callback = format!("http://{address}/login/oidc/callback");
    people.oidc_redirects(&[callback.as_str()]).await?;
    let (cookie, landed) = signed_in(&address, "olga").await?;
    assert_eq!(landed, "/links");
    let mine = send(&address, "GET /me", &[("cookie", &cookie)], b"").await?;
    assert_eq!(mine.status, 200, "{}", mine.body);
    assert!(
        mine.body.contains("olga@example.com") && mine.body.contains("operator"),
        "{}",
        mine.body
    );
    console.terminate().await?;
    assert!(console.wait(Duration::from_secs(15)).await?.success());
    simulator.shutdown().await;
    Ok(())
}

/// Everything that is wrong is said at once, with what would be right, and no secret.
async fn refused(variables: &BTreeMap<String, String>) -> Result<()> {
    let mut wrong = variables.clone();
    for (name, value) in [
        ("LOCKSTEP_OIDC_ISSUER", "http://id.example.com"),
        ("LOCKSTEP_OIDC_CLIENT_ID", ""),
        ("LOCKSTEP_OIDC_CLIENT_SECRET", "hunter2"),
    ] {
        wrong.insert(name.to_owned(), value.to_owned());
    }
    ends(
        &wrong,
        &["LOCKSTEP_OIDC_CLIENT_ID: an issuer is set", "LOCKSTEP_OIDC_ISSUER: it must be https"],
    )
    .await?;
    wrong.insert("LOCKSTEP_OIDC_ROLES".to_owned(), "support-leads=king".to_owned());
    ends(&wrong, &["LOCKSTEP_OIDC_ROLES: ", "Example: LOCKSTEP_OIDC_ROLES="]).await
}

async fn ends(variables: &BTreeMap<String, String>, says: &[&str]) -> Result<()> {
    let mut console = launch("lockstep-console", variables, free_port()?).start()?;
    let ended = console.wait(Duration::from_secs(15)).await?;
    let said = console.lines().join("\n");
    assert_eq!(ended.code(), Some(78), "{said}");
    for part in says {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("hunter2"), "{said}");
    Ok(())
}

/// Signs somebody in, as a browser is led: to the provider, back, and to where they wanted to go.
async fn signed_in(address: &str, login: &str) -> Result<(String, String)> {
    let begun = get(address, "/login/oidc?next=/links").await?;
    let cookie = first(begun.header("set-cookie")).with_context(|| begun.body.clone())?;
    let mut provider = Url::parse(begun.header("location").context("nowhere")?)?;
    provider.query_pairs_mut().append_pair("login", login);
    let host =
        format!("{}:{}", provider.host_str().context("host")?, provider.port().context("port")?);
    let asked = format!("{}?{}", provider.path(), provider.query().unwrap_or_default());
    let answered = get(&host, &asked).await?;
    let back = answered.header("location").with_context(|| answered.body.clone())?;
    let back = back.strip_prefix(&format!("http://{address}")).context("elsewhere")?;
    let landed = send(address, &format!("GET {back}"), &[("cookie", &cookie)], b"").await?;
    let sets = landed.headers.iter().filter(|(name, _)| name == "set-cookie");
    let session =
        sets.map(|(_, value)| value.as_str()).find(|value| value.starts_with("lockstep="));
    let session = first(session).with_context(|| format!("{landed:?}"))?;
    Ok((session, landed.header("location").unwrap_or_default().to_owned()))
}

/// The name and value of a cookie.
fn first(set: Option<&str>) -> Option<String> {
    Some(set?.split(';').next()?.to_owned())
}
