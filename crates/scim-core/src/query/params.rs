//! The parameters of a list or search, as a client sent them.

use crate::error::{ScimError, ScimType};
use crate::resource::{Name, Resource, Value};

/// Parameters of `GET /Users?…` or of a `.search` body (RFC 7644 sections 3.4.2
/// and 3.4.3): read, not yet checked against a schema.
///
/// `Debug` tells which are there; a filter holds personal data.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Parameters {
    /// `filter`.
    pub filter: Option<String>,
    /// `sortBy`.
    pub sort_by: Option<String>,
    /// `sortOrder`; ascending when absent (section 3.4.2.3).
    pub sort_order: Option<SortOrder>,
    /// `startIndex`.
    pub start_index: Option<i64>,
    /// `count`.
    pub count: Option<i64>,
    /// `cursor`; empty asks for the first page (RFC 9865 section 2).
    pub cursor: Option<String>,
    /// `attributes`, comma-separated in a query.
    pub attributes: Option<Vec<String>>,
    /// `excludedAttributes`.
    pub excluded_attributes: Option<Vec<String>>,
}

/// Direction of a sorted list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// `ascending`; resources without a value come last.
    #[default]
    Ascending,
    /// `descending`; resources without a value come first.
    Descending,
}

/// The schema URN of a `.search` body.
const SEARCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

impl Parameters {
    /// Reads a query; unknown parameters are ignored (RFC 7644 section 3.2).
    ///
    /// ```
    /// use scim_core::query::Parameters;
    ///
    /// let asked = Parameters::from_query("filter=userName+eq+%22ann%22&count=5&utm=x")?;
    /// assert_eq!(asked.filter.as_deref(), Some(r#"userName eq "ann""#));
    /// assert_eq!(asked.count, Some(5));
    /// # Ok::<(), scim_core::ScimError>(())
    /// ```
    ///
    /// # Errors
    /// 400 `invalidValue`: a number that is none, an unknown sort order, a
    /// parameter given twice.
    pub fn from_query(query: &str) -> Result<Self, ScimError> {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            asked.take(&name, &value)?;
        }
        Ok(asked)
    }

    /// Reads a `.search` body.
    ///
    /// # Errors
    /// 400 `invalidSyntax` without the SearchRequest URN or for a value of the
    /// wrong type; otherwise as [`from_query`](Self::from_query).
    pub fn from_body(body: &Resource) -> Result<Self, ScimError> {
        if !body
            .schemas()
            .any(|urn| urn.eq_ignore_ascii_case(SEARCH_URN))
        {
            return Err(syntax(
                "a search needs `schemas` with the SearchRequest URN",
            ));
        }
        let number = |name: Name| match body.get(&name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Integer(number)) => Ok(Some(*number)),
            Some(_) => Err(syntax("`startIndex` and `count` are integers")),
        };
        Ok(Self {
            filter: text(body, &Name::FILTER)?,
            sort_by: text(body, &Name::SORT_BY)?,
            sort_order: text(body, &Name::SORT_ORDER)?
                .map(|word| order(&word))
                .transpose()?,
            start_index: number(Name::START_INDEX)?,
            count: number(Name::COUNT)?,
            cursor: text(body, &Name::CURSOR)?,
            attributes: names(body, &Name::ATTRIBUTES)?,
            excluded_attributes: names(body, &Name::EXCLUDED_ATTRIBUTES)?,
        })
    }

    /// Takes one parameter of a query.
    fn take(&mut self, name: &str, value: &str) -> Result<(), ScimError> {
        match name {
            "filter" => once(&mut self.filter, name, value.to_owned()),
            "sortBy" => once(&mut self.sort_by, name, value.to_owned()),
            "sortOrder" => once(&mut self.sort_order, name, order(value)?),
            "startIndex" => once(&mut self.start_index, name, integer(name, value)?),
            "count" => once(&mut self.count, name, integer(name, value)?),
            "cursor" => once(&mut self.cursor, name, value.to_owned()),
            // An empty list asks for nothing in particular, as an absent one does.
            "attributes" | "excludedAttributes" if listed(value).is_empty() => Ok(()),
            "attributes" => once(&mut self.attributes, name, listed(value)),
            "excludedAttributes" => once(&mut self.excluded_attributes, name, listed(value)),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parameters")
            .field("filter", &self.filter.is_some())
            .field("sort_by", &self.sort_by)
            .field("start_index", &self.start_index)
            .field("count", &self.count)
            .field("cursor", &self.cursor.is_some())
            .field("attributes", &self.attributes)
            .field("excluded_attributes", &self.excluded_attributes)
            .finish_non_exhaustive()
    }
}

fn once<T>(slot: &mut Option<T>, name: &str, value: T) -> Result<(), ScimError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(invalid(format!("`{name}` is given twice"))),
    }
}

/// An integer; one too large to hold is as good as the largest.
fn integer(name: &str, text: &str) -> Result<i64, ScimError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid(format!("`{name}` must be an integer")));
    }
    let bound = if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    Ok(text.parse().unwrap_or(bound))
}

fn order(word: &str) -> Result<SortOrder, ScimError> {
    if word.eq_ignore_ascii_case("ascending") {
        Ok(SortOrder::Ascending)
    } else if word.eq_ignore_ascii_case("descending") {
        Ok(SortOrder::Descending)
    } else {
        Err(invalid("`sortOrder` is `ascending` or `descending`"))
    }
}

fn listed(value: &str) -> Vec<String> {
    let names = value
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

fn text(body: &Resource, name: &Name) -> Result<Option<String>, ScimError> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str().to_owned())),
        Some(_) => Err(syntax(format!("`{name}` must be a string"))),
    }
}

fn names(body: &Resource, name: &Name) -> Result<Option<Vec<String>>, ScimError> {
    let Some(value) = body.get(name).filter(|value| !value.is_absent()) else {
        return Ok(None);
    };
    let texts = value
        .elements()
        .iter()
        .map(|element| element.as_str().map(str::to_owned));
    let texts: Option<Vec<String>> = texts.collect();
    texts
        .map(Some)
        .ok_or_else(|| syntax(format!("`{name}` must be an array of strings")))
}

fn invalid(detail: impl Into<std::borrow::Cow<'static, str>>) -> ScimError {
    ScimError::bad_request(ScimType::InvalidValue, detail)
}

fn syntax(detail: impl Into<std::borrow::Cow<'static, str>>) -> ScimError {
    ScimError::bad_request(ScimType::InvalidSyntax, detail)
}
