//! The console, as a browser without a script meets it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use lockstep_simulator::ControlClient;
use lockstep_simulator::jira::FORGE_APP;
use lockstep_testkit::Process;
use lockstep_testkit::environment::free_port;
use lockstep_testkit::http::{Answer, get, send};
use reqwest::Url;
use serde_json::Value;

use super::{World, launch, ready};

const PASSWORD: &str = "correct horse battery";

/// A running console, with its first administrator signed in.
pub struct Console {
    process: Process,
    address: String,
    cookie: String,
    csrf: String,
}

impl World {
    /// Starts the console, and signs its first administrator in by the link that it prints.
    pub async fn console(&self) -> Result<Console> {
        Console::start(&self.variables).await
    }

    /// Starts the console of the app whose panel the simulated site shows, with nobody signed in; and the
    /// link that makes its first administrator.
    pub async fn console_with_panel(&self) -> Result<(Console, String)> {
        let (_, site) = self.vendors();
        let mut variables = self.variables.clone();
        variables.extend([
            ("LOCKSTEP_FORGE_APP".to_owned(), FORGE_APP.to_owned()),
            ("LOCKSTEP_FORGE_KEYS".to_owned(), format!("{site}/.well-known/jwks.json")),
        ]);
        Console::unclaimed(&variables).await
    }
}

impl Console {
    /// Starts one with this environment, and signs its first administrator in.
    pub async fn start(variables: &BTreeMap<String, String>) -> Result<Self> {
        let (mut console, link) = Self::unclaimed(variables).await?;
        let (_, token) = link.split_once("token=").context("no token")?;
        let fields = [("token", token), ("name", "ann"), ("password", PASSWORD)];
        let answer = console.post("/first-run", &fields).await?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        console.signed_in(cookie.with_context(|| answer.body.clone())?).await?;
        Ok(console)
    }

    /// Starts one with this environment; and the link that makes its first administrator.
    pub async fn unclaimed(variables: &BTreeMap<String, String>) -> Result<(Self, String)> {
        let (listen, admin) = (free_port()?, free_port()?);
        let address = format!("127.0.0.1:{listen}");
        let mut process = launch("lockstep-console", variables, admin)
            .env("LOCKSTEP_LISTEN", &address)
            .env("LOCKSTEP_PUBLIC_URL", format!("http://{address}"))
            .start()?;
        ready(&mut process, admin).await?;
        let lines = process.lines();
        let link = lines.iter().find(|line| line.contains("/first-run?token="));
        let link = link.context("no link to the first run")?.trim().to_owned();
        let (cookie, csrf) = (String::new(), String::new());
        Ok((Self { process, address, cookie, csrf }, link))
    }

    /// Goes on in the session of this cookie.
    pub async fn signed_in(&mut self, cookie: &str) -> Result<()> {
        cookie.clone_into(&mut self.cookie);
        let home = self.page("/").await?;
        let csrf =
            home.split(r#"name="csrf" value=""#).nth(1).and_then(|rest| rest.split('"').next());
        csrf.context("no form")?.clone_into(&mut self.csrf);
        Ok(())
    }

    /// The address of an issue's panel, as Jira shows it to a support agent.
    pub async fn panel(&self, people: &ControlClient, key: &str) -> Result<String> {
        let sent = people.jira_panel(key, &Value::Null).await?;
        let headers = [
            ("authorization", sent.authorization.as_str()),
            ("x-forge-oauth-user", sent.user.as_str()),
        ];
        let answer = send(&self.address, "POST /panel/session", &headers, b"").await?;
        let session: Value =
            serde_json::from_str(&answer.body).with_context(|| answer.body.clone())?;
        Ok(session["url"].as_str().with_context(|| answer.body.clone())?.to_owned())
    }

    /// Where a browser finds it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The session's cookie, as a browser sends it.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// A page that must be there.
    pub async fn page(&self, path: &str) -> Result<String> {
        let answer = self.get(path).await?;
        ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.body);
        Ok(answer.body)
    }

    /// Whatever is at a path.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        if self.cookie.is_empty() {
            return get(&self.address, path).await;
        }
        send(&self.address, &format!("GET {path}"), &[("cookie", &self.cookie)], b"").await
    }

    /// A token of the first administrator, with one scope; it is shown this once.
    pub async fn token(&self, name: &str, scope: &str) -> Result<String> {
        let fields = [("token_name", name), ("scopes", scope), ("days", "30")];
        let page = self.post("/me/tokens", &fields).await?.body;
        let token = page.split(r#"class="token">"#).nth(1).and_then(|rest| rest.split('<').next());
        Ok(token.with_context(|| format!("no token: {page}"))?.to_owned())
    }

    /// Presses the button of a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let mut form = Url::parse("http://form")?;
        form.query_pairs_mut().append_pair("csrf", &self.csrf).extend_pairs(fields);
        let body = form.query().unwrap_or_default();
        let origin = format!("http://{}", self.address);
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("origin", &origin),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        send(&self.address, &format!("POST {path}"), &headers, body.as_bytes()).await
    }

    /// Ends it as an operator does.
    pub async fn end(mut self) -> Result<()> {
        self.process.terminate().await?;
        let ended = self.process.wait(Duration::from_secs(15)).await?;
        ensure!(ended.success(), "ended with {ended}: {}", self.process.lines().join("\n"));
        Ok(())
    }
}
