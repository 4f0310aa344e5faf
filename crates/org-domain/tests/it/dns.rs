//! The DNS client against a real server (knot, with live updates) and against a responder of our
//! own that misbehaves on demand.

mod knot;
mod live;
mod misbehaviour;
mod responder;
mod validating;
