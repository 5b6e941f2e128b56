//! Parses JQL into clauses.

use super::lexer::{Token, tokens};
use crate::jira::model::fields;

const SORT_KEYS_MAX: usize = 7;

/// How a clause compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equals,
    /// `!=`
    Differs,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `~`
    Contains,
    /// `!~`
    Lacks,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `is empty`
    Empty,
    /// `is not empty`
    Filled,
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// All hold.
    All(Vec<Clause>),
    /// One holds.
    Any(Vec<Clause>),
    /// It does not hold.
    Not(Box<Clause>),
    /// A field compared with values.
    Field {
        /// Field id as the model names it.
        field: String,
        /// Comparison.
        operator: Operator,
        /// Values; each with whether it was quoted.
        values: Vec<(String, bool)>,
    },
}

/// A key to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// Field id.
    pub field: String,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// A parsed query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The condition; none when the query only sorts.
    pub condition: Option<Clause>,
    /// Sort keys, most important first.
    pub sort: Vec<SortKey>,
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

/// Parses a query.
///
/// # Errors
/// Jira's message about what is wrong.
pub fn parse(text: &str) -> Result<Query, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0 };
    let condition = match parser.peek() {
        None => None,
        Some(_) if parser.is_word("order") => None,
        Some(_) => Some(parser.any()?),
    };
    let sort = parser.sort()?;
    match parser.peek() {
        None => Ok(Query { condition, sort }),
        Some(token) => Err(unexpected(token)),
    }
}

fn unexpected(token: &Token) -> String {
    let text = match token {
        Token::Word(text) | Token::Quoted(text) => text.as_str(),
        Token::Sign(sign) => sign,
    };
    format!("Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{text}'.")
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(text)) if text.eq_ignore_ascii_case(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let taken = self.is_word(word);
        self.at += usize::from(taken);
        taken
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let taken = matches!(self.peek(), Some(Token::Sign(text)) if *text == sign);
        self.at += usize::from(taken);
        taken
    }

    fn next(&mut self) -> Result<Token, String> {
        let token = self.peek().cloned().ok_or("Error in the JQL Query: Unexpected end.")?;
        self.at += 1;
        Ok(token)
    }

    fn any(&mut self) -> Result<Clause, String> {
        let mut clauses = vec![self.all()?];
        while self.take_word("or") {
            clauses.push(self.all()?);
        }
        Ok(if clauses.len() == 1 { clauses.remove(0) } else { Clause::Any(clauses) })
    }

    fn all(&mut self) -> Result<Clause, String> {
        let mut clauses = vec![self.one()?];
        while self.take_word("and") {
            clauses.push(self.one()?);
        }
        Ok(if clauses.len() == 1 { clauses.remove(0) } else { Clause::All(clauses) })
    }

    fn one(&mut self) -> Result<Clause, String> {
        if self.take_word("not") || self.take_sign("!") {
            return Ok(Clause::Not(Box::new(self.one()?)));
        }
        if self.take_sign("(") {
            let inner = self.any()?;
            if !self.take_sign(")") {
                return Err("Error in the JQL Query: Expecting ')'.".to_owned());
            }
            return Ok(inner);
        }
        let field = field_name(&self.next()?)?;
        let operator = self.operator()?;
        let values = match operator {
            Operator::In | Operator::NotIn => self.list()?,
            Operator::Empty | Operator::Filled => Vec::new(),
            _ => vec![self.value()?],
        };
        Ok(Clause::Field { field, operator, values })
    }

    fn operator(&mut self) -> Result<Operator, String> {
        Ok(match self.next()? {
            Token::Sign("=") => Operator::Equals,
            Token::Sign("!=") => Operator::Differs,
            Token::Sign(">") => Operator::Above,
            Token::Sign(">=") => Operator::AtLeast,
            Token::Sign("<") => Operator::Below,
            Token::Sign("<=") => Operator::AtMost,
            Token::Sign("~") => Operator::Contains,
            Token::Sign("!~") => Operator::Lacks,
            Token::Word(word) if word.eq_ignore_ascii_case("in") => Operator::In,
            Token::Word(word) if word.eq_ignore_ascii_case("not") && self.take_word("in") => {
                Operator::NotIn
            }
            Token::Word(word) if word.eq_ignore_ascii_case("is") => {
                let negated = self.take_word("not");
                if !self.take_word("empty") && !self.take_word("null") {
                    return Err("Error in the JQL Query: Expecting 'EMPTY' after 'is'.".to_owned());
                }
                if negated { Operator::Filled } else { Operator::Empty }
            }
            token => {
                let text = unexpected(&token);
                return Err(text.replace("either 'OR' or 'AND'", "operator"));
            }
        })
    }

    fn value(&mut self) -> Result<(String, bool), String> {
        match self.next()? {
            Token::Quoted(text) => Ok((text, true)),
            Token::Word(word) => {
                // A function: `now()`, `currentUser()`.
                if self.take_sign("(") {
                    if !self.take_sign(")") {
                        return Err("Error in the JQL Query: Expecting ')'.".to_owned());
                    }
                    return Ok((format!("{word}()"), false));
                }
                Ok((word, false))
            }
            token @ Token::Sign(_) => Err(unexpected(&token)),
        }
    }

    fn list(&mut self) -> Result<Vec<(String, bool)>, String> {
        if !self.take_sign("(") {
            return Err("Error in the JQL Query: Expecting '(' after 'in'.".to_owned());
        }
        let mut values = vec![self.value()?];
        while self.take_sign(",") {
            values.push(self.value()?);
        }
        if self.take_sign(")") {
            Ok(values)
        } else {
            Err("Error in the JQL Query: Expecting ')'.".to_owned())
        }
    }

    fn sort(&mut self) -> Result<Vec<SortKey>, String> {
        let mut keys = Vec::new();
        if !self.take_word("order") {
            return Ok(keys);
        }
        if !self.take_word("by") {
            return Err("Error in the JQL Query: Expecting 'by' after 'order'.".to_owned());
        }
        loop {
            let field = field_name(&self.next()?)?;
            let descending = self.take_word("desc");
            if !descending {
                self.take_word("asc");
            }
            keys.push(SortKey { field, descending });
            if !self.take_sign(",") {
                break;
            }
        }
        if keys.len() > SORT_KEYS_MAX {
            return Err("JQL can be ordered by at most 7 fields.".to_owned());
        }
        Ok(keys)
    }
}

fn field_name(token: &Token) -> Result<String, String> {
    let (Token::Word(name) | Token::Quoted(name)) = token else {
        return Err(unexpected(token));
    };
    match name.to_ascii_lowercase().as_str() {
        "id" | "key" | "issue" | "issuekey" => return Ok("issuekey".to_owned()),
        "text" => return Ok("text".to_owned()),
        "type" => return Ok("issuetype".to_owned()),
        "statuscategory" => return Ok("statusCategory".to_owned()),
        "fixversion" => return Ok("fixVersions".to_owned()),
        "affectedversion" => return Ok("versions".to_owned()),
        "component" => return Ok("components".to_owned()),
        "due" => return Ok("duedate".to_owned()),
        "resolved" => return Ok("resolutiondate".to_owned()),
        _ => {}
    }
    fields::field_in_jql(name).map(|field| field.id.to_owned()).ok_or_else(|| {
        format!("Field '{name}' does not exist or you do not have permission to view it.")
    })
}
