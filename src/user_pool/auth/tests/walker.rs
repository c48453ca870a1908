//! The walker: takes the steps, and keeps account of what each session has proven.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::walker_keys::{Keys, stray_claim};
use super::*;
use crate::crypto::srp::tests::Client;
use crate::model::cognito_idp::{
    EmailMfaConfigType, ExplicitAuthFlowsType as Flow, UserStatusType,
};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::software_token::SoftwareToken;
use crate::store::user_pool::user::User;
use crate::test_pool::functions::{self, Act};
use crate::test_pool::{PASSWORD, TestPool, attributes, claims};
use crate::user_pool::users;

/// A challenge that was given.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) user: usize,
    pub(super) answer: Value,
    facts: Facts,
    /// The code that was sent with it.
    code: Option<String>,
    /// Used up by an answer that was taken.
    spent: bool,
    /// MFA_SETUP: the session after a right VerifySoftwareToken.
    verified: bool,
}

impl Asked {
    pub(super) fn name(&self) -> &str {
        self.answer["ChallengeName"].as_str().unwrap()
    }
}

pub(super) struct Walker {
    pub(super) pool: TestPool,
    land: Land,
    asked: Vec<Asked>,
    passwords: [String; 2],
    pub(super) srp: Client,
    /// What each user holds.
    pub(super) keys: Vec<Keys>,
    /// What the walks of all lands have come to.
    pub(super) seen: BTreeSet<String>,
}

impl Walker {
    pub(super) async fn enter(land: Land) -> Self {
        let (pool, functions) = functions::pool("V1_0", json!({}), |client| {
            client.explicit_auth_flows = Some(vec![
                Flow::AllowUserPasswordAuth,
                Flow::AllowAdminUserPasswordAuth,
                Flow::AllowUserSrpAuth,
                Flow::AllowCustomAuth,
                Flow::AllowUserAuth,
            ]);
        })
        .await;
        functions.does(|source, event| match source {
            "DefineAuthChallenge_Authentication" => {
                let rounds = event["request"]["session"].as_array().unwrap();
                let is_right = |round: &Value| round["challengeResult"] == true;
                let last = rounds.last();
                Act::Return(match last {
                    Some(round) if is_right(round) => json!({"issueTokens": true}),
                    Some(_) | None => json!({"challengeName": "CUSTOM_CHALLENGE"}),
                })
            }
            "CreateAuthChallenge_Authentication" => {
                Act::Return(json!({"privateChallengeParameters": {"answer": "42"}}))
            }
            "VerifyAuthChallengeResponse_Authentication" => {
                let is_right = event["request"]["challengeAnswer"] == "42";
                Act::Return(json!({"answerCorrect": is_right}))
            }
            _ => Act::nothing(),
        });
        let mut walker = Self {
            pool,
            land,
            asked: Vec::new(),
            passwords: [PASSWORD.into(), PASSWORD.into()],
            srp: Client::new(&[7; 32]),
            keys: Vec::new(),
            seen: BTreeSet::new(),
        };
        walker.people().await;
        walker.change(|settings, land| settings.device = land.devices.map(Devices::configuration));
        for n in 0..USERS.len() {
            let keys = Keys::give(&walker.pool, n, walker.land.devices).await;
            walker.keys.push(keys);
        }
        if walker.land.temporary {
            let temporary = json!({"Username": USERS[0], "Password": PASSWORD, "Permanent": false});
            walker.pool.ok("AdminSetUserPassword", temporary).await;
        }
        walker.settle();
        walker
    }

    /// bob has what the land says; eve has the same addresses, and nothing turned on.
    async fn people(&self) {
        let has = self.land.has;
        for name in USERS {
            let mut given = Vec::new();
            if has[0] {
                given.push(json!({"Name": "phone_number", "Value": "+12065550839"}));
            }
            if has[2] {
                given.extend(
                    attributes([("email", "a@example.com")])
                        .as_array()
                        .unwrap()
                        .clone(),
                );
            }
            self.pool.confirmed(name, Value::Array(given)).await;
        }
        let stored = self.pool.cx.pool(&self.pool.id).unwrap();
        let bob = self.pool.user("bob");
        users::change(&stored, &bob, |_, user: &mut User| {
            let [sms, token, email] = self.land.active;
            let mfa = &mut user.more_mut().mfa;
            mfa.token = has[1].then(|| SoftwareToken::new(Arc::from([7; 20]), None));
            (mfa.sms, mfa.software_token, mfa.email) = (sms, token, email);
            mfa.web_authn = self.land.passkeys.turned_on;
            Ok(())
        })
        .unwrap();
    }

    fn settle(&self) {
        self.change(|settings, land| {
            let [sms, token, email] = land.on;
            settings.mfa.mode = land.mode;
            settings.mfa.sms = sms;
            settings.mfa.software_token = Some(token);
            settings.mfa.email = email.then(EmailMfaConfigType::default);
            settings.recovery.clear();
            settings.first_factors = vec![
                AuthFactorType::Password,
                AuthFactorType::EmailOtp,
                AuthFactorType::SmsOtp,
            ];
            land.passkeys.configure(settings);
            let arn = || Some(functions::ARN.into());
            settings.lambda.define_auth_challenge = arn();
            settings.lambda.create_auth_challenge = arn();
            settings.lambda.verify_auth_challenge_response = arn();
        });
    }

    fn change(&self, edit: impl Fn(&mut PoolSettings, &Land)) {
        let stored = self.pool.cx.pool(&self.pool.id).unwrap();
        stored
            .change(|draft| {
                let mut settings = PoolSettings::clone(&draft.state().settings);
                edit(&mut settings, &self.land);
                draft.put_settings(settings);
                Ok(())
            })
            .unwrap();
    }

    /// Counted back from the newest.
    fn back(&self, n: usize) -> Option<usize> {
        self.asked.len().checked_sub(n + 1)
    }

    pub(super) async fn go(&mut self, step: Move) -> Result<(), TestCaseError> {
        match step {
            Move::Begin(flow, user, right, key) => self.begin(flow, user, right, key).await,
            Move::Answer(answer) => self.answer(answer).await,
            Move::SetUp(of, right) => {
                self.set_up(of, right).await;
                Ok(())
            }
            Move::Mode(mode) => {
                self.land.mode = mode;
                self.settle();
                Ok(())
            }
            Move::PasskeysForMfa(stand) => {
                self.land.passkeys.stand_for_mfa = stand;
                self.settle();
                Ok(())
            }
            Move::Device(user, change) => {
                self.change_device(user, change).await;
                Ok(())
            }
            Move::Wait(seconds) => {
                self.pool.advance(Duration::from_secs(seconds));
                Ok(())
            }
        }
    }

    async fn begin(
        &mut self,
        flow: usize,
        user: usize,
        right: bool,
        key: Key,
    ) -> Result<(), TestCaseError> {
        let (flow, preferred) = FLOWS[flow];
        let password = if right {
            self.passwords[user].clone()
        } else {
            "Wrong-1234".into()
        };
        let mut parameters = json!({"USERNAME": USERS[user], "PASSWORD": password});
        if flow == "USER_SRP_AUTH" {
            parameters["SRP_A"] = json!(self.srp.srp_a_hex());
        }
        if let Some(preferred) = preferred {
            parameters["PREFERRED_CHALLENGE"] = json!(preferred);
        }
        if let Some(key) = self.device_key(user, key) {
            parameters["DEVICE_KEY"] = key;
        }
        let admin = flow.starts_with("ADMIN");
        let request = json!({"AuthFlow": flow, "AuthParameters": parameters});
        let mut facts = Facts::new();
        let sends_it = !matches!(flow, "USER_SRP_AUTH" | "CUSTOM_AUTH");
        let counts = flow != "USER_AUTH" || preferred == Some("PASSWORD");
        if right && sends_it && counts {
            self.prove_password(user, &mut facts);
        }
        let answered = self.call("InitiateAuth", admin, request).await;
        self.note(user, answered, facts)
    }

    /// A right password; of a temporary one that too.
    fn prove_password(&self, user: usize, facts: &mut Facts) {
        facts.insert(Fact::Password);
        if self.has_temporary(user) {
            facts.insert(Fact::Temporary);
        }
    }

    fn has_temporary(&self, user: usize) -> bool {
        self.pool.user(USERS[user]).status == UserStatusType::ForceChangePassword
    }

    async fn call(
        &self,
        operation: &str,
        admin: bool,
        mut request: Value,
    ) -> Option<(Value, usize)> {
        let before = self.pool.messages().len();
        let operation = if admin {
            request["ClientId"] = json!(self.pool.client.as_str());
            format!("Admin{operation}")
        } else {
            operation.to_owned()
        };
        let answered = self.pool.call(&operation, request).await.ok()?;
        Some((answered, before))
    }

    /// What was granted: a challenge to go on from, or tokens, which `facts` must be enough for.
    fn note(
        &mut self,
        user: usize,
        answered: Option<(Value, usize)>,
        facts: Facts,
    ) -> Result<(), TestCaseError> {
        let Some((answer, before)) = answered else {
            return Ok(());
        };
        let tokens = &answer["AuthenticationResult"];
        if tokens.is_object() {
            self.seen.insert("tokens".into());
            let by_device = self.check_device(user, tokens, &facts)?;
            return self.may_enter(user, &facts, by_device);
        }
        let code = self
            .pool
            .messages()
            .get(before)
            .and_then(|sent| sent.code.clone());
        let asked = Asked {
            user,
            answer,
            facts,
            code,
            spent: false,
            verified: false,
        };
        self.seen.insert(asked.name().to_owned());
        self.asked.push(asked);
        Ok(())
    }

    /// Tokens are of a new device, or of one of the user's own; of a remembered one only with its proof.
    /// Whether they are of that, and its proof does for a second factor.
    fn check_device(
        &self,
        user: usize,
        tokens: &Value,
        facts: &Facts,
    ) -> Result<bool, TestCaseError> {
        let key = &claims(&tokens["AccessToken"])["device_key"];
        if key.is_null() {
            return Ok(false);
        }
        let keys = &self.keys[user];
        let is_new = tokens["NewDeviceMetadata"]["DeviceKey"] == *key;
        prop_assert!(is_new != keys.has_device(key), "tokens of the device {key}");
        let is_remembered = keys.remembered() == Some(key);
        let is_proven = facts.contains(&Fact::Device);
        prop_assert!(
            is_proven || !is_remembered,
            "tokens of a remembered device by {facts:?}"
        );
        let spares = self.land.devices.is_some_and(|devices| devices.spares);
        Ok(is_remembered && spares)
    }

    /// The requirement, told once more and without the code that decides it.
    fn may_enter(
        &mut self,
        user: usize,
        facts: &Facts,
        by_device: bool,
    ) -> Result<(), TestCaseError> {
        let land = &self.land;
        let has_second = SECOND.iter().any(|fact| facts.contains(fact));
        let is_new = !facts.contains(&Fact::Temporary) || facts.contains(&Fact::NewPassword);
        let is_asked = match land.mode {
            UserPoolMfaType::Off => false,
            UserPoolMfaType::On => true,
            UserPoolMfaType::Optional => {
                let usable = |n: usize| land.has[n] && (land.on[n] || n == 1);
                user == 0 && (0..3).any(|n| land.active[n] && usable(n))
            }
        };
        let is_temporary = user == 0 && land.temporary && self.passwords[0] == PASSWORD;
        let verifies = facts.contains(&Fact::VerifyingPasskey);
        let by_passkey = verifies && land.passkeys.stand_for_mfa && land.passkeys.turned_on;
        let enough = if facts.contains(&Fact::Password) {
            if by_device && is_asked && !has_second {
                self.seen
                    .insert("tokens by a device in place of a factor".into());
            }
            is_new && (has_second || by_device || !is_asked)
        } else if facts.contains(&Fact::Code) {
            !is_asked && !is_temporary
        } else if verifies || facts.contains(&Fact::Passkey) {
            if by_passkey && is_asked {
                self.seen
                    .insert("tokens by a passkey in place of both".into());
            }
            land.passkeys.first && !is_temporary && (by_passkey || !is_asked)
        } else {
            facts.contains(&Fact::Custom)
        };
        prop_assert!(
            enough,
            "tokens for {} by {facts:?} in {:?}",
            USERS[user],
            self.land
        );
        Ok(())
    }

    /// The answer, its session's challenge, and what it proves there if it is taken.
    async fn answer(&mut self, move_: Answer) -> Result<(), TestCaseError> {
        let Some(of) = self.back(move_.of) else {
            return Ok(());
        };
        let at = move_.session.and_then(|n| self.back(n)).unwrap_or(of);
        let asked = self.asked[of].clone();
        let own = asked.name().to_owned();
        let name = move_.name.map_or(own.as_str(), |n| NAMES[n]);
        let user = asked.user;
        let named = if move_.other_user { 1 - user } else { user };
        let (mut responses, chosen, mut fact) = self.responses(name, &asked, &move_);
        if responses.get("USERNAME").is_none() || move_.other_user {
            responses["USERNAME"] = json!(USERS[named]);
        }
        let mut request = json!({"ChallengeName": name, "ChallengeResponses": responses});
        let session = &self.asked[at].answer["Session"];
        if session.is_string() && !move_.without_session {
            request["Session"] = session.clone();
        }
        let at = match name {
            // A proof finds its exchange by the secret block.
            "PASSWORD_VERIFIER" | "DEVICE_PASSWORD_VERIFIER" => of,
            // Without a session that is good, the last that waits for the device.
            "DEVICE_SRP_AUTH" if move_.without_session || self.asked[at].spent => {
                let waits = |asked: &Asked| asked.name() == name && asked.user == named;
                self.asked.iter().rposition(waits).unwrap_or(at)
            }
            _ => at,
        };
        let subject = self.asked[at].clone();
        let mut facts = subject.facts.clone();
        fact = fact.filter(|_| name == subject.name() && at == of);
        let proves = || {
            // Nobody proves a device by another's.
            let strays = name.starts_with("DEVICE_") && move_.key == Key::Others;
            let right = move_.right && at == of && !strays;
            self.proves(name, &subject, &request["ChallengeResponses"], right)
        };
        match fact.or_else(proves) {
            Some(Fact::Password) => self.prove_password(subject.user, &mut facts),
            Some(fact) => {
                facts.insert(fact);
            }
            None => {}
        }
        let was_temporary = self.has_temporary(subject.user);
        let answered = self
            .call("RespondToAuthChallenge", move_.admin, request)
            .await;
        // A new password stays, whatever comes of the sign-in behind it.
        if name == "NEW_PASSWORD_REQUIRED" && self.has_temporary(subject.user) != was_temporary {
            self.passwords[subject.user].clone_from(&chosen);
        }
        let Some((granted, _)) = &answered else {
            return Ok(());
        };
        let is_taken = granted.is_object();
        prop_assert!(
            !(is_taken && subject.spent),
            "a session that was used up was taken again: {name} {chosen}"
        );
        prop_assert!(
            name != "DEVICE_SRP_AUTH" || subject.name() == name,
            "the challenge of a device without the session of one"
        );
        self.asked[at].spent = true;
        self.note(subject.user, answered, facts)
    }

    /// An answer by what is known of `asked`, what was chosen in it, and what an assertion in it proves.
    fn responses(
        &mut self,
        name: &str,
        asked: &Asked,
        move_: &Answer,
    ) -> (Value, String, Option<Fact>) {
        if name == "WEB_AUTHN" {
            let (mut responses, fact) = self.assertion(asked, move_);
            if let Some(key) = self.device_key(asked.user, move_.key) {
                responses["DEVICE_KEY"] = key;
            }
            return (responses, String::new(), fact);
        }
        if name.starts_with("DEVICE_") {
            let responses = self.device_responses(name, asked, move_);
            return (responses, String::new(), None);
        }
        let wrong = |right: String| if move_.right { right } else { "000000".into() };
        let code = || wrong(asked.code.clone().unwrap_or_else(|| "111111".into()));
        let password = if move_.right {
            self.passwords[asked.user].clone()
        } else {
            "Wrong-1234".into()
        };
        let parameters = &asked.answer["ChallengeParameters"];
        let pick = |list: &Value| {
            let list: Vec<Value> = match list {
                Value::String(text) => serde_json::from_str(text).unwrap(),
                Value::Array(list) => list.clone(),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
                    vec![json!("SMS_MFA")]
                }
            };
            list[move_.choice % list.len()].as_str().unwrap().to_owned()
        };
        let chosen = match name {
            "SELECT_MFA_TYPE" => pick(&parameters["MFAS_CAN_CHOOSE"]),
            "SELECT_CHALLENGE" => pick(&asked.answer["AvailableChallenges"]),
            "NEW_PASSWORD_REQUIRED" => format!("Walker-{}", self.asked.len()),
            _ => String::new(),
        };
        let mut responses = match name {
            "PASSWORD_VERIFIER" if asked.name() == name => {
                self.srp.answer(&self.pool.id, &password, parameters)
            }
            "PASSWORD_VERIFIER" => stray_claim(parameters),
            "NEW_PASSWORD_REQUIRED" => json!({"NEW_PASSWORD": chosen}),
            "SMS_MFA" => json!({"SMS_MFA_CODE": code()}),
            "SMS_OTP" => json!({"SMS_OTP_CODE": code()}),
            "EMAIL_OTP" => json!({"EMAIL_OTP_CODE": code()}),
            "SOFTWARE_TOKEN_MFA" => {
                json!({"SOFTWARE_TOKEN_MFA_CODE": wrong(self.totp(asked.user))})
            }
            "SELECT_MFA_TYPE" => json!({"ANSWER": chosen}),
            "MFA_SETUP" if move_.choice == 0 => json!({"EMAIL": "new@example.com"}),
            "CUSTOM_CHALLENGE" => json!({"ANSWER": if move_.right { "42" } else { "43" }}),
            "SELECT_CHALLENGE" => match chosen.as_str() {
                "PASSWORD_SRP" => json!({"ANSWER": chosen, "SRP_A": self.srp.srp_a_hex()}),
                "PASSWORD" if move_.choice > 3 => json!({"ANSWER": chosen, "PASSWORD": password}),
                _ => json!({"ANSWER": chosen}),
            },
            "PASSWORD" => json!({"PASSWORD": password}),
            "PASSWORD_SRP" => json!({"SRP_A": self.srp.srp_a_hex()}),
            _ => json!({}),
        };
        if let Some(key) = self.device_key(asked.user, move_.key) {
            responses["DEVICE_KEY"] = key;
        }
        (responses, chosen, None)
    }

    fn totp(&self, user: usize) -> String {
        let user = self.pool.user(USERS[user]);
        let token = user.more().and_then(|more| more.mfa.token.clone());
        token.map_or_else(
            || "111111".into(),
            |token| token.code_at(self.pool.cx.now()),
        )
    }

    /// What an answer proves of the challenge that it is given for, by the secrets themselves.
    fn proves(&self, name: &str, asked: &Asked, responses: &Value, right: bool) -> Option<Fact> {
        let is_own = name == asked.name();
        let is_code =
            |key: &str| asked.code.is_some() && responses[key].as_str() == asked.code.as_deref();
        let is_first = !asked.facts.contains(&Fact::Password);
        let password = self.passwords[asked.user].as_str();
        match name {
            "PASSWORD" | "SELECT_CHALLENGE" => {
                let is_asked = matches!(asked.name(), "PASSWORD" | "SELECT_CHALLENGE");
                let sends_it = responses["PASSWORD"] == password;
                (is_asked && sends_it).then_some(Fact::Password)
            }
            "PASSWORD_VERIFIER" => (is_own && right).then_some(Fact::Password),
            "DEVICE_PASSWORD_VERIFIER" => {
                let has_it = self.keys[asked.user].has_device(&responses["DEVICE_KEY"]);
                (is_own && right && has_it).then_some(Fact::Device)
            }
            "NEW_PASSWORD_REQUIRED" => is_own.then_some(Fact::NewPassword),
            "SMS_MFA" => (is_own && is_code("SMS_MFA_CODE")).then_some(Fact::Sms),
            "SMS_OTP" => (is_own && is_code("SMS_OTP_CODE")).then_some(Fact::Code),
            "EMAIL_OTP" => (is_own && is_code("EMAIL_OTP_CODE")).then_some(if is_first {
                Fact::Code
            } else {
                Fact::Email
            }),
            "SOFTWARE_TOKEN_MFA" => {
                let is_right = responses["SOFTWARE_TOKEN_MFA_CODE"] == self.totp(asked.user);
                (is_own && is_right).then_some(Fact::Totp)
            }
            "MFA_SETUP" => (is_own && asked.verified).then_some(Fact::Totp),
            "CUSTOM_CHALLENGE" => (is_own && responses["ANSWER"] == "42").then_some(Fact::Custom),
            _ => None,
        }
    }

    async fn set_up(&mut self, of: usize, right: bool) {
        let Some(of) = self.back(of) else {
            return;
        };
        let asked = self.asked[of].clone();
        let associate = json!({"Session": asked.answer["Session"]});
        if !asked.answer["Session"].is_string() {
            return;
        }
        let Ok(made) = self.pool.call("AssociateSoftwareToken", associate).await else {
            return;
        };
        self.asked[of].spent = true;
        let token = SoftwareToken::from_base32(made["SecretCode"].as_str().unwrap()).unwrap();
        let code = if right {
            token.code_at(self.pool.cx.now())
        } else {
            "000000".into()
        };
        let verify = json!({"Session": made["Session"], "UserCode": code});
        if let Ok(verified) = self.pool.call("VerifySoftwareToken", verify).await {
            let mut next = asked;
            next.answer["Session"] = verified["Session"].clone();
            (next.verified, next.spent) = (right, false);
            self.asked.push(next);
        }
    }
}
