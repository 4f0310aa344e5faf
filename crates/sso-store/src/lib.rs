//! Durable stores for saml-sp, scim-core and org-domain: embedded SQLite, or PostgreSQL.
