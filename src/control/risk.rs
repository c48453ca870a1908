//! Risk on demand: rules by which a test author says how risky a request is.
//!
//! AWS learns what is risky; here a rule says it. A rule names what it applies to (pool, client,
//! user, address, password; what it does not name does not matter) and its finding: a level of
//! risk, or that the password has leaked. The first rule that applies gives the level.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::rules::{self, Fault, Rule, Rules};
use crate::model::Secret;
use crate::model::cognito_idp::RiskLevelType;
use crate::model::described::{Described, Own, Type};
use crate::model::network::Network;

/// What is risky, and how much.
#[derive(Debug, Clone, Default)]
pub struct RiskRule {
    /// Requests to this pool.
    pub user_pool: Option<String>,
    /// Requests of this app client.
    pub client: Option<String>,
    /// Requests of the user with this stored username.
    pub username: Option<String>,
    /// Requests from these addresses.
    pub from: Option<Network>,
    /// Requests that carry this password.
    pub password: Option<Secret>,
    /// How risky.
    pub level: Option<RiskLevelType>,
    /// Whether the password has leaked.
    pub compromised: bool,
}

/// What a rule is held against.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The pool.
    pub user_pool: &'a str,
    /// The app client.
    pub client: &'a str,
    /// The stored username.
    pub username: &'a str,
    /// Where the request comes from.
    pub address: Option<IpAddr>,
    /// The password, where the request carries one.
    pub password: Option<&'a Secret>,
}

impl Rule for RiskRule {
    const MEMBERS: &'static str = r#"a rule has riskLevel (Low, Medium or High) or "compromisedCredentials":true, and may have userPoolId, clientId, username, ip (an address or a CIDR range) and password"#;

    const TAKES: &'static [Own] = &[
        Own::new("userPoolId", Type::Text),
        Own::new("clientId", Type::Text),
        Own::new("username", Type::Text),
        Own::new("password", Type::Secret),
        Own::new("ip", Type::Text),
        Own::new("riskLevel", RiskLevelType::TYPE),
        Own::new("compromisedCredentials", Type::Boolean),
    ];

    fn read(members: &Map<String, Value>) -> Result<Self, Fault> {
        rules::only_known::<Self>(members)?;
        let mut rule = Self::default();
        for (name, value) in members {
            let text = || {
                let text = value.as_str().map(str::to_owned);
                text.ok_or_else(|| Fault::of(name, "must be a text"))
            };
            match name.as_str() {
                // What an answer shows may be sent again.
                _ if value.is_null() => {}
                "userPoolId" => rule.user_pool = Some(text()?),
                "clientId" => rule.client = Some(text()?),
                "username" => rule.username = Some(text()?),
                "password" if value == "***" => {
                    let text = "it is shown as stars, and must be given anew";
                    return Err(Fault::of(name, text));
                }
                "password" => rule.password = Some(Secret::from(text()?)),
                "ip" => {
                    let text = text()?;
                    let wrong = || Fault::of(name, format!("{text:?} is no address or range"));
                    rule.from = Some(Network::parse(&text).ok_or_else(wrong)?);
                }
                "riskLevel" => {
                    rule.level = Some(match text()?.as_str() {
                        "Low" => RiskLevelType::Low,
                        "Medium" => RiskLevelType::Medium,
                        "High" => RiskLevelType::High,
                        other => {
                            let text = format!("{other:?} is none of Low, Medium and High");
                            return Err(Fault::of(name, text));
                        }
                    });
                }
                _compromised_credentials => {
                    let found = value.as_bool();
                    let wrong = || Fault::of(name, "must be true or false");
                    rule.compromised = found.ok_or_else(wrong)?;
                }
            }
        }
        if rule.level.is_none() && !rule.compromised {
            return Err("a rule says nothing: it needs riskLevel or compromisedCredentials".into());
        }
        Ok(rule)
    }

    /// A password is shown as stars.
    fn user_pool(&self) -> Option<&str> {
        self.user_pool.as_deref()
    }

    fn for_copy(&self, user_pool: &str, clients: &BTreeMap<&str, &str>) -> Self {
        let client = self.client.as_deref();
        let renamed = client.map(|old| clients.get(old).copied().unwrap_or(old).to_owned());
        Self {
            user_pool: Some(user_pool.to_owned()),
            client: renamed,
            ..self.clone()
        }
    }

    fn view(&self) -> Value {
        json!({
            "userPoolId": self.user_pool,
            "clientId": self.client,
            "username": self.username,
            "ip": self.from.map(|from| from.to_string()),
            "password": self.password.as_ref().map(|_| "***"),
            "riskLevel": self.level.map(RiskLevelType::as_str),
            "compromisedCredentials": self.compromised,
        })
    }
}

impl RiskRule {
    fn applies(&self, to: &Asked<'_>) -> bool {
        let same = |named: &Option<String>, given: &str| {
            named.as_deref().is_none_or(|named| named == given)
        };
        same(&self.user_pool, to.user_pool)
            && same(&self.client, to.client)
            && same(&self.username, to.username)
            && self
                .from
                .is_none_or(|from| to.address.is_some_and(|address| from.contains(address)))
            && self.password.as_ref().is_none_or(|named| {
                to.password
                    .is_some_and(|given| given.expose() == named.expose())
            })
    }
}

/// The rules of a server.
pub type RiskRules = Rules<RiskRule>;

impl RiskRules {
    /// How risky a request is.
    pub fn level(&self, of: &Asked<'_>) -> Option<RiskLevelType> {
        self.all()
            .iter()
            .filter(|rule| rule.applies(of))
            .find_map(|rule| rule.level)
    }

    /// Whether the password of a request has leaked.
    pub fn is_compromised(&self, asked: &Asked<'_>) -> bool {
        asked.password.is_some()
            && self
                .all()
                .iter()
                .any(|rule| rule.compromised && rule.applies(asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_the_addresses_that_share_its_first_bits() {
        let cases = [
            ("203.0.113.0/24", "203.0.113.200", true),
            ("203.0.113.0/24", "203.0.114.1", false),
            ("203.0.113.7", "203.0.113.7", true),
            ("203.0.113.7/32", "203.0.113.8", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "2001:db9::1", true),
            ("203.0.113.0/24", "::ffff:203.0.113.5", true),
        ];
        for (range, address, has) in cases {
            let range = Network::parse(range).unwrap();
            assert_eq!(
                range.contains(address.parse().unwrap()),
                has,
                "{range} {address}"
            );
        }
        for none in [
            "",
            "x",
            "1.2.3.4/33",
            "::/129",
            "1.2.3.4/",
            "1.2.3/8",
            "1.2.3.4/+8",
        ] {
            assert_eq!(Network::parse(none), None, "{none}");
        }
    }
}
