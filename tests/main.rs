//! Everything that is tested from outside the crate, as one binary: each further one would link the
//! whole server again.

mod coverage;
mod model;
