use super::super::{adf_to_html, html_to_adf};
use super::*;

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn doc(content: &[Value]) -> Value {
    adf::canonical(&json!({"type": "doc", "version": 1, "content": content}))
}

/// A panel, a paragraph, tasks, a mention and a table: more than HTML can show.
fn rich() -> Vec<Value> {
    let paragraph = |content: Value| json!({"type": "paragraph", "content": [content]});
    let panel = json!({"type": "panel", "attrs": {"panelType": "warning"}, "content": [paragraph(text("Careful"))]});
    let task = json!({"type": "taskItem", "attrs": {"localId": "1", "state": "TODO"}, "content": [text("call")]});
    let mention = json!({"type": "mention", "attrs": {"id": "5b", "text": "@Agent"}});
    let cell = json!({"type": "tableCell", "attrs": {}, "content": [paragraph(text("c"))]});
    vec![
        panel,
        paragraph(text("It fails.")),
        json!({"type": "taskList", "attrs": {"localId": "l"}, "content": [task]}),
        paragraph(mention),
        json!({"type": "table", "attrs": {"layout": "wide"}, "content": [{"type": "tableRow", "content": [cell]}]}),
    ]
}

// F-302
#[test]
fn an_edit_of_one_paragraph_changes_that_paragraph_alone() {
    let now = doc(&rich());
    let edited = adf_to_html(&now).replace("It fails.", "It fails <b>always</b>.");
    let laid = rich_over_adf(&now, &html_to_adf(&edited));
    let (before, after) = (children(&now), children(&laid));
    assert_eq!((&before[0], &before[2..]), (&after[0], &after[2..]));
    assert_eq!(after[1]["content"][1]["text"], "always");
    assert_eq!(adf_to_html(&laid), edited);
}

// F-302
#[test]
fn an_edit_of_plain_text_keeps_the_form_of_every_other_block() {
    let now = doc(&rich());
    let edited = adf::to_text(&now).replace("It fails.", "It fails.\n\nEvery day.");
    assert_eq!(edited, "[warning] Careful\n\nIt fails.\n\nEvery day.\n\n[ ] call\n\n@Agent\n\nc");
    let laid = text_over_adf(&now, &adf::from_text(&edited));
    let (before, after) = (children(&now), children(&laid));
    assert_eq!((&before[..2], &before[2..]), (&after[..2], &after[3..]));
    assert_eq!(adf::to_text(&laid), edited);
}

// F-302
#[test]
fn html_that_jira_cannot_show_stays_where_nobody_touched_it() {
    let now = "<p style=\"text-align: center;\">Title</p>\n<p><img src=\"https://a.example/i.png\" alt=\"i\" width=\"9\"></p><p>old</p>";
    let edited = adf_to_html(&html_to_adf(now)).replace("old", "new");
    assert_eq!(over_html(now, &edited), now.replace("old", "new"));
    assert_eq!(over_html(now, &adf_to_html(&html_to_adf(now))), now);
    assert_eq!(over_html(now, ""), "");
    assert_eq!(over_html("", "<p>x</p>"), "<p>x</p>");
    assert_eq!(over_html("<b>a<p>b</p></b>", "<p>c</p>"), "<p>c</p>");
}

#[test]
fn what_cannot_be_laid_over_is_written_anew() {
    let lists = "<ul><li>a</li></ul><p>x</p>";
    let new = html_to_adf("<p>y</p>");
    assert_eq!(rich_over_adf(&html_to_adf(lists), &new), new);
    assert_eq!(rich_over_adf(&json!(null), &new), new);
    let unseen = json!({"type": "extension", "attrs": {"extensionKey": "k", "extensionType": "t"}});
    let laid = text_over_adf(&doc(std::slice::from_ref(&unseen)), &new);
    assert_eq!(children(&laid), [unseen, children(&new)[0].clone()], "what nobody sees stays");
}
