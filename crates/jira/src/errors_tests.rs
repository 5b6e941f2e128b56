//! One body per row of the table, in the vendor's words.

use super::*;
use lockstep_http::{HeaderMap, HeaderName, StatusCode};
use lockstep_model::Class;

fn answer(status: u16, body: &str, headers: &[(&'static str, &str)]) -> Answer {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), value.parse().expect("header")))
        .collect();
    let status = StatusCode::from_u16(status).expect("status");
    Answer { status, headers, body: body.to_owned().into() }
}

fn code(about: About, status: u16, body: &str) -> Code {
    of_answer(about, &answer(status, body, &[])).code
}

use About::{Issue, Site};

/// What was asked, status and body of a refusal, and what they mean.
const TABLE: &[(About, u16, &str, Code)] = &[
    (Site, 401, r#"{"code":401,"message":"Unauthorized; scope does not match"}"#, Code::JiraScope),
    (Site, 401, r#"{"code":401,"message":"Unauthorized"}"#, Code::JiraUnauthorized),
    (
        Issue,
        401,
        r#"{"errorMessages":["Client must be authenticated to access this resource."],"errors":{}}"#,
        Code::JiraUnauthorized,
    ),
    (Site, 401, "", Code::JiraUnauthorized),
    (
        Site,
        403,
        r#"{"error":"Failed to parse Connect Session Auth Token"}"#,
        Code::JiraUnauthorized,
    ),
    (Issue, 403, r#"{"errorMessages":["no"],"errors":{}}"#, Code::JiraNoPermission),
    (Issue, 403, "XSRF check failed", Code::JiraBadRequest),
    (Site, 403, "<html>blocked</html>", Code::JiraBadAnswer),
    (
        Issue,
        404,
        r#"{"errorMessages":["Issue does not exist or you do not have permission to see it."],"errors":{}}"#,
        Code::JiraIssueGone,
    ),
    (
        Site,
        404,
        r#"{"errorMessages":["No project could be found"],"errors":{}}"#,
        Code::JiraNotFound,
    ),
    (Issue, 404, "<!DOCTYPE html><title>Not here</title>", Code::JiraBadAnswer),
    (
        Issue,
        404,
        r#"{"errorMessage":"Site temporarily unavailable","errorCode":"OTHER"}"#,
        Code::JiraUnavailable,
    ),
    (Issue, 409, "{}", Code::JiraConflict),
    (
        Site,
        410,
        r#"{"errorMessages":["The requested API has been removed."]}"#,
        Code::JiraBadRequest,
    ),
    (Issue, 413, r#"{"errorMessages":["too many comments"]}"#, Code::JiraLimit),
    (Site, 415, "", Code::JiraBadRequest),
    (Issue, 422, r#"{"errorMessages":["configuration"]}"#, Code::JiraConfiguration),
    (Site, 429, "", Code::JiraThrottled),
    (Site, 302, "", Code::JiraBadAnswer),
    (Site, 500, "<html>oops</html>", Code::JiraUnavailable),
    (Site, 503, "", Code::JiraUnavailable),
    (Issue, 400, r#"{"errorMessages":["INVALID_INPUT"],"errors":{}}"#, Code::JiraValue),
    (Issue, 400, r#"{"errorMessages":["Something new"],"errors":{}}"#, Code::JiraRefused),
    (
        Issue,
        400,
        r#"{"errorMessages":["It seems that the transition '31' is not valid for this issue."]}"#,
        Code::JiraConflict,
    ),
    (Site, 418, "", Code::JiraRefused),
];

#[test]
fn each_status_and_text_has_its_code() {
    for &(about, status, body, expected) in TABLE {
        assert_eq!(code(about, status, body), expected, "{status} {body}");
    }
}

#[test]
fn a_field_refusal_names_each_field() {
    let body = r#"{"errorMessages":[],"errors":{
        "summary":"Summary must be less than 255 characters.",
        "customfield_10075":"Field 'customfield_10075' cannot be set. It is not on the appropriate screen, or unknown."}}"#;
    let fault = of_answer(About::Issue, &answer(400, body, &[]));
    assert_eq!((fault.code, fault.class()), (Code::JiraValue, Class::Rejected));
    let fields: Vec<_> =
        fault.fields.iter().map(|f| (f.field.as_str(), field_code(&f.message))).collect();
    assert_eq!(
        fields,
        [("customfield_10075", Code::JiraFieldNotOnScreen), ("summary", Code::JiraTooLong)]
    );
}

#[test]
fn a_required_field_is_found_in_the_text() {
    let body = r#"{"errorMessages":["Field 'priority' is required"],"errors":{}}"#;
    let fault = of_answer(About::Site, &answer(400, body, &[]));
    assert_eq!(fault.code, Code::JiraRequiredField);
    assert_eq!(fault.fields[0].field, "priority");
}

#[test]
fn what_jira_says_of_a_field() {
    let table = [
        (
            "Field 'x' cannot be set. It is not on the appropriate screen, or unknown.",
            Code::JiraFieldNotOnScreen,
        ),
        ("You must specify a summary of the issue.", Code::JiraRequiredField),
        ("Resolution is required.", Code::JiraRequiredField),
        ("Summary must be less than 255 characters.", Code::JiraTooLong),
        (
            "The entered text is too long. It exceeds the allowed limit of 32,767 characters.",
            Code::JiraTooLong,
        ),
        ("Option value 'Platinum' is not valid", Code::JiraOption),
        ("Specify a valid value for Tier", Code::JiraOption),
        ("The priority selected is invalid.", Code::JiraOption),
        ("The label 'needs review' contains spaces which is invalid.", Code::JiraValue),
        ("Comment body is not valid!", Code::JiraValue),
        (
            "Operation value must be an Atlassian Document (see the Atlassian Document Format)",
            Code::JiraValue,
        ),
    ];
    for (message, expected) in table {
        assert_eq!(field_code(message), expected, "{message}");
    }
}

#[test]
fn the_wait_that_jira_asks_for_is_kept() {
    let seconds = |headers: &[(&'static str, &str)]| {
        of_answer(About::Site, &answer(429, "", headers)).retry_after.map(|wait| wait.as_secs())
    };
    let date = ("date", "Sun, 22 Nov 2026 14:29:13 GMT");
    assert_eq!(seconds(&[("retry-after", "1847")]), Some(1847));
    assert_eq!(seconds(&[date, ("x-ratelimit-reset", "2026-11-22T15:00:00Z")]), Some(1847));
    assert_eq!(seconds(&[date, ("x-ratelimit-reset", "2026-11-22T15:00Z")]), Some(1847));
    assert_eq!(seconds(&[]), None);
}

#[test]
fn an_anonymous_answer_is_no_success() {
    let reason = [("x-seraph-loginreason", "AUTHENTICATED_FAILED")];
    let anonymous = judge(About::Site, Ok(answer(200, "[]", &reason))).expect_err("refused");
    assert_eq!((anonymous.code, anonymous.class()), (Code::JiraAnonymous, Class::Unauthorized));
    let hidden = judge(About::Issue, Ok(answer(404, "{}", &reason))).expect_err("refused");
    assert_eq!(hidden.code, Code::JiraAnonymous);
    assert!(judge(About::Site, Ok(answer(200, "[]", &[("x-seraph-loginreason", "OK")]))).is_ok());
}

#[test]
fn a_page_in_place_of_an_answer_is_a_bad_answer() {
    let fault = decode::<Vec<u8>>("field.list", &answer(200, "<html>\n <b>log in</b></html>", &[]))
        .expect_err("unreadable");
    assert_eq!(fault.code, Code::JiraBadAnswer);
    assert!(fault.detail.contains("<html> <b>log in</b></html>"), "{}", fault.detail);
}
