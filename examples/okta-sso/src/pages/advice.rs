//! What is wrong with an address or a domain, for whoever typed it, and what to type instead.

use org_domain::{DomainError, EmailError};

/// What is wrong with an e-mail address.
pub fn about_email(error: &EmailError) -> String {
    let wrong = match error {
        EmailError::Empty => "There is no address.",
        EmailError::NoAt => "The address has no @.",
        EmailError::SecondAt => "There is more than one @; enter one address only.",
        EmailError::NoLocalPart => "There is nothing before the @.",
        EmailError::LocalTooLong => "The part before the @ is longer than 64 characters.",
        EmailError::TooLong => "The address is longer than 254 characters.",
        EmailError::NonAsciiLocalPart => {
            "Before the @ only the letters a to z are understood, without accents."
        }
        EmailError::Domain(domain) => return format!("After the @: {}", about_domain(domain)),
        _ => {
            "Before the @ there is something that no address may hold, such as a space or a quotation mark."
        }
    };
    format!("{wrong} Enter a whole address, such as ann@acme.com.")
}

/// What is wrong with a domain.
pub fn about_domain(error: &DomainError) -> String {
    let wrong = match error {
        DomainError::Empty => "There is no domain.",
        DomainError::TooLong => "The domain is longer than 253 characters.",
        DomainError::Whitespace => "The domain holds a space.",
        DomainError::LooksLikeUrl => {
            "That is more than the domain: leave out https://, @ and everything after the name."
        }
        DomainError::EmptyLabel => "The domain begins with a dot or has two in a row.",
        DomainError::LabelTooLong => "A part of the domain is longer than 63 characters.",
        DomainError::SingleLabel => "The domain has no dot.",
        DomainError::Numeric => "That is an IP address, or the domain ends in a number.",
        _ => "The domain holds a character that no domain may hold, or a hyphen where none may be.",
    };
    format!("{wrong} Enter what stands after the @ in your people's addresses, such as acme.com.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use org_domain::{Domain, Email};

    #[test]
    fn a_wrong_address_is_told_what_is_wrong_and_what_to_enter() {
        for (typed, said) in [
            ("", "no address"),
            ("ann", "no @"),
            ("ann@acme.com, bob@acme.com", "more than one @"),
            ("@acme.com", "nothing before"),
            ("\u{e4}nn@acme.com", "a to z"),
            ("an n@acme.com", "a space"),
            ("ann@acme", "After the @: The domain has no dot"),
            ("ann@acme..com", "two in a row"),
        ] {
            let text = about_email(&Email::parse(typed).unwrap_err());
            assert!(text.contains(said), "{typed}: {text}");
            assert!(text.contains("acme.com."), "{typed}: {text}");
        }
    }

    #[test]
    fn a_wrong_domain_is_told_what_is_wrong_and_what_to_enter() {
        for (typed, said) in [
            ("", "no domain"),
            ("https://acme.com/", "leave out"),
            ("ann@acme.com", "leave out"),
            ("acme", "no dot"),
            ("acme com", "a space"),
            (".acme.com", "begins with a dot"),
            ("192.0.2.1", "IP address"),
            ("-acme.com", "hyphen"),
            ("ac_me.com", "no domain may hold"),
        ] {
            let text = about_domain(&Domain::parse(typed).unwrap_err());
            assert!(text.contains(said), "{typed}: {text}");
            assert!(text.ends_with("such as acme.com."), "{typed}: {text}");
        }
    }
}
