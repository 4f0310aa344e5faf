//! SCIM 2.0 service provider, framework-free: a request in, a checked change out.
