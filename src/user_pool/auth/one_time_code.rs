//! EMAIL_OTP and SMS_OTP as first factors: a code of eight digits (observed for both) in place of a
//! password.
//!
//! A code is good as long as its session (observed), also after another sign-in was sent one (inferred: that
//! a new code voids the last one is told of codes that are kept with the user).
//!
//! A right code verifies the address, and confirms the user, whatever the pool verifies at a sign-up
//! (documented). It comes by the message of a sign-in, and by CustomMessage_Authentication (documented).
//! PostConfirmation is not called: AWS's table of its sources does not have this (inferred).

use std::sync::Arc;

use super::attempt::Parameters;
use super::door::Outcome;
use super::first_factors::FirstFactor;
use super::next_step::Proven;
use super::sign_in::SignIn;
use crate::error::{CognitoError, Refusal};
use crate::model::Contact;
use crate::model::cognito_idp::UserStatusType;
use crate::store::user_pool::code::Code;
use crate::store::user_pool::conversations::{Completed, Step, nobody};
use crate::store::user_pool::user::User;
use crate::user_pool::accounts::unknown_user;
use crate::user_pool::conversations::Conversation;
use crate::user_pool::messages::code_delivery::Address;
use crate::user_pool::users::aliases;

impl SignIn<'_> {
    /// Sends a code and asks for it. To a name that means nobody none is sent, and none is right.
    pub(super) async fn send_one_time_code(
        &self,
        user: &User,
        contact: Contact,
        available: &[FirstFactor],
    ) -> Result<Outcome, CognitoError> {
        let code = Code::long(self.cx, &self.settings, self.step_life(), contact);
        let address = match nobody(&self.completed) {
            Some(name) => unknown_user::simulated_address(&self.settings, name, contact),
            None => {
                let Some(address) = Address::of(user, contact) else {
                    return Refusal::SessionUnknown
                        .refuse(format!("the user has no {contact} any more"));
                };
                self.deliver_code(user, &address, &code).await?;
                address
            }
        };
        let code = code.bound_to(&address.to);
        let parameters = [
            (
                "CODE_DELIVERY_DELIVERY_MEDIUM",
                contact.medium().as_str().to_owned(),
            ),
            ("CODE_DELIVERY_DESTINATION", address.masked()),
        ];
        let name = FirstFactor::Code(contact).name();
        Ok(self.ask(user, name, Step::OneTimeCode(code), available, parameters))
    }

    /// Takes the answer. A wrong one leaves the session open, and does not count towards the lock
    /// (observed: six of them).
    pub(super) fn take_one_time_code(
        &self,
        conversation: Conversation,
        mut answer: Parameters,
        code: &Code,
    ) -> Result<Proven, CognitoError> {
        let given = answer.take(match code.sent_to {
            Contact::Email => "EMAIL_OTP_CODE",
            Contact::PhoneNumber => "SMS_OTP_CODE",
        })?;
        if nobody(&conversation.completed).is_some() {
            return Refusal::MfaCodeWrong.refuse(
                "no user of the pool has this name, so no code was sent; the app client's \
                 PreventUserExistenceErrors ENABLED hides that",
            );
        }
        let user = conversation.user(self.cx)?;
        if !code.is(&given) || !code.is_of(&user) {
            self.note_wrong_first_factor(&user);
            let refused = Refusal::MfaCodeWrong.because(
                "another code was sent for this session, of eight digits, which GET /_poolhouse/messages \
                 shows, or the user's address has changed since",
            );
            return Err(self.explained(&user, code, &given, refused));
        }
        self.check_verifiable(&user, code)?;
        conversation.consume(self.cx)?;
        let user = self.confirm_by_code(user, code)?;
        self.weigh_first_factor(&user)?;
        Ok(Proven {
            user,
            step: Completed::OneTimeCode(code.sent_to),
        })
    }

    /// Whether a right code may verify the address that it went to, as it does (documented). Where the
    /// address is another user's verified alias, the answer is refused as ConfirmSignUp is (observed) and as
    /// both Respond operations declare it (documented; inferred that it is for this), and its session stays.
    fn check_verifiable(&self, user: &User, code: &Code) -> Result<(), CognitoError> {
        let now = self.cx.now();
        self.pool.read(|state| {
            // While a recovery is active nothing is written, and the sign-in goes on (inferred).
            if state.recoveries.active(now).is_some() {
                return Ok(());
            }
            aliases::check_verifiable(state, user, code.sent_to)
        })
    }

    /// The user with the address verified, and CONFIRMED if the sign-up was still to be (documented). A
    /// password that is to be reset stays so: a code of a sign-in does not undo what an administrator did.
    fn confirm_by_code(&self, user: Arc<User>, code: &Code) -> Result<Arc<User>, CognitoError> {
        let now = self.cx.now();
        self.pool.change(|draft| {
            let Some(current) = draft.state().users.with_sub(user.sub) else {
                return Ok(user);
            };
            // While a recovery is active nothing is written, and the sign-in goes on (inferred).
            if draft.state().recoveries.active(now).is_some() {
                return Ok(user);
            }
            if !code.is_of(current) {
                return Refusal::MfaCodeWrong
                    .refuse("the user's address changed while the answer was under way");
            }
            let confirms = current.status == UserStatusType::Unconfirmed;
            let known = Arc::clone(current);
            let mut current = User::clone(current);
            let verifies = aliases::mark_by_code(draft.state(), &mut current, code.sent_to)?;
            if !confirms && !verifies {
                return Ok(known);
            }
            if confirms {
                current.status = UserStatusType::Confirmed;
                current.more_mut().sign_up_code = None;
            }
            current.modified = now;
            Ok(draft.put_user(current))
        })
    }
}
