//! What a wrong code may have been: said in the reason of its refusal, and in nothing else.
//!
//! It is looked for when the refusal is there. Only the kind of a code is told, never its digits.

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::Contact;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::code::Code;
use crate::store::user_pool::user::User;

/// Messages that are looked at, the last ones.
const MESSAGES: usize = 1_000;

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Confirming a sign-up.
    SignUp,
    /// Resetting a password.
    Reset,
    /// Verifying an address.
    Attribute(Contact),
    /// A sign-in.
    SignIn,
}

impl For {
    /// Who takes it, and what it is sent by.
    fn said(self) -> &'static str {
        match self {
            Self::SignUp => "a sign-up, which ConfirmSignUp takes",
            Self::Reset => "a password reset, which ConfirmForgotPassword takes",
            Self::Attribute(Contact::Email) => {
                "the verification of email, which VerifyUserAttribute takes"
            }
            Self::Attribute(Contact::PhoneNumber) => {
                "the verification of phone_number, which VerifyUserAttribute takes"
            }
            Self::SignIn => {
                "a sign-in, which RespondToAuthChallenge takes with the Session of that sign-in"
            }
        }
    }

    /// What the code in a message of this kind is for.
    fn of_message(kind: &str, contact: Contact) -> Option<Self> {
        match kind {
            "SignUp" | "ResendCode" => Some(Self::SignUp),
            "ForgotPassword" => Some(Self::Reset),
            "UpdateUserAttribute" | "VerifyUserAttribute" => Some(Self::Attribute(contact)),
            "Authentication" => Some(Self::SignIn),
            _ => None,
        }
    }
}

/// The refusal with what the code may have been in its reason, where something is known of it.
pub fn explained(
    cx: &Context,
    pool: &UserPool,
    sub: Uuid,
    asked: For,
    given: &str,
    refused: CognitoError,
) -> CognitoError {
    let is_of_codes = matches!(
        refused.refusal,
        Refusal::VerificationCodeWrong
            | Refusal::CodeExpired
            | Refusal::MfaCodeWrong
            | Refusal::CannotConfirm { .. }
    );
    if !is_of_codes {
        return refused;
    }
    let Some(user) = pool.read(|state| state.users.with_sub(sub).cloned()) else {
        return refused;
    };
    let now = cx.now();
    let found = used(&user, given, now)
        .or_else(|| of_another_kind(&user, asked, given, now))
        .or_else(|| without_zeros(&user, asked, given))
        .or_else(|| sent(cx, pool, &user, asked, given))
        .or_else(|| not_even_the_expired_one(&user, asked, given, now));
    match found {
        Some(found) => refused.adding(&found),
        None => refused,
    }
}

fn used(user: &User, given: &str, now: Timestamp) -> Option<String> {
    let mut latest_first = user.more()?.used_codes.iter().rev();
    let used = latest_first.find(|used| used.code.is(given))?;
    let when = used.at.ago(now);
    Some(format!("this code was used {when}, by {}", used.by))
}

/// The codes that are kept with a user.
fn kept(user: &User) -> impl Iterator<Item = (For, &Code)> {
    user.more().into_iter().flat_map(|more| {
        let sign_up = more.sign_up_code.iter().map(|code| (For::SignUp, code));
        let reset = more.reset_code.iter().map(|code| (For::Reset, code));
        let verifications = more.verifications.iter();
        let verifications = verifications.map(|known| (For::Attribute(known.contact), &known.code));
        sign_up.chain(reset).chain(verifications)
    })
}

fn of_another_kind(user: &User, asked: For, given: &str, now: Timestamp) -> Option<String> {
    kept(user)
        .filter(|(what, _)| *what != asked)
        .find_map(|(what, code)| {
            let what = what.said();
            if code.was(given) {
                return Some(format!(
                    "it was the code of {what}, until another was sent in its place"
                ));
            }
            let late = if now > code.expires {
                ", and has expired"
            } else {
                ""
            };
            code.is(given)
                .then(|| format!("it is the code of {what}{late}"))
        })
}

/// A code that was taken for a number.
fn without_zeros(user: &User, asked: For, given: &str) -> Option<String> {
    let (_, code) = kept(user).find(|(what, _)| *what == asked)?;
    let filled = format!("{given:0>width$}", width = code.digits().len());
    let lacks_zeros = filled.len() > given.len() && code.is(&filled);
    lacks_zeros.then(|| "the zeros at its start are missing: a code is a text".to_owned())
}

/// What the messages tell of the code.
fn sent(cx: &Context, pool: &UserPool, user: &User, asked: For, given: &str) -> Option<String> {
    use crate::model::cognito_idp::DeliveryMediumType;

    let messages = cx.outbox.image();
    let mut with_it = messages.iter().rev().take(MESSAGES).filter(|message| {
        message.code.as_deref() == Some(given) && message.user_pool_id == pool.id.as_str()
    });
    let message = with_it.next()?;
    let when = message.sent.ago(cx.now());
    if message.username != user.username.as_str() {
        return Some(format!(
            "it was sent {when} to another user, {:?}",
            message.username
        ));
    }
    let contact = match message.medium {
        DeliveryMediumType::Email => Contact::Email,
        DeliveryMediumType::Sms => Contact::PhoneNumber,
    };
    let what = For::of_message(message.kind, contact)?;
    match (what, asked) {
        (For::SignIn, For::SignIn) => Some(format!(
            "it was sent {when} for another sign-in: a code goes with the Session that it was sent for"
        )),
        _ if what == asked => None,
        _ => Some(format!("it was sent {when} for {}", what.said())),
    }
}

fn not_even_the_expired_one(
    user: &User,
    asked: For,
    given: &str,
    now: Timestamp,
) -> Option<String> {
    let (_, code) = kept(user).find(|(what, _)| *what == asked)?;
    let is_another = now > code.expires && !code.is(given) && !code.was(given);
    is_another.then(|| "the code that was given is another one besides".to_owned())
}

#[cfg(test)]
#[path = "wrong_code_tests.rs"]
mod tests;
