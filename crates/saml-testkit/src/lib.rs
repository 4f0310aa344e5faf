//! An Okta-shaped SAML identity provider for tests: fixed clock, fixed keys, one call per defect.
