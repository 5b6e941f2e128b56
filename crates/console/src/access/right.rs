//! What a role may do: the one place that says so.

use lockstep_store::Role;

/// A right that a route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Right {
    /// Look at everything but secrets.
    See,
    /// Mend and hurry: refresh, link, resolve, replay, discard.
    Operate,
    /// Change connections and items.
    Configure,
    /// Say who may do what.
    Administer,
}

/// What a route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nobody must be signed in.
    Nothing,
    /// A role that has this right.
    Right(Right),
    /// A token of the HTTP API that has this right.
    Token(Right),
    /// An invocation token of the panel, which the handler checks.
    Invocation,
    /// A ticket of the panel.
    Ticket,
    /// A ticket of the panel, of somebody whom Jira lets edit the issue.
    EditingTicket,
}

impl From<Right> for Needs {
    fn from(right: Right) -> Self {
        Self::Right(right)
    }
}

impl Right {
    /// The least role that has it. Each role has what the ones below it have.
    pub(crate) fn least(self) -> Role {
        match self {
            Self::See => Role::Viewer,
            Self::Operate => Role::Operator,
            Self::Configure => Role::Configurator,
            Self::Administer => Role::Admin,
        }
    }

    /// What it is a right to, as the beginning of a sentence.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::See => "Looking at this",
            Self::Operate => "Mending and hurrying things",
            Self::Configure => "Changing connections and items",
            Self::Administer => "Saying who may do what",
        }
    }

    /// Whether a role has it.
    pub(crate) fn of(self, role: Role) -> bool {
        role >= self.least()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // F-336
    #[test]
    fn each_role_has_what_those_below_it_have_and_one_right_more() {
        let rights = [Right::See, Right::Operate, Right::Configure, Right::Administer];
        let roles = [Role::Viewer, Role::Operator, Role::Configurator, Role::Admin];
        for (rank, role) in roles.into_iter().enumerate() {
            let has: Vec<_> = rights.iter().filter(|right| right.of(role)).collect();
            assert_eq!(has.len(), rank + 1, "{role:?} has {has:?}");
        }
    }
}
