use bytes::Bytes;
use futures::{Stream, TryStreamExt, stream};
use lockstep_model::Fault;
use lockstep_model::files::marker;

use super::*;
use crate::NewFile;

fn bytes(text: &'static str) -> impl Stream<Item = Result<Bytes, Fault>> + use<> {
    let pieces: Vec<_> =
        text.as_bytes().chunks(3).map(|piece| Ok(Bytes::from_static(piece))).collect();
    stream::iter(pieces)
}

fn new_file(name: &str, size: u64) -> NewFile {
    NewFile { name: name.to_owned(), size, description: marker("10001", "SUP-7") }
}

impl World {
    async fn download(&self, id: &str, size: u64) -> Result<String, Fault> {
        let pieces: Vec<Bytes> = self.org.download(id, size).await?.try_collect().await?;
        Ok(String::from_utf8(pieces.concat()).expect("text"))
    }

    async fn with_files(&self, id: &RecordId) -> Record {
        let query = RecordQuery { files: true, ..query(true) };
        self.org.record("Case", id, &query).await.expect("record")
    }
}

// F-78
#[tokio::test]
async fn a_file_goes_up_with_its_link_and_mark_and_comes_down() {
    let world = World::start().await;
    let case = world.new_case("Files").await;
    let version = world.org.upload(&case, &new_file("trace.log", 10), bytes("hello file")).await;
    let version = version.expect("uploaded");
    assert_eq!(world.calls("salesforce.composite").await.len(), 0);
    let record = world.with_files(&case).await;
    let [file] = &record.files[..] else { panic!("{record:?}") };
    assert_eq!((&file.id, file.name.as_str(), file.size), (&version, "trace.log", 10));
    assert_eq!(file.hash.as_deref(), Some("cf0be5077e7ed25a944c353d77df0f10"));
    assert_eq!(file.copies.as_deref(), Some("10001"));
    assert_eq!(world.calls("salesforce.composite").await.len(), 1, "one call for all of it");
    assert_eq!(world.download(&version, 10).await.as_deref(), Ok("hello file"));
    let gone = world.download("068000000000001AAA", 10).await.map_err(|fault| fault.code);
    assert_eq!(gone, Err(Code::FileGone));
}

#[tokio::test]
async fn a_new_version_is_listed_in_place_of_the_old_one_and_a_note_is_no_file() {
    let world = World::start().await;
    let case = world.new_case("Versions").await;
    let first = world.act("/files", json!({"record": case, "name": "a.txt", "text": "one"})).await;
    let document = first["ContentDocumentId"].clone();
    let second = json!({"document": document, "name": "a.txt", "text": "two!"});
    let second = world.act("/files", second).await;
    world.act("/files", json!({"record": case, "name": "minutes.snote", "text": "x"})).await;
    let files = world.with_files(&case).await.files;
    let [file] = &files[..] else { panic!("{files:?}") };
    assert_eq!((Some(file.id.as_str()), file.size), (second["Id"].as_str(), 4));
}

// F-78
#[tokio::test]
async fn complaint_08_a_sweep_hears_of_new_files_and_new_versions_in_one_call() {
    let world = World::start().await;
    let (case, other) = (world.new_case("Swept").await, world.new_case("Quiet").await);
    let account =
        world.act("/records/Case", json!({"Subject": "Not asked for"})).await["Id"].clone();
    world.act("/files", json!({"record": account, "name": "b.txt", "text": "b"})).await;
    let first = world.act("/files", json!({"record": case, "name": "a.txt", "text": "one"})).await;
    let since = world.now - TimeDelta::minutes(1);
    let records = [case.clone(), other];
    let found = world.org.changed_files(&records, since).await.expect("found");
    let [file] = &found[..] else { panic!("{found:?}") };
    assert_eq!((&file.record, Some(file.version.as_str())), (&case, first["Id"].as_str()));
    assert_eq!(world.calls("salesforce.composite").await.len(), 1);
    let later = world.now + TimeDelta::hours(1);
    assert_eq!(world.org.changed_files(&records, later).await, Ok(Vec::new()));
}

// F-17
#[tokio::test]
async fn a_session_that_ends_costs_a_download_nothing_and_an_upload_one_more_try() {
    let world = World::start().await;
    let case = world.new_case("Session").await;
    let upload = async || {
        world.org.upload(&case, &new_file("a.txt", 5), bytes("hello")).await.map_err(|f| f.code)
    };
    let version = upload().await.expect("uploaded");
    world.control.salesforce_expire_sessions().await.expect("expired");
    assert_eq!(world.download(&version, 5).await.as_deref(), Ok("hello"));
    world.control.salesforce_expire_sessions().await.expect("expired");
    assert_eq!(upload().await, Err(Code::SfSessionExpired));
    assert!(upload().await.is_ok());
}

// F-306
#[tokio::test]
async fn a_source_that_breaks_leaves_no_file() {
    let world = World::start().await;
    let case = world.new_case("Broken").await;
    let broken = stream::iter([
        Ok(Bytes::from_static(b"hello")),
        Err(Fault::new(Code::FileChanged, "it ends early")),
    ]);
    let fault = world.org.upload(&case, &new_file("a.txt", 10), broken).await;
    assert_eq!(fault.map_err(|fault| fault.class()), Err(Class::Transient));
    assert!(world.with_files(&case).await.files.is_empty());
}

// F-99
#[tokio::test]
async fn notes_go_where_the_object_has_room_for_them() {
    let world = World::start().await;
    let case = world.new_case("Noted").await;
    let account = world.act("/records/Account", json!({"Name": "Acme"})).await;
    let account = RecordId::parse(account["Id"].as_str().expect("id")).expect("id");
    for (object, record, prefix) in [("Case", &case, "00a"), ("Account", &account, "0D5")] {
        let id = world.org.note(object, record, "[Lockstep] x\ny").await.expect("noted");
        assert!(id.starts_with(prefix), "{id}");
        let notes = world.org.notes(object, record).await.expect("notes");
        assert_eq!(notes, [(id, "[Lockstep] x\ny".to_owned())]);
    }
}
