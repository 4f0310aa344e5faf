//! From bytes to the attribute tree: one pass, limits before memory.

use super::budget::Budget;
use super::scan::{self, Number};
use super::{Fault, JsonError, Limits};
use crate::resource::{Attributes, Name, Text, Value};

/// Elements collected before an array gets memory of its own.
const SHORT: usize = 64;
/// Fields and elements there is room for from the start.
const ROOM: usize = 16;

/// Reads a body that must be an object.
///
/// # Errors
/// [`JsonError`]; nothing of the body is kept.
pub fn object(body: &[u8], limits: &Limits) -> Result<Attributes, JsonError> {
    match value(body, limits)? {
        Value::Object(fields) => Ok(fields),
        _ => Err(JsonError::new(Fault::NotAnObject, 0, 0)),
    }
}

/// Reads a body of any shape.
///
/// # Errors
/// [`JsonError`]; nothing of the body is kept.
pub fn value(body: &[u8], limits: &Limits) -> Result<Value, JsonError> {
    if body.len() > limits.bytes {
        return Err(JsonError::new(Fault::TooLarge, 0, 0));
    }
    let text = std::str::from_utf8(body)
        .map_err(|e| place(body, e.valid_up_to(), Fault::Malformed("it is not UTF-8")))?;
    let mut reader = Reader {
        text,
        at: 0,
        budget: Budget::of(body.len(), limits),
        values: Vec::with_capacity(ROOM),
        fields: Vec::with_capacity(ROOM),
        fault: None,
    };
    let outcome = reader.value(limits.depth).and_then(|value| {
        reader.blanks();
        match reader.peek() {
            None => Ok(value),
            Some(_) => Err(reader.malformed("something follows the value")),
        }
    });
    outcome.map_err(|Stop| {
        let fault = reader.fault.take();
        place(
            body,
            reader.at,
            fault.unwrap_or(Fault::Malformed("it ends too early")),
        )
    })
}

/// Line and column of an offset.
fn place(body: &[u8], at: usize, fault: Fault) -> JsonError {
    let before = body.get(..at).unwrap_or(body);
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
    JsonError::new(fault, line, column)
}

/// Reading stopped; the reason is in the reader.
struct Stop;

struct Reader<'b> {
    text: &'b str,
    at: usize,
    budget: Budget,
    /// Elements and fields of the levels being read; each level takes its own
    /// off the end, so that a finished container is allocated once, exactly.
    values: Vec<Value>,
    fields: Vec<(Name, Value)>,
    fault: Option<Fault>,
}

impl<'b> Reader<'b> {
    fn value(&mut self, depth: u8) -> Result<Value, Stop> {
        self.blanks();
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b't') => self.word("true", Value::Boolean(true)),
            Some(b'f') => self.word("false", Value::Boolean(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => Err(self.malformed("a value is expected")),
            None => Err(Stop),
        }
    }

    /// An object, read after its opening brace was seen.
    fn object(&mut self, depth: u8) -> Result<Value, Stop> {
        let inner = self.deeper(depth)?;
        let start = self.fields.len();
        let mut more = !self.closes(b'}')?;
        while more {
            self.blanks();
            let name = self.name()?;
            self.blanks();
            self.takes(b':', "`:` is expected")?;
            self.field(name, inner)?;
            more = self.continues(b'}')?;
        }
        self.spend((self.fields.len() - start) * size_of::<(Name, Value)>())?;
        let fields = self.fields.split_off(start);
        Attributes::from_fields(fields)
            .map(Value::Object)
            .map_err(|twice| self.stop(Fault::DuplicateName(twice.0)))
    }

    /// The value of a field. Texts, which most values are, go a short way.
    fn field(&mut self, name: Name, depth: u8) -> Result<(), Stop> {
        self.blanks();
        let value = match self.peek() {
            Some(b'"') => Value::String(self.string()?),
            _ => self.value(depth)?,
        };
        self.room_for_field()?;
        self.fields.push((name, value));
        Ok(())
    }

    /// An array, read after its opening bracket was seen.
    fn array(&mut self, depth: u8) -> Result<Value, Stop> {
        let inner = self.deeper(depth)?;
        let (start, from) = (self.values.len(), self.at);
        let mut more = !self.closes(b']')?;
        while more {
            if self.values.len() - start == SHORT {
                return self.long_array(start, from, inner);
            }
            let value = self.value(inner)?;
            let room = self.budget.room(&mut self.values);
            self.granted(room)?;
            self.values.push(value);
            more = self.continues(b']')?;
        }
        self.spend((self.values.len() - start) * size_of::<Value>())?;
        Ok(Value::Array(self.values.split_off(start)))
    }

    /// The rest of an array that has outgrown the shared stack. It gets room for
    /// as many elements as the rest of the body would have at the length of the
    /// first ones, so that a list of members does not grow step by step.
    fn long_array(&mut self, start: usize, from: usize, inner: u8) -> Result<Value, Stop> {
        let each = ((self.at - from) / SHORT).max(1);
        let guess = SHORT + (self.text.len() - self.at) / each + 1;
        let mut values = self.budget.reserved(guess);
        values.extend(self.values.drain(start..));
        let mut more = true;
        while more {
            let value = self.value(inner)?;
            let room = self.budget.room(&mut values);
            self.granted(room)?;
            values.push(value);
            more = self.continues(b']')?;
        }
        self.budget.fit(&mut values);
        Ok(Value::Array(values))
    }

    /// A text value.
    fn string(&mut self) -> Result<Text, Stop> {
        let token = self.token()?;
        match token {
            scan::Token::Plain(text) => {
                self.spend(Text::heap_of(text))?;
                Ok(Text::from(text))
            }
            scan::Token::Escaped(escaped) => {
                let text = self.unescaped(escaped)?;
                self.spend(Text::heap_of(&text))?;
                Ok(Text::from(text))
            }
        }
    }

    /// The name of a field.
    fn name(&mut self) -> Result<Name, Stop> {
        let name = match self.token()? {
            scan::Token::Plain(text) => Name::new(text),
            scan::Token::Escaped(escaped) => Name::new(&self.unescaped(escaped)?),
        };
        self.spend(name.heap())?;
        Ok(name)
    }

    /// A string as it stands, without copying it.
    fn token(&mut self) -> Result<scan::Token<'b>, Stop> {
        self.takes(b'"', "a name in quotes is expected")?;
        let rest = self.text.get(self.at..).unwrap_or_default();
        match scan::string(rest) {
            Ok((token, length)) => {
                self.at += length;
                Ok(token)
            }
            Err(at) => {
                self.at += at;
                Err(match self.peek() {
                    Some(_) => self.malformed("a control character stands in a string"),
                    None => Stop,
                })
            }
        }
    }

    /// The characters of a string with escapes.
    fn unescaped(&mut self, escaped: &str) -> Result<String, Stop> {
        match serde_json::from_str::<String>(&format!("\"{escaped}\"")) {
            Ok(text) if text.as_bytes().contains(&0) => Err(self.stop(Fault::Nul)),
            Ok(text) => Ok(text),
            Err(_) => Err(self.malformed("an escape in a string is wrong or a lone surrogate")),
        }
    }

    /// A number, exact or refused.
    fn number(&mut self) -> Result<Value, Stop> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let (number, length) = scan::number(rest);
        match number {
            Number::Integer(number) => {
                self.at += length;
                Ok(Value::Integer(number))
            }
            Number::Decimal(number) => {
                self.at += length;
                Ok(Value::Decimal(number))
            }
            Number::Malformed => Err(self.malformed("a number is written wrongly")),
            Number::TooLarge => Err(self.stop(Fault::Number)),
        }
    }

    /// One of `true`, `false` and `null`.
    fn word(&mut self, word: &str, value: Value) -> Result<Value, Stop> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(self.malformed("a value is expected"));
        }
        self.at += word.len();
        Ok(value)
    }

    /// Behind an opening sign: whether the container is empty.
    fn closes(&mut self, sign: u8) -> Result<bool, Stop> {
        self.at += 1;
        self.blanks();
        let closes = self.peek() == Some(sign);
        self.at += usize::from(closes);
        Ok(closes)
    }

    /// Behind an element: a comma, or the closing sign.
    fn continues(&mut self, sign: u8) -> Result<bool, Stop> {
        self.blanks();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(b) if b == sign => {
                self.at += 1;
                Ok(false)
            }
            Some(_) => Err(self.malformed("`,` or a closing sign is expected")),
            None => Err(Stop),
        }
    }

    /// Takes a sign that has to stand here.
    fn takes(&mut self, sign: u8, why: &'static str) -> Result<(), Stop> {
        match self.peek() {
            Some(b) if b == sign => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(self.malformed(why)),
            None => Err(Stop),
        }
    }

    /// The next byte, if there is one.
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips white space.
    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// One level less to go.
    fn deeper(&mut self, depth: u8) -> Result<u8, Stop> {
        depth
            .checked_sub(1)
            .ok_or_else(|| self.stop(Fault::TooDeep))
    }

    /// Accounts for bytes of the heap, or stops.
    fn spend(&mut self, bytes: usize) -> Result<(), Stop> {
        let granted = self.budget.spend(bytes);
        self.granted(granted)
    }

    /// Makes room for one more field, or stops.
    fn room_for_field(&mut self) -> Result<(), Stop> {
        let room = self.budget.room(&mut self.fields);
        self.granted(room)
    }

    /// Stops where the budget did not grant something.
    fn granted(&mut self, granted: Option<()>) -> Result<(), Stop> {
        granted.ok_or_else(|| self.stop(Fault::TooManyValues))
    }

    /// Stops for a reason of grammar.
    #[cold]
    fn malformed(&mut self, why: &'static str) -> Stop {
        self.stop(Fault::Malformed(why))
    }

    /// Stops for any reason.
    #[cold]
    fn stop(&mut self, fault: Fault) -> Stop {
        self.fault = Some(fault);
        Stop
    }
}
