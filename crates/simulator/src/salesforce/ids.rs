//! Salesforce record ids: fifteen case-sensitive characters and a three-character checksum.

use std::collections::BTreeMap;

const CHECK: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The three characters that make a fifteen-character id safe where case is lost.
pub(crate) fn checksum(id15: &str) -> String {
    id15.as_bytes()
        .chunks(5)
        .map(|chunk| {
            let upper = chunk.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase());
            char::from(CHECK[upper.fold(0, |bits, (place, _)| bits | 1 << place)])
        })
        .collect()
}

/// The eighteen-character form of an id of fifteen or eighteen characters, or nothing when it is
/// not an id or its checksum is wrong.
pub fn to18(id: &str) -> Option<String> {
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    match id.len() {
        15 => Some(format!("{id}{}", checksum(id))),
        18 => (checksum(&id[..15]) == id[15..]).then(|| id.to_owned()),
        _ => None,
    }
}

/// Hands out ids, counted apart for each key prefix, so that a world is the same in every run.
#[derive(Debug, Default)]
pub(crate) struct IdMint {
    counters: BTreeMap<String, u64>,
}

impl IdMint {
    /// The next id with this three-character key prefix.
    pub(crate) fn next(&mut self, prefix: &str) -> String {
        let counter = self.counters.entry(prefix.to_owned()).or_default();
        *counter += 1;
        let id = format!("{prefix}Lk0{}", base62(*counter, 9));
        format!("{id}{}", checksum(&id))
    }
}

fn base62(mut number: u64, width: usize) -> String {
    let mut digits = vec![b'0'; width];
    for place in digits.iter_mut().rev() {
        *place = DIGITS[usize::try_from(number % 62).unwrap_or(0)];
        number /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_agree_with_known_ids() {
        assert_eq!(checksum("00Dx0000000BV7z"), "EAG");
        assert_eq!(checksum("500xx000000bZbZ"), "AAU");
        assert_eq!(to18("500xx000000bZbZAAU").as_deref(), Some("500xx000000bZbZAAU"));
    }

    #[test]
    fn a_wrong_checksum_or_length_is_no_id() {
        assert_eq!(to18("500xx000000bZbZAAA"), None);
        assert_eq!(to18("500xx"), None);
        assert_eq!(to18("500xx000000b-bZ"), None);
    }

    #[test]
    fn minted_ids_differ_and_sort_in_order_of_making() {
        let mut mint = IdMint::default();
        let ids: Vec<String> = (0..100).map(|_| mint.next("500")).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| to18(id).as_ref() == Some(id)));
        assert_eq!(mint.next("001")[..3], *"001");
    }
}
