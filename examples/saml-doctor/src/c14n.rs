//! `saml-doctor c14n`: the canonical octets.

use saml_sp::Limits;
use saml_sp::c14n::{Comments, Form, Method, Prefixes, document_octets, octets};
use saml_sp::xml::{Document, Element, Extras, Name, XML_NAMESPACE};

use crate::args::C14n;
use crate::{Misuse, Outcome, input};

/// Write the canonical octets of a document, or of one element of it.
pub(crate) fn run(args: &C14n) -> Result<Outcome, Misuse> {
    let bytes = input::read(&args.file)?;
    let limits = Limits::default();
    let form = Form {
        method: if args.inclusive {
            Method::Inclusive
        } else {
            Method::Exclusive
        },
        comments: if args.with_comments {
            Comments::Kept
        } else {
            Comments::Dropped
        },
        prefixes: Prefixes::parse(&args.prefixes, &limits)?,
    };
    let document = match Document::parse_bytes(&bytes, &limits, Extras::Allowed) {
        Ok(document) => document,
        Err(error) => return Ok(refused(&error.to_string())),
    };
    let written = match &args.id {
        None => document_octets(&document, &form),
        Some(id) => octets(by_id(&document, id)?, &form, None),
    };
    Ok(match written {
        Ok(output) => Outcome {
            output,
            accepted: true,
        },
        Err(error) => refused(&error.to_string()),
    })
}

/// A refusal is told on standard error, so that standard output holds octets or nothing.
fn refused(reason: &str) -> Outcome {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "refused: {reason}");
    Outcome {
        output: Vec::new(),
        accepted: false,
    }
}

/// The one element with this ID.
fn by_id<'d>(document: &'d Document<'_>, id: &str) -> Result<Element<'d>, Misuse> {
    let names = [
        Name::new("", "ID"),
        Name::new("", "Id"),
        Name::new("", "id"),
        Name::new(XML_NAMESPACE, "id"),
    ];
    let has = |element: &Element<'_>| {
        names
            .iter()
            .any(|name| element.attribute_named(*name).as_deref() == Some(id))
    };
    let mut found = document.elements().filter(has);
    match (found.next(), found.next()) {
        (Some(element), None) => Ok(element),
        (None, _) => Err(Misuse(format!("no element has the ID {id}"))),
        (Some(_), Some(_)) => Err(Misuse(format!("several elements have the ID {id}"))),
    }
}
