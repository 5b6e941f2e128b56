//! What Jira's refusals mean: the one table from status and text to [`Code`].

use std::time::Duration;

use lockstep_http::{Answer, TransportError};
use lockstep_model::fault::FieldFault;
use lockstep_model::{Code, Fault};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::time;

/// Longest text of an answer that is kept in a fault, in characters.
const DETAIL_MAX: usize = 500;

/// The header in which Jira says what became of the credentials.
pub(crate) const LOGIN_REASON: &str = "x-seraph-loginreason";

/// What a request is about: it decides what a 404 means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// One issue, named in the path.
    Issue,
    /// One file, named in the path.
    File,
    /// The site, a project, a search.
    Site,
}

/// Hands back a successful answer, and anything else as a fault.
pub(crate) fn judge(about: About, sent: Result<Answer, TransportError>) -> Result<Answer, Fault> {
    let answer = sent.map_err(|error| of_transport(&error))?;
    if !answer.status.is_success() {
        return Err(of_answer(about, &answer));
    }
    not_anonymous(answer.header(LOGIN_REASON))?;
    Ok(answer)
}

/// Refuses a successful answer whose header says that nobody was signed in.
pub(crate) fn not_anonymous(login_reason: Option<&str>) -> Result<(), Fault> {
    if login_reason.is_some_and(is_login_failure) {
        let detail = "Jira dropped the credentials and answered as to an anonymous visitor";
        return Err(Fault::new(Code::JiraAnonymous, detail));
    }
    Ok(())
}

/// A call that brought no answer.
pub(crate) fn of_transport(error: &TransportError) -> Fault {
    let code = match error {
        TransportError::HostRefused(_) => Code::HostRefused,
        TransportError::TooLarge(_) => Code::JiraBadAnswer,
        TransportError::Connect(_) | TransportError::Timeout(_) | TransportError::Broken(_) => {
            Code::JiraUnavailable
        }
    };
    Fault::new(code, error.to_string())
}

/// Reads a successful answer.
pub(crate) fn decode<T: DeserializeOwned>(operation: &str, answer: &Answer) -> Result<T, Fault> {
    answer.json().map_err(|error| {
        let start = excerpt(&answer.body);
        bad_answer(format!("{operation} answered something unreadable ({error}): {start}"))
    })
}

/// Something that is not Jira's API, or contradicts itself.
pub(crate) fn bad_answer(detail: impl Into<String>) -> Fault {
    Fault::new(Code::JiraBadAnswer, detail)
}

/// An answer that is no success.
pub(crate) fn of_answer(about: About, answer: &Answer) -> Fault {
    let complaint = Complaint::read(&answer.body);
    let code = code_of(about, answer, &complaint);
    let retry_after = matches!(answer.status.as_u16(), 429 | 503).then(|| retry_after(answer));
    let detail = format!("HTTP {}{}", answer.status.as_u16(), complaint.suffix());
    Fault::new(code, detail).with_fields(complaint.fields).after(retry_after.flatten())
}

/// A refusal of one element of a bulk call: its own status, and a body like that of a single call.
pub(crate) fn of_element(status: u16, body: &Value) -> Fault {
    let complaint = Complaint::of_json(body);
    let code = match status {
        401 => Code::JiraUnauthorized,
        403 => Code::JiraNoPermission,
        409 => Code::JiraConflict,
        413 => Code::JiraLimit,
        422 => Code::JiraConfiguration,
        429 => Code::JiraThrottled,
        500.. => Code::JiraUnavailable,
        _ => complaint.code(),
    };
    Fault::new(code, format!("HTTP {status}{}", complaint.suffix())).with_fields(complaint.fields)
}

/// The table: what each status and text means.
fn code_of(about: About, answer: &Answer, complaint: &Complaint) -> Code {
    match answer.status.as_u16() {
        400 => complaint.code(),
        401 if complaint.says("scope does not match") => Code::JiraScope,
        401 => Code::JiraUnauthorized,
        403 if login_failed(answer) || complaint.says("failed to parse") => Code::JiraUnauthorized,
        403 if complaint.says("scope does not match") => Code::JiraScope,
        403 if complaint.says("xsrf") => Code::JiraBadRequest,
        403 if complaint.html => Code::JiraBadAnswer,
        403 => Code::JiraNoPermission,
        404 if login_failed(answer) => Code::JiraAnonymous,
        404 if complaint.says("temporarily unavailable") => Code::JiraUnavailable,
        404 if complaint.html => Code::JiraBadAnswer,
        404 if about == About::Issue => Code::JiraIssueGone,
        404 if about == About::File => Code::FileGone,
        404 => Code::JiraNotFound,
        409 => Code::JiraConflict,
        405 | 406 | 410 | 414 | 415 | 431 => Code::JiraBadRequest,
        413 => Code::JiraLimit,
        422 => Code::JiraConfiguration,
        429 => Code::JiraThrottled,
        300..=399 => Code::JiraBadAnswer,
        408 | 425 | 500.. => Code::JiraUnavailable,
        _ => Code::JiraRefused,
    }
}

/// What Jira's words about one field mean.
pub fn field_code(message: &str) -> Code {
    const WORDS: [(&[&str], Code); 5] = [
        (&["body is not valid"], Code::JiraValue),
        (
            &["appropriate screen", "cannot be set", "does not support update"],
            Code::JiraFieldNotOnScreen,
        ),
        (&["must be less than", "exceed", "too long", "maximum length"], Code::JiraTooLong),
        (&["option", "specify a valid", "selected is invalid", "is not valid"], Code::JiraOption),
        (&["required", "must specify", "must be specified"], Code::JiraRequiredField),
    ];
    let message = message.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    WORDS.iter().find(|(words, _)| says(words)).map_or(Code::JiraValue, |(_, code)| *code)
}

/// What a refusal says, whichever of its shapes it has.
#[derive(Debug, Default)]
struct Complaint {
    messages: Vec<String>,
    fields: Vec<FieldFault>,
    html: bool,
}

impl Complaint {
    fn read(body: &[u8]) -> Self {
        let Ok(json) = serde_json::from_slice::<Value>(body) else {
            let text = excerpt(body);
            let html = text.starts_with('<');
            return Self {
                messages: Vec::from_iter(Some(text).filter(|t| !t.is_empty())),
                html,
                ..Self::default()
            };
        };
        Self::of_json(&json)
    }

    fn of_json(json: &Value) -> Self {
        let mut messages = texts(&json["errorMessages"]);
        // The gateway, the service desk, the authorization server and the edge.
        let singles = ["message", "errorMessage", "error", "error_description"];
        messages.extend(singles.iter().filter_map(|name| json[name].as_str()).map(str::to_owned));
        let mut fields: Vec<FieldFault> = json["errors"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(field, said)| FieldFault { field: field_of(field), message: plain(said) })
            .collect();
        fields.extend(messages.iter().filter_map(|message| named_field(message)));
        Self { messages, fields, html: false }
    }

    /// What a 400 means: the fields' complaint where there is one, else the text's.
    fn code(&self) -> Code {
        let mut codes: Vec<Code> = self.fields.iter().map(|f| field_code(&f.message)).collect();
        codes.dedup();
        match codes[..] {
            [code] => code,
            [_, ..] => Code::JiraValue,
            [] if self.html => Code::JiraBadAnswer,
            [] if self.says("transition") && self.says("not valid") => Code::JiraConflict,
            [] if self.says("invalid_input") => Code::JiraValue,
            [] if self.says("parsing json") || self.says("invalid request payload") => {
                Code::JiraBadRequest
            }
            [] => Code::JiraRefused,
        }
    }

    fn says(&self, words: &str) -> bool {
        self.messages.iter().any(|message| message.to_lowercase().contains(words))
    }

    fn suffix(&self) -> String {
        let text: String = self.messages.join("; ").chars().take(DETAIL_MAX).collect();
        if text.is_empty() { text } else { format!(": {text}") }
    }
}

/// The field of `Field 'priority' is required` (`createIssue`), which names it in the text only.
fn named_field(message: &str) -> Option<FieldFault> {
    let (field, said) = message.strip_prefix("Field '")?.split_once('\'')?;
    let known = said.contains("required") || said.contains("cannot be set");
    known.then(|| FieldFault { field: field.to_owned(), message: message.to_owned() })
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(plain).collect()
}

/// The field that a complaint is about: one of the hierarchy names the parent by its id.
fn field_of(key: &str) -> String {
    if key == "parentId" { "parent".to_owned() } else { key.to_owned() }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The start of a body, on one line.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * DETAIL_MAX)]);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(DETAIL_MAX).collect()
}

/// Whether Jira says that it tried the credentials in vain.
fn login_failed(answer: &Answer) -> bool {
    answer.header(LOGIN_REASON).is_some_and(is_login_failure)
}

fn is_login_failure(reason: &str) -> bool {
    reason.contains("AUTHENTICATED_FAILED") || reason.contains("AUTHENTICATION_DENIED")
}

/// `Retry-After`, else `X-RateLimit-Reset` measured from the answer's own date.
fn retry_after(answer: &Answer) -> Option<Duration> {
    answer.retry_after().or_else(|| {
        let reset = time::parse(answer.header("x-ratelimit-reset")?)?;
        Some(reset.signed_duration_since(answer.date()?).to_std().unwrap_or_default())
    })
}

#[cfg(test)]
#[path = "errors_tests.rs"]
mod tests;
