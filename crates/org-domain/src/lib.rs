//! Domain claims by DNS and access-security decisions for B2B organisations.
