//! Changing attributes of a user that exists, for users and administrators alike.
//!
//! Documented (UpdateUserAttributes, AdminUpdateUserAttributes and UserAttributeUpdateSettingsType
//! in the API reference): a changed address is unverified, and gets a code where the pool verifies
//! it automatically; where it must be verified first, the old value stays until then; an
//! administrator who sets the flag in the same call decides it.

use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::Contact;
use crate::model::cognito_idp::{AttributeType, UserStatusType};
use crate::store::user_pool::schema::Schema;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;
use crate::store::{Draft, Searchable};
use crate::user_pool::messages::code_delivery::Address;
use crate::user_pool::messages::verification::{self, Due};
use crate::user_pool::users::aliases::{self, Clash};
use crate::user_pool::users::contacts;

/// A checked update, ready to be applied under the pool's lock.
pub struct Update {
    attributes: Vec<(String, String)>,
    /// Codes to be sent once the update is stored.
    pub codes: Vec<Due>,
    now: Timestamp,
}

/// Works out what `given`, whose values are checked already, does to `user`.
///
/// # Errors
/// A required attribute that would be deleted, a preferred username given too early.
pub fn plan(
    cx: &Context,
    settings: &PoolSettings,
    user: &User,
    given: Vec<AttributeType>,
) -> Result<Update, CognitoError> {
    if user.status == UserStatusType::Unconfirmed
        && aliases::gives_preferred_username(settings, &given)
    {
        return Refusal::PreferredUsernameTooEarly
            .refuse("preferred_username is an alias of the pool; confirm the user first");
    }
    let mut attributes = Vec::with_capacity(given.len());
    for attribute in given {
        let value = attribute.value.unwrap_or_default();
        if value.is_empty() {
            // That an empty value is refused like a deletion is inferred.
            check_required(&settings.schema, &attribute.name)?;
        }
        let value = aliases::as_kept(settings, &attribute.name, &value).into_owned();
        attributes.push((attribute.name, value));
    }
    let codes = Contact::ALL
        .iter()
        .filter_map(|contact| due(cx, settings, user, &attributes, *contact))
        .collect();
    Ok(Update {
        attributes,
        codes,
        now: cx.now(),
    })
}

/// Adds attributes that a challenge's answer brings to `user`, who is about to be staged: a new
/// address is not verified by being given, and nobody else may be found by it.
///
/// # Errors
/// AliasExistsException for a value by which another user is found.
pub fn add(
    settings: &PoolSettings,
    draft: &mut Draft<'_>,
    user: &mut User,
    given: &[AttributeType],
) -> Result<(), CognitoError> {
    for attribute in given {
        let value = attribute.value.as_deref().unwrap_or_default();
        let value = aliases::as_kept(settings, &attribute.name, value);
        user.attributes
            .set(contacts::kept_name(settings, &attribute.name), &value);
        if let Some(contact) = Contact::parse(&attribute.name) {
            contacts::mark(settings, user, contact, false);
        }
    }
    let touched: Vec<Searchable> = aliases::ALL
        .into_iter()
        .filter(|alias| given.iter().any(|attribute| attribute.name == alias.name()))
        .collect();
    aliases::take(draft, user, &touched, Clash::Refuse)
}

fn given<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes
        .iter()
        .rev()
        .find(|(given, _)| given == name)
        .map(|(_, value)| value.as_str())
}

/// The code for a changed address, if the pool verifies it automatically. A value that is the same
/// as before is no change (inferred).
fn due(
    cx: &Context,
    settings: &PoolSettings,
    user: &User,
    attributes: &[(String, String)],
    contact: Contact,
) -> Option<Due> {
    let value = given(attributes, contact.as_str()).filter(|value| !value.is_empty())?;
    let decided =
        given(attributes, contact.flag()).is_some_and(|flag| flag.eq_ignore_ascii_case("true"));
    let changed = user.address(contact) != Some(value);
    if decided || !changed || !settings.auto_verifies(contact) {
        return None;
    }
    let pending = settings
        .verifies_before_update(contact)
        .then(|| value.to_owned());
    Some(Due::new(
        cx,
        settings,
        Address::new(contact, value),
        pending,
    ))
}

impl Update {
    /// Applies the update to `user`, who is about to be staged.
    ///
    /// # Errors
    /// AliasExistsException for a value by which another user is found.
    pub fn apply(
        &self,
        settings: &PoolSettings,
        draft: &mut Draft<'_>,
        user: &mut User,
    ) -> Result<(), CognitoError> {
        for (name, value) in &self.attributes {
            match Contact::parse(name) {
                Some(contact) => self.set_address(settings, draft, user, contact, value)?,
                None if Contact::flagged(name).is_none() => {
                    user.attributes
                        .set(contacts::kept_name(settings, name), value);
                }
                None => {}
            }
        }
        // Flags last: they decide about the address given beside them.
        for (name, value) in &self.attributes {
            let Some(contact) = Contact::flagged(name) else {
                continue;
            };
            user.attributes
                .set(contacts::kept_name(settings, name), value);
            if value.eq_ignore_ascii_case("true")
                && verification::outstanding(user, contact)
                    .is_some_and(|outstanding| outstanding.pending.is_none())
            {
                verification::forget(user, contact);
            }
        }
        let touched: Vec<Searchable> = aliases::ALL
            .into_iter()
            .filter(|attribute| {
                let flag = Contact::parse(attribute.name()).map(Contact::flag);
                given(&self.attributes, attribute.name()).is_some()
                    || flag.is_some_and(|flag| given(&self.attributes, flag).is_some())
            })
            .collect();
        aliases::take(draft, user, &touched, Clash::Refuse)?;
        user.modified = self.now;
        Ok(())
    }

    fn set_address(
        &self,
        settings: &PoolSettings,
        draft: &Draft<'_>,
        user: &mut User,
        contact: Contact,
        value: &str,
    ) -> Result<(), CognitoError> {
        let name = contact.as_str();
        if user.address(contact) == Some(value) {
            return Ok(());
        }
        if value.is_empty() {
            remove(user, name);
            return Ok(());
        }
        aliases::check_free(draft.state(), user, contact.into(), value)?;
        let code = self.codes.iter().find(|due| due.address.contact == contact);
        let pending = code.and_then(|due| due.pending.clone());
        if pending.is_none() {
            remove(user, name);
            user.attributes
                .set(contacts::kept_name(settings, name), value);
            contacts::mark(settings, user, contact, false);
        }
        if let Some(due) = code {
            verification::expect(user, due.code.clone(), pending);
        }
        Ok(())
    }
}

/// Takes an attribute away; with an address go its flag and the codes sent to it (inferred).
fn remove(user: &mut User, name: &str) {
    user.attributes.remove(name);
    let Some(contact) = Contact::parse(name) else {
        return;
    };
    user.attributes.remove(contact.flag());
    verification::forget(user, contact);
    if let Some(more) = &mut user.more {
        more.sign_up_code.take_if(|code| code.sent_to == contact);
        more.reset_code.take_if(|code| code.sent_to == contact);
    }
}

fn check_required(schema: &Schema, name: &str) -> Result<(), CognitoError> {
    if name != "sub" && schema.get(name).is_some_and(|known| known.required) {
        return Refusal::InvalidUserAttributes {
            findings: format!("{name}: Required attribute cannot be deleted."),
        }
        .refuse(format!(
            "the pool's schema requires {name}; change its value instead"
        ));
    }
    Ok(())
}

/// Checks the names of attributes to be deleted. The sentence for an immutable one is inferred from
/// the one for updates.
///
/// # Errors
/// A name that the schema lacks, an immutable or a required attribute.
pub fn check_deletion(
    schema: &Schema,
    names: &[String],
    is_admin: bool,
) -> Result<(), CognitoError> {
    let mut findings = String::new();
    for name in names {
        match schema
            .get(name)
            .filter(|known| is_admin || !known.developer_only)
        {
            None => findings.push_str(&format!(
                "user.{name}: Attribute does not exist in the schema.\n"
            )),
            Some(known) if !known.mutable => {
                findings.push_str(&format!("user.{name}: Attribute cannot be updated.\n"));
            }
            Some(_) => {}
        }
    }
    if !findings.is_empty() {
        return Refusal::InvalidUserAttributes { findings }
            .refuse("checked against the pool's schema, which DescribeUserPool shows");
    }
    names
        .iter()
        .try_for_each(|name| check_required(schema, name))
}

/// Deletes attributes of `user`, who is about to be staged.
pub fn delete(user: &mut User, names: &[String], now: Timestamp) {
    for name in names {
        remove(user, name);
    }
    user.modified = now;
}
