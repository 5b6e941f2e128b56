//! Listing objects and looking for records.

use lockstep_model::object;

use super::*;
use crate::SearchIn;

// F-36
#[tokio::test]
async fn the_objects_that_the_user_sees_are_listed() {
    let world = World::start().await;
    let names = async || {
        let objects = world.org.objects().await.expect("objects");
        objects.into_iter().map(|object| object.name).collect::<Vec<_>>()
    };
    let all = names().await;
    for standard in object::STANDARD {
        assert!(all.iter().any(|name| name == standard.name), "{} in {all:?}", standard.name);
    }
    assert!(all.iter().any(|name| name == "Feature_Request__c"));
    assert!(!all.iter().any(|name| name.ends_with("__Feed")), "{all:?}");
    world.act("/objects/rights", json!({"object": "Feature_Request__c", "read": false})).await;
    assert!(!names().await.iter().any(|name| name == "Feature_Request__c"));
}

// F-92, F-93
#[tokio::test]
async fn a_record_is_found_by_a_fragment_of_what_people_know() {
    let world = World::start().await;
    let contact = json!({"LastName": "Fernandez", "Email": "zoe@rare.example.com"});
    let contact = world.act("/records/Contact", contact).await;
    let search = SearchIn {
        object: "Contact",
        title: "Name",
        descriptor: Some("Email"),
        fields: object::standard("Contact").expect("known").search,
    };
    for text in ["Fernan", "zoe@rare"] {
        let hits = world.org.search(&search, text, 20).await.expect("found");
        assert_eq!(hits.len(), 1, "{text}: {hits:?}");
        assert_eq!(hits[0].id.as_str(), contact["Id"].as_str().expect("id"));
        assert_eq!(hits[0].descriptor.as_deref(), Some("zoe@rare.example.com"));
    }
    assert_eq!(world.org.search(&search, "nobody' OR Name != '", 20).await.expect("asked"), []);
}
