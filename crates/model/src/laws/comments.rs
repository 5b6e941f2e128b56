//! The laws of comment sync.

use proptest::prelude::*;

use super::cases;
use super::world::{World, at};
use crate::adf;
use crate::comments::{MAX_BYTES, attribution, read_attribution};
use crate::plan::Step;
use crate::snapshot::{Comment, CommentBody, Side};

/// People's comments: minute, text, whether customers see it.
fn comments() -> impl Strategy<Value = Vec<(i64, String, bool)>> {
    let text = prop_oneof![
        "[a-zé \n>]{0,40}",
        Just("[Lockstep] is down again".to_owned()),
        Just("€".repeat(1_900)),
    ];
    prop::collection::vec((0_i64..30, text, any::<bool>()), 0..6)
}

fn world(record: &[(i64, String, bool)], issue: &[(i64, String, bool)]) -> World {
    let mut world = World::quiet();
    world.item.comments.enabled = true;
    world.item.comments.publish = true;
    let comment = |id: String, (minute, public): (i64, bool), body| Comment {
        id,
        author: "Agent".to_owned(),
        created: at(minute),
        body,
        public,
    };
    for (index, (minute, text, public)) in record.iter().enumerate() {
        let body = CommentBody::Text(text.clone());
        world.record.comments.push(comment(
            format!("00a9{index:011}AAA"),
            (*minute, *public),
            body,
        ));
    }
    for (index, (minute, text, public)) in issue.iter().enumerate() {
        let body = CommentBody::Document(adf::from_text(text));
        world.issue.comments.push(comment(format!("{index}"), (*minute, *public), body));
    }
    world
}

proptest! {
    #![proptest_config(cases())]

    // F-101
    #[test]
    fn each_comment_is_copied_once_and_no_copy_comes_back(record in comments(), issue in comments()) {
        let mut world = world(&record, &issue);
        let plan = world.plan();
        prop_assert_eq!(plan.steps.len(), record.len() + issue.len());
        world.apply(&plan);
        prop_assert!(world.plan().is_empty());
        prop_assert_eq!(world.record.comments.len(), record.len() + issue.len());
        prop_assert_eq!(world.issue.comments.len(), record.len() + issue.len());
    }

    #[test]
    fn a_writer_that_forgot_its_pairs_adopts_them(
        record in comments(), issue in comments(), forgotten in prop::collection::vec(any::<bool>(), 12),
    ) {
        let mut world = world(&record, &issue);
        world.settle();
        let mut forgotten = forgotten.into_iter();
        world.pairs.retain(|_| !forgotten.next().unwrap_or(true));
        let plan = world.plan();
        prop_assert!(plan.steps.iter().all(|step| matches!(step, Step::PairComments(_))));
        world.apply(&plan);
        prop_assert!(world.plan().is_empty());
        prop_assert_eq!(world.pairs.len(), record.len() + issue.len());
    }

    #[test]
    fn copies_fit_and_name_their_source_and_hide_what_is_internal(record in comments(), issue in comments()) {
        let world = world(&record, &issue);
        for step in world.plan().steps {
            match step {
                Step::CommentOnRecord { source, body, publish } => {
                    prop_assert!(body.len() <= MAX_BYTES);
                    let original = world.issue.comments.iter().find(|each| each.id == source);
                    prop_assert_eq!(original.map(|each| each.public), Some(publish));
                    prop_assert_eq!(read_attribution(&body), Some((Side::Jira, source)));
                }
                Step::CommentOnIssue { source, body, public } => {
                    let original = world.record.comments.iter().find(|each| each.id == source);
                    prop_assert_eq!(original.map(|each| each.public), Some(public));
                    let text = adf::to_text(&body);
                    prop_assert_eq!(read_attribution(&text), Some((Side::Salesforce, source)));
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }

    #[test]
    fn an_attribution_reads_back_whatever_the_author_is_called(author in ".{0,40}", id in "[0-9A-Za-z]{1,18}") {
        for side in [Side::Salesforce, Side::Jira] {
            let line = attribution(side, &author, at(3), &id);
            prop_assert_eq!(line.lines().count(), 1);
            prop_assert_eq!(read_attribution(&line), Some((side, id.clone())));
            let through_jira = adf::to_text(&adf::from_text(&line));
            prop_assert_eq!(read_attribution(&through_jira), Some((side, id.clone())));
        }
    }
}
