//! What a connection test looks at: each thing that Lockstep needs of a vendor, by its name.

use lockstep_jira::{JiraClient, Permission};
use lockstep_model::{Code, Fault, readiness};
use lockstep_salesforce::{ObjectSummary, SalesforceClient};

use super::ConnectionTest;
use crate::clients::{JiraSettings, SalesforceSettings};

/// What comments are read from and written to.
const COMMENTS: [&str; 3] = ["CaseComment", "FeedItem", "FeedComment"];
/// What files are read from and written to.
const FILES: [&str; 3] = ["ContentVersion", "ContentDocument", "ContentDocumentLink"];

/// What the integration user does in Jira, as Jira's permission schemes call it.
const PERMISSIONS: [(&str, &str); 6] = [
    readiness::BROWSE,
    readiness::CREATE,
    readiness::EDIT,
    readiness::TRANSITION,
    readiness::ADD_COMMENTS,
    readiness::ATTACH,
];

/// Looks at an org; what is to be kept of it, if the login works.
pub(super) async fn probe_salesforce(
    test: &mut ConnectionTest,
    client: &SalesforceClient,
    client_id: String,
) -> Option<SalesforceSettings> {
    test.check("Log in as the Run As user", client.sign_in().await, |instance| {
        format!("a token was granted for {instance}")
    })?;
    let org = test.check("Use the API (API Enabled)", client.organization().await, |org| {
        format!("{} ({}), {} at {}", org.name, org.id, org.edition, org.instance_url)
    })?;
    test.check("Read metadata of Case", client.describe("Case").await, |case| {
        format!("{} fields are visible", case.fields.len())
    });
    if let Some(objects) = test.check("List objects", client.objects().await, |objects| {
        format!("{} objects are visible", objects.len())
    }) {
        test.check("Read and update cases", changes(&objects, "Case"), String::clone);
        for name in COMMENTS {
            test.check(&format!("Comments: {name}"), sees(&objects, name), String::clone);
        }
        for name in FILES {
            test.check(&format!("Files: {name}"), sees(&objects, name), String::clone);
        }
    }
    Some(SalesforceSettings {
        client_id,
        org_id: Some(org.id),
        org_name: Some(org.name),
        instance_url: Some(org.instance_url.to_string()),
    })
}

fn listed<'a>(objects: &'a [ObjectSummary], name: &str) -> Result<&'a ObjectSummary, Fault> {
    let missing = || Fault::new(Code::SfNoAccess, format!("the Run As user does not see {name}"));
    objects.iter().find(|object| object.name == name).ok_or_else(missing)
}

fn sees(objects: &[ObjectSummary], name: &str) -> Result<String, Fault> {
    listed(objects, name).map(|object| match (object.createable, object.updateable) {
        (true, true) => "read, create, update".to_owned(),
        (true, false) => "read, create".to_owned(),
        (false, _) => "read".to_owned(),
    })
}

fn changes(objects: &[ObjectSummary], name: &str) -> Result<String, Fault> {
    if !listed(objects, name)?.updateable {
        let detail = format!("the Run As user may read {name} and not change it");
        return Err(Fault::new(Code::SfNoAccess, detail));
    }
    sees(objects, name)
}

/// Looks at a site; what is to be kept of it, if the login works.
pub(super) async fn probe_jira(
    test: &mut ConnectionTest,
    client: &JiraClient,
    email: String,
) -> Option<JiraSettings> {
    let me = test.check("Log in", client.myself().await, |me| {
        let zone = me.time_zone.as_deref().unwrap_or("unknown");
        format!("{} ({}), time zone {zone}", me.display_name, me.account_id)
    })?;
    test.check("Find the site", client.tenant().await, |cloud| match cloud {
        Some(id) => format!("cloud id {id}"),
        None => "the address tells no cloud id, and none is needed".to_owned(),
    });
    test.check("See projects", projects(client).await, |keys| keys.join(", "));
    test.check("Read fields", client.fields().await, |fields| {
        format!("{} fields are visible", fields.len())
    });
    let wanted: Vec<&str> = PERMISSIONS.iter().map(|(key, _)| *key).collect();
    match client.permissions(None, &wanted).await {
        Ok(held) => {
            for (key, title) in PERMISSIONS {
                let name = format!("Permission: {title}");
                test.check(&name, permission(&held, (key, title)), String::clone);
            }
        }
        Err(fault) => drop(test.check::<()>("Read permissions", Err(fault), |()| String::new())),
    }
    Some(JiraSettings { email, account_id: Some(me.account_id) })
}

async fn projects(client: &JiraClient) -> Result<Vec<String>, Fault> {
    let projects = client.projects().await?;
    if projects.is_empty() {
        return Err(Fault::new(Code::JiraNoPermission, "the integration user sees no project"));
    }
    Ok(projects.into_iter().map(|project| project.key).collect())
}

fn permission(held: &[Permission], (key, title): (&str, &str)) -> Result<String, Fault> {
    if held.iter().any(|one| one.key == key && one.held) {
        return Ok("held in at least one project".to_owned());
    }
    let detail = format!("the integration user lacks {title} in every project");
    Err(Fault::new(Code::JiraNoPermission, detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn objects() -> Vec<ObjectSummary> {
        let of = |name: &str, change: bool| {
            let object = json!({ "name": name, "createable": change, "updateable": change });
            serde_json::from_value(object).expect("an object")
        };
        vec![of("Case", true), of("FeedItem", false)]
    }

    // F-24, F-25, F-26
    #[test]
    fn what_the_run_as_user_may_not_do_is_named() {
        assert_eq!(changes(&objects(), "Case").expect("all rights"), "read, create, update");
        assert_eq!(sees(&objects(), "FeedItem").expect("read"), "read");
        let refused = changes(&objects(), "FeedItem").expect_err("read only");
        assert!(refused.detail.contains("not change it"), "{refused}");
        let unseen = sees(&objects(), "ContentVersion").expect_err("not seen");
        assert_eq!(unseen.code, Code::SfNoAccess);
        assert!(unseen.detail.contains("ContentVersion"), "{unseen}");
    }

    // F-179
    #[test]
    fn a_permission_that_is_lacking_is_named() {
        let held = [
            Permission { key: "BROWSE_PROJECTS".to_owned(), held: true },
            Permission { key: "CREATE_ISSUES".to_owned(), held: false },
        ];
        assert!(permission(&held, ("BROWSE_PROJECTS", "Browse projects")).is_ok());
        for lacking in [("CREATE_ISSUES", "Create issues"), ("EDIT_ISSUES", "Edit issues")] {
            let fault = permission(&held, lacking).expect_err("lacking");
            assert_eq!(fault.code, Code::JiraNoPermission);
            assert!(fault.detail.contains(lacking.1), "{fault}");
        }
    }
}
