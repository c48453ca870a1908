//! Sign-in conversations under way: what the next answer of each is checked against.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use dashmap::DashMap;
use uuid::Uuid;

use super::ordered::Ordered;
use super::user_pool::UserPool;
use super::user_pool::assurance::{Level, Method, Methods};
use super::user_pool::code::Code;
use super::user_pool::device::{DeviceKey, DeviceSecret};
use super::user_pool::passkey::AssertionChallenge;
use super::user_pool::password::Password;
use super::user_pool::user::Factor;
use crate::clock::Timestamp;
use crate::crypto::srp::{Ephemeral, SrpA, SrpB};
use crate::model::cognito_idp::ChallengeNameType;
use crate::model::{ClientId, Contact, PoolId};

/// The server's side of an exchange.
pub struct Exchange {
    pub(crate) a: SrpA,
    pub(crate) ephemeral: Ephemeral,
    pub(crate) b: SrpB,
    /// The password when the exchange began; none for a user who does not exist or has none, whose
    /// proof can never be right.
    pub(crate) password: Option<Arc<Password>>,
    /// What the client hashes as the user's name.
    pub(crate) user_id: String,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Exchange {{ user_id: {:?}, .. }}", self.user_id)
    }
}

/// The server's side of an exchange with a device.
pub struct DeviceExchange {
    pub(crate) a: SrpA,
    pub(crate) ephemeral: Ephemeral,
    pub(crate) b: SrpB,
    /// The device, and what its proof is checked against.
    pub(crate) device: Uuid,
    pub(crate) secret: DeviceSecret,
}

impl std::fmt::Debug for DeviceExchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceExchange {{ device: {}, .. }}", self.device)
    }
}

/// A custom challenge that was asked: what CreateAuthChallenge said beside the question.
pub struct Asked {
    /// `privateChallengeParameters`, for VerifyAuthChallengeResponse alone.
    pub(crate) private: BTreeMap<String, String>,
    /// `challengeMetadata`, for the functions that follow.
    pub(crate) metadata: Option<Arc<str>>,
}

/// Shows nothing of what may hold the answer.
impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").finish_non_exhaustive()
    }
}

/// Conversations kept at most; beyond that the one that expires first is given up.
const CAPACITY: usize = 50_000;

/// What the next answer is checked against: one variant a challenge, with just that.
#[derive(Debug, Clone)]
pub enum Step {
    /// PASSWORD_VERIFIER.
    PasswordVerifier(Arc<Exchange>),
    /// NEW_PASSWORD_REQUIRED, with the temporary password that was given.
    NewPasswordRequired(Option<Arc<Password>>),
    /// SOFTWARE_TOKEN_MFA.
    SoftwareTokenMfa,
    /// SMS_MFA, with the code that was sent.
    SmsMfa(Code),
    /// EMAIL_OTP as a second factor, with the code that was sent.
    EmailOtp(Code),
    /// SELECT_MFA_TYPE, with what was offered.
    SelectMfaType(Vec<Factor>),
    /// MFA_SETUP.
    MfaSetup {
        /// How far it has come.
        set_up: SetUp,
        /// What was offered.
        offered: Vec<Factor>,
    },
    /// CUSTOM_CHALLENGE.
    CustomChallenge(Arc<Asked>),
    /// DEVICE_SRP_AUTH, of this device.
    DeviceSrp(Uuid),
    /// DEVICE_PASSWORD_VERIFIER.
    DevicePasswordVerifier(Arc<DeviceExchange>),
    /// The challenge of a factor that DefineAuthChallenge named, and for which no code was made.
    WithoutCode(Factor),
    /// SELECT_CHALLENGE, with the first factors that were offered.
    SelectChallenge(Vec<ChallengeNameType>),
    /// PASSWORD.
    PasswordWanted,
    /// PASSWORD_SRP.
    PasswordSrpWanted,
    /// EMAIL_OTP or SMS_OTP as a first factor, with the code that was sent.
    OneTimeCode(Code),
    /// WEB_AUTHN, with the challenge that the assertion must carry.
    WebAuthn(AssertionChallenge),
    /// The Session of SignUp or ConfirmSignUp, which no challenge goes with.
    SignedUp {
        /// The code that confirmed the user, bound to the address it went to; none before ConfirmSignUp.
        confirmed: Option<Code>,
    },
}

/// A step that a sign-in has behind it. Those of CUSTOM_AUTH are what its functions get as `session`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completed {
    /// CUSTOM_AUTH began, with a name; no other flow has this step, and this one has it first.
    CustomAuth {
        /// The name, where it means nobody and the app client hides that.
        nobody: Option<Arc<str>>,
    },
    /// The client's public SRP value, to prove a password with when it is asked for.
    SrpA(Arc<SrpA>),
    /// The password, as it is or by an SRP proof.
    Password,
    /// An answer to CUSTOM_CHALLENGE, right or wrong.
    CustomChallenge {
        /// `challengeResult`, as VerifyAuthChallengeResponse said.
        result: bool,
        /// `challengeMetadata`, as CreateAuthChallenge said.
        metadata: Option<Arc<str>>,
    },
    /// A new password in place of a temporary one.
    NewPassword,
    /// The choice of a second factor that is still to be proven: one of several, or one just set up.
    Choice(Factor),
    /// The second factor.
    SecondFactor(Factor),
    /// USER_AUTH began; no other flow has this step, and this one has it first.
    Chosen {
        /// Who is played, where the name means nobody and the app client hides that.
        nobody: Option<Nobody>,
    },
    /// A one-time code as the first factor, sent to this.
    OneTimeCode(Contact),
    /// The assertion of a passkey.
    Passkey {
        /// Whether the authenticator has verified the user.
        user_verified: bool,
        /// Whether it is one that goes from device to device, such as a security key.
        roaming: bool,
    },
    /// The user has just signed up, and brought the Session of ConfirmSignUp.
    SignedUp,
    /// The proof of the device whose key the conversation carries.
    Device,
    /// A level of authentication is to be reached.
    StepUp(StepUp),
}

/// A level that a sign-in is to reach, and what counts towards it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepUp {
    /// The level.
    pub target: Level,
    /// What an access token has shown.
    pub shown: Methods,
}

/// Who is played in USER_AUTH for a name that means nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nobody {
    /// The name.
    pub(crate) name: Arc<str>,
    /// The levels of which whoever comes for the name from another directory is to reach one, best first;
    /// none where none is asked for.
    pub(crate) levels: Vec<Level>,
}

impl Completed {
    /// The level that is to be reached.
    pub(crate) fn step_up(&self) -> Option<StepUp> {
        if let Self::StepUp(step_up) = self {
            Some(*step_up)
        } else {
            None
        }
    }

    /// What it has proven, with what an access token has shown.
    pub(crate) fn methods(&self) -> Methods {
        let one = |method: Method| Methods::default().with(method);
        match self {
            Self::Password => one(Method::Password),
            Self::SecondFactor(factor) => one((*factor).into()),
            Self::OneTimeCode(contact) => one((*contact).into()),
            Self::Passkey { roaming: true, .. } => one(Method::Roaming),
            Self::Passkey { roaming: false, .. } => one(Method::Platform),
            Self::StepUp(step_up) => step_up.shown,
            Self::CustomAuth { .. }
            | Self::SrpA(_)
            | Self::CustomChallenge { .. }
            | Self::NewPassword
            | Self::Choice(_)
            | Self::Chosen { .. }
            | Self::SignedUp
            | Self::Device => Methods::default(),
        }
    }

    /// Whether it is a first factor that needs no password, and then whether the user was verified by the
    /// authenticator, as by a second one.
    pub(crate) fn without_password(&self) -> Option<bool> {
        match self {
            Self::OneTimeCode(_) | Self::SignedUp => Some(false),
            Self::Passkey { user_verified, .. } => Some(*user_verified),
            Self::CustomAuth { .. }
            | Self::SrpA(_)
            | Self::Password
            | Self::CustomChallenge { .. }
            | Self::NewPassword
            | Self::Choice(_)
            | Self::SecondFactor(_)
            | Self::Chosen { .. }
            | Self::Device
            | Self::StepUp(_) => None,
        }
    }
}

/// Whether a sign-in is by CUSTOM_AUTH.
pub(crate) fn is_custom(completed: &[Completed]) -> bool {
    matches!(completed.first(), Some(Completed::CustomAuth { .. }))
}

/// Whether a sign-in is by USER_AUTH.
pub(crate) fn is_choice(completed: &[Completed]) -> bool {
    matches!(completed.first(), Some(Completed::Chosen { .. }))
}

/// The name that a sign-in by CUSTOM_AUTH or USER_AUTH goes on with although it means nobody.
pub(crate) fn nobody(completed: &[Completed]) -> Option<&str> {
    if let Some(Completed::CustomAuth { nobody }) = completed.first() {
        return nobody.as_deref();
    }
    played(completed).map(|nobody| &*nobody.name)
}

/// Who is played in USER_AUTH.
pub(crate) fn played(completed: &[Completed]) -> Option<&Nobody> {
    if let Some(Completed::Chosen { nobody }) = completed.first() {
        nobody.as_ref()
    } else {
        None
    }
}

/// Whether a password is behind, or surely ahead: so in every flow but CUSTOM_AUTH and USER_AUTH.
pub(crate) fn rests_on_password(completed: &[Completed]) -> bool {
    let may_lack = is_custom(completed) || is_choice(completed);
    !may_lack || completed.contains(&Completed::Password)
}

/// Whether a sign-in goes on from the password of an access token.
pub(crate) fn shows_password(completed: &[Completed]) -> bool {
    let mut shown = completed.iter().filter_map(Completed::step_up);
    shown.any(|step_up| step_up.shown.has(Method::Password))
}

/// How far MFA_SETUP has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetUp {
    /// Offered; AssociateSoftwareToken comes next, or an e-mail address.
    Offered,
    /// A secret was handed out; VerifySoftwareToken comes next.
    Associated,
    /// The token is verified; answering the challenge ends it.
    Verified,
}

#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) client: ClientId,
    pub(crate) sub: Uuid,
    pub(crate) step: Step,
    pub(crate) completed: Vec<Completed>,
    pub(crate) device_key: DeviceKey,
    pub(crate) event: Option<Uuid>,
    pub(crate) life: Duration,
    pub(crate) expires: Timestamp,
}

/// Whom DEVICE_SRP_AUTH was asked of: the app client, the user, the device.
pub(crate) type WaitingDevice = (ClientId, Uuid, Uuid);

impl Kept {
    fn waiting_device(&self) -> Option<WaitingDevice> {
        let Step::DeviceSrp(device) = self.step else {
            return None;
        };
        Some((self.client.clone(), self.sub, device))
    }
}

/// The conversations of a pool. A copy shares what neither of the two changes.
#[derive(Default)]
pub struct Conversations(Mutex<Open>);

#[derive(Clone, Default)]
struct Open {
    kept: Ordered<u128, Arc<Kept>>,
    /// The last of those that wait for the answer to DEVICE_SRP_AUTH, which may come without its session.
    waiting_devices: Ordered<WaitingDevice, (u128, Timestamp)>,
}

impl Clone for Conversations {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.open().clone()))
    }
}

impl Conversations {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, id: u128, kept: Kept) {
        let mut open = self.open();
        if let Some(waiting) = kept.waiting_device() {
            open.waiting_devices.insert(waiting, (id, kept.expires));
        }
        open.kept.insert(id, Arc::new(kept));
    }

    /// A conversation under way.
    pub(crate) fn get(&self, id: u128) -> Option<Arc<Kept>> {
        self.open().kept.get(&id).map(Arc::clone)
    }

    fn take(&self, id: u128) -> Option<Arc<Kept>> {
        let mut open = self.open();
        let kept = open.kept.remove(&id)?;
        if let Some(waiting) = kept.waiting_device() {
            let last = open.waiting_devices.get(&waiting);
            if last.is_some_and(|last| last.0 == id) {
                open.waiting_devices.remove(&waiting);
            }
        }
        Some(kept)
    }

    /// The last conversation that waits for the device, and until when.
    pub(crate) fn last_waiting(&self, device: &WaitingDevice) -> Option<(u128, Timestamp)> {
        self.open().waiting_devices.get(device).copied()
    }

    /// Each with its expiry.
    fn expiries(&self) -> Vec<(Timestamp, u128)> {
        let open = self.open();
        let kept = open.kept.iter();
        kept.map(|(id, kept)| (kept.expires, *id)).collect()
    }
}

/// Which pool has which conversation, of all that are under way.
#[derive(Debug, Default)]
pub struct Sessions {
    pools: DashMap<u128, Weak<UserPool>>,
    by_expiry: Mutex<BinaryHeap<Reverse<(Timestamp, u128)>>>,
}

impl Sessions {
    /// Keeps a conversation of a pool, and drops those that are over.
    pub(crate) fn keep(&self, pool: &Arc<UserPool>, id: u128, kept: Kept, now: Timestamp) {
        let expires = kept.expires;
        pool.conversations.keep(id, kept);
        self.file(pool, now, [(expires, id)]);
    }

    /// A pool is there again, and with it the conversations that were under way.
    pub(crate) fn put_back(&self, pool: &Arc<UserPool>, now: Timestamp) {
        self.file(pool, now, pool.conversations.expiries());
    }

    /// The pool that a conversation is of.
    pub(crate) fn pool(&self, id: u128) -> Option<PoolId> {
        let pool = self.pools.get(&id)?.upgrade()?;
        Some(pool.id.clone())
    }

    /// Takes a conversation out of its pool; of two who do so at once, one gets it.
    pub(crate) fn take(&self, pool: &UserPool, id: u128) -> Option<Arc<Kept>> {
        let kept = pool.conversations.take(id)?;
        let filed = self.by_expiry();
        // Else it is that of the pool in its place.
        if !pool.is_past() {
            self.pools.remove(&id);
        }
        drop(filed);
        Some(kept)
    }

    /// Files conversations by their expiry and drops those that are over.
    fn file(
        &self,
        pool: &Arc<UserPool>,
        now: Timestamp,
        conversations: impl IntoIterator<Item = (Timestamp, u128)>,
    ) {
        let mut by_expiry = self.by_expiry();
        // What a request of the past begins is found by the requests of the past alone, and not for long.
        for (expires, id) in conversations {
            self.pools.insert(id, Arc::downgrade(pool));
            by_expiry.push(Reverse((expires, id)));
        }
        while let Some(Reverse((expires, id))) = by_expiry.peek().copied() {
            if expires >= now && self.pools.len() <= CAPACITY {
                break;
            }
            by_expiry.pop();
            if let Some((_, pool)) = self.pools.remove(&id)
                && let Some(pool) = pool.upgrade()
            {
                pool.conversations.take(id);
            }
        }
        // Used conversations leave their line behind; clear them out once they are the most.
        if by_expiry.len() > 2 * self.pools.len() + 1024 {
            by_expiry.retain(|Reverse((_, id))| self.pools.contains_key(id));
        }
    }

    fn by_expiry(&self) -> MutexGuard<'_, BinaryHeap<Reverse<(Timestamp, u128)>>> {
        self.by_expiry
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::crypto::seal::Seal;
    use crate::crypto::srp::public_b;
    use crate::entropy::Entropy;
    use crate::model::Secret;

    #[test]
    fn a_formatted_conversation_tells_no_code_password_or_exponent() {
        let pool = PoolId::from("us-east-1_a");
        let password = Secret::from("Right-1");
        let password = Password::new(
            &Entropy::from_seed(1),
            &Seal::new([7; 32]),
            &pool,
            "bob",
            &password,
            Timestamp(7),
        );
        let salt = format!("{:?}", password.salt().as_bytes());
        let password = Arc::new(password);
        let ephemeral = Ephemeral::new([201; 32]);
        let code = Code {
            digits: "271828".into(),
            expires: Timestamp(7),
            sent_to: Contact::Email,
            address: None,
            superseded: Vec::new(),
        };
        let exchange = Exchange {
            a: SrpA::parse("7f").unwrap(),
            b: public_b(password.verifier(), &ephemeral),
            ephemeral,
            password: Some(Arc::clone(&password)),
            user_id: "bob".into(),
        };
        let device = DeviceExchange {
            a: SrpA::parse("7f").unwrap(),
            ephemeral: Ephemeral::new([201; 32]),
            b: public_b(password.verifier(), &Ephemeral::new([201; 32])),
            device: Uuid::nil(),
            secret: DeviceSecret {
                salt: Arc::from(*password.salt().as_bytes()),
                verifier: password.verifier().clone(),
            },
        };
        for step in [
            Step::PasswordVerifier(Arc::new(exchange)),
            Step::DevicePasswordVerifier(Arc::new(device)),
            Step::NewPasswordRequired(Some(password)),
            Step::SmsMfa(code.clone()),
            Step::EmailOtp(code),
        ] {
            let kept = Kept {
                client: ClientId::from("c"),
                sub: Uuid::nil(),
                step,
                completed: Vec::new(),
                device_key: DeviceKey::Missing,
                event: None,
                life: Duration::ZERO,
                expires: Timestamp(7),
            };
            let shown = format!("{kept:?}");
            for secret in ["271828", "201, 201", salt.as_str()] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    }
}
