//! Which nodes there are, what they hold and which attributes they take.

use super::content::{BLOCKS, IN_CELL, IN_EXPAND, IN_LIST_ITEM, IN_PANEL, IN_QUOTE, INLINE};

/// How an attribute's value must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attr {
    /// Any string.
    Text,
    /// A string that is not empty.
    Filled,
    /// Any number.
    Number,
    /// A whole number, at least the first and at most the second.
    Whole(i64, i64),
    /// A boolean.
    Bool,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// `#rrggbb`.
    Colour,
    /// A status colour: a name or `#rrggbb`.
    StatusColour,
    /// Anything.
    Any,
}

/// Attributes with their rules: required, then optional.
pub(super) type Rules = (&'static [(&'static str, Attr)], &'static [(&'static str, Attr)]);

/// A node type.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: &'static str,
    /// Node types allowed inside; none for a leaf.
    pub(super) content: &'static [&'static str],
    pub(super) children_min: usize,
    pub(super) required: &'static [(&'static str, Attr)],
    pub(super) optional: &'static [(&'static str, Attr)],
}

const fn node(
    name: &'static str,
    content: &'static [&'static str],
    children_min: usize,
    required: &'static [(&'static str, Attr)],
    optional: &'static [(&'static str, Attr)],
) -> Node {
    Node { name, content, children_min, required, optional }
}

const LOCAL_ID: (&str, Attr) = ("localId", Attr::Text);

const VALIGN: (&str, Attr) = ("valign", Attr::OneOf(&["top", "middle", "bottom"]));

const CELL_ATTRS: &[(&str, Attr)] = &[
    VALIGN,
    ("colspan", Attr::Number),
    ("rowspan", Attr::Number),
    ("colwidth", Attr::Any),
    ("background", Attr::Text),
    LOCAL_ID,
];

const EXTENSION: &[(&str, Attr)] =
    &[("extensionKey", Attr::Filled), ("extensionType", Attr::Filled)];

const EXTENSION_MORE: &[(&str, Attr)] = &[
    ("parameters", Attr::Any),
    ("text", Attr::Text),
    ("layout", Attr::OneOf(&["wide", "full-width", "default"])),
    LOCAL_ID,
];

const CARD: &[(&str, Attr)] = &[
    ("url", Attr::Text),
    ("data", Attr::Any),
    ("datasource", Attr::Any),
    ("width", Attr::Number),
    ("layout", Attr::Text),
    LOCAL_ID,
];

const PANELS: Attr = Attr::OneOf(&["info", "note", "tip", "warning", "error", "success", "custom"]);

/// All node types but `doc` and `text`, which have rules of their own.
pub(super) static NODES: &[Node] = &[
    node("paragraph", INLINE, 0, &[], &[LOCAL_ID]),
    node("heading", INLINE, 0, &[("level", Attr::Whole(1, 6))], &[LOCAL_ID]),
    node("bulletList", &["listItem"], 1, &[], &[LOCAL_ID]),
    node("orderedList", &["listItem"], 1, &[], &[("order", Attr::Whole(0, i64::MAX)), LOCAL_ID]),
    node("listItem", IN_LIST_ITEM, 1, &[], &[LOCAL_ID]),
    node(
        "taskList",
        &["taskItem", "taskList", "blockTaskItem"],
        1,
        &[("localId", Attr::Text)],
        &[],
    ),
    node(
        "taskItem",
        INLINE,
        0,
        &[("localId", Attr::Text), ("state", Attr::OneOf(&["TODO", "DONE"]))],
        &[],
    ),
    node(
        "blockTaskItem",
        &["paragraph", "extension"],
        1,
        &[("localId", Attr::Text), ("state", Attr::OneOf(&["TODO", "DONE"]))],
        &[],
    ),
    node("decisionList", &["decisionItem"], 1, &[("localId", Attr::Text)], &[]),
    node("decisionItem", INLINE, 0, &[("localId", Attr::Text), ("state", Attr::Text)], &[]),
    node(
        "codeBlock",
        &["text"],
        0,
        &[],
        &[
            ("language", Attr::Text),
            ("uniqueId", Attr::Text),
            ("wrap", Attr::Bool),
            ("hideLineNumbers", Attr::Bool),
            LOCAL_ID,
        ],
    ),
    node("blockquote", IN_QUOTE, 1, &[], &[LOCAL_ID]),
    node(
        "panel",
        IN_PANEL,
        1,
        &[("panelType", PANELS)],
        &[
            ("panelIcon", Attr::Text),
            ("panelIconId", Attr::Text),
            ("panelIconText", Attr::Text),
            ("panelColor", Attr::Text),
            LOCAL_ID,
        ],
    ),
    node("rule", &[], 0, &[], &[LOCAL_ID]),
    node(
        "table",
        &["tableRow"],
        1,
        &[],
        &[
            ("displayMode", Attr::OneOf(&["default", "fixed"])),
            ("isNumberColumnEnabled", Attr::Bool),
            ("layout", Attr::Text),
            ("width", Attr::Number),
            LOCAL_ID,
        ],
    ),
    node("tableRow", &["tableCell", "tableHeader"], 0, &[], &[LOCAL_ID]),
    node("tableCell", IN_CELL, 1, &[], CELL_ATTRS),
    node("tableHeader", IN_CELL, 1, &[], CELL_ATTRS),
    node(
        "mediaSingle",
        &["media", "caption"],
        1,
        &[],
        &[("width", Attr::Number), ("widthType", Attr::Text), ("layout", Attr::Text), LOCAL_ID],
    ),
    node("mediaGroup", &["media"], 1, &[], &[LOCAL_ID]),
    node("caption", INLINE, 0, &[], &[LOCAL_ID]),
    node("expand", IN_EXPAND, 1, &[], &[("title", Attr::Text), LOCAL_ID]),
    node("nestedExpand", IN_PANEL, 1, &[], &[("title", Attr::Text), LOCAL_ID]),
    node("blockCard", &[], 0, &[], CARD),
    node(
        "embedCard",
        &[],
        0,
        &[("url", Attr::Text), ("layout", Attr::Text)],
        &[
            ("width", Attr::Number),
            ("originalHeight", Attr::Number),
            ("originalWidth", Attr::Number),
            LOCAL_ID,
        ],
    ),
    node("extension", &[], 0, EXTENSION, EXTENSION_MORE),
    node("bodiedExtension", IN_EXPAND, 1, EXTENSION, EXTENSION_MORE),
    node("inlineExtension", &[], 0, EXTENSION, EXTENSION_MORE),
    node("layoutSection", &["layoutColumn"], 1, &[], &[LOCAL_ID]),
    node("layoutColumn", BLOCKS, 1, &[("width", Attr::Number)], &[LOCAL_ID, VALIGN]),
    node("hardBreak", &[], 0, &[], &[("text", Attr::OneOf(&["\n"])), LOCAL_ID]),
    node(
        "mention",
        &[],
        0,
        &[("id", Attr::Text)],
        &[("text", Attr::Text), ("accessLevel", Attr::Text), ("userType", Attr::Text), LOCAL_ID],
    ),
    node(
        "emoji",
        &[],
        0,
        &[("shortName", Attr::Text)],
        &[("id", Attr::Text), ("text", Attr::Text), LOCAL_ID],
    ),
    node("inlineCard", &[], 0, &[], &[("url", Attr::Text), ("data", Attr::Any), LOCAL_ID]),
    node("date", &[], 0, &[("timestamp", Attr::Filled)], &[LOCAL_ID]),
    node(
        "status",
        &[],
        0,
        &[("text", Attr::Filled), ("color", Attr::StatusColour)],
        &[("style", Attr::Text), LOCAL_ID],
    ),
    node("placeholder", &[], 0, &[("text", Attr::Text)], &[LOCAL_ID]),
];

const MEDIA_ATTRS: &[&str] = &[
    "type",
    "id",
    "collection",
    "alt",
    "width",
    "height",
    "url",
    "occurrenceKey",
    "localId",
    "data",
];

/// Attributes that a media node may have.
pub(super) fn is_media_attr(name: &str) -> bool {
    MEDIA_ATTRS.contains(&name)
}

/// Marks that a node itself may carry.
pub(super) fn node_marks(name: &str) -> &'static [&'static str] {
    match name {
        "paragraph" => &["alignment", "indentation", "fontSize"],
        "heading" => &["alignment", "indentation"],
        "codeBlock" | "expand" | "layoutSection" => &["breakout"],
        "extension" | "bodiedExtension" | "inlineExtension" => &["dataConsumer", "fragment"],
        "table" => &["fragment"],
        "mediaSingle" => &["link"],
        _ => &[],
    }
}

/// Node types allowed right under `doc`.
pub(super) fn is_top(name: &str) -> bool {
    BLOCKS.contains(&name)
}

/// The attributes of a mark on text: required, then optional; none for an unknown mark.
pub(super) fn text_mark(name: &str) -> Option<Rules> {
    Some(match name {
        "strong" | "em" | "underline" | "strike" | "code" => (&[], &[]),
        "link" => (
            &[("href", Attr::Text)],
            &[
                ("title", Attr::Text),
                ("id", Attr::Text),
                ("collection", Attr::Text),
                ("occurrenceKey", Attr::Text),
            ],
        ),
        "subsup" => (&[("type", Attr::OneOf(&["sub", "sup"]))], &[]),
        "textColor" | "backgroundColor" => (&[("color", Attr::Colour)], &[]),
        "annotation" => {
            (&[("id", Attr::Text), ("annotationType", Attr::OneOf(&["inlineComment"]))], &[])
        }
        _ => return None,
    })
}
