//! Files against a small server.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use bytes::Bytes;
use futures::{TryStreamExt, stream};
use reqwest::{Method, StatusCode};

use super::{Opened, Upload};
use crate::tests::{call, client, serve};
use crate::{Answer, HttpClient, TransportError};

const LONG: Duration = Duration::from_secs(10);

fn bytes(size: usize) -> Body {
    let piece = Bytes::from(vec![b'x'; 1000]);
    Body::from_stream(stream::iter(
        (0..size / 1000).map(move |_| Ok::<_, std::io::Error>(piece.clone())),
    ))
}

async fn read(http: &HttpClient, base: &url::Url, limit: u64) -> Result<usize, TransportError> {
    let Opened::Stream(file) = http.open(call(Method::GET, base), limit).await? else {
        panic!("refused");
    };
    file.pieces().try_fold(0, |sum, piece| async move { Ok(sum + piece.len()) }).await
}

// F-317
#[tokio::test]
async fn a_file_may_be_larger_than_the_cap_of_answers_and_not_than_its_own_limit() {
    let base = serve(Router::new().route("/", get(|| async { bytes(300_000) }))).await;
    assert!(matches!(read(&client(LONG), &base, 300_000).await, Ok(300_000)));
    let beyond = read(&client(LONG), &base, 299_999).await;
    assert!(matches!(beyond, Err(TransportError::TooLarge(299_999))), "{beyond:?}");
}

#[tokio::test]
async fn a_file_that_stops_coming_is_given_up() {
    let stuck = || async {
        let first = stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"x")) });
        Body::from_stream(futures::StreamExt::chain(first, stream::pending()))
    };
    let base = serve(Router::new().route("/", get(stuck))).await;
    let stopped = read(&client(Duration::from_millis(300)), &base, 1_000_000_000).await;
    assert!(matches!(stopped, Err(TransportError::Timeout(_))), "{stopped:?}");
}

#[tokio::test]
async fn what_is_no_success_comes_whole() {
    let base = serve(Router::new().route("/", get(|| async { StatusCode::NOT_FOUND }))).await;
    let opened = client(LONG).open(call(Method::GET, &base), 10).await.expect("answer");
    assert!(matches!(opened, Opened::Refused(Answer { status: StatusCode::NOT_FOUND, .. })));
}

fn upload(size: u64) -> Upload {
    Upload {
        entity: Some(("entity", b"{\"a\":1}".to_vec())),
        part: "data",
        filename: "Überblick \"1\".txt".to_owned(),
        size,
    }
}

#[tokio::test]
async fn an_upload_names_its_length_and_sends_its_parts_in_order() {
    let echo = |headers: HeaderMap, body: Bytes| async move {
        let announced = headers["content-length"].to_str().map(str::to_owned).unwrap_or_default();
        assert_eq!(announced, body.len().to_string());
        body
    };
    let router = Router::new().route("/", post(echo)).layer(DefaultBodyLimit::disable());
    let base = serve(router).await;
    let source = stream::iter([
        Ok::<_, TransportError>(Bytes::from_static(b"hel")),
        Ok(Bytes::from_static(b"lo")),
    ]);
    let answer = client(LONG).upload(call(Method::POST, &base), upload(5), source).await;
    let body = String::from_utf8(answer.expect("answer").body.to_vec()).expect("text");
    let boundary = body.lines().next().expect("a boundary").to_owned();
    let expected = format!(
        "{boundary}\r\nContent-Disposition: form-data; name=\"entity\"\r\n\
         Content-Type: application/json\r\n\r\n{{\"a\":1}}\r\n\
         {boundary}\r\nContent-Disposition: form-data; name=\"data\"; \
         filename=\"Überblick \\\"1\\\".txt\"\r\n\
         Content-Type: application/octet-stream\r\n\r\nhello\r\n{boundary}--\r\n"
    );
    assert_eq!(body, expected);
}

// F-306
#[tokio::test]
async fn a_source_that_fails_at_its_end_sends_no_end() {
    let whole = |body: Body| async move {
        let read = axum::body::to_bytes(body, usize::MAX).await;
        assert!(read.is_err(), "a whole body came: {read:?}");
    };
    let base = serve(Router::new().route("/", post(whole))).await;
    let source = stream::iter([
        Ok(Bytes::from_static(b"hello")),
        Err(TransportError::Broken("now".to_owned())),
    ]);
    let sent = client(LONG).upload(call(Method::POST, &base), upload(5), source).await;
    assert!(matches!(sent, Err(TransportError::Broken(_))), "{sent:?}");
}
