//! Users who come from another directory when they first sign in or forget their password: made from
//! what the pool's UserMigration function tells ("Migrate user Lambda trigger", developer guide).
//!
//! A function that knows nobody, and a user who cannot be made as it is told, are to the client an
//! unknown user (observed for `sub` among the attributes; inferred for what else keeps one from being
//! made: that an alias in use and SMS codes without a number end in an error is documented).

use std::borrow::Cow;
use std::sync::Arc;

use super::create_user::{self, NewUser};
use super::password_history;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AliasAttributeType, AttributeType, UserPoolMfaType, UserStatusType,
};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;
use crate::user_pool::messages::verification::Recipient;
use crate::user_pool::triggers::user_migration::{Migrant, Source, UserMigration};
use crate::user_pool::triggers::{self, ClientMetadata, Subject};
use crate::user_pool::users;
use crate::user_pool::users::aliases::{self, Clash};
use crate::user_pool::users::attributes::{self, Giving};

/// A name that the pool does not know, and who asks for it.
pub(crate) struct Migrating<'a> {
    /// The pool.
    pub(crate) pool: &'a Arc<UserPool>,
    /// Its settings, which name the function.
    pub(crate) settings: &'a PoolSettings,
    /// The app client that asks.
    pub(crate) client: &'a AppClient,
    /// The name as it was typed.
    pub(crate) username: &'a str,
    /// What asks.
    pub(crate) source: Source<'a>,
}

/// What became of it.
pub(crate) enum Migration {
    /// The pool has a user of the name now.
    User(Arc<User>),
    /// It has none, and why.
    Nobody(Cow<'static, str>),
}

/// Why a user was not made.
type Unmade = Cow<'static, str>;

impl Migrating<'_> {
    /// Asks the pool's function for the user, makes it, and welcomes it.
    ///
    /// # Errors
    /// What the function refuses or fails by; the same of the welcome message's function, though the
    /// user is made by then.
    pub(crate) async fn run(&self, cx: &Context) -> Result<Migration, CognitoError> {
        if self.settings.lambda.user_migration.is_none() {
            return Ok(Migration::Nobody(
                "no user of the pool has this name".into(),
            ));
        }
        let subject = Subject {
            pool: self.pool,
            settings: self.settings,
            client_id: Some(&self.client.id),
            username: self.username,
        };
        let source = self.source;
        let told = triggers::call(cx, subject, UserMigration { source }).await?;
        let Some(migrant) = told else {
            return Ok(Migration::Nobody(
                "no user of the pool has this name, and the UserMigration function returned no \
                 userAttributes"
                    .into(),
            ));
        };
        let made = self
            .build(cx, &migrant)
            .and_then(|user| self.store(user, &migrant));
        match made {
            Ok((user, is_new)) => {
                if is_new && !migrant.is_silent {
                    self.welcome(cx, &user, &migrant).await?;
                }
                Ok(Migration::User(user))
            }
            Err(unmade) => Ok(Migration::Nobody(
                format!("the user that the UserMigration function returned was not made: {unmade}")
                    .into(),
            )),
        }
    }

    /// The user; nothing is stored yet. The password policy is not enforced (documented), and missing
    /// required attributes do not matter (documented: they get "default values"; that these are none is
    /// inferred).
    fn build(&self, cx: &Context, migrant: &Migrant) -> Result<User, Unmade> {
        let username = self.new_name(migrant)?;
        let address = create_user::check_username(self.settings, username, None)
            .map_err(|refused| refused.reason().to_owned())?;
        let given = migrant.attributes.iter();
        let given = given.filter(|(name, _)| *name != "username");
        let given = given.map(|(name, value)| AttributeType {
            name: name.clone(),
            value: Some(value.clone()),
        });
        let given = create_user::with_address(given.collect(), address, username);
        attributes::check_given(&self.settings.schema, &given, Giving::AdminCreateUser, true)
            .map_err(|refused| refused.reason().to_owned())?;
        let new = NewUser {
            username,
            attributes: &given,
            sub: None,
            status: if migrant.is_confirmed {
                UserStatusType::Confirmed
            } else {
                UserStatusType::ResetRequired
            },
            created: cx.now(),
        };
        let mut user = create_user::build_user(cx, self.settings, new)
            .map_err(|refused| refused.reason().to_owned())?;
        if migrant.enable_sms_mfa {
            if self.settings.mfa.mode == UserPoolMfaType::Off {
                return Err("enableSMSMFA needs a pool with MFA (documented)".into());
            }
            if user.attributes.get("phone_number").is_none() {
                return Err("enableSMSMFA needs a phone_number (documented)".into());
            }
            user.more_mut().mfa.sms = true;
        }
        // Documented for CONFIRMED. That RESET_REQUIRED keeps it too is inferred: that a password must
        // be reset shows only after a right one (observed).
        if let Source::Authentication { password, .. } = self.source {
            user.password = Some(password_history::keep(cx, self.pool, &user, password));
        }
        Ok(user)
    }

    /// The name of the new user: the one typed, unless that is an alias in a pool with aliases, which
    /// needs another (documented). Where addresses stand in place of usernames, it is the address.
    fn new_name<'n>(&'n self, migrant: &'n Migrant) -> Result<&'n str, Unmade> {
        let typed = self.username;
        let told = migrant.attributes.get("username").map(String::as_str);
        let is_typed = |attribute: &str| {
            let value = migrant.attributes.get(attribute);
            value.is_some_and(|value| {
                aliases::as_kept(self.settings, attribute, value)
                    == aliases::as_kept(self.settings, attribute, typed)
            })
        };
        for (alias, attribute, has_form) in [
            (
                AliasAttributeType::Email,
                "email",
                attributes::is_email(typed),
            ),
            (
                AliasAttributeType::PhoneNumber,
                "phone_number",
                attributes::is_phone_number(typed),
            ),
            (
                AliasAttributeType::PreferredUsername,
                "preferred_username",
                told.is_some(),
            ),
        ] {
            if self.settings.has_alias(alias) && has_form && is_typed(attribute) {
                return told.ok_or_else(|| {
                    format!("{attribute} is an alias, so userAttributes must have a username")
                        .into()
                });
            }
        }
        match told {
            Some(told) if told != typed => Err(
                "userAttributes.username may differ from the name that was typed only where that is \
                 an alias of the pool, and the user's attribute (documented)"
                    .into(),
            ),
            _ => Ok(typed),
        }
    }

    /// Stores the user, and says whether it is new: of two requests that migrate one user at once, the
    /// later one finds the user of the earlier.
    fn store(&self, user: User, migrant: &Migrant) -> Result<(Arc<User>, bool), Unmade> {
        let clash = if migrant.force_alias_creation {
            Clash::Move(user.created)
        } else {
            Clash::Refuse
        };
        let stored = self.pool.change(|draft| {
            if let Some(known) = users::resolve(draft.state(), self.username) {
                return Ok((Arc::clone(known), false));
            }
            if aliases::name_is_taken(draft.state(), &user) {
                return Refusal::UserAccountExists.refuse("another user of the pool has this name");
            }
            aliases::take(draft, &user, &aliases::ALL, clash)?;
            Ok((draft.put_user(user), true))
        });
        stored.map_err(|refused| Cow::Owned(refused.reason().to_owned()))
    }

    /// The welcome message, which is the invitation's: by SMS unless the function says otherwise
    /// (documented). What stands in it as the password is inferred: one like those of invitations,
    /// which signs nobody in, for what the user typed is not to be read in a mail.
    async fn welcome(
        &self,
        cx: &Context,
        user: &User,
        migrant: &Migrant,
    ) -> Result<(), CognitoError> {
        let password = self.settings.password_policy.generate(&cx.entropy);
        let metadata = ClientMetadata::new();
        let to = Recipient::of_client(self.pool, self.settings, &self.client.id, user, &metadata);
        create_user::invite(cx, to, &password, migrant.mediums.clone()).await
    }
}

#[cfg(test)]
#[path = "tests/migration.rs"]
mod tests;
