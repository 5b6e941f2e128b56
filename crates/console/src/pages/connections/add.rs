//! Adding a connection: its inputs, tested before anything is saved.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use lockstep_engine::{ConnectionTest, NewJira, NewSalesforce};
use lockstep_model::{Code, Fault};
use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::Checklist;
use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Did, Field, Kind, Remark, Shell, page};

const SALESFORCE: [&str; 4] = ["name", "login_url", "client_id", "client_secret"];
const JIRA: [&str; 5] = ["name", "site", "email", "token", "webhook_secret"];

/// What is wrong with fields, by their names.
type Wrong = Vec<(&'static str, Remark)>;

#[derive(Template)]
#[template(path = "connection_new.html")]
struct Page {
    shell: Shell,
    title: &'static str,
    action: &'static str,
    salesforce: bool,
    fields: Vec<Field>,
    checklist: Checklist,
    /// What went wrong with no single field.
    trouble: Option<(String, String)>,
}

/// What came of an attempt.
struct Tried {
    wrong: Wrong,
    checklist: Checklist,
    trouble: Option<(String, String)>,
}

pub(super) async fn salesforce(shell: Shell) -> Answer {
    page(&form_page(shell, true, &Form::default(), Tried::nothing()))
}

pub(super) async fn jira(shell: Shell) -> Answer {
    page(&form_page(shell, false, &Form::default(), Tried::nothing()))
}

pub(super) async fn save_salesforce(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    form: Form,
) -> Answer {
    let (mut wrong, login_url) = (missing(&form, &SALESFORCE), address(&form, "login_url"));
    wrong.extend(taken(&app, form.text("name")).await?);
    let Some(login_url) = login_url.filter(|_| wrong.is_empty()) else {
        wrong.extend(not_an_address(&form, "login_url"));
        return again(shell, true, &form, Tried { wrong, ..Tried::nothing() });
    };
    let new = NewSalesforce {
        login_url,
        client_id: form.text("client_id").to_owned(),
        client_secret: SecretString::from(form.text("client_secret").to_owned()),
    };
    let test = app.engine.connect_salesforce(form.text("name"), new).await;
    settle(&app, &visitor, shell, &form, (true, test)).await
}

pub(super) async fn save_jira(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    form: Form,
) -> Answer {
    let (mut wrong, site) = (missing(&form, &JIRA[..4]), address(&form, "site"));
    wrong.extend(taken(&app, form.text("name")).await?);
    let Some(site) = site.filter(|_| wrong.is_empty()) else {
        wrong.extend(not_an_address(&form, "site"));
        return again(shell, false, &form, Tried { wrong, ..Tried::nothing() });
    };
    let secret = |name| Some(form.text(name)).filter(|text| !text.is_empty());
    let new = NewJira {
        site,
        email: form.text("email").to_owned(),
        token: SecretString::from(form.text("token").to_owned()),
        webhook_secret: secret("webhook_secret").map(|text| SecretString::from(text.to_owned())),
    };
    let test = app.engine.connect_jira(form.text("name"), new).await;
    settle(&app, &visitor, shell, &form, (false, test)).await
}

/// Leads to the connection where it was saved; draws the form again where it was not.
async fn settle(
    app: &App,
    visitor: &Visitor,
    shell: Shell,
    form: &Form,
    (salesforce, test): (bool, Result<ConnectionTest, Fault>),
) -> Answer {
    let name = form.text("name");
    match test {
        Ok(test) if app.store.connections().by_name(name).await?.is_some() => {
            let after = json!({ "checks": test.checks });
            app.note(visitor.actor(), "connection_added", name, after).await?;
            if test.ok() {
                let next = Did::Saved.at(&format!("/connections/{name}"));
                return Ok(Redirect::to(&next).into_response());
            }
            super::detail::after(app, shell, name, &test).await
        }
        Ok(test) => {
            let checklist = Checklist::from(&test);
            again(shell, salesforce, form, Tried { checklist, ..Tried::nothing() })
        }
        Err(fault) => again(shell, salesforce, form, Tried::failed(salesforce, &fault)),
    }
}

impl Tried {
    fn nothing() -> Self {
        Self { wrong: Vec::new(), checklist: Checklist::default(), trouble: None }
    }

    /// A host that is not the vendor's is wrong in its field; everything else concerns the whole.
    fn failed(salesforce: bool, fault: &Fault) -> Self {
        let address = if salesforce { "login_url" } else { "site" };
        match fault.code {
            Code::HostRefused | Code::SfWrongHost => {
                let remark = Remark::error(fault.detail.clone(), fault.code.remedy());
                Self { wrong: vec![(address, remark)], ..Self::nothing() }
            }
            code => {
                let trouble =
                    Some((format!("{} ({code})", code.title()), code.remedy().to_owned()));
                Self { trouble, ..Self::nothing() }
            }
        }
    }
}

fn again(shell: Shell, salesforce: bool, form: &Form, tried: Tried) -> Answer {
    let mut response = page(&form_page(shell, salesforce, form, tried))?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn form_page(shell: Shell, salesforce: bool, form: &Form, tried: Tried) -> Page {
    let fields = if salesforce { salesforce_fields() } else { jira_fields() };
    let fields = fields.into_iter().map(|field| {
        let remarks = tried.wrong.iter().filter(|(name, _)| *name == field.name);
        let remarks: Vec<Remark> = remarks.map(|(_, remark)| remark.clone()).collect();
        let value = form.text(&field.name).to_owned();
        field.with(value).remark(remarks)
    });
    Page {
        shell,
        title: if salesforce { "Connect a Salesforce org" } else { "Connect a Jira site" },
        action: if salesforce { "/connections/new/salesforce" } else { "/connections/new/jira" },
        salesforce,
        fields: fields.collect(),
        checklist: tried.checklist,
        trouble: tried.trouble,
    }
}

fn salesforce_fields() -> Vec<Field> {
    vec![
        Field::line("name", "Name of this connection").required().hint(NAME),
        Field::new("login_url", "Login URL", Kind::Line("url")).required().hint(
            "The org's My Domain, such as https://acme.my.salesforce.com (Setup, My Domain).",
        ),
        Field::line("client_id", "OAuth Client ID")
            .required()
            .hint("The consumer key of the External Client App."),
        Field::new("client_secret", "OAuth Client Secret", Kind::Secret)
            .required()
            .hint("Its consumer secret. It is sealed, and never shown again."),
    ]
}

fn jira_fields() -> Vec<Field> {
    vec![
        Field::line("name", "Name of this connection").required().hint(NAME),
        Field::new("site", "Site", Kind::Line("url"))
            .required()
            .hint("Such as https://acme.atlassian.net."),
        Field::new("email", "E-mail", Kind::Line("email"))
            .required()
            .hint("The address of the integration user."),
        Field::new("token", "API token", Kind::Secret)
            .required()
            .hint("As that user: account settings, Security, API tokens. It is never shown again."),
        Field::new("webhook_secret", "Webhook secret", Kind::Secret).hint(
            "The secret of the site's webhook. Without one, changes arrive by the sweep, some minutes later.",
        ),
    ]
}

const NAME: &str = "Lower-case letters, digits and dashes, such as acme-org. It stays for good.";

/// What is wrong with the name of a connection or an item.
pub(crate) fn name_remark(name: &str) -> Option<Remark> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let edges = name.starts_with('-') || name.ends_with('-');
    let fine = !name.is_empty() && name.len() <= 63 && !edges && name.chars().all(plain);
    (!fine).then(|| {
        let hint = "Use 1 to 63 lower-case letters, digits and inner dashes.";
        Remark::error(format!("`{name}` is not a name"), hint)
    })
}

fn missing(form: &Form, required: &[&'static str]) -> Wrong {
    let empty = |name: &&&'static str| form.text(name).is_empty();
    let wrong = required.iter().filter(empty);
    wrong.map(|name| (*name, Remark::error("This is missing.", ""))).collect()
}

async fn taken(app: &App, name: &str) -> Result<Wrong, Trouble> {
    if name.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(remark) = name_remark(name) {
        return Ok(vec![("name", remark)]);
    }
    let known = name == "new" || app.store.connections().by_name(name).await?.is_some();
    let remark = || {
        let hint =
            "Choose another name; or open that connection to test it and to replace its secret.";
        Remark::error("A connection has this name already.", hint)
    };
    Ok(known.then(|| ("name", remark())).into_iter().collect())
}

fn address(form: &Form, name: &str) -> Option<Url> {
    Url::parse(form.text(name)).ok().filter(Url::has_host)
}

fn not_an_address(form: &Form, name: &'static str) -> Wrong {
    let typed = !form.text(name).is_empty() && address(form, name).is_none();
    let remark = Remark::error("This is not an address.", "It begins with https://.");
    typed.then_some((name, remark)).into_iter().collect()
}
