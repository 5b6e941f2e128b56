//! The client against a small server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::{any, get};
use reqwest::{Method, StatusCode};
use url::Url;

use crate::{Call, HttpClient, HttpConfig, Peer, TransportError};

/// A server that counts its calls and gives each number's answer.
struct Server {
    base: Url,
    hits: Arc<AtomicU32>,
}

/// Serves the routes; gives the address.
pub(crate) async fn serve(router: Router) -> Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let base = format!("http://{}", listener.local_addr().expect("address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Url::parse(&base).expect("url")
}

impl Server {
    /// Answers the first `failures` calls with `refusal`, then 200.
    async fn failing<R>(failures: u32, refusal: R) -> Self
    where
        R: IntoResponse + Clone + Send + Sync + 'static,
    {
        let hits = Arc::new(AtomicU32::new(0));
        let counter = hits.clone();
        let answer = move || {
            let before = counter.fetch_add(1, Ordering::SeqCst);
            let answer = if before < failures {
                refusal.clone().into_response()
            } else {
                "{}".into_response()
            };
            async move { answer }
        };
        Self { base: serve(Router::new().route("/", any(answer))).await, hits }
    }

    fn hits(&self) -> u32 {
        self.hits.load(Ordering::SeqCst)
    }
}

pub(crate) fn client(timeout: Duration) -> HttpClient {
    HttpClient::new(HttpConfig {
        timeout,
        max_body: 1000,
        allow_loopback: true,
        ..HttpConfig::default()
    })
    .expect("client")
}

pub(crate) fn call(method: Method, url: &Url) -> Call {
    Call::new(Peer::Jira, "test", method, url.clone())
}

const LONG: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_get_is_tried_three_times_and_a_post_once() {
    for (method, idempotent, hits) in
        [(Method::GET, true, 3), (Method::POST, false, 1), (Method::POST, true, 3)]
    {
        let server = Server::failing(9, StatusCode::SERVICE_UNAVAILABLE).await;
        let call = call(method, &server.base).idempotent(idempotent);
        let answer = client(LONG).send(call).await.expect("answer");
        assert_eq!((answer.status, server.hits()), (StatusCode::SERVICE_UNAVAILABLE, hits));
    }
}

#[tokio::test]
async fn a_passing_fault_is_not_seen() {
    let server = Server::failing(2, StatusCode::BAD_GATEWAY).await;
    let answer = client(LONG).send(call(Method::GET, &server.base)).await.expect("answer");
    assert_eq!((answer.status, server.hits()), (StatusCode::OK, 3));
}

#[tokio::test]
async fn a_throttled_call_waits_as_asked_if_that_is_short() {
    let throttled =
        |seconds: &'static str| (StatusCode::TOO_MANY_REQUESTS, [("retry-after", seconds)]);
    let server = Server::failing(1, throttled("1")).await;
    let start = Instant::now();
    let answer = client(LONG).send(call(Method::GET, &server.base)).await.expect("answer");
    assert_eq!((answer.status, server.hits()), (StatusCode::OK, 2));
    assert!(start.elapsed() >= Duration::from_secs(1));

    let server = Server::failing(1, throttled("3")).await;
    let answer = client(LONG).send(call(Method::GET, &server.base)).await.expect("answer");
    assert_eq!((answer.status.as_u16(), server.hits()), (429, 1));
    assert_eq!(answer.retry_after(), Some(Duration::from_secs(3)));

    let server = Server::failing(1, StatusCode::TOO_MANY_REQUESTS).await;
    client(LONG).send(call(Method::GET, &server.base)).await.expect("answer");
    assert_eq!(server.hits(), 1, "a 429 that does not say how long is the caller's");
}

#[tokio::test]
async fn a_slow_answer_is_a_time_out_and_is_not_repeated() {
    let hits = Arc::new(AtomicU32::new(0));
    let counter = hits.clone();
    let slow = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async { tokio::time::sleep(LONG).await }
    };
    let base = serve(Router::new().route("/", get(slow))).await;
    let result = client(Duration::from_millis(200)).send(call(Method::GET, &base)).await;
    assert!(matches!(result, Err(TransportError::Timeout(_))), "{result:?}");
    assert_eq!(hits.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_body_is_read_up_to_the_cap() {
    for (size, fits) in [(1000, true), (1001, false)] {
        let body = "x".repeat(size);
        let base = serve(Router::new().route("/", get(|| async { body }))).await;
        let result = client(LONG).send(call(Method::GET, &base)).await;
        assert_eq!(result.is_ok(), fits, "{size}");
        assert!(fits || matches!(result, Err(TransportError::TooLarge(1000))));
    }
}

#[tokio::test]
async fn nobody_listening_is_a_connect_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("bind");
    let url = format!("http://{}", listener.local_addr().expect("address"));
    drop(listener);
    let url = Url::parse(&url).expect("url");
    let result = client(LONG).send(call(Method::POST, &url)).await;
    assert!(matches!(result, Err(TransportError::Connect(_))), "{result:?}");
}

// F-29
#[tokio::test]
async fn a_foreign_host_is_never_called() {
    let strict = HttpClient::new(HttpConfig::default()).expect("client");
    let server = Server::failing(0, StatusCode::OK).await;
    let result = strict.send(call(Method::GET, &server.base)).await;
    assert!(matches!(result, Err(TransportError::HostRefused(_))), "{result:?}");
    assert_eq!(server.hits(), 0);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let hits = Arc::new(AtomicU32::new(0));
    let counter = hits.clone();
    let router = Router::new()
        .route("/", get(|| async { (StatusCode::SEE_OTHER, [("location", "/elsewhere")]) }))
        .route(
            "/elsewhere",
            get(move || async move { counter.fetch_add(1, Ordering::SeqCst).to_string() }),
        );
    let base = serve(router).await;
    let answer = client(LONG).send(call(Method::GET, &base)).await.expect("answer");
    assert_eq!((answer.status, hits.load(Ordering::SeqCst)), (StatusCode::SEE_OTHER, 0));
}

#[tokio::test]
async fn requests_say_what_they_carry_and_what_they_want() {
    let echo = |headers: HeaderMap, body: String| async move {
        let of =
            |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("-").to_owned();
        format!("{}|{}|{}|{body}", of("accept"), of("content-type"), of("user-agent"))
    };
    let base = serve(Router::new().route("/", any(echo))).await;
    let http = client(LONG);
    let text = async |call: Call| {
        let answer = http.send(call).await.expect("answer");
        String::from_utf8(answer.body.to_vec()).expect("text")
    };
    let agent = concat!("Lockstep/", env!("CARGO_PKG_VERSION"));
    let json = call(Method::POST, &base).json(&serde_json::json!({"a": 1})).expect("json");
    assert_eq!(text(json).await, format!("application/json|application/json|{agent}|{{\"a\":1}}"));
    let form = call(Method::POST, &base).form(&[("grant type", "a&b")]);
    assert_eq!(
        text(form).await,
        format!("application/json|application/x-www-form-urlencoded|{agent}|grant+type=a%26b")
    );
    assert_eq!(text(call(Method::GET, &base)).await, format!("application/json|-|{agent}|"));
}

#[tokio::test]
async fn each_try_is_counted() {
    let server = Server::failing(1, StatusCode::BAD_GATEWAY).await;
    let counted = Call::new(Peer::Salesforce, "counted", Method::GET, server.base.clone());
    client(LONG).send(counted).await.expect("answer");
    let families = prometheus::gather();
    let calls = families.iter().find(|f| f.name() == "lockstep_api_calls_total").expect("family");
    let of_operation = calls.get_metric().iter().find(|metric| {
        metric
            .get_label()
            .iter()
            .any(|label| label.name() == "operation" && label.value() == "counted")
    });
    assert!((of_operation.expect("metric").get_counter().get_value() - 2.0).abs() < f64::EPSILON);
}
