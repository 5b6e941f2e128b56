use serde_json::{Value, json};

use super::{Rig, bug, doc};

#[tokio::test]
async fn the_way_to_done_goes_through_a_screen() {
    let rig = Rig::bare().await;
    let key = rig.bug("Printer").await;
    let path = format!("/issue/{key}/transitions");
    let open = rig.get(&path).await;
    let ids: Vec<_> =
        open["transitions"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["11", "41", "51"]);
    let to = |id: &str| json!({ "transition": { "id": id } });
    assert_eq!(rig.post(&path, to("31")).await.0, 400);
    assert_eq!(rig.post(&path, to("11")).await.0, 204);

    let open = rig.get(&format!("{path}?expand=transitions.fields")).await;
    let resolve =
        open["transitions"].as_array().unwrap().iter().find(|one| one["id"] == "31").unwrap();
    assert_eq!(resolve["fields"]["resolution"]["required"], true);
    let (status, body) = rig.post(&path, to("31")).await;
    assert_eq!((status, body["errors"]["resolution"].is_string()), (400, true));

    let mut done = to("31");
    done["fields"] = json!({ "resolution": { "name": "Done" } });
    let mut as_text = done.clone();
    as_text["update"] = json!({ "comment": [{ "add": { "body": "text" } }] });
    assert_eq!(rig.post(&path, as_text).await.0, 400);
    done["update"] = json!({ "comment": [{ "add": { "body": doc("Closed in Salesforce") } }] });
    assert_eq!(rig.post(&path, done).await, (204, Value::Null));

    let issue = rig.get(&format!("/issue/{key}")).await;
    assert_eq!(issue["fields"]["status"]["statusCategory"]["key"], "done");
    assert_eq!(issue["fields"]["resolution"]["name"], "Done");
    assert_eq!(issue["fields"]["comment"]["total"], 1);
    let history = rig.get(&format!("/issue/{key}/changelog")).await;
    assert_eq!(history["values"][1]["items"].as_array().unwrap().len(), 2);

    assert_eq!(rig.post(&path, to("61")).await.0, 204);
    let issue = rig.get(&format!("/issue/{key}?fields=resolution,resolutiondate")).await;
    assert_eq!(issue["fields"], json!({ "resolution": null, "resolutiondate": null }));
}

#[tokio::test]
async fn a_comment_as_text_refuses_the_whole_transition() {
    let rig = Rig::bare().await;
    let key = rig.bug("Printer").await;
    let path = format!("/issue/{key}/transitions");
    let body = json!({
        "transition": { "id": "11" },
        "update": { "comment": [{ "add": { "body": "text" } }] },
    });
    assert_eq!(rig.post(&path, body).await.0, 400);
    let issue = rig.get(&format!("/issue/{key}")).await;
    assert_eq!(issue["fields"]["status"]["name"], "To Do");
}

#[tokio::test]
async fn a_failed_transition_does_not_undo_the_create() {
    let rig = Rig::bare().await;
    let mut body = bug("Printer");
    body["transition"] = json!({ "id": "31" });
    let (status, made) = rig.post("/issue", body).await;
    assert_eq!((status, &made["transition"]["status"]), (201, &json!(400)));
}

#[tokio::test]
async fn a_human_goes_by_the_name_of_the_status() {
    let rig = Rig::bare().await;
    let key = rig.bug("Printer").await;
    assert!(rig.control.jira_transition(&key, "Done").await.is_err());
    rig.control.jira_transition(&key, "In Progress").await.unwrap();
    let issue = rig.control.jira_transition(&key, "Done").await.unwrap();
    assert_eq!(issue["fields"]["resolution"]["name"], "Done");
    assert_eq!(issue["changelog"][1]["author"]["displayName"], "Support Agent");
}
