//! A code for an identity token, server to server.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lockstep_http::{Answer, Call, HeaderValue, HttpClient, Method, Peer, header};
use lockstep_model::{Code, Fault};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::form_urlencoded;

use super::OidcSettings;
use super::discovery::{Known, away};

/// Longest text of the provider that is kept, in characters.
const SAID_MAX: usize = 200;

/// A code with what proves that it is ours.
pub(super) struct Redeemed<'a> {
    pub(super) code: &'a str,
    pub(super) verifier: &'a str,
    pub(super) callback: &'a str,
}

impl Redeemed<'_> {
    /// Exchanges it. It is good once, so it is never sent twice.
    pub(super) async fn exchange(
        &self,
        http: &HttpClient,
        settings: &OidcSettings,
        known: &Known,
    ) -> Result<SecretString, Fault> {
        let secret = settings.client_secret.expose_secret();
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", self.code),
            ("redirect_uri", self.callback),
            ("code_verifier", self.verifier),
        ];
        if known.secret_in_form {
            form.extend([("client_id", settings.client_id.as_str()), ("client_secret", secret)]);
        }
        let mut call =
            Call::new(Peer::Identity, "token", Method::POST, known.token.clone()).form(&form);
        if !known.secret_in_form {
            call = call.header(header::AUTHORIZATION, basic(&settings.client_id, secret)?);
        }
        let answer = http.send(call).await.map_err(|error| away(error.to_string()))?;
        read(&answer)
    }
}

/// Basic authorization, with id and secret form-encoded inside (RFC 6749, 2.3.1).
fn basic(id: &str, secret: &str) -> Result<HeaderValue, Fault> {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
    let mut value = HeaderValue::from_str(&format!("Basic {pair}"))
        .map_err(|_| Fault::new(Code::OidcClient, "id and secret make no header"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn read(answer: &Answer) -> Result<SecretString, Fault> {
    #[derive(Deserialize)]
    struct Tokens {
        id_token: Option<String>,
    }
    if !answer.status.is_success() {
        return Err(refusal(answer));
    }
    let tokens: Tokens =
        answer.json().map_err(|_| away("its token endpoint answers no tokens".to_owned()))?;
    let token = tokens.id_token.ok_or_else(|| away("it sends no identity token".to_owned()))?;
    Ok(SecretString::from(token))
}

/// What a refusal means (RFC 6749, 5.2).
fn refusal(answer: &Answer) -> Fault {
    #[derive(Deserialize, Default)]
    struct Refusal {
        #[serde(default)]
        error: String,
        #[serde(default)]
        error_description: String,
    }
    let status = answer.status.as_u16();
    let said: Refusal = answer.json().unwrap_or_default();
    let code = match said.error.as_str() {
        "invalid_client" | "unauthorized_client" => Code::OidcClient,
        "invalid_grant" => Code::OidcCode,
        _ if status == 401 => Code::OidcClient,
        _ => Code::OidcProvider,
    };
    let words = [said.error, said.error_description].join(" ");
    Fault::new(code, format!("HTTP {status} {}", plain(&words)).trim_end().to_owned())
}

/// A text of somebody else, short and on one line.
pub(super) fn plain(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(SAID_MAX).collect()
}
