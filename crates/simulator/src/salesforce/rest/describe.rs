//! What objects and fields there are, as this user sees them.

use serde_json::{Value, json};

use super::call::Call;
use super::describe_field::field;
use super::precondition::fresh;
use super::reply::Reply;
use crate::salesforce::error::Refusal;
use crate::salesforce::schema::Object;
use crate::salesforce::stamp;
use crate::salesforce::world::{Right, Row, SalesforceWorld};

/// `GET /sobjects`.
pub(super) fn global(world: &SalesforceWorld, call: &Call<'_>) -> Reply {
    conditional(world, call, || {
        let objects: Vec<Value> = world
            .schema
            .objects()
            .filter(|object| world.may(object, Right::Read))
            .map(|object| Value::Object(basics(world, call, object)))
            .collect();
        json!({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects})
    })
}

/// `GET /sobjects/X`.
pub(super) fn summary(
    world: &SalesforceWorld,
    call: &Call<'_>,
    name: &str,
) -> Result<Reply, Refusal> {
    let object = world.seen(name).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(json!({"objectDescribe": basics(world, call, object), "recentItems": []})))
}

/// `GET /sobjects/X/describe`.
pub(super) fn object(
    world: &SalesforceWorld,
    call: &Call<'_>,
    name: &str,
) -> Result<Reply, Refusal> {
    let object = world.seen(name).ok_or_else(Refusal::not_found)?;
    Ok(conditional(world, call, || Value::Object(whole(world, call, object))))
}

/// 304 when the client's copy is still good; otherwise the body with its stamp and tag.
fn conditional(world: &SalesforceWorld, call: &Call<'_>, body: impl FnOnce() -> Value) -> Reply {
    let changed = world.described_at;
    let tag = format!("\"{:x}-{}\"", changed.timestamp_millis(), call.version);
    let reply = if fresh(call, changed, &tag) { Reply::empty(304) } else { Reply::ok(body()) };
    reply.with("etag", tag).with("last-modified", stamp::http(changed))
}

/// What the list of objects says of one.
fn basics(world: &SalesforceWorld, call: &Call<'_>, object: &Object) -> Row {
    let base = format!("/services/data/{}/sobjects/{}", call.version, object.name);
    let real = object.feed_of.is_none();
    let prefix = real.then_some(&object.prefix);
    let of_feed = object.feed_of.as_ref().map(|_| "Feed");
    let mergeable = ["Account", "Contact", "Lead", "Case"].contains(&object.name.as_str());
    let body = json!({
        "activateable": false,
        "associateEntityType": of_feed,
        "associateParentEntity": object.feed_of,
        "createable": object.can("create") && world.may(object, Right::Create),
        "custom": object.custom(),
        "customSetting": false,
        "deepCloneable": false,
        "deletable": object.can("delete"),
        "deprecatedAndHidden": false,
        "feedEnabled": object.can("feed"),
        "hasSubtypes": false,
        "isInterface": false,
        "isSubtype": false,
        "keyPrefix": prefix,
        "label": object.label,
        "labelPlural": object.plural,
        "layoutable": object.can("search"),
        "mergeable": mergeable,
        "mruEnabled": object.can("search"),
        "name": object.name,
        "queryable": true,
        "replicateable": real,
        "retrieveable": real,
        "searchable": object.can("search"),
        "triggerable": object.can("create"),
        "undeletable": object.can("delete") && !object.can("hard"),
        "updateable": object.can("update") && world.may(object, Right::Update),
        "urls": {
            "sobject": base,
            "describe": format!("{base}/describe"),
            "rowTemplate": format!("{base}/{{ID}}"),
        },
    });
    crate::salesforce::world::as_row(body)
}

fn whole(world: &SalesforceWorld, call: &Call<'_>, object: &Object) -> Row {
    let mut body = basics(world, call, object);
    body.remove("associateEntityType");
    body.remove("associateParentEntity");
    let host = call.around.base_url;
    body["urls"]["uiDetailTemplate"] = json!(format!("{host}/{{ID}}"));
    body["urls"]["uiEditTemplate"] = json!(format!("{host}/{{ID}}/e"));
    let visible = object.fields.iter().filter(|field| world.shows(object, field));
    let fields: Vec<Value> = visible.map(|of| field(world, object, of)).collect();
    let more = json!({
        "actionOverrides": [],
        "childRelationships": children(world, object),
        "compactLayoutable": object.can("search"),
        "defaultImplementation": null,
        "extendedBy": null,
        "extendsInterfaces": null,
        "fields": fields,
        "implementedBy": null,
        "implementsInterfaces": null,
        "listviewable": null,
        "lookupLayoutable": null,
        "namedLayoutInfos": [],
        "networkScopeFieldName": null,
        "recordTypeInfos": record_types(world, call, object),
        "searchLayoutable": object.can("search"),
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [{"label": format!("All {}", object.plural.to_lowercase()), "name": "everything"}],
    });
    body.extend(crate::salesforce::world::as_row(more));
    body
}

fn children(world: &SalesforceWorld, object: &Object) -> Vec<Value> {
    let cascades =
        ["CaseComment", "FeedItem", "FeedComment", "ContentDocumentLink", "Task", "Event"];
    let relation = |relation: &crate::salesforce::schema::ChildRelation| {
        json!({
            "cascadeDelete": cascades.contains(&relation.child.as_str()),
            "childSObject": relation.child,
            "deprecatedAndHidden": false,
            "field": relation.field,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": relation.name,
            "restrictedDelete": false,
        })
    };
    world.schema.children(&object.name).iter().map(relation).collect()
}

fn record_types(world: &SalesforceWorld, call: &Call<'_>, object: &Object) -> Vec<Value> {
    let info = |id: &str, name: &str, developer: &str, master: bool| {
        let layout = format!(
            "/services/data/{}/sobjects/{}/describe/layouts/{id}",
            call.version, object.name
        );
        json!({
            "active": true,
            "available": true,
            "defaultRecordTypeMapping": master,
            "developerName": developer,
            "master": master,
            "name": name,
            "recordTypeId": id,
            "urls": {"layout": layout},
        })
    };
    let types = world.schema.object("RecordType");
    let rows = types.into_iter().flat_map(|types| world.rows(types));
    let mut infos: Vec<Value> = rows
        .filter(|row| row["SobjectType"] == json!(object.name))
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap_or_default();
            info(text("Id"), text("Name"), text("DeveloperName"), false)
        })
        .collect();
    infos.push(info("012000000000000AAA", "Master", "Master", true));
    infos
}
