//! A sign-in under threat protection; every method is done at once where the pool has it off.

use super::sign_in::SignIn;
use crate::error::CognitoError;
use crate::model::Secret;
use crate::model::cognito_idp::{
    ChallengeName, ChallengeResponse, EventFilterType, EventResponseType, EventType, UserStatusType,
};
use crate::store::conversations::is_custom;
use crate::store::user_pool::lineage::Lineage;
use crate::store::user_pool::threats::{AuthEvent, Demand, Guard};
use crate::store::user_pool::user::User;
use crate::user_pool::conversations::Conversation;
use crate::user_pool::threat_protection::{Assessment, Watch};
use crate::user_pool::users::{self, standing};

impl SignIn<'_> {
    fn watch(&self) -> Option<Watch<'_>> {
        // Sign-ins by custom challenges are watched where the pool says so of them (documented).
        self.watch_by(if is_custom(&self.completed) {
            self.settings.custom_auth_guard()
        } else {
            self.settings.guard()
        })
    }

    fn watch_by(&self, guard: Option<Guard>) -> Option<Watch<'_>> {
        let (cx, pool, client) = (self.cx, &self.pool, &self.client);
        guard.map(|guard| Watch::guarded(cx, pool, guard, client, &self.context_data))
    }

    pub(super) fn go_on_with_event(&self, conversation: &Conversation) {
        if let Some(event) = conversation.event {
            self.event.get_or_init(|| event);
        }
    }

    /// A wrong password is an event of its own.
    pub(super) fn note_wrong_password(&self, user: &User) {
        self.note_wrong(
            user,
            &[(ChallengeName::Password, ChallengeResponse::Failure)],
        );
    }

    /// So is a wrong code or assertion in its place, which none of the events' challenges tells of
    /// (inferred).
    pub(super) fn note_wrong_first_factor(&self, user: &User) {
        self.note_wrong(user, &[]);
    }

    fn note_wrong(&self, user: &User, challenges: &[(ChallengeName, ChallengeResponse)]) {
        if let Some(watch) = self.watch() {
            let found = Assessment::default();
            let (kind, response) = (EventType::SignIn, EventResponseType::Fail);
            watch.record(user, kind, response, &found, challenges);
        }
    }

    /// Weighs a sign-in whose password is right, and keeps its event.
    pub(super) fn weigh(&self, user: &User, password: Option<&Secret>) -> Result<(), CognitoError> {
        let challenges = [(ChallengeName::Password, ChallengeResponse::Success)];
        self.weigh_by(self.watch(), user, password, &challenges)
    }

    /// Weighs a sign-in whose first factor is proven without a password (inferred).
    pub(super) fn weigh_first_factor(&self, user: &User) -> Result<(), CognitoError> {
        self.weigh_by(self.watch(), user, None, &[])
    }

    /// Weighs a sign-in by custom challenges alone, which none of the events' challenges tells of: as it
    /// begins (inferred).
    pub(super) fn weigh_custom(&self, user: &User) -> Result<(), CognitoError> {
        let watch = self.watch_by(self.settings.custom_auth_guard());
        self.weigh_by(watch, user, None, &[])
    }

    fn weigh_by(
        &self,
        watch: Option<Watch<'_>>,
        user: &User,
        password: Option<&Secret>,
        challenges: &[(ChallengeName, ChallengeResponse)],
    ) -> Result<(), CognitoError> {
        let Some(watch) = watch else {
            return Ok(());
        };
        let found = watch.assess(user, password);
        let may_go_on = !matches!(
            user.status,
            UserStatusType::Unconfirmed | UserStatusType::ResetRequired
        );
        let response = if found.is_blocked() || !may_go_on {
            EventResponseType::Fail
        } else {
            EventResponseType::InProgress
        };
        let id = watch.record(user, EventType::SignIn, response, &found, challenges);
        self.event.get_or_init(|| id);
        if found.wants_reset() && may_go_on {
            // Documented: the user must set another password before the next sign-in.
            users::change(&self.pool, user, |_, user| {
                user.status = UserStatusType::ResetRequired;
                user.modified = self.cx.now();
                Ok(())
            })?;
            return standing::refuse_reset_required();
        }
        if may_go_on {
            return found.refuse();
        }
        Ok(())
    }

    /// Refuses a new password that has leaked.
    pub(super) fn watch_new_password(
        &self,
        user: &User,
        password: &Secret,
    ) -> Result<(), CognitoError> {
        match self.watch() {
            None => Ok(()),
            Some(watch) => watch
                .check_new_password(&user.username, password, EventFilterType::PasswordChange)
                .map(drop),
        }
    }

    /// Whether risk asks for a second factor.
    pub(super) fn demand(&self, user: &User) -> Demand {
        let Some(id) = self.event.get() else {
            return Demand::None;
        };
        self.pool.read(|state| {
            let event = state.threats.events.get(user.sub, *id);
            event.map_or(Demand::None, |event| event.demand)
        })
    }

    /// Notes that the sign-in goes no further.
    pub(super) fn fail(&self, user: &User) {
        self.amend(user, |event| event.response = EventResponseType::Fail);
    }

    /// Notes the answer to a second factor.
    pub(super) fn note_factor(&self, user: &User, right: bool) {
        self.amend(user, |event| {
            let response = if right {
                ChallengeResponse::Success
            } else {
                event.response = EventResponseType::Fail;
                ChallengeResponse::Failure
            };
            // Wrong codes are many; the last answers tell enough.
            if event.challenges.len() < 20 {
                event.challenges.push((ChallengeName::Mfa, response));
            }
        });
    }

    /// Ends the event, whose id the tokens carry (documented). After a global sign-out on the way
    /// the event takes the id of the tokens, for the other one would make them dead.
    pub(super) fn pass(&self, user: &User, lineage: &mut Lineage) {
        let Some(id) = self.event.get().copied() else {
            return;
        };
        let told = self.cx.tokens.event_ids.read(id);
        if told.is_under(lineage.epoch) {
            lineage.event_id = id;
        }
        self.amend(user, |event| {
            event.id = lineage.event_id;
            event.response = EventResponseType::Pass;
        });
    }

    fn amend(&self, user: &User, edit: impl FnOnce(&mut AuthEvent)) {
        if let (Some(watch), Some(id)) = (self.watch(), self.event.get()) {
            watch.amend(user, *id, edit);
        }
    }
}
