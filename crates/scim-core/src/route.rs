//! Method and path to operation: the endpoints of RFC 7644 section 3.2.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::error::{Advice, ScimError, ScimType, Status};
use crate::id::{Kind, ResourceId};
use crate::message::Method;
use crate::schema::Registry;

/// What a request asks for, by method and path alone.
///
/// Made only by [`route`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// `POST /Users`.
    Create(Kind),
    /// `GET /Users`, or `GET /` over every type.
    List(Scope),
    /// `POST /Users/.search`, or `POST /.search` (RFC 7644 section 3.4.3).
    Search(Scope),
    /// `GET /Users/{id}`.
    Read(Kind, ResourceId),
    /// `PUT /Users/{id}`.
    Replace(Kind, ResourceId),
    /// `PATCH /Users/{id}`.
    Modify(Kind, ResourceId),
    /// `DELETE /Users/{id}`.
    Delete(Kind, ResourceId),
    /// `POST /Bulk` (RFC 7644 section 3.7).
    Bulk,
    /// Any method on `/Me` (RFC 7644 section 3.11).
    Me(Method),
    /// `GET` of a discovery endpoint (RFC 7644 section 4).
    Discover(Discovery),
}

/// Which resources a list or search looks through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Those of one type.
    One(Kind),
    /// Those of every type, at the root (RFC 7644 section 3.4.2.1).
    Root,
}

/// Which discovery document is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Discovery {
    /// `/ServiceProviderConfig`.
    Config,
    /// `/ResourceTypes`.
    ResourceTypes,
    /// `/ResourceTypes/{name}`.
    ResourceType(String),
    /// `/Schemas`.
    Schemas,
    /// `/Schemas/{urn}`.
    Schema(String),
}

/// Finds the operation for a method and a request path under `base`; a `HEAD` is
/// the `GET` of the same path.
///
/// ```
/// use scim_core::message::Method;
/// use scim_core::route::{Op, route};
/// use scim_core::schema::Registry;
/// use scim_core::{Kind, ResourceId};
///
/// let op = route(Method::Get, "/scim/v2/Users/42", "/scim/v2", &Registry::standard())?;
/// assert_eq!(op, Op::Read(Kind::USER, ResourceId::new("42")));
/// # Ok::<(), scim_core::ScimError>(())
/// ```
///
/// # Errors
/// 404 for a path that is no endpoint, 405 with `Allow` for a method the
/// endpoint does not have, 400 `invalidVers` for another version segment.
pub fn route(method: Method, path: &str, base: &str, registry: &Registry) -> Result<Op, ScimError> {
    let rest = under(path, base)?;
    let method = match method {
        Method::Head => Method::Get,
        other => other,
    };
    let segments: Vec<Cow<'_, str>> = rest
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            percent_decode_str(segment)
                .decode_utf8()
                .map_err(|_| no_endpoint())
        })
        .collect::<Result<_, _>>()?;
    let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
    match segments.as_slice() {
        [] => only(method, Method::Get, "GET, HEAD", Op::List(Scope::Root)),
        [".search"] => only(method, Method::Post, "POST", Op::Search(Scope::Root)),
        ["Bulk"] => only(method, Method::Post, "POST", Op::Bulk),
        ["Me"] => Ok(Op::Me(method)),
        ["ServiceProviderConfig"] => discover(method, Discovery::Config),
        ["ResourceTypes"] => discover(method, Discovery::ResourceTypes),
        ["ResourceTypes", name] => discover(method, Discovery::ResourceType((*name).to_owned())),
        ["Schemas"] => discover(method, Discovery::Schemas),
        ["Schemas", urn] => discover(method, Discovery::Schema((*urn).to_owned())),
        [endpoint, rest @ ..] => {
            let kind = kind_at(registry, endpoint).ok_or_else(no_endpoint)?;
            resource(method, kind, rest)
        }
    }
}

/// The type served at this path segment.
fn kind_at<'r>(registry: &'r Registry, segment: &str) -> Option<&'r Kind> {
    let mut types = registry.types().iter();
    types
        .find(|served| served.endpoint().strip_prefix('/') == Some(segment))
        .map(|t| t.kind())
}

/// The operation on a resource type's endpoint.
fn resource(method: Method, kind: &Kind, rest: &[&str]) -> Result<Op, ScimError> {
    match (rest, method) {
        ([], Method::Get) => Ok(Op::List(Scope::One(kind.clone()))),
        ([], Method::Post) => Ok(Op::Create(kind.clone())),
        ([], _) => Err(not_allowed("GET, HEAD, POST")),
        ([".search"], Method::Post) => Ok(Op::Search(Scope::One(kind.clone()))),
        ([".search"], _) => Err(not_allowed("POST")),
        ([id], _) => by_id(method, kind.clone(), ResourceId::new(*id)),
        _ => Err(no_endpoint()),
    }
}

/// The operation on one resource.
fn by_id(method: Method, kind: Kind, id: ResourceId) -> Result<Op, ScimError> {
    match method {
        Method::Get => Ok(Op::Read(kind, id)),
        Method::Put => Ok(Op::Replace(kind, id)),
        Method::Patch => Ok(Op::Modify(kind, id)),
        Method::Delete => Ok(Op::Delete(kind, id)),
        Method::Head | Method::Post | Method::Other => {
            Err(not_allowed("GET, HEAD, PUT, PATCH, DELETE"))
        }
    }
}

fn discover(method: Method, what: Discovery) -> Result<Op, ScimError> {
    only(method, Method::Get, "GET, HEAD", Op::Discover(what))
}

fn only(method: Method, wanted: Method, allow: &'static str, op: Op) -> Result<Op, ScimError> {
    if method == wanted {
        Ok(op)
    } else {
        Err(not_allowed(allow))
    }
}

/// The path below the base, which ends at a segment border.
fn under<'p>(path: &'p str, base: &str) -> Result<&'p str, ScimError> {
    let base = base.trim_end_matches('/');
    if let Some(rest) = path.strip_prefix(base)
        && (rest.is_empty() || rest.starts_with('/'))
    {
        return Ok(rest);
    }
    Err(if is_other_version(path, base) {
        other_version()
    } else {
        no_endpoint()
    })
}

/// Whether only the version segment differs: `/scim/v1/…` under `/scim/v2`.
fn is_other_version(path: &str, base: &str) -> bool {
    let Some((parent, _)) = base.rsplit_once('/').filter(|(_, last)| is_version(last)) else {
        return false;
    };
    let rest = path
        .strip_prefix(parent)
        .and_then(|rest| rest.strip_prefix('/'));
    rest.and_then(|rest| rest.split('/').next())
        .is_some_and(is_version)
}

fn is_version(segment: &str) -> bool {
    let number = segment.strip_prefix('v').unwrap_or_default();
    !number.is_empty()
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn other_version() -> ScimError {
    ScimError::bad_request(
        ScimType::InvalidVers,
        "this version of the SCIM protocol is not served here; use the base URL you were given",
    )
}

fn no_endpoint() -> ScimError {
    ScimError::new(Status::NotFound, "no SCIM endpoint has this path")
}

fn not_allowed(allow: &'static str) -> ScimError {
    ScimError::new(
        Status::MethodNotAllowed,
        format!("this endpoint answers only {allow}"),
    )
    .with_advice(Advice::Allow(allow))
}

#[cfg(test)]
mod tests;
