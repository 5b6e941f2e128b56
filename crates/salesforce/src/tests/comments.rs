//! Case comments, posts and replies.

use lockstep_model::field::Feed;
use lockstep_model::snapshot::FeedSight;

use super::*;

fn with_feed(object: &str) -> RecordQuery {
    let feed = Feed { object: object.to_owned(), visibility: true };
    RecordQuery { feed: Some(feed), ..query(true) }
}

impl World {
    /// A person's post or reply.
    async fn posts(&self, kind: &str, fields: Value) -> String {
        let made = self.act(&format!("/records/{kind}"), fields).await;
        made["Id"].as_str().expect("id").to_owned()
    }
}

// F-73, F-74
#[tokio::test]
async fn a_case_comes_with_its_posts_and_replies_in_the_same_call() {
    let world = World::start().await;
    let id = world.new_case("Talked about").await;
    let comment = world.act(&format!("/cases/{id}/comments"), json!({"body": "A comment."})).await;
    let case = json!(id.as_str());
    let post =
        json!({"ParentId": case, "Body": "<p>A <b>post</b> &amp; more</p>", "IsRichText": true});
    let post = world.posts("FeedItem", post).await;
    let link = json!({"ParentId": case, "Type": "LinkPost", "Body": "See", "LinkUrl": "https://status.example.com"});
    world.posts("FeedItem", link).await;
    let tracked = json!({"ParentId": case, "Type": "TrackedChange", "Body": "Status changed"});
    world.posts("FeedItem", json!({"fields": tracked, "automation": true})).await;
    let reply = json!({"FeedItemId": post, "CommentBody": "A reply."});
    let reply = world.posts("FeedComment", reply).await;
    let doubled =
        world.control.get("/control/salesforce/records/FeedItem?Type=CaseCommentPost").await;
    let doubled = doubled.expect("posts")["records"].as_array().expect("list").last().cloned();
    let to_comment = json!({"FeedItemId": doubled.expect("post")["Id"], "CommentBody": "On it."});
    world.posts("FeedComment", to_comment).await;

    world.org.organization().await.expect("logged in");
    world.control.reset_calls().await.expect("reset");
    let record = world.org.record("Case", &id, &with_feed("CaseFeed")).await.expect("record");
    assert_eq!(world.control.calls(&CallFilter::default()).await.expect("calls").len(), 1);
    assert_eq!(record.feed, FeedSight::Whole);
    let mut said: Vec<_> =
        record.comments.iter().map(|c| (c.body.clone(), c.parent.clone(), c.public)).collect();
    said.sort_by_key(|each| format!("{each:?}"));
    let text = |text: &str| CommentBody::Text(text.to_owned());
    let comment = comment["Id"].as_str().map(str::to_owned);
    assert_eq!(
        said,
        [
            (CommentBody::Html("<p>A <b>post</b> &amp; more</p>".to_owned()), None, true),
            (text("A comment."), None, false),
            (text("A reply."), Some(post), true),
            (text("On it."), comment, false),
            (text("See\nhttps://status.example.com"), None, true),
        ]
    );
    assert!(record.comments.iter().any(|each| each.id == reply && !each.author.is_empty()));
}

// F-323
#[tokio::test]
async fn many_cases_come_with_their_posts_in_one_call() {
    let world = World::start().await;
    let ids = [world.new_case("one").await, world.new_case("two").await];
    for id in &ids {
        world.comment(id, "A comment.", true).await.expect("comment");
        world.posts("FeedItem", json!({"ParentId": id.as_str(), "Body": "A post."})).await;
    }
    world.control.reset_calls().await.expect("reset");
    let records = world.org.records("Case", &ids, &with_feed("CaseFeed")).await.expect("records");
    assert_eq!(world.control.calls(&CallFilter::default()).await.expect("calls").len(), 1);
    for record in &records {
        assert_eq!((record.comments.len(), &record.feed), (2, &FeedSight::Whole));
    }
}

// F-75
#[tokio::test]
async fn elsewhere_comments_are_posts_and_replies() {
    let world = World::start().await;
    let made = world.act("/records/Feature_Request__c", json!({"Name": "Dark mode"})).await;
    let id = RecordId::parse(made["Id"].as_str().expect("id")).expect("id");
    let object = "Feature_Request__c";
    assert!(world.org.describe(object).await.expect("described").feed_enabled);
    let feed = world.org.feed(object).await.expect("described").expect("a feed");
    assert_eq!(feed, Feed { object: "Feature_Request__Feed".to_owned(), visibility: true });
    assert_eq!(world.org.feed("CaseComment").await.expect("described"), None);
    let new = NewComment { body: "Needed.", public: false, answers: None };
    let post = world.org.add_comment(object, &id, Some(&feed), &new).await.expect("post");
    let new = NewComment { body: "Me too.", public: false, answers: Some(&post) };
    let reply = world.org.add_comment(object, &id, Some(&feed), &new).await.expect("reply");
    let query = RecordQuery {
        name_field: "Name".to_owned(),
        comments: true,
        feed: Some(feed),
        ..RecordQuery::default()
    };
    let record = world.org.record(object, &id, &query).await.expect("record");
    let said: Vec<_> =
        record.comments.iter().map(|c| (c.id.as_str(), c.parent.as_deref(), c.public)).collect();
    assert_eq!(said, [(post.as_str(), None, false), (reply.as_str(), Some(post.as_str()), false)]);

    world.org.edit_comment(&post, "Not needed.", false).await.expect("edited");
    world.org.edit_comment(&reply, "Nor by me.", false).await.expect("edited");
    let record = world.org.record(object, &id, &query).await.expect("record");
    assert_eq!(record.comments[0].body, CommentBody::Text("Not needed.".to_owned()));
    assert_eq!(record.comments[1].body, CommentBody::Text("Nor by me.".to_owned()));
    world.org.delete_comment(&post).await.expect("deleted");
    world.org.delete_comment(&post).await.expect("gone already");
    assert!(world.org.record(object, &id, &query).await.expect("record").comments.is_empty());
}

#[tokio::test]
async fn a_feed_that_cannot_be_read_costs_its_posts_only() {
    let world = World::start().await;
    let id = world.new_case("Quiet").await;
    world.comment(&id, "A comment.", true).await.expect("comment");
    let record = world.org.record("Case", &id, &with_feed("NoFeed")).await.expect("record");
    assert_eq!(record.comments.len(), 1);
    assert!(
        matches!(record.feed, FeedSight::Refused { code: Code::SfNoAccess, .. }),
        "{:?}",
        record.feed
    );
}

// F-312
#[tokio::test]
async fn changing_a_case_comment_takes_modify_all() {
    let world = World::start().await;
    let id = world.new_case("Commented").await;
    let comment = world.comment(&id, "Seen", true).await.expect("comment");
    world.org.edit_comment(&comment, "Hidden", true).await.expect("edited");
    let read = world.read(&id, true).await;
    assert_eq!(
        (read.comments[0].body.clone(), read.comments[0].public),
        (CommentBody::Text("Hidden".to_owned()), false)
    );
    world.act("/permissions", json!({"modify_all_cases": false})).await;
    let refused = world.org.edit_comment(&comment, "x", false).await.expect_err("refused");
    assert_eq!(
        (refused.code, refused.class()),
        (Code::CommentLocked, Class::Rejected),
        "{refused}"
    );
    let refused = world.org.delete_comment(&comment).await.expect_err("refused");
    assert_eq!(refused.code, Code::CommentLocked, "{refused}");
}

#[tokio::test]
async fn a_sweep_brings_changed_comments_and_the_newest_posts() {
    let world = World::start().await;
    let id = world.new_case("Swept").await;
    world.control.advance_clock(3_600_000).await.expect("clock");
    let since = Cursor { stamp: world.now + TimeDelta::minutes(50), id: None };
    let query = with_feed("CaseFeed");
    let post = world.posts("FeedItem", json!({"ParentId": id.as_str(), "Body": "News"})).await;
    let comment = world.comment(&id, "A comment.", true).await.expect("comment");
    let changed = world.org.changed_since("Case", &since, &query, 100).await.expect("changed");
    let of_case: Vec<&str> = changed
        .comments
        .iter()
        .filter(|each| each.record == id)
        .map(|each| each.comment.id.as_str())
        .collect();
    assert!(of_case.contains(&post.as_str()) && of_case.contains(&comment.as_str()), "{of_case:?}");
    assert!(changed.comments.iter().all(|each| !each.deleted));
    world.org.delete_comment(&comment).await.expect("deleted");
    let after = world.org.changed_since("Case", &since, &query, 100).await.expect("changed");
    let gone = after.comments.iter().find(|each| each.comment.id == comment);
    assert!(gone.is_some_and(|each| each.deleted), "{:?}", after.comments);
    let seen: std::collections::BTreeSet<_> = of_case.iter().collect();
    assert_eq!(seen.len(), of_case.len(), "each comes once");

    // More posts than fit the first page are followed back to the last look.
    for number in 0..205 {
        let post = json!({"ParentId": id.as_str(), "Body": format!("post {number}")});
        world.posts("FeedItem", post).await;
        world.control.advance_clock(1_000).await.expect("clock");
    }
    let changed = world.org.changed_since("Case", &since, &query, 100).await.expect("changed");
    assert!(changed.comments.iter().any(|each| each.comment.id == post));
}
