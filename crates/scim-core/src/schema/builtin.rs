//! The schemas of RFC 7643 section 4: User, Enterprise User, Group.
//!
//! `password` is left out on purpose: this service never keeps one, publishes
//! only what round-trips, and Okta's copy on every create is dropped without
//! an error.

use super::{Attribute, ENTERPRISE_USER, GROUP, Mutability, Omitted, Preparation, Returned};
use super::{Schema, Type, USER};
use crate::resource::{Name, Value};

/// The attributes every resource has (RFC 7643 section 3.1).
pub(super) fn common() -> Vec<Attribute> {
    let server = |name, kind| Attribute::new(name, kind).mutability(Mutability::ReadOnly);
    vec![
        Attribute::new(Name::SCHEMAS, Type::Reference)
            .multi()
            .refers_to(&["uri"])
            .returned(Returned::Always)
            .about("Schemas of the resource"),
        server(Name::ID, Type::String)
            .exact()
            .returned(Returned::Always)
            .about("Identifier issued by this service"),
        Attribute::new(Name::EXTERNAL_ID, Type::String)
            .exact()
            .about("Identifier issued by the provisioning client"),
        Attribute {
            mutability: Mutability::ReadOnly,
            ..Attribute::complex(
                Name::META,
                vec![
                    server(Name::RESOURCE_TYPE, Type::String).exact(),
                    server(Name::CREATED, Type::DateTime),
                    server(Name::LAST_MODIFIED, Type::DateTime),
                    server(Name::LOCATION, Type::Reference).refers_to(&["uri"]),
                    server(Name::VERSION, Type::String).exact(),
                ],
            )
        }
        .about("What this service keeps about the resource"),
    ]
}

/// A text attribute.
fn text(name: Name, about: &'static str) -> Attribute {
    Attribute::new(name, Type::String).about(about)
}

/// A multi-valued attribute of the usual four sub-attributes (section 2.4).
fn plural(name: Name, value: Attribute, types: &[&'static str], about: &'static str) -> Attribute {
    let subs = vec![
        value,
        text(Name::DISPLAY, "The value as shown to people"),
        text(Name::TYPE, "What the value is used for").suggests(types),
        Attribute::new(Name::PRIMARY, Type::Boolean).about("Whether this is the preferred value"),
    ];
    Attribute::complex(name, subs).multi().about(about)
}

/// The User schema (RFC 7643 section 4.1), without `password`.
#[must_use]
pub fn user() -> Schema {
    let mut attributes = vec![
        Attribute {
            preparation: Preparation::UserName,
            ..text(
                Name::USER_NAME,
                "What the user signs in with, unique in the organisation",
            )
        }
        .required()
        .unique(),
        Attribute::complex(
            Name::NAME,
            vec![
                text(Name::FORMATTED, "The whole name as shown to people"),
                text(Name::FAMILY_NAME, "Family name"),
                text(Name::GIVEN_NAME, "Given name"),
                text(Name::MIDDLE_NAME, "Middle names"),
                text(Name::HONORIFIC_PREFIX, "Title before the name"),
                text(Name::HONORIFIC_SUFFIX, "Suffix behind the name"),
            ],
        )
        .about("The parts of the user's name"),
        text(Name::DISPLAY_NAME, "The name shown to people"),
        text(Name::NICK_NAME, "What the user is called informally"),
        Attribute::new(Name::PROFILE_URL, Type::Reference)
            .refers_to(&["external"])
            .about("Page about the user"),
        text(Name::TITLE, "Job title"),
        text(Name::USER_TYPE, "Kind of relation to the organisation"),
        text(
            Name::PREFERRED_LANGUAGE,
            "Preferred languages, as in Accept-Language",
        ),
        text(Name::LOCALE, "Locale for dates, numbers and currency"),
        text(Name::TIMEZONE, "Time zone name"),
        Attribute {
            omitted: Omitted::Keep,
            default: Some(Value::Boolean(true)),
            ..Attribute::new(Name::ACTIVE, Type::Boolean)
        }
        .about("Whether the user may use the service"),
    ];
    attributes.extend(user_plurals());
    Schema::new(USER, "User", attributes).about("User account")
}

/// The lists of a User.
fn user_plurals() -> Vec<Attribute> {
    let value = |about| text(Name::VALUE, about);
    let link = |about| {
        Attribute::new(Name::VALUE, Type::Reference)
            .refers_to(&["external"])
            .about(about)
    };
    let binary = Attribute::new(Name::VALUE, Type::Binary).about("DER certificate in base64");
    vec![
        plural(
            Name::EMAILS,
            value("E-mail address"),
            &["work", "home", "other"],
            "E-mail addresses",
        ),
        plural(
            Name::PHONE_NUMBERS,
            value("Phone number"),
            &["work", "home", "mobile", "fax", "pager", "other"],
            "Phone numbers",
        ),
        plural(
            Name::IMS,
            value("Messaging address"),
            &["xmpp", "skype", "other"],
            "Messaging addresses",
        ),
        plural(
            Name::PHOTOS,
            link("URL of a photo"),
            &["photo", "thumbnail"],
            "Photos",
        ),
        addresses(),
        groups(),
        plural(
            Name::ENTITLEMENTS,
            value("Entitlement"),
            &[],
            "What the user is entitled to",
        ),
        plural(Name::ROLES, value("Role"), &[], "Roles of the user"),
        plural(
            Name::X509_CERTIFICATES,
            binary,
            &[],
            "Certificates of the user",
        ),
    ]
}

/// Postal addresses, which have no `value`.
fn addresses() -> Attribute {
    Attribute::complex(
        Name::ADDRESSES,
        vec![
            text(Name::FORMATTED, "The whole address as shown to people"),
            text(Name::STREET_ADDRESS, "Street and number"),
            text(Name::LOCALITY, "City"),
            text(Name::REGION, "State or region"),
            text(Name::POSTAL_CODE, "Postal code"),
            text(Name::COUNTRY, "Country, two letters of ISO 3166-1"),
            text(Name::TYPE, "What the address is used for").suggests(&["work", "home", "other"]),
            Attribute::new(Name::PRIMARY, Type::Boolean)
                .about("Whether this is the preferred address"),
        ],
    )
    .multi()
    .about("Postal addresses")
}

/// The groups of a User: the server's view of memberships, read-only throughout.
fn groups() -> Attribute {
    let server = |a: Attribute| a.mutability(Mutability::ReadOnly);
    let subs = vec![
        server(text(Name::VALUE, "The id of the group").exact()),
        server(Attribute::new(Name::REF, Type::Reference).refers_to(&["Group"]))
            .about("The URI of the group"),
        server(text(Name::DISPLAY, "The group's name")),
        server(text(Name::TYPE, "How the user belongs to it").suggests(&["direct", "indirect"])),
    ];
    server(Attribute::complex(Name::GROUPS, subs).multi())
        .about("Groups the user belongs to; changed through the Group resource")
}

/// The Enterprise User extension (RFC 7643 section 4.3).
#[must_use]
pub fn enterprise_user() -> Schema {
    let manager = Attribute::complex(
        Name::MANAGER,
        vec![
            text(Name::VALUE, "The id of the manager").exact(),
            Attribute::new(Name::REF, Type::Reference)
                .refers_to(&["User"])
                .about("The URI of the manager"),
            text(Name::DISPLAY_NAME, "The manager's name").mutability(Mutability::ReadOnly),
        ],
    );
    Schema::new(
        ENTERPRISE_USER,
        "EnterpriseUser",
        vec![
            text(
                Name::EMPLOYEE_NUMBER,
                "Number or code the organisation gave the person",
            ),
            text(Name::COST_CENTER, "Cost centre"),
            text(Name::ORGANIZATION, "Organisation"),
            text(Name::DIVISION, "Division"),
            text(Name::DEPARTMENT, "Department"),
            manager.about("The user's manager"),
        ],
    )
    .about("Enterprise User")
}

/// The Group schema (RFC 7643 section 4.2; `displayName` is required by erratum
/// 5368).
#[must_use]
pub fn group() -> Schema {
    let fixed = |a: Attribute| a.mutability(Mutability::Immutable);
    let members = Attribute::complex(
        Name::MEMBERS,
        vec![
            fixed(text(Name::VALUE, "The id of the member").exact()),
            fixed(Attribute::new(Name::REF, Type::Reference).refers_to(&["User", "Group"]))
                .about("The URI of the member"),
            text(Name::DISPLAY, "The member's name").mutability(Mutability::Immutable),
            fixed(text(Name::TYPE, "What the member is").suggests(&["User", "Group"])),
        ],
    )
    .multi();
    Schema::new(
        GROUP,
        "Group",
        vec![
            text(Name::DISPLAY_NAME, "The group's name").required(),
            members.about("Members of the group"),
        ],
    )
    .about("Group")
}
