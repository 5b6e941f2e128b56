//! What single nodes say, for whoever reads a document.

use chrono::DateTime;
use serde_json::Value;

pub(crate) fn kind(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

pub(crate) fn children(node: &Value) -> &[Value] {
    node["content"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A text attribute that is not empty.
pub(crate) fn attribute<'a>(node: &'a Value, name: &str) -> Option<&'a str> {
    node["attrs"][name].as_str().filter(|text| !text.is_empty())
}

pub(crate) fn is_inline(node: &Value) -> bool {
    const INLINE: [&str; 10] = [
        "text",
        "hardBreak",
        "mention",
        "emoji",
        "inlineCard",
        "date",
        "status",
        "placeholder",
        "mediaInline",
        "inlineExtension",
    ];
    INLINE.contains(&kind(node))
}

/// Where the link mark of a node leads.
pub(crate) fn href(node: &Value) -> Option<&str> {
    let link = node["marks"].as_array()?.iter().find(|mark| kind(mark) == "link")?;
    attribute(link, "href")
}

/// The address of a card.
pub(crate) fn card(node: &Value) -> Option<&str> {
    attribute(node, "url").or_else(|| node["attrs"]["data"]["url"].as_str())
}

/// What a picture or file is called: its text, or else its address; in brackets where that is no link.
pub(crate) fn media_name(node: &Value) -> String {
    match (attribute(node, "alt"), attribute(node, "url")) {
        (Some(name), Some(_)) => name.to_owned(),
        (None, Some(address)) => address.to_owned(),
        (Some(name), None) => format!("[{name}]"),
        (None, None) => "[attachment]".to_owned(),
    }
}

pub(crate) fn task_box(item: &Value) -> &'static str {
    if attribute(item, "state") == Some("DONE") { "[x] " } else { "[ ] " }
}

/// What a node without content says.
pub(crate) fn shown(node: &Value) -> String {
    match kind(node) {
        "text" => node["text"].as_str().unwrap_or_default().to_owned(),
        "hardBreak" => "\n".to_owned(),
        "mention" => format!("@{}", text_or(node, "id").trim_start_matches('@')),
        "emoji" => text_or(node, "shortName"),
        "inlineCard" | "blockCard" | "embedCard" => card(node).unwrap_or_default().to_owned(),
        "date" => date(node).unwrap_or_default(),
        "status" => format!("[{}]", attribute(node, "text").unwrap_or_default()),
        "media" | "mediaInline" => media_name(node),
        _ => text_or(node, "title"),
    }
}

fn text_or(node: &Value, other: &str) -> String {
    attribute(node, "text").or_else(|| attribute(node, other)).unwrap_or_default().to_owned()
}

/// A `date` node holds milliseconds since 1970 (UTC), in a string.
fn date(node: &Value) -> Option<String> {
    let stamp = &node["attrs"]["timestamp"];
    let millis = stamp.as_i64().or_else(|| stamp.as_str()?.parse().ok())?;
    Some(DateTime::from_timestamp_millis(millis)?.date_naive().to_string())
}
