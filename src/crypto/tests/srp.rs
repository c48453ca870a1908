use super::*;
use proptest::prelude::*;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;

const SECRET_BLOCK: &[u8] = b"secret-block";

const TIMESTAMP: &str = "Tue Sep 1 06:05:04 UTC 2020";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes<const LEN: usize>(hex: &str) -> [u8; LEN] {
    let decoded = decode_hex(hex).unwrap();
    let mut padded = [0; LEN];
    padded[LEN - decoded.len()..].copy_from_slice(&decoded);
    padded
}

/// A client, by another big-integer implementation and written from the protocol, not from the code above.
pub(crate) struct Client {
    n: BigUint,
    private: BigUint,
    public: BigUint,
}

impl Client {
    pub(crate) fn new(private: &[u8]) -> Self {
        let n = BigUint::parse_bytes(N_HEX, 16).unwrap();
        let private = BigUint::from_bytes_be(private);
        let public = BigUint::from(2u8).modpow(&private, &n);
        Self { n, private, public }
    }

    fn srp_a(&self) -> SrpA {
        SrpA::parse(&self.public.to_str_radix(16)).unwrap()
    }

    /// N, as a client has it.
    pub(crate) fn prime_hex() -> String {
        String::from_utf8(N_HEX.to_vec()).unwrap()
    }

    /// `SRP_A`.
    pub(crate) fn srp_a_hex(&self) -> String {
        self.public.to_str_radix(16)
    }

    /// The answer to PASSWORD_VERIFIER with these parameters.
    pub(crate) fn answer(
        &self,
        pool: &str,
        password: &str,
        parameters: &serde_json::Value,
    ) -> serde_json::Value {
        let told = |name: &str| parameters[name].as_str().unwrap();
        let names = (pool.split_once('_').unwrap().1, told("USER_ID_FOR_SRP"));
        let (_, _, key) = self.keys(names, password, told("SALT"), told("SRP_B"));
        let block = STANDARD.decode(told("SECRET_BLOCK")).unwrap();
        let claim = signature(&key, names.0, names.1, &block, TIMESTAMP);
        serde_json::json!({
            "USERNAME": told("USERNAME"),
            "PASSWORD_CLAIM_SECRET_BLOCK": told("SECRET_BLOCK"),
            "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(claim),
            "TIMESTAMP": TIMESTAMP,
        })
    }

    /// The answer to DEVICE_PASSWORD_VERIFIER with these parameters.
    pub(crate) fn device_answer(
        &self,
        group: &str,
        password: &str,
        parameters: &serde_json::Value,
    ) -> serde_json::Value {
        let told = |name: &str| parameters[name].as_str().unwrap();
        let names = (group, told("DEVICE_KEY"));
        let (_, _, key) = self.keys(names, password, told("SALT"), told("SRP_B"));
        let block = STANDARD.decode(told("SECRET_BLOCK")).unwrap();
        let claim = signature(&key, names.0, names.1, &block, TIMESTAMP);
        serde_json::json!({
            "USERNAME": told("USERNAME"),
            "DEVICE_KEY": names.1,
            "PASSWORD_CLAIM_SECRET_BLOCK": told("SECRET_BLOCK"),
            "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(claim),
            "TIMESTAMP": TIMESTAMP,
        })
    }

    /// `DeviceSecretVerifierConfig`, as AWS's clients make it: numbers with room for a sign bit.
    pub(crate) fn device_config(
        names: (&str, &str),
        password: &str,
        salt: &str,
    ) -> serde_json::Value {
        let salt = Self::pad(&BigUint::parse_bytes(salt.as_bytes(), 16).unwrap());
        let identity = sha256(&[format!("{}{}:{password}", names.0, names.1).as_bytes()]);
        let x = BigUint::from_bytes_be(&sha256(&[&salt, &identity]));
        let n = BigUint::parse_bytes(N_HEX, 16).unwrap();
        let v = BigUint::from(2u8).modpow(&x, &n);
        serde_json::json!({
            "Salt": STANDARD.encode(salt),
            "PasswordVerifier": STANDARD.encode(Self::pad(&v)),
        })
    }

    /// `BigInteger.toByteArray()`, by way of the signed type.
    fn pad(number: &BigUint) -> Vec<u8> {
        num_bigint::BigInt::from(number.clone()).to_signed_bytes_be()
    }

    fn u(&self, b: &BigUint) -> BigUint {
        BigUint::from_bytes_be(&sha256(&[&Self::pad(&self.public), &Self::pad(b)]))
    }

    /// x, u and K, from what the server sends.
    fn keys(
        &self,
        names: (&str, &str),
        password: &str,
        salt: &str,
        b: &str,
    ) -> (BigUint, BigUint, [u8; 16]) {
        let salt = BigUint::parse_bytes(salt.as_bytes(), 16).unwrap();
        let b = BigUint::parse_bytes(b.as_bytes(), 16).unwrap();
        let identity = sha256(&[format!("{}{}:{password}", names.0, names.1).as_bytes()]);
        let x = BigUint::from_bytes_be(&sha256(&[&Self::pad(&salt), &identity]));
        let u = self.u(&b);
        let g = BigUint::from(2u8);
        let k = BigUint::from_bytes_be(&sha256(&[&Self::pad(&self.n), &Self::pad(&g)]));
        let kv = k * g.modpow(&x, &self.n) % &self.n;
        let base = (b + &self.n - kv) % &self.n;
        let s = base.modpow(&(&self.private + &u * &x), &self.n);
        let mut key = [0; 16];
        aws_lc_rs::hkdf::Salt::new(aws_lc_rs::hkdf::HKDF_SHA256, &Self::pad(&u))
            .extract(&Self::pad(&s))
            .expand(&[b"Caldera Derived Key"], KeyLen)
            .unwrap()
            .fill(&mut key)
            .unwrap();
        (x, u, key)
    }
}

struct KeyLen;

impl aws_lc_rs::hkdf::KeyType for KeyLen {
    fn len(&self) -> usize {
        16
    }
}

#[test]
fn k_is_the_one_that_clients_compute() {
    let k = "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6";
    assert_eq!(hex(&GROUP.k.to_be_bytes::<N_LEN>()[N_LEN - 32..]), k);
}

/// aws-sdk-net-extensions-cognito, `AuthenticationCryptoTests.cs`: "from a known working claim".
#[test]
fn the_published_claim() {
    let mut private = [2; 1024];
    private[1023] = 0;
    let client = Client::new(&private);
    assert_eq!(client.public.to_str_radix(16), PUBLISHED_A);
    let salt = Salt::new(bytes("b704a27deb8cf5efec43a40eac5b60d2"));
    let x = password_key("Pj8nlkpKR", "User5", "Password1!", &salt);
    assert_eq!(
        hex(&x),
        "988691409711fd07fa51bc86867c6271f40ffa1c79749e3cefd4a7e1d72983e1"
    );

    let names = ("Pj8nlkpKR", "User5");
    let (client_x, u, key) = client.keys(names, "Password1!", &salt.to_hex(), PUBLISHED_B);
    assert_eq!(client_x, BigUint::from_bytes_be(&x));
    let expected_u = "ea59c4fbad16e946413594f5840300a12667b784a36d810af3cf455aa375cc68";
    assert_eq!(u.to_str_radix(16), expected_u);
    assert_eq!(STANDARD.encode(key), "Fmul8bWFmDwcV5GPIMQjmg==");
    let block = STANDARD.decode(PUBLISHED_SECRET_BLOCK).unwrap();
    let claim = signature(
        &key,
        names.0,
        names.1,
        &block,
        "Thu Jun 15 07:00:00 UTC 2017",
    );
    assert_eq!(
        STANDARD.encode(claim),
        "QwHbbUqF6DSSepJh2QqTWDCb1XjmqaxnnW5kDn5dz7E="
    );

    let (_, _, key) = client.keys(names, "Password1!", &salt.to_hex(), PUBLISHED_OTHER_B);
    assert_eq!(STANDARD.encode(key), "LmbBsy/4chqMRYOhmtmCrA==");
}

struct Vector {
    label: &'static str,
    names: (&'static str, &'static str),
    password: &'static str,
    salt: &'static str,
    x: &'static str,
    u: &'static str,
    key: &'static str,
    signature: &'static str,
}

const USER: (&str, &str) = ("AbCdEf123", "testuser");

const DEVICE: (&str, &str) = (
    "AbCdEf123",
    "us-east-1_11111111-2222-3333-4444-555555555555",
);

/// Computed from the formulas by an independent program: salts that lose a zero byte or a zero digit or gain a
/// sign byte, an A of 767 digits (label 2), an S of 767 digits (label 4).
const VECTORS: [Vector; 4] = [
    Vector {
        label: "1",
        names: USER,
        password: "P2$Sword",
        salt: "112233445566778899aabbccddeeff",
        x: "3c3d9b87effa10a62556a6de104796b21489b0331b2a61f0f03b8f504784ea69",
        u: "5ea872be3b03febc7abdcbfb9e309ef82cd102107244df37cc607cfbafd255a2",
        key: "6e15fe1d42b125eafdb62ab813b173bd",
        signature: "tVaSaOJvcOEYGzSTNeGPSK8WLqQQSGyTMB7Pg5POUuk=",
    },
    Vector {
        label: "2",
        names: USER,
        password: "P2$Sword",
        salt: "ff112233445566778899aabbccddeeff",
        x: "fe04de4d8a1789a4d50cc3aee9a43a3fbfb30b5eece290aaed813385a74ec6d2",
        u: "8b037ed4ecc59ff9090ad6190935d693dc485e084b4a80bb0f3f63903a7c9b67",
        key: "8e1dccaacba0fe8c5a30a9f47c7fb56a",
        signature: "Mw4JkhahsLxSLQh8FojF0KXJa+UiF2iHCNT1tdSkrLo=",
    },
    Vector {
        label: "3",
        names: USER,
        password: "P2$Sword",
        salt: "a1b2c3d4e5f60718293a4b5c6d7e8f9",
        x: "d0f25b3956dda497ffa3bd1878591620f892a15d940a1a6db23b093f14a075a0",
        u: "57b0dea6af05e63953b0f26607d6e965b8a78f1c561a18828b3581c580b1e356",
        key: "edb0c6c0517657d54a07dafa0c289180",
        signature: "LUx9yPt86oQMDlz7bzWNyLANqOQRlp4TxAImx6ppkyI=",
    },
    Vector {
        label: "4",
        names: DEVICE,
        password: "ZGV2aWNlLXBhc3N3b3Jk",
        salt: "7f112233445566778899aabbccddeeff",
        x: "8942c74a1a2d2f00b0a2798958f17c9e15638da0521f938d316f18d66d98f977",
        u: "adab2aac3e086b16edec5449161d2b2cf49d559efcb9c6dea8f354465ce02b8d",
        key: "7acf16cfa3eae8b8cc28c5d59f186fd2",
        signature: "VqL+sHB07L8XhL/NNj16gzTBFlEPqmHgAYHlqZNs/rw=",
    },
];

#[test]
fn server_vectors_of_users_and_devices() {
    for Vector {
        label,
        names,
        password,
        salt,
        x,
        u,
        key,
        signature: expected,
    } in VECTORS
    {
        let client = Client::new(&sha256(&[b"a-", label.as_bytes()]));
        let ephemeral = Ephemeral::new(sha256(&[b"b-", label.as_bytes()]));
        let read = Salt::new(bytes(salt));
        assert_eq!(read.to_hex(), salt, "{label}");
        let own_x = password_key(names.0, names.1, password, &read);
        assert_eq!(hex(&own_x), x, "{label}");
        let v = verifier(&own_x);
        let b = public_b(&v, &ephemeral);
        let own_u = client.u(&BigUint::from_bytes_be(&b.0[..]));
        assert_eq!(
            own_u,
            BigUint::parse_bytes(u.as_bytes(), 16).unwrap(),
            "{label}"
        );
        let own_key = session_key(&v, &ephemeral, &b, &client.srp_a()).unwrap();
        assert_eq!(hex(&own_key), key, "{label}");
        let claim = signature(&own_key, names.0, names.1, SECRET_BLOCK, TIMESTAMP);
        assert_eq!(STANDARD.encode(claim), expected, "{label}");
    }
}

/// The hash of the same file: group key, device key and password of a device are hashed as pool name, user id
/// and password are.
#[test]
fn the_published_device_hash() {
    let identity = sha256(&[b"Pj8nlkpKR", b"User5", b":", b"Password1!"]);
    assert_eq!(
        STANDARD.encode(identity),
        "rJra60Rbj/4QW4UdYVl7wde78eMoiaw7Wk+WoDqo5K8="
    );
    let salt = Salt::new(bytes(VECTORS[3].salt));
    let x = password_key(DEVICE.0, DEVICE.1, VECTORS[3].password, &salt);
    let config = Client::device_config(DEVICE, VECTORS[3].password, VECTORS[3].salt);
    let sent = STANDARD
        .decode(config["PasswordVerifier"].as_str().unwrap())
        .unwrap();
    assert_eq!(Verifier::from_integer(&sent).unwrap(), verifier(&x));
}

#[test]
fn a_wrong_password_gives_another_signature() {
    let salt = Salt::new([7; 16]);
    let v = verifier(&password_key(USER.0, USER.1, "P2$Sword", &salt));
    let (client, ephemeral) = (Client::new(&[5; 32]), Ephemeral::new([6; 32]));
    let b = public_b(&v, &ephemeral);
    let expected = session_key(&v, &ephemeral, &b, &client.srp_a()).unwrap();
    let expected = signature(&expected, USER.0, USER.1, SECRET_BLOCK, TIMESTAMP);
    for (password, matches) in [("P2$Sword", true), ("P2$sword", false), ("", false)] {
        let (_, _, key) = client.keys(USER, password, &salt.to_hex(), &b.to_hex());
        let given = signature(&key, USER.0, USER.1, SECRET_BLOCK, TIMESTAMP);
        assert_eq!(signature_matches(&expected, &given), matches, "{password}");
    }
    assert!(!signature_matches(&expected, &expected[..31]));
    assert!(!signature_matches(&expected, b""));
}

#[test]
fn every_part_of_the_claim_is_signed() {
    let claim = signature(&[1; 16], USER.0, USER.1, SECRET_BLOCK, TIMESTAMP);
    for other in [
        signature(&[2; 16], USER.0, USER.1, SECRET_BLOCK, TIMESTAMP),
        signature(&[1; 16], "other", USER.1, SECRET_BLOCK, TIMESTAMP),
        signature(&[1; 16], USER.0, "other", SECRET_BLOCK, TIMESTAMP),
        signature(&[1; 16], USER.0, USER.1, b"other", TIMESTAMP),
        signature(
            &[1; 16],
            USER.0,
            USER.1,
            SECRET_BLOCK,
            "Tue Sep 1 06:05:05 UTC 2020",
        ),
    ] {
        assert_ne!(claim, other);
    }
}

#[test]
fn which_srp_a_is_read() {
    let n = BigUint::parse_bytes(N_HEX, 16).unwrap();
    let digits = |number: BigUint| number.to_str_radix(16);
    let accepted = [
        "1",
        "abc",
        "0ABC",
        &digits(&n - 1u8),
        &digits(&n + 1u8),
        &"f".repeat(A_MAX_DIGITS),
    ];
    for hex in accepted {
        assert!(SrpA::parse(hex).is_some(), "{hex}");
    }
    assert_eq!(SrpA::parse("ABC"), SrpA::parse("000abc"));
    let refused = [
        "",
        "0",
        "000",
        "xyz",
        "0x12",
        "-1",
        "12 ",
        "é",
        &digits(n.clone()),
        &digits(n * 2u8),
    ];
    for hex in refused {
        assert_eq!(SrpA::parse(hex), None, "{hex}");
    }
    assert_eq!(SrpA::parse(&"1".repeat(A_MAX_DIGITS + 1)), None);
}

#[test]
fn a_verifier_of_a_device_is_a_number_of_any_length() {
    let v = verifier(&[9; 32]);
    let with_sign_byte = [&[0][..], v.as_bytes()].concat();
    assert_eq!(Verifier::from_integer(&with_sign_byte).unwrap(), v);
    let short = Verifier::from_integer(&[3]).unwrap();
    assert_eq!(short.as_bytes()[N_LEN - 1], 3);
    assert!(Verifier::from_integer(&[0, 0]).is_none());
    assert!(Verifier::from_integer(&prime()).is_none());
    assert!(Verifier::from_integer(&[1; N_LEN + 1]).is_none());
}

#[test]
fn numbers_are_written_without_leading_zeros() {
    let cases = [
        (&[0x0a, 0x0b][..], "a0b"),
        (&[0, 0, 0xff], "ff"),
        (&[0], "0"),
        (&[], "0"),
    ];
    for (number, hex) in cases {
        assert_eq!(integer_hex(number), hex);
    }
}

#[test]
fn secrets_are_not_printed() {
    let shown = format!("{:?} {:?}", verifier(&[1; 32]), Ephemeral::new([1; 32]));
    assert_eq!(shown, "Verifier(***) Ephemeral(***)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn both_sides_agree(
        zeros in 0..4usize,
        mut salt in any::<[u8; 16]>(),
        a in prop::collection::vec(any::<u8>(), 32..128),
        b in any::<[u8; 32]>(),
        password in r"\PC{0,40}",
        user in r"\PC{1,20}",
    ) {
        salt[..zeros].fill(0);
        let salt = Salt::new(salt);
        let names = ("Zz9", user.as_str());
        let x = password_key(names.0, names.1, &password, &salt);
        let (v, ephemeral, client) = (verifier(&x), Ephemeral::new(b), Client::new(&a));
        let public = public_b(&v, &ephemeral);
        let key = session_key(&v, &ephemeral, &public, &client.srp_a()).unwrap();
        let (client_x, _, client_key) = client.keys(names, &password, &salt.to_hex(), &public.to_hex());
        prop_assert_eq!(client_x, BigUint::from_bytes_be(&x));
        prop_assert_eq!(client_key, key);
    }
}

/// g^a of the published claim.
pub(crate) const PUBLISHED_A: &str = "\
    ce438cb96e710da914be4e97c44d7751f68cf2ae5b79bcacf00ed604ddd8b1d8d683d34afe52e1f553f42bbbc32b27b1\
    243305054cd6a0c3f86432e89221f9c187ab18c211d2a736ae069ce3808863c40ed2de9ff532c3a66001b5a1323fdab3\
    c674fa4618c941d4d9924ab1cbc8e26a0d2f056b38cf3573868040644647206e3fa3ba24b3e221c3b6bced7f140d7385\
    5b8e22aa2a50db6d72f9938b87e972d884db7752f8daa32482fbd7160db9ee875e34daca9a8ac755691cda24b425a723\
    2c6094bdad760872807bff9fcc6df264433d770d9cbd32cce569bf0f4501e31e5badc9ca8328fc28da5bd0c31daf7a07\
    3b24825760921151f3729a70a2c290ebf3baffb6a60f3429c905a718c928d60d73af7a97eecfcbd2b35fdf6663320d2c\
    f27abc0cd8aa6507da6fbd909dfca739cc700902613ba488e39ce8fc979c9b9ef84c66d6414573f3c5350c1f0fc8fe00\
    d68c7a0b2e8be28306591166c326b430fadecd40d8daaa0f7ddc577de4ed1ec5987b1fa3eb1fb86674f5d743fe1c455a";

/// `SRP_B` of the published claim.
pub(crate) const PUBLISHED_B: &str = "\
    f6c76f03232c3a93a634f5e49a74efbfffcd2b81f0dacb2bce0274ae68601b3d42a98feb96ba6a310cc2d4183edac62d\
    571d0d220258d8753a80c4f8815a10953a21964f19c824916f46417f46d921d7956bf5c10c63e7b1c84ce6e2bc407b4e\
    0a103a529313f439182c6450ed434d049e0d9dd5da8cf3a1d1f6f2839f55754a7b17444b8c55ff6b13bf63f61e473ad6\
    fad9f4a1a0b2541b200de07c10296d679b36bf683245cee039842ad9579031e26cb0931ac202fe713fa2c64f920a9830\
    722f708d5ede7ab0521363e45fb2ad0afefbd65264c39f46d0c4011e2e8dbf8d6c53764719599a359b17bcd4d7e37c76\
    e9e68adde0dc586a29f835a2decab335a49408fbc8452d2696743f4465d12748851889d405d7287296e93f9abfb9f118\
    06235bb588e8381a0060a174f5b0959eedba81b94eb383e80465323b1fc85478edcca4b67403a45b73ccbdcd9eaeaceb\
    d5f2ca32c7344fdbbc15a2a3d060c2b822851a282370a8dacbbfedbc511376a6e8ad95a5ce28fc2b9c37751c8d4314b9";

/// `SRP_B` of the published test of K.
const PUBLISHED_OTHER_B: &str = "\
    8d340308265ada665b1b2c730fb65ff0b6dc746b63c2d7e9f08b8aa9306d4848268bc0c17ee4a2999173ca62af59fd74\
    ba5d00f16c96bea082b163f2c3a0b745455d62cb9577425b4b5d4dadba163a8e7759a7c0256795f464682770588c84e8\
    2f2c63d4701751476da8e8a7b1a131e78560fe7b56b6761fcef88dcc486f403369a0cac2f04c25ed6d5e08b5a2f48850\
    0a0d5af4972cfa1213bfca37bbae189c8d58465b13193204f21ea01d267c7688e6e6cb5d3f5a8005db680d272308ee82\
    3816032dd2c8fc3b95b6fd0a742feb127e3d094cd002a5e6b209415ff82f6abf50d5da43910a0336e9a6fc33dd101bf1\
    3f22f13fcb3ea3809aae4917d7c426fb8c0a894030c75d3e15f0e1078a9d89e5154391cde6111ac14fab9fa3b3a880da\
    7dbd47fd5a055937581d26b5d225c076e82f980dcbd77b3950d270d8b622dca9c9bcd8fd6435a59b9690b3c9e2bdabf5\
    8cae3420c19066abc420145b1b66f226a6493c96588c2d53b637798fcaa573379f2251848065fe1fafb68ed5e79135e9";

/// `SECRET_BLOCK` of the published claim.
pub(crate) const PUBLISHED_SECRET_BLOCK: &str = "\
    iZY+s7lYj4/5me1dgBZ9QR0vYOoatfBhec3Rc3kqPFAGIWAwxmaoXkOR1+kEvm0Aic/CxgXe0KHTTZuyKpsMfjbo2J2YweeA\
    tj47z6HCgVScBHeJ5il4NUhGJ6ehqWPls5ub233161UU/SxKAZYySbB8NNHIQidPNxEvBycU5gOeO9cOv4dlm3dwSRNFlg8O\
    WJysI7+ZXUgSWdfUBqog90wkIfLr7HirXnd3axiqpHqAApu4Ls7JFvgXxJa74ZJLtFobED/qSc4ALtRiAPwhKkomxhSXDF1S\
    3dD+LcTQaR0/gJY1+p1CuyTCQNBTVz5idOq8NhG/mMupKow7i54xWJp3gWCeRLMRYD5Od/b7QSgtBYZeLT2rDPb6T8oy8qSc\
    K4gq+1Ye6KmXTtmdc7XBhwtyCk4xA8YBjeXO/Gq3G+rzpqMOS9e8P/EZ1xldkcme0qYesbUiKSVO30N2lPKo3qzWyq6zFi0p\
    INpCiWLD+qdWa9Arofsml2IYgCxZwmoIRVk8vd/+UdhErVRFdOmMZWQVLki0K09UgrnvLLBcMxc4wq8myUmMivVpxg8vSaex\
    rxGxDVnKZHgfl0jFCEWIYyMvPAspOo9bBT1l+oQlVpf6RPKWlxgE4JSiWd9LD3PMdtETsyrWv1IxtktyzGI27UVanj0gGfes\
    M56/FNImaxh+eoTBq4fJWxvfN0FvB90Ib/ZV+oJZ3jj8pKrZmDohutOQZqEIP5mme3UMGbkeF1zVnBuPT/Ujyb94RayMB4qv\
    qnZap87o8gJ4iv0yp+HMAAxvPSvYJSr/dny/jEdsWM8aKU+a9+n3aMPo/97DSIyiw2E3jcorR2emlichUHqdwDg/GAACUMTm\
    V6peecDdhuF/KNZXBF4GEsoutDzPSsaXnQ11qKejULZt//fQ/e5JzWbUVhWXBOiRr4JmbPdmWo9WIORrg/yrAlSe9RNnJOW+\
    OCsAKLZYEHfuueUQYaxOpBTst+YQXzbwNYyX47H8nUDVXRLiA0zAoQHeTMXN8lL688MTICEUNaJW9QWjrNIaTPic0oJ6CxVM\
    /ayd8qv28EQ9BhyyE5yEreC9y+bpUQjTwxe62H/j0NiMsE5806dhx2RzxBlEYl51hs1aqwpQ6NGn51bwZPZ5O7YitLyYdAoE\
    dTo0hCXTKF2ITbSy8ZDv5cxQSv5zyXeHRfa/o1GSHWPawy3lYjHChVVj/ALBjpFVPJJwByQZqgXsrvuknWk7QFAi21acQxm/\
    4pqPVtFNVW7yZ51FawlQu6rKKfu1kyTJ6CKlcdXuJFv/NxQLPLq/to4b0UHNaD/mymwr0GSEn9GxpVB4fjhL4L2BRxCpt4lf\
    Ltx1KMiTivUMIhrVShnrgUy2mpd/jooMsSf17GSvCYReg9dsaqvZXqbEMv6P2BX+RNXicLSfeDO9NyZhtuWZxyLJ5IlagOpV\
    NbtGb/HCEQy+zF8ySzho6e8vHxNodJX+xwCxRyKl6wbEdSEulWgm5WaUmsfySrNqLKassfrTdKLHyWUvjbWucEFzS0ddu+Q7\
    j5RGaZ4MO7Qf1hN57WUE7irwXBc9UoAWI3Sggb+oDDuVKN5PMF6cL+3/yfetGX0Wrh9tk34z5pizLmOgqOqkMW5yFDqw8/pR\
    qQA4Qo+VrpHL1a4vANgmOHw98918pFiCG5lacOQn4FmA2QGWfNxU72qy6MLPnTgN/olShAFNFgckIn2F";
