//! The minimal readable text of a Salesforce rich-text field.

/// The text of HTML as a person would read it: paragraphs and lines kept, tags dropped, the common
/// character references resolved. Rich text both ways is not in this version.
pub(super) fn text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        push_words(&mut text, &rest[..at]);
        let Some((tag, after)) = rest[at + 1..].split_once('>') else {
            push_words(&mut text, &rest[at..]);
            rest = "";
            break;
        };
        text.push_str(shown(tag));
        rest = after;
    }
    push_words(&mut text, rest);
    tidy(&text)
}

/// What stands in the text for a tag.
fn shown(tag: &str) -> &'static str {
    let name: String =
        tag.chars().take_while(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    match name.trim_end_matches('/') {
        "br" | "/li" | "/tr" | "/div" | "/ul" | "/ol" => "\n",
        "/p" | "/h1" | "/h2" | "/h3" | "/h4" | "/h5" | "/h6" | "/blockquote" | "/table"
        | "/pre" => "\n\n",
        "li" => "- ",
        "/td" | "/th" => " ",
        _ => "",
    }
}

/// Line ends in the markup are blanks.
fn push_words(text: &mut String, raw: &str) {
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at].replace(['\r', '\n'], " "));
        rest = &rest[at..];
        let end = rest.find(';').filter(|end| *end <= 10);
        let known = end.and_then(|end| Some((end, reference(&rest[1..end])?)));
        let (shown, length) = known.map_or(('&', 1), |(end, shown)| (shown, end + 1));
        text.push(shown);
        rest = &rest[length..];
    }
    text.push_str(&rest.replace(['\r', '\n'], " "));
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

/// No blanks at line ends and never more than one blank line.
fn tidy(text: &str) -> String {
    let mut result = String::new();
    let mut blank = 0;
    for line in text.lines().map(str::trim) {
        blank = if line.is_empty() { blank + 1 } else { 0 };
        if blank < 2 {
            result.push_str(line);
            result.push('\n');
        }
    }
    result.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn paragraphs_lines_and_lists_stay_readable() {
        let html = "<p>Dear <b>you</b>,<br/>it fails\nhere:</p><ul><li>one</li><li>a &lt; b &amp; c&#39;d</li></ul><p>&nbsp;</p><p>Bye</p>";
        assert_eq!(text(html), "Dear you,\nit fails here:\n\n- one\n- a < b & c'd\n\nBye");
    }

    #[test]
    fn what_is_no_markup_stays() {
        assert_eq!(text("AT&T; 1 &unknown; <unclosed"), "AT&T; 1 &unknown; <unclosed");
        assert_eq!(text(""), "");
    }
}
