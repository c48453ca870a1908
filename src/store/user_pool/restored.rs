//! What of a user a point-in-time recovery restores, and what it leaves alone.
//!
//! Documented: profiles with their attributes, group memberships, passwords, MFA settings; a password
//! that was changed after the recovery point stays. Inferred: the status stays with such a password,
//! for it tells whether the password is temporary; what is under way is no such data — codes, the lock
//! after wrong passwords, counts of attempts, a secret that waits for its first code — and signing out
//! is not undone: a user who comes back has none of the tokens from before.

use std::sync::Arc;

use super::software_token::SoftwareToken;
use super::user::{Identity, Lock, User, UserMfa};

impl UserMfa {
    /// Whether anything is set.
    pub(crate) fn is_set(&self) -> bool {
        !self.is_same(&Self::default())
    }

    /// Whether the settings are the same, apart from what was done with them.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let flags = |mfa: &Self| {
            let Self {
                sms,
                sms_option,
                email,
                software_token,
                web_authn,
                preferred,
                token: _,
                pending_secret: _,
                former_secret: _,
            } = mfa;
            (
                [*sms, *sms_option, *email, *software_token, *web_authn],
                *preferred,
            )
        };
        flags(self) == flags(other)
            && match (&self.token, &other.token) {
                (Some(one), Some(other)) => one.is_same(other),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            }
    }
}

impl SoftwareToken {
    fn is_same(&self, other: &Self) -> bool {
        self.has_secret(&other.secret) && self.friendly_name == other.friendly_name
    }
}

impl User {
    /// The factors, as far as any are set.
    pub(crate) fn mfa(&self) -> Option<&UserMfa> {
        self.more().map(|more| &more.mfa).filter(|mfa| mfa.is_set())
    }

    fn linked(&self) -> &[Identity] {
        self.more().map_or(&[], |more| &more.linked_by_attribute)
    }

    /// Whether a recovery would find nothing to restore of `self` over `now`.
    pub(crate) fn is_as_restored(&self, now: &Self) -> bool {
        self.has_same_profile(now)
            && self.memberships() == now.memberships()
            && self.modified == now.modified
            && self.has_same_password(now)
            && self.has_same_mfa(now)
    }

    /// Whether two records are of one user with the same profile, the moment of its last change and the
    /// groups aside.
    pub(crate) fn has_same_profile(&self, now: &Self) -> bool {
        let signed_up = |user: &Self| user.more().is_some_and(|more| more.signed_up);
        self.sub == now.sub
            && self.username == now.username
            && self.status == now.status
            && self.enabled == now.enabled
            && self.created == now.created
            && self.attributes == now.attributes
            && self.linked() == now.linked()
            && signed_up(self) == signed_up(now)
    }

    /// Whether the MFA settings are the same.
    pub(crate) fn has_same_mfa(&self, now: &Self) -> bool {
        match (self.mfa(), now.mfa()) {
            (Some(then), Some(now)) => then.is_same(now),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// Whether no password was set between the two.
    fn has_same_password(&self, now: &Self) -> bool {
        fn same<T>(one: Option<&Arc<T>>, other: Option<&Arc<T>>) -> bool {
            match (one, other) {
                (Some(one), Some(other)) => Arc::ptr_eq(one, other),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            }
        }
        same(self.password.as_ref(), now.password.as_ref())
            && same(self.imported_hash(), now.imported_hash())
    }

    /// The user as it comes back: as it is here, over the same user as it is `now`.
    pub(crate) fn restored_over(&self, now: &Self) -> Self {
        let mut user = self.without_what_is_under_way();
        let known = now.more.clone().unwrap_or_default();
        if user.more.is_some() || now.more.is_some() {
            let more = user.more_mut();
            more.lock = known.lock;
            more.attempts = known.attempts;
            more.sign_out_epoch = known.sign_out_epoch;
            more.one_time_tokens_used = known.one_time_tokens_used;
            let used = known.mfa.token.filter(|used| {
                let token = more.mfa.token.as_ref();
                token.is_some_and(|token| token.has_secret(&used.secret))
            });
            if let (Some(token), Some(used)) = (&mut more.mfa.token, used) {
                token.used = used.used;
            }
        }
        if !self.has_same_password(now) {
            user.password.clone_from(&now.password);
            user.status = now.status;
            let more = user.more_mut();
            more.password_history = known.password_history;
            more.imported_hash = known.imported_hash;
        }
        user
    }

    /// The user as it comes back after it was deleted; `last_epoch` is that of its last tokens.
    pub(crate) fn restored_anew(&self, last_epoch: u32) -> Self {
        let mut user = self.without_what_is_under_way();
        user.more_mut().sign_out_epoch = last_epoch;
        user.revoke_all_tokens();
        user
    }

    fn without_what_is_under_way(&self) -> Self {
        let mut user = self.clone();
        if let Some(more) = &mut user.more {
            more.sign_up_code = None;
            more.reset_code = None;
            more.verifications.clear();
            more.lock = Lock::default();
            more.attempts.clear();
            more.mfa.pending_secret = None;
            more.mfa.former_secret = None;
            more.used_codes.clear();
        }
        user
    }

    /// About how many bytes it takes.
    pub(crate) fn weight(&self) -> usize {
        // A pair of shared texts, of which the name belongs to the schema; the head of the value's.
        const PAIR: usize = 2 * size_of::<Arc<str>>() + 2 * size_of::<usize>();
        let values = self.attributes.iter().map(|(_, value)| PAIR + value.len());
        let more = self.more().map_or(0, |more| {
            size_of_val(more)
                + size_of_val(more.groups.as_slice())
                + size_of_val(more.attempts.as_slice())
                + size_of_val(more.used_codes.as_slice())
        });
        size_of::<Self>() + values.sum::<usize>() + more
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::model::cognito_idp::UserStatusType;
    use crate::model::{GroupName, Username};
    use crate::store::user_pool::attributes::Attributes;
    use crate::store::user_pool::group::Membership;
    use crate::store::user_pool::imported_hash::{ImportedHash, bcrypt};
    use crate::store::user_pool::user::Factor;
    use uuid::Uuid;

    fn crew() -> Membership {
        Membership {
            group: GroupName::from("crew"),
            number: 1,
        }
    }

    fn user() -> User {
        User {
            sub: Uuid::from_u128(1),
            username: Username::from("ann"),
            attributes: Attributes::default(),
            status: UserStatusType::Confirmed,
            enabled: true,
            created: Timestamp(1),
            modified: Timestamp(2),
            password: None,
            more: None,
        }
    }

    fn hash() -> Option<Arc<ImportedHash>> {
        let text = "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6";
        Some(Arc::new(bcrypt(text).unwrap()))
    }

    /// A user after `change`.
    fn after(change: impl FnOnce(&mut User)) -> User {
        let mut user = user();
        change(&mut user);
        user
    }

    #[test]
    fn what_a_sign_in_leaves_behind_is_nothing_to_restore() {
        let secret = SoftwareToken::new(Arc::from([7; 20]), None);
        let with_token = after(|user| user.more_mut().mfa.token = Some(secret));
        let mut signed_in = with_token.clone();
        let more = signed_in.more_mut();
        more.lock.fail(Timestamp(3));
        more.sign_out_epoch += 1;
        more.one_time_tokens_used = true;
        more.mfa.pending_secret = Some(Arc::from([1; 20]));
        let token = more.mfa.token.as_mut().unwrap();
        assert!(token.consume(9, Timestamp(3)));
        assert!(with_token.is_as_restored(&signed_in));
        assert!(user().is_as_restored(&after(|user| user.more_mut().lock = Lock::default())));
    }

    #[test]
    fn what_a_recovery_restores_counts() {
        let changes: [fn(&mut User); 9] = [
            |user| user.sub = Uuid::from_u128(2),
            |user| user.status = UserStatusType::ResetRequired,
            |user| user.enabled = false,
            |user| user.modified = Timestamp(3),
            |user| user.attributes.set("email".into(), "a@example.com"),
            |user| user.join_group(crew()),
            |user| user.more_mut().imported_hash = hash(),
            |user| user.more_mut().mfa.preferred = Some(Factor::SmsMfa),
            |user| user.more_mut().mfa.token = Some(SoftwareToken::new(Arc::from([7; 20]), None)),
        ];
        for (at, change) in changes.into_iter().enumerate() {
            assert!(!user().is_as_restored(&after(change)), "{at}");
            assert!(!after(change).is_as_restored(&user()), "{at}");
        }
    }

    #[test]
    fn a_password_that_was_set_since_stays_with_its_status() {
        let now = after(|user| {
            user.status = UserStatusType::ForceChangePassword;
            user.more_mut().imported_hash = hash();
            user.enabled = false;
        });
        let restored = user().restored_over(&now);
        assert!(restored.enabled);
        assert_eq!(restored.status, UserStatusType::ForceChangePassword);
        assert_eq!(restored.imported_hash(), now.imported_hash());
        let reset = after(|user| user.status = UserStatusType::ResetRequired);
        let restored = user().restored_over(&reset);
        assert_eq!(restored.status, UserStatusType::Confirmed);
    }

    #[test]
    fn signing_out_is_not_undone_and_no_token_outlives_a_deletion() {
        let now = after(|user| user.more_mut().sign_out_epoch = 3);
        assert_eq!(user().restored_over(&now).sign_out_epoch(), 3);
        assert_eq!(user().restored_anew(3).sign_out_epoch(), 4);
    }

    #[test]
    fn no_code_comes_back_and_a_used_one_stays_used() {
        let token = SoftwareToken::new(Arc::from([7; 20]), None);
        let then = after(|user| {
            let more = user.more_mut();
            more.mfa.token = Some(token);
            more.mfa.pending_secret = Some(Arc::from([1; 20]));
        });
        let mut now = then.clone();
        now.enabled = false;
        let used = now.more_mut().mfa.token.as_mut().unwrap();
        assert!(used.consume(9, Timestamp(0)));
        let restored = then.restored_over(&now);
        let mfa = restored.mfa().unwrap();
        assert_eq!(mfa.token.as_ref().unwrap().used, [9]);
        assert_eq!(mfa.pending_secret, None);
    }
}
