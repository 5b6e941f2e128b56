//! Who is who on both sides.

use serde::{Deserialize, Serialize};

use crate::item::UserPair;

/// Somebody as one side shows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// User id in Salesforce, account id in Jira.
    pub id: String,
    /// Display name.
    pub name: String,
    /// E-mail address; none where privacy settings or a missing scope hide it.
    pub email: Option<String>,
    /// User name, where people sign in with one.
    pub username: Option<String>,
}

/// A person with what each side calls them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    /// Display name.
    pub name: String,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// User id in Salesforce.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salesforce: Option<String>,
    /// Account id in Jira.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jira: Option<String>,
}

impl Seen {
    /// Whether somebody who writes `who` means them: by id, e-mail address or user name.
    fn is(&self, who: &str) -> bool {
        let same = |other: &Option<String>| {
            other.as_deref().is_some_and(|other| other.eq_ignore_ascii_case(who.trim()))
        };
        self.id == who.trim() || same(&self.email) || same(&self.username)
    }
}

/// Everybody who is known on both sides: first as the item's table says, then by e-mail address.
/// An address that two people of one side share pairs nobody.
pub fn directory(table: &[UserPair], salesforce: &[Seen], jira: &[Seen]) -> Vec<Person> {
    let mut people: Vec<Person> =
        table.iter().map(|pair| written(pair, salesforce, jira)).collect();
    for account in jira {
        let Some(email) = account.email.as_deref() else {
            continue;
        };
        let users: Vec<&Seen> = salesforce.iter().filter(|user| user.is(email)).collect();
        let accounts = jira.iter().filter(|other| other.is(email)).count();
        if let ([user], 1) = (&users[..], accounts)
            && !people.iter().any(|known| known.is_one_of(user, account))
        {
            people.push(Person {
                name: account.name.clone(),
                email: Some(email.to_owned()),
                salesforce: Some(user.id.clone()),
                jira: Some(account.id.clone()),
            });
        }
    }
    people
}

fn written(pair: &UserPair, salesforce: &[Seen], jira: &[Seen]) -> Person {
    let user = salesforce.iter().find(|user| user.is(&pair.salesforce));
    let account = jira.iter().find(|account| account.is(&pair.jira));
    let address = |text: &String| text.contains('@').then(|| text.clone());
    let plain = |text: &String| (!text.contains('@')).then(|| text.clone());
    Person {
        name: account.or(user).map_or_else(|| pair.jira.clone(), |seen| seen.name.clone()),
        email: user.and_then(|user| user.email.clone()).or_else(|| address(&pair.salesforce)),
        salesforce: user.map(|user| user.id.clone()).or_else(|| plain(&pair.salesforce)),
        jira: account.map(|account| account.id.clone()).or_else(|| plain(&pair.jira)),
    }
}

impl Person {
    fn is_one_of(&self, user: &Seen, account: &Seen) -> bool {
        self.salesforce.as_deref() == Some(&user.id) || self.jira.as_deref() == Some(&account.id)
    }
}

/// The one person whom Salesforce knows by this user id or e-mail address.
pub fn by_salesforce<'a>(people: &'a [Person], who: &str) -> Option<&'a Person> {
    let who = who.trim();
    only(people.iter().filter(|person| {
        let email = person.email.as_deref();
        person.salesforce.as_deref() == Some(who)
            || email.is_some_and(|email| email.eq_ignore_ascii_case(who))
    }))
}

/// The one person whom Jira knows by this account id.
pub fn by_jira<'a>(people: &'a [Person], account: &str) -> Option<&'a Person> {
    only(people.iter().filter(|person| person.jira.as_deref() == Some(account)))
}

fn only<'a>(mut found: impl Iterator<Item = &'a Person>) -> Option<&'a Person> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(id: &str, email: Option<&str>) -> Seen {
        Seen {
            id: id.to_owned(),
            name: format!("Name of {id}"),
            email: email.map(str::to_owned),
            username: None,
        }
    }

    fn pair(salesforce: &str, jira: &str) -> UserPair {
        UserPair { salesforce: salesforce.to_owned(), jira: jira.to_owned() }
    }

    // F-180, F-313; complaint 30
    #[test]
    fn people_are_paired_by_the_table_then_by_an_address_that_both_sides_show() {
        let org = [
            seen("005A", Some("a@x.example")),
            seen("005B", Some("B@x.example")),
            seen("005C", Some("c@x.example")),
            seen("005D", Some("shared@x.example")),
            seen("005E", Some("shared@x.example")),
        ];
        let site = [
            seen("1:a", Some("A@x.example")),
            seen("1:b", None),
            seen("1:c", Some("c@x.example")),
            seen("1:d", Some("shared@x.example")),
        ];
        let people = directory(&[pair("005B", "1:b"), pair("c@x.example", "1:z")], &org, &site);
        let jira = |who| by_salesforce(&people, who).and_then(|person| person.jira.as_deref());
        assert_eq!(jira("a@X.example"), Some("1:a"), "by address");
        assert_eq!(jira("005B"), Some("1:b"), "the table knows the hidden one");
        assert_eq!(jira("005C"), Some("1:z"), "the table comes first");
        assert_eq!((jira("005D"), jira("shared@x.example"), jira("")), (None, None, None));
        let user = |who| by_jira(&people, who).and_then(|person| person.salesforce.as_deref());
        assert_eq!((user("1:a"), user("1:d"), user("1:c")), (Some("005A"), None, None));
    }
}
