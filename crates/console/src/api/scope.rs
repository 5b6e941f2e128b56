//! What a token may be used for.

use lockstep_store::Role;

use crate::access::Right;

/// The begin of every token: it is known for one wherever it is found.
const PREFIX: &str = "lsk_";

/// What a token may be used for; each scope has what those before it have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// Look.
    Read,
    /// Mend and hurry.
    Operate,
    /// Change connections and items.
    Configure,
    /// Say who may do what.
    Admin,
}

impl Scope {
    /// All of them, the least first.
    pub(crate) const ALL: [Self; 4] = [Self::Read, Self::Operate, Self::Configure, Self::Admin];

    /// As it is stored and shown.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Operate => "operate",
            Self::Configure => "configure",
            Self::Admin => "admin",
        }
    }

    /// The scope of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// What a token may do by it, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Read => "read: look at everything but secrets",
            Self::Operate => "operate: refresh, link, decide, replay, discard",
            Self::Configure => "configure: change connections and items",
            Self::Admin => "admin: accounts and everybody's tokens",
        }
    }

    /// Whether a token of somebody with this role may have it.
    pub(crate) fn suits(self, role: Role) -> bool {
        self.right().of(role)
    }

    /// The greatest right that it gives.
    fn right(self) -> Right {
        match self {
            Self::Read => Right::See,
            Self::Operate => Right::Operate,
            Self::Configure => Right::Configure,
            Self::Admin => Right::Administer,
        }
    }

    /// The least scope that gives a right.
    pub(crate) fn least(right: Right) -> Self {
        Self::ALL.into_iter().find(|scope| scope.right() == right).unwrap_or(Self::Admin)
    }

    /// Whether any of these scopes gives a right. A word that is none gives nothing.
    pub(crate) fn give(scopes: &[String], right: Right) -> bool {
        let mut known = scopes.iter().filter_map(|name| Self::from_name(name));
        known.any(|scope| scope.right() >= right)
    }
}

/// A new token, from a secret of 256 bits.
pub(crate) fn new_token(secret: &str) -> String {
    format!("{PREFIX}{secret}")
}

#[cfg(test)]
mod tests {
    use super::*;

    // F-336
    #[test]
    fn a_scope_gives_what_those_before_it_give() {
        let give = |scope: &str, right| Scope::give(&[scope.to_owned()], right);
        assert!(give("operate", Right::See) && give("operate", Right::Operate));
        assert!(!give("operate", Right::Configure) && !give("read", Right::Operate));
        assert!(give("admin", Right::Administer) && !give("everything", Right::See));
        assert!(!Scope::give(&[], Right::See));
        for scope in Scope::ALL {
            assert_eq!(Scope::from_name(scope.name()), Some(scope));
            assert_eq!(Scope::least(scope.right()), scope);
        }
    }
}
