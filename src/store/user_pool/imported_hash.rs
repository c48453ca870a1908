//! Password hashes as an import brings them (BCRYPT, SCRYPT, ARGON2ID, PBKDF2_SHA256).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, alphabet};

use crate::model::cognito_idp::PasswordHashingAlgorithmType;

/// bcrypt's alphabet; the last character of its salts and hashes holds bits that mean nothing.
const BCRYPT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::BCRYPT,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// bcrypt looks at so many bytes.
const BCRYPT_INPUT: usize = 72;

/// So many bytes of its output are kept.
pub(crate) const BCRYPT_HASH: usize = 23;

/// Longest salt and hash that are taken; the documented forms have 16 and 32 bytes.
const LONGEST: usize = 128;

/// Documented maxima.
const MAX_BCRYPT_COST: u32 = 12;

const MAX_SCRYPT: (u8, u32, u32) = (16, 8, 1);

const MAX_ARGON2: (u32, u32, u32) = (19_456, 2, 1);

const MAX_PBKDF2: u32 = 600_000;

/// Why a hash is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashFault {
    /// Not of the job's algorithm's form.
    Malformed,
    /// Beyond what AWS computes.
    OutOfBounds,
}

/// A password hash of another system.
#[derive(Clone, PartialEq, Eq)]
pub struct ImportedHash {
    pub(crate) work: Work,
    pub(crate) salt: Box<[u8]>,
    pub(crate) hash: Box<[u8]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    Bcrypt {
        cost: u32,
    },
    Scrypt {
        log_n: u8,
        r: u32,
        p: u32,
    },
    Argon2id {
        version: u32,
        m: u32,
        t: u32,
        p: u32,
    },
    Pbkdf2 {
        iterations: u32,
    },
}

impl std::fmt::Debug for ImportedHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ImportedHash({:?})", self.work)
    }
}

impl ImportedHash {
    /// Reads a hash of the job's algorithm.
    ///
    /// # Errors
    /// Another form than the algorithm's, or parameters beyond the documented maxima.
    pub fn parse(algorithm: PasswordHashingAlgorithmType, text: &str) -> Result<Self, HashFault> {
        let read = match algorithm {
            PasswordHashingAlgorithmType::Bcrypt => bcrypt(text),
            PasswordHashingAlgorithmType::Scrypt => scrypt(text).or_else(|| scrypt_phc(text)),
            PasswordHashingAlgorithmType::Argon2Id => argon2id(text),
            PasswordHashingAlgorithmType::Pbkdf2Sha256 => pbkdf2(text),
        };
        let read = read.ok_or(HashFault::Malformed)?;
        let lengths = [read.salt.len(), read.hash.len()];
        if lengths.iter().any(|length| *length > LONGEST) || read.hash.len() < 16 {
            return Err(HashFault::Malformed);
        }
        read.check_bounds()?;
        Ok(read)
    }

    fn check_bounds(&self) -> Result<(), HashFault> {
        let (within, sound) = match self.work {
            Work::Bcrypt { cost } => (cost <= MAX_BCRYPT_COST, cost >= 4),
            Work::Scrypt { log_n, r, p } => {
                let (max_n, max_r, max_p) = MAX_SCRYPT;
                (
                    log_n <= max_n && r <= max_r && p <= max_p,
                    log_n > 0 && r > 0 && p > 0,
                )
            }
            Work::Argon2id { m, t, p, .. } => {
                let (max_m, max_t, max_p) = MAX_ARGON2;
                (
                    m <= max_m && t <= max_t && p <= max_p,
                    argon2::Params::new(m, t, p, Some(self.hash.len())).is_ok()
                        && self.salt.len() >= argon2::MIN_SALT_LEN,
                )
            }
            Work::Pbkdf2 { iterations } => (iterations <= MAX_PBKDF2, iterations > 0),
        };
        match (within, sound) {
            (false, _) => Err(HashFault::OutOfBounds),
            (true, false) => Err(HashFault::Malformed),
            (true, true) => Ok(()),
        }
    }

    /// Whether `password` is what was hashed. Takes up to some tenths of a second, so neither under
    /// a lock nor on a thread that serves connections: [`check`] sees to that.
    pub(crate) fn matches(&self, password: &str) -> bool {
        let password = password.as_bytes();
        let mut computed = vec![0; self.hash.len()];
        let done = match self.work {
            Work::Bcrypt { cost } => {
                let Ok(salt) = <[u8; 16]>::try_from(&*self.salt) else {
                    return false;
                };
                let mut input = [password, &[0]].concat();
                input.truncate(BCRYPT_INPUT);
                let output = bcrypt::bcrypt(cost, salt, &input);
                computed = output[..BCRYPT_HASH].to_vec();
                true
            }
            Work::Scrypt { log_n, r, p } => scrypt::Params::new(log_n, r, p).is_ok_and(|work| {
                scrypt::scrypt(password, &self.salt, &work, &mut computed).is_ok()
            }),
            Work::Argon2id { version, m, t, p } => {
                argon2id_into(version, (m, t, p), password, &self.salt, &mut computed)
            }
            Work::Pbkdf2 { iterations } => {
                let Some(iterations) = std::num::NonZeroU32::new(iterations) else {
                    return false;
                };
                aws_lc_rs::pbkdf2::derive(
                    aws_lc_rs::pbkdf2::PBKDF2_HMAC_SHA256,
                    iterations,
                    &self.salt,
                    password,
                    &mut computed,
                );
                true
            }
        };
        done && verify_slices_are_equal(&computed, &self.hash).is_ok()
    }
}

fn argon2id_into(
    version: u32,
    (m, t, p): (u32, u32, u32),
    password: &[u8],
    salt: &[u8],
    computed: &mut [u8],
) -> bool {
    let Ok(version) = argon2::Version::try_from(version) else {
        return false;
    };
    argon2::Params::new(m, t, p, Some(computed.len())).is_ok_and(|work| {
        argon2::Argon2::new(argon2::Algorithm::Argon2id, version, work)
            .hash_password_into(password, salt, computed)
            .is_ok()
    })
}

/// `$2b$10$`, 22 characters of salt, 31 of hash.
pub(crate) fn bcrypt(text: &str) -> Option<ImportedHash> {
    let mut parts = text.strip_prefix('$')?.split('$');
    let (kind, cost, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let known = matches!(kind, "2a" | "2b" | "2x" | "2y") && parts.next().is_none();
    if !known || cost.len() != 2 || rest.len() != 53 {
        return None;
    }
    let (salt, hash) = rest.split_at_checked(22)?;
    Some(ImportedHash {
        work: Work::Bcrypt {
            cost: number(cost)?,
        },
        salt: BCRYPT.decode(salt).ok()?.into(),
        hash: BCRYPT.decode(hash).ok()?.into(),
    })
}

/// `N$r$p$hexSalt$hexHash`.
fn scrypt(text: &str) -> Option<ImportedHash> {
    let mut parts = text.split('$');
    let n: u64 = number(parts.next()?)?;
    let work = Work::Scrypt {
        log_n: log2(n)?,
        r: number(parts.next()?)?,
        p: number(parts.next()?)?,
    };
    let (salt, hash) = (hex(parts.next()?)?, hex(parts.next()?)?);
    parts
        .next()
        .is_none()
        .then_some(ImportedHash { work, salt, hash })
}

/// `$scrypt$ln=16,r=8,p=1$salt$hash`, which the guide does not list: a form chosen before AWS
/// published any, and kept. Nothing is known of AWS taking it.
fn scrypt_phc(text: &str) -> Option<ImportedHash> {
    let [kind, work, salt, hash] = sections(text)?;
    let [log_n, r, p] = settings(work, ["ln", "r", "p"])?;
    (kind == "scrypt").then_some(())?;
    Some(ImportedHash {
        work: Work::Scrypt {
            log_n: u8::try_from(log_n).ok()?,
            r,
            p,
        },
        salt: base64(salt)?,
        hash: base64(hash)?,
    })
}

/// `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
fn argon2id(text: &str) -> Option<ImportedHash> {
    let [kind, version, work, salt, hash] = sections(text)?;
    let [version] = settings(version, ["v"])?;
    let [m, t, p] = settings(work, ["m", "t", "p"])?;
    (kind == "argon2id" && argon2::Version::try_from(version).is_ok()).then_some(())?;
    Some(ImportedHash {
        work: Work::Argon2id { version, m, t, p },
        salt: base64(salt)?,
        hash: base64(hash)?,
    })
}

/// `$pbkdf2-sha256$iterations$salt$hash`; and, chosen like [`scrypt_phc`], `i=iterations,l=length`.
fn pbkdf2(text: &str) -> Option<ImportedHash> {
    let [kind, work, salt, hash] = sections(text)?;
    (kind == "pbkdf2-sha256").then_some(())?;
    let hash = base64(hash)?;
    let iterations = number(work).or_else(|| {
        let [iterations, length] = settings(work, ["i", "l"])?;
        (usize::try_from(length) == Ok(hash.len())).then_some(iterations)
    })?;
    Some(ImportedHash {
        work: Work::Pbkdf2 { iterations },
        salt: base64(salt)?,
        hash,
    })
}

/// What stands between the dollar signs.
fn sections<const N: usize>(text: &str) -> Option<[&str; N]> {
    let parts: Vec<&str> = text.strip_prefix('$')?.split('$').take(N + 1).collect();
    parts.try_into().ok()
}

/// The numbers of `a=1,b=2`, in this order (the PHC form fixes it).
fn settings<const N: usize>(text: &str, names: [&str; N]) -> Option<[u32; N]> {
    let mut parts = text.split(',');
    let mut numbers = [0; N];
    for (place, name) in numbers.iter_mut().zip(names) {
        let (given, value) = parts.next()?.split_once('=')?;
        (given == name).then_some(())?;
        *place = number(value)?;
    }
    parts.next().is_none().then_some(numbers)
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

fn log2(n: u64) -> Option<u8> {
    n.is_power_of_two()
        .then(|| u8::try_from(n.trailing_zeros()).ok())
        .flatten()
}

fn hex(text: &str) -> Option<Box<[u8]>> {
    let digits = text.as_bytes();
    (digits.len().is_multiple_of(2) && digits.len() <= 2 * LONGEST).then_some(())?;
    digits
        .chunks_exact(2)
        .map(|pair| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
        })
        .collect()
}

/// Base64 without padding; `.` stands for `+` in the modular form that passlib made common.
fn base64(text: &str) -> Option<Box<[u8]>> {
    let plain = text.replace('.', "+");
    STANDARD_NO_PAD.decode(plain).ok().map(Into::into)
}
