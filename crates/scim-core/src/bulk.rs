//! Bulk requests (RFC 7644 section 3.7): what is asked, and in which order it
//! can be done.
//!
//! Operations may refer to resources that others of the same request create, by
//! `bulkId:x`, also in a circle. [`Order`] puts what is referred to first and
//! finds where a circle has to be cut: the resource there is created without
//! the reference and completed when the other end exists.

mod order;
mod references;

pub use order::{Order, Step};
pub(crate) use references::{References, Without, refers};

use std::collections::HashMap;

use crate::error::{ScimError, ScimType, Status};
use crate::message::Method;
use crate::resource::{Attributes, Name, Resource, Value};

/// URN of a bulk request.
pub const REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// URN of a bulk response.
pub const RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// A bulk request, read: its operations are well-formed, nothing more.
#[derive(Debug, Clone, PartialEq)]
pub struct Bulk {
    /// The operations in the order given.
    pub operations: Vec<Operation>,
    /// After how many errors to stop; `None` goes on to the end.
    pub fail_on_errors: Option<usize>,
}

/// One operation of a bulk request.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// POST, PUT, PATCH or DELETE.
    pub method: Method,
    /// The method as written.
    pub verb: String,
    /// Path below the base, such as `/Users/42` or `/Groups/bulkId:x`.
    pub path: String,
    /// The client's name for what a POST creates.
    pub bulk_id: Option<String>,
    /// The version the client knows; like `If-Match`.
    pub version: Option<String>,
    /// The body of the operation.
    pub data: Attributes,
}

impl Bulk {
    /// Reads a request body.
    ///
    /// # Errors
    /// 400 `invalidSyntax` for another message or a malformed operation, two
    /// creates of one `bulkId`; 413 for more operations than `limit`, naming it.
    pub fn parse(body: Resource, limit: usize) -> Result<Self, ScimError> {
        if !body
            .schemas()
            .any(|urn| urn.eq_ignore_ascii_case(REQUEST_URN))
        {
            return Err(syntax(
                "a bulk request needs `schemas` with the BulkRequest URN",
            ));
        }
        let mut body = body.into_attributes();
        let fail_on_errors = match body.get(&Name::FAIL_ON_ERRORS) {
            None | Some(Value::Null) => None,
            Some(Value::Integer(count)) if *count > 0 => usize::try_from(*count).ok(),
            Some(_) => return Err(syntax("`failOnErrors` must be a positive integer")),
        };
        let Some(Value::Array(operations)) = body.remove(&Name::OPERATIONS) else {
            return Err(syntax("a bulk request needs `Operations`, an array"));
        };
        if operations.len() > limit {
            let detail = format!(
                "{} operations are over the limit of {limit}",
                operations.len()
            );
            return Err(ScimError::new(Status::PayloadTooLarge, detail));
        }
        let operations: Vec<Operation> = operations
            .into_iter()
            .map(Operation::read)
            .collect::<Result<_, _>>()?;
        let bulk = Self {
            operations,
            fail_on_errors,
        };
        bulk.creators()?;
        Ok(bulk)
    }

    /// Which operation creates what a `bulkId` names.
    ///
    /// # Errors
    /// 400 when two creates have one name.
    pub(crate) fn creators(&self) -> Result<HashMap<&str, usize>, ScimError> {
        let mut creators = HashMap::new();
        for (at, operation) in self.operations.iter().enumerate() {
            let (Method::Post, Some(id)) = (operation.method, &operation.bulk_id) else {
                continue;
            };
            if creators.insert(id.as_str(), at).is_some() {
                return Err(syntax("two operations create the same `bulkId`"));
            }
        }
        Ok(creators)
    }
}

impl Operation {
    fn read(value: Value) -> Result<Self, ScimError> {
        let Value::Object(mut fields) = value else {
            return Err(syntax("each bulk operation is an object"));
        };
        let text = |name: &Name| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let verb = text(&Name::METHOD).ok_or_else(|| syntax("a bulk operation needs `method`"))?;
        let path = text(&Name::PATH).ok_or_else(|| syntax("a bulk operation needs `path`"))?;
        let (bulk_id, version) = (text(&Name::BULK_ID), text(&Name::VERSION));
        let data = match fields.remove(&Name::DATA) {
            Some(Value::Object(data)) => data,
            None | Some(Value::Null) => Attributes::new(),
            Some(_) => return Err(syntax("`data` of a bulk operation is an object")),
        };
        let method = Method::parse(&verb.to_ascii_uppercase());
        Ok(Self {
            method,
            verb,
            path,
            bulk_id,
            version,
            data,
        })
    }
}

fn syntax(detail: &'static str) -> ScimError {
    ScimError::bad_request(ScimType::InvalidSyntax, detail)
}

#[cfg(test)]
mod tests;
