//! What is allowed: limits, algorithms, clock skew. Data only, no code decides here.

mod algorithms;
mod diagnosis;
mod limits;
mod skew;

pub use algorithms::{AlgorithmPolicy, CbcUnsigned, Rsa15, Sha1};
pub use diagnosis::Diagnosis;
pub use limits::Limits;
pub use skew::Skew;
