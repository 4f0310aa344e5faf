//! The suite that every claim store has to pass.
