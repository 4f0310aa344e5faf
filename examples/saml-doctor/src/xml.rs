//! `saml-doctor xml`: does the XML layer take it?

use saml_sp::Limits;
use saml_sp::xml::{Document, Extras};

use crate::args::{Extra, Xml};
use crate::{Misuse, Outcome, input};

/// Judge one document.
pub(crate) fn run(args: &Xml) -> Result<Outcome, Misuse> {
    let bytes = input::read(&args.file)?;
    let extras = match (
        args.allow.contains(&Extra::Comments),
        args.allow.contains(&Extra::Pi),
    ) {
        (false, false) => Extras::Refused,
        (true, false) => Extras::CommentsOnly,
        (false, true) => Extras::InstructionsOnly,
        (true, true) => Extras::Allowed,
    };
    Ok(
        match Document::parse_bytes(&bytes, &Limits::default(), extras) {
            Ok(_) => Outcome {
                output: b"accepted\n".to_vec(),
                accepted: true,
            },
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                let (reason, code) = (error.reason(), error.kind().code());
                let output = format!("refused: line {line}, column {column}: {reason} ({code})\n");
                Outcome {
                    output: output.into_bytes(),
                    accepted: false,
                }
            }
        },
    )
}
