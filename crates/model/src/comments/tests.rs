//! Comment by comment: what each option does.

mod activities;
mod copies;
mod edits;

use super::*;
use crate::adf;
use crate::laws::world::{World, at};
use crate::plan::{self, Plan, Step};
use crate::snapshot::{Comment, CommentBody, Side};

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
        parent: None,
        work: None,
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

/// What the copies on a side say.
fn copies(world: &mut World, on: Side) -> Vec<String> {
    let texts = world.comments(on).iter().map(body::text);
    texts.filter(|text| is_ours(text)).collect()
}

fn line(side: Side, minute: i64, id: &str) -> String {
    attribution(side, &on_record_side(id, minute, ""), (0, 1))
}
