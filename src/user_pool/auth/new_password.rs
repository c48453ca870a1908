//! NEW_PASSWORD_REQUIRED: a temporary password is right, and the user sets a password of their own
//! and whatever required attributes are still missing.

use super::attempt::Parameters;
use super::door::Outcome;
use super::next_step::Proven;
use super::sign_in::SignIn;
use crate::error::{CognitoError, Refusal};
use crate::model::JsonWriter;
use crate::model::cognito_idp::{AttributeType, ChallengeNameType, UserStatusType};
use crate::store::user_pool::conversations::{Completed, Step};
use crate::store::user_pool::password::{self, Setting};
use crate::store::user_pool::user::User;
use crate::user_pool::accounts::{attribute_update, password_history};
use crate::user_pool::conversations::Conversation;
use crate::user_pool::users;
use crate::user_pool::users::attributes::{self, Giving};

const PREFIX: &str = "userAttributes.";

impl SignIn<'_> {
    pub(super) fn require_new_password(&self, user: &User) -> Result<Outcome, CognitoError> {
        let set = user
            .password
            .as_ref()
            .map(|password| password.set)
            .unwrap_or_default();
        if self.settings.password_policy.is_expired(set, self.cx.now()) {
            return Refusal::TemporaryPasswordExpired.refuse(format!(
                "the temporary password is of {}; AdminCreateUser with MessageAction RESEND or \
                 AdminSetUserPassword gives a new one",
                set.to_rfc3339()
            ));
        }
        let parameters = [
            ("requiredAttributes", self.missing_attributes(user)),
            ("userAttributes", given_attributes(user)),
        ];
        Ok(self.challenge(
            user,
            ChallengeNameType::NewPasswordRequired,
            Step::NewPasswordRequired(user.password.clone()),
            parameters,
        ))
    }

    /// A JSON array of `userAttributes.NAME`: required and still empty (observed form).
    fn missing_attributes(&self, user: &User) -> String {
        let mut out = JsonWriter::new();
        out.array(|out| {
            for required in self.settings.schema.required() {
                if user.attributes.get(&required.name).is_none() {
                    out.string(&format!("{PREFIX}{}", required.name));
                }
            }
        });
        out.into_string()
    }

    pub(super) fn take_new_password(
        &self,
        conversation: Conversation,
        mut answer: Parameters,
    ) -> Result<Proven, CognitoError> {
        let password = answer.take("NEW_PASSWORD")?;
        let given: Vec<AttributeType> = answer
            .take_prefixed(PREFIX)
            .into_iter()
            .map(|(name, value)| AttributeType {
                name,
                value: Some(value),
            })
            .collect();
        let user = conversation.user(self.cx)?;
        let password = password::from_parameter(&self.pool.id, &user.username, password)?;
        self.check_given(&user, &given)?;
        self.settings
            .password_policy
            .check(&password, Setting::ExistingUser)?;
        self.watch_new_password(&user, &password)?;
        password_history::refuse_reuse(
            &self.settings.password_policy,
            &self.pool.id,
            &user,
            &password,
        )?;
        let now = self.cx.now();
        let kept = password_history::keep(self.cx, &self.pool, &user, &password);
        let user = self.pool.change(|draft| {
            let mut current = User::clone(users::current(draft.state(), &user)?);
            conversation.check_open(&current, now)?;
            attribute_update::add(&self.settings, draft, &mut current, &given)?;
            password_history::replace(&mut current, &self.settings.password_policy, kept);
            current.status = UserStatusType::Confirmed;
            current.modified = now;
            // With the change, so that of two answers at once the later one finds the session used.
            conversation.consume(self.cx)?;
            Ok(draft.put_user(current))
        })?;
        Ok(Proven {
            user,
            step: Completed::NewPassword,
        })
    }

    fn check_given(&self, user: &User, given: &[AttributeType]) -> Result<(), CognitoError> {
        for attribute in given {
            if user.attributes.get(&attribute.name).is_some() {
                return Refusal::AttributeAlreadyProvided {
                    name: attribute.name.clone(),
                }
                .refuse("the challenge may only add attributes that have no value yet");
            }
            if !self.client.can_write(&attribute.name)
                && self.settings.schema.get(&attribute.name).is_some()
            {
                return Refusal::UnauthorizedAttribute.refuse(format!(
                    "WriteAttributes of the app client do not have {}",
                    attribute.name
                ));
            }
        }
        attributes::check_given(&self.settings.schema, given, Giving::AdminCreateUser, false)?;
        for required in self.settings.schema.required() {
            let has = user.attributes.get(&required.name).is_some()
                || given.iter().any(|one| {
                    one.name == *required.name
                        && one.value.as_deref().is_some_and(|value| !value.is_empty())
                });
            if !has {
                return Refusal::AttributeMissing {
                    name: required.name.to_string(),
                }
                .refuse(format!("answer with {PREFIX}{}", required.name));
            }
        }
        Ok(())
    }
}

/// A JSON object of the attributes the user has, without `sub` (inferred).
fn given_attributes(user: &User) -> String {
    let mut out = JsonWriter::new();
    out.object(|out| {
        for (name, value) in user.attributes.iter() {
            out.field(name, value);
        }
    });
    out.into_string()
}
