//! Which comments are copied, and how.

use serde_json::json;

use super::*;
use crate::catalogue::Code;
use crate::field::Feed;
use crate::item::{Internal, LongComments};
use crate::snapshot::FeedSight;

fn written(plan: &Plan) -> Vec<&Copy> {
    let copies = plan.steps.iter().map(|step| match step {
        Step::CopyComment(copy) => copy,
        other => panic!("{other:?}"),
    });
    copies.collect()
}

fn said(copy: &Copy) -> String {
    body::text(&comment("", 0, copy.body.clone()))
}

// F-313, complaint 25
#[test]
fn complaint_25_everything_is_authored_by_the_bot_but_each_copy_names_author_and_time() {
    let mut comment = on_issue_side("10501", 15, "");
    comment.author = "Agent (in Jira, really)".to_owned();
    let line = attribution(Side::Jira, &comment, (0, 1));
    assert_eq!(line, "[Lockstep] Agent (in Jira, really) in Jira, 2026-11-22 10:15 UTC (10501)");
    let names = read_attribution(&line).expect("an attribution");
    assert_eq!((names.side, names.id.as_str(), names.part), (Side::Jira, "10501", 0));
    let part = attribution(Side::Jira, &comment, (1, 3));
    assert!(part.ends_with("(10501), part 2 of 3"), "{part}");
    assert_eq!(read_attribution(&part).map(|names| names.part), Some(1));
    comment.author = "x\n[Lockstep] y\u{7}".to_owned();
    let hostile = attribution(Side::Salesforce, &comment, (0, 1));
    assert_eq!(read_attribution(&hostile).map(|names| names.id), Some("10501".to_owned()));
}

#[test]
fn what_only_looks_like_an_attribution_is_none() {
    let line = line(Side::Jira, 15, "10501");
    for text in [
        format!("As she wrote:\n{line}"),
        format!("> {line}"),
        "[Lockstep] Agent in Jira, yesterday UTC (1)".to_owned(),
        "[Lockstep] Agent in Zendesk, 2026-11-22 10:15 UTC (1)".to_owned(),
        "[Lockstep] Agent in Jira, 2026-11-22 10:15 UTC ()".to_owned(),
        "[Lockstep] Agent in Jira, 2026-11-22 10:15 UTC (1), part 0 of 2".to_owned(),
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
    let plan = planned(&world);
    let copies = written(&plan);
    let to_issue = json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": line(Side::Salesforce, 5, CASE_COMMENT), "marks": [{"type": "em"}]}]},
        {"type": "paragraph", "content": [{"type": "text", "text": "line"}]},
        {"type": "paragraph", "content": [{"type": "text", "text": "block"}]}]});
    assert_eq!(copies[0].body, CommentBody::Document(to_issue));
    assert_eq!((copies[0].on, copies[0].public), (Side::Jira, true));
    assert_eq!(said(copies[1]), format!("{}\nearlier", line(Side::Jira, 3, "1")));
    assert_eq!(said(copies[2]), format!("{}\nlater", line(Side::Jira, 9, "2")));
    assert!(!copies[1].public, "published only where the item says so");
}

// F-319
#[test]
fn internal_comments_are_never_published() {
    let mut world = world(vec![], vec![on_issue_side("1", 3, "x"), on_issue_side("2", 4, "y")]);
    world.item.comments.publish = true;
    world.issue.comments[1].public = false;
    let published: Vec<bool> = written(&planned(&world)).iter().map(|copy| copy.public).collect();
    assert_eq!(published, [true, false]);
    world.item.comments.internal = Internal::Skip;
    assert_eq!(written(&planned(&world)).len(), 1);
}

#[test]
fn an_unpaired_copy_is_adopted_and_a_second_one_ignored() {
    let copy = format!("{}\nx", line(Side::Salesforce, 5, CASE_COMMENT));
    let world = world(
        vec![on_record_side(CASE_COMMENT, 5, "x")],
        vec![on_issue_side("8", 7, &copy), on_issue_side("9", 8, &copy)],
    );
    let plan = planned(&world);
    let [Step::PairComments(pair)] = plan.steps.as_slice() else { panic!("{plan:?}") };
    assert_eq!((pair.salesforce.as_str(), pair.jira.as_str()), (CASE_COMMENT, "8"));
    assert_eq!(pair.origin, Side::Salesforce);
}

// F-101, complaint 23
#[test]
fn comments_duplicated_by_the_bot_itself_do_not_exist_for_it() {
    let copy = format!("{}\nx", line(Side::Jira, 5, "555"));
    for ours in [
        copy.as_str(),
        "[Lockstep] Attachment sync comment\nlog.txt came from Salesforce.",
        "[Lockstep] Linked with SUP-1",
        "\n  [Lockstep] Jira attachment sync note",
    ] {
        let plan = planned(&world(
            vec![on_record_side(CASE_COMMENT, 6, ours)],
            vec![on_issue_side("1", 6, ours)],
        ));
        assert_eq!(plan, Plan::default(), "{ours}");
    }
}

// F-211
#[test]
fn a_long_comment_comes_in_numbered_parts_or_is_cut_and_says_so() {
    let mut world = world(vec![], vec![on_issue_side("1", 3, &"€ ".repeat(2_000))]);
    let plan = planned(&world);
    let parts = written(&plan);
    assert_eq!(parts.iter().map(|copy| copy.part).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(said(parts[2]).starts_with(&format!("{}, part 3 of 3\n€", line(Side::Jira, 3, "1"))));
    assert!(plan.findings.is_empty());

    world.item.comments.long = LongComments::Cut;
    let plan = planned(&world);
    let cut = said(written(&plan)[0]);
    assert!(cut.len() <= 4_000 && cut.len() > 3_980, "{}", cut.len());
    assert!(cut.ends_with(&format!("€\n{SHORTENED}")));
    assert_eq!(plan.findings[0].code, Code::CommentCut);
    assert_eq!(plan.findings[0].subject, "comment 1");
}

// F-76, F-77
#[test]
fn a_reply_is_flattened_with_the_context_of_its_parent() {
    let post = on_record_side("0D5000000000001AAA", 1, "Is it the\nfirmware?");
    let mut reply = on_record_side("0D7000000000001AAA", 2, "Yes.");
    reply.parent = Some(post.id.clone());
    let mut world = world(vec![post, reply], vec![]);
    world.record.feed = FeedSight::Whole;
    let texts: Vec<String> = written(&planned(&world)).into_iter().map(said).collect();
    let note =
        "[Lockstep] in reply to Agent in Salesforce, 2026-11-22 10:01 UTC: \"Is it the firmware?\"";
    assert!(texts[1].contains(&format!("{note}\n\nYes.")), "{}", texts[1]);

    // A reply to a copy answers whoever wrote the original.
    world.settle();
    let mut answer = on_issue_side("5", 40, "Thanks!");
    answer.parent = Some(world.issue.comments[0].id.clone());
    world.issue.comments.push(answer);
    let texts: Vec<String> = written(&planned(&world)).into_iter().map(said).collect();
    assert!(texts[0].ends_with(&format!("{note}\nThanks!")), "{}", texts[0]);
}

fn of_another_object(issue: Vec<Comment>) -> World {
    let mut world = world(vec![], issue);
    world.item.salesforce.object = "Feature_Request__c".to_owned();
    world.item.comments.publish = true;
    world.schema.feed = Some(Feed { object: "Feature_Request__Feed".to_owned(), visibility: true });
    world.record.feed = FeedSight::Whole;
    world
}

// F-75
#[test]
fn elsewhere_a_comment_is_a_post_and_a_reply_answers_it() {
    let mut reply = on_issue_side("2", 4, "Me too.");
    reply.parent = Some("1".to_owned());
    let mut world = of_another_object(vec![on_issue_side("1", 3, "Needed."), reply]);
    let plan = planned(&world);
    assert_eq!(written(&plan).len(), 1, "its parent comes first");
    world.apply(&plan);
    let plan = planned(&world);
    assert_eq!(written(&plan)[0].answers.as_deref(), Some(world.record.comments[0].id.as_str()));
    assert!(!said(written(&plan)[0]).contains("in reply to"), "the feed shows it");
}

// F-319
#[test]
fn an_internal_reply_answers_no_post_that_customers_see() {
    let mut reply = on_issue_side("2", 4, "Between us: no.");
    (reply.parent, reply.public) = (Some("1".to_owned()), false);
    let mut world = of_another_object(vec![on_issue_side("1", 3, "Needed."), reply]);
    world.apply(&planned(&world));
    let plan = planned(&world);
    let copy = written(&plan)[0];
    assert_eq!((copy.public, &copy.answers), (false, &None));
    assert!(said(copy).contains("in reply to Agent in Jira"));
}

#[test]
fn a_feed_that_cannot_be_read_is_reported_and_takes_no_posts() {
    let mut world = of_another_object(vec![on_issue_side("1", 3, "Needed.")]);
    let detail = "FUNCTIONALITY_NOT_ENABLED".to_owned();
    world.record.feed = FeedSight::Refused { code: Code::SfNoAccess, detail };
    let plan = planned(&world);
    assert!(plan.steps.is_empty());
    assert_eq!(
        (plan.findings[0].code, plan.findings[0].subject.as_str()),
        (Code::SfNoAccess, "feed")
    );
}

// F-108
#[test]
fn nothing_is_copied_where_comments_are_off_or_have_no_place() {
    let mut world = world(vec![on_record_side(CASE_COMMENT, 5, "x")], vec![]);
    world.item.salesforce.object = "Task".to_owned();
    assert_eq!(planned(&world), Plan::default());
    world.item.salesforce.object = "Case".to_owned();
    world.item.comments.enabled = false;
    assert_eq!(planned(&world), Plan::default());
}
