//! The pages that a person sees who follows "Open in Salesforce".

use bytes::Bytes;
use serde_json::Value;

use super::reply::{Content, Reply};
use crate::salesforce::ids;
use crate::salesforce::world::SalesforceWorld;

/// One record as a plain table.
pub(super) fn record(world: &SalesforceWorld, id: &str) -> Reply {
    let id = ids::to18(id);
    let found = id.as_deref().and_then(|id| Some((world.schema.of_id(id)?, world.live(id)?)));
    let Some((object, row)) = found else {
        return html(404, "Record not found", "<p>No record with this id.</p>");
    };
    let line = |field: &crate::salesforce::schema::Field| {
        let value = match world.value(object, row, field).as_ref() {
            Value::Null => String::new(),
            Value::String(text) => escape(text),
            other => other.to_string(),
        };
        format!("<tr><th>{}</th><td>{value}</td></tr>", escape(&field.label))
    };
    let lines: String = object.fields.iter().map(line).collect();
    let name = row.get(object.name_field()).and_then(Value::as_str).unwrap_or_default();
    let title = format!("{} {name}", object.label);
    html(200, &title, &format!("<table>{lines}</table>"))
}

/// The front page.
pub(super) fn home(world: &SalesforceWorld) -> Reply {
    let line = |(name, count): (&String, &usize)| format!("<li>{name}: {count}</li>");
    let lines: Vec<String> = world.counts().iter().map(line).collect();
    let lines = lines.concat();
    html(200, "Acme (simulated org)", &format!("<ul>{lines}</ul>"))
}

fn html(status: u16, title: &str, body: &str) -> Reply {
    let title = escape(title);
    let style = "body{font:15px sans-serif;margin:2em}th{text-align:left;vertical-align:top;padding-right:2em}\
                 td{white-space:pre-wrap}";
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <style>{style}</style><h1>{title}</h1>{body}</html>"
    );
    let content = Content::Raw("text/html;charset=UTF-8", Bytes::from(page));
    Reply { status, headers: Vec::new(), content }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
