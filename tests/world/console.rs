//! The console, as a browser without a script meets it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use lockstep_testkit::Process;
use lockstep_testkit::environment::free_port;
use lockstep_testkit::http::{Answer, get, send};
use reqwest::Url;

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
        let (listen, admin) = (free_port()?, free_port()?);
        let address = format!("127.0.0.1:{listen}");
        let mut process = launch("lockstep-console", &self.variables, admin)
            .env("LOCKSTEP_LISTEN", &address)
            .env("LOCKSTEP_PUBLIC_URL", format!("http://{address}"))
            .start()?;
        ready(&mut process, admin).await?;
        let lines = process.lines();
        let link = lines.iter().find_map(|line| line.split_once("/first-run?token="));
        let token = link.context("no link to the first run")?.1.trim().to_owned();
        let (cookie, csrf) = (String::new(), String::new());
        let mut console = Console { process, address, cookie, csrf };
        let fields = [("token", token.as_str()), ("name", "ann"), ("password", PASSWORD)];
        let answer = console.post("/first-run", &fields).await?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        console.cookie = cookie.with_context(|| answer.body.clone())?.to_owned();
        let home = console.page("/").await?;
        let csrf =
            home.split(r#"name="csrf" value=""#).nth(1).and_then(|rest| rest.split('"').next());
        csrf.context("no form")?.clone_into(&mut console.csrf);
        Ok(console)
    }
}

impl Console {
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
