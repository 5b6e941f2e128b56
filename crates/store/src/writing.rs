//! What is about to be written to a record: kept until the answer is known, so that whoever comes after a
//! crash does not take our own write for a person's.

use lockstep_model::LinkId;
use serde_json::Value;

use crate::error::StoreError;
use crate::links::Links;
use crate::statement::statements;

statements! {
    // The join refuses workers that are no longer their link's last holder.
    ABOUT_TO_WRITE = "UPDATE link SET base = jsonb_set(link.base, '{writing}', now.fields) \
        FROM unnest($1::bigint[], $2::bigint[], $3::jsonb[]) AS now (link, fence, fields) \
            JOIN lease ON lease.link = now.link AND lease.fence = now.fence \
                AND lease.owner IS NOT NULL \
        WHERE link.id = now.link";
}

/// A write of a record that is about to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Writing {
    /// The link.
    pub link: LinkId,
    /// Of the lease that we hold.
    pub fence: i64,
    /// [`lockstep_model::Base::writing`].
    pub fields: Value,
}

impl Links<'_> {
    /// Writes down what is about to be written to the records of some links. The next commit of a link
    /// says what became of it. `false`: a lease is lost, and not all were written down.
    pub async fn about_to_write(self, writing: &[Writing]) -> Result<bool, StoreError> {
        let links: Vec<i64> = writing.iter().map(|one| one.link.0).collect();
        let fences: Vec<i64> = writing.iter().map(|one| one.fence).collect();
        let fields: Vec<&Value> = writing.iter().map(|one| &one.fields).collect();
        let noted = self.store.execute(ABOUT_TO_WRITE, &[&links, &fences, &fields]).await?;
        Ok(usize::try_from(noted).is_ok_and(|noted| noted == writing.len()))
    }
}
