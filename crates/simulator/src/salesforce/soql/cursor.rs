//! Walks over tokens.

use super::fault::{Fault, malformed};
use super::lexer::{Lexeme, Token};

/// A place in the tokens of a statement.
#[derive(Debug)]
pub(super) struct Cursor {
    tokens: Vec<Token>,
    next: usize,
}

impl Cursor {
    pub(super) fn new(tokens: Vec<Token>) -> Self {
        Self { tokens, next: 0 }
    }

    /// The token that comes next; at the end, the end for ever.
    pub(super) fn peek(&self) -> &Token {
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    /// Takes the next token.
    pub(super) fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next += 1;
        token
    }

    /// Whether the next token is this keyword.
    pub(super) fn sees(&self, keyword: &str) -> bool {
        matches!(&self.peek().lexeme, Lexeme::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// Takes this keyword if it comes next.
    pub(super) fn eat(&mut self, keyword: &str) -> bool {
        let seen = self.sees(keyword);
        self.next += usize::from(seen);
        seen
    }

    /// Takes this sign if it comes next.
    pub(super) fn eat_sign(&mut self, sign: &str) -> bool {
        let seen = matches!(&self.peek().lexeme, Lexeme::Sign(next) if *next == sign);
        self.next += usize::from(seen);
        seen
    }

    /// Demands this keyword.
    pub(super) fn expect(&mut self, keyword: &str) -> Result<(), Fault> {
        if self.eat(keyword) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Demands this sign.
    pub(super) fn expect_sign(&mut self, sign: &str) -> Result<(), Fault> {
        if self.eat_sign(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Demands a name and gives it with its place.
    pub(super) fn word(&mut self) -> Result<(String, usize), Fault> {
        match self.peek().clone() {
            Token { lexeme: Lexeme::Word(word), at } => {
                self.next += 1;
                Ok((word, at))
            }
            _ => Err(self.unexpected()),
        }
    }

    /// Demands a whole number.
    pub(super) fn count(&mut self) -> Result<usize, Fault> {
        let fault = self.unexpected();
        match self.take().lexeme {
            Lexeme::Number(number) => number.parse().map_err(|_| fault),
            _ => Err(fault),
        }
    }

    /// What to say about the next token.
    pub(super) fn unexpected(&self) -> Fault {
        let token = self.peek();
        malformed(token.at, format!("unexpected token: '{}'", token.shown()))
    }
}
