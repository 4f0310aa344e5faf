//! Defects of the encryption, and attacks that hide behind it.

use super::{FORGED_NAME_ID, family, forged_unsigned, taken};
use crate::encrypt::{ContentCipher, Encryption, KeyTransport};
use crate::keys::TestKey;
use crate::response::{ResponseBuilder, reach};
use crate::sign::Signing;
use crate::tree::{Element, Node};
use base64::{Engine as _, engine::general_purpose::STANDARD};

const ENCRYPTED: &str = "saml2:EncryptedAssertion";
const DATA: &[&str] = &[ENCRYPTED, "xenc:EncryptedData"];
const KEY: &[&str] = &[ENCRYPTED, "xenc:EncryptedKey"];
const VALUE: &[&str] = &[
    ENCRYPTED,
    "xenc:EncryptedData",
    "xenc:CipherData",
    "xenc:CipherValue",
];
const POINTER: &[&str] = &[
    ENCRYPTED,
    "xenc:EncryptedData",
    "ds:KeyInfo",
    "ds:RetrievalMethod",
];

family! {
    /// Encryption defects. The Response is signed over the encrypted form as it stands, and the
    /// Assertion inside is signed, unless a member says otherwise.
    EncryptionDefect {
        /// A forged Assertion, encrypted to the service provider's public key, signed by nobody.
        ForgedUnsigned => |b| okta(b).name_id(FORGED_NAME_ID).sign(Signing::None),
        /// A signed plain Assertion, and an encrypted forged one behind it.
        ForgedBesidePlain => |b| b.sign(Signing::Assertion).edit_signed(|root| {
            let forged = forged_unsigned(reach(root, &["saml2:Assertion"]));
            push(root, Encryption::default().envelope(&forged.written()));
        }),
        /// Two `EncryptedAssertion`, the second forged.
        ForgedSecond => |b| {
            let plain = b.clone().sign(Signing::Assertion).tree();
            okta(b).sign(Signing::Assertion).edit_signed(move |root| {
                let forged = forged_unsigned(&taken(&mut plain.clone(), "saml2:Assertion"));
                push(root, Encryption::default().envelope(&forged.written()));
            })
        },
        /// AES-CBC inside an unsigned Response: a padding oracle for whoever can post.
        CbcInUnsignedResponse => |b| b.sign(Signing::Assertion)
            .encrypt(Encryption { cipher: ContentCipher::Aes256Cbc, ..Encryption::default() }),
        /// The content key wrapped by PKCS#1 v1.5.
        Rsa15 => |b| b.encrypt(Encryption { transport: KeyTransport::Rsa15, ..Encryption::default() }),
        /// Encrypted to somebody else.
        OtherRecipient => |b| b.encrypt(Encryption { recipient: TestKey::Intruder, ..Encryption::default() }),
        /// What decrypts is an `EncryptedAssertion` again.
        Nested => |b| instead(b, |plain| Encryption::default().envelope(plain).written()),
        /// What decrypts is text.
        PlaintextText => |b| instead(b, |_| "no assertion".to_owned()),
        /// What decrypts is nothing.
        PlaintextEmpty => |b| instead(b, |_| String::new()),
        /// What decrypts are two Assertions.
        PlaintextTwoRoots => |b| instead(b, |plain| format!("{plain}{plain}")),
        /// What decrypts is another element.
        PlaintextOtherElement => |b| instead(b, |_| "<saml2:Advice xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>".to_owned()),
        /// What decrypts has a document type declaration.
        PlaintextDoctype => |b| instead(b, |plain| format!("<!DOCTYPE x>{plain}")),
        /// No `EncryptedKey`.
        KeyMissing => |b| at(b, &[ENCRYPTED], |e| drop(taken(e, "xenc:EncryptedKey"))),
        /// Two `EncryptedKey`.
        KeyTwice => |b| at(b, &[ENCRYPTED], |e| {
            let mut copy = reach(e, &["xenc:EncryptedKey"]).clone();
            copy.set_attribute("Id", "_second");
            push(e, copy);
        }),
        /// The `RetrievalMethod` points to nothing.
        RetrievalDangling => |b| at(b, POINTER, |e| e.set_attribute("URI", "#_nothing")),
        /// The `RetrievalMethod` points to the web.
        RetrievalExternal => |b| at(b, POINTER, |e| e.set_attribute("URI", "http://evil.test/key")),
        /// A `CipherReference` in place of the value.
        CipherReference => |b| at(b, DATA, |e| {
            let cipher = reach(e, &["xenc:CipherData"]);
            cipher.children_mut().clear();
            push(cipher, Element::new("xenc:CipherReference").attribute("URI", "http://evil.test/data"));
        }),
        /// An empty value.
        ValueEmpty => |b| at(b, VALUE, |e| e.set_text("")),
        /// A value shorter than nonce and tag.
        ValueShort => |b| octets(b, |v| v.truncate(20)),
        /// The last four octets of the tag missing.
        TagTruncated => |b| octets(b, |v| v.truncate(v.len().saturating_sub(4))),
        /// One bit of the ciphertext flipped.
        BitFlipped => |b| octets(b, |v| {
            if let Some(octet) = v.get_mut(40) {
                *octet ^= 1;
            }
        }),
        /// One bit of the wrapped key flipped.
        KeyBitFlipped => |b| at(b, KEY, |e| change_octets(reach(e, &["xenc:CipherData", "xenc:CipherValue"]), |v| {
            if let Some(octet) = v.last_mut() {
                *octet ^= 1;
            }
        })),
        /// Triple DES named as the content cipher.
        TripleDes => |b| at(b, DATA, |e| cipher(e, "http://www.w3.org/2001/04/xmlenc#tripledes-cbc")),
        /// AES-128-CBC named over AES-256-GCM octets.
        CipherSwapped => |b| at(b, DATA, |e| cipher(e, ContentCipher::Aes128Cbc.uri())),
        /// A cipher nobody knows.
        CipherUnknown => |b| at(b, DATA, |e| cipher(e, "urn:evil")),
        /// A key transport nobody knows.
        TransportUnknown => |b| at(b, KEY, |e| cipher(e, "urn:evil")),
    }
}

fn okta(b: ResponseBuilder) -> ResponseBuilder {
    b.encrypt(Encryption::default())
}

fn at(
    b: ResponseBuilder,
    path: &'static [&'static str],
    change: impl Fn(&mut Element) + Send + Sync + 'static,
) -> ResponseBuilder {
    okta(b).edit_between(move |root| change(reach(root, path)))
}

fn octets(b: ResponseBuilder, change: fn(&mut Vec<u8>)) -> ResponseBuilder {
    at(b, VALUE, move |e| change_octets(e, change))
}

fn change_octets(value: &mut Element, change: fn(&mut Vec<u8>)) {
    let mut octets = STANDARD.decode(value.own_text()).unwrap_or_default();
    change(&mut octets);
    value.set_text(&STANDARD.encode(octets));
}

/// Encrypts something else than the signed Assertion.
fn instead(b: ResponseBuilder, of: fn(&str) -> String) -> ResponseBuilder {
    b.edit_between(move |root| {
        let plain = taken(root, "saml2:Assertion").written();
        push(root, Encryption::default().envelope(&of(&plain)));
    })
}

fn cipher(parent: &mut Element, uri: &str) {
    reach(parent, &["xenc:EncryptionMethod"]).set_attribute("Algorithm", uri);
}

fn push(to: &mut Element, child: Element) {
    to.children_mut().push(Node::Element(child));
}
