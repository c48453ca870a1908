//! Request-rate quotas: how many requests a second AWS takes, and TooManyRequestsException beyond.
//!
//! "Quotas in Amazon Cognito", developer guide:
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>. A category of operations
//! has a rate for each account and Region. Answers to challenges have three times the rate of
//! UserAuthentication, and what exceeds it counts towards that category. One operation on a user
//! pool's resources or app clients is held to 5 requests a second in one pool, and one user to 10
//! reads and 10 writes. Sign-ins at the hosted pages and refreshes at the token endpoint count
//! towards UserAuthentication; exchanges of codes have the same rate without counting towards it
//! (<https://repost.aws/questions/QUFRuNyMQ_RVu3KimZTSc4Zw>). All of this is documented; that a second's worth may come at once, that a
//! refused request is not counted, and that a request counts whatever becomes of it is inferred.
//!
//! Nothing is counted until it is asked for (`--quotas aws`, a fixture's `Quotas`, the test API).
//! Rates that an account provisioned are kept in any case:
//! [`provisioned_limits`](crate::user_pool::pools::provisioned_limits).

pub(crate) mod buckets;
pub(crate) mod category;
mod difference;
mod mail;

pub use self::category::{Access, Category};
pub(crate) use self::difference::Differing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use self::buckets::{Buckets, What};
use self::mail::Mails;
use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::Operation;
use crate::model::{AccountRegion, PoolId};

/// Documented: requests a second of one operation in one pool.
pub const OPERATION_IN_A_POOL: u32 = 5;

/// Documented: reads a second, and writes a second, of one user.
pub const USER: u32 = 10;

/// Documented: answers to challenges have this times the rate of UserAuthentication.
const CHALLENGES_PER_SIGN_IN: u32 = 3;

/// How many accounts and Regions can differ from AWS's rates.
const MOST_PLACES: usize = 10_000;

/// Who is held to the quotas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enforcement {
    /// Nobody.
    Off,
    /// Requests to pools of fixtures that ask for AWS's quotas.
    MarkedPools,
    /// Everybody.
    Everywhere,
}

impl Enforcement {
    const ALL: [Self; 3] = [Self::Off, Self::MarkedPools, Self::Everywhere];

    fn at(place: u8) -> Self {
        let known = Self::ALL.get(usize::from(place));
        known.copied().unwrap_or(Self::Off)
    }
}

/// Rates of an account in a Region, and what was used of them.
#[derive(Debug)]
pub struct Quotas {
    /// An [`Enforcement`], by its place in `ALL`. One look at it is all that a request costs
    /// while there is nothing to enforce.
    enforcement: AtomicU8,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    rates: BTreeMap<(AccountRegion, Category), Rate>,
    calls: BTreeMap<(AccountRegion, Category), Calls>,
    buckets: Buckets,
    mails: Mails,
    /// The accounts and Regions of marked pools.
    marked: BTreeSet<AccountRegion>,
}

/// A category's rate in an account and Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The provisioned limit: requests a second that are taken.
    pub provisioned: u32,
    /// The account-level maximum: how much the account may provision.
    pub maximum: u32,
}

impl Rate {
    /// What a new account has.
    pub fn default_of(category: Category) -> Self {
        Self {
            provisioned: category.default_rate(),
            maximum: category.default_rate(),
        }
    }
}

/// AWS's metrics CallCount and ThrottleCount.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// Requests that were taken.
    pub taken: u64,
    /// Requests that were refused for their rate.
    pub throttled: u64,
}

/// One category as the test API shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// The category.
    pub category: Category,
    /// Its rate.
    pub rate: Rate,
    /// How many requests count at this moment.
    pub used: f64,
    /// How many there were.
    pub calls: Calls,
}

impl Quotas {
    /// AWS's rates, enforced for everybody or for nobody.
    pub fn new(are_enforced: bool) -> Self {
        let quotas = Self {
            enforcement: AtomicU8::new(0),
            state: Mutex::default(),
        };
        if are_enforced {
            quotas.enforce(Enforcement::Everywhere);
        }
        quotas
    }

    /// Who is held to the quotas.
    pub fn enforcement(&self) -> Enforcement {
        Enforcement::at(self.enforcement.load(Ordering::Relaxed))
    }

    /// Holds whom it says to the quotas from now on; what was used before is forgotten.
    pub fn enforce(&self, enforcement: Enforcement) {
        let at = match enforcement {
            Enforcement::Off => 0,
            Enforcement::MarkedPools => 1,
            Enforcement::Everywhere => 2,
        };
        self.enforcement.store(at, Ordering::Relaxed);
        self.state().buckets.clear();
    }

    /// Holds requests to marked pools to the quotas, unless everybody is. `place` has such a pool.
    pub fn enforce_for_marked_pools(&self, place: AccountRegion) {
        if self.enforcement() == Enforcement::Off {
            self.enforce(Enforcement::MarkedPools);
        }
        self.state().marked.insert(place);
    }

    /// Whether an account and Region had a marked pool.
    pub fn is_marked(&self, place: &AccountRegion) -> bool {
        self.state().marked.contains(place)
    }

    /// The rate of `category`.
    pub fn rate(&self, place: &AccountRegion, category: Category) -> Rate {
        self.state().rate(place, category)
    }

    /// Changes the rate of `category`, in one step.
    ///
    /// # Errors
    /// Whatever `change` refuses; more places than are kept.
    pub fn change_rate(
        &self,
        place: &AccountRegion,
        category: Category,
        change: impl FnOnce(Rate) -> Result<Rate, CognitoError>,
    ) -> Result<Rate, CognitoError> {
        let mut state = self.state();
        let rate = change(state.rate(place, category))?;
        let key = (place.clone(), category);
        if rate == Rate::default_of(category) {
            state.rates.remove(&key);
        } else if state.rates.len() < MOST_PLACES || state.rates.contains_key(&key) {
            state.rates.insert(key, rate);
        } else {
            return Refusal::TooManyRequests
                .refuse("Poolhouse keeps provisioned limits of no more accounts and Regions");
        }
        Ok(rate)
    }

    /// Counts a mail that Cognito's own sender carries for `account`.
    ///
    /// # Errors
    /// LimitExceededException, once the day has had its mails.
    pub fn charge_mail(&self, account: &str, now: Timestamp) -> Result<(), CognitoError> {
        self.state().mails.charge(account, now)
    }

    /// Every category, as it stands.
    pub fn usage(&self, place: &AccountRegion, now: Timestamp) -> Vec<Usage> {
        let state = self.state();
        let one = |category: &Category| {
            let key = (place.clone(), *category);
            Usage {
                category: *category,
                rate: state.rate(place, *category),
                used: state
                    .buckets
                    .used(&(place.clone(), What::Category(*category)), now),
                calls: state.calls.get(&key).copied().unwrap_or_default(),
            }
        };
        Category::ALL.iter().map(one).collect()
    }

    /// The quotas as they are.
    pub(crate) fn image(&self) -> Image {
        Image {
            enforcement: self.enforcement.load(Ordering::Relaxed),
            state: self.state().clone(),
        }
    }

    /// Puts quotas back: all, or what there is of an account in them.
    pub(crate) fn put_back(&self, image: &Image, account: Option<&str>) {
        let mut state = self.state();
        match account {
            None => {
                *state = image.state.clone();
                self.enforcement.store(image.enforcement, Ordering::Relaxed);
            }
            Some(account) => state.put_back(&image.state, account),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Quotas as they were at a moment.
#[derive(Debug)]
pub(crate) struct Image {
    enforcement: u8,
    state: State,
}

impl State {
    fn put_back(&mut self, image: &Self, account: &str) {
        let Self {
            rates,
            calls,
            buckets,
            mails,
            marked,
        } = self;
        put_back(rates, &image.rates, account);
        put_back(calls, &image.calls, account);
        buckets.put_back(&image.buckets, account);
        mails.put_back(&image.mails, account);
        let is_meant = |place: &&AccountRegion| place.account == account;
        marked.retain(|place| !is_meant(&place));
        marked.extend(image.marked.iter().filter(is_meant).cloned());
    }

    fn rate(&self, place: &AccountRegion, category: Category) -> Rate {
        let changed = self.rates.get(&(place.clone(), category)).copied();
        changed.unwrap_or_else(|| Rate::default_of(category))
    }

    pub(crate) fn count(
        &mut self,
        place: &AccountRegion,
        category: Category,
        count: impl FnOnce(&mut Calls),
    ) {
        let key = (place.clone(), category);
        if self.calls.len() < MOST_PLACES || self.calls.contains_key(&key) {
            count(self.calls.entry(key).or_default());
        }
    }

    /// Counts a request, or says what it exceeds.
    pub(crate) fn take(&mut self, request: &Request, now: Timestamp) -> Result<(), (String, u32)> {
        let place = &request.place;
        let rate = self.rate(place, request.category).provisioned;
        let challenges = (
            What::Challenges,
            rate.saturating_mul(CHALLENGES_PER_SIGN_IN),
        );
        let category = (What::Category(request.category), rate);
        let mut wanted = Vec::with_capacity(3);
        let key = |what: &What| (place.clone(), what.clone());
        let has_room = |(what, rate): &(What, u32)| self.buckets.has_room(&key(what), *rate, now);
        wanted.push(match request.apart {
            Some(Apart::Challenge) if has_room(&challenges) => challenges,
            Some(Apart::Code) => (What::Codes, rate),
            Some(Apart::Challenge) | None => category,
        });
        let pool = request.pool.clone();
        if let Some(id) = pool
            .clone()
            .filter(|_| request.category.is_capped_in_a_pool())
        {
            wanted.push((
                What::OperationOf(id, request.operation),
                OPERATION_IN_A_POOL,
            ));
        }
        let user = request.user.clone();
        if let (Some(id), Some(user), Some(access)) = (pool, user, request.category.access()) {
            wanted.push((What::User(id, user, access), USER));
        }
        for (what, rate) in &wanted {
            if !self.buckets.has_room(&key(what), *rate, now) {
                return Err((described(what), *rate));
            }
        }
        for (what, rate) in wanted {
            self.buckets.fill((place.clone(), what), rate, now);
        }
        Ok(())
    }
}

/// What has a rate of its own beside that of its category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Apart {
    /// An answer to a challenge: it counts towards the category beyond three times the category's rate.
    Challenge,
    /// An exchange of an authorization code: held to the category's rate without counting towards it.
    Code,
}

/// One request, as far as quotas look at it.
pub(crate) struct Request {
    pub(crate) place: AccountRegion,
    pub(crate) operation: Operation,
    pub(crate) category: Category,
    /// What it draws on besides its category, or instead.
    pub(crate) apart: Option<Apart>,
    /// The pool that it is about, and the user in it.
    pub(crate) pool: Option<PoolId>,
    pub(crate) user: Option<String>,
}

fn described(what: &What) -> String {
    match what {
        What::Category(category) => format!("the category {}", category.name()),
        What::Challenges => "answers to challenges".to_owned(),
        What::Codes => "exchanges of authorization codes".to_owned(),
        What::OperationOf(pool, operation) => format!("{} in {pool}", operation.name()),
        What::User(pool, _, Access::Read) => format!("reads of one user of {pool}"),
        What::User(pool, _, Access::Write) => format!("writes of one user of {pool}"),
    }
}

/// Takes what `image` has of an account in place of what there is of it.
fn put_back<V: Clone>(
    kept: &mut BTreeMap<(AccountRegion, Category), V>,
    image: &BTreeMap<(AccountRegion, Category), V>,
    account: &str,
) {
    let is_meant = |key: &(AccountRegion, Category)| key.0.account == account;
    kept.retain(|key, _| !is_meant(key));
    let back = image.iter().filter(|(key, _)| is_meant(key));
    kept.extend(back.map(|(key, value)| (key.clone(), value.clone())));
}

#[cfg(test)]
mod tests;
