//! The shapes that deserve a type of their own: identifiers that must not be confused, and secrets.
//!
//! They check nothing: a request's constraints are checked when it is decoded, and what this
//! process makes itself is right by construction.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde_json::Value;

use super::{Decode, Encode, JsonWriter, Reader};

/// What every one of them can do.
macro_rules! name {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone)]
        pub struct $name(Arc<str>);

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl Decode for $name {
            const SCALAR: bool = true;

            fn decode(value: &Value, reader: &mut Reader) -> Option<Self> {
                reader.text(value).map(Self::from)
            }
        }

        impl Encode for $name {
            fn encode(&self, out: &mut JsonWriter) {
                out.string(&self.0);
            }
        }
    };
}

/// An identifier: compared, ordered and shown like its text.
macro_rules! identifier {
    ($(#[$meta:meta])* $name:ident) => {
        name! {
            $(#[$meta])*
            #[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
            $name
        }

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, shared.
            pub fn shared(&self) -> Arc<str> {
                Arc::clone(&self.0)
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self("".into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

identifier! {
    /// The id of a user pool, `us-east-1_AbCdEfGhI`.
    PoolId
}

identifier! {
    /// The id of an app client.
    ClientId
}

identifier! {
    /// What a caller gives to name a user: a username, a sub or an alias.
    Username
}

identifier! {
    /// The name of a group, used once per pool.
    GroupName
}

impl PoolId {
    /// The region is the part before the underscore; ARNs and issuer URLs are built from it.
    pub fn region(&self) -> &str {
        self.0.split_once('_').map_or("", |(region, _)| region)
    }

    /// The id with another Region in front.
    pub fn in_region(&self, region: &str) -> Self {
        Self::from(format!("{region}_{}", self.name_part()))
    }

    /// The part after the underscore, which SRP mixes into its hashes as the pool's name.
    pub fn name_part(&self) -> &str {
        self.0.split_once('_').map_or("", |(_, name)| name)
    }
}

name! {
    /// A password, token, code or key: shown as `***`, compared in constant time.
    #[derive(Eq, PartialOrd, Ord)]
    Secret
}

impl Secret {
    /// The text. Never for a log.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text, for those who handle every name alike. Never for a log.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        verify_slices_are_equal(self.0.as_bytes(), other.0.as_bytes()).is_ok()
    }
}

impl std::hash::Hash for Secret {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Texts by name with secrets among them, such as the parameters of a flow: shown as its names alone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretMap(BTreeMap<String, String>);

impl SecretMap {
    /// The texts. Never for a log.
    pub fn into_inner(self) -> BTreeMap<String, String> {
        self.0
    }
}

impl Deref for SecretMap {
    type Target = BTreeMap<String, String>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for SecretMap {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<BTreeMap<String, String>> for SecretMap {
    fn from(texts: BTreeMap<String, String>) -> Self {
        Self(texts)
    }
}

impl FromIterator<(String, String)> for SecretMap {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(texts: I) -> Self {
        Self(texts.into_iter().collect())
    }
}

impl Decode for SecretMap {
    fn decode(value: &Value, reader: &mut Reader) -> Option<Self> {
        BTreeMap::decode(value, reader).map(Self)
    }
}

impl Encode for SecretMap {
    fn encode(&self, out: &mut JsonWriter) {
        self.0.encode(out);
    }
}

impl fmt::Debug for SecretMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = format_args!("***");
        let names = self.0.keys();
        f.debug_map()
            .entries(names.map(|name| (name, hidden)))
            .finish()
    }
}

/// An account in a Region: where pools are listed, and whose quotas count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountRegion {
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
}

impl AccountRegion {
    /// This account in this Region.
    pub fn new(account: impl Into<String>, region: impl Into<String>) -> Self {
        Self {
            account: account.into(),
            region: region.into(),
        }
    }
}

/// The id of an account: twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What may stand for a Region where AWS names none that is wrong, as in a credential's scope: unknown
/// Regions pass, `local` too.
pub(crate) fn may_be_region(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=32).contains(&text.len()) && text.bytes().all(fits)
}

/// Three or four words and a digit, as aws-jwt-verify reads a Region: `us-gov-west-1`.
pub(crate) fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let Some((digit, words)) = parts.split_last() else {
        return false;
    };
    (2..=3).contains(&words.len())
        && words
            .iter()
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric()))
        && digit.len() == 1
        && digit.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_id_has_a_region_and_a_name() {
        let pool = PoolId::from("eu-west-1_AbC123");
        assert_eq!(
            (pool.region(), pool.name_part(), pool.to_string()),
            ("eu-west-1", "AbC123", "eu-west-1_AbC123".to_owned())
        );
    }

    #[test]
    fn a_secret_is_not_printed_and_compares_by_content() {
        let secret = Secret::from("hunter2");
        assert_eq!(format!("{secret:?}"), "***");
        assert_eq!(secret, Secret::from("hunter2".to_owned()));
        assert_ne!(secret, Secret::from("hunter22"));
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn a_map_of_secrets_is_shown_by_its_names() {
        let parameters = [("USERNAME", "bob"), ("PASSWORD", "hunter2")];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let parameters: SecretMap = parameters.into_iter().collect();
        assert_eq!(
            format!("{parameters:?}"),
            r#"{"PASSWORD": ***, "USERNAME": ***}"#
        );
        assert_eq!(parameters.get("PASSWORD").unwrap(), "hunter2");
    }

    #[test]
    fn an_identifier_is_found_by_its_text() {
        let groups = std::collections::BTreeMap::from([(GroupName::from("admins"), 1)]);
        assert_eq!(groups.get("admins"), Some(&1));
    }
}
