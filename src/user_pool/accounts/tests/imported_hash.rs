use super::*;

use PasswordHashingAlgorithmType::{Argon2Id, Bcrypt, Pbkdf2Sha256, Scrypt};

use crate::model::cognito_idp::PasswordHashingAlgorithmType;
use crate::store::user_pool::imported_hash::{BCRYPT_HASH, HashFault, Work};

/// The samples of the guide, whose passwords are not told.
const SAMPLES: [(PasswordHashingAlgorithmType, &str); 4] = [
    (
        Bcrypt,
        "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6",
    ),
    (
        Scrypt,
        "65536$8$1$304dbaef7c5e828dc19c98f0600d18fe$\
         4f69c498c12cd102d057356facf8d77e8d42407090491ea32c5b038f5a18c099",
    ),
    (
        Argon2Id,
        "$argon2id$v=19$m=19456,t=2,p=1$ko/G5o1ms+ML08P95sQ8DA$\
         AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA",
    ),
    (
        Pbkdf2Sha256,
        "$pbkdf2-sha256$600000$1XZlmwLQ2hhM3JYuCPiArQ$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA",
    ),
];

#[test]
fn a_formatted_hash_tells_neither_salt_nor_hash() {
    for (algorithm, sample) in SAMPLES {
        let hash = ImportedHash::parse(algorithm, sample).unwrap();
        let shown = format!("{hash:?}");
        for bytes in [&hash.salt, &hash.hash] {
            assert!(!shown.contains(&format!("{bytes:?}")), "{shown}");
        }
    }
}

#[test]
fn a_hash_is_taken_by_its_own_algorithm_alone() {
    for (algorithm, sample) in SAMPLES {
        for (other, _) in SAMPLES {
            assert_eq!(
                ImportedHash::parse(other, sample).is_ok(),
                other == algorithm,
                "{sample} as {other}"
            );
        }
        assert!(
            !ImportedHash::parse(algorithm, sample)
                .unwrap()
                .matches("wrong")
        );
    }
}

/// Hashes of `Abc-1234` but for published vectors, made by Python's hashlib (scrypt, pbkdf2).
const KNOWN: [(PasswordHashingAlgorithmType, &str, &str); 8] = [
    // jBCrypt's test vectors.
    (
        Bcrypt,
        "",
        "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.",
    ),
    (
        Bcrypt,
        "a",
        "$2y$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe",
    ),
    (
        Bcrypt,
        "abcdefghijklmnopqrstuvwxyz",
        "$2a$08$aTsUwsyowQuzRrDqFflhgekJ8d9/7Z3GV3UcgvzQW3J5zMyrTvlz.",
    ),
    (
        Scrypt,
        "Abc-1234",
        "1024$8$1$000102030405060708090a0b0c0d0e0f$41ddf9170446dbdd4a9dd3fcff5591f3e04b8de22cfc88e60849d47e61c9c2b5",
    ),
    (
        Scrypt,
        "Abc-1234",
        "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$Qd35FwRG291KndP8/1WR8+BLjeIs/IjmCEnUfmHJwrU",
    ),
    // RFC 9106 has no vector without a key; this one is of the reference implementation's tests.
    (
        Argon2Id,
        "password",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    ),
    (
        Pbkdf2Sha256,
        "Abc-1234",
        "$pbkdf2-sha256$1000$AAECAwQFBgcICQoLDA0ODw$otg.Og7G6bgILKPUPuuTEC9Dk1wAJZPqApjlS6i841A",
    ),
    (
        Pbkdf2Sha256,
        "Abc-1234",
        "$pbkdf2-sha256$i=1000,l=32$AAECAwQFBgcICQoLDA0ODw$otg+Og7G6bgILKPUPuuTEC9Dk1wAJZPqApjlS6i841A",
    ),
];

#[test]
fn the_password_of_a_hash_is_recognised() {
    for (algorithm, password, hash) in KNOWN {
        let hash = ImportedHash::parse(algorithm, hash).expect(hash);
        assert!(hash.matches(password), "{hash:?}");
        assert!(!hash.matches(&format!("{password}x")), "{hash:?}");
    }
}

#[test]
fn bcrypt_looks_at_72_bytes() {
    // The vectors' salt; whatever the hash of 72 letters is, 73 have the same.
    let long = "a".repeat(72);
    let salt = [7; 16];
    let output = bcrypt::bcrypt(4, salt, long.as_bytes());
    let hash = ImportedHash {
        work: Work::Bcrypt { cost: 4 },
        salt: salt.into(),
        hash: output[..BCRYPT_HASH].into(),
    };
    assert!(hash.matches(&long) && hash.matches(&format!("{long}z")));
    assert!(!hash.matches(&long[1..]));
}

#[test]
fn what_costs_more_than_the_documented_maximum_is_refused_and_the_maximum_is_not() {
    let cases = [
        (Bcrypt, SAMPLES[0].1.replace("$10$", "$12$"), None),
        (
            Bcrypt,
            SAMPLES[0].1.replace("$10$", "$13$"),
            Some(HashFault::OutOfBounds),
        ),
        (
            Bcrypt,
            SAMPLES[0].1.replace("$10$", "$03$"),
            Some(HashFault::Malformed),
        ),
        (
            Scrypt,
            SAMPLES[1].1.replace("65536$", "131072$"),
            Some(HashFault::OutOfBounds),
        ),
        (
            Scrypt,
            SAMPLES[1].1.replace("$8$", "$9$"),
            Some(HashFault::OutOfBounds),
        ),
        (
            Scrypt,
            SAMPLES[1].1.replace("$8$1$", "$8$2$"),
            Some(HashFault::OutOfBounds),
        ),
        (
            Scrypt,
            SAMPLES[1].1.replace("65536$", "65535$"),
            Some(HashFault::Malformed),
        ),
        (
            Argon2Id,
            SAMPLES[2].1.replace("m=19456", "m=19457"),
            Some(HashFault::OutOfBounds),
        ),
        (
            Argon2Id,
            SAMPLES[2].1.replace("t=2", "t=3"),
            Some(HashFault::OutOfBounds),
        ),
        (
            Argon2Id,
            SAMPLES[2].1.replace("p=1", "p=2"),
            Some(HashFault::OutOfBounds),
        ),
        (
            Argon2Id,
            SAMPLES[2].1.replace("m=19456", "m=1"),
            Some(HashFault::Malformed),
        ),
        (
            Pbkdf2Sha256,
            SAMPLES[3].1.replace("600000", "600001"),
            Some(HashFault::OutOfBounds),
        ),
        (
            Pbkdf2Sha256,
            SAMPLES[3].1.replace("600000", "0"),
            Some(HashFault::Malformed),
        ),
    ];
    for (algorithm, text, expected) in cases {
        assert_eq!(
            ImportedHash::parse(algorithm, &text).err(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn anything_else_is_malformed() {
    for (algorithm, sample) in SAMPLES {
        let cut = &sample[..sample.len() - 1];
        for text in [
            "",
            "$",
            "$$$$$$",
            "plain",
            &sample[1..],
            cut,
            &format!("{sample}$"),
            "é$é",
        ] {
            let read = ImportedHash::parse(algorithm, text);
            // One character less of base64 may still be a hash, of another length.
            if text == cut && read.is_ok() {
                continue;
            }
            assert_eq!(read, Err(HashFault::Malformed), "{algorithm}: {text}");
        }
    }
    let shorter = SAMPLES[0].1.replace("CtA", "Ct");
    assert_eq!(
        ImportedHash::parse(Bcrypt, &shorter),
        Err(HashFault::Malformed)
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".*", kind in 0..4_usize) {
        let _ = ImportedHash::parse(SAMPLES[kind].0, &text);
        let _ = ImportedHash::parse(SAMPLES[kind].0, &format!("$argon2id$v=19$m=8,t=1,p=1${text}"));
    }
}
