//! What becomes of activities.

use super::*;
use crate::activity::{ActivityForm, ActivityOptions, Estimate, work_log};
use crate::base::CommentRefusal;
use crate::item::{Deletes, Internal};
use crate::snapshot::{FeedSight, Work};

const CALL: &str = "00Txx0000000001AAA";

fn activity(minute: i64, text: &str, seconds: u32, done: bool) -> Comment {
    let work = Some(Work { started: at(minute), seconds, done });
    Comment { work, public: false, ..on_record_side(CALL, minute, text) }
}

fn world_with(form: ActivityForm, comment: Comment) -> World {
    let mut world = world(vec![comment], Vec::new());
    world.item.comments.enabled = false;
    world.item.activities = Some(ActivityOptions { form, estimate: Estimate::Leave });
    world.record.activities = FeedSight::Whole;
    world
}

fn copied(plan: &Plan) -> Vec<&Copy> {
    let copies = plan.steps.iter().filter_map(|step| match step {
        Step::CopyComment(copy) => Some(copy),
        _ => None,
    });
    copies.collect()
}

/// The issue after the copy was written as that work log, or comment.
fn written(world: &mut World, id: &str) {
    let plan = planned(world);
    let copy = copied(&plan)[0].clone();
    let shown = Comment {
        work: copy.work.clone(),
        body: copy.body.clone(),
        public: false,
        ..on_issue_side(id, 9, "")
    };
    world.pairs.push(super::copied(&copy, id, Some(&shown)));
    world.issue.comments.push(shown);
}

// F-187, F-318
#[test]
fn what_took_time_is_a_work_log_once_it_is_done() {
    let mut world = world_with(ActivityForm::Worklog, activity(1, "Task: Call", 90, false));
    assert!(planned(&world).is_empty(), "it is not done");
    world.record.comments = vec![activity(1, "Task: Call", 90, true)];
    let plan = planned(&world);
    let work = copied(&plan)[0].work.clone().expect("a work log");
    assert_eq!((work.seconds, work.started), (120, at(1)), "begun minutes count");
    written(&mut world, &work_log("10001"));
    assert!(planned(&world).is_empty());
    world.pairs.clear();
    let plan = planned(&world);
    assert!(matches!(plan.steps[..], [Step::PairComments(_)]), "by its first line: {plan:#?}");
}

// F-318
#[test]
fn what_took_no_time_is_a_comment_and_stays_one() {
    let mut world = world_with(ActivityForm::Worklog, activity(1, "Task: Mail", 0, true));
    assert_eq!(copied(&planned(&world))[0].work, None);
    written(&mut world, "10001");
    world.record.comments = vec![activity(1, "Task: Mail\nlong", 600, true)];
    let plan = planned(&world);
    assert!(
        matches!(&plan.steps[..], [Step::RewriteComment(Rewrite { work: None, id, .. })] if id == "10001"),
        "{plan:#?}"
    );
}

// F-318
#[test]
fn a_work_log_follows_its_activity_and_never_loses_its_time() {
    let mut world = world_with(ActivityForm::Worklog, activity(1, "Task: Call", 600, true));
    written(&mut world, &work_log("10001"));
    for (seconds, expected) in [(1200, 1200), (0, 600)] {
        world.record.comments = vec![activity(1, "Task: Call again", seconds, true)];
        let plan = planned(&world);
        let [Step::RewriteComment(rewrite)] = &plan.steps[..] else { panic!("{plan:#?}") };
        assert_eq!(rewrite.work.as_ref().expect("a work log").seconds, expected);
    }
    world.record.comments = vec![activity(1, "Task: Call", 1200, true)];
    assert_eq!(planned(&world).steps.len(), 1, "the time alone is an edit too");
}

// F-318
#[test]
fn what_people_log_in_jira_stays_there_and_no_switch_touches_another() {
    let logged = Comment {
        work: Some(Work { started: at(1), seconds: 600, done: true }),
        ..on_issue_side(&work_log("10001"), 1, "I fixed it")
    };
    let mut world = world_with(ActivityForm::Comment, activity(1, "Event: Meeting", 600, false));
    world.item.comments.internal = Internal::Skip;
    world.issue.comments = vec![logged, on_issue_side("10501", 2, "Hello")];
    let plan = planned(&world);
    assert_eq!(copied(&plan).len(), 1, "comments are off: {plan:#?}");
    assert_eq!((copied(&plan)[0].on, &copied(&plan)[0].work), (Side::Jira, &None));
    world.item.comments.enabled = true;
    assert_eq!(copied(&planned(&world)).len(), 2, "the comment, and no work log");
    world.item.activities = None;
    assert_eq!(copied(&planned(&world)).len(), 1);
}

// F-318
#[test]
fn only_activities_that_could_be_read_are_ever_missed() {
    let mut world = world_with(ActivityForm::Worklog, activity(1, "Task: Call", 600, true));
    world.item.comments.deletes = Deletes::Mirror;
    written(&mut world, &work_log("10001"));
    world.record.comments.clear();
    assert!(matches!(planned(&world).steps[..], [Step::RemoveComment(_)]));
    let (code, detail) = (crate::Code::SfNoAccess, "hidden".to_owned());
    world.record.activities = FeedSight::Refused { code, detail };
    let plan = planned(&world);
    assert!(plan.steps.is_empty());
    assert_eq!(plan.findings[0].subject, "activities");
}

// F-318
#[test]
fn a_sweep_waits_for_what_is_not_done() {
    let world = world_with(ActivityForm::Worklog, activity(1, "Task: Call", 600, false));
    let refused = std::collections::BTreeMap::<String, CommentRefusal>::new();
    let of = |comment: &Comment| news(&world.item, &[], &refused, comment);
    assert_eq!(of(&world.record.comments[0]), News::Nothing);
    assert_eq!(of(&activity(1, "Task: Call", 600, true)), News::Look);
}
