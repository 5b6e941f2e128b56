use serde_json::json;

use super::*;
use crate::laws::world::{World, at};
use crate::plan::{self, Plan};

const CASE_COMMENT: &str = "00a000000000001AAA";

fn on_record_side(id: &str, minute: i64, text: &str) -> Comment {
    comment(id, minute, CommentBody::Text(text.to_owned()))
}

fn on_issue_side(id: &str, minute: i64, text: &str) -> Comment {
    comment(id, minute, CommentBody::Document(adf::from_text(text)))
}

fn comment(id: &str, minute: i64, body: CommentBody) -> Comment {
    Comment {
        id: id.to_owned(),
        author: "Agent".to_owned(),
        created: at(minute),
        body,
        public: true,
    }
}

fn world(record: Vec<Comment>, issue: Vec<Comment>) -> World {
    let mut world = World::quiet();
    world.item.comments.enabled = true;
    world.record.comments = record;
    world.issue.comments = issue;
    world
}

fn planned(world: &World) -> Plan {
    plan::plan(&world.situation())
}

// F-313
#[test]
fn the_attribution_reads_back() {
    let line = attribution(Side::Jira, "Agent (in Jira, really)", at(15), "10501");
    assert_eq!(line, "[Lockstep] Agent (in Jira, really) in Jira, 2026-11-22 10:15 UTC (10501)");
    assert_eq!(read_attribution(&line), Some((Side::Jira, "10501".to_owned())));
    let hostile = attribution(Side::Salesforce, "x\n[Lockstep] y\u{7}", at(0), CASE_COMMENT);
    assert_eq!(read_attribution(&hostile), Some((Side::Salesforce, CASE_COMMENT.to_owned())));
}

#[test]
fn what_only_looks_like_an_attribution_is_none() {
    let line = attribution(Side::Jira, "Agent", at(15), "10501");
    for text in [
        format!("As she wrote:\n{line}"),
        format!("> {line}"),
        "[Lockstep] Agent in Jira, yesterday UTC (1)".to_owned(),
        "[Lockstep] Agent in Zendesk, 2026-11-22 10:15 UTC (1)".to_owned(),
        "[Lockstep] Agent in Jira, 2026-11-22 10:15 UTC ()".to_owned(),
        String::new(),
    ] {
        assert_eq!(read_attribution(&text), None, "{text}");
    }
}

#[test]
fn comments_are_copied_oldest_first_with_their_attribution() {
    let world = world(
        vec![on_record_side(CASE_COMMENT, 5, "line\n\nblock")],
        vec![on_issue_side("2", 9, "later"), on_issue_side("1", 3, "earlier")],
    );
    let line = attribution(Side::Salesforce, "Agent", at(5), CASE_COMMENT);
    let copy = |minute, id: &str, text: &str| Step::CommentOnRecord {
        source: id.to_owned(),
        body: format!("{}\n{text}", attribution(Side::Jira, "Agent", at(minute), id)),
        publish: false,
    };
    let body = json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": line, "marks": [{"type": "em"}]}]},
        {"type": "paragraph", "content": [{"type": "text", "text": "line"}]},
        {"type": "paragraph", "content": [{"type": "text", "text": "block"}]}]});
    let to_issue = Step::CommentOnIssue { source: CASE_COMMENT.to_owned(), body, public: true };
    assert_eq!(planned(&world).steps, [to_issue, copy(3, "1", "earlier"), copy(9, "2", "later")]);
}

#[test]
fn internal_comments_are_never_published() {
    let mut world = world(vec![], vec![on_issue_side("1", 3, "x"), on_issue_side("2", 4, "y")]);
    world.item.comments.publish = true;
    world.issue.comments[1].public = false;
    let published: Vec<bool> = planned(&world)
        .steps
        .iter()
        .map(|step| matches!(step, Step::CommentOnRecord { publish: true, .. }))
        .collect();
    assert_eq!(published, [true, false]);
}

// F-81
#[test]
fn a_paired_comment_is_left_alone_even_when_its_partner_is_gone() {
    let mut world = world(vec![on_record_side(CASE_COMMENT, 5, "x")], vec![]);
    world.pairs = vec![CommentPair {
        salesforce: CASE_COMMENT.to_owned(),
        jira: "77".to_owned(),
        origin: Side::Salesforce,
    }];
    assert_eq!(planned(&world), Plan::default());
    world.record.comments.clear();
    let orphan = format!("{}\nx", attribution(Side::Salesforce, "Agent", at(5), CASE_COMMENT));
    world.issue.comments = vec![on_issue_side("77", 6, &orphan)];
    assert_eq!(planned(&world), Plan::default());
}

#[test]
fn an_unpaired_copy_is_adopted_and_a_second_one_ignored() {
    let copy = format!("{}\nx", attribution(Side::Salesforce, "Agent", at(5), CASE_COMMENT));
    let world = world(
        vec![on_record_side(CASE_COMMENT, 5, "x")],
        vec![on_issue_side("8", 7, &copy), on_issue_side("9", 8, &copy)],
    );
    let pair = CommentPair {
        salesforce: CASE_COMMENT.to_owned(),
        jira: "8".to_owned(),
        origin: Side::Salesforce,
    };
    assert_eq!(planned(&world).steps, [Step::PairComments(pair)]);
}

#[test]
fn a_copy_whose_source_is_not_here_is_not_copied_back() {
    let copy = format!("{}\nx", attribution(Side::Jira, "Agent", at(5), "555"));
    let world = world(vec![on_record_side(CASE_COMMENT, 6, &copy)], vec![]);
    assert_eq!(planned(&world), Plan::default());
}

#[test]
fn a_long_comment_is_cut_on_a_character_and_says_so() {
    let world = world(vec![], vec![on_issue_side("1", 3, &"€".repeat(2_000))]);
    let plan = planned(&world);
    let [Step::CommentOnRecord { body, .. }] = plan.steps.as_slice() else { panic!("{plan:?}") };
    assert!(body.len() <= MAX_BYTES && body.len() > MAX_BYTES - 8, "{}", body.len());
    assert!(body.ends_with(&format!("€\n{SHORTENED}")));
    assert_eq!(plan.findings[0].code, Code::CommentCut);
    assert_eq!(plan.findings[0].subject, "comment 1");
}

// F-108
#[test]
fn nothing_is_copied_where_comments_are_off_or_not_cases() {
    let mut world = world(vec![on_record_side(CASE_COMMENT, 5, "x")], vec![]);
    world.item.salesforce.object = "Task".to_owned();
    assert_eq!(planned(&world), Plan::default());
    world.item.salesforce.object = "Case".to_owned();
    world.item.comments.enabled = false;
    assert_eq!(planned(&world), Plan::default());
}
