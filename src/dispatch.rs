//! Temporary stub.
