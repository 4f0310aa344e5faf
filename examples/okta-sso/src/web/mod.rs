//! The thin ring between `http` and the handlers: what came in, what goes out, what went wrong.
//!
//! Handlers never see a socket; they take an [`Incoming`] and give a [`Reply`] or a [`Failure`].

mod failure;
mod form;
mod incoming;
mod parts;
mod reply;

pub use failure::{Failure, with_sources};
pub use form::Form;
pub use incoming::Incoming;
pub use parts::{Parts, Trail, Whole, gap};
pub use reply::Reply;
