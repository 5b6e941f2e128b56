//! What the provider knows: people, its client, and what it handed out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::core::{SigningKey, SimClock};

/// The id of the one client that is registered.
pub const CLIENT_ID: &str = "lockstep-console";
/// Its secret.
pub const CLIENT_SECRET: &str = "oidc-client-secret";

/// How long a code holds, in milliseconds.
const CODE_MS: i64 = 60_000;

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// What is chosen on the page, or given as `login`.
    pub login: String,
    /// What never changes about them.
    pub sub: String,
    /// Name as shown.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Groups, told with the scope `groups`.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// What the control API may tune.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Addresses that are registered for the client, each to the letter.
    pub redirect_uris: Vec<String>,
    /// What signs.
    pub signing_key: SigningKey,
    /// The keys that are published: take the signing key out, and nobody can check what it signs.
    pub published: Vec<SigningKey>,
    /// Claims to put in place of the provider's own, by JSON merge patch: a wrong `nonce`, an `exp`
    /// that is over, another `aud`.
    pub claims: Value,
    /// The issuer that the discovery document names, if another one.
    pub issuer: Option<String>,
    /// How long an identity token holds, in seconds.
    pub lifetime_s: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            redirect_uris: Vec::new(),
            signing_key: SigningKey::First,
            published: vec![SigningKey::First],
            claims: Value::Null,
            issuer: None,
            lifetime_s: 300,
        }
    }
}

/// What a code stands for.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) user: User,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) nonce: Option<String>,
    pub(super) scope: String,
}

#[derive(Debug)]
struct Issued {
    code: String,
    grant: Grant,
    ends_ms: i64,
    is_used: bool,
}

/// An access token, good for `/userinfo`.
#[derive(Debug)]
struct Access {
    token: String,
    code: String,
    grant: Grant,
}

#[derive(Debug)]
struct World {
    users: Vec<User>,
    settings: Settings,
    count: u64,
    codes: Vec<Issued>,
    access: Vec<Access>,
}

/// The provider.
#[derive(Debug)]
pub struct State {
    pub(super) clock: SimClock,
    pub(super) base_url: String,
    world: Mutex<World>,
}

impl State {
    /// A provider at `base_url`, whose client may be answered at these addresses.
    pub fn new(clock: SimClock, base_url: String, redirect_uris: Vec<String>) -> Self {
        let world = World {
            users: people(),
            settings: Settings { redirect_uris, ..Settings::default() },
            count: 0,
            codes: Vec::new(),
            access: Vec::new(),
        };
        Self { clock, base_url, world: Mutex::new(world) }
    }

    pub(super) fn settings(&self) -> Settings {
        self.lock().settings.clone()
    }

    pub(super) fn change(&self, settings: Settings) {
        self.lock().settings = settings;
    }

    pub(super) fn users(&self) -> Vec<User> {
        self.lock().users.clone()
    }

    pub(super) fn user(&self, login: &str) -> Option<User> {
        self.lock().users.iter().find(|user| user.login == login).cloned()
    }

    /// Adds a user, in place of one of this login.
    pub(super) fn put_user(&self, user: User) {
        let mut world = self.lock();
        world.users.retain(|known| known.login != user.login);
        world.users.push(user);
    }

    /// A code for this grant.
    pub(super) fn issue(&self, grant: Grant) -> String {
        let ends_ms = self.clock.now_ms() + CODE_MS;
        let mut world = self.lock();
        world.count += 1;
        let code = format!("oidc-code-{:08}", world.count);
        world.codes.push(Issued { code: code.clone(), grant, ends_ms, is_used: false });
        code
    }

    /// Takes a code. One that comes a second time ends what it brought the first time (RFC 6749,
    /// 4.1.2).
    pub(super) fn take(&self, code: &str) -> Option<Grant> {
        let now_ms = self.clock.now_ms();
        let mut guard = self.lock();
        let world = &mut *guard;
        let issued = world.codes.iter_mut().find(|issued| issued.code == code)?;
        if issued.is_used {
            world.access.retain(|access| access.code != code);
            return None;
        }
        issued.is_used = true;
        (issued.ends_ms > now_ms).then(|| issued.grant.clone())
    }

    /// An access token for this grant.
    pub(super) fn admit(&self, code: &str, grant: &Grant) -> String {
        let mut world = self.lock();
        world.count += 1;
        let token = format!("oidc-access-{:08}", world.count);
        let access = Access { token: token.clone(), code: code.to_owned(), grant: grant.clone() };
        world.access.push(access);
        token
    }

    /// Whom an access token was given for.
    pub(super) fn admitted(&self, token: &str) -> Option<Grant> {
        let world = self.lock();
        world.access.iter().find(|access| access.token == token).map(|access| access.grant.clone())
    }

    /// The provider as JSON.
    pub fn dump(&self) -> Value {
        let world = self.lock();
        json!({ "base_url": self.base_url, "users": world.users, "settings": world.settings })
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Grant {
    /// What is told about the person, by the scopes that were asked for.
    pub(super) fn person(&self) -> Value {
        let has = |scope: &str| self.scope.split(' ').any(|word| word == scope);
        let mut person = json!({ "sub": self.user.sub });
        if has("profile") {
            person["name"] = json!(self.user.name);
        }
        if has("email") {
            person["email"] = json!(self.user.email);
            person["email_verified"] = json!(true);
        }
        if has("groups") {
            person["groups"] = json!(self.user.groups);
        }
        person
    }
}

fn people() -> Vec<User> {
    let user = |login: &str, name: &str, groups: &[&str]| User {
        login: login.to_owned(),
        sub: format!("00u-{login}"),
        name: name.to_owned(),
        email: format!("{login}@example.com"),
        groups: groups.iter().map(|&group| group.to_owned()).collect(),
    };
    vec![
        user("ann", "Ann Admin", &["everyone", "lockstep-admins"]),
        user("carl", "Carl Configurator", &["everyone", "crm-team"]),
        user("olga", "Olga Operator", &["everyone", "support-leads"]),
        user("vera", "Vera Viewer", &["everyone", "support"]),
        user("nora", "Nora Nobody", &["everyone"]),
    ]
}
