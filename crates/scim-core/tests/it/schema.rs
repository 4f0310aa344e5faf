//! Checks of bodies against the cases of `tests/data/schema`.

use scim_core::error::ScimError;
use scim_core::resource::Resource;
use scim_core::schema::{Context, Registry};

use crate::cases::cases;

#[test]
fn every_case_of_the_data_files() {
    let registry = Registry::standard();
    for case in cases("schema") {
        let resource_type = case.resource_type(&registry);
        let mut reading = case.reading();
        let before = case
            .field("before")
            .map(|_| Resource::new(case.object("before")));
        let context = match (case.text("context"), &before) {
            (Some("response"), _) => Context::Response,
            (_, Some(current)) => Context::Replace { current },
            (_, None) => Context::Create,
        };
        let body = Resource::new(case.object("body"));
        let outcome = resource_type.check(body.clone(), context, &mut reading);
        let outcome = outcome.map(|checked| checked.into_resource());
        let same = before.as_ref().unwrap_or(&body);
        case.hold(outcome.map_err(|e| (0, ScimError::from(e))), same, &reading);
    }
}
