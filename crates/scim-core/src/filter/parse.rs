//! From text to the tree: recursive descent, one pass, no token list.

use super::{Filter, FilterError, FilterFault, Limits, Literal, Operator};
use crate::dialect::{Reading, Tolerance};
use crate::json;
use crate::path::Path;
use crate::resource::{Name, Text, Value};

/// Reads a whole filter.
pub(super) fn filter(
    text: &str,
    limits: &Limits,
    reading: &mut Reading,
) -> Result<Filter, FilterError> {
    if text.len() > limits.bytes {
        return Err(FilterError::new(0, FilterFault::TooLong));
    }
    let mut parser = Parser {
        text,
        at: 0,
        depth: limits.depth,
        terms: limits.terms,
        scope: Scope::Resource,
        reading,
    };
    let filter = parser.any()?;
    parser.blanks();
    match parser.rest() {
        "" => Ok(filter),
        _ => Err(parser.expected("`and`, `or` or the end")),
    }
}

/// Reads the path of a PATCH operation that has brackets: the attribute, the
/// filter in them, and the sub-attribute behind them.
pub(crate) fn value_path(
    text: &str,
    limits: &Limits,
    reading: &mut Reading,
) -> Result<(Path, Filter, Option<Name>), FilterError> {
    if text.len() > limits.bytes {
        return Err(FilterError::new(0, FilterFault::TooLong));
    }
    let mut parser = Parser {
        text,
        at: 0,
        depth: limits.depth,
        terms: limits.terms,
        scope: Scope::Element,
        reading,
    };
    let word = parser.word();
    let path = Path::parse(word).map_err(|e| parser.fault_at(0, FilterFault::Path(e)))?;
    if !parser.takes(b'[') {
        return Err(parser.expected("`[`"));
    }
    let filter = parser.group(b']', "`]`")?;
    if parser.rest().is_empty() {
        return Ok((path, filter, None));
    }
    if !parser.takes(b'.') || !Name::is_attribute_name(parser.rest()) {
        return Err(parser.expected("a sub-attribute or the end"));
    }
    Ok((path, filter, Some(Name::new(parser.rest()))))
}

/// Whether paths start at the resource or at an element in brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Resource,
    Element,
}

struct Parser<'t, 'r> {
    text: &'t str,
    /// Byte offset; always between characters.
    at: usize,
    depth: u8,
    terms: u16,
    scope: Scope,
    reading: &'r mut Reading,
}

impl<'t> Parser<'t, '_> {
    /// `a or b or c`.
    fn any(&mut self) -> Result<Filter, FilterError> {
        let first = self.all()?;
        if !self.takes_word("or") {
            return Ok(first);
        }
        let mut filters = vec![first, self.all()?];
        while self.takes_word("or") {
            filters.push(self.all()?);
        }
        Ok(Filter::Or(filters))
    }

    /// `a and b and c`.
    fn all(&mut self) -> Result<Filter, FilterError> {
        let first = self.one()?;
        if !self.takes_word("and") {
            return Ok(first);
        }
        let mut filters = vec![first, self.one()?];
        while self.takes_word("and") {
            filters.push(self.one()?);
        }
        Ok(Filter::And(filters))
    }

    /// A comparison, a value path, a group or a negated group.
    fn one(&mut self) -> Result<Filter, FilterError> {
        self.blanks();
        if self.takes(b'(') {
            return self.group(b')', "`)`");
        }
        let start = self.at;
        let word = self.word();
        if word.eq_ignore_ascii_case("not") {
            self.blanks();
            if self.takes(b'(') {
                return Ok(Filter::Not(Box::new(self.group(b')', "`)`")?)));
            }
        }
        if word.is_empty() {
            return Err(self.expected("an attribute, `not` or `(`"));
        }
        let path = Path::parse(word).map_err(|e| self.fault_at(start, FilterFault::Path(e)))?;
        if self.takes(b'[') {
            return self.elements(path);
        }
        self.comparison(path)
    }

    /// What stands between an opening and a closing sign.
    fn group(&mut self, close: u8, what: &'static str) -> Result<Filter, FilterError> {
        self.depth = match self.depth.checked_sub(1) {
            Some(depth) => depth,
            None => return Err(self.fault(FilterFault::TooDeep)),
        };
        let filter = self.any()?;
        self.blanks();
        if !self.takes(close) {
            return Err(self.expected(what));
        }
        self.depth += 1;
        Ok(filter)
    }

    /// `path[filter]` and what may follow.
    fn elements(&mut self, path: Path) -> Result<Filter, FilterError> {
        if self.scope == Scope::Element {
            return Err(self.fault(FilterFault::NestedBrackets));
        }
        self.scope = Scope::Element;
        let inner = self.group(b']', "`]`")?;
        let filter = if self.takes(b'.') {
            self.with_tail(inner)?
        } else {
            inner
        };
        self.scope = Scope::Resource;
        Ok(Filter::Elements {
            path,
            filter: Box::new(filter),
        })
    }

    /// `.sub op value` behind a bracket joins what is inside.
    fn with_tail(&mut self, inner: Filter) -> Result<Filter, FilterError> {
        let start = self.at;
        let word = self.word();
        if !Name::is_attribute_name(word) {
            return Err(self.fault_at(start, FilterFault::Expected("a sub-attribute")));
        }
        let tail = self.comparison(Path::from(Name::new(word)))?;
        let mut filters = match inner {
            Filter::And(filters) => filters,
            other => vec![other],
        };
        filters.push(tail);
        Ok(Filter::And(filters))
    }

    /// `pr`, or an operator and a value.
    fn comparison(&mut self, path: Path) -> Result<Filter, FilterError> {
        self.terms = match self.terms.checked_sub(1) {
            Some(terms) => terms,
            None => return Err(self.fault(FilterFault::TooManyTerms)),
        };
        self.blanks();
        let start = self.at;
        let word = self.word();
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(path));
        }
        let Some(operator) = Operator::from_word(word) else {
            return Err(match word {
                "" => self.expected("an operator"),
                other => {
                    let shown: String = other.chars().take(20).collect();
                    self.fault_at(start, FilterFault::UnknownOperator(Text::from(shown)))
                }
            });
        };
        let value = self.literal()?;
        Ok(Filter::Compare {
            path,
            operator,
            value,
        })
    }

    /// A value: JSON, or what the dialect takes in its place.
    fn literal(&mut self) -> Result<Literal, FilterError> {
        self.blanks();
        if self.rest().starts_with('"') {
            return self.string();
        }
        let start = self.at;
        let word = self.word();
        match word {
            "true" => return Ok(Literal::Boolean(true)),
            "false" => return Ok(Literal::Boolean(false)),
            "null" => return Ok(Literal::Null),
            "" => return Err(self.expected("a value")),
            _ => {}
        }
        if word.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            match json::value(word.as_bytes(), &json::Limits::default()) {
                Ok(Value::Integer(number)) => return Ok(Literal::Integer(number)),
                Ok(Value::Decimal(number)) => return Ok(Literal::Decimal(number)),
                _ => {}
            }
        }
        self.loose_literal(word)
            .map_err(|why| self.fault_at(start, why))
    }

    /// Words that are no JSON but that some clients send.
    fn loose_literal(&mut self, word: &str) -> Result<Literal, FilterFault> {
        let caseless = match word.to_ascii_lowercase().as_str() {
            "true" => Some(Literal::Boolean(true)),
            "false" => Some(Literal::Boolean(false)),
            "null" => Some(Literal::Null),
            _ => None,
        };
        if let Some(literal) = caseless
            && self.reading.allows(Tolerance::CaselessLiteral)
        {
            return Ok(literal);
        }
        if word.starts_with(['\'', '`', '“', '‘']) {
            return Err(FilterFault::Literal("a text value stands in double quotes"));
        }
        if self.reading.allows(Tolerance::UnquotedLiteral) {
            return Ok(Literal::String(Text::from(word)));
        }
        Err(FilterFault::Literal(
            "a value is a JSON string in double quotes, a number, true, false or null",
        ))
    }

    /// A JSON string with its quotes.
    fn string(&mut self) -> Result<Literal, FilterError> {
        let rest = self.rest();
        let bad = |p: &Self, why| p.fault(FilterFault::Literal(why));
        let mut escaped = false;
        let mut plain = true;
        let end = rest.bytes().enumerate().skip(1).find_map(|(at, b)| {
            let closes = b == b'"' && !escaped;
            plain &= b >= 0x20 && b != b'\\';
            escaped = b == b'\\' && !escaped;
            closes.then_some(at)
        });
        let Some(end) = end else {
            return Err(bad(self, "the text value has no closing quote"));
        };
        let quoted = rest.get(..=end).unwrap_or_default();
        let text = if plain {
            Text::from(quoted.get(1..end).unwrap_or_default())
        } else {
            match json::value(quoted.as_bytes(), &json::Limits::default()) {
                Ok(Value::String(text)) => text,
                _ => return Err(bad(self, "the text value is no JSON string")),
            }
        };
        self.at += end + 1;
        Ok(Literal::String(text))
    }

    /// What has not been read yet.
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Skips blanks.
    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(' ').len();
    }

    /// Takes a sign if it stands here.
    fn takes(&mut self, sign: u8) -> bool {
        let here = self.text.as_bytes().get(self.at) == Some(&sign);
        self.at += usize::from(here);
        here
    }

    /// Takes all up to a blank, a bracket, a parenthesis or a quote.
    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let ends = |b: u8| matches!(b, b' ' | b'(' | b')' | b'[' | b']' | b'"');
        let end = rest.bytes().position(ends).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Takes blanks and a keyword, or nothing.
    fn takes_word(&mut self, keyword: &str) -> bool {
        let start = self.at;
        self.blanks();
        let found = self.word().eq_ignore_ascii_case(keyword);
        if !found {
            self.at = start;
        }
        found
    }

    /// An error at the next sign that is no blank.
    fn expected(&mut self, what: &'static str) -> FilterError {
        self.blanks();
        self.fault(FilterFault::Expected(what))
    }

    /// An error where reading stands.
    fn fault(&self, fault: FilterFault) -> FilterError {
        self.fault_at(self.at, fault)
    }

    /// An error at a byte offset, told as a number of characters.
    fn fault_at(&self, at: usize, fault: FilterFault) -> FilterError {
        let before = self.text.get(..at).unwrap_or_default();
        FilterError::new(before.chars().count() + 1, fault)
    }
}
