//! Behaviour through the wire, a module a capability.

mod http;
