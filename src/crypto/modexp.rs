//! Arithmetic modulo one fixed odd number, for SRP.
//!
//! A thin safe layer over the BIGNUM functions of AWS-LC, the library that also signs our tokens: its
//! assembly is several times faster than a portable big-integer crate, and a sign-in over SRP is little
//! else but exponentiations. This is the only module of the crate that may be `unsafe`.
//!
//! Ownership is simple: a [`Number`] owns one BIGNUM, a [`Modulus`] its Montgomery constants, and every
//! call brings its own scratch space ([`Scratch`]), so that nothing mutable is shared between threads.
//! The functions used fail only when memory runs out, given what the types here guarantee (an odd modulus,
//! operands that are reduced); that is asserted, not reported.

#![expect(unsafe_code, reason = "BIGNUM of AWS-LC is a C interface")]

use std::ffi::c_int;
use std::ptr::NonNull;

use aws_lc_sys as sys;

/// An odd modulus with its Montgomery constants, which are computed once.
pub(crate) struct Modulus {
    value: Number,
    montgomery: NonNull<sys::BN_MONT_CTX>,
}

// SAFETY: the Montgomery constants are heap memory without ties to a thread. After `new` they are only ever
// passed as `*const BN_MONT_CTX`, which AWS-LC documents as safe for concurrent use.
unsafe impl Send for Modulus {}

// SAFETY: as above; no method writes to them.
unsafe impl Sync for Modulus {}

/// A number below the modulus that made it.
pub(crate) struct Residue(Number);

/// Powers of one base, prepared so that an exponent of 256 bits costs 64 multiplications instead of some
/// 330 (the comb of Lim and Lee, eight rows of 32 bits; 96 KiB for a modulus of 3072 bits).
///
/// The sequence of operations doesn't depend on the exponent, but which entry is read does. A process on the
/// same machine could learn it from the cache; a server for tests accepts that.
pub(crate) struct FixedBase {
    /// Entry `j` is the product of `base^(2^(32·i))` over the bits `i` of `j`, in Montgomery form.
    entries: Vec<Number>,
}

const ROWS: usize = 8;

const COLUMNS: usize = 32;

impl Modulus {
    /// Takes the modulus in big-endian bytes. It must be odd, or Montgomery arithmetic does not exist.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        assert!(
            bytes.last().is_some_and(|low| low & 1 == 1) && bytes.first() != Some(&0),
            "an odd modulus without leading zeros"
        );
        let value = Number::from_be_bytes(bytes);
        let scratch = Scratch::new();
        // SAFETY: both pointers are live for the call; the new context keeps its own copy of the modulus.
        let made =
            unsafe { sys::BN_MONT_CTX_new_for_modulus(value.as_ptr(), scratch.as_mut_ptr()) };
        Self {
            value,
            montgomery: allocated(made),
        }
    }

    /// The remainder of a number of any size, given in big-endian bytes.
    pub(crate) fn reduce(&self, bytes: &[u8]) -> Residue {
        let number = Number::from_be_bytes(bytes);
        let scratch = Scratch::new();
        self.make(|out| {
            // SAFETY: four live pointers; `out` is distinct from the operands, the divisor isn't zero.
            unsafe {
                sys::BN_nnmod(
                    out,
                    number.as_ptr(),
                    self.value.as_ptr(),
                    scratch.as_mut_ptr(),
                )
            }
        })
    }

    /// `base ^ exponent`, in time that depends on the length of the exponent, not on its bits.
    pub(crate) fn pow(&self, base: &Residue, exponent: &[u8]) -> Residue {
        let exponent = Number::from_be_bytes(exponent);
        let scratch = Scratch::new();
        self.make(|out| {
            // SAFETY: six live pointers; the base is reduced, the modulus odd and that of the context.
            unsafe {
                sys::BN_mod_exp_mont_consttime(
                    out,
                    base.0.as_ptr(),
                    exponent.as_ptr(),
                    self.value.as_ptr(),
                    scratch.as_mut_ptr(),
                    self.montgomery.as_ptr(),
                )
            }
        })
    }

    /// `a · b`.
    pub(crate) fn mul(&self, a: &Residue, b: &Residue) -> Residue {
        let scratch = Scratch::new();
        self.make(|out| {
            // SAFETY: five live pointers; `out` is distinct from the operands.
            unsafe {
                sys::BN_mod_mul(
                    out,
                    a.0.as_ptr(),
                    b.0.as_ptr(),
                    self.value.as_ptr(),
                    scratch.as_mut_ptr(),
                )
            }
        })
    }

    /// `a + b`.
    pub(crate) fn add(&self, a: &Residue, b: &Residue) -> Residue {
        self.make(|out| {
            // SAFETY: four live pointers; both operands are reduced, as the function asks.
            unsafe { sys::BN_mod_add_quick(out, a.0.as_ptr(), b.0.as_ptr(), self.value.as_ptr()) }
        })
    }

    /// `a · b / R`, where R is the Montgomery radix: a product of two numbers in Montgomery form, in that form.
    fn montgomery_mul(&self, a: &Number, b: &Number, scratch: &Scratch) -> Number {
        let out = Number::new();
        // SAFETY: five live pointers; the operands are below the modulus of the context.
        succeeded(unsafe {
            sys::BN_mod_mul_montgomery(
                out.as_mut_ptr(),
                a.as_ptr(),
                b.as_ptr(),
                self.montgomery.as_ptr(),
                scratch.as_mut_ptr(),
            )
        });
        out
    }

    /// `a · R`, the form in which a product costs one step.
    fn montgomery_form(&self, residue: &Residue, scratch: &Scratch) -> Number {
        let out = Number::new();
        // SAFETY: four live pointers; the operand is reduced.
        succeeded(unsafe {
            sys::BN_to_montgomery(
                out.as_mut_ptr(),
                residue.0.as_ptr(),
                self.montgomery.as_ptr(),
                scratch.as_mut_ptr(),
            )
        });
        out
    }

    /// Back from that form.
    fn plain_form(&self, number: &Number, scratch: &Scratch) -> Residue {
        self.make(|out| {
            // SAFETY: four live pointers; the operand is below the modulus of the context.
            unsafe {
                sys::BN_from_montgomery(
                    out,
                    number.as_ptr(),
                    self.montgomery.as_ptr(),
                    scratch.as_mut_ptr(),
                )
            }
        })
    }

    /// A residue that `compute` writes; it answers 1 for success, as BIGNUM functions do.
    fn make(&self, compute: impl FnOnce(*mut sys::BIGNUM) -> c_int) -> Residue {
        let out = Number::new();
        succeeded(compute(out.as_mut_ptr()));
        Residue(out)
    }
}

impl Drop for Modulus {
    fn drop(&mut self) {
        // SAFETY: made by BN_MONT_CTX_new_for_modulus, freed once.
        unsafe { sys::BN_MONT_CTX_free(self.montgomery.as_ptr()) }
    }
}

impl Residue {
    pub(crate) fn is_zero(&self) -> bool {
        // SAFETY: a live pointer, read only.
        unsafe { sys::BN_is_zero(self.0.as_ptr()) == 1 }
    }

    /// Big-endian bytes with leading zeros. `LEN` is at least the length of the modulus.
    pub(crate) fn to_be_bytes<const LEN: usize>(&self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        // SAFETY: `bytes` has the length that is passed; what doesn't fit is refused, not written.
        succeeded(unsafe { sys::BN_bn2bin_padded(bytes.as_mut_ptr(), LEN, self.0.as_ptr()) });
        bytes
    }
}

impl FixedBase {
    /// Prepares the powers of `base`; about the work of two exponentiations.
    pub(crate) fn new(modulus: &Modulus, base: &Residue) -> Self {
        let scratch = Scratch::new();
        let one = modulus.montgomery_form(&modulus.reduce(&[1]), &scratch);
        let mut entries = Vec::with_capacity(1 << ROWS);
        entries.push(one);
        let mut row = modulus.montgomery_form(base, &scratch);
        for i in 0..ROWS {
            for j in 0..1 << i {
                let with_row = modulus.montgomery_mul(&entries[j], &row, &scratch);
                entries.push(with_row);
            }
            for _ in 0..COLUMNS {
                row = modulus.montgomery_mul(&row, &row, &scratch);
            }
        }
        Self { entries }
    }

    /// `base ^ exponent`, for the modulus that the powers were prepared with.
    pub(crate) fn pow(&self, modulus: &Modulus, exponent: &[u8; 32]) -> Residue {
        let scratch = Scratch::new();
        // The first entry is one, so this is a copy of the top column's entry.
        let mut product = modulus.montgomery_mul(
            self.entry(exponent, COLUMNS - 1),
            &self.entries[0],
            &scratch,
        );
        for column in (0..COLUMNS - 1).rev() {
            product = modulus.montgomery_mul(&product, &product, &scratch);
            product = modulus.montgomery_mul(&product, self.entry(exponent, column), &scratch);
        }
        modulus.plain_form(&product, &scratch)
    }

    /// The entry for one column of the exponent: one bit from each of its eight rows of 32 bits.
    fn entry(&self, exponent: &[u8; 32], column: usize) -> &Number {
        let mut index = 0;
        for (i, row) in exponent.rchunks_exact(COLUMNS / 8).enumerate() {
            let bit = row[row.len() - 1 - column / 8] >> (column % 8) & 1;
            index |= usize::from(bit) << i;
        }
        &self.entries[index]
    }
}

/// One BIGNUM, owned.
struct Number(NonNull<sys::BIGNUM>);

// SAFETY: heap memory without ties to a thread.
unsafe impl Send for Number {}

// SAFETY: behind a shared reference a `Number` is only read (`as_ptr`); `as_mut_ptr` is used on values that
// were just made and that nobody else holds yet.
unsafe impl Sync for Number {}

impl Number {
    fn new() -> Self {
        // SAFETY: no arguments; the result is checked.
        Self(allocated(unsafe { sys::BN_new() }))
    }

    fn from_be_bytes(bytes: &[u8]) -> Self {
        // SAFETY: the pointer and the length are those of `bytes`; a null third argument asks for a new number.
        Self(allocated(unsafe {
            sys::BN_bin2bn(bytes.as_ptr(), bytes.len(), std::ptr::null_mut())
        }))
    }

    fn as_ptr(&self) -> *const sys::BIGNUM {
        self.0.as_ptr()
    }

    /// For the function that gives a new number its value.
    fn as_mut_ptr(&self) -> *mut sys::BIGNUM {
        self.0.as_ptr()
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: made by BN_new or BN_bin2bn, freed once. AWS-LC wipes memory that it frees.
        unsafe { sys::BN_free(self.0.as_ptr()) }
    }
}

/// Space for the temporaries of one call.
struct Scratch(NonNull<sys::BN_CTX>);

impl Scratch {
    fn new() -> Self {
        // SAFETY: no arguments; the result is checked.
        Self(allocated(unsafe { sys::BN_CTX_new() }))
    }

    fn as_mut_ptr(&self) -> *mut sys::BN_CTX {
        self.0.as_ptr()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: made by BN_CTX_new, freed once.
        unsafe { sys::BN_CTX_free(self.0.as_ptr()) }
    }
}

#[expect(
    clippy::expect_used,
    reason = "a constructor of AWS-LC answers null only when memory runs out"
)]
fn allocated<T>(made: *mut T) -> NonNull<T> {
    NonNull::new(made).expect("memory for a big integer")
}

fn succeeded(code: c_int) {
    assert!(
        code == 1,
        "memory for big-integer arithmetic, on operands that are in range"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use num_bigint::BigUint;

    const LEN: usize = 48;

    fn number(bytes: &[u8]) -> BigUint {
        BigUint::from_bytes_be(bytes)
    }

    fn value(residue: &Residue) -> BigUint {
        number(&residue.to_be_bytes::<LEN>())
    }

    fn odd(mut bytes: [u8; 32]) -> Vec<u8> {
        bytes[0] |= 1;
        bytes[31] |= 1;
        bytes.to_vec()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn agrees_with_another_implementation(
            n in any::<[u8; 32]>(),
            a in prop::collection::vec(any::<u8>(), 0..80),
            b in prop::collection::vec(any::<u8>(), 0..80),
            exponent in any::<[u8; 32]>(),
        ) {
            let n = odd(n);
            let modulus = Modulus::new(&n);
            let (a_mod, b_mod) = (modulus.reduce(&a), modulus.reduce(&b));
            let (n, a, b) = (number(&n), number(&a), number(&b));
            prop_assert_eq!(value(&a_mod), &a % &n);
            prop_assert_eq!(value(&modulus.mul(&a_mod, &b_mod)), &a * &b % &n);
            prop_assert_eq!(value(&modulus.add(&a_mod, &b_mod)), (&a + &b) % &n);
            let power = a.modpow(&number(&exponent), &n);
            prop_assert_eq!(value(&modulus.pow(&a_mod, &exponent)), power.clone());
            prop_assert_eq!(value(&FixedBase::new(&modulus, &a_mod).pow(&modulus, &exponent)), power);
        }
    }

    #[test]
    fn edges_of_the_exponent_and_of_the_base() {
        let n = odd([0xa7; 32]);
        let modulus = Modulus::new(&n);
        for base in [&[0][..], &[1], &[2], &n] {
            let residue = modulus.reduce(base);
            assert_eq!(
                residue.is_zero(),
                number(base) % number(&n) == BigUint::ZERO
            );
            let fixed = FixedBase::new(&modulus, &residue);
            for exponent in [[0; 32], [0xff; 32], odd([0; 32]).try_into().unwrap()] {
                let expected = number(base).modpow(&number(&exponent), &number(&n));
                assert_eq!(value(&modulus.pow(&residue, &exponent)), expected);
                assert_eq!(value(&fixed.pow(&modulus, &exponent)), expected);
            }
        }
    }

    #[test]
    fn one_modulus_serves_many_threads() {
        let modulus = &Modulus::new(&odd([0x91; 32]));
        let base = &modulus.reduce(&[0x35; 32]);
        let expected = &modulus.pow(base, &[0x77; 32]).to_be_bytes::<LEN>();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(move || {
                    for _ in 0..50 {
                        assert_eq!(
                            modulus.pow(base, &[0x77; 32]).to_be_bytes::<LEN>(),
                            *expected
                        );
                    }
                });
            }
        });
    }

    #[test]
    #[should_panic(expected = "odd modulus")]
    fn an_even_modulus_is_refused() {
        Modulus::new(&[0x80, 0x00]);
    }
}
