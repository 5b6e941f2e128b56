//! What somebody did with an item, in the audit.

use lockstep_model::ItemId;
use serde_json::Value;

use crate::Console;
use crate::access::Visitor;
use crate::asks::Act;
use crate::trouble::Trouble;

impl Console {
    /// Notes what somebody did with an item: the step, and the item's name.
    pub(crate) async fn note_item(
        &self,
        visitor: &Visitor,
        (step, name): (&str, &str),
        item: ItemId,
        after: Value,
    ) -> Result<(), Trouble> {
        let act = Act { item: Some(item), after, ..Act::new(step, name) };
        self.note_act(visitor, act, self.correlation()).await
    }
}
