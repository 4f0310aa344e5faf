//! The SCIM User resource of somebody who did not come by SCIM.

use crate::error::StoreError;
use serde_json::{Value as Json, json};

/// The comparison form of a userName: scim-core's, since its filters must find what is stored.
pub(crate) fn fold(user_name: &str) -> String {
    scim_core::fold::fold(user_name).into_owned()
}

/// The resource document of a person added by hand or at the first sign-in.
pub(crate) fn plain_user(
    email: &str,
    given_name: &str,
    family_name: &str,
) -> Result<String, StoreError> {
    let resource = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": email,
        "name": { "givenName": given_name, "familyName": family_name },
        "emails": [{ "value": email, "type": "work", "primary": true }],
        "active": true,
    });
    Ok(resource.to_string())
}

/// The document with `active` as given.
pub(crate) fn with_active(resource: &str, active: bool) -> Result<String, StoreError> {
    let mut document: Json = serde_json::from_str(resource)?;
    let attributes = document
        .as_object_mut()
        .ok_or_else(|| StoreError::corrupt("a resource that is no object"))?;
    attributes.insert("active".to_owned(), Json::Bool(active));
    Ok(document.to_string())
}
