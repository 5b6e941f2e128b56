//! Twenty documents: what people type on either side.

use serde_json::{Value, json};

/// One kind of rich text.
pub struct Document {
    /// What it is about.
    pub name: &'static str,
    /// As somebody in Salesforce typed it.
    pub html: String,
    /// As somebody in Jira typed it.
    pub doc: Value,
    /// What every reader must find again on the other side.
    pub needle: &'static str,
}

/// All twenty.
pub fn documents() -> Vec<Document> {
    let mut all = words();
    all.extend(lists());
    all.extend(blocks());
    all.extend(what_only_jira_has());
    all
}

#[expect(clippy::needless_pass_by_value, reason = "so that rows read as literals")]
fn row(name: &'static str, html: &str, content: Value, needle: &'static str) -> Document {
    let doc = json!({"type": "doc", "version": 1, "content": content});
    Document { name, html: html.to_owned(), doc, needle }
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn marked(text: &str, mark: &str) -> Value {
    json!({"type": "text", "text": text, "marks": [{"type": mark}]})
}

/// A paragraph of one node or of several.
fn p(content: Value) -> Value {
    let content = if content.is_array() { content } else { json!([content]) };
    json!({"type": "paragraph", "content": content})
}

fn items(kind: &str, items: &[Value]) -> Value {
    let item = |content: &Value| json!({"type": "listItem", "content": content});
    json!({"type": kind, "content": items.iter().map(item).collect::<Vec<_>>()})
}

fn words() -> Vec<Document> {
    vec![
        row(
            "plain",
            "<p>It stopped at noon.</p><p>Twice.</p>",
            json!([p(text("It stopped")), p(text("at noon."))]),
            "noon",
        ),
        row(
            "marks",
            "<p>a <strong>bold</strong> <em>italic</em> <u>under</u> <s>struck</s> H<sub>2</sub>O</p>",
            json!([p(json!([
                marked("bold", "strong"),
                marked("italic", "em"),
                marked("under", "underline"),
                marked("struck", "strike")
            ]))]),
            "struck",
        ),
        row(
            "inline code",
            "<p>run <code>make test</code></p>",
            json!([p(json!([text("run "), marked("make test", "code")]))]),
            "make test",
        ),
        row(
            "links",
            "<p>see <a href=\"https://a.example/?x=1&amp;y=2\" target=\"_blank\">the page</a> or <a href=\"/500x\">the case</a></p>",
            json!([p(
                json!([{"type": "text", "text": "the page", "marks": [{"type": "link", "attrs": {"href": "https://a.example/?x=1&y=2"}}]}])
            )]),
            "the page",
        ),
        row(
            "colour",
            "<p><span style=\"color: rgb(230, 0, 0); background-color: yellow;\">red</span></p>",
            json!([p(
                json!([{"type": "text", "text": "red", "marks": [{"type": "textColor", "attrs": {"color": "#e60000"}}]}])
            )]),
            "red",
        ),
        row(
            "line ends",
            "<p>one<br>two</p><p><br></p><p>&nbsp; three</p>",
            json!([p(json!([text("one"), {"type": "hardBreak"}, text("two")])), {"type": "paragraph"}, p(text("  three"))]),
            "three",
        ),
        row(
            "special characters",
            "<p>1 &lt; 2 &amp; &quot;q&quot; don&#39;t Größe 日本 😄 שלום</p>",
            json!([p(text("1 < 2 & \"q\" don't Größe 日本 😄 שלום"))]),
            "Größe",
        ),
    ]
}

fn lists() -> Vec<Document> {
    vec![
        row(
            "bullets",
            "<ul><li>one</li><li>two</li></ul>",
            json!([items("bulletList", &[json!([p(text("one"))]), json!([p(text("two"))])])]),
            "two",
        ),
        row(
            "nested lists",
            "<ol><li>one<ul><li>inner</li></ul></li><li>two</li></ol>",
            json!([items(
                "orderedList",
                &[json!([p(text("one")), items("bulletList", &[json!([p(text("inner"))])])])]
            )]),
            "inner",
        ),
        row(
            "indented lists",
            "<ul><li>one</li><li class=\"ql-indent-1\">deeper</li></ul>",
            json!([items(
                "bulletList",
                &[
                    json!([p(text("deeper")), {"type": "codeBlock", "content": [text("x = 1\ny = 2")]}])
                ]
            )]),
            "deeper",
        ),
    ]
}

fn blocks() -> Vec<Document> {
    let cell =
        |kind: &str, content: Value| json!({"type": kind, "attrs": {}, "content": [p(content)]});
    let rows = json!([
        {"type": "tableRow", "content": [cell("tableHeader", text("Host")), cell("tableHeader", text("State"))]},
        {"type": "tableRow", "content": [
            {"type": "tableCell", "attrs": {"colspan": 2}, "content": [p(marked("all down", "strong"))]}]}]);
    vec![
        row(
            "headings",
            "<h1>First</h1><h2>Second</h2><p>text</p><h6>Sixth</h6>",
            json!([{"type": "heading", "attrs": {"level": 3}, "content": [text("Second")]}, p(text("text"))]),
            "Second",
        ),
        row(
            "quotes",
            "<blockquote>they said</blockquote>",
            json!([{"type": "blockquote", "content": [p(text("they said"))]}]),
            "they said",
        ),
        row(
            "code",
            "<pre>if a &lt; b:\n    stop()</pre>",
            json!([{"type": "codeBlock", "attrs": {"language": "python"}, "content": [text("if a < b:\n    stop()")]}]),
            "stop()",
        ),
        row(
            "tables",
            "<table><tbody><tr><th>Host</th><th>State</th></tr><tr><td colspan=\"2\"><b>all down</b></td></tr></tbody></table>",
            json!([{"type": "table", "attrs": {"layout": "default", "isNumberColumnEnabled": false}, "content": rows}]),
            "all down",
        ),
        row(
            "rules",
            "<p>above</p><hr><p>below</p>",
            json!([p(text("above")), {"type": "rule"}, p(text("below"))]),
            "below",
        ),
    ]
}

fn what_only_jira_has() -> Vec<Document> {
    let task = |state: &str, content: &str| {
        let attrs = json!({"localId": "1", "state": state});
        json!({"type": "taskItem", "attrs": attrs, "content": [text(content)]})
    };
    vec![
        row(
            "pictures",
            "<p>before <img src=\"https://a.example/i.png\" alt=\"screenshot\"></p>",
            json!([p(text("before")), {"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [
                {"type": "media", "attrs": {"type": "external", "url": "https://a.example/i.png", "alt": "screenshot"}}]}]),
            "screenshot",
        ),
        row(
            "mentions, dates and states",
            "<p>@Agent 2026-11-22 [DONE]</p>",
            json!([p(json!([
                {"type": "mention", "attrs": {"id": "5b", "text": "@Agent"}}, text(" "),
                {"type": "date", "attrs": {"timestamp": "1795305600000"}}, text(" "),
                {"type": "status", "attrs": {"text": "DONE", "color": "green"}}, text(" "),
                {"type": "emoji", "attrs": {"shortName": ":smile:", "text": "😄"}}]))]),
            "[DONE]",
        ),
        row(
            "panels",
            "<blockquote><h3>Careful</h3><p>hot</p></blockquote>",
            json!([{"type": "panel", "attrs": {"panelType": "warning"}, "content": [
                {"type": "heading", "attrs": {"level": 3}, "content": [text("Careful")]}, p(text("hot"))]}]),
            "Careful",
        ),
        row(
            "tasks",
            "<ul><li>[x] call</li><li>[ ] write</li></ul>",
            json!([{"type": "taskList", "attrs": {"localId": "l"}, "content": [task("DONE", "call"), task("TODO", "write")]}]),
            "[ ] write",
        ),
        row(
            "cards and folds",
            "<dl><dt><b>More</b></dt><dd>https://c.example</dd></dl>",
            json!([{"type": "expand", "attrs": {"title": "More"}, "content": [
                p(json!([{"type": "inlineCard", "attrs": {"url": "https://c.example"}}]))]}]),
            "https://c.example",
        ),
    ]
}
