//! The documents that we make of rich text, against Atlassian's own schema of its document format.

use jsonschema::{Draft, Validator};
use lockstep_model::rich::{adf_to_html, html_to_adf};
use lockstep_simulator::jira::adf::validate;
use serde_json::Value;

use super::settings;
use crate::stories::rich_documents::documents;
use crate::tree::{none, read};

/// What stands in what: every one of these in every other one, three deep.
const AROUND: [(&str, &str); 13] = [
    ("<ul><li>a", "b</li><li>c</li></ul>"),
    ("<ol><li>", "</li></ol>"),
    ("<ul>", "</ul>"),
    ("<blockquote>", "</blockquote>"),
    ("<table><tr><td colspan=2>", "</td><th>h</th></tr></table>"),
    ("<table>", "</table>"),
    ("<h2>t", "</h2>"),
    ("<pre>x\n", "</pre>"),
    ("<div><p>p</p>", "</div>"),
    ("<b><i><span style='color:#123'>", "</span></i></b>"),
    ("<code><a href='https://a.example'>", "</a></code>"),
    ("<sub><sup><u><s>x", "</s></u></sup></sub>"),
    ("<hr><br>&nbsp;<img src='https://a.example/i.png'>", "<br>"),
];

fn soups() -> impl Iterator<Item = String> {
    let pairs = || AROUND.iter();
    pairs().flat_map(move |(a, z)| {
        pairs().flat_map(move |(b, y)| pairs().map(move |(c, x)| format!("{a}{b}{c} x {x}{y}{z}")))
    })
}

fn schema() -> Option<Validator> {
    let path = settings::specs().join("jira/adf-schema.json");
    if !path.exists() {
        settings::skip(
            "documents against Atlassian's schema",
            &format!("{} is absent", path.display()),
        );
        return None;
    }
    let parsed: Value = serde_json::from_str(&read(&path)).expect("a vendor's document is JSON");
    let options = jsonschema::options().with_draft(Draft::Draft4);
    Some(options.build(&parsed).expect("the ADF schema compiles"))
}

/// F-302: whatever HTML is read, Jira takes the document; the vendor's schema and the simulator agree on it.
#[test]
fn documents_made_of_any_html_follow_the_vendors_schema() {
    let schema = schema();
    let mut wrong = Vec::new();
    let all = documents();
    let typed = all.iter().flat_map(|each| [each.html.clone(), adf_to_html(&each.doc)]);
    for html in soups().chain(typed) {
        let doc = html_to_adf(&html);
        wrong.extend(validate(&doc).err().map(|why| format!("simulator: {why}: {html}")));
        let fault =
            schema.as_ref().and_then(|schema| schema.validate(&doc).err().map(|e| e.to_string()));
        wrong.extend(fault.map(|why| format!("{why:.200}: {html}")));
    }
    for each in &all {
        wrong.extend(
            validate(&each.doc).err().map(|why| format!("simulator: {}: {why}", each.name)),
        );
        let fault = schema
            .as_ref()
            .and_then(|schema| schema.validate(&each.doc).err().map(|e| e.to_string()));
        wrong.extend(fault.map(|why| format!("{}: {why:.200}", each.name)));
    }
    wrong.truncate(20);
    none(&wrong, "Mend the builder of rich text in lockstep_model, or the simulator's validator.");
}
