//! Which addresses both sides take for a link.

/// The address as a link's target; `None` for what Jira would not follow: a relative address, another
/// scheme, blanks within.
pub(super) fn target(address: &str) -> Option<String> {
    let address = address.trim();
    let (scheme, rest) = address.split_once(':')?;
    let known = ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let sound = !rest.trim_matches('/').is_empty()
        && !address.contains(|c: char| c.is_whitespace() || c.is_control());
    (known && sound).then(|| address.to_owned())
}

/// An address that is no link, to be read behind its text; `None` for what would tell a reader
/// nothing: a place on the same page, a script, data.
pub(super) fn readable(address: &str) -> Option<String> {
    let address = address.split_whitespace().collect::<Vec<_>>().join(" ");
    let scheme = address.split(':').next().unwrap_or_default();
    let idle = ["javascript", "vbscript", "data"];
    let said = !address.is_empty()
        && !address.starts_with('#')
        && !idle.iter().any(|idle| scheme.eq_ignore_ascii_case(idle));
    said.then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_pages_and_mail() {
        for good in ["https://a.example/x?y=1#z", "HTTP://a.example", "mailto:desk@a.example"] {
            assert_eq!(target(good), Some(good.to_owned()));
        }
        assert_eq!(target(" https://a.example\n"), Some("https://a.example".to_owned()));
        for bad in
            ["", "/500x", "www.a.example", "tel:123", "https://", "https://a b", "javascript:x"]
        {
            assert_eq!(target(bad), None, "{bad}");
        }
    }

    #[test]
    fn other_addresses_are_read_unless_they_say_nothing() {
        assert_eq!(readable("tel:123"), Some("tel:123".to_owned()));
        assert_eq!(readable("/500x \n1"), Some("/500x 1".to_owned()));
        for idle in ["", "#top", "JavaScript:alert(1)", "data:image/png;base64,AAAA"] {
            assert_eq!(readable(idle), None, "{idle}");
        }
    }
}
