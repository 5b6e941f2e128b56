//! What a console says where it does not do what was asked, in the words of the command line.

use lockstep_http::{Answer, StatusCode, TransportError};
use lockstep_model::fault::FieldFault;
use lockstep_model::{Code, Fault, validate};
use serde::Deserialize;
use url::Url;

use super::Thing;
use crate::output::Failure;

/// Where a token comes from.
pub const NEW_TOKEN: &str =
    "make a token on the page of your account in the console, and put it in LOCKSTEP_TOKEN";

/// A problem document (RFC 9457), as the console writes it.
#[derive(Debug, Deserialize)]
struct Problem {
    title: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    remedy: String,
    #[serde(default)]
    code: Option<String>,
    /// What there is none of.
    #[serde(default)]
    missing: Option<String>,
    #[serde(default)]
    fields: Vec<FieldFault>,
    #[serde(default)]
    problems: Vec<validate::Problem>,
}

/// Why a call was not served. `names` is what its path named.
pub fn refused(base: &Url, answer: &Answer, names: &[(Thing, String)]) -> Failure {
    let Ok(problem) = answer.json::<Problem>() else {
        let said = format!("it answers {} and no problem document", answer.status);
        return unreadable(base, &said);
    };
    if answer.status == StatusCode::UNAUTHORIZED && problem.code.is_none() {
        return no_token();
    }
    if let Some(code) = problem.code.as_deref().and_then(Code::from_id) {
        return Failure::Fault(Fault::new(code, problem.detail).with_fields(problem.fields));
    }
    if !problem.problems.is_empty() {
        return Failure::Problems { of: problem.title, problems: problem.problems };
    }
    let is_it = |(thing, _): &&(Thing, String)| problem.missing.as_deref() == Some(thing.word());
    if let Some((thing, name)) = names.iter().find(is_it) {
        return thing.missing(name);
    }
    if let Some(missing) = problem.missing {
        return Failure::Missing(missing);
    }
    told(problem, answer)
}

/// What has no row in our catalogue.
fn told(problem: Problem, answer: &Answer) -> Failure {
    let Problem { title, detail, mut remedy, code, .. } = problem;
    let code = code.map_or_else(String::new, |code| format!("{code}: "));
    let why = if detail.is_empty() {
        format!("{code}{title}")
    } else {
        format!("{code}{title} ({detail})")
    };
    if answer.status == StatusCode::TOO_MANY_REQUESTS
        && let Some(wait) = answer.retry_after()
    {
        remedy = format!("ask again in {} s", wait.as_secs());
    }
    Failure::Refused { why, remedy }
}

/// The console knows no such token.
pub fn no_token() -> Failure {
    Failure::Refused {
        why: "the console does not take the token in LOCKSTEP_TOKEN".to_owned(),
        remedy: format!("it may be revoked, ended, or another console's: {NEW_TOKEN}"),
    }
}

/// No answer came.
pub fn no_answer(base: &Url, why: &TransportError) -> Failure {
    let remedy = match why {
        TransportError::HostRefused(_) | TransportError::Connect(_) => {
            "see that the console runs and can be reached from here, and that LOCKSTEP_CONSOLE_URL is its address"
        }
        TransportError::TooLarge(_) => "ask for less, by --limit or --samples",
        TransportError::Timeout(_) | TransportError::Broken(_) => {
            "it may have been done all the same: look before you ask again"
        }
    };
    Failure::Refused { why: format!("the console at {base}: {why}"), remedy: remedy.to_owned() }
}

/// What answers is no console, or one of another version.
pub fn unreadable(base: &Url, why: &str) -> Failure {
    Failure::Refused {
        why: format!("what {base} says cannot be read: {why}"),
        remedy: "see that LOCKSTEP_CONSOLE_URL is the address of a console, and that it is of the same version as \
            this command line"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use lockstep_http::HeaderMap;
    use serde_json::{Value, json};

    use super::*;

    fn failure(status: u16, body: &Value) -> Failure {
        let base = Url::parse("https://lockstep.example.com").expect("url");
        let status = StatusCode::from_u16(status).expect("a status");
        let answer = Answer { status, headers: HeaderMap::new(), body: body.to_string().into() };
        let names = [(Thing::Item, "bugs".to_owned()), (Thing::Link, "SUP-1".to_owned())];
        refused(&base, &answer, &names)
    }

    // F-204
    #[test]
    fn a_problem_is_told_as_it_is_here() {
        let code = json!({ "title": "x", "status": 422, "detail": "link 7", "code": "LS-LS-018",
            "fields": [{ "field": "Status", "message": "bad value" }] });
        let field = FieldFault { field: "Status".to_owned(), message: "bad value".to_owned() };
        let here = Fault::new(Code::LinkTaken, "link 7").with_fields(vec![field]);
        let (here, there) = (Failure::Fault(here), failure(422, &code));
        assert_eq!(there.to_string(), here.to_string());
        assert_eq!(there.as_json(), here.as_json());
        let missing = json!({ "title": "x", "status": 404, "missing": "link" });
        assert_eq!(failure(404, &missing).to_string(), Thing::Link.missing("SUP-1").to_string());
        let problem = validate::Problem::error("mappings[0].jira", "no such field", "Did you mean");
        let problems = json!({ "title": "Item", "status": 422, "problems": [problem] });
        let told = failure(422, &problems).about("item bugs was not applied".to_owned());
        let here = Failure::Problems {
            of: "item bugs was not applied".to_owned(),
            problems: vec![problem],
        };
        assert_eq!(told.to_string(), here.to_string());
    }

    #[test]
    fn whatever_is_said_has_a_remedy() {
        let plain = json!({ "title": "The token does not allow this", "status": 403,
            "remedy": "Take a token with the scope operate." });
        let later =
            json!({ "title": "New", "status": 500, "code": "LS-ZZ-999", "remedy": "Wait." });
        for (status, body) in [(403, &plain), (401, &plain), (500, &later), (502, &json!("<html>"))]
        {
            let text = failure(status, body).to_string();
            assert!(text.contains("\n  remedy: "), "{text}");
        }
        let text = failure(403, &plain).to_string();
        assert!(text.contains("does not allow") && text.contains("scope operate"), "{text}");
        assert!(failure(500, &later).to_string().contains("LS-ZZ-999"));
    }
}
