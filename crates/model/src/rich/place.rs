//! What may stand where.

use super::shape::Nest;

/// What is about to be put somewhere.
#[derive(Debug, Clone, Copy)]
pub(super) enum Next {
    Leaf,
    Nest(Nest),
}

impl Next {
    /// Whether it can stand in an open block, or in one that would open there for it.
    pub(super) fn can_come_in(self, open: Nest) -> bool {
        match (open, self) {
            (Nest::List { .. }, Self::Nest(Nest::Item { .. }))
            | (Nest::Table, Self::Nest(Nest::Row | Nest::Cell { .. }))
            | (Nest::Row, Self::Nest(Nest::Cell { .. })) => true,
            (Nest::List { .. } | Nest::Table | Nest::Row, _)
            | (_, Self::Nest(Nest::Item { .. } | Nest::Row | Nest::Cell { .. })) => false,
            _ => true,
        }
    }

    /// The block that must open in `top` first.
    pub(super) fn missing_in(self, top: Option<Nest>) -> Option<Nest> {
        let item = Nest::Item { indent: 0 };
        let cell = Nest::Cell { header: false, columns: 1, rows: 1 };
        match (top, self) {
            (Some(Nest::List { .. }), Self::Nest(Nest::Item { .. }))
            | (Some(Nest::Table), Self::Nest(Nest::Row))
            | (Some(Nest::Row), Self::Nest(Nest::Cell { .. })) => None,
            (Some(Nest::List { .. }), _) => Some(item),
            (Some(Nest::Table), _) => Some(Nest::Row),
            (Some(Nest::Row), _) => Some(cell),
            (_, Self::Nest(Nest::Item { .. })) => Some(Nest::List { ordered: false }),
            (_, Self::Nest(Nest::Row | Nest::Cell { .. })) => Some(Nest::Table),
            _ => None,
        }
    }
}
