//! What the platform does to the HTML of a rich text area when it is saved.
//!
//! The vendor publishes no rules in detail: these are the tags and attributes that its editors write and
//! its help names. Text of unknown tags stays, scripts and styles go with their text, links open in a
//! new window, and markup is written anew. When a real org teaches better, mend it here.

use html5gum::{StartTag, Token, Tokenizer};

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "b",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
];

const ATTRIBUTES: &[&str] = &[
    "alt",
    "background",
    "border",
    "class",
    "colspan",
    "face",
    "height",
    "href",
    "id",
    "name",
    "rowspan",
    "size",
    "src",
    "style",
    "target",
    "width",
    "color",
];

const SCHEMES: &[&str] = &["http:", "https:", "file:", "ftp:", "mailto:", "/"];

/// The HTML as it is stored.
pub(super) fn sanitised(html: &str) -> String {
    let mut emitter = html5gum::DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut out = String::new();
    let mut hidden = false;
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                hidden |= matches!(name.as_str(), "script" | "style");
                if TAGS.contains(&name.as_str()) {
                    out.push_str(&opening(&name, &tag));
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                hidden &= !matches!(name.as_str(), "script" | "style");
                if TAGS.contains(&name.as_str()) && !matches!(name.as_str(), "br" | "hr" | "img") {
                    out.extend(["</", &name, ">"]);
                }
            }
            Token::String(text) if !hidden => {
                out.push_str(&escaped(&String::from_utf8_lossy(&text.value)));
            }
            _ => {}
        }
    }
    out
}

fn opening(name: &str, tag: &StartTag<()>) -> String {
    let mut out = format!("<{name}");
    for (key, value) in &tag.attributes {
        let (key, value) = (String::from_utf8_lossy(key), String::from_utf8_lossy(&value.value));
        let known = ATTRIBUTES.contains(&key.as_ref()) && !(name == "a" && key == "target");
        let address = !matches!(key.as_ref(), "href" | "src")
            || SCHEMES.iter().any(|scheme| value.trim_start().to_lowercase().starts_with(scheme));
        if known && address {
            out.extend([" ", &key, "=\"", &escaped(&value), "\""]);
        }
    }
    if name == "a" {
        out.push_str(" target=\"_blank\"");
    }
    out.push('>');
    out
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;").replace('\u{a0}', "&nbsp;")
}

#[cfg(test)]
mod tests {
    use super::sanitised;

    #[test]
    fn what_the_area_keeps_is_written_anew_and_the_rest_keeps_its_text() {
        for (sent, stored) in [
            ("<P>a&nbsp;<B>b</B><br/></P>", "<p>a&nbsp;<b>b</b><br></p>"),
            ("<section><p>x</p></section>", "<p>x</p>"),
            ("<script>alert(1)</script>y<!-- z -->", "y"),
            ("<a href='javascript:x()' onclick=y>l</a>", "<a target=\"_blank\">l</a>"),
            (
                "<a target=_self href='https://a.example/?b&amp;c'>l</a>",
                "<a href=\"https://a.example/?b&amp;c\" target=\"_blank\">l</a>",
            ),
            ("<ol start=3><li>it's</ol>", "<ol><li>it&#39;s</ol>"),
        ] {
            assert_eq!(sanitised(sent), stored);
            assert_eq!(sanitised(stored), stored);
        }
    }
}
