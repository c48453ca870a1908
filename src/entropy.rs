//! The only source of chance.
//!
//! Each purpose draws from a stream of its own, derived from one seed: a run with a seed gives the
//! same identifiers, codes and keys however the calls for other purposes interleave.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use uuid::Uuid;

/// What a random value is for; each has its own stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Pool and client ids, subs, message ids.
    Ids,
    /// Confirmation codes and one-time passwords sent to users.
    Codes,
    /// Client secrets, temporary passwords, software-token secrets.
    Secrets,
    /// Token ids and the sealing of refresh tokens.
    Tokens,
    /// Challenge sessions.
    Sessions,
    /// SRP salts and ephemerals.
    Srp,
    /// Request ids; apart, so that reading never disturbs what is written.
    Requests,
    /// Data keys and the messages that custom senders get; apart, so that a sender changes nothing else.
    Encryption,
    /// Ids and keys of the test API's passkeys; apart, so that a test which uses them draws nothing else
    /// otherwise.
    Authenticator,
    /// Which requests a rule of faults applies to, and how long they wait; apart, so that a fault changes
    /// nothing else.
    Faults,
}

const STREAMS: usize = 10;

/// Seeded or operating-system randomness, one stream a purpose.
#[derive(Debug)]
pub struct Entropy {
    streams: [Mutex<ChaCha12Rng>; STREAMS],
    seeded: bool,
}

impl Entropy {
    /// Randomness of the operating system.
    pub fn from_os() -> Self {
        let mut seed = [0; 32];
        // Straight from the system: AWS-LC's own generator takes some 50 ms to seed itself, which
        // would be most of the start-up.
        //
        // The system generator does not fail on the platforms served; were it to, a fixed seed
        // would make secrets predictable, so the process must not go on.
        #[expect(
            clippy::expect_used,
            reason = "no safe way on without a system generator"
        )]
        getrandom::fill(&mut seed).expect("the operating system gives random bytes");
        Self {
            streams: streams(seed),
            seeded: false,
        }
    }

    /// Randomness that repeats for the same seed.
    pub fn from_seed(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self {
            streams: streams(bytes),
            seeded: true,
        }
    }

    /// Whether values repeat from run to run; then nothing is made ahead of need.
    pub fn is_seeded(&self) -> bool {
        self.seeded
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&self, purpose: Purpose) -> [u8; N] {
        let mut bytes = [0; N];
        self.stream(purpose).fill_bytes(&mut bytes);
        bytes
    }

    /// A version 4 UUID.
    pub fn uuid(&self, purpose: Purpose) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes(purpose)).into_uuid()
    }

    /// `count` characters drawn evenly from `alphabet`.
    pub fn text(&self, purpose: Purpose, alphabet: &[u8], count: usize) -> String {
        let mut stream = self.stream(purpose);
        (0..count)
            .map(|_| char::from(alphabet[below(&mut stream, alphabet.len())]))
            .collect()
    }

    /// A number below `bound` (which is above 0).
    pub fn below(&self, purpose: Purpose, bound: usize) -> usize {
        below(&mut self.stream(purpose), bound)
    }

    fn stream(&self, purpose: Purpose) -> MutexGuard<'_, ChaCha12Rng> {
        self.streams[purpose as usize]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn streams(seed: [u8; 32]) -> [Mutex<ChaCha12Rng>; STREAMS] {
    std::array::from_fn(|index| {
        let mut stream = ChaCha12Rng::from_seed(seed);
        stream.set_stream(index as u64);
        Mutex::new(stream)
    })
}

/// Even choice by rejection: values past the last whole multiple of `bound` are drawn again.
fn below(stream: &mut ChaCha12Rng, bound: usize) -> usize {
    let bound = u32::try_from(bound).unwrap_or(u32::MAX).max(1);
    let limit = u32::MAX - u32::MAX % bound;
    loop {
        let drawn = stream.next_u32();
        if drawn < limit {
            return (drawn % bound) as usize;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_purposes_do_not_disturb_each_other() {
        let (one, two) = (Entropy::from_seed(7), Entropy::from_seed(7));
        let _ = two.bytes::<99>(Purpose::Codes);
        assert_eq!(one.uuid(Purpose::Ids), two.uuid(Purpose::Ids));
        assert_ne!(
            one.bytes::<16>(Purpose::Srp),
            one.bytes::<16>(Purpose::Sessions)
        );
        assert_ne!(
            Entropy::from_seed(8).uuid(Purpose::Ids),
            Entropy::from_seed(7).uuid(Purpose::Ids)
        );
    }

    #[test]
    fn text_stays_within_its_alphabet() {
        let text = Entropy::from_os().text(Purpose::Codes, b"0123456789", 200);
        assert!(text.len() == 200 && text.bytes().all(|byte| byte.is_ascii_digit()));
    }
}
