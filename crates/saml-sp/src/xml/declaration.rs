//! The XML declaration: production 23, for version 1.0 and UTF-8.

use super::chars::is_space;
use super::error::XmlErrorKind;

/// What is wrong with a declaration: offset within it, kind, reason.
pub(super) type Fault = (usize, XmlErrorKind, &'static str);

/// Whether the text begins with an XML declaration rather than with an instruction whose target
/// begins with `xml`.
pub(super) fn begins(text: &str) -> bool {
    text.strip_prefix("<?xml")
        .and_then(|rest| rest.bytes().next())
        .is_some_and(is_space)
}

/// Checks `<?xml … ?>` as a whole.
pub(super) fn check(token: &str) -> Result<(), Fault> {
    let mut reader = Reader {
        token,
        at: "<?xml".len(),
    };
    reader.pseudo_attribute("version", true)?;
    let version = reader.value()?;
    reader.demand(
        version == "1.0",
        XmlErrorKind::XmlDeclaration,
        "the version must be 1.0",
    )?;
    if reader.pseudo_attribute("encoding", false)? {
        let name = reader.value()?;
        reader.demand(
            is_encoding_name(name),
            XmlErrorKind::XmlDeclaration,
            "malformed encoding name",
        )?;
        let utf8 = name.eq_ignore_ascii_case("utf-8");
        reader.demand(utf8, XmlErrorKind::Encoding, "the encoding must be UTF-8")?;
    }
    if reader.pseudo_attribute("standalone", false)? {
        let value = reader.value()?;
        let known = matches!(value, "yes" | "no");
        reader.demand(
            known,
            XmlErrorKind::XmlDeclaration,
            "standalone must be yes or no",
        )?;
    }
    reader.skip_space();
    let end = reader.rest() == "?>";
    reader.demand(
        end,
        XmlErrorKind::XmlDeclaration,
        "unexpected text in the XML declaration",
    )
}

fn is_encoding_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

struct Reader<'x> {
    token: &'x str,
    at: usize,
}

impl<'x> Reader<'x> {
    fn rest(&self) -> &'x str {
        self.token.get(self.at..).unwrap_or_default()
    }

    fn demand(&self, holds: bool, kind: XmlErrorKind, reason: &'static str) -> Result<(), Fault> {
        if holds {
            Ok(())
        } else {
            Err((self.at, kind, reason))
        }
    }

    fn skip_space(&mut self) -> bool {
        let count = self.rest().bytes().take_while(|b| is_space(*b)).count();
        self.at += count;
        count > 0
    }

    /// Reads `S name S? = S?`. Without it the reader does not move, unless it must be there.
    fn pseudo_attribute(&mut self, name: &str, must: bool) -> Result<bool, Fault> {
        let before = self.at;
        let spaced = self.skip_space();
        if !spaced || !self.rest().starts_with(name) {
            self.at = before;
            self.demand(
                !must,
                XmlErrorKind::XmlDeclaration,
                "the XML declaration has no version",
            )?;
            return Ok(false);
        }
        self.at += name.len();
        self.skip_space();
        let equals = self.rest().starts_with('=');
        self.demand(
            equals,
            XmlErrorKind::XmlDeclaration,
            "no equals sign in the XML declaration",
        )?;
        self.at += 1;
        self.skip_space();
        Ok(true)
    }

    fn value(&mut self) -> Result<&'x str, Fault> {
        let fault = (
            self.at,
            XmlErrorKind::XmlDeclaration,
            "a value of the XML declaration is not quoted",
        );
        let rest = self.rest();
        let quote = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
            .ok_or(fault)?;
        let body = rest.get(1..).unwrap_or_default();
        let end = body.find(quote).ok_or(fault)?;
        self.at += end + 2;
        Ok(body.get(..end).unwrap_or_default())
    }
}
