//! WEB_AUTHN as a first factor: the assertion of a passkey in place of a password.

use super::attempt::Parameters;
use super::door::Outcome;
use super::first_factors::FirstFactor;
use super::next_step::Proven;
use super::sign_in::SignIn;
use crate::error::CognitoError;
use crate::store::conversations::{Completed, Step};
use crate::store::user_pool::passkey::AssertionChallenge;
use crate::store::user_pool::user::User;
use crate::user_pool::conversations::Conversation;
use crate::user_pool::passkeys::assertion;

impl SignIn<'_> {
    /// Asks for an assertion. A CREDENTIAL that comes with the choice itself can answer no challenge that
    /// was given, and counts for nothing (inferred).
    pub(super) fn ask_for_assertion(
        &self,
        user: &User,
        available: &[FirstFactor],
    ) -> Result<Outcome, CognitoError> {
        let (challenge, options) = assertion::request_options(self.cx, &self.pool, user)?;
        let name = FirstFactor::Passkey.name();
        let parameters = [("CREDENTIAL_REQUEST_OPTIONS", options)];
        Ok(self.ask(user, name, Step::WebAuthn(challenge), available, parameters))
    }

    /// Takes the answer. A right one uses the session up, and its challenge with it (WebAuthn, 13.4.3); a
    /// wrong one leaves both, as every answer but a password does (inferred).
    pub(super) async fn take_assertion(
        &self,
        conversation: Conversation,
        mut answer: Parameters,
        challenge: AssertionChallenge,
    ) -> Result<Proven, CognitoError> {
        let credential = answer.take("CREDENTIAL")?;
        let user = conversation.user(self.cx)?;
        let proof = assertion::verify(self.cx, &self.pool, user.sub, challenge, &credential).await;
        let proof = proof.inspect_err(|_| self.note_wrong_first_factor(&user))?;
        // The signature took its time: what happened to the account meanwhile counts.
        let user = conversation.user(self.cx)?;
        conversation.consume(self.cx)?;
        self.weigh_first_factor(&user)?;
        Ok(Proven {
            user,
            step: Completed::Passkey {
                user_verified: proof.user_verified,
                roaming: proof.roaming,
            },
        })
    }
}
