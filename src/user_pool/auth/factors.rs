//! The second factor: SMS_MFA, EMAIL_OTP, SOFTWARE_TOKEN_MFA, SELECT_MFA_TYPE and MFA_SETUP.

use std::sync::Arc;

use super::attempt::Parameters;
use super::door::{Door, Outcome};
use super::next_step::Proven;
use super::sign_in::SignIn;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{AttributeType, ChallengeNameType};
use crate::model::{Contact, JsonWriter};
use crate::store::user_pool::code::Code;
use crate::store::user_pool::conversations::{Completed, SetUp, Step};
use crate::store::user_pool::software_token::Match;
use crate::store::user_pool::user::{Factor, User};
use crate::user_pool::accounts::attribute_update;
use crate::user_pool::conversations::Conversation;
use crate::user_pool::messages::code_delivery::{self, Address, Carries, Sending};
use crate::user_pool::triggers::ClientMetadata;
use crate::user_pool::triggers::custom_message::Kind;
use crate::user_pool::users::attributes::{self, Giving};
use crate::user_pool::users::{self, aliases};

impl Factor {
    pub(super) fn challenge_name(self) -> ChallengeNameType {
        match self {
            Self::SmsMfa => ChallengeNameType::SmsMfa,
            Self::SoftwareTokenMfa => ChallengeNameType::SoftwareTokenMfa,
            Self::EmailOtp => ChallengeNameType::EmailOtp,
        }
    }

    /// What a client answers to SELECT_MFA_TYPE. Clients send EMAIL_OTP; the API text prints
    /// EMAIL_MFA, which is taken too.
    fn chosen(answer: &str) -> Option<Self> {
        match answer {
            "SMS_MFA" => Some(Self::SmsMfa),
            "SOFTWARE_TOKEN_MFA" => Some(Self::SoftwareTokenMfa),
            "EMAIL_OTP" | "EMAIL_MFA" => Some(Self::EmailOtp),
            _ => None,
        }
    }
}

fn json_list(factors: &[Factor]) -> String {
    let mut out = JsonWriter::new();
    out.array(|out| {
        for factor in factors {
            out.string(factor.as_str());
        }
    });
    out.into_string()
}

impl SignIn<'_> {
    /// Asks for a factor; a code is sent each time (documented).
    pub(super) async fn challenge_factor(
        &self,
        user: &Arc<User>,
        factor: Factor,
    ) -> Result<Outcome, CognitoError> {
        match factor.contact() {
            None => Ok(self.challenge_software_token(user)),
            Some(contact) => self.challenge_by_code(user, factor, contact).await,
        }
    }

    fn challenge_software_token(&self, user: &User) -> Outcome {
        let name = user
            .more()
            .and_then(|more| more.mfa.token.as_ref())
            .and_then(|token| token.friendly_name.clone());
        // Observed where no name was given; that it is so everywhere is inferred.
        let name = name.unwrap_or_else(|| "Unknown".to_owned());
        self.challenge(
            user,
            ChallengeNameType::SoftwareTokenMfa,
            Step::SoftwareTokenMfa,
            [("FRIENDLY_DEVICE_NAME", name)],
        )
    }

    async fn challenge_by_code(
        &self,
        user: &Arc<User>,
        factor: Factor,
        contact: Contact,
    ) -> Result<Outcome, CognitoError> {
        let Some(address) = Address::of(user, contact) else {
            return Refusal::MfaMethodMissing
                .refuse(format!("the user has no {contact} for {}", factor.as_str()));
        };
        let code = Code::new(self.cx, &self.settings, self.client.auth_session(), contact);
        let code = code.bound_to(&address.to);
        self.deliver_code(user, &address, &code).await?;
        let parameters = [
            (
                "CODE_DELIVERY_DELIVERY_MEDIUM",
                contact.medium().as_str().to_owned(),
            ),
            ("CODE_DELIVERY_DESTINATION", address.masked()),
        ];
        let step = match contact {
            Contact::Email => Step::EmailOtp(code),
            Contact::PhoneNumber => Step::SmsMfa(code),
        };
        Ok(self.challenge(user, factor.challenge_name(), step, parameters))
    }

    /// Sends a code of this sign-in.
    pub(super) async fn deliver_code(
        &self,
        user: &User,
        address: &Address,
        code: &Code,
    ) -> Result<(), CognitoError> {
        // What AdminRespondToAuthChallenge is given reaches the message's function, and what
        // RespondToAuthChallenge is given does not (documented).
        let none = ClientMetadata::new();
        let metadata = match self.door {
            Door::Admin => &self.metadata,
            Door::Public | Door::Hosted => &none,
        };
        code_delivery::send(
            self.cx,
            Sending {
                pool: &self.pool,
                settings: &self.settings,
                client_id: Some(&self.client.id),
                user,
                kind: Kind::Authentication,
                address,
                carries: Carries::Code(code.digits()),
                metadata,
            },
        )
        .await
    }

    pub(super) fn select_factor(&self, user: &User, choices: Vec<Factor>) -> Outcome {
        let parameters = [("MFAS_CAN_CHOOSE", json_list(&choices))];
        let name = ChallengeNameType::SelectMfaType;
        self.challenge(user, name, Step::SelectMfaType(choices), parameters)
    }

    pub(super) fn set_up_factor(&self, user: &User, choices: &[Factor]) -> Outcome {
        let parameters = [("MFAS_CAN_SETUP", json_list(choices))];
        let step = Step::MfaSetup {
            set_up: SetUp::Offered,
            offered: choices.to_vec(),
        };
        self.challenge(user, ChallengeNameType::MfaSetup, step, parameters)
    }

    /// Whether the user gets one-time tokens, which are then used up.
    pub(super) fn use_one_time_tokens(&self, user: &User) -> Result<bool, CognitoError> {
        self.pool.change(|draft| {
            let Some(current) = draft.state().users.with_sub(user.sub) else {
                return Ok(false);
            };
            if current.more().is_some_and(|more| more.one_time_tokens_used) {
                return Ok(false);
            }
            let mut current = User::clone(current);
            current.more_mut().one_time_tokens_used = true;
            draft.put_user(current);
            Ok(true)
        })
    }

    pub(super) fn take_software_token(
        &self,
        conversation: Conversation,
        mut answer: Parameters,
    ) -> Result<Proven, CognitoError> {
        let code = answer.take("SOFTWARE_TOKEN_MFA_CODE")?;
        let now = self.cx.now();
        let user = conversation.user(self.cx)?;
        let missing = || {
            Refusal::SoftwareTokenMissing
                .because("the user's software token was deleted after the sign-in began")
        };
        let token = user
            .more()
            .and_then(|more| more.mfa.token.clone())
            .ok_or_else(missing)?;
        let used = || {
            Refusal::SoftwareTokenCodeUsed
                .because("a code counts once; give the code of the next 30-second step")
        };
        let step = match token.compare(&code, now) {
            Match::Fresh(step) => step,
            Match::Used => return Err(used()),
            Match::Wrong => {
                self.count_failure(&user)?;
                self.note_factor(&user, false);
                return Refusal::SoftwareTokenCodeWrong.refuse(format!(
                    "the code is none of the three around {}, by the server's clock",
                    now.to_rfc3339()
                ));
            }
        };
        let user = self.pool.change(|draft| {
            let current = draft.state().users.with_sub(user.sub).ok_or_else(missing)?;
            let mut current = User::clone(current);
            let kept = current.more_mut().mfa.token.as_mut().ok_or_else(missing)?;
            if !kept.consume(step, now) {
                return Err(used());
            }
            Ok(draft.put_user(current))
        })?;
        // The code first: of two answers with one code, the later one finds the code used and
        // leaves its session open.
        conversation.consume(self.cx)?;
        self.note_factor(&user, true);
        Ok(Proven {
            user,
            step: Completed::SecondFactor(Factor::SoftwareTokenMfa),
        })
    }

    /// A code by text message or mail; the right one verifies the address it went to (documented), unless it
    /// is another user's by now: what the code proves beside the password is proven all the same (inferred).
    pub(super) fn take_sent_code(
        &self,
        conversation: Conversation,
        mut answer: Parameters,
        factor: Factor,
        code: Code,
    ) -> Result<Proven, CognitoError> {
        let given = answer.take(match factor {
            Factor::EmailOtp => "EMAIL_OTP_CODE",
            Factor::SmsMfa | Factor::SoftwareTokenMfa => "SMS_MFA_CODE",
        })?;
        let user = conversation.user(self.cx)?;
        if !code.is(&given) || !code.is_of(&user) {
            self.count_failure(&user)?;
            self.note_factor(&user, false);
            return Refusal::MfaCodeWrong.refuse(
                "another code was sent for this session, which GET /_poolhouse/messages shows, or the \
                 user's address has changed since",
            );
        }
        conversation.consume(self.cx)?;
        let user = self.pool.change(|draft| {
            let Some(current) = draft.state().users.with_sub(user.sub) else {
                return Ok(user);
            };
            // While a recovery is active nothing is written, and the sign-in goes on (inferred).
            if draft.state().recoveries.active(self.cx.now()).is_some() {
                return Ok(user);
            }
            let mut current = User::clone(current);
            if !code.is_of(&current)
                || !aliases::mark_if_free(draft.state(), &mut current, code.sent_to)
            {
                return Ok(user);
            }
            current.modified = self.cx.now();
            Ok(draft.put_user(current))
        })?;
        self.note_factor(&user, true);
        Ok(Proven {
            user,
            step: Completed::SecondFactor(factor),
        })
    }

    pub(super) fn take_choice(
        &self,
        conversation: Conversation,
        mut answer: Parameters,
        choices: &[Factor],
    ) -> Result<Proven, CognitoError> {
        let answer = answer.take("ANSWER")?;
        let Some(factor) = Factor::chosen(&answer).filter(|factor| choices.contains(factor)) else {
            return Refusal::NoSuchMfaChoice { answer }
                .refuse(format!("the challenge offered {}", json_list(choices)));
        };
        let user = conversation.user(self.cx)?;
        conversation.consume(self.cx)?;
        Ok(Proven {
            user,
            step: Completed::Choice(factor),
        })
    }

    /// Answers MFA_SETUP: after VerifySoftwareToken it ends the sign-in (observed); with an address
    /// it sets the address and asks for the code sent there. Clients send `EMAIL`; the guide prints
    /// `email`, which is taken too.
    pub(super) fn take_set_up(
        &self,
        conversation: Conversation,
        mut answer: Parameters,
        set_up: SetUp,
        offered: &[Factor],
    ) -> Result<Proven, CognitoError> {
        // An empty one counts as missing, as of every parameter (inferred).
        let mut given = |name| answer.take_optional(name).filter(|email| !email.is_empty());
        let email = given("EMAIL").or_else(|| given(Contact::Email.as_str()));
        if let Some(email) = email {
            return self.set_up_email(conversation, email, offered);
        }
        let user = conversation.user(self.cx)?;
        let has_token = user.more().is_some_and(|more| more.mfa.token.is_some());
        match set_up {
            SetUp::Verified if has_token => {
                conversation.consume(self.cx)?;
                Ok(Proven {
                    user,
                    step: Completed::SecondFactor(Factor::SoftwareTokenMfa),
                })
            }
            SetUp::Verified => Refusal::SessionUnknown
                .refuse("the software token was deleted after it was verified; sign in again"),
            SetUp::Offered | SetUp::Associated => Refusal::SessionUnknown.refuse(
                "no factor is set up in this session: AssociateSoftwareToken and VerifySoftwareToken \
                 come first, and the answer carries the Session that the latter gave; or answer with \
                 EMAIL where EMAIL_OTP was offered",
            ),
        }
    }

    fn set_up_email(
        &self,
        conversation: Conversation,
        email: String,
        offered: &[Factor],
    ) -> Result<Proven, CognitoError> {
        if !offered.contains(&Factor::EmailOtp) {
            return Refusal::NoSuchMfaChoice {
                answer: "EMAIL_OTP".into(),
            }
            .refuse(format!("the challenge offered {}", json_list(offered)));
        }
        // Inferred: as for every attribute that a challenge sets.
        if !self.client.can_write(Contact::Email.as_str()) {
            return Refusal::UnauthorizedAttribute
                .refuse("WriteAttributes of the app client do not have email");
        }
        let given = [AttributeType {
            name: Contact::Email.to_string(),
            value: Some(email),
        }];
        attributes::check_given(&self.settings.schema, &given, Giving::Update, false)?;
        let user = conversation.user(self.cx)?;
        let user = self.pool.change(|draft| {
            let current = users::current(draft.state(), &user)?;
            let mut current = User::clone(current);
            // An address by which another user is found is refused as UpdateUserAttributes refuses it
            // (documented) and as the operation declares it (documented; inferred that it is for this).
            for value in given.iter().filter_map(|given| given.value.as_deref()) {
                let value = aliases::as_kept(&self.settings, Contact::Email.as_str(), value);
                aliases::check_free(draft.state(), &current, Contact::Email.into(), &value)?;
            }
            attribute_update::add(&self.settings, draft, &mut current, &given)?;
            current.modified = self.cx.now();
            Ok(draft.put_user(current))
        })?;
        conversation.consume(self.cx)?;
        Ok(Proven {
            user,
            step: Completed::Choice(Factor::EmailOtp),
        })
    }
}

#[cfg(test)]
#[path = "tests/factors.rs"]
mod tests;
