//! Refresh tokens: sealed, so that only revocations and rotations are stored.
//!
//! The form is that of a JWE in compact serialization, as real ones have: five parts, the first
//! `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}` (inferred from their beginning). What stands for
//! the encrypted key is random and bound to the rest.
