//! The closed lists a refusal is made from: HTTP statuses and `scimType` words.

/// Statuses a SCIM refusal can carry (RFC 7644 section 3.12 and the HTTP
/// statuses its other sections name).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Status {
    /// 400: the request is wrong; `scimType` says how.
    BadRequest,
    /// 401: no valid token.
    Unauthorized,
    /// 403: understood and not allowed, whoever asks.
    Forbidden,
    /// 404: nothing there that this tenant may see.
    NotFound,
    /// 405: the endpoint does not answer this method.
    MethodNotAllowed,
    /// 409: a uniqueness conflict or an unresolvable bulk reference.
    Conflict,
    /// 412: `If-Match` names another version than the stored one.
    PreconditionFailed,
    /// 413: body or bulk request over the published limits.
    PayloadTooLarge,
    /// 415: a body that is not JSON.
    UnsupportedMediaType,
    /// 429: over the request rate; carries `Retry-After`.
    TooManyRequests,
    /// 500: the service failed.
    Internal,
    /// 501: a feature of the protocol this server does not have.
    NotImplemented,
    /// 503: the store cannot answer at the moment.
    Unavailable,
}

impl Status {
    /// Every status, by number.
    pub const ALL: [Self; 13] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::PreconditionFailed,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::TooManyRequests,
        Self::Internal,
        Self::NotImplemented,
        Self::Unavailable,
    ];

    /// The status of this number, for guards whose rules speak in numbers; `None`
    /// for a number that no SCIM refusal carries.
    ///
    /// ```
    /// use scim_core::error::Status;
    /// assert_eq!(Status::from_code(409), Some(Status::Conflict));
    /// assert_eq!(Status::from_code(200), None);
    /// ```
    #[must_use]
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// The number on the status line.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::PreconditionFailed => 412,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::NotImplemented => 501,
            Self::Unavailable => 503,
        }
    }
}

/// The `scimType` keywords of RFC 7644 table 9 and RFC 9865 section 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ScimType {
    /// The filter cannot be parsed, or compares what cannot be compared.
    InvalidFilter,
    /// The answer would exceed what the server is willing to compute.
    TooMany,
    /// A unique value is taken.
    Uniqueness,
    /// The attribute may not be changed that way.
    Mutability,
    /// The body is not a message of the expected shape.
    InvalidSyntax,
    /// A PATCH path cannot be parsed or names nothing.
    InvalidPath,
    /// A PATCH path matched nothing.
    NoTarget,
    /// A required value is missing, or a value does not fit its type.
    InvalidValue,
    /// The protocol version in the path is not served.
    InvalidVers,
    /// The request carries sensitive values in a URI (RFC 7644 section 7.5.2).
    Sensitive,
    /// The cursor was not issued by this server for this query.
    InvalidCursor,
    /// The cursor is too old.
    ExpiredCursor,
    /// `count` does not fit the cursor's query.
    InvalidCount,
}

impl ScimType {
    /// Every keyword, in the order of the RFCs.
    pub const ALL: [Self; 13] = [
        Self::InvalidFilter,
        Self::TooMany,
        Self::Uniqueness,
        Self::Mutability,
        Self::InvalidSyntax,
        Self::InvalidPath,
        Self::NoTarget,
        Self::InvalidValue,
        Self::InvalidVers,
        Self::Sensitive,
        Self::InvalidCursor,
        Self::ExpiredCursor,
        Self::InvalidCount,
    ];

    /// The keyword that is written so, case included.
    ///
    /// ```
    /// use scim_core::error::ScimType;
    /// assert_eq!(ScimType::parse("uniqueness"), Some(ScimType::Uniqueness));
    /// assert_eq!(ScimType::parse("unique"), None);
    /// ```
    #[must_use]
    pub fn parse(keyword: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == keyword)
    }

    /// The keyword as written on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Sensitive => "sensitive",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }
}
