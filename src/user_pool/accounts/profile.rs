//! What users do with their own accounts, by access token: GetUser, DeleteUser, and their
//! attributes.
//!
//! What a client may read and write is documented in "Attribute permissions and scopes", developer
//! guide.

use super::attribute_update;
use super::sign_up::{check_writable, check_writable_name};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::NoOutput;
use crate::model::cognito_idp::{
    DeleteUserAttributesRequest, DeleteUserAttributesResponse, DeleteUserRequest,
    GetUserAttributeVerificationCodeRequest, GetUserAttributeVerificationCodeResponse,
    GetUserRequest, GetUserResponse, UpdateUserAttributesRequest, UpdateUserAttributesResponse,
    VerifyUserAttributeRequest, VerifyUserAttributeResponse,
};
use crate::store::user_pool::code::Code;
use crate::store::user_pool::user::{self, Limited};
use crate::user_pool::messages::code_delivery::Address;
use crate::user_pool::messages::verification::{self, Due, Recipient};
use crate::user_pool::messages::wrong_code::{self, For};
use crate::user_pool::mfa;
use crate::user_pool::tokens::access::authorize;
use crate::user_pool::triggers::custom_message::Kind;
use crate::user_pool::users::aliases::{self, Clash};
use crate::user_pool::users::attributes::{self, Giving};
use crate::user_pool::users::{self, contacts};

/// `GetUser`. Shows the attributes that the token's client may read (documented).
///
/// # Errors
/// A bad access token.
pub fn get_user(cx: &Context, req: GetUserRequest) -> Result<GetUserResponse, CognitoError> {
    let caller = authorize(cx, &req.access_token)?;
    let user = &caller.user;
    Ok(GetUserResponse {
        username: user.username.clone(),
        user_attributes: user.attributes_where(|name| caller.client.can_read(name)),
        mfa_options: user::options(user),
        preferred_mfa_setting: mfa::preferred(user),
        user_mfa_setting_list: mfa::mfa_list(user),
    })
}

/// `DeleteUser`.
///
/// # Errors
/// A bad access token.
pub fn delete_user(cx: &Context, req: DeleteUserRequest) -> Result<NoOutput, CognitoError> {
    let caller = authorize(cx, &req.access_token)?;
    caller.pool.change(|draft| {
        let state = draft.state();
        let user = users::current(state, &caller.user)?;
        draft.remove_user(state.users.key(&user.username));
        Ok(NoOutput)
    })
}

/// `UpdateUserAttributes`.
///
/// # Errors
/// A bad access token, an attribute that the client may not write or that does not conform, an alias
/// in use; what the custom message function refuses, though the attributes are changed by then.
pub async fn update_user_attributes(
    cx: &Context,
    req: UpdateUserAttributesRequest,
) -> Result<UpdateUserAttributesResponse, CognitoError> {
    let caller = authorize(cx, &req.access_token)?;
    let settings = &caller.settings;
    check_writable(settings, &caller.client, &req.user_attributes)?;
    attributes::check_given(
        &settings.schema,
        &req.user_attributes,
        Giving::Update,
        false,
    )?;
    let update = attribute_update::plan(cx, settings, &caller.user, req.user_attributes)?;
    let user = users::change(&caller.pool, &caller.user, |draft, user| {
        update.apply(settings, draft, user)
    })?;
    let metadata = req.client_metadata.unwrap_or_default();
    let to = Recipient::of_client(&caller.pool, settings, &caller.client.id, &user, &metadata);
    let mut sent = Vec::with_capacity(update.codes.len());
    for code in &update.codes {
        sent.push(code.send(cx, Kind::UpdateUserAttribute, to).await?);
    }
    Ok(UpdateUserAttributesResponse {
        code_delivery_details_list: Some(sent),
    })
}

/// `DeleteUserAttributes`. That write permission is asked for is inferred from the update.
///
/// # Errors
/// A bad access token, an attribute that the client may not write or that cannot be deleted.
pub fn delete_user_attributes(
    cx: &Context,
    req: DeleteUserAttributesRequest,
) -> Result<DeleteUserAttributesResponse, CognitoError> {
    let caller = authorize(cx, &req.access_token)?;
    for name in &req.user_attribute_names {
        check_writable_name(&caller.settings, &caller.client, name)?;
    }
    attribute_update::check_deletion(&caller.settings.schema, &req.user_attribute_names, false)?;
    let now = cx.now();
    users::change(&caller.pool, &caller.user, |_, user| {
        attribute_update::delete(user, &req.user_attribute_names, now);
        Ok(())
    })?;
    Ok(DeleteUserAttributesResponse::default())
}

/// `GetUserAttributeVerificationCode`. Also for an address that is verified already, or that the
/// pool does not verify by itself (observed). Where a new value waits for its code, the code goes
/// there again (inferred).
///
/// # Errors
/// A bad access token, another attribute than an address, an address that the user lacks; what the
/// custom message function refuses.
pub async fn get_user_attribute_verification_code(
    cx: &Context,
    req: GetUserAttributeVerificationCodeRequest,
) -> Result<GetUserAttributeVerificationCodeResponse, CognitoError> {
    let caller = authorize(cx, &req.access_token)?;
    let contact = contacts::require(&req.attribute_name)?;
    Limited::GetUserAttributeVerificationCode.charge(cx, &caller.pool, &caller.user)?;
    let pending = verification::outstanding(&caller.user, contact)
        .and_then(|outstanding| outstanding.pending.clone());
    let to = pending.as_deref().or_else(|| caller.user.address(contact));
    let Some(to) = to else {
        return Refusal::NothingToVerify {
            name: contact.to_string(),
        }
        .refuse(format!("set {contact} first; the user has none"));
    };
    let due = Due::new(
        cx,
        &caller.settings,
        Address::new(contact, to),
        pending.clone(),
    );
    let user = users::change(&caller.pool, &caller.user, |_, user| {
        let waiting = verification::outstanding(user, contact)
            .and_then(|outstanding| outstanding.pending.as_ref());
        if waiting == pending.as_ref() && due.still_stands(user) {
            verification::expect(user, due.code.clone(), pending);
        }
        Ok(())
    })?;
    let metadata = req.client_metadata.unwrap_or_default();
    let to = Recipient::of_client(
        &caller.pool,
        &caller.settings,
        &caller.client.id,
        &user,
        &metadata,
    );
    let details = due.send(cx, Kind::VerifyUserAttribute, to).await?;
    Ok(GetUserAttributeVerificationCodeResponse {
        code_delivery_details: Some(details),
    })
}

/// `VerifyUserAttribute`. A value that waited for its code takes effect (documented).
///
/// # Errors
/// A bad access token, another attribute than an address, a wrong or late code, an alias in use.
pub fn verify_user_attribute(
    cx: &Context,
    req: VerifyUserAttributeRequest,
) -> Result<VerifyUserAttributeResponse, CognitoError> {
    let caller = authorize(cx, &req.access_token)?;
    let contact = contacts::require(&req.attribute_name)?;
    Limited::VerifyUserAttribute.charge(cx, &caller.pool, &caller.user)?;
    let settings = &caller.settings;
    let now = cx.now();
    let verified = users::change(&caller.pool, &caller.user, |draft, user| {
        let outstanding = verification::outstanding(user, contact).cloned();
        Code::check(
            outstanding.as_ref().map(|known| &known.code),
            &req.code,
            now,
        )?;
        if let Some(known) = outstanding {
            if let Some(value) = known.pending {
                let name = contacts::kept_name(settings, contact.as_str());
                user.attributes.set(name, &value);
            }
            user.note_used(known.code, "VerifyUserAttribute", now);
        }
        verification::forget(user, contact);
        contacts::mark(settings, user, contact, true);
        user.modified = now;
        aliases::take(draft, user, &[contact.into()], Clash::Refuse)
    });
    verified.map_err(|refused| {
        let (pool, sub) = (&caller.pool, caller.user.sub);
        wrong_code::explained(cx, pool, sub, For::Attribute(contact), &req.code, refused)
    })?;
    Ok(VerifyUserAttributeResponse::default())
}

#[cfg(test)]
#[path = "tests/profile.rs"]
mod tests;
