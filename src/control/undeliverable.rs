//! Messages that do not arrive, on demand: rules by which a test author has deliveries fail.
//!
//! AWS hands mail to Amazon SES and text messages to Amazon SNS, which may refuse or lose them; here a
//! rule says so, and may say what the service answers.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

use super::outbox::Message;
use super::rules::{self, Fault, Rule, Rules};
use crate::model::cognito_idp::DeliveryMediumType;
use crate::model::described::{Described, Own, Type};

/// Which messages fail: those that have all of what it names.
#[derive(Debug, Clone, Default)]
pub struct UndeliverableRule {
    /// Messages of this pool.
    pub user_pool: Option<String>,
    /// Messages to the user who has this name.
    pub username: Option<String>,
    /// Messages to this address or number.
    pub destination: Option<String>,
    /// Messages that travel so.
    pub medium: Option<DeliveryMediumType>,
    /// The words of the service that would have delivered the message.
    pub error: Option<String>,
}

/// The rules of a server.
pub type Undeliverable = Rules<UndeliverableRule>;

impl Rule for UndeliverableRule {
    const MEMBERS: &'static str = "a rule may have userPoolId, username, destination, medium (EMAIL or SMS), and error, the words of the service that cannot deliver";

    const TAKES: &'static [Own] = &[
        Own::new("userPoolId", Type::Text),
        Own::new("username", Type::Text),
        Own::new("destination", Type::Text),
        Own::new("medium", DeliveryMediumType::TYPE),
        Own::new("error", Type::Text),
    ];

    fn read(members: &Map<String, Value>) -> Result<Self, Fault> {
        rules::only_known::<Self>(members)?;
        let mut rule = Self::default();
        for (name, value) in members {
            // What an answer shows may be sent again.
            if value.is_null() {
                continue;
            }
            let Some(text) = value.as_str() else {
                return Err(Fault::of(name, "must be a text"));
            };
            match (name.as_str(), text) {
                ("userPoolId", text) => rule.user_pool = Some(text.into()),
                ("username", text) => rule.username = Some(text.into()),
                ("destination", text) => rule.destination = Some(text.into()),
                ("error", text) => rule.error = Some(text.into()),
                (_medium, text) => {
                    let known = DeliveryMediumType::parse(text);
                    let wrong =
                        || Fault::of("medium", format!("{text:?} is neither EMAIL nor SMS"));
                    rule.medium = Some(known.ok_or_else(wrong)?);
                }
            }
        }
        Ok(rule)
    }

    fn user_pool(&self) -> Option<&str> {
        self.user_pool.as_deref()
    }

    fn for_copy(&self, user_pool: &str, _: &BTreeMap<&str, &str>) -> Self {
        Self {
            user_pool: Some(user_pool.to_owned()),
            ..self.clone()
        }
    }

    fn view(&self) -> Value {
        json!({
            "userPoolId": self.user_pool,
            "username": self.username,
            "destination": self.destination,
            "medium": self.medium.map(DeliveryMediumType::as_str),
            "error": self.error,
        })
    }
}

impl UndeliverableRule {
    fn applies(&self, to: &Message) -> bool {
        let same = |named: &Option<String>, given: &str| {
            named.as_deref().is_none_or(|named| named == given)
        };
        same(&self.user_pool, &to.user_pool_id)
            && self.username.as_deref().is_none_or(|name| to.is_to(name))
            && same(&self.destination, &to.destination)
            && self.medium.is_none_or(|named| named == to.medium)
    }
}

impl Undeliverable {
    /// The first rule by which a message fails.
    pub fn of(&self, message: &Message) -> Option<UndeliverableRule> {
        let rules = self.all();
        rules.iter().find(|rule| rule.applies(message)).cloned()
    }
}
