//! The manual leaves nothing out of what it lists.

use scim_core::dialect::Vendor;
use scim_core::error::{ScimType, Status};

const ERRORS: &str = include_str!("../../src/manual/errors.md");

#[test]
fn every_refusal_is_on_its_page() {
    use ScimType::*;
    for word in [
        InvalidFilter,
        TooMany,
        Uniqueness,
        Mutability,
        InvalidSyntax,
        InvalidPath,
        NoTarget,
        InvalidValue,
        InvalidVers,
        Sensitive,
        InvalidCursor,
        ExpiredCursor,
        InvalidCount,
    ] {
        let cell = format!("| `{}` |", word.as_str());
        assert!(ERRORS.contains(&cell), "{cell}");
    }
    use Status::*;
    for status in [
        BadRequest,
        Unauthorized,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        Conflict,
        PreconditionFailed,
        PayloadTooLarge,
        UnsupportedMediaType,
        TooManyRequests,
        Internal,
        NotImplemented,
        Unavailable,
    ] {
        let row = format!("\n| {} |", status.code());
        assert!(ERRORS.contains(&row), "{row}");
    }
}

#[test]
fn the_dialects_of_the_pages_exist() {
    let pages = [
        include_str!("../../src/manual/entra.md"),
        include_str!("../../src/manual/okta.md"),
    ];
    let named = pages
        .iter()
        .flat_map(|page| page.split("`Vendor::").skip(1));
    let known: Vec<String> = Vendor::ALL
        .iter()
        .map(|vendor| format!("{vendor:?}`"))
        .collect();
    for name in named {
        assert!(
            known.iter().any(|known| name.starts_with(known)),
            "{name:.20}"
        );
    }
}
