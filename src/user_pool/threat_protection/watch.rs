//! Watching a request: where it is from, how risky it is, and what is done about it.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use super::context_data::ContextData;
use super::notification::{self, Outcome};
use super::{configuration, events, user_agent};
use crate::context::Context;
use crate::control::risk::Asked;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::{
    AccountTakeoverEventActionType as Action, ChallengeName, ChallengeResponse, EventFilterType,
    EventResponseType, EventType, RiskDecisionType, RiskLevelType,
};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::threats::{AuthEvent, Demand, Guard, RiskConfiguration};
use crate::store::user_pool::user::User;

/// A request in a pool with threat protection.
pub struct Watch<'a> {
    cx: &'a Context,
    pool: &'a Arc<UserPool>,
    client: &'a AppClient,
    guard: Guard,
    context_data: &'a ContextData,
}

/// What an assessment found.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    decision: RiskDecisionType,
    level: Option<RiskLevelType>,
    compromised: bool,
    demand: Demand,
    reset: bool,
    listed: bool,
}

impl Default for Assessment {
    fn default() -> Self {
        Self {
            decision: RiskDecisionType::NoRisk,
            level: None,
            compromised: false,
            demand: Demand::None,
            reset: false,
            listed: false,
        }
    }
}

impl Assessment {
    /// Whether the request is refused.
    pub fn is_blocked(&self) -> bool {
        self.decision == RiskDecisionType::Block
    }

    /// Refuses the request, if it is refused: an address that is always blocked has a sentence of its
    /// own (observed).
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub fn refuse(&self) -> Result<(), CognitoError> {
        if self.listed {
            return refuse_listed();
        }
        if self.is_blocked() {
            return refuse_blocked(
                "a rule of /_poolhouse/risk gives a level whose action is BLOCK",
            );
        }
        Ok(())
    }

    /// Whether the user must set a new password first.
    pub fn wants_reset(&self) -> bool {
        self.reset
    }
}

/// Refuses a sign-in for its risk.
///
/// # Errors
/// Always.
pub fn refuse_blocked<T>(reason: &'static str) -> Result<T, CognitoError> {
    Refusal::RiskBlocked.refuse(reason)
}

fn refuse_listed<T>() -> Result<T, CognitoError> {
    Refusal::AddressBlocked.refuse(
        "the address is in BlockedIPRangeList of the risk configuration, and threat protection is \
         ENFORCED",
    )
}

/// Ends the last event of a kind that is under way, in a pool with threat protection.
pub fn finish_last(
    cx: &Context,
    pool: &UserPool,
    settings: &PoolSettings,
    user: &User,
    kind: EventType,
) {
    if settings.guard().is_none() {
        return;
    }
    let open = pool.read(|state| {
        let open = state.threats.events.last_open(user.sub, kind);
        open.map(|event| event.id)
    });
    if let Some(id) = open {
        let pass = |event: &mut AuthEvent| event.response = EventResponseType::Pass;
        events::amend(cx, pool, user, id, pass);
    }
}

impl<'a> Watch<'a> {
    /// A watch, where the pool has threat protection on.
    pub fn new(
        cx: &'a Context,
        pool: &'a Arc<UserPool>,
        settings: &PoolSettings,
        client: &'a AppClient,
        context_data: &'a ContextData,
    ) -> Option<Self> {
        Some(Self::guarded(
            cx,
            pool,
            settings.guard()?,
            client,
            context_data,
        ))
    }

    /// A watch that does this much.
    pub fn guarded(
        cx: &'a Context,
        pool: &'a Arc<UserPool>,
        guard: Guard,
        client: &'a AppClient,
        context_data: &'a ContextData,
    ) -> Self {
        Self {
            cx,
            pool,
            client,
            guard,
            context_data,
        }
    }

    fn acts(&self) -> bool {
        self.guard == Guard::Enforced
    }

    fn configuration(&self) -> Option<Arc<RiskConfiguration>> {
        let of = |state: &crate::store::user_pool::state::PoolState| {
            state.threats.configurations.for_client(&self.client.id)
        };
        self.pool.read(of)
    }

    fn asked<'b>(
        &'b self,
        username: &'b str,
        address: Option<IpAddr>,
        password: Option<&'b Secret>,
    ) -> Asked<'b> {
        Asked {
            user_pool: &self.pool.id,
            client: &self.client.id,
            username,
            address,
            password,
        }
    }

    fn ip(&self) -> Option<IpAddr> {
        let address = self.context_data.address(self.cx)?;
        address.trim().parse().ok()
    }

    /// Whether `password` has leaked and is looked for at `filter`, and whether it is refused.
    pub fn leak(&self, username: &str, password: &Secret, filter: EventFilterType) -> (bool, bool) {
        let set = self.configuration();
        let asked = self.asked(username, self.ip(), Some(password));
        let found = configuration::looks_for_leaks(set.as_deref(), filter)
            && self.cx.risk_rules.is_compromised(&asked);
        (
            found,
            found && self.acts() && configuration::refuses_leaks(set.as_deref()),
        )
    }

    /// Refuses a new password that has leaked (observed text).
    ///
    /// # Errors
    /// InvalidPasswordException.
    pub fn check_new_password(
        &self,
        username: &str,
        password: &Secret,
        filter: EventFilterType,
    ) -> Result<bool, CognitoError> {
        let (found, refused) = self.leak(username, password, filter);
        if refused {
            return Refusal::PasswordCompromised.refuse(
                "a rule of /_poolhouse/risk says that the password has leaked, and the risk \
                 configuration blocks such passwords",
            );
        }
        Ok(found)
    }

    /// Assesses a sign-in whose password is right; `password` is there where the flow sends it.
    pub fn assess(&self, user: &User, password: Option<&Secret>) -> Assessment {
        let set = self.configuration();
        let mut found = Assessment::default();
        let ip = self.ip();
        if self.acts() && configuration::blocks(set.as_deref(), ip) {
            found.decision = RiskDecisionType::Block;
            found.listed = true;
            return found;
        }
        if configuration::skips(set.as_deref(), ip) {
            return found;
        }
        if let Some(password) = password {
            let (leaked, refused) = self.leak(&user.username, password, EventFilterType::SignIn);
            found.compromised = leaked;
            found.reset = refused;
            if refused {
                found.decision = RiskDecisionType::Block;
                return found;
            }
        }
        let asked = self.asked(&user.username, ip, password);
        let Some(level) = self.cx.risk_rules.level(&asked) else {
            return found;
        };
        found.level = Some(level);
        found.decision = RiskDecisionType::AccountTakeover;
        if self.acts() {
            match configuration::action_at(set.as_deref(), level).event_action {
                Action::Block => found.decision = RiskDecisionType::Block,
                Action::MfaIfConfigured => found.demand = Demand::IfConfigured,
                Action::MfaRequired => found.demand = Demand::Required,
                Action::NoAction => {}
            }
        }
        found
    }

    /// Refuses a request from an address that is always blocked.
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub fn check_address(&self) -> Result<(), CognitoError> {
        let set = self.configuration();
        if self.acts() && configuration::blocks(set.as_deref(), self.ip()) {
            return refuse_listed();
        }
        Ok(())
    }

    /// Keeps an event and gives its id.
    pub fn record(
        &self,
        user: &User,
        kind: EventType,
        response: EventResponseType,
        found: &Assessment,
        challenges: &[(ChallengeName, ChallengeResponse)],
    ) -> Uuid {
        let event = AuthEvent {
            id: events::new_id(self.cx, user),
            kind,
            created: self.cx.now(),
            response,
            decision: found.decision,
            level: found.level,
            compromised: found.compromised,
            challenges: challenges.to_vec(),
            demand: found.demand,
            address: self.context_data.address(self.cx).map(|mut address| {
                // A caller may say anything; an address is short.
                let end = address.floor_char_boundary(64);
                address.truncate(end);
                address
            }),
            device: user_agent::device_name(self.context_data.agent(self.cx)),
            client: self.client.id.clone(),
            has_context: self.context_data.has_context(),
            feedback: None,
        };
        self.notify(user, &event);
        let id = event.id;
        events::record(self.cx, self.pool, user, event);
        id
    }

    /// Notes an event without risk.
    pub fn note(&self, user: &User, kind: EventType, response: EventResponseType, leaked: bool) {
        let found = Assessment {
            compromised: leaked,
            ..Assessment::default()
        };
        self.record(user, kind, response, &found, &[]);
    }

    /// Notes a code that was not the right one, or none any more: an event of its own, like a wrong
    /// password, for the request says itself where it is from; what the code was for stays under way
    /// (inferred).
    pub fn note_wrong_code(&self, user: &User, kind: EventType, refused: &CognitoError) {
        if matches!(
            refused.refusal,
            Refusal::VerificationCodeWrong | Refusal::CodeExpired
        ) {
            self.note(user, kind, EventResponseType::Fail, false);
        }
    }

    /// Changes an event.
    pub fn amend(&self, user: &User, id: Uuid, edit: impl FnOnce(&mut AuthEvent)) {
        events::amend(self.cx, self.pool, user, id, edit);
    }

    fn notify(&self, user: &User, event: &AuthEvent) {
        let Some(level) = event.level.filter(|_| self.acts()) else {
            return;
        };
        let Some(set) = self.configuration() else {
            return;
        };
        let action = configuration::action_at(Some(&set), level);
        let Some(mails) = configuration::notification(Some(&set)).filter(|_| action.notify) else {
            return;
        };
        let outcome = match (event.decision, event.demand) {
            (RiskDecisionType::Block, _) => Outcome::Blocked,
            (_, Demand::None) => Outcome::LetIn,
            (_, Demand::IfConfigured | Demand::Required) => Outcome::Challenged,
        };
        notification::send(
            self.cx,
            self.pool,
            &self.client.id,
            user,
            event,
            (mails, outcome),
        );
    }
}
