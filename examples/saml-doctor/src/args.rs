//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// Judge SAML responses offline. Exit code: 0 accepted, 1 refused, 2 wrong use.
#[derive(Debug, Parser)]
#[command(name = "saml-doctor", version, about)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge a response as a service provider would, and say what is wrong.
    Check(Box<Check>),
    /// Say whether the XML layer takes a document.
    Xml(Xml),
    /// Write canonical octets.
    C14n(C14n),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    /// XML, a base64 POST value, a form body, a HAR or a SAML-tracer export; `-` is standard input.
    pub(crate) file: PathBuf,
    /// The identity provider's certificate: PEM, DER or base64. May be repeated.
    #[arg(long, num_args = 1.., required_unless_present = "idp_metadata", conflicts_with = "idp_metadata")]
    pub(crate) idp_cert: Vec<PathBuf>,
    /// The identity provider's metadata, instead of certificates.
    #[arg(long)]
    pub(crate) idp_metadata: Option<PathBuf>,
    /// The identity provider's entity id.
    #[arg(long)]
    pub(crate) issuer: String,
    /// Our entity id.
    #[arg(long)]
    pub(crate) audience: String,
    /// Our assertion consumer service; also the accepted Destination and Recipient.
    #[arg(long)]
    pub(crate) acs: String,
    /// A further accepted Destination.
    #[arg(long, num_args = 1..)]
    pub(crate) destination: Vec<String>,
    /// A further accepted Recipient.
    #[arg(long, num_args = 1..)]
    pub(crate) recipient: Vec<String>,
    /// The instant to judge at, as in 2026-01-31T12:00:00Z.
    #[arg(long)]
    pub(crate) now: String,
    /// The request that the response must answer. Without it, and without --idp-initiated, an
    /// answer to an unknown request is refused.
    #[arg(long, conflicts_with = "idp_initiated")]
    pub(crate) request_id: Option<String>,
    /// The login began at the identity provider.
    #[arg(long)]
    pub(crate) idp_initiated: bool,
    /// A private key to decrypt with, as PEM. May be repeated.
    #[arg(long, num_args = 1..)]
    pub(crate) sp_key: Vec<PathBuf>,
    /// Relax one rule by name. May be repeated.
    #[arg(long, num_args = 1.., value_delimiter = ',')]
    pub(crate) allow: Vec<Allowance>,
    /// How to write the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// A rule that can be relaxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Allowance {
    /// RSA-SHA1 signatures and SHA-1 digests.
    #[value(name = "sha1")]
    Sha1,
    /// RSA keys of 1024 bits.
    #[value(name = "rsa-1024")]
    Rsa1024,
    /// CBC inside a Response that is not signed.
    #[value(name = "cbc-unsigned")]
    CbcUnsigned,
    /// RSA PKCS#1 v1.5 key transport.
    #[value(name = "rsa-1_5")]
    Rsa15,
    /// A message whose time is over: it is judged at the instant it was issued.
    #[value(name = "expired")]
    Expired,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Plain text.
    Text,
    /// Markdown, for a ticket.
    Markdown,
    /// JSON, for scripts.
    Json,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Xml {
    /// The document; `-` is standard input.
    pub(crate) file: PathBuf,
    /// What a message may not contain but a document may.
    #[arg(long, num_args = 1.., value_delimiter = ',')]
    pub(crate) allow: Vec<Extra>,
}

/// A construct that messages may not contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Extra {
    /// Comments.
    Comments,
    /// Processing instructions.
    Pi,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct C14n {
    /// The document; `-` is standard input. Comments and instructions may be in it.
    pub(crate) file: PathBuf,
    /// Only the element with this ID (`ID`, `Id`, `id` or `xml:id`).
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// Canonical XML 1.0 instead of Exclusive XML Canonicalization 1.0.
    #[arg(long)]
    pub(crate) inclusive: bool,
    /// Keep comments.
    #[arg(long)]
    pub(crate) with_comments: bool,
    /// The PrefixList of InclusiveNamespaces, as in "xs #default".
    #[arg(long, default_value = "")]
    pub(crate) prefixes: String,
}
