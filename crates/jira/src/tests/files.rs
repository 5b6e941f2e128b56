use bytes::Bytes;
use futures::{TryStreamExt, stream};
use lockstep_model::Fault;

use super::*;

fn bytes(pieces: &[&'static str]) -> impl futures::Stream<Item = Result<Bytes, Fault>> + use<> {
    let pieces: Vec<_> =
        pieces.iter().map(|piece| Ok(Bytes::from_static(piece.as_bytes()))).collect();
    stream::iter(pieces)
}

impl World {
    async fn download(&self, id: &str, size: u64) -> Result<String, Fault> {
        let pieces: Vec<Bytes> = self.jira.download(id, size).await?.try_collect().await?;
        Ok(String::from_utf8(pieces.concat()).expect("text"))
    }
}

fn with_files() -> IssueQuery {
    IssueQuery { files: true, ..IssueQuery::default() }
}

// F-78
#[tokio::test]
async fn a_file_goes_up_is_listed_with_its_issue_and_comes_down() {
    let world = World::start().await;
    let issue = world.create("Files").await;
    let name = "Überblick (1).txt";
    let id = world.jira.attach(&issue.id, (name, 10), bytes(&["hello", "", " file"])).await;
    let id = id.expect("attached");
    assert_eq!(world.called("jira.issue.get").await, 0);
    let files = world.read(&issue.id, &with_files()).await.files;
    let [file] = &files[..] else { panic!("{files:?}") };
    assert_eq!((file.id.as_str(), file.name.as_str(), file.size), (id.as_str(), name, 10));
    assert_eq!((&file.hash, world.called("jira.issue.get").await), (&None, 1));
    assert_eq!(world.download(&id, 10).await.as_deref(), Ok("hello file"));
    assert_eq!(world.called("jira.attachment.media").await, 0, "no way round by the media host");
    assert!(world.read(&issue.id, &query(&["summary"], false)).await.files.is_empty());
}

// F-29
#[tokio::test]
async fn where_jira_sends_us_elsewhere_our_credentials_stay_at_home() {
    let world = World::start().await;
    let issue = world.create("Elsewhere").await;
    let id = world.jira.attach(&issue.id, ("a.txt", 5), bytes(&["hello"])).await.expect("attached");
    let settings = json!({ "media_always_elsewhere": true });
    world.control.jira_settings(settings).await.expect("settings");
    // The media host answers 400 to whoever brings credentials.
    assert_eq!(world.download(&id, 5).await.as_deref(), Ok("hello"));
    assert_eq!(world.called("jira.attachment.media").await, 1);
}

// F-317
#[tokio::test]
async fn no_more_comes_than_was_announced() {
    let world = World::start().await;
    let issue = world.create("Liar").await;
    let id = world.jira.attach(&issue.id, ("a.txt", 5), bytes(&["hello"])).await.expect("attached");
    let code = world.download(&id, 4).await.map_err(|fault| fault.code);
    assert_eq!(code, Err(Code::JiraBadAnswer));
}

// F-306
#[tokio::test]
async fn a_source_that_breaks_leaves_no_file() {
    let world = World::start().await;
    let issue = world.create("Broken").await;
    let broken = stream::iter([
        Ok(Bytes::from_static(b"hello")),
        Err(Fault::new(Code::FileChanged, "it ends early")),
    ]);
    let fault = world.jira.attach(&issue.id, ("a.txt", 10), broken).await.expect_err("broken");
    assert_eq!(fault.class(), Class::Transient);
    assert!(world.read(&issue.id, &with_files()).await.files.is_empty());
}

// F-79, F-310
#[tokio::test]
async fn refusals_say_what_they_are_about() {
    let world = World::start().await;
    let issue = world.create("Refused").await;
    assert_eq!(world.jira.attachment_limit().await, Ok(Some(1_000_000_000)));
    let gone = world.download("99999", 5).await.map_err(|fault| fault.code);
    assert_eq!(gone, Err(Code::FileGone));
    let lost = world.jira.attach("99999", ("a.txt", 5), bytes(&["hello"])).await;
    assert_eq!(lost.map_err(|fault| fault.code), Err(Code::JiraIssueGone));
    world.control.jira_settings(json!({ "upload_bytes_max": 4 })).await.expect("settings");
    let full = world.jira.attach(&issue.id, ("a.txt", 5), bytes(&["hello"])).await;
    assert_eq!(full.map_err(|fault| fault.code), Err(Code::JiraLimit));
    world.control.jira_settings(json!({ "upload_bytes_max": 0 })).await.expect("settings");
    assert_eq!(world.jira.attachment_limit().await, Ok(None));
}
