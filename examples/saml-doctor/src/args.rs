//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// Judge SAML responses offline, and say what to enter where. Reads files, sends nothing.
/// Exit code: 0 accepted, 1 refused or doubted, 2 wrong use.
#[derive(Debug, Parser)]
#[command(name = "saml-doctor", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge a response as a service provider would, and say what is wrong.
    Check(Box<Check>),
    /// Say what is doubtful about a pair of service and identity provider, before the first login.
    Lint(Box<Lint>),
    /// Write what to enter at the identity provider: a checklist with Okta's labels, the body of
    /// an Apps API call, a Terraform block, or our metadata.
    Setup(Box<Setup>),
    /// Read an identity provider's metadata and say what is in it.
    Metadata(Metadata),
    /// Make a login request, signed where there is a key: the URL to open, and the request's ID.
    Request(Box<Request>),
    /// Make a logout request, judge the answer to it, or judge and answer one that arrived.
    Logout(Box<Logout>),
    /// Say whether the XML layer takes a document.
    Xml(Xml),
    /// Write canonical octets.
    C14n(C14n),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    /// XML, a base64 POST value, a form body, a HAR or a SAML-tracer export; `-` is standard input.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) idp: IdentityProvider,
    #[command(flatten)]
    pub(crate) sp: ServiceProvider,
    #[command(flatten)]
    pub(crate) clock: Clock,
    /// The request that the response must answer. Without it, and without --idp-initiated, the
    /// response is refused, and the report says what else would be wrong with it.
    #[arg(long, conflicts_with = "idp_initiated")]
    pub(crate) request_id: Option<String>,
    /// The login began at the identity provider.
    #[arg(long)]
    pub(crate) idp_initiated: bool,
    /// A private key to decrypt with, as PEM. May be repeated.
    #[arg(long, num_args = 1..)]
    pub(crate) sp_key: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) written: Written,
}

/// The other side.
#[derive(Debug, ClapArgs)]
pub(crate) struct IdentityProvider {
    /// The identity provider's certificate: PEM, DER or base64. May be repeated.
    #[arg(long, num_args = 1.., required_unless_present = "idp_metadata", conflicts_with = "idp_metadata")]
    pub(crate) idp_cert: Vec<PathBuf>,
    /// The identity provider's metadata, instead of certificates.
    #[arg(long)]
    pub(crate) idp_metadata: Option<PathBuf>,
    /// The identity provider's entity id: in Okta, Identity Provider Issuer.
    #[arg(long)]
    pub(crate) issuer: String,
    /// Whose console the report speaks of: okta, entra, google, ad_fs, onelogin, other. Inferred
    /// from the issuer otherwise.
    #[arg(long)]
    pub(crate) vendor: Option<String>,
    /// Relax one rule by name. May be repeated.
    #[arg(long, num_args = 1.., value_delimiter = ',')]
    pub(crate) allow: Vec<Allowance>,
}

/// Our side.
#[derive(Debug, ClapArgs)]
pub(crate) struct ServiceProvider {
    /// Our entity id: in Okta, Audience URI (SP Entity ID).
    #[arg(long)]
    pub(crate) audience: String,
    /// Our assertion consumer service, also the accepted Destination and Recipient: in Okta, Single
    /// sign-on URL.
    #[arg(long)]
    pub(crate) acs: String,
    /// A further accepted Destination.
    #[arg(long, num_args = 1..)]
    pub(crate) destination: Vec<String>,
    /// A further accepted Recipient.
    #[arg(long, num_args = 1..)]
    pub(crate) recipient: Vec<String>,
}

/// When it is judged.
#[derive(Debug, ClapArgs)]
pub(crate) struct Clock {
    /// The instant to judge at, as in 2026-01-31T12:00:00Z; this computer's clock otherwise.
    #[arg(long)]
    pub(crate) now: Option<String>,
}

/// How the verdict is written.
#[derive(Debug, ClapArgs)]
pub(crate) struct Written {
    /// How to write what was found.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Where the browser is sent.
#[derive(Debug, ClapArgs)]
pub(crate) struct SignIn {
    /// Where the identity provider signs people in; taken from its metadata where that is given.
    #[arg(long)]
    pub(crate) sign_in_url: Option<String>,
}

/// What we sign with, and where we take logout messages.
#[derive(Debug, ClapArgs)]
pub(crate) struct Signing {
    /// Our private key for signing, as PEM.
    #[arg(long, requires = "signing_cert")]
    pub(crate) signing_key: Option<PathBuf>,
    /// The certificate of that key.
    #[arg(long, requires = "signing_key")]
    pub(crate) signing_cert: Option<PathBuf>,
    /// Our private key for decryption, as PEM.
    #[arg(long, requires = "encryption_cert")]
    pub(crate) encryption_key: Option<PathBuf>,
    /// The certificate of that key.
    #[arg(long, requires = "encryption_key")]
    pub(crate) encryption_cert: Option<PathBuf>,
    /// Where we take logout messages.
    #[arg(long)]
    pub(crate) logout_url: Option<String>,
    /// The URL that requests ask for, where it is not the ACS.
    #[arg(long)]
    pub(crate) requestable: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Lint {
    #[command(flatten)]
    pub(crate) idp: IdentityProvider,
    #[command(flatten)]
    pub(crate) sp: ServiceProvider,
    #[command(flatten)]
    pub(crate) signing: Signing,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
    #[command(flatten)]
    pub(crate) clock: Clock,
    #[command(flatten)]
    pub(crate) written: Written,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Setup {
    #[command(flatten)]
    pub(crate) sp: ServiceProvider,
    #[command(flatten)]
    pub(crate) signing: Signing,
    /// The application's name at the identity provider.
    #[arg(long, default_value = "My service")]
    pub(crate) app: String,
    /// An attribute and the expression that fills it, as in email=user.email; email, firstName
    /// and lastName otherwise. May be repeated.
    #[arg(long, num_args = 1..)]
    pub(crate) attribute: Vec<String>,
    /// What to write.
    #[arg(long, value_enum, default_value_t = Form::All)]
    pub(crate) form: Form,
}

/// What `setup` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Everything, as one Markdown document.
    All,
    /// The fields by Okta's labels, as Markdown.
    Checklist,
    /// The body of `POST /api/v1/apps`, as JSON.
    Api,
    /// An `okta_app_saml` block.
    Terraform,
    /// Our metadata, as XML; for every other identity provider.
    Metadata,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Metadata {
    /// The metadata; `-` is standard input.
    pub(crate) file: PathBuf,
    /// The entity that is meant, where the file holds several.
    #[arg(long)]
    pub(crate) entity_id: Option<String>,
    /// The certificate whose key must have signed the file, which then must end within 30 days.
    #[arg(long, requires = "entity_id")]
    pub(crate) signed_by: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) clock: Clock,
    #[command(flatten)]
    pub(crate) written: Written,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Request {
    #[command(flatten)]
    pub(crate) idp: IdentityProvider,
    #[command(flatten)]
    pub(crate) sp: ServiceProvider,
    #[command(flatten)]
    pub(crate) signing: Signing,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
    /// Forbid the identity provider to ask the user anything.
    #[arg(long)]
    pub(crate) passive: bool,
    /// Ask for a fresh authentication.
    #[arg(long)]
    pub(crate) force_authn: bool,
    /// Ask for this NameID format.
    #[arg(long)]
    pub(crate) name_id_format: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Logout {
    #[command(flatten)]
    pub(crate) idp: IdentityProvider,
    #[command(flatten)]
    pub(crate) sp: ServiceProvider,
    #[command(flatten)]
    pub(crate) signing: Signing,
    /// Where the identity provider takes logout messages; taken from its metadata where that is
    /// given.
    #[arg(long)]
    pub(crate) logout_service: Option<String>,
    /// End the session in this file: the `session` of what `check --format json` wrote.
    #[arg(long, conflicts_with = "message")]
    pub(crate) session: Option<PathBuf>,
    /// Judge this message: the raw query of a redirect, or a posted form body.
    #[arg(long, required_unless_present = "session")]
    pub(crate) message: Option<PathBuf>,
    /// The `record` of the request that the message answers.
    #[arg(long, requires = "message")]
    pub(crate) record: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) clock: Clock,
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
