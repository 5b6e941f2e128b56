//! Cuts a statement into tokens.

use super::fault::{Fault, malformed};

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Lexeme {
    /// Name, keyword or dotted path.
    Word(String),
    /// Text between quotes, escapes still in it.
    Text(String),
    /// Number, date or date-time.
    Number(String),
    /// Bracket, comma, colon or comparison.
    Sign(&'static str),
    /// The end of the statement.
    End,
}

/// A token and the place of its first character, from 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) lexeme: Lexeme,
    pub(super) at: usize,
}

impl Token {
    /// How an error message shows it.
    pub(super) fn shown(&self) -> String {
        match &self.lexeme {
            Lexeme::Word(text) | Lexeme::Text(text) | Lexeme::Number(text) => text.clone(),
            Lexeme::Sign(sign) => (*sign).to_owned(),
            Lexeme::End => "<EOF>".to_owned(),
        }
    }
}

const SIGNS: [&str; 11] = ["!=", "<>", "<=", ">=", "(", ")", ",", "=", "<", ">", ":"];

/// All tokens, the last one [`Lexeme::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let letters: Vec<char> = text.chars().collect();
    let (mut tokens, mut at) = (Vec::new(), 0);
    while at < letters.len() {
        if letters[at].is_whitespace() {
            at += 1;
            continue;
        }
        let (lexeme, end) = token(&letters, at)?;
        tokens.push(Token { lexeme, at });
        at = end;
    }
    tokens.push(Token { lexeme: Lexeme::End, at });
    Ok(tokens)
}

fn token(letters: &[char], at: usize) -> Result<(Lexeme, usize), Fault> {
    let letter = letters[at];
    if letter == '\'' {
        return quoted(letters, at);
    }
    let next_digit = letters.get(at + 1).is_some_and(char::is_ascii_digit);
    if letter.is_ascii_digit() || ("+-.".contains(letter) && next_digit) {
        let end = run(letters, at + 1, |c| c.is_ascii_alphanumeric() || "+-.:".contains(c));
        return Ok((Lexeme::Number(letters[at..end].iter().collect()), end));
    }
    if letter.is_ascii_alphabetic() {
        let end = run(letters, at, |c| c.is_ascii_alphanumeric() || "_.".contains(c));
        return Ok((Lexeme::Word(letters[at..end].iter().collect()), end));
    }
    let is_here =
        |sign: &&&str| sign.chars().enumerate().all(|(i, c)| letters.get(at + i) == Some(&c));
    match SIGNS.iter().find(is_here) {
        Some(sign) => Ok((Lexeme::Sign(sign), at + sign.len())),
        None => Err(malformed(at, format!("unexpected token: '{letter}'"))),
    }
}

fn run(letters: &[char], from: usize, belongs: impl Fn(char) -> bool) -> usize {
    (from..letters.len()).find(|&at| !belongs(letters[at])).unwrap_or(letters.len())
}

fn quoted(letters: &[char], start: usize) -> Result<(Lexeme, usize), Fault> {
    let mut at = start + 1;
    while let Some(&letter) = letters.get(at) {
        match letter {
            '\'' => {
                return Ok((Lexeme::Text(letters[start + 1..at].iter().collect()), at + 1));
            }
            '\\' => {
                let next = letters.get(at + 1).copied().unwrap_or(' ');
                if !"'\\\"nrtbfNRTBFuU_%".contains(next) {
                    return Err(malformed(
                        at,
                        format!("Illegal character sequence in query: '\\{next}'"),
                    ));
                }
                at += 2;
            }
            _ => at += 1,
        }
    }
    Err(malformed(start, "line 1: mismatched character '<EOF>' expecting '''".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexemes(text: &str) -> Vec<Lexeme> {
        tokens(text).unwrap().into_iter().map(|token| token.lexeme).collect()
    }

    #[test]
    fn a_comparison_is_three_tokens() {
        let expected = [
            Lexeme::Word("Account.Name".into()),
            Lexeme::Sign("!="),
            Lexeme::Text("O\\'Hara".into()),
            Lexeme::End,
        ];
        assert_eq!(lexemes("Account.Name!='O\\'Hara'"), expected);
    }

    #[test]
    fn dates_and_numbers_are_one_token() {
        let number = |text: &str| Lexeme::Number(text.into());
        assert_eq!(
            lexemes("2026-11-22T09:30:00+01:00 -1.5"),
            [number("2026-11-22T09:30:00+01:00"), number("-1.5"), Lexeme::End]
        );
    }

    #[test]
    fn strange_escapes_and_open_quotes_are_refused() {
        assert_eq!(tokens("'a\\qb'").unwrap_err().at, 2);
        assert!(tokens("'abc").is_err());
        assert!(tokens("a ; b").is_err());
    }
}
