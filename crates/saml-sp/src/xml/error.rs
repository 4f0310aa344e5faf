//! What can be wrong with a document, and with its shape.

use std::fmt;

use crate::error::Code;

/// A place in the text of a document: line and column, both counted from one.
///
/// The column counts characters, not bytes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Position {
    /// Line, counted from one. A line ends with LF, CR or CR LF.
    pub line: u32,
    /// Column in characters, counted from one.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a document is refused, one kind for each rule. The kinds are stable.
///
/// Kinds whose name begins with `Too` are limits ([`Limits`](crate::Limits)), all others mean that
/// the document is not well-formed or holds a construct that is never read.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum XmlErrorKind {
    /// A bare `&`, a reference without `;`, or a malformed character reference.
    BadReference,
    /// An attribute is not written as `name = "value"`.
    AttributeSyntax,
    /// `<!` begins neither a comment nor a CDATA section, or one of these stands where it may not.
    BadMarkup,
    /// `]]>` in text.
    CdataEnd,
    /// A comment, where [`Extras::Refused`](super::Extras::Refused).
    Comment,
    /// A comment with `--` inside or before its end.
    CommentSyntax,
    /// A document type declaration, in whatever letter case.
    Doctype,
    /// Two attributes of one element have the same expanded name.
    DuplicateAttribute,
    /// One prefix is declared twice on one element.
    DuplicateDeclaration,
    /// The XML declaration names an encoding other than UTF-8, or the text begins as UTF-16 would.
    Encoding,
    /// The end tag does not match the open element.
    EndTag,
    /// A character that XML does not allow, raw or by reference.
    ForbiddenCharacter,
    /// `<` in an attribute value.
    LessThanInAttribute,
    /// No white space between two attributes.
    MissingSpace,
    /// The document ends inside an element.
    MissingEndTag,
    /// A name that breaks the name productions, or a qualified name with a misplaced colon.
    Name,
    /// A declaration of a namespace that Namespaces in XML forbids.
    NamespaceDeclaration,
    /// No root element.
    NoRoot,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// A processing instruction, where [`Extras::Refused`](super::Extras::Refused).
    ProcessingInstruction,
    /// A processing instruction with a reserved or malformed target or no end.
    ProcessingInstructionSyntax,
    /// Something other than white space before or after the root element.
    OutsideRoot,
    /// A second root element.
    SecondRoot,
    /// The document is longer than `Limits::xml_bytes`.
    TooLong,
    /// An element has more attributes than `Limits::attributes`.
    TooManyAttributes,
    /// More declarations on one element than `Limits::namespaces`, or four times as many in scope.
    TooManyBindings,
    /// More different namespace names than four times `Limits::namespaces`.
    TooManyNamespaces,
    /// More nodes than `Limits::nodes`.
    TooManyNodes,
    /// Elements nested deeper than `Limits::depth`.
    TooDeep,
    /// A name, or a namespace name, longer than `Limits::name_bytes`.
    TooLongName,
    /// A prefix that no declaration in scope binds.
    UndeclaredPrefix,
    /// A reference to an entity other than the five predefined ones.
    UndefinedEntity,
    /// Markup that does not end.
    Unterminated,
    /// An XML declaration that is malformed, misplaced or of a version other than 1.0.
    XmlDeclaration,
}

impl XmlErrorKind {
    /// Whether this kind is a limit rather than a rule of XML.
    #[must_use]
    pub fn is_limit(self) -> bool {
        matches!(
            self,
            Self::TooLong
                | Self::TooManyAttributes
                | Self::TooManyBindings
                | Self::TooManyNamespaces
                | Self::TooManyNodes
                | Self::TooDeep
                | Self::TooLongName
        )
    }
}

impl XmlErrorKind {
    /// The code under which a rejection reports this kind.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::TooLong => Code::LimitBytes,
            Self::TooDeep => Code::LimitDepth,
            Self::TooManyNodes => Code::LimitNodes,
            Self::TooManyAttributes => Code::LimitAttributes,
            Self::TooManyBindings | Self::TooManyNamespaces => Code::LimitNamespaces,
            Self::TooLongName => Code::LimitName,
            Self::Encoding | Self::NotUtf8 => Code::XmlEncoding,
            Self::ForbiddenCharacter => Code::XmlCharacter,
            Self::UndefinedEntity => Code::XmlEntity,
            Self::Doctype => Code::XmlDoctype,
            Self::ProcessingInstruction => Code::XmlProcessingInstruction,
            Self::Comment => Code::XmlComment,
            Self::NamespaceDeclaration | Self::UndeclaredPrefix => Code::XmlNamespace,
            Self::DuplicateAttribute | Self::DuplicateDeclaration => Code::XmlNamespace,
            _ => Code::XmlNotWellFormed,
        }
    }

    /// What the rule is, for a person.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::AttributeSyntax => "an attribute is not written as name=\"value\"",
            Self::BadMarkup => "markup stands where it may not or is of no known kind",
            Self::BadReference => "an ampersand does not begin a reference",
            Self::CdataEnd => "the end of a CDATA section stands in text",
            Self::Comment => "comments are not accepted here",
            Self::CommentSyntax => "a comment holds two hyphens in a row",
            Self::Doctype => "document type declarations are never accepted",
            Self::DuplicateAttribute => "two attributes of one element have the same name",
            Self::DuplicateDeclaration => "a prefix is declared twice on one element",
            Self::Encoding => "the encoding must be UTF-8",
            Self::EndTag => "an end tag does not match the open element",
            Self::ForbiddenCharacter => "a character is not allowed in XML",
            Self::LessThanInAttribute => "a less-than sign stands in an attribute value",
            Self::MissingEndTag => "the document ends inside an element",
            Self::MissingSpace => "white space is missing in a tag",
            Self::Name => "a name breaks the rules for names",
            Self::NamespaceDeclaration => "a namespace declaration is not allowed",
            Self::NoRoot => "there is no root element",
            Self::NotUtf8 => "a byte is not part of UTF-8 text",
            Self::OutsideRoot => "something stands outside the root element",
            Self::ProcessingInstruction => "processing instructions are not accepted here",
            Self::ProcessingInstructionSyntax => "a processing instruction is malformed",
            Self::SecondRoot => "there is a second root element",
            Self::TooDeep => "elements are nested deeper than the limit",
            Self::TooLong => "the document is longer than the limit",
            Self::TooLongName => "a name is longer than the limit",
            Self::TooManyAttributes => "an element has more attributes than the limit",
            Self::TooManyBindings => "more prefixes are in scope than the limit",
            Self::TooManyNamespaces => "there are more namespace names than the limit",
            Self::TooManyNodes => "there are more nodes than the limit",
            Self::UndeclaredPrefix => "a prefix is not declared",
            Self::UndefinedEntity => "an entity is not defined",
            Self::Unterminated => "markup does not end",
            Self::XmlDeclaration => "the XML declaration is malformed",
        }
    }
}

/// Why a document was refused and where. The text never repeats content of the document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct XmlError {
    pub(super) kind: XmlErrorKind,
    pub(super) position: Position,
    pub(super) reason: &'static str,
}

impl XmlError {
    /// The rule that was broken.
    #[must_use]
    pub fn kind(&self) -> XmlErrorKind {
        self.kind
    }

    /// Where it was broken.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// Line of [`XmlError::position`].
    #[must_use]
    pub fn line(&self) -> u32 {
        self.position.line
    }

    /// Column of [`XmlError::position`].
    #[must_use]
    pub fn column(&self) -> u32 {
        self.position.column
    }

    /// One sentence for a person, without content of the document.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reason
    }
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.reason, self.position)
    }
}

impl std::error::Error for XmlError {}

/// How a well-formed element differs from what was asked of it. The kinds are stable.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ShapeErrorKind {
    /// A child element that must be there is not.
    Missing,
    /// An attribute that must be there is not.
    MissingAttribute,
    /// A child element is there more than once.
    Repeated,
    /// The element must hold text only, but has a child element, comment or instruction.
    NotTextOnly,
    /// The element must hold elements only, but has text.
    NotElementsOnly,
    /// A child element that may not be there.
    Unexpected,
}

/// A [`ShapeErrorKind`] with the name that was asked for and the place.
///
/// The name is a local part: of what was asked for, or of the element whose content is wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ShapeError {
    pub(crate) kind: ShapeErrorKind,
    pub(crate) name: String,
    pub(crate) position: Position,
}

impl ShapeError {
    /// The code under which a rejection reports this error.
    #[must_use]
    pub fn code(&self) -> Code {
        match self.kind {
            ShapeErrorKind::Missing => Code::ElementMissing,
            ShapeErrorKind::MissingAttribute => Code::AttributeMissing,
            ShapeErrorKind::Repeated => Code::ElementDuplicate,
            ShapeErrorKind::NotTextOnly | ShapeErrorKind::NotElementsOnly => Code::ElementContent,
            ShapeErrorKind::Unexpected => Code::ElementUnexpected,
        }
    }

    /// What differs.
    #[must_use]
    pub fn kind(&self) -> ShapeErrorKind {
        self.kind
    }

    /// Local name of the element or attribute that was asked for. For `NotTextOnly`,
    /// `NotElementsOnly` and `Unexpected` this is the element whose content is wrong.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where: the parent for `Missing`, the surplus element for `Repeated` and `Unexpected`.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            ShapeErrorKind::Missing => "element is missing",
            ShapeErrorKind::MissingAttribute => "attribute is missing",
            ShapeErrorKind::Repeated => "element is there more than once",
            ShapeErrorKind::NotTextOnly => "element must hold text only",
            ShapeErrorKind::NotElementsOnly => "element must hold elements only",
            ShapeErrorKind::Unexpected => "element holds another element than it may",
        };
        write!(f, "{}: {what} at {}", self.name, self.position)
    }
}

impl std::error::Error for ShapeError {}
