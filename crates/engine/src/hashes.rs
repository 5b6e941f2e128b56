//! Looking at the bytes of files whose side shows no checksum.

use std::collections::BTreeMap;

use lockstep_model::files::unhashed;
use lockstep_model::plan::Situation;
use lockstep_model::{Class, Fault, Side};

use crate::catalog::Scene;
use crate::pipe::digest;

impl Scene {
    /// The hashes that a plan asks for, by the file's id; empty of a file that cannot be read.
    pub(crate) async fn file_hashes(
        &self,
        situation: &Situation<'_>,
    ) -> Result<BTreeMap<String, String>, Fault> {
        let mut hashes = BTreeMap::new();
        for (side, file) in unhashed(situation) {
            let read = match side {
                Side::Jira => match self.jira.client.download(&file.id, file.size).await {
                    Ok(bytes) => digest(bytes, file).await,
                    Err(fault) => Err(fault),
                },
                Side::Salesforce => {
                    match self.salesforce.client.download(&file.id, file.size).await {
                        Ok(bytes) => digest(bytes, file).await,
                        Err(fault) => Err(fault),
                    }
                }
            };
            let hash = match read {
                Err(fault) if fault.class() == Class::Rejected => String::new(),
                other => other?,
            };
            hashes.insert(file.id.clone(), hash);
        }
        Ok(hashes)
    }
}
