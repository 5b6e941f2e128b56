//! What single constructs become, in both directions.

use serde_json::{Value, json};

use super::*;

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn marked(text: &str, marks: &[&str]) -> Value {
    let marks: Vec<Value> = marks.iter().map(|kind| json!({"type": kind})).collect();
    json!({"type": "text", "text": text, "marks": marks})
}

fn linked(text: &str, href: &str) -> Value {
    json!({"type": "text", "text": text, "marks": [{"type": "link", "attrs": {"href": href}}]})
}

fn paragraph(content: &[Value]) -> Value {
    json!({"type": "paragraph", "content": content})
}

fn item(content: &[Value]) -> Value {
    json!({"type": "listItem", "content": content})
}

fn list(kind: &str, items: &[Value]) -> Value {
    json!({"type": kind, "content": items})
}

fn doc(content: &[Value]) -> Value {
    adf::canonical(&json!({"type": "doc", "version": 1, "content": content}))
}

/// The HTML and the document are each other's translation.
fn both_ways(html: &str, content: &[Value]) {
    assert_eq!(html_to_adf(html), doc(content), "{html}");
    assert_eq!(adf_to_html(&doc(content)), html);
}

/// The HTML becomes this document.
fn reads(html: &str, content: &[Value]) {
    assert_eq!(html_to_adf(html), doc(content), "{html}");
}

/// The document becomes this HTML.
fn shows(content: &[Value], html: &str) {
    assert_eq!(adf_to_html(&doc(content)), html);
}

#[test]
fn marks_go_both_ways() {
    both_ways(
        "<p>a <b>bold <i>both</i></b><i> it</i> <u>u</u> <s>s</s> <code>c</code> H<sub>2</sub>O<sup>+</sup></p>",
        &[paragraph(&[
            text("a "),
            marked("bold ", &["strong"]),
            marked("both", &["strong", "em"]),
            marked(" it", &["em"]),
            text(" "),
            marked("u", &["underline"]),
            text(" "),
            marked("s", &["strike"]),
            text(" "),
            marked("c", &["code"]),
            text(" H"),
            json!({"type": "text", "text": "2", "marks": [{"type": "subsup", "attrs": {"type": "sub"}}]}),
            text("O"),
            json!({"type": "text", "text": "+", "marks": [{"type": "subsup", "attrs": {"type": "sup"}}]}),
        ])],
    );
    let red = json!([{"type": "textColor", "attrs": {"color": "#e60000"}}]);
    both_ways(
        "<p><span style=\"color: rgb(230, 0, 0);\">red</span></p>",
        &[paragraph(&[json!({"type": "text", "text": "red", "marks": red})])],
    );
    reads("<p><code><b>x</b></code></p>", &[paragraph(&[marked("x", &["code"])])]);
    reads(
        "<strong>a</strong><em>b</em><ins>c</ins><del>d</del><tt>e</tt>",
        &[paragraph(&[
            marked("a", &["strong"]),
            marked("b", &["em"]),
            marked("c", &["underline"]),
            marked("d", &["strike"]),
            marked("e", &["code"]),
        ])],
    );
}

#[test]
fn links_keep_where_they_lead() {
    both_ways(
        "<p><a href=\"https://a.example/?x=1&amp;y=2\" target=\"_blank\">here</a></p>",
        &[paragraph(&[linked("here", "https://a.example/?x=1&y=2")])],
    );
    reads("<a href='/500x'>case</a>.", &[paragraph(&[text("case (/500x).")])]);
    reads("<a href='#top'>up</a> <a href='javascript:x()'>x</a>", &[paragraph(&[text("up x")])]);
    shows(&[paragraph(&[linked("call", "tel:123"), text("!")])], "<p>call (tel:123)!</p>");
    shows(
        &[paragraph(&[json!({"type": "inlineCard", "attrs": {"url": "https://c.example"}})])],
        "<p><a href=\"https://c.example\" target=\"_blank\">https://c.example</a></p>",
    );
}

#[test]
fn headings_rules_code_and_quotes_go_both_ways() {
    let heading =
        |level| json!({"type": "heading", "attrs": {"level": level}, "content": [text("H")]});
    let code = json!({"type": "codeBlock", "content": [text("if a < b:\n\treturn  1\n\nend")]});
    both_ways(
        "<h1>H</h1><h6>H</h6><hr><pre>if a &lt; b:\n\treturn  1\n\nend</pre><blockquote><p>q</p><p>r</p></blockquote>",
        &[
            heading(1),
            heading(6),
            json!({"type": "rule"}),
            code.clone(),
            json!({"type": "blockquote", "content": [paragraph(&[text("q")]), paragraph(&[text("r")])]}),
        ],
    );
    let styled =
        json!({"type": "codeBlock", "attrs": {"language": "sql"}, "content": [text("a\nb")]});
    shows(&[styled], "<pre>a\nb</pre>");
    reads(
        "<pre class=\"ql-syntax\">\na<br>b\r\n<span>c</span>\n</pre>",
        &[json!({"type": "codeBlock", "content": [text("a\nb\nc")]})],
    );
}

#[test]
fn lists_nest_both_ways() {
    let inner = list("orderedList", &[item(&[paragraph(&[text("y")])])]);
    both_ways(
        "<ul><li>x<ol><li>y</li></ol></li><li><p>p</p><p>q</p></li><li></li></ul>",
        &[list(
            "bulletList",
            &[
                item(&[paragraph(&[text("x")]), inner.clone()]),
                item(&[paragraph(&[text("p")]), paragraph(&[text("q")])]),
                item(&[paragraph(&[])]),
            ],
        )],
    );
    let x =
        item(&[paragraph(&[text("x")]), list("bulletList", &[item(&[paragraph(&[text("y")])])])]);
    let nested = list("bulletList", &[x, item(&[paragraph(&[text("z")])])]);
    for html in [
        "<ul><li>x</li><li class=\"ql-indent-1\">y</li><li>z</li></ul>",
        "<ul><li>x</li><ul><li>y</li></ul><li>z</li></ul>",
        "<ul><li>x<ul><li>y</ul><li>z",
        "<li>x<ul><li>y</li></ul></li><li>z</li>",
    ] {
        reads(html, std::slice::from_ref(&nested));
    }
}

#[test]
fn tables_keep_headers_and_spans() {
    let cell = |kind: &str, attrs: Value, content: &[Value]| json!({"type": kind, "attrs": attrs, "content": content});
    both_ways(
        "<table><tr><th colspan=\"2\">h</th></tr><tr><td rowspan=\"2\"><b>a</b></td><td>&nbsp;</td></tr></table>",
        &[json!({"type": "table", "content": [
            {"type": "tableRow", "content": [
                cell("tableHeader", json!({"colspan": 2}), &[paragraph(&[text("h")])])]},
            {"type": "tableRow", "content": [
                cell("tableCell", json!({"rowspan": 2}), &[paragraph(&[marked("a", &["strong"])])]),
                cell("tableCell", json!({}), &[paragraph(&[])])]}]})],
    );
    reads(
        "<table><caption>cap</caption><thead><tr><th>h<tbody><tr><td>a<p>b</table>after",
        &[
            json!({"type": "table", "content": [
                {"type": "tableRow", "content": [{"type": "tableCell", "content": [paragraph(&[text("cap")])]}]},
                {"type": "tableRow", "content": [{"type": "tableHeader", "content": [paragraph(&[text("h")])]}]},
                {"type": "tableRow", "content": [
                    {"type": "tableCell", "content": [paragraph(&[text("a")]), paragraph(&[text("b")])]}]}]}),
            paragraph(&[text("after")]),
        ],
    );
}

#[test]
fn what_jira_takes_nowhere_else_becomes_plain_there() {
    reads(
        "<ul><li><h2>t</h2><hr><blockquote>q</blockquote><table><tr><td>a<td><i>b</i></table></ul>",
        &[list(
            "bulletList",
            &[item(&[
                paragraph(&[marked("t", &["strong"])]),
                paragraph(&[text("----")]),
                paragraph(&[text("q")]),
                paragraph(&[text("a | "), marked("b", &["em"])]),
            ])],
        )],
    );
    let panel = json!({"type": "panel", "attrs": {"panelType": "info"}, "content": [
        {"type": "heading", "attrs": {"level": 3}, "content": [text("t")]}, paragraph(&[text("p")])]});
    shows(&[panel], "<blockquote><p><b>t</b></p><p>p</p></blockquote>");
}

// F-195
#[test]
fn blanks_line_ends_and_empty_lines_survive() {
    both_ways(
        "<p>a<br>b &nbsp;c<br>&nbsp;d</p><p>&nbsp;</p><p>&lt;b&gt; &amp; &quot;q&quot; &#39;s&#39;</p>",
        &[
            paragraph(&[
                text("a"),
                json!({"type": "hardBreak"}),
                text("b  c"),
                json!({"type": "hardBreak"}),
                text(" d"),
            ]),
            paragraph(&[]),
            paragraph(&[text("<b> & \"q\" 's'")]),
        ],
    );
    reads(
        "<p></p>\n<div>  a\n b<br></div> <p><br></p><p>c</p><p>&nbsp;</p>",
        &[paragraph(&[text("a b")]), paragraph(&[]), paragraph(&[text("c")])],
    );
    assert_eq!(text_to_html("a < b\nc\n\nd"), "<p>a &lt; b<br>c</p><p>d</p>");
    assert_eq!(text_to_html(" \n"), "");
}

#[test]
fn what_html_has_no_form_for_stays_readable() {
    let inline = [
        json!({"type": "mention", "attrs": {"id": "5b", "text": "@Agent"}}),
        text(" "),
        json!({"type": "emoji", "attrs": {"shortName": ":smile:", "text": "😄"}}),
        text(" "),
        json!({"type": "date", "attrs": {"timestamp": "1795305600000"}}),
        text(" "),
        json!({"type": "status", "attrs": {"text": "DONE", "color": "green"}}),
        text(" "),
        json!({"type": "hologram", "attrs": {"text": "macro"}}),
    ];
    shows(&[paragraph(&inline)], "<p>@Agent 😄 2026-11-22 [DONE] macro</p>");
    let task = |state: &str, content: &[Value]| json!({"type": "taskItem", "attrs": {"localId": "1", "state": state}, "content": content});
    let tasks = json!({"type": "taskList", "attrs": {"localId": "l"}, "content": [
        task("DONE", &[text("a")]),
        {"type": "taskList", "attrs": {"localId": "m"}, "content": [task("TODO", &[text("b")])]}]});
    shows(&[tasks], "<ul><li>[x] a<ul><li>[ ] b</li></ul></li></ul>");
    let expand =
        json!({"type": "expand", "attrs": {"title": "More"}, "content": [paragraph(&[text("x")])]});
    shows(&[expand], "<p><b>More</b></p><p>x</p>");
    let layout = json!({"type": "layoutSection", "content": [
        {"type": "layoutColumn", "attrs": {"width": 50}, "content": [paragraph(&[text("l")])]},
        {"type": "layoutColumn", "attrs": {"width": 50}, "content": [paragraph(&[text("r")])]}]});
    shows(&[layout], "<p>l</p><p>r</p>");
}

#[test]
fn pictures_become_links_or_names() {
    reads(
        "<p>see <img alt=\"the error\" src=\"https://a.example/i.png\"/></p>",
        &[paragraph(&[text("see "), linked("the error", "https://a.example/i.png")])],
    );
    reads(
        "<img src=\"/servlet/rtaImage?eid=1\">",
        &[paragraph(&[text("[image] (/servlet/rtaImage?eid=1)")])],
    );
    reads("<img alt='pasted' src='data:image/png;base64,AAAA'>", &[paragraph(&[text("[pasted]")])]);
    let media = |attrs: Value| json!({"type": "mediaSingle", "content": [{"type": "media", "attrs": attrs}]});
    shows(
        &[
            media(json!({"type": "external", "url": "https://a.example/i.png", "alt": "chart"})),
            media(json!({"type": "file", "id": "u", "collection": "", "alt": "trace.log"})),
            media(json!({"type": "file", "id": "u", "collection": ""})),
        ],
        "<p><a href=\"https://a.example/i.png\" target=\"_blank\">chart</a></p><p>[trace.log]</p><p>[attachment]</p>",
    );
}

#[test]
fn strange_html_keeps_its_text() {
    reads(
        "<!DOCTYPE html><!-- note --><html><head><style>p{}</style><script>if (a < b) {}</script></head>\
         <body><article><marquee>run</marquee> <unknown x=1>on</unknown></article></body></html>",
        &[paragraph(&[text("run on")])],
    );
    reads(
        "<b>a<p>b</b>c<i>d</p>e</i>",
        &[
            paragraph(&[marked("a", &["strong"])]),
            paragraph(&[marked("b", &["strong"]), text("c"), marked("d", &["em"])]),
            paragraph(&[marked("e", &["em"])]),
        ],
    );
    reads("AT&T; 1 &unknown; a < b", &[paragraph(&[text("AT&T; 1 &unknown; a < b")])]);
    reads("</p></li></td></b>x</table>", &[paragraph(&[text("x")])]);
    for empty in ["", " \n", "<p></p>", "<b> </b>", "<ul></ul><table></table>", "<p>&nbsp;</p>"] {
        reads(empty, &[]);
        assert_eq!(html_to_text(empty), "");
    }
}

#[test]
fn lists_within_lists_stop_at_a_depth_that_json_can_carry() {
    let html = format!("{}x{}", "<ul><li>a".repeat(5_000), "</li></ul>".repeat(5_000));
    let doc = html_to_adf(&html);
    let json = doc.to_string();
    assert_eq!(serde_json::from_str::<Value>(&json).expect("not too deep"), doc);
    assert_eq!(html_to_text(&html).matches('a').count(), 5_000);
}

#[test]
fn markup_that_shows_the_same_is_alike() {
    assert!(alike("<p><strong>a</strong></p>", "<div><b>a</b><br></div>"));
    assert!(alike("<p>x</p>", "<p style=\"text-align: center;\">x</p>\n"));
    assert!(!alike("<p>x</p>", "<p><i>x</i></p>"));
}

// F-211
#[test]
fn html_is_cut_between_its_tags() {
    let html = "<p>one</p><ul><li><b>two</b></li><li>three</li></ul>";
    assert_eq!(shorten(html, html.len()), html);
    let cut = "<p>one</p><ul><li><b>two</b></li><li>thr…</li></ul>";
    assert_eq!(shorten(html, html.len() - 1), cut);
    assert_eq!(shorten(html, 40), "<p>one</p><ul><li><b>two…</b></li></ul>");
    assert_eq!(shorten(html, 8), "<p>…</p>");
    assert_eq!(shorten(html, 7), "");
    let long = format!("<p>{}</p>", "&lt;".repeat(40_000));
    assert!((131_060..=131_072).contains(&shorten(&long, 131_072).chars().count()));
}

/// Complaint 32: all formatting is lost, tables and links arrive as raw markup.
#[test]
fn complaint_32_formatting_tables_and_links_are_not_lost() {
    let html = "<p>see <b>the </b><a href=\"https://a.example\" target=\"_blank\"><b>log</b></a></p>\
                <table><tr><td>a</td><td>b</td></tr></table>";
    let doc = html_to_adf(html);
    assert_eq!(adf_to_html(&doc), html);
    assert_eq!(adf::to_text(&doc), "see the log (https://a.example)\n\na | b");
    assert_eq!(doc["content"][1]["type"], "table");
}
