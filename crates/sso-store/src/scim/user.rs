//! User resources and the columns of a membership row that mirror them.

use crate::error::StoreError;
use org_domain::Email;
use scim_core::fold::fold;
use scim_core::json::Limits;
use scim_core::resource::{Attributes, Name, Resource, Value};

/// What a membership row knows of its resource, for look-ups.
pub(crate) struct Mirror {
    pub(crate) user_name: String,
    pub(crate) user_name_key: String,
    pub(crate) domain: String,
    pub(crate) external_id: Option<String>,
    pub(crate) active: Option<bool>,
    pub(crate) resource: String,
    /// Folded value and folded type of each e-mail.
    pub(crate) emails: Vec<(String, Option<String>)>,
}

impl Mirror {
    /// Reads the columns off a resource; `None` when it has no `userName`.
    pub(crate) fn of(resource: &Resource) -> Option<Self> {
        let user = resource.as_user();
        let user_name = user.user_name()?;
        let emails = user.emails().filter_map(|email| {
            Some((
                fold(email.value()?).into_owned(),
                email.kind().map(|kind| fold(kind).into_owned()),
            ))
        });
        Some(Self {
            user_name_key: fold(user_name).into_owned(),
            domain: domain_of(user_name),
            user_name: user_name.to_owned(),
            external_id: resource.external_id().map(str::to_owned),
            active: resource.get(&Name::ACTIVE).and_then(Value::as_bool),
            emails: emails.collect(),
            resource: text_of(resource.clone()),
        })
    }
}

/// The claimed-domain rule looks at this; a name that is no address is at no domain.
fn domain_of(user_name: &str) -> String {
    Email::parse(user_name).map_or_else(
        |_| String::new(),
        |email| email.domain().as_str().to_owned(),
    )
}

/// The JSON of the tree without `id` and `meta`, which have columns of their own.
pub(crate) fn text_of(mut resource: Resource) -> String {
    resource.attributes_mut().remove(&Name::ID);
    resource.attributes_mut().remove(&Name::META);
    String::from_utf8_lossy(&resource.to_json()).into_owned()
}

/// Reads a tree that [`text_of`] wrote. It was within the limits of the requests that made it,
/// whatever the host set those to, so these are wide: they only keep a corrupt row in bounds.
pub(crate) fn resource_of(text: &str) -> Result<Resource, StoreError> {
    Resource::parse(
        text.as_bytes(),
        &Limits {
            bytes: 64 << 20,
            depth: 64,
            growth: 64,
        },
    )
    .map_err(|_| StoreError::corrupt("a resource that is no JSON object"))
}

/// The resource of a person added by hand or at the first sign-in.
pub(crate) fn plain_user(email: &Email, given_name: &str, family_name: &str) -> Resource {
    let address = email.to_string();
    let name = Attributes::new()
        .with(Name::GIVEN_NAME, given_name)
        .with(Name::FAMILY_NAME, family_name);
    let entry = Attributes::new()
        .with(Name::VALUE, address.as_str())
        .with(Name::TYPE, "work")
        .with(Name::PRIMARY, true);
    let schema = Value::from("urn:ietf:params:scim:schemas:core:2.0:User");
    Resource::new(
        Attributes::new()
            .with(Name::SCHEMAS, Value::Array(vec![schema]))
            .with(Name::USER_NAME, address.as_str())
            .with(Name::NAME, name)
            .with(Name::EMAILS, Value::Array(vec![Value::from(entry)]))
            .with(Name::ACTIVE, true),
    )
}

/// The stored document with `active` as given.
pub(crate) fn with_active(text: &str, active: bool) -> Result<String, StoreError> {
    let mut resource = resource_of(text)?;
    resource
        .attributes_mut()
        .insert(Name::ACTIVE, Value::from(active));
    Ok(text_of(resource))
}
