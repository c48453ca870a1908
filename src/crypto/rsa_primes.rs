//! RSA keys of 2048 bits from their two primes, which are all of a key that has to ship.
//!
//! What the other numbers are follows from them (RFC 8017, 3.2): `n = p · q`; each private exponent is the
//! inverse of `e` modulo what it stands for; `qInv` is the inverse of `q` modulo `p`.

use der::Encode;
use der::asn1::UintRef;

use super::modexp::Modulus;

/// The length of a prime in bytes.
pub(super) const PRIME_LEN: usize = 128;

/// The public exponent of every key, a prime (F4).
const E: u64 = 65537;

/// The primes of a key, `p` before `q`, each in big-endian bytes.
pub(super) type Primes = [[u8; PRIME_LEN]; 2];

/// `RSAPublicKey` in DER (RFC 8017, A.1.1).
pub(super) fn public_der([p, q]: &Primes) -> der::Result<Vec<u8>> {
    let n = Natural::from_be_bytes(p).times(&Natural::from_be_bytes(q));
    let (n, e) = (n.to_be_bytes(), E.to_be_bytes());
    [UintRef::new(&n)?, UintRef::new(&e)?].to_der()
}

/// `RSAPrivateKey` in DER (RFC 8017, A.1.2).
pub(super) fn private_der([p, q]: &Primes) -> der::Result<Vec<u8>> {
    let [p_number, q_number] = [p, q].map(Natural::from_be_bytes);
    let [p_less, q_less] = [&p_number, &q_number].map(|prime| prime.minus_small(1));
    // q^(p - 2) is the inverse of q, by Fermat.
    let modulus = Modulus::new(p);
    let exponent = p_number.minus_small(2).to_be_bytes();
    let q_inverse = modulus.pow(&modulus.reduce(q), &exponent);
    let fields = [
        // The version, of keys with two primes.
        vec![0],
        p_number.times(&q_number).to_be_bytes(),
        E.to_be_bytes().to_vec(),
        p_less.times(&q_less).inverse_of_e().to_be_bytes(),
        p.to_vec(),
        q.to_vec(),
        p_less.inverse_of_e().to_be_bytes(),
        q_less.inverse_of_e().to_be_bytes(),
        q_inverse.to_be_bytes::<PRIME_LEN>().to_vec(),
    ];
    let numbers: Vec<UintRef<'_>> = fields
        .iter()
        .map(|field| UintRef::new(field))
        .collect::<der::Result<_>>()?;
    numbers.to_der()
}

/// A natural number: limbs of 64 bits, the lowest first.
struct Natural(Vec<u64>);

impl Natural {
    fn from_be_bytes(bytes: &[u8; PRIME_LEN]) -> Self {
        let (limbs, _) = bytes.as_chunks();
        Self(
            limbs
                .iter()
                .rev()
                .map(|limb| u64::from_be_bytes(*limb))
                .collect(),
        )
    }

    fn to_be_bytes(&self) -> Vec<u8> {
        self.0
            .iter()
            .rev()
            .flat_map(|limb| limb.to_be_bytes())
            .collect()
    }

    fn times(&self, other: &Self) -> Self {
        let mut product = vec![0; self.0.len() + other.0.len()];
        for (i, a) in self.0.iter().enumerate() {
            let mut carry = 0;
            for (place, b) in product[i..].iter_mut().zip(&other.0) {
                (*place, carry) = a.carrying_mul_add(*b, *place, carry);
            }
            product[i + other.0.len()] = carry;
        }
        Self(product)
    }

    fn minus_small(&self, small: u64) -> Self {
        let mut borrowed = small;
        let limbs = self.0.iter().map(|limb| {
            let (less, borrows) = limb.overflowing_sub(borrowed);
            borrowed = u64::from(borrows);
            less
        });
        Self(limbs.collect())
    }

    /// The inverse of `e` modulo this number: `(k · self + 1) / e` for the `k` that makes it whole, which is
    /// found in numbers below `e`.
    fn inverse_of_e(&self) -> Self {
        let remainder = self
            .0
            .iter()
            .rev()
            .fold(0, |high, limb| divided(high, *limb).1);
        // remainder^(e - 2) is its inverse, by Fermat; that exponent is sixteen ones in binary.
        let inverse = (0..16).fold(1, |power, _| power * power % E * remainder % E);
        let mut multiple = self.times(&Self(vec![E - inverse]));
        for limb in &mut multiple.0 {
            let carries;
            (*limb, carries) = limb.overflowing_add(1);
            if !carries {
                break;
            }
        }
        let mut high = 0;
        for limb in multiple.0.iter_mut().rev() {
            (*limb, high) = divided(high, *limb);
        }
        multiple
    }
}

/// `high · 2^64 + low` by `e`, and what remains. `high` is below `e`.
fn divided(high: u64, low: u64) -> (u64, u64) {
    let upper = (high << 32) | (low >> 32);
    let lower = ((upper % E) << 32) | (low & 0xffff_ffff);
    (((upper / E) << 32) | (lower / E), lower % E)
}

#[cfg(test)]
mod tests {
    use super::*;

    use num_bigint::BigUint;
    use proptest::prelude::*;

    fn number(bytes: &[u8]) -> BigUint {
        BigUint::from_bytes_be(bytes)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn agrees_with_another_implementation(
            low in any::<[u64; PRIME_LEN / 8]>(),
            other in any::<[u64; PRIME_LEN / 8]>(),
            small in 0..3_u64,
        ) {
            let bytes = |limbs: [u64; PRIME_LEN / 8]| -> [u8; PRIME_LEN] {
                let bytes: Vec<u8> = limbs.iter().flat_map(|limb| limb.to_be_bytes()).collect();
                bytes.try_into().unwrap()
            };
            let (a, b) = (bytes(low), bytes(other));
            let (ours, theirs) = (Natural::from_be_bytes(&a), Natural::from_be_bytes(&b));
            let product = number(&a) * number(&b);
            prop_assert_eq!(number(&ours.times(&theirs).to_be_bytes()), product);
            if number(&a) >= BigUint::from(small) {
                let less = number(&a) - small;
                prop_assert_eq!(number(&ours.minus_small(small).to_be_bytes()), less);
            }
            if number(&a) % E != BigUint::ZERO {
                let inverse = number(&ours.inverse_of_e().to_be_bytes());
                prop_assert_eq!(inverse * E % number(&a), BigUint::from(1_u8));
            }
        }
    }

    #[test]
    fn limbs_carry_and_borrow() {
        let mut bytes = [0xff; PRIME_LEN];
        let all = Natural::from_be_bytes(&bytes);
        assert_eq!(
            number(&all.times(&all).to_be_bytes()),
            number(&bytes) * number(&bytes)
        );
        bytes = [0; PRIME_LEN];
        bytes[0] = 1;
        let less = Natural::from_be_bytes(&bytes).minus_small(2);
        assert_eq!(number(&less.to_be_bytes()), number(&bytes) - 2_u8);
    }
}
