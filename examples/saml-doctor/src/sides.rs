//! The two sides, from what was given on the command line.

use saml_sp::cert::Certificate;
use saml_sp::credential::SigningCredential;
use saml_sp::crypto::PrivateKey;
use saml_sp::error::{UsageError, Vendor};
use saml_sp::idp::IdpBuilder;
use saml_sp::metadata::{IdpMetadata, Source};
use saml_sp::sp::ServiceProviderBuilder;
use saml_sp::{Acs, AlgorithmPolicy, CryptoProvider, Diagnosis, Idp, Limits, ServiceProvider};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::args::{Allowance, Clock, IdentityProvider, Signing};
use crate::{Misuse, args, input};

/// An instant that was given, or the computer's.
pub(crate) fn instant(clock: &Clock) -> Result<OffsetDateTime, Misuse> {
    clock.now.as_deref().map_or_else(
        || Ok(OffsetDateTime::now_utc()),
        |text| {
            OffsetDateTime::parse(text, &Rfc3339)
                .map_err(|error| Misuse(format!("--now {text}: {error}")))
        },
    )
}

/// Our side: one ACS with its aliases. Nothing is sent or received here, so a plain http URL is
/// only a text to compare.
pub(crate) fn ours(
    args: &args::ServiceProvider,
    requestable: Option<&str>,
) -> ServiceProviderBuilder {
    let acs = Acs::new(&args.acs);
    let acs = args.destination.iter().fold(acs, Acs::accept_destination);
    let acs = args.recipient.iter().fold(acs, Acs::accept_recipient);
    let acs = match requestable {
        Some(url) => acs.requestable(url),
        None => acs,
    };
    ServiceProvider::builder(&args.audience)
        .acs(acs)
        .crypto(CryptoProvider::rustcrypto())
        // Whether the signature is good is what one comes here to learn.
        .diagnosis(Diagnosis::Full)
        .danger_allow_http()
}

/// Our side with its keys and its logout address.
pub(crate) fn ours_with_keys(
    args: &args::ServiceProvider,
    signing: &Signing,
) -> Result<ServiceProvider, Misuse> {
    let crypto = CryptoProvider::rustcrypto();
    let mut builder = ours(args, signing.requestable.as_deref());
    if let (Some(key), Some(certificate)) = (&signing.signing_key, &signing.signing_cert) {
        let (key, certificate) = (input::read(key)?, input::read(certificate)?);
        builder = builder.signing(SigningCredential::from_pem(&crypto, key, certificate)?);
    }
    if let (Some(key), Some(certificate)) = (&signing.encryption_key, &signing.encryption_cert) {
        let key = crypto.decryption_key(&PrivateKey::from_pem(&input::read(key)?)?)?;
        let certificate = Certificate::parse(&input::read(certificate)?)?;
        builder = builder.decryption(key, certificate);
    }
    if let Some(url) = &signing.logout_url {
        builder = builder.logout_url(url);
    }
    Ok(builder.build()?)
}

/// The other side, to be completed. The outer error is misuse.
pub(crate) fn theirs(args: &IdentityProvider, now: OffsetDateTime) -> Result<IdpBuilder, Misuse> {
    let mut builder = match &args.idp_metadata {
        Some(path) => {
            let bytes = input::read(path)?;
            // Nothing is sent to the addresses in it, so they may be plain http.
            let source = Source::transport().danger_allow_http();
            let (crypto, limits) = (CryptoProvider::rustcrypto(), Limits::default());
            IdpMetadata::read_from(&source, &bytes, &args.issuer, &crypto, &limits, now)
                .map_err(|rejection| {
                    Misuse(format!("--idp-metadata: {}", rejection.report().text()))
                })?
                .to_builder()
        }
        None => {
            let mut builder = Idp::builder(&args.issuer).danger_allow_http();
            for path in &args.idp_cert {
                builder = builder.certificate(input::read(path)?);
            }
            builder
        }
    };
    if let Some(name) = &args.vendor {
        let vendor = Vendor::from_name(name).ok_or_else(|| {
            let known: Vec<_> = Vendor::ALL.iter().map(|vendor| vendor.name()).collect();
            Misuse(format!("--vendor {name}: not one of {}", known.join(", ")))
        })?;
        builder = builder.vendor(vendor);
    }
    Ok(builder.policy(policy(&args.allow)))
}

/// The same, finished. The inner error says what is wrong with the values.
pub(crate) fn theirs_built(
    args: &IdentityProvider,
    now: OffsetDateTime,
) -> Result<Result<Idp, UsageError>, Misuse> {
    Ok(theirs(args, now)?.build())
}

fn policy(allow: &[Allowance]) -> AlgorithmPolicy {
    allow.iter().fold(
        AlgorithmPolicy::default(),
        |policy, allowance| match allowance {
            Allowance::Sha1 => policy.danger_allow_sha1(),
            Allowance::Rsa1024 => policy.danger_allow_rsa_bits(1024),
            Allowance::CbcUnsigned => policy.danger_allow_cbc_unsigned(),
            Allowance::Rsa15 => policy.danger_allow_rsa_1_5(),
            Allowance::Expired => policy,
        },
    )
}
