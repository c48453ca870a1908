//! What a user pool holds, a file a kind of record.

pub mod client_id_metadata;
