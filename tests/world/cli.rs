//! The command line, as an administrator types it.

use std::collections::BTreeMap;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use lockstep_testkit::environment::random_name;
use lockstep_testkit::process::binary;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::{Setting, WEBHOOK_SECRET};

/// `lockstep` with the fleet's environment.
pub struct Cli<'a> {
    variables: &'a BTreeMap<String, String>,
}

impl<'a> Cli<'a> {
    /// With these variables.
    pub fn new(variables: &'a BTreeMap<String, String>) -> Self {
        Self { variables }
    }

    /// Prepares the database, connects the org and the site at these addresses, applies the item.
    pub async fn set_up(&self, vendors: &(String, String), setting: &Setting) -> Result<()> {
        self.json(&["migrate"]).await?;
        self.connect("acme", vendors).await?;
        let seconds = format!("sweep_seconds: {}", setting.sweep_seconds);
        let item = setting.item.replace("sweep_seconds: 300", &seconds);
        self.fed(&["item", "apply", "-f", "-"], &item).await?;
        Ok(())
    }

    /// Connects the org and the site at these addresses, as `<name>-org` and `<name>-site`.
    pub async fn connect(&self, name: &str, (org, site): &(String, String)) -> Result<()> {
        let (org_name, site_name) = (format!("{name}-org"), format!("{name}-site"));
        let org = [
            "connect",
            "salesforce",
            &org_name,
            "--login-url",
            org,
            "--client-id",
            "3MVG9lockstep",
            "--secret-file",
            "-",
        ];
        self.fed(&org, "salesforce-client-secret").await?;
        let secret = std::env::temp_dir().join(format!("lockstep-test-{}", random_name()));
        std::fs::write(&secret, WEBHOOK_SECRET)?;
        let secret = secret.display().to_string();
        let site = [
            "connect",
            "jira",
            &site_name,
            "--site",
            site,
            "--email",
            "lockstep@example.com",
            "--secret-file",
            "-",
            "--webhook-secret-file",
            &secret,
        ];
        let connected = self.fed(&site, "jira-api-token").await;
        std::fs::remove_file(&secret)?;
        connected?;
        Ok(())
    }

    /// Runs a command that must succeed; gives its JSON.
    pub async fn json(&self, arguments: &[&str]) -> Result<Value> {
        self.fed(arguments, "").await
    }

    /// Runs a command with this input that must succeed; gives its JSON.
    pub async fn fed(&self, arguments: &[&str], input: &str) -> Result<Value> {
        let mut all = vec!["--json"];
        all.extend(arguments);
        let (code, printed) = self.run(&all, input).await?;
        ensure!(code == 0, "lockstep {arguments:?} ended with {code}:\n{printed}");
        serde_json::from_str(&printed)
            .with_context(|| format!("lockstep {arguments:?} printed {printed}"))
    }

    /// Runs a command; gives its exit code and what it printed.
    pub async fn raw(&self, arguments: &[&str]) -> Result<(i32, String)> {
        self.run(arguments, "").await
    }

    /// Runs a command with this input; gives its exit code and what it printed.
    pub async fn fed_raw(&self, arguments: &[&str], input: &str) -> Result<(i32, String)> {
        self.run(arguments, input).await
    }

    async fn run(&self, arguments: &[&str], input: &str) -> Result<(i32, String)> {
        let mut child = Command::new(binary("lockstep")?)
            .args(arguments)
            .envs(self.variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes()).await?;
        }
        let ended = child.wait_with_output().await?;
        let mut printed = String::from_utf8_lossy(&ended.stdout).into_owned();
        printed.push_str(&String::from_utf8_lossy(&ended.stderr));
        Ok((ended.status.code().unwrap_or(-1), printed))
    }
}
