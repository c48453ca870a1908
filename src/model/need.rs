//! Whether a member must be there, as two type aliases that a `shape!` line can name.

#![expect(
    non_camel_case_types,
    reason = "they are words of the table language: `required PoolId`, `optional i32`"
)]

/// A member that AWS requires is held as its value.
pub type required<T> = T;

/// A member that may be absent is held as an option.
pub type optional<T> = Option<T>;
