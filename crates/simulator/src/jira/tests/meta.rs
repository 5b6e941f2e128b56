use reqwest::Method;
use serde_json::{Value, json};

use super::Rig;

#[tokio::test]
async fn screens_differ_by_type() {
    let rig = Rig::bare().await;
    let types = rig.get("/issue/createmeta/SUP/issuetypes").await;
    assert_eq!(types["total"], 5);
    let ids = |page: &Value| -> Vec<String> {
        let fields = page["fields"].as_array().unwrap().iter();
        fields.map(|field| field["fieldId"].as_str().unwrap().to_owned()).collect()
    };
    let bug = ids(&rig.get("/issue/createmeta/SUP/issuetypes/10004?maxResults=200").await);
    let story = ids(&rig.get("/issue/createmeta/10000/issuetypes/10001?maxResults=200").await);
    assert!(bug.contains(&"environment".to_owned()) && !story.contains(&"environment".to_owned()));
    assert!(
        story.contains(&"customfield_10067".to_owned())
            && !bug.contains(&"customfield_10067".to_owned())
    );
    assert!(!bug.contains(&"customfield_10075".to_owned()));
    let page = rig.get("/issue/createmeta/SUP/issuetypes/10004?startAt=5&maxResults=3").await;
    assert_eq!(ids(&page), bug[5..8]);
    let path = "/issue/createmeta/SUP/issuetypes?maxResults=201";
    assert_eq!(rig.call(Method::GET, path, Value::Null).await.0, 400);
}

#[tokio::test]
async fn the_site_describes_itself() {
    let rig = Rig::seeded().await;
    let fields = rig.get("/field").await;
    assert!(fields.as_array().unwrap().len() > 40);
    let project = rig.get("/project/SUP").await;
    assert_eq!(project["issueTypes"].as_array().unwrap().len(), 5);
    assert_eq!(rig.get("/project/search?keys=OPS").await["values"][0]["id"], "10001");
    let statuses = rig.get("/project/SUP/statuses").await;
    assert_eq!(statuses[0]["statuses"].as_array().unwrap().len(), 6);
    let edit = rig.get("/issue/SUP-1/editmeta").await;
    assert_eq!(edit["fields"]["customfield_10060"]["allowedValues"][0]["value"], "Gold");
    for path in ["/status", "/priority", "/resolution", "/statuscategory", "/issuetype"] {
        assert!(rig.get(path).await.as_array().unwrap().len() >= 4, "{path}");
    }
    for path in ["/resolution/search", "/statuses/search", "/priority/search", "/label"] {
        assert!(!rig.get(path).await["values"].as_array().unwrap().is_empty(), "{path}");
    }
    assert_eq!(rig.get("/serverInfo").await["deploymentType"], "Cloud");
    let page = rig.http.get(format!("{}/browse/SUP-1", rig.url())).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("Printer reports paper jam"));
    let info = rig.http.get(format!("{}/_edge/tenant_info", rig.url())).send().await.unwrap();
    assert!(info.text().await.unwrap().contains("cloudId"));
}

#[tokio::test]
async fn users_are_found_unless_they_hide() {
    let rig = Rig::bare().await;
    let names = |users: Value| -> Vec<String> {
        let users = users.as_array().unwrap().iter();
        users.map(|user| user["displayName"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(rig.get("/user/search?query=agent").await), ["Support Agent"]);
    assert!(names(rig.get("/user/search?query=developer.one").await).is_empty());
    assert_eq!(
        names(rig.get("/user/search?query=developer.one@example.com").await),
        ["Developer One"]
    );
    let assignable = names(rig.get("/user/assignable/search?project=SUP").await);
    assert!(!assignable.contains(&"Portal Customer".to_owned()));
    assert!(!assignable.contains(&"Former Colleague".to_owned()));
    assert_eq!(rig.call(Method::GET, "/user?accountId=nobody", Value::Null).await.0, 404);
    let body = json!({ "queries": ["project = SUP", "colour = red"] });
    let (_, parsed) = rig.post("/jql/parse?validation=strict", body).await;
    assert!(parsed["queries"][0]["errors"].is_null());
    assert!(parsed["queries"][1]["errors"][0].as_str().unwrap().contains("colour"));
}
