//! Reads a `WHERE` clause.

use super::ast::{Condition, Literal, Operator, Path};
use super::cursor::Cursor;
use super::fault::{Fault, malformed};
use super::lexer::{Lexeme, Token};
use super::literal::{self, unescape};
use super::parser::{path, query};

/// Conditions joined by `AND` or by `OR`; both at one level need brackets.
pub(super) fn condition(cursor: &mut Cursor) -> Result<Condition, Fault> {
    let first = term(cursor)?;
    let join = ["AND", "OR"].into_iter().find(|join| cursor.sees(join));
    let Some(join) = join else { return Ok(first) };
    let mut parts = vec![first];
    while cursor.eat(join) {
        parts.push(term(cursor)?);
    }
    if cursor.sees("AND") || cursor.sees("OR") {
        return Err(cursor.unexpected());
    }
    Ok(if join == "AND" { Condition::And(parts) } else { Condition::Or(parts) })
}

fn term(cursor: &mut Cursor) -> Result<Condition, Fault> {
    if cursor.eat("NOT") {
        return Ok(Condition::Not(Box::new(term(cursor)?)));
    }
    if cursor.eat_sign("(") {
        let inner = condition(cursor)?;
        cursor.expect_sign(")")?;
        return Ok(inner);
    }
    let path = path(cursor)?;
    match &cursor.peek().lexeme {
        Lexeme::Sign(_) => comparison(cursor, path),
        _ => worded(cursor, path),
    }
}

fn comparison(cursor: &mut Cursor, path: Path) -> Result<Condition, Fault> {
    let fault = cursor.unexpected();
    let operator = match cursor.take().lexeme {
        Lexeme::Sign("=") => Operator::Equal,
        Lexeme::Sign("!=" | "<>") => Operator::Unequal,
        Lexeme::Sign("<") => Operator::Less,
        Lexeme::Sign("<=") => Operator::LessOrEqual,
        Lexeme::Sign(">") => Operator::Greater,
        Lexeme::Sign(">=") => Operator::GreaterOrEqual,
        _ => return Err(fault),
    };
    Ok(Condition::Compare { path, operator, value: value(cursor)? })
}

fn worded(cursor: &mut Cursor, path: Path) -> Result<Condition, Fault> {
    if cursor.eat("LIKE") {
        let (raw, at) = text(cursor)?;
        return Ok(Condition::Like { path, pattern: literal::pattern(&raw, at)? });
    }
    for (word, negated) in [("INCLUDES", false), ("EXCLUDES", true)] {
        if cursor.eat(word) {
            let sets = texts(cursor)?.iter().map(|set| split(set)).collect();
            return Ok(Condition::Includes { path, sets, negated });
        }
    }
    let negated = cursor.eat("NOT");
    cursor.expect("IN")?;
    cursor.expect_sign("(")?;
    let condition = if cursor.sees("SELECT") {
        Condition::InQuery { path, query: Box::new(query(cursor)?), negated }
    } else {
        let mut values = vec![value(cursor)?];
        while cursor.eat_sign(",") {
            values.push(value(cursor)?);
        }
        Condition::In { path, values, negated }
    };
    cursor.expect_sign(")")?;
    Ok(condition)
}

fn split(set: &str) -> Vec<String> {
    set.split(';').map(|value| value.trim().to_ascii_lowercase()).collect()
}

fn texts(cursor: &mut Cursor) -> Result<Vec<String>, Fault> {
    cursor.expect_sign("(")?;
    let mut texts = Vec::new();
    loop {
        let (raw, at) = text(cursor)?;
        texts.push(unescape(&raw, at)?);
        if !cursor.eat_sign(",") {
            break;
        }
    }
    cursor.expect_sign(")")?;
    Ok(texts)
}

fn text(cursor: &mut Cursor) -> Result<(String, usize), Fault> {
    let fault = cursor.unexpected();
    match cursor.take() {
        Token { lexeme: Lexeme::Text(text), at } => Ok((text, at)),
        _ => Err(fault),
    }
}

fn value(cursor: &mut Cursor) -> Result<Literal, Fault> {
    let fault = cursor.unexpected();
    let token = cursor.take();
    match token.lexeme {
        Lexeme::Text(raw) => Ok(Literal::Text(unescape(&raw, token.at)?)),
        Lexeme::Number(text) => literal::number(&text, token.at),
        Lexeme::Word(word) if cursor.eat_sign(":") => {
            let count = cursor.count()?;
            let count =
                i64::try_from(count).map_err(|_| malformed(token.at, "too large".into()))?;
            literal::relative(&word, count).ok_or(fault)
        }
        Lexeme::Word(word) => literal::word(&word).ok_or(fault),
        _ => Err(fault),
    }
}
