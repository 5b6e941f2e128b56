//! Senders of webhooks: one kept connection each, one message after another, and all on one thread.
//! They do as little as an HTTP client can, for they share the machine with what is measured; what
//! they take of it is shown.

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::spawn_blocking;

use super::IN_FLIGHT;

/// What ends the head of an answer.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

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

/// Sends these requests, [`IN_FLIGHT`] at a time; each must be accepted.
pub async fn send(listen: &str, requests: Vec<Vec<u8>>) -> Result<()> {
    let listen = listen.to_owned();
    let sending = spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let shares = requests.chunks(requests.len().div_ceil(IN_FLIGHT));
        let senders = try_join_all(shares.map(|share| one_after_another(&listen, share)));
        runtime.block_on(senders).map(drop)
    });
    sending.await?
}

async fn one_after_another(listen: &str, requests: &[Vec<u8>]) -> Result<()> {
    let mut socket = TcpStream::connect(listen).await?;
    socket.set_nodelay(true)?;
    let mut answer = Vec::with_capacity(1024);
    for request in requests {
        socket.write_all(request).await?;
        read(&mut socket, &mut answer).await?;
        let shown = || String::from_utf8_lossy(&answer);
        ensure!(answer.starts_with(b"HTTP/1.1 202 "), "not accepted: {:?}", shown());
    }
    Ok(())
}

/// Reads head and body of one answer.
async fn read(socket: &mut TcpStream, answer: &mut Vec<u8>) -> Result<()> {
    answer.clear();
    loop {
        let more = socket.read_buf(answer).await?;
        ensure!(more > 0, "the ingress hung up");
        let head = answer.windows(END_OF_HEAD.len()).position(|four| four == END_OF_HEAD);
        if let Some(head) = head
            && answer.len() >= head + END_OF_HEAD.len() + length(&answer[..head])?
        {
            return Ok(());
        }
    }
}

fn length(head: &[u8]) -> Result<usize> {
    let named = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    };
    let length = std::str::from_utf8(head)?.lines().find_map(named);
    length.context("an answer without length")
}
