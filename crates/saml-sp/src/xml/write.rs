//! Writing small documents, and the escapes of canonical form.

use std::borrow::Cow;
use std::fmt;

use super::chars;

/// Escapes text content as Canonical XML does: `&`, `<`, `>` and CR.
#[must_use]
pub fn escape_text(text: &str) -> Cow<'_, str> {
    escape(text, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\r' => Some("&#xD;"),
        _ => None,
    })
}

/// Escapes an attribute value as Canonical XML does: `&`, `<`, `"`, TAB, LF and CR.
#[must_use]
pub fn escape_attribute(value: &str) -> Cow<'_, str> {
    escape(value, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '"' => Some("&quot;"),
        '\t' => Some("&#x9;"),
        '\n' => Some("&#xA;"),
        '\r' => Some("&#xD;"),
        _ => None,
    })
}

fn escape(text: &str, entity: impl Fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    if text.chars().all(|c| entity(c).is_none()) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match entity(c) {
            Some(reference) => escaped.push_str(reference),
            None => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// A value holds a character that no XML document can carry, such as NUL.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ForbiddenCharacter;

impl fmt::Display for ForbiddenCharacter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value holds a character that XML cannot carry")
    }
}

impl std::error::Error for ForbiddenCharacter {}

/// Writes a document that is its own canonical form, provided that names and declarations are
/// given in canonical order. Every value is escaped here and nowhere else.
///
/// ```
/// use saml_sp::xml::Writer;
///
/// let mut writer = Writer::new();
/// writer.open("a", &[("xmlns", "urn:x"), ("id", "1 < 2")]).leaf("b", &[], "text").close();
/// assert_eq!(writer.finish()?, r#"<a xmlns="urn:x" id="1 &lt; 2"><b>text</b></a>"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Writer {
    text: String,
    open: Vec<String>,
    forbidden: bool,
}

impl Writer {
    /// An empty document.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens an element. Names are the caller's constants and are written as given.
    pub fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut Self {
        self.text.push('<');
        self.text.push_str(name);
        for (key, value) in attributes {
            self.note(value);
            self.text.push(' ');
            self.text.push_str(key);
            self.text.push_str("=\"");
            self.text.push_str(&escape_attribute(value));
            self.text.push('"');
        }
        self.text.push('>');
        self.open.push(name.to_owned());
        self
    }

    /// Writes text into the open element.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.note(text);
        self.text.push_str(&escape_text(text));
        self
    }

    /// Writes markup that is already XML, such as an element made by another writer.
    pub fn raw(&mut self, markup: &str) -> &mut Self {
        self.text.push_str(markup);
        self
    }

    /// How many bytes have been written: the place where [`dsig::sign`](crate::dsig::sign) is to
    /// put a signature, when taken right after the Issuer.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.text.len()
    }

    /// Closes the innermost open element; does nothing when none is open.
    pub fn close(&mut self) -> &mut Self {
        if let Some(name) = self.open.pop() {
            self.text.push_str("</");
            self.text.push_str(&name);
            self.text.push('>');
        }
        self
    }

    /// An element with text and no children.
    pub fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> &mut Self {
        self.open(name, attributes).text(text).close()
    }

    /// The document, with everything that is open closed.
    ///
    /// # Errors
    /// [`ForbiddenCharacter`] if any value cannot be written in XML.
    pub fn finish(mut self) -> Result<String, ForbiddenCharacter> {
        while !self.open.is_empty() {
            self.close();
        }
        if self.forbidden {
            Err(ForbiddenCharacter)
        } else {
            Ok(self.text)
        }
    }

    fn note(&mut self, value: &str) {
        self.forbidden |= chars::survey(value).forbidden.is_some();
    }
}
