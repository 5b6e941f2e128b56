//! Files go both ways, once, with the same bytes.

use std::time::Duration;

use anyhow::{Context, Result};
use lockstep_simulator::control::AdminWebhook;
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_testkit::eventually;
use serde_json::json;

use crate::world::{PATIENCE, World, full_case};

/// How much a worker's memory may grow with a file, whatever its size.
const GROWTH_MAX: u64 = 32 * 1024 * 1024;

/// F-32, F-57, F-78, F-80, F-99, F-100, F-101, F-108: a file from each side arrives once, is noted once, and no
/// note comes back as a comment.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_from_each_side_arrives_once_and_is_noted_once() -> Result<()> {
    let world = World::with_files().await?;
    let (case, key) = world.linked_case(&full_case("Files")).await?;
    let there = world.people.jira_attach(&key, "trace.log", "It stopped at noon.").await?;
    let here = world.people.salesforce_attach(&case, "photo.txt", "Smoke, and a lamp.").await?;
    let shown = world.both_have(&case, &key, &["photo.txt", "trace.log"]).await;
    assert_eq!(shown[1].2, there["md5"].as_str().context("md5")?);
    assert_eq!(shown[0].2, here["Checksum"].as_str().context("Checksum")?);
    let noted = || async {
        let (on_case, on_issue) =
            (world.case_comments(&case).await, world.issue_comments(&key).await);
        on_case.is_ok_and(|all| all.len() == 1) && on_issue.is_ok_and(|all| all.len() == 1)
    };
    eventually(PATIENCE, "both sides have their note", noted).await;
    world.let_it_settle().await?;
    let (on_case, on_issue) =
        (world.case_comments(&case).await?, world.issue_comments(&key).await?);
    let id = there["id"].as_str().context("id")?;
    assert_eq!(
        on_case,
        [format!(
            "[Lockstep] Jira attachment sync note\nCopied from Jira:\ntrace.log (Jira attachment {id})"
        )]
    );
    let [comment] = &on_issue[..] else { panic!("{on_issue:#?}") };
    assert!(comment.starts_with("[Lockstep] Attachment sync comment"), "{comment}");
    assert!(
        comment.contains("Copied from Salesforce:") && comment.contains("photo.txt"),
        "{comment}"
    );
    world.both_have(&case, &key, &["photo.txt", "trace.log"]).await;
    assert_eq!(world.calls("jira.attachment.add").await?, 1);
    world.end().await
}

/// F-312 for files, F-80: a renamed copy, on whichever side, is not a new file; a new version is.
#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_copy_is_no_new_file_and_a_new_version_is() -> Result<()> {
    let world = World::with_files().await?;
    let (case, key) = world.linked_case(&full_case("Renamed")).await?;
    world.people.jira_attach(&key, "trace.log", "one").await?;
    world.both_have(&case, &key, &["trace.log"]).await;
    world.people.jira_attach(&key, "copy of trace.log", "one").await?;
    let again = world.people.salesforce_attach(&case, "the same.log", "one").await?;
    world.let_it_settle().await?;
    assert_eq!(world.record_files(&case).await?.len(), 2, "the person's own, and the copy");
    assert_eq!(world.issue_files(&key).await?.len(), 2, "both are the person's own");
    assert_eq!(world.calls("jira.attachment.add").await?, 0);
    let version = json!({
        "document": again["ContentDocumentId"], "name": "the same.log", "text": "two",
    });
    world.people.post("/control/salesforce/files", &version).await?;
    let arrived = || async {
        let files = world.issue_files(&key).await.unwrap_or_default();
        files.iter().any(|(name, ..)| name == "the same.log")
    };
    eventually(PATIENCE, "the new version is on the issue", arrived).await;
    world.let_it_settle().await?;
    assert_eq!(world.calls("jira.attachment.add").await?, 1);
    world.end().await
}

/// F-79, F-310, F-317: a file above the item's ceiling is reported with a remedy; the others go.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_big_is_reported_and_the_others_go() -> Result<()> {
    let world = World::with_files().await?;
    let (case, key) = world.linked_case(&full_case("Too big")).await?;
    world.people.jira_attach_made_up(&key, "dump.bin", 1_000_001).await?;
    world.people.salesforce_attach_made_up(&case, "video.bin", 5_000_000).await?;
    world.people.jira_attach_made_up(&key, "fits.bin", 1_000_000).await?;
    let arrived = || async {
        let files = world.record_files(&case).await.unwrap_or_default();
        files.iter().any(|(name, ..)| name == "fits.bin")
    };
    eventually(PATIENCE, "what fits is on the case", arrived).await;
    world.let_it_settle().await?;
    assert_eq!(
        (world.record_files(&case).await?.len(), world.issue_files(&key).await?.len()),
        (2, 2)
    );
    let findings = world.findings_of(&case).await?;
    let too_big = findings.iter().filter(|finding| finding["code"] == "LS-MD-050").count();
    assert_eq!(too_big, 2, "{findings:#?}");
    let link = world.link_of(&case).await?["link"].to_string();
    let (_, printed) = world.cli_raw(&["plan", "link", &link]).await?;
    assert!(printed.contains("dump.bin: 1.1 MB where 1.0 MB fit"), "{printed}");
    assert!(printed.contains("remedy: Raise `files.max_mb`"), "{printed}");
    world.end().await
}

/// F-306: killed after the other side took the file and before anything of it was noted.
#[tokio::test(flavor = "multi_thread")]
async fn killed_between_upload_and_record_there_is_one_copy() -> Result<()> {
    let mut world = World::with_files().await?;
    let (case, key) = world.linked_case(&full_case("Killed")).await?;
    let hold = |operation| FaultSpec::new(FaultKind::HoldAfter).operation(operation).times(1);
    let rule = world.people.add_fault(&hold("salesforce.sobject.create")).await?;
    world.people.jira_attach(&key, "up.txt", "to Salesforce").await?;
    world.both_have(&case, &key, &["up.txt"]).await;
    world.kill_workers().await?;
    world.people.release_fault(rule).await?;
    let rule = world.people.add_fault(&hold("jira.attachment.add")).await?;
    world.add_worker().await?;
    world.people.salesforce_attach(&case, "down.txt", "to Jira").await?;
    world.both_have(&case, &key, &["down.txt", "up.txt"]).await;
    world.kill_workers().await?;
    world.people.release_fault(rule).await?;
    world.add_worker().await?;
    world.let_it_settle().await?;
    tokio::time::sleep(Duration::from_secs(4)).await;
    world.let_it_settle().await?;
    world.both_have(&case, &key, &["down.txt", "up.txt"]).await;
    assert_eq!(world.calls("jira.attachment.add").await?, 1);
    world.end().await
}

/// F-306: killed while the file is on its way; what had come of it is nowhere, and the next worker sends it.
#[tokio::test(flavor = "multi_thread")]
async fn killed_during_the_upload_there_is_one_copy() -> Result<()> {
    let mut world = World::with_files().await?;
    let (case, key) = world.linked_case(&full_case("Killed early")).await?;
    let hold =
        FaultSpec::new(FaultKind::HoldBefore).operation("salesforce.sobject.create").times(1);
    let rule = world.people.add_fault(&hold).await?;
    world.people.jira_attach_made_up(&key, "half.bin", 900_000).await?;
    let underway = || async { world.calls("jira.attachment.content").await.is_ok_and(|n| n > 0) };
    eventually(PATIENCE, "the file is on its way", underway).await;
    world.kill_workers().await?;
    world.people.release_fault(rule).await?;
    assert_eq!(world.record_files(&case).await?.len(), 0);
    world.add_worker().await?;
    world.both_have(&case, &key, &["half.bin"]).await;
    world.let_it_settle().await?;
    world.both_have(&case, &key, &["half.bin"]).await;
    world.end().await
}

/// F-306, F-307: the answer to an upload, and to a note, is lost; nobody is killed.
#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_lost_make_no_second_copy_and_no_second_note() -> Result<()> {
    let world = World::with_files().await?;
    let (case, key) = world.linked_case(&full_case("Lost answers")).await?;
    for operation in ["salesforce.sobject.create", "jira.attachment.add", "jira.comment.add"] {
        let lost = FaultSpec::new(FaultKind::DropAfter).operation(operation).times(1);
        world.people.add_fault(&lost).await?;
    }
    world.people.jira_attach(&key, "one.txt", "from Jira").await?;
    world.people.salesforce_attach(&case, "two.txt", "from Salesforce, longer").await?;
    world.both_have(&case, &key, &["one.txt", "two.txt"]).await;
    let noted = || async {
        let (on_case, on_issue) =
            (world.case_comments(&case).await, world.issue_comments(&key).await);
        on_case.is_ok_and(|all| all.len() == 1) && on_issue.is_ok_and(|all| all.len() == 1)
    };
    eventually(PATIENCE, "both sides have their note", noted).await;
    world.let_it_settle().await?;
    world.both_have(&case, &key, &["one.txt", "two.txt"]).await;
    assert_eq!(world.case_comments(&case).await?.len(), 1);
    assert_eq!(world.issue_comments(&key).await?.len(), 1);
    world.end().await
}

/// F-81: what is deleted on one side stays on the other, and does not come back.
#[tokio::test(flavor = "multi_thread")]
async fn deletions_are_not_mirrored() -> Result<()> {
    let world = World::with_files().await?;
    let (case, key) = world.linked_case(&full_case("Deleted")).await?;
    let there = world.people.jira_attach(&key, "from jira.txt", "one").await?;
    let here = world.people.salesforce_attach(&case, "from salesforce.txt", "two!").await?;
    world.both_have(&case, &key, &["from jira.txt", "from salesforce.txt"]).await;
    world.people.jira_delete_attachment(there["id"].as_str().context("id")?).await?;
    let document = here["ContentDocumentId"].as_str().context("document")?;
    world.people.salesforce_delete("ContentDocument", document).await?;
    world.let_it_settle().await?;
    let names = |files: Vec<crate::world::Shown>| {
        files.into_iter().map(|(name, ..)| name).collect::<Vec<_>>()
    };
    assert_eq!(names(world.issue_files(&key).await?), ["from salesforce.txt"]);
    assert_eq!(names(world.record_files(&case).await?), ["from jira.txt"]);
    world.end().await
}

/// F-60: the webhooks of an attachment bring it over, without a sweep.
#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_arrives_by_webhook() -> Result<()> {
    let world = World::with_files().await?;
    let hook = AdminWebhook {
        events: &["attachment_created", "attachment_deleted"],
        ..crate::world::webhook(&world.hook)
    };
    world.people.jira_webhook(&hook).await?;
    let (case, key) = world.linked_case(&full_case("Hinted")).await?;
    world.sweep_seldom().await?;
    let began = std::time::Instant::now();
    world.people.jira_attach(&key, "now.txt", "at once").await?;
    world.both_have(&case, &key, &["now.txt"]).await;
    let took = began.elapsed();
    assert!(took < Duration::from_secs(10), "it took {took:?}");
    let deliveries = world.people.jira_deliveries().await?;
    assert!(deliveries.iter().any(|each| each["event"] == "attachment_created"), "{deliveries:#?}");
    world.end().await
}

/// F-82: a person's refresh brings files over, without sweep or webhook.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_brings_files_over() -> Result<()> {
    let world = World::with_files().await?;
    let (case, key) = world.linked_case(&full_case("Refreshed")).await?;
    world.sweep_seldom().await?;
    world.people.add_fault(&FaultSpec::new(FaultKind::WebhookLose)).await?;
    world.people.jira_attach(&key, "one.txt", "from Jira").await?;
    world.people.salesforce_attach(&case, "two.txt", "from Salesforce").await?;
    let link = world.link_of(&case).await?["link"].to_string();
    world.cli(&["sync", "link", &link]).await?;
    world.both_have(&case, &key, &["one.txt", "two.txt"]).await;
    world.people.clear_faults().await?;
    world.end().await
}

/// F-83, F-317: an item whose files a side does not take is refused with the place and the reason.
#[tokio::test(flavor = "multi_thread")]
async fn a_ceiling_that_jira_does_not_take_is_refused() -> Result<()> {
    let world = World::with_files().await?;
    let yaml = crate::world::WITH_FILES.replace("max_mb: 1\n", "max_mb: 1500\n");
    let (code, printed) = world.apply(&yaml).await?;
    assert_ne!(code, 0, "{printed}");
    assert!(printed.contains("files.max_mb"), "{printed}");
    assert!(printed.contains("attachments of at most 1000.0 MB"), "{printed}");
    let settings = json!({ "upload_bytes_max": 0 });
    world.people.patch("/control/jira/settings", &settings).await?;
    let (code, printed) = world.apply(crate::world::WITH_FILES).await?;
    assert!(code != 0 && printed.contains("attachments are switched off"), "{printed}");
    world.end().await
}

/// F-317: however large a file, a worker's memory grows by little, each way.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_does_not_grow_a_worker() -> Result<()> {
    const SIZE: u64 = 40 * 1024 * 1024;
    let world = World::with_files().await?;
    let yaml = crate::world::WITH_FILES.replace("max_mb: 1\n", "max_mb: 100\n");
    let yaml = yaml.replace("sweep_seconds: 300", "sweep_seconds: 1");
    let (code, printed) = world.apply(&yaml).await?;
    assert_eq!(code, 0, "{printed}");
    let (case, key) = world.linked_case(&full_case("Large")).await?;
    let worker = world.workers.first().context("a worker")?;
    let before = worker.resident_bytes().context("memory")?;
    world.people.jira_attach_made_up(&key, "large.bin", SIZE).await?;
    world.people.salesforce_attach_made_up(&case, "larger.bin", SIZE + 1).await?;
    let whole = || async {
        let (one, two) = (world.record_files(&case).await, world.issue_files(&key).await);
        one.is_ok_and(|one| one.len() == 2 && two.is_ok_and(|two| two == one))
    };
    eventually(Duration::from_secs(200), "both files are on both sides", whole).await;
    let grown = worker.peak_bytes().context("memory")?.saturating_sub(before);
    println!("before {before} bytes, at most {grown} more, for files of {SIZE} bytes");
    assert!(grown < GROWTH_MAX, "{grown} bytes more than {before}");
    world.end().await
}
