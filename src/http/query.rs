//! `name=value&…`, as query strings and forms carry it.

pub(super) use crate::form::pairs;

/// A part of a path, decoded: there a plus sign is one.
pub(super) fn decoded_path(text: &str) -> String {
    crate::form::decode(&text.replace('+', "%2B"))
}
