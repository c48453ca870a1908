//! `name=value&…`, as query strings and forms carry it.

pub(super) use crate::form::pairs;
