//! What becomes of edits and deletes.

use super::*;
use crate::catalogue::Code;
use crate::fault::Fault;
use crate::item::{Deletes, EditedCopies, Edits};

/// A case comment that was copied to the issue, and one of the issue that was copied to the case.
fn settled() -> World {
    let mut world = world(
        vec![on_record_side(CASE_COMMENT, 5, "It smokes.")],
        vec![on_issue_side("1", 3, "Since when?")],
    );
    world.settle();
    world.look();
    world
}

fn edit(world: &mut World, side: Side, index: usize, text: &str) {
    world.comments(side)[index].body = match side {
        Side::Salesforce => CommentBody::Text(text.to_owned()),
        Side::Jira => CommentBody::Document(adf::from_text(text)),
    };
}

fn rewrites(plan: &Plan) -> Vec<&Rewrite> {
    let rewrites = plan.steps.iter().map(|step| match step {
        Step::RewriteComment(rewrite) => rewrite,
        other => panic!("{other:?}"),
    });
    rewrites.collect()
}

// F-312, complaint 24
#[test]
fn comment_edits_not_synced_reach_the_copy_both_ways() {
    let mut world = settled();
    edit(&mut world, Side::Salesforce, 0, "It burns.");
    edit(&mut world, Side::Jira, 0, "Since noon?");
    assert_eq!(world.settle(), 1);
    assert_eq!(
        copies(&mut world, Side::Jira),
        [format!("{}\n\nIt burns.", line(Side::Salesforce, 5, CASE_COMMENT))]
    );
    assert_eq!(
        copies(&mut world, Side::Salesforce),
        [format!("{}\nSince noon?", line(Side::Jira, 3, "1"))]
    );

    world.item.comments.edits = Edits::Ignore;
    edit(&mut world, Side::Salesforce, 0, "It is out.");
    assert!(world.look().is_empty());
}

// F-312
#[test]
fn an_edited_copy_is_left_alone_or_restored() {
    let mut world = settled();
    let ours = copies(&mut world, Side::Jira)[0].clone();
    edit(&mut world, Side::Jira, 1, &format!("{ours} Not!"));
    assert!(world.look().is_empty());
    world.item.comments.edited_copies = EditedCopies::Restore;
    let plan = world.look();
    assert_eq!(rewrites(&plan)[0].why, Why::Restored);
    assert_eq!(rewrites(&plan)[0].lost, Some(format!("{ours} Not!")));
    world.apply(&plan);
    assert_eq!(copies(&mut world, Side::Jira), [ours]);
    assert!(world.look().is_empty());
}

// F-312
#[test]
fn where_both_were_edited_the_comment_wins_and_the_plan_says_what_lost() {
    let mut world = settled();
    edit(&mut world, Side::Jira, 1, "[Lockstep] mine now");
    edit(&mut world, Side::Salesforce, 0, "It burns.");
    let plan = world.look();
    let [rewrite] = rewrites(&plan)[..] else { panic!("{plan:?}") };
    assert_eq!((rewrite.why, rewrite.lost.as_deref()), (Why::Edited, Some("[Lockstep] mine now")));
    world.apply(&plan);
    assert!(copies(&mut world, Side::Jira)[0].ends_with("It burns."));
    assert!(world.look().is_empty());
}

#[test]
fn an_edit_that_was_refused_is_reported_and_offered_again_when_it_changes() {
    let mut world = settled();
    edit(&mut world, Side::Jira, 0, "Since noon?");
    let says = digest(&world.issue.comments[0]);
    let fault = Fault::new(Code::SfReadOnlyField, "CommentBody");
    refused(&mut world.base, "1", &says, &fault);
    let plan = world.look();
    assert!(plan.steps.is_empty());
    assert_eq!(plan.findings[0].code, Code::SfReadOnlyField);
    edit(&mut world, Side::Jira, 0, "Since one?");
    assert_eq!(rewrites(&world.look()).len(), 1);
    world.base.forget_refusals();
    edit(&mut world, Side::Jira, 0, "Since noon?");
    assert_eq!(rewrites(&world.look()).len(), 1);
}

#[test]
fn a_comment_that_grows_or_shrinks_gains_or_loses_parts() {
    let mut world = settled();
    edit(&mut world, Side::Jira, 0, &"word ".repeat(2_000));
    world.settle();
    let parts = copies(&mut world, Side::Salesforce);
    assert_eq!(parts.len(), 3);
    assert!(parts[0].lines().next().is_some_and(|line| line.ends_with("(1), part 1 of 3")));
    edit(&mut world, Side::Jira, 0, "Since when?");
    world.settle();
    let shrunk = copies(&mut world, Side::Salesforce);
    assert_eq!(shrunk[0], format!("{}\nSince when?", line(Side::Jira, 3, "1")));
    assert!(shrunk[1..].iter().all(|part| part.lines().all(is_ours)), "{shrunk:?}");
    edit(&mut world, Side::Jira, 0, &"word ".repeat(2_000));
    world.settle();
    assert_eq!(copies(&mut world, Side::Salesforce), parts);
}

// F-81, F-312
#[test]
fn a_deleted_comment_leaves_its_copy_alone_unless_the_item_says_otherwise() {
    let mut world = settled();
    let ours = copies(&mut world, Side::Jira)[0].clone();
    let comment = world.record.comments.remove(0);
    assert!(world.look().is_empty());
    world.item.comments.deletes = Deletes::Mark;
    assert_eq!(rewrites(&world.look())[0].why, Why::Deleted);
    assert_eq!(world.settle(), 1);
    let (head, words) = ours.split_once("\n\n").expect("a head");
    assert_eq!(
        copies(&mut world, Side::Jira),
        [format!("{head}\n\n[Lockstep] deleted in Salesforce\n\n{words}")]
    );
    // Back from the recycle bin.
    world.record.comments.insert(0, comment);
    world.settle();
    assert_eq!(copies(&mut world, Side::Jira), [ours]);

    world.record.comments.remove(0);
    world.item.comments.deletes = Deletes::Mirror;
    world.settle();
    assert!(copies(&mut world, Side::Jira).is_empty());
    assert_eq!(world.issue.comments.len(), 1, "what people wrote stays");
    assert!(world.look().is_empty());
}

// F-81
#[test]
fn a_deleted_copy_does_not_come_back_and_its_comment_stays() {
    let mut world = settled();
    world.issue.comments.remove(1);
    world.item.comments.deletes = Deletes::Mirror;
    assert!(world.look().is_empty());
    edit(&mut world, Side::Salesforce, 0, "It burns.");
    assert!(world.look().is_empty());
}

// F-312
#[test]
fn too_many_deletes_at_once_are_braked() {
    let many = (1..=12).map(|number| on_issue_side(&number.to_string(), number, "x")).collect();
    let mut world = world(vec![], many);
    world.item.comments.deletes = Deletes::Mirror;
    world.settle();
    let all = std::mem::take(&mut world.issue.comments);
    world.issue.comments = all[3..].to_vec();
    let plan = world.look();
    assert!(plan.steps.is_empty());
    assert_eq!(
        (plan.findings[0].code, plan.findings[0].subject.as_str()),
        (Code::CommentBrake, "comments")
    );
    assert_eq!(plan.findings[0].detail, "3 of 12 comments are gone at once, more than 20 %");
    world.item.comments.brake_percent = 25;
    assert_eq!(world.look().steps.len(), 3);
    world.item.comments.brake_percent = 20;
    world.issue.comments = all[2..].to_vec();
    assert_eq!(world.look().steps.len(), 2, "two are never too many");
}

// F-319
#[test]
fn a_comment_that_becomes_internal_takes_its_copy_along_and_never_back() {
    let mut world = settled();
    assert!(world.issue.comments[1].public);
    world.record.comments[0].public = false;
    let plan = world.look();
    assert_eq!((rewrites(&plan)[0].why, rewrites(&plan)[0].hide), (Why::Hidden, true));
    world.settle();
    assert!(!world.issue.comments[1].public);
    world.record.comments[0].public = true;
    assert!(world.look().is_empty());
}

#[test]
fn what_a_sweep_comes_upon_is_news_or_not() {
    let mut world = settled();
    let refused = std::collections::BTreeMap::new();
    let of = |world: &World, index: usize| {
        news(&world.item, &world.pairs, &refused, &world.record.comments[index])
    };
    assert_eq!((of(&world, 0), of(&world, 1)), (News::Nothing, News::Nothing));
    assert_eq!(lost(&world.pairs, CASE_COMMENT), News::Look);
    assert_eq!(lost(&world.pairs, &world.record.comments[1].id), News::Nothing, "a copy");
    world.record.comments[0].public = false;
    assert_eq!(of(&world, 0), News::Look, "its copy may be shown no longer");
    world.record.comments[0].public = true;
    edit(&mut world, Side::Salesforce, 0, "It burns.");
    assert_eq!(of(&world, 0), News::Look);
    world.pairs.retain(|pair| pair.origin == Side::Jira);
    world.pairs[0].salesforce_shows = None;
    assert_eq!(of(&world, 0), News::Look);
    assert_eq!(of(&world, 1), News::Copy(digest(&world.record.comments[1])));
    world.pairs.clear();
    assert_eq!(of(&world, 1), News::Nothing, "it is ours");
}
