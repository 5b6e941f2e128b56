//! Cuts JQL into words.

/// A word of JQL.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A bare word.
    Word(String),
    /// A quoted text.
    Quoted(String),
    /// `= != > >= < <= ~ !~ ( ) ,`
    Sign(&'static str),
}

const SIGNS: &[&str] = &["!=", ">=", "<=", "!~", "=", ">", "<", "~", "(", ")", ","];

/// The words of `text`.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else if first == '"' || first == '\'' {
            let (text, after) = quoted(rest, first)?;
            tokens.push(Token::Quoted(text));
            rest = after;
        } else {
            let end = rest.find(is_end).unwrap_or(rest.len());
            if end == 0 {
                return Err(format!(
                    "Error in the JQL Query: The character '{first}' is a reserved JQL character."
                ));
            }
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

fn is_end(character: char) -> bool {
    character.is_whitespace() || "=!<>~(),\"'".contains(character)
}

fn quoted(text: &str, quote: char) -> Result<(String, &str), String> {
    let mut out = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        if character == quote {
            return Ok((out, &text[at + quote.len_utf8()..]));
        }
        if character == '\\' {
            if let Some((_, escaped)) = characters.next() {
                out.push(if escaped == 'n' { '\n' } else { escaped });
            }
        } else {
            out.push(character);
        }
    }
    Err("Error in the JQL Query: The quoted string has not been completed.".to_owned())
}
