//! Webhooks and messages by hand, good and bad.

use anyhow::{Result, ensure};
use futures::StreamExt;
use futures::stream;
use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Connection, ConnectionProperties};

use super::{WEBHOOK_SECRET, World};

impl World {
    /// Posts a body to the ingress; gives the status.
    pub async fn send_hook(&self, body: &[u8], signature: Option<&str>) -> Result<u16> {
        let mut request = http()?.post(&self.hook).body(body.to_vec());
        if let Some(signature) = signature {
            request = request.header("X-Hub-Signature", signature);
        }
        Ok(request.send().await?.status().as_u16())
    }

    /// Posts a body that is signed as Jira would.
    pub async fn send_signed(&self, body: &[u8]) -> Result<u16> {
        let signature = lockstep_jira::webhook::sign(WEBHOOK_SECRET.as_bytes(), body);
        self.send_hook(body, Some(&signature)).await
    }

    /// Posts many bodies, signed as Jira would, as fast as the ingress takes them; each must be taken.
    pub async fn send_many(&self, bodies: &[String]) -> Result<()> {
        let http = http()?;
        let posts = bodies.iter().map(|body| {
            let signature =
                lockstep_jira::webhook::sign(WEBHOOK_SECRET.as_bytes(), body.as_bytes());
            let post = http.post(&self.hook).header("X-Hub-Signature", signature);
            async move { Ok(post.body(body.clone()).send().await?.status().as_u16()) }
        });
        let answers: Vec<Result<u16>> = stream::iter(posts).buffer_unordered(32).collect().await;
        for status in answers {
            let status = status?;
            ensure!(status == 202, "a hook was answered {status}");
        }
        Ok(())
    }

    /// Puts bytes that are no job into the live lane.
    pub async fn publish_raw(&self, body: &[u8]) -> Result<()> {
        let url = &self.variables["LOCKSTEP_AMQP_URL"];
        let prefix = &self.variables["LOCKSTEP_QUEUE_PREFIX"];
        let connection = Connection::connect(url, ConnectionProperties::default()).await?;
        let channel = connection.create_channel().await?;
        let queue = format!("{prefix}.v1.work.live");
        let options = BasicPublishOptions::default();
        publish(&channel, &queue, (options, body)).await?;
        channel.close(200, "done".into()).await?;
        connection.close(200, "done".into()).await?;
        Ok(())
    }

    /// `item check` with this YAML; gives the exit code and the JSON it printed.
    pub async fn check(&self, yaml: &str) -> Result<(i32, String)> {
        let check = ["--json", "item", "check", "-f", "-"];
        super::Cli::new(&self.variables).fed_raw(&check, yaml).await
    }

    /// `item apply` with this YAML; gives the exit code and what it printed.
    pub async fn apply(&self, yaml: &str) -> Result<(i32, String)> {
        self.item("apply", yaml).await
    }

    /// `item apply` or `item check` with this YAML; gives the exit code and what it printed.
    pub async fn item(&self, command: &str, yaml: &str) -> Result<(i32, String)> {
        super::Cli::new(&self.variables).fed_raw(&["item", command, "-f", "-"], yaml).await
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stranger's message: it is published as a stranger would"
)]
async fn publish(
    channel: &lapin::Channel,
    queue: &str,
    (options, body): (BasicPublishOptions, &[u8]),
) -> Result<()> {
    channel
        .basic_publish("".into(), queue.into(), options, body, BasicProperties::default())
        .await?
        .await?;
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test stands where Jira would: it shares nothing with our clients"
)]
fn http() -> Result<reqwest::Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().timeout(std::time::Duration::from_secs(15)).build()?)
}
