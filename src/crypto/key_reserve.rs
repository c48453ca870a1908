//! Where the signing keys of pools come from.
//!
//! Making an RSA key takes from 70 to 400 ms, too long for a test that creates a pool. So pools take their two
//! keys, one for ID and one for access tokens, from a reserve:
//! 1. 200 pairs that ship with the program, handed out in a fixed order, so that key ids are the same in
//!    every run. **They are public, and for tests only**: whoever has this program can sign with them.
//! 2. When those run low, a thread makes keys ahead of need.
//! 3. When pools are made faster than that, their keys are made when they are first used.
//!
//! Twenty more shipped keys are for the SAML certificates of pools, one for each pool that needs one.
//!
//! Handing out costs nothing in any case: what is handed out reads, takes or makes its key at first use, which
//! the threads of the crypto pool alone can ask for.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::CryptoThread;
use super::rsa_primes::{self, PRIME_LEN, Primes};
use super::signing::{KeyError, SigningKey, VerifyingKey};

/// The two primes of each key; all else of it follows from them, and would quadruple the table. Made by
/// `scripts/make-key-reserve`. Public, for tests only.
static SHIPPED: &[u8; (2 * SHIPPED_PAIRS + SHIPPED_SAML) * 2 * PRIME_LEN] =
    include_bytes!("reserve.primes");

/// What was read of the shipped keys. They are the same in every server of this process, of which there
/// may be many, one after the other: each is read once.
static READ: [ShippedKey; 2 * SHIPPED_PAIRS + SHIPPED_SAML] =
    [const { ShippedKey::unread() }; 2 * SHIPPED_PAIRS + SHIPPED_SAML];

struct ShippedKey {
    public: OnceLock<Arc<VerifyingKey>>,
    private: OnceLock<Box<SigningKey>>,
}

impl ShippedKey {
    const fn unread() -> Self {
        Self {
            public: OnceLock::new(),
            private: OnceLock::new(),
        }
    }
}

/// How many pools the shipped keys serve.
pub const SHIPPED_PAIRS: usize = 200;

/// How many pools the shipped SAML keys, which stand behind the pairs, serve.
const SHIPPED_SAML: usize = 20;

/// So many shipped pairs are left when the thread starts: at some 200 ms a key it takes a few seconds to be
/// of help.
const LOW: usize = 10;

/// How many keys the thread makes ahead of need.
const AHEAD: usize = 16;

/// Hands out keys to pools.
pub struct KeyReserve {
    /// Pairs handed out so far.
    next: AtomicUsize,
    /// SAML keys handed out so far.
    next_saml: AtomicUsize,
    made: Arc<Made>,
    /// The end that the thread takes when it starts.
    sender: Mutex<Option<SyncSender<SigningKey>>>,
}

impl KeyReserve {
    /// A full reserve. Nothing is read or made yet.
    pub fn new() -> Self {
        Self::resume(0)
    }

    /// A reserve of which pools hold so many pairs already: those of a state that was saved.
    pub fn resume(handed_out: usize) -> Self {
        let (sender, ready) = sync_channel(AHEAD);
        Self {
            next: AtomicUsize::new(handed_out),
            next_saml: AtomicUsize::new(0),
            made: Arc::new(Made {
                ready: Mutex::new(ready),
            }),
            sender: Mutex::new(Some(sender)),
        }
    }

    /// How many pairs were handed out.
    pub fn handed_out(&self) -> usize {
        self.next.load(Ordering::Relaxed)
    }

    /// The keys of a new pool.
    pub fn next_pair(&self) -> Arc<PoolKeys> {
        let pair = self.next.fetch_add(1, Ordering::Relaxed);
        if pair + LOW >= SHIPPED_PAIRS {
            self.start_thread();
        }
        Arc::new(PoolKeys {
            id: self.key(2 * pair),
            access: self.key(2 * pair + 1),
        })
    }

    /// The key of a pool's SAML certificates.
    pub fn next_saml(&self) -> LazyKey {
        let index = self.next_saml.fetch_add(1, Ordering::Relaxed);
        self.shipped_or_made(2 * SHIPPED_PAIRS + index)
    }

    /// The key of the stand-in identity provider: the last of those that are shipped for SAML, and the same
    /// in every run. A twentieth pool with SAML has it too.
    pub fn stand_in(&self) -> LazyKey {
        self.shipped_or_made(2 * SHIPPED_PAIRS + SHIPPED_SAML - 1)
    }

    /// A key for tokens.
    fn key(&self, index: usize) -> LazyKey {
        // The records behind the pairs are not for tokens.
        let is_for_saml = index >= 2 * SHIPPED_PAIRS;
        self.shipped_or_made(if is_for_saml { usize::MAX } else { index })
    }

    fn shipped_or_made(&self, index: usize) -> LazyKey {
        let (primes, _) = SHIPPED.as_chunks();
        let (keys, _) = primes.as_chunks();
        match keys.get(index).zip(READ.get(index)) {
            Some((primes, read)) => LazyKey(Source::Shipped { primes, read }),
            None => LazyKey(Source::Made {
                by: self.made.clone(),
                key: OnceLock::new(),
            }),
        }
    }

    /// Starts the thread, once. It ends when the reserve and the keys that wait for it are gone.
    fn start_thread(&self) {
        let sender = self
            .sender
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(sender) = sender else { return };
        let make = move || while sender.send(SigningKey::generate()).is_ok() {};
        let started = std::thread::Builder::new()
            .name("key-reserve".to_owned())
            .spawn(make);
        if let Err(error) = started {
            tracing::warn!(%error, "no thread for the key reserve; keys are made when they are needed");
        }
    }
}

impl Default for KeyReserve {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for KeyReserve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyReserve({} handed out)", self.handed_out())
    }
}

/// The keys that the thread made and nobody took yet.
struct Made {
    ready: Mutex<Receiver<SigningKey>>,
}

impl Made {
    /// A key of the thread's, or one made here: with none ready, waiting for the thread would take as long.
    fn take(&self) -> SigningKey {
        let ready = self
            .ready
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .try_recv();
        ready.unwrap_or_else(|_none| SigningKey::generate())
    }
}

/// The two keys of a pool. The `kid` of an ID token is never that of an access token.
#[derive(Debug)]
pub struct PoolKeys {
    /// Signs ID tokens.
    pub id: LazyKey,
    /// Signs access tokens.
    pub access: LazyKey,
}

impl PoolKeys {
    /// The public halves, that of ID tokens first; none as long as one of them has to be made.
    pub fn verifying_if_made(&self) -> Option<[&VerifyingKey; 2]> {
        Some([
            self.id.verifying_if_made()?,
            self.access.verifying_if_made()?,
        ])
    }

    /// The public halves, that of ID tokens first.
    pub fn verifying(&self, on: &CryptoThread) -> [&VerifyingKey; 2] {
        [self.id.verifying(on), self.access.verifying(on)]
    }

    /// Keys that a fixture names, each a private key in PEM. They are read at once, so that a faulty one is
    /// reported where it stands.
    pub fn pinned(id: &str, access: &str) -> Result<Arc<Self>, PinnedKeyError> {
        let refused = |key| move |reason| PinnedKeyError { key, reason };
        let id = SigningKey::from_pem(id).map_err(refused("ID token"))?;
        let access = SigningKey::from_pem(access).map_err(refused("access token"))?;
        if id.public().kid() == access.public().kid() {
            return Err(refused("access token")(KeyError::Same));
        }
        Ok(Arc::new(Self {
            id: LazyKey(Source::Pinned(Box::new(id))),
            access: LazyKey(Source::Pinned(Box::new(access))),
        }))
    }
}

/// Why keys could not be pinned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedKeyError {
    key: &'static str,
    /// What is wrong with the key.
    pub reason: KeyError,
}

impl fmt::Display for PinnedKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} key: {}", self.key, self.reason)
    }
}

impl std::error::Error for PinnedKeyError {}

/// A signing key that is read, taken or made at first use.
pub struct LazyKey(Source);

enum Source {
    Shipped {
        primes: &'static Primes,
        read: &'static ShippedKey,
    },
    Made {
        by: Arc<Made>,
        key: OnceLock<Box<SigningKey>>,
    },
    Pinned(Box<SigningKey>),
}

impl LazyKey {
    /// The key. The first call may take some time; hold no lock.
    pub fn signing(&self, _on: &CryptoThread) -> &SigningKey {
        match &self.0 {
            Source::Shipped { primes, read } => {
                read.private.get_or_init(|| Box::new(self::read(primes)))
            }
            Source::Made { by, key } => key.get_or_init(|| Box::new(by.take())),
            Source::Pinned(key) => key,
        }
    }

    /// The public half, for JWKS. Takes as long as [`signing`](Self::signing) where the key has to be made.
    pub fn verifying(&self, on: &CryptoThread) -> &VerifyingKey {
        match self.verifying_if_made() {
            Some(public) => public,
            None => self.signing(on).public(),
        }
    }

    /// The public half, for verifying: none of a key that nobody has asked for yet, which has signed nothing.
    /// That of a shipped key is read without the private half.
    pub fn verifying_if_made(&self) -> Option<&VerifyingKey> {
        match &self.0 {
            Source::Shipped { primes, read } => {
                Some(read.public.get_or_init(|| read_public(primes)))
            }
            Source::Made { key, .. } => key.get().map(|key| &**key.public()),
            Source::Pinned(key) => Some(key.public()),
        }
    }
}

impl fmt::Debug for LazyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Source::Shipped { .. } => "LazyKey(shipped)",
            Source::Made { .. } => "LazyKey(made)",
            Source::Pinned(_) => "LazyKey(pinned)",
        })
    }
}

#[expect(clippy::expect_used, reason = "a test reads every shipped key")]
fn read(primes: &'static Primes) -> SigningKey {
    let der = rsa_primes::private_der(primes).expect("a shipped key");
    SigningKey::from_der(&der).expect("a shipped key")
}

/// Without the private half, which takes some forty times as long; a JWKS needn't wait for it.
#[expect(clippy::expect_used, reason = "a test reads every shipped key")]
fn read_public(primes: &'static Primes) -> Arc<VerifyingKey> {
    let der = rsa_primes::public_der(primes).expect("a shipped key");
    Arc::new(VerifyingKey::from_der(&der).expect("a shipped key"))
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::HashSet;

    #[test]
    fn every_shipped_key_is_sound_and_unique() {
        let reserve = KeyReserve::new();
        let mut kids = HashSet::new();
        for _ in 0..SHIPPED_PAIRS {
            let keys = reserve.next_pair();
            for key in [&keys.id, &keys.access] {
                assert_eq!(
                    key.verifying(&CryptoThread::of_test()).kid(),
                    key.signing(&CryptoThread::of_test()).public().kid()
                );
                assert!(key.verifying(&CryptoThread::of_test()).verify(
                    b"message",
                    &key.signing(&CryptoThread::of_test()).sign(b"message")
                ));
                assert!(kids.insert(key.verifying(&CryptoThread::of_test()).kid().to_owned()));
            }
        }
        for _ in 0..SHIPPED_SAML {
            let key = reserve.next_saml();
            assert!(matches!(key.0, Source::Shipped { .. }));
            assert!(
                kids.insert(
                    key.signing(&CryptoThread::of_test())
                        .public()
                        .kid()
                        .to_owned()
                )
            );
        }
        assert_eq!(kids.len(), 420);
        assert!(matches!(reserve.next_saml().0, Source::Made { .. }));
    }

    #[test]
    fn the_order_is_fixed() {
        let (reserve, again) = (KeyReserve::new(), KeyReserve::new());
        for _ in 0..3 {
            let (keys, same) = (reserve.next_pair(), again.next_pair());
            assert_eq!(
                keys.id.verifying(&CryptoThread::of_test()).kid(),
                same.id.verifying(&CryptoThread::of_test()).kid()
            );
            assert_eq!(
                keys.access.verifying(&CryptoThread::of_test()).kid(),
                same.access.verifying(&CryptoThread::of_test()).kid()
            );
        }
        let first = KeyReserve::new().next_pair();
        assert_eq!(
            first.id.verifying(&CryptoThread::of_test()).kid(),
            FIRST_KIDS[0]
        );
        assert_eq!(
            first.access.verifying(&CryptoThread::of_test()).kid(),
            FIRST_KIDS[1]
        );
    }

    /// Users may write down the key ids of their first pool; a new reserve file changes them.
    const FIRST_KIDS: [&str; 2] = [
        "LfJPBlfDOfGiOcF8WP5qufIZ8yIScwlpcrywqtgQJLw=",
        "LG1vKkHA6ZU4VlwrzWptDBf+WuDoyuEhbS3VgDpL9+4=",
    ];

    #[test]
    fn a_resumed_reserve_goes_on_where_it_was() {
        let reserve = KeyReserve::new();
        reserve.next_pair();
        let expected = reserve.next_pair();
        let resumed = KeyReserve::resume(1);
        assert_eq!(
            resumed
                .next_pair()
                .id
                .verifying(&CryptoThread::of_test())
                .kid(),
            expected.id.verifying(&CryptoThread::of_test()).kid()
        );
        assert_eq!((reserve.handed_out(), resumed.handed_out()), (2, 2));
    }

    #[test]
    fn after_the_shipped_keys_new_ones_are_made() {
        let reserve = KeyReserve::resume(SHIPPED_PAIRS - 1);
        assert!(matches!(
            reserve.next_pair().access.0,
            Source::Shipped { .. }
        ));
        let keys = reserve.next_pair();
        assert!(matches!(keys.id.0, Source::Made { .. }));
        assert_ne!(
            keys.id.verifying(&CryptoThread::of_test()).kid(),
            keys.access.verifying(&CryptoThread::of_test()).kid()
        );
        for key in [&keys.id, &keys.access] {
            assert!(key.verifying(&CryptoThread::of_test()).verify(
                b"message",
                &key.signing(&CryptoThread::of_test()).sign(b"message")
            ));
        }
    }

    #[test]
    fn the_thread_makes_keys_ahead_and_is_let_go_with_the_reserve() {
        let reserve = KeyReserve::resume(SHIPPED_PAIRS);
        let keys = reserve.next_pair();
        let ready = keys.id.0.made().ready.lock().unwrap().recv().unwrap();
        assert!(ready.verify(b"message", &ready.sign(b"message")));
        let made = Arc::downgrade(keys.id.0.made());
        drop((reserve, keys));
        assert!(
            made.upgrade().is_none(),
            "nobody but the reserve and its keys holds the receiver"
        );
    }

    impl Source {
        fn made(&self) -> &Arc<Made> {
            match self {
                Self::Made { by, .. } => by,
                Self::Shipped { .. } | Self::Pinned(_) => panic!("a key that is made"),
            }
        }
    }

    #[test]
    fn pinned_keys_are_read_at_once() {
        let shipped = KeyReserve::new().next_pair();
        let (id, access) = (
            shipped.id.signing(&CryptoThread::of_test()).to_pem(),
            shipped.access.signing(&CryptoThread::of_test()).to_pem(),
        );
        let pinned = PoolKeys::pinned(&id, &access).unwrap();
        assert_eq!(
            pinned.id.verifying(&CryptoThread::of_test()).kid(),
            shipped.id.verifying(&CryptoThread::of_test()).kid()
        );
        assert_eq!(
            pinned.access.signing(&CryptoThread::of_test()).sign(b"m"),
            shipped.access.signing(&CryptoThread::of_test()).sign(b"m")
        );

        let refusal = |id: &str, access: &str| PoolKeys::pinned(id, access).unwrap_err();
        assert_eq!(refusal(&id, &id).reason, KeyError::Same);
        assert_eq!(
            refusal(&id, "key.pem").to_string(),
            "access token key: not a PEM block; expected -----BEGIN PRIVATE KEY----- or -----BEGIN RSA \
             PRIVATE KEY-----, Base64 and the matching END line"
        );
        assert!(
            refusal("", &access)
                .to_string()
                .starts_with("ID token key: ")
        );
    }
}
