//! Senders of webhooks: one kept connection each, one message after another. They do as little as
//! an HTTP client can, for they share the machine with what is measured.

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::IN_FLIGHT;

/// The bytes of one delivery.
pub fn request((listen, path): &(String, String), signature: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {listen}\r\nContent-Type: application/json; charset=utf-8\r\n\
         User-Agent: Atlassian Webhook HTTP Client\r\nX-Atlassian-Webhook-Identifier: bench\r\n\
         X-Atlassian-Webhook-Flow: Primary\r\nX-Hub-Signature: {signature}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Delivers this many, [`IN_FLIGHT`] at a time; each must be accepted.
pub async fn send(listen: &str, request: &[u8], count: usize) -> Result<()> {
    let mut senders = JoinSet::new();
    for n in 0..IN_FLIGHT {
        let share = (count + IN_FLIGHT - 1 - n) / IN_FLIGHT;
        let (listen, request) = (listen.to_owned(), request.to_vec());
        senders.spawn(async move { one_after_another(&listen, &request, share).await });
    }
    while let Some(sent) = senders.join_next().await {
        sent??;
    }
    Ok(())
}

async fn one_after_another(listen: &str, request: &[u8], count: usize) -> Result<()> {
    let mut socket = TcpStream::connect(listen).await?;
    socket.set_nodelay(true)?;
    for _ in 0..count {
        socket.write_all(request).await?;
        let answer = answer(&mut socket).await?;
        ensure!(answer.starts_with("HTTP/1.1 202"), "not accepted: {answer:?}");
    }
    Ok(())
}

/// Reads head and body of one answer.
async fn answer(socket: &mut TcpStream) -> Result<String> {
    let mut read = Vec::with_capacity(1024);
    loop {
        let more = socket.read_buf(&mut read).await?;
        ensure!(more > 0, "the ingress hung up");
        let text = String::from_utf8_lossy(&read);
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= length(head)?
        {
            return Ok(text.into_owned());
        }
    }
}

fn length(head: &str) -> Result<usize> {
    let named = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    };
    head.lines().find_map(named).context("an answer without length")
}
