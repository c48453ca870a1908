//! Behaviour through the wire, a module a capability.

#[cfg(test)]
mod http;
