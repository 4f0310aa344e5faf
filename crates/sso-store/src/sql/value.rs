//! A bound value, in the three types both engines share.

/// A value for one `$n` of a statement. A missing value keeps its type, because PostgreSQL
/// wants to know what kind of nothing it is given.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Bytes(Option<Vec<u8>>),
    Int(Option<i64>),
    Text(Option<String>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}
impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}
impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}
impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}
impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Int(Some(i64::from(flag)))
    }
}
impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Some(bytes))
    }
}
impl From<time::OffsetDateTime> for Value {
    fn from(at: time::OffsetDateTime) -> Self {
        Self::Int(Some(crate::instant::micros(at)))
    }
}
impl From<Option<time::OffsetDateTime>> for Value {
    fn from(at: Option<time::OffsetDateTime>) -> Self {
        Self::Int(at.map(crate::instant::micros))
    }
}

/// `params![a, b]`: the values for `$1`, `$2`.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::sql::Value::from($value)),*] };
}
pub(crate) use params;
