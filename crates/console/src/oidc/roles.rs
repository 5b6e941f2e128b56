//! Which groups of the identity provider lead to which role.

use std::str::FromStr;

use lockstep_model::{Code, Fault};
use lockstep_store::Role;

/// Stands for everybody whom the provider signs in.
const EVERYBODY: &str = "*";

/// Groups with their roles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleMap(Vec<(String, Role)>);

/// Why a text is no such map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RolesRefused {
    /// A pair lacks its half.
    #[error("`{0}` is not `group=role`")]
    NoPair(String),
    /// The role is none of the four.
    #[error("`{0}` is no role: viewer, operator, configurator and admin are")]
    NoRole(String),
    /// Nobody could sign in.
    #[error("it names no group")]
    Empty,
}

impl RoleMap {
    /// The highest role that one of these groups has, or the one of everybody.
    pub fn of(&self, groups: &[String]) -> Result<Role, Fault> {
        let is_in = |group: &str| group == EVERYBODY || groups.iter().any(|one| one == group);
        let roles = self.0.iter().filter(|(group, _)| is_in(group)).map(|(_, role)| *role);
        roles.max().ok_or_else(|| {
            let told = match groups.len() {
                0 => "the provider tells no groups".to_owned(),
                count => format!("none of {count} groups is named"),
            };
            Fault::new(Code::OidcNoRole, told)
        })
    }
}

impl FromStr for RoleMap {
    type Err = RolesRefused;

    /// `admins=admin, support=operator, *=viewer`. The last `=` divides: a group may hold others.
    fn from_str(text: &str) -> Result<Self, RolesRefused> {
        let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
        let read = |pair: &str| {
            let (group, role) = pair
                .rsplit_once('=')
                .map(|(group, role)| (group.trim(), role.trim()))
                .filter(|(group, _)| !group.is_empty())
                .ok_or_else(|| RolesRefused::NoPair(pair.to_owned()))?;
            let role =
                Role::from_name(role).ok_or_else(|| RolesRefused::NoRole(role.to_owned()))?;
            Ok((group.to_owned(), role))
        };
        let map = Self(pairs.map(read).collect::<Result<_, _>>()?);
        if map.0.is_empty() { Err(RolesRefused::Empty) } else { Ok(map) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(map: &str, groups: &[&str]) -> Option<Role> {
        let groups: Vec<String> = groups.iter().map(|&group| group.to_owned()).collect();
        map.parse::<RoleMap>().expect("a map").of(&groups).ok()
    }

    // F-336
    #[test]
    fn the_highest_role_of_ones_groups_counts() {
        let map = "support=operator, admins=admin, CN=crm,OU=x=configurator";
        assert!(map.parse::<RoleMap>().is_err(), "a comma divides pairs");
        let map = "support=operator, admins=admin , cn=crm=configurator";
        assert_eq!(role(map, &["admins", "support"]), Some(Role::Admin));
        assert_eq!(role(map, &["x", "support"]), Some(Role::Operator));
        assert_eq!(role(map, &["cn=crm"]), Some(Role::Configurator));
        assert_eq!(role(map, &["Support", "*"]), None, "a group is meant to the letter");
        assert_eq!(role("*=viewer,admins=admin", &[]), Some(Role::Viewer));
        assert_eq!(role("*=viewer,admins=admin", &["admins"]), Some(Role::Admin));
    }

    #[test]
    fn a_map_that_means_nothing_is_refused() {
        let refused = |text: &str| text.parse::<RoleMap>().expect_err("refused");
        assert_eq!(refused(" , "), RolesRefused::Empty);
        assert_eq!(refused("admins"), RolesRefused::NoPair("admins".to_owned()));
        assert_eq!(refused("=admin"), RolesRefused::NoPair("=admin".to_owned()));
        assert_eq!(refused("admins=root"), RolesRefused::NoRole("root".to_owned()));
    }
}
