//! The smallest useful wiring of scim-core on hyper.
fn main() {}
