//! Changes in words, for those who listen.

use super::change::{Change, Staged};
use super::passkey::PasskeyChange;
use super::threats::AuthEventChange;
use super::user_session::SessionChange;

/// A change in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What: `user`, `client`, `group`, …
    pub what: &'static str,
    /// Which one; empty where a pool has one of it.
    pub key: String,
    /// Whether it is gone.
    pub is_gone: bool,
}

impl Told {
    /// That a pool has what there is one of, or is itself.
    pub(crate) fn one(what: &'static str) -> Self {
        Self {
            what,
            key: String::new(),
            is_gone: false,
        }
    }

    fn of(what: &'static str, key: impl ToString) -> Self {
        Self {
            key: key.to_string(),
            ..Self::one(what)
        }
    }

    fn staged<K: Ord, V>(
        what: &'static str,
        change: &Staged<K, V>,
        name: impl FnOnce(&K) -> String,
    ) -> Self {
        Self {
            is_gone: matches!(change, Staged::Remove(_)),
            ..Self::of(what, name(change.key()))
        }
    }
}

impl Change {
    /// The change in words; none where it is but a step of a request under way.
    pub(crate) fn told(&self) -> Option<Told> {
        Some(match self {
            Self::Settings(_) => Told::one("settings"),
            Self::Client(change) => Told::staged("client", change, ToString::to_string),
            Self::Group(change) => Told::staged("group", change, ToString::to_string),
            Self::GroupBack(group, _) => Told::of("group", &*group.name),
            Self::Provider(change) => Told::staged("identityProvider", change, ToString::to_string),
            Self::SamlKey(_) => Told::one("samlKey"),
            Self::Device(change) => Told {
                is_gone: matches!(change, Staged::Remove(_)),
                ..Told::one("device")
            },
            Self::ImportJob(job) => Told::of("importJob", &*job.order.id),
            Self::Passkey(change) => return passkey(change),
            Self::User(change) => Told::staged("user", change, ToString::to_string),
            Self::Revocation(..) => Told::one("revocation"),
            Self::Domains(_) => Told::one("domains"),
            Self::ResourceServer(change) => {
                Told::staged("resourceServer", change, ToString::to_string)
            }
            Self::Style(change) => Told::staged("branding", change, ToString::to_string),
            Self::Terms(change) => Told::staged("terms", change, ToString::to_string),
            Self::CimdPolicy(change) => Told::staged("cimdPolicy", change, ToString::to_string),
            Self::MetadataUrl(policy, _) => Told::of("cimdPolicy", policy),
            Self::UiCustomization(change) => {
                Told::staged("uiCustomization", change, ToString::to_string)
            }
            Self::Session(change) => session(change),
            Self::SsoMinutes(client, _) => Told::of("client", client),
            Self::RiskConfiguration(change) => {
                let client = |client: &Option<_>| client.as_ref().map_or_else(String::new, text);
                Told::staged("riskConfiguration", change, client)
            }
            Self::AuthEvent(change) => match change {
                AuthEventChange::Record(sub, _) | AuthEventChange::Replace(sub, ..) => {
                    Told::of("authEvent", sub)
                }
            },
            Self::LogDelivery(_) => Told::one("logDelivery"),
            Self::Replicas(_) => Told::one("replicas"),
            Self::Recovery(recovery) => Told::of("recovery", recovery.id),
        })
    }
}

fn text(value: &impl ToString) -> String {
    value.to_string()
}

/// Of a credential nothing names it but its id, which is no text.
fn passkey(change: &PasskeyChange) -> Option<Told> {
    match change {
        PasskeyChange::Ask(..) => None,
        PasskeyChange::Put(..) | PasskeyChange::PutBack(..) | PasskeyChange::Seen(_) => {
            Some(Told::one("passkey"))
        }
        PasskeyChange::Remove(_) => Some(Told {
            is_gone: true,
            ..Told::one("passkey")
        }),
    }
}

fn session(change: &SessionChange) -> Told {
    match change {
        SessionChange::Put(_) => Told::one("session"),
        SessionChange::Remove { id, .. } => Told {
            is_gone: true,
            ..Told::of("session", id)
        },
        SessionChange::Forget => Told {
            is_gone: true,
            ..Told::one("session")
        },
    }
}
