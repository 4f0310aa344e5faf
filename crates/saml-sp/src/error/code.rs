//! Every reason this crate can give, with a stable name.

use std::fmt;

use super::{Family, Fault};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $family:ident, $fault:ident;)*) => {
        /// Why something was refused. The names are stable: they may be logged, counted and
        /// matched in scripts; new ones may be added.
        ///
        /// `Code::ALL` lists every code; `manual::codes` has a row for each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code, in the order of the stages that give them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable `snake_case` name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The family of defects the code belongs to.
            #[must_use]
            pub const fn family(self) -> Family {
                match self { $(Self::$variant => Family::$family,)* }
            }

            /// Who most likely has to act; a [`Finding`](super::Finding) may know better.
            #[must_use]
            pub const fn usual_fault(self) -> Fault {
                match self { $(Self::$variant => Fault::$fault,)* }
            }
        }
    };
}

codes! {
    // ---- the posted form and the query -------------------------------------------------------
    /// The form has no `SAMLResponse` (or the query no SAML message).
    FormFieldMissing = "form_field_missing", Bind, Sender;
    /// A parameter that must be unique occurs twice.
    FormFieldDuplicate = "form_field_duplicate", Bind, Attack;
    /// The form or query is not `application/x-www-form-urlencoded` UTF-8.
    FormEncoding = "form_encoding", Bind, Sender;
    /// The value is not base64 of the strict alphabet (XML white space allowed).
    Base64Invalid = "base64_invalid", Xml, Sender;
    /// The deflated message of the redirect binding does not inflate to one whole stream.
    DeflateInvalid = "deflate_invalid", Bind, Sender;
    /// A message came by a binding its profile does not allow.
    BindingUnsupported = "binding_unsupported", Bind, IdpAdmin;
    /// The `RelayState` is longer than the limit.
    RelayStateTooLong = "relay_state_too_long", Bind, IdpAdmin;

    // ---- limits ------------------------------------------------------------------------------
    /// The encoded form, the message or the inflated message is longer than its limit.
    LimitBytes = "limit_bytes", Limit, Attack;
    /// Elements are nested deeper than the limit.
    LimitDepth = "limit_depth", Limit, Attack;
    /// The document has more nodes than the limit.
    LimitNodes = "limit_nodes", Limit, Attack;
    /// One element has more attributes than the limit.
    LimitAttributes = "limit_attributes", Limit, Attack;
    /// More namespace declarations (on one element or in scope) than the limit.
    LimitNamespaces = "limit_namespaces", Limit, Attack;
    /// A name is longer than the limit.
    LimitName = "limit_name", Limit, Attack;
    /// An `InclusiveNamespaces` prefix list is longer than the limit.
    LimitPrefixes = "limit_prefixes", Limit, Attack;
    /// More keys, certificates or encrypted keys than the limit.
    LimitKeys = "limit_keys", Limit, Attack;

    // ---- XML ---------------------------------------------------------------------------------
    /// The document is not well-formed XML 1.0.
    XmlNotWellFormed = "xml_not_well_formed", Xml, Sender;
    /// The bytes are not UTF-8, or the declaration names another encoding.
    XmlEncoding = "xml_encoding", Xml, Sender;
    /// A character that XML 1.0 forbids, raw or by reference.
    XmlCharacter = "xml_character", Xml, Sender;
    /// A reference to an entity that is not one of the five predefined.
    XmlEntity = "xml_entity", Xml, Attack;
    /// A document type declaration.
    XmlDoctype = "xml_doctype", Xml, Attack;
    /// A processing instruction inside a message.
    XmlProcessingInstruction = "xml_processing_instruction", Xml, Attack;
    /// A comment inside a message.
    XmlComment = "xml_comment", Xml, Attack;
    /// A namespace rule is broken: undeclared prefix, reserved name, equal expanded names.
    XmlNamespace = "xml_namespace", Xml, Attack;

    // ---- IDs and references ------------------------------------------------------------------
    /// Two elements carry the same ID.
    IdDuplicate = "id_duplicate", Ref, Attack;
    /// An ID is missing or not an `NCName`.
    IdInvalid = "id_invalid", Ref, Attack;
    /// An ID-like attribute (`xml:id`, a prefixed `ID`, `wsu:Id` …) that could be taken for the ID.
    IdForeign = "id_foreign", Ref, Attack;
    /// `SignedInfo` has no `Reference` or several.
    ReferenceCount = "reference_count", Ref, Attack;
    /// The reference URI is not `#` and an `NCName`.
    ReferenceUri = "reference_uri", Ref, Attack;
    /// The reference points at another element than the one that holds the signature.
    ReferenceTarget = "reference_target", Ref, Attack;

    // ---- structure ---------------------------------------------------------------------------
    /// The root is not the message this endpoint takes.
    RootUnexpected = "root_unexpected", Shape, Sender;
    /// Neither the Response nor its Assertion is signed.
    Unsigned = "unsigned", Shape, IdpAdmin;
    /// The policy asks for a signature here and there is none.
    SignatureRequired = "signature_required", Shape, IdpAdmin;
    /// One element holds more than one signature.
    SignatureDuplicate = "signature_duplicate", Shape, Attack;
    /// A signature stands where none may stand.
    SignatureMisplaced = "signature_misplaced", Shape, Attack;
    /// A signature's children are not what XML Signature and SAML allow.
    SignatureShape = "signature_shape", Shape, Attack;
    /// There is no assertion in a successful Response.
    AssertionMissing = "assertion_missing", Shape, Sender;
    /// More than one assertion, plain or encrypted.
    AssertionDuplicate = "assertion_duplicate", Shape, Attack;
    /// An assertion, or another message, stands where none may stand.
    AssertionMisplaced = "assertion_misplaced", Shape, Attack;
    /// A required child element is missing.
    ElementMissing = "element_missing", Shape, Sender;
    /// A child element occurs more often than the schema allows.
    ElementDuplicate = "element_duplicate", Shape, Attack;
    /// A child element the schema does not allow here, or out of order.
    ElementUnexpected = "element_unexpected", Shape, Sender;
    /// Character data where only elements may stand, or elements where only text may stand.
    ElementContent = "element_content", Shape, Attack;
    /// A required attribute is missing.
    AttributeMissing = "attribute_missing", Shape, Sender;
    /// An attribute (or simple element) value has not the form its type demands.
    ValueInvalid = "value_invalid", Shape, Sender;
    /// `Version` is not `2.0`.
    VersionUnsupported = "version_unsupported", Shape, Sender;

    // ---- algorithms --------------------------------------------------------------------------
    /// An algorithm URI this crate does not know.
    AlgorithmUnknown = "algorithm_unknown", Alg, Sender;
    /// An algorithm the policy forbids, such as SHA-1.
    AlgorithmForbidden = "algorithm_forbidden", Alg, IdpAdmin;
    /// The signature algorithm does not fit any configured key.
    AlgorithmKeyMismatch = "algorithm_key_mismatch", Alg, IdpAdmin;
    /// A canonicalization method other than exclusive or inclusive C14N 1.0.
    CanonicalizationForbidden = "canonicalization_forbidden", Alg, Attack;
    /// The transforms are not enveloped-signature followed by one canonicalization.
    TransformForbidden = "transform_forbidden", Alg, Attack;
    /// Canonicalization is not defined for this document, or gave nothing.
    CanonicalFormInvalid = "canonical_form_invalid", C14n, Attack;

    // ---- signature values --------------------------------------------------------------------
    /// The digest of the signed element differs: it was changed after signing.
    DigestMismatch = "digest_mismatch", Digest, Attack;
    /// The signature value does not verify with any configured key.
    SignatureInvalid = "signature_invalid", Sig, Attack;
    /// The message names a certificate that is none of the configured ones.
    SignatureKeyUnknown = "signature_key_unknown", Trust, IdpAdmin;
    /// The key that made the signature is configured, but retired.
    SignatureKeyRetired = "signature_key_retired", Trust, SpOperator;

    // ---- keys and certificates ---------------------------------------------------------------
    /// No key is configured that could verify.
    KeyMissing = "key_missing", Trust, SpOperator;
    /// The key is smaller than the policy allows, or its exponent is unsafe.
    KeyWeak = "key_weak", Trust, IdpAdmin;
    /// The key's kind or size is not supported.
    KeyUnsupported = "key_unsupported", Trust, IdpAdmin;
    /// The text is not a certificate; the finding says what it looks like instead.
    CertificateInvalid = "certificate_invalid", Trust, SpOperator;
    /// More bytes follow the certificate.
    CertificateTrailing = "certificate_trailing", Trust, SpOperator;
    /// The identity provider's key is the service provider's own.
    KeyReflected = "key_reflected", Api, SpOperator;

    // ---- encryption --------------------------------------------------------------------------
    /// The assertion is encrypted and no decryption key is configured.
    DecryptionKeyMissing = "decryption_key_missing", Enc, SpOperator;
    /// The encryption algorithm is not allowed.
    EncryptionAlgorithm = "encryption_algorithm", Enc, IdpAdmin;
    /// CBC inside a Response that is not signed.
    EncryptionUnauthenticated = "encryption_unauthenticated", Enc, IdpAdmin;
    /// The encrypted element's children are not what is supported.
    EncryptionShape = "encryption_shape", Enc, Sender;
    /// The ciphertext does not decrypt. One code for every cause.
    DecryptionFailed = "decryption_failed", Enc, IdpAdmin;
    /// An encrypted element, in a build without the feature `encrypted-assertions`.
    EncryptedElement = "encrypted_element", Shape, IdpAdmin;

    // ---- status ------------------------------------------------------------------------------
    /// The identity provider answered with an error status.
    StatusNotSuccess = "status_not_success", Shape, IdpAdmin;
    /// The identity provider could not sign the user in without asking (`NoPassive`).
    StatusNoPassive = "status_no_passive", Shape, User;
    /// The identity provider could not authenticate the user (`AuthnFailed`).
    StatusAuthnFailed = "status_authn_failed", Shape, User;
    /// The identity provider denied the request (`RequestDenied`).
    StatusRequestDenied = "status_request_denied", Shape, IdpAdmin;
    /// The identity provider cannot give the requested authentication context (`NoAuthnContext`).
    StatusNoAuthnContext = "status_no_authn_context", Shape, IdpAdmin;
    /// The identity provider refuses the requested name identifier format.
    StatusNameIdPolicy = "status_name_id_policy", Shape, IdpAdmin;

    // ---- issuer and tenant -------------------------------------------------------------------
    /// The issuer is not the configured identity provider.
    IssuerMismatch = "issuer_mismatch", Tenant, IdpAdmin;
    /// The issuer is missing.
    IssuerMissing = "issuer_missing", Tenant, Sender;
    /// The issuer's `Format` is not `entity`.
    IssuerFormat = "issuer_format", Tenant, Sender;
    /// No configured identity provider has this issuer.
    TenantUnknown = "tenant_unknown", Tenant, SpOperator;
    /// URL, request state and message do not name the same tenant.
    TenantMismatch = "tenant_mismatch", Tenant, Attack;
    /// Two tenants claim the same issuer.
    TenantConflict = "tenant_conflict", Tenant, SpOperator;

    // ---- where and for whom ------------------------------------------------------------------
    /// `Destination` is none of the accepted ones.
    DestinationMismatch = "destination_mismatch", Cond, IdpAdmin;
    /// A signed message without `Destination`.
    DestinationMissing = "destination_missing", Cond, IdpAdmin;
    /// `Recipient` is none of the accepted ones.
    RecipientMismatch = "recipient_mismatch", Cond, IdpAdmin;
    /// A bearer confirmation without `Recipient`.
    RecipientMissing = "recipient_missing", Cond, Sender;
    /// The audience is not this service provider.
    AudienceMismatch = "audience_mismatch", Cond, IdpAdmin;
    /// There is no audience restriction.
    AudienceMissing = "audience_missing", Cond, IdpAdmin;

    // ---- subject -----------------------------------------------------------------------------
    /// The subject has no usable `NameID`.
    NameIdMissing = "name_id_missing", Shape, IdpAdmin;
    /// The name is meant for another service provider.
    NameIdForOther = "name_id_for_other", Cond, IdpAdmin;
    /// There is no bearer confirmation.
    ConfirmationMissing = "confirmation_missing", Cond, Sender;
    /// A bearer confirmation has a `NotBefore`, which the profile forbids.
    ConfirmationNotBefore = "confirmation_not_before", Cond, Sender;
    /// A bearer confirmation without `NotOnOrAfter`.
    ConfirmationNotOnOrAfterMissing = "confirmation_not_on_or_after_missing", Cond, Sender;
    /// The bearer confirmation has expired.
    ConfirmationExpired = "confirmation_expired", Cond, Clock;

    // ---- conditions and times ----------------------------------------------------------------
    /// There are no `Conditions`.
    ConditionsMissing = "conditions_missing", Cond, Sender;
    /// The assertion is not valid yet.
    NotYetValid = "not_yet_valid", Cond, Clock;
    /// The assertion has expired.
    Expired = "expired", Cond, Clock;
    /// `NotBefore` is not earlier than `NotOnOrAfter`.
    ConditionsInverted = "conditions_inverted", Cond, Sender;
    /// A condition this crate does not know, which therefore cannot hold.
    ConditionUnknown = "condition_unknown", Cond, IdpAdmin;
    /// More than one `OneTimeUse` or `ProxyRestriction`.
    ConditionDuplicate = "condition_duplicate", Cond, Sender;
    /// An issue instant lies in the future.
    IssuedInFuture = "issued_in_future", Cond, Clock;
    /// An issue instant lies too far in the past.
    IssuedTooLongAgo = "issued_too_long_ago", Cond, Clock;
    /// A time is not a UTC `xs:dateTime`.
    TimeInvalid = "time_invalid", Cond, Sender;

    // ---- authentication ----------------------------------------------------------------------
    /// There is no `AuthnStatement`.
    AuthnStatementMissing = "authn_statement_missing", Cond, Sender;
    /// The identity provider's session is already over.
    SessionExpired = "session_expired", Cond, Clock;
    /// The authentication lies in the future.
    AuthnInFuture = "authn_in_future", Cond, Clock;
    /// A fresh authentication was asked for and the one reported is older.
    AuthnTooOld = "authn_too_old", Cond, IdpAdmin;
    /// The authentication context is not the one asked for.
    AuthnContextMismatch = "authn_context_mismatch", Cond, IdpAdmin;

    /// An attribute that the host needs is missing or not usable.
    AttributeUnusable = "attribute_unusable", Cond, IdpAdmin;

    // ---- state -------------------------------------------------------------------------------
    /// The answer is to another request.
    InResponseToMismatch = "in_response_to_mismatch", State, Attack;
    /// The answer names no request, but one was expected.
    InResponseToMissing = "in_response_to_missing", State, IdpAdmin;
    /// A login started at the identity provider, which this service provider does not allow.
    UnsolicitedForbidden = "unsolicited_forbidden", State, SpOperator;
    /// A login that should have started at the identity provider names a request.
    UnsolicitedAnswersRequest = "unsolicited_answers_request", State, Attack;
    /// The request has expired.
    RequestExpired = "request_expired", State, User;
    /// The request was already answered, or is unknown.
    RequestUsed = "request_used", State, Attack;
    /// The request was sent to another identity provider.
    RequestForOtherIdp = "request_for_other_idp", State, Attack;
    /// The request was started for another assertion consumer service.
    RequestForOtherAcs = "request_for_other_acs", State, SpOperator;
    /// The browser is not the one that started the login.
    BrowserMismatch = "browser_mismatch", State, Attack;
    /// The assertion was used before.
    Replayed = "replayed", State, Attack;
    /// A store failed; nothing was accepted.
    StoreFailed = "store_failed", State, SpOperator;

    // ---- logout ------------------------------------------------------------------------------
    /// The logout request has expired.
    LogoutExpired = "logout_expired", Cond, Clock;
    /// The answer to a logout request says it failed or was partial.
    LogoutIncomplete = "logout_incomplete", Shape, IdpAdmin;

    // ---- metadata ----------------------------------------------------------------------------
    /// The metadata has expired.
    MetadataExpired = "metadata_expired", Meta, IdpAdmin;
    /// The metadata has no `validUntil`, or one too far away, and the source demands one.
    MetadataValidity = "metadata_validity", Meta, IdpAdmin;
    /// The entity is not in the metadata.
    MetadataEntityMissing = "metadata_entity_missing", Meta, SpOperator;
    /// The entity, or its role, is there more than once.
    MetadataEntityDuplicate = "metadata_entity_duplicate", Meta, Sender;
    /// The entity has no SAML 2.0 identity provider role.
    MetadataRoleMissing = "metadata_role_missing", Meta, SpOperator;
    /// There is no usable signing key.
    MetadataKeyMissing = "metadata_key_missing", Meta, IdpAdmin;
    /// An endpoint is missing, or its location is not an absolute https URL.
    MetadataEndpoint = "metadata_endpoint", Meta, IdpAdmin;
    /// A refresh would change the entity id.
    MetadataIssuerChanged = "metadata_issuer_changed", Meta, Attack;

    // ---- configuration and calls -------------------------------------------------------------
    /// A configured value is missing or unusable.
    ConfigInvalid = "config_invalid", Api, SpOperator;
    /// A configured URL is not absolute, or not https.
    ConfigUrl = "config_url", Api, SpOperator;
    /// A configured duration is out of its range.
    ConfigDuration = "config_duration", Api, SpOperator;
    /// The source of randomness failed.
    RandomFailed = "random_failed", Api, SpOperator;
    /// Signing an outgoing message failed, or no signing key is configured.
    SigningFailed = "signing_failed", Api, SpOperator;
}

impl Code {
    /// The code of this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
