//! Reads a statement.

use super::ast::{Order, Path, Query, Select};
use super::cursor::Cursor;
use super::fault::Fault;
use super::lexer::{Lexeme, tokens};
use super::predicate;

const AGGREGATES: [&str; 6] = ["COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG"];
/// Words that end the `FROM` clause, and so are no alias.
const CLAUSES: [&str; 9] =
    ["WHERE", "ORDER", "LIMIT", "OFFSET", "GROUP", "HAVING", "FOR", "USING", "ALL"];

/// The statement in parts.
pub(crate) fn parse(text: &str) -> Result<Query, Fault> {
    let mut cursor = Cursor::new(tokens(text)?);
    let query = query(&mut cursor)?;
    match cursor.peek().lexeme {
        Lexeme::End => Ok(query),
        _ => Err(cursor.unexpected()),
    }
}

/// A condition alone, as in the `where` of a parameterized search.
pub(crate) fn parse_condition(text: &str) -> Result<super::Condition, Fault> {
    let mut cursor = Cursor::new(tokens(text)?);
    let condition = predicate::condition(&mut cursor)?;
    match cursor.peek().lexeme {
        Lexeme::End => Ok(condition),
        _ => Err(cursor.unexpected()),
    }
}

/// `SELECT ... FROM ...` and its clauses.
pub(super) fn query(cursor: &mut Cursor) -> Result<Query, Fault> {
    cursor.expect("SELECT")?;
    let mut select = vec![entry(cursor)?];
    while cursor.eat_sign(",") {
        select.push(entry(cursor)?);
    }
    cursor.expect("FROM")?;
    let (from, from_at) = cursor.word()?;
    let alias = alias(cursor)?;
    let mut query = Query {
        select,
        from,
        from_at,
        condition: None,
        group: Vec::new(),
        order: Vec::new(),
        limit: None,
        offset: 0,
    };
    if cursor.eat("USING") {
        cursor.expect("SCOPE")?;
        cursor.word()?;
    }
    clauses(cursor, &mut query)?;
    if let Some(alias) = alias {
        super::alias::strip(&mut query, &alias);
    }
    Ok(query)
}

fn alias(cursor: &mut Cursor) -> Result<Option<String>, Fault> {
    cursor.eat("AS");
    match &cursor.peek().lexeme {
        Lexeme::Word(word) if !CLAUSES.iter().any(|clause| word.eq_ignore_ascii_case(clause)) => {
            Ok(Some(cursor.word()?.0))
        }
        _ => Ok(None),
    }
}

fn clauses(cursor: &mut Cursor, query: &mut Query) -> Result<(), Fault> {
    if cursor.eat("WHERE") {
        query.condition = Some(predicate::condition(cursor)?);
    }
    if cursor.eat("GROUP") {
        cursor.expect("BY")?;
        query.group = paths(cursor)?;
    }
    if cursor.eat("ORDER") {
        cursor.expect("BY")?;
        query.order.push(order(cursor)?);
        while cursor.eat_sign(",") {
            query.order.push(order(cursor)?);
        }
    }
    if cursor.eat("LIMIT") {
        query.limit = Some(cursor.count()?);
    }
    if cursor.eat("OFFSET") {
        query.offset = cursor.count()?;
    }
    while cursor.eat("FOR") {
        cursor.word()?;
    }
    if cursor.eat("ALL") {
        cursor.expect("ROWS")?;
    }
    Ok(())
}

fn order(cursor: &mut Cursor) -> Result<Order, Fault> {
    let path = path(cursor)?;
    let descending = cursor.eat("DESC");
    if !descending {
        cursor.eat("ASC");
    }
    let mut nulls_last = false;
    if cursor.eat("NULLS") {
        nulls_last = cursor.eat("LAST");
        if !nulls_last {
            cursor.expect("FIRST")?;
        }
    }
    Ok(Order { path, descending, nulls_last })
}

fn entry(cursor: &mut Cursor) -> Result<Select, Fault> {
    if cursor.eat_sign("(") {
        let children = query(cursor)?;
        cursor.expect_sign(")")?;
        return Ok(Select::Children(Box::new(children)));
    }
    if cursor.eat("TYPEOF") {
        return type_of(cursor);
    }
    let start = path(cursor)?;
    if !cursor.eat_sign("(") {
        return Ok(Select::Field(start));
    }
    call(cursor, &start)
}

fn call(cursor: &mut Cursor, function: &Path) -> Result<Select, Fault> {
    let name = function.names.join(".").to_ascii_uppercase();
    if name == "COUNT" && cursor.eat_sign(")") {
        return Ok(Select::Count);
    }
    let of = path(cursor)?;
    cursor.expect_sign(")")?;
    match name.as_str() {
        "TOLABEL" | "FORMAT" | "CONVERTCURRENCY" => Ok(Select::Label(of)),
        "FIELDS" => Ok(Select::Fields(of.names.join(".").to_ascii_uppercase())),
        _ if AGGREGATES.contains(&name.as_str()) => {
            let aliased = matches!(&cursor.peek().lexeme, Lexeme::Word(word) if !word.eq_ignore_ascii_case("FROM"));
            let alias = if aliased { Some(cursor.word()?.0) } else { None };
            Ok(Select::Aggregate { function: name, of, alias })
        }
        _ => Err(super::fault::malformed(function.at, format!("unexpected token: '{name}'"))),
    }
}

fn type_of(cursor: &mut Cursor) -> Result<Select, Fault> {
    let parent = path(cursor)?;
    let (mut cases, mut otherwise) = (Vec::new(), Vec::new());
    while cursor.eat("WHEN") {
        let (object, _) = cursor.word()?;
        cursor.expect("THEN")?;
        cases.push((object, paths(cursor)?));
    }
    if cursor.eat("ELSE") {
        otherwise = paths(cursor)?;
    }
    cursor.expect("END")?;
    Ok(Select::TypeOf { parent, cases, otherwise })
}

fn paths(cursor: &mut Cursor) -> Result<Vec<Path>, Fault> {
    let mut paths = vec![path(cursor)?];
    while cursor.eat_sign(",") {
        paths.push(path(cursor)?);
    }
    Ok(paths)
}

/// A dotted name.
pub(super) fn path(cursor: &mut Cursor) -> Result<Path, Fault> {
    let (word, at) = cursor.word()?;
    Ok(Path { names: word.split('.').map(str::to_owned).collect(), at })
}
