//! The client's side of SRP-6a as Cognito's clients speak it (RFC 5054 with the 3072-bit group of RFC
//! 3526, SHA-256, HKDF), on a big-integer crate that shares no code with the server. The benchmark
//! measures with it too, so it fails without a panic.

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use num_bigint::{BigInt, BigUint, Sign};
use serde_json::{Value, json};

const N: &str = "\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
    EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F\
    83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
    E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510\
    15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
    ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C\
    BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

/// Any moment will do: the server checks that the signature covers it, not what it says.
const TIMESTAMP: &str = "Sat Jan 31 12:00:00 UTC 2026";

/// A client that signs in over and over. One private exponent serves every sign-in, so that its A is
/// computed once; the server can't tell.
pub(crate) struct SrpClient {
    n: BigUint,
    private: BigUint,
    public: BigUint,
}

impl SrpClient {
    pub(crate) fn new() -> Self {
        let n = parse(N).unwrap_or_default();
        let private = hash(&[b"any private exponent"]);
        let public = BigUint::from(2_u8).modpow(&private, &n);
        Self { n, private, public }
    }

    /// `SRP_A`.
    pub(crate) fn a(&self) -> String {
        self.public.to_str_radix(16)
    }

    /// The ChallengeResponses to a PASSWORD_VERIFIER challenge of a pool with this name (its id without
    /// the Region); nothing where it is no such challenge.
    pub(crate) fn prove(&self, pool: &str, password: &str, challenge: &Value) -> Option<Value> {
        let user = challenge["ChallengeParameters"]["USER_ID_FOR_SRP"].as_str()?;
        let claim = self.claim((pool, user), password, challenge)?;
        Some(with(claim, "USERNAME", user))
    }

    /// The ChallengeResponses to a DEVICE_PASSWORD_VERIFIER challenge.
    pub(crate) fn prove_device(
        &self,
        group: &str,
        password: &str,
        challenge: &Value,
    ) -> Option<Value> {
        let parameters = &challenge["ChallengeParameters"];
        let key = parameters["DEVICE_KEY"].as_str()?;
        let claim = self.claim((group, key), password, challenge)?;
        let named = with(claim, "USERNAME", parameters["USERNAME"].as_str()?);
        Some(with(named, "DEVICE_KEY", key))
    }

    /// `DeviceSecretVerifierConfig` of a device with this group key, key and password.
    pub(crate) fn device_config(&self, names: (&str, &str), password: &str) -> Value {
        let salt = hash(&[b"any salt"]) >> 128_u32;
        let identity = format!("{}{}:{password}", names.0, names.1);
        let x = hash(&[&signed(&salt), &sha256(&[identity.as_bytes()])]);
        let verifier = BigUint::from(2_u8).modpow(&x, &self.n);
        json!({"Salt": STANDARD.encode(signed(&salt)),
            "PasswordVerifier": STANDARD.encode(signed(&verifier))})
    }

    fn claim(&self, names: (&str, &str), password: &str, challenge: &Value) -> Option<Value> {
        let (pool, user) = names;
        let parameter = |name: &str| challenge["ChallengeParameters"][name].as_str();
        let block = parameter("SECRET_BLOCK")?;
        let identity = format!("{pool}{user}:{password}");
        let salt = parse(parameter("SALT")?)?;
        let x = hash(&[&signed(&salt), &sha256(&[identity.as_bytes()])]);
        let key = self.key(&parse(parameter("SRP_B")?)?, &x);
        let block_bytes = STANDARD.decode(block).ok()?;
        let claim = [
            pool.as_bytes(),
            user.as_bytes(),
            &block_bytes,
            TIMESTAMP.as_bytes(),
        ];
        Some(
            json!({"TIMESTAMP": TIMESTAMP, "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(mac(&key, &claim))}),
        )
    }

    fn k(&self) -> BigUint {
        hash(&[&signed(&self.n), &signed(&BigUint::from(2_u8))])
    }

    /// The key of S = (B − k·g^x)^(a + u·x).
    fn key(&self, b: &BigUint, x: &BigUint) -> Vec<u8> {
        let u = hash(&[&signed(&self.public), &signed(b)]);
        let kv = self.k() * BigUint::from(2_u8).modpow(x, &self.n) % &self.n;
        let base = (b + &self.n - kv) % &self.n;
        let s = base.modpow(&(&self.private + &u * x), &self.n);
        let extracted = mac(&signed(&u), &[&signed(&s)]);
        mac(&extracted, &[b"Caldera Derived Key", &[1]])[..16].to_vec()
    }
}

fn with(mut responses: Value, name: &str, value: &str) -> Value {
    responses[name] = json!(value);
    responses
}

fn parse(hex: &str) -> Option<BigUint> {
    BigUint::parse_bytes(hex.as_bytes(), 16)
}

/// The shortest big-endian form with room for a sign.
fn signed(number: &BigUint) -> Vec<u8> {
    BigInt::from_biguint(Sign::Plus, number.clone()).to_signed_bytes_be()
}

fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    digest::digest(&digest::SHA256, &parts.concat())
        .as_ref()
        .to_vec()
}

fn hash(parts: &[&[u8]]) -> BigUint {
    BigUint::from_bytes_be(&sha256(parts))
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, &parts.concat()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_one_that_a_server_comes_to() {
        let client = SrpClient::new();
        let (x, b) = (hash(&[b"x"]), hash(&[b"b"]));
        let v = BigUint::from(2_u8).modpow(&x, &client.n);
        let public_b = (client.k() * &v + BigUint::from(2_u8).modpow(&b, &client.n)) % &client.n;
        let u = hash(&[&signed(&client.public), &signed(&public_b)]);
        let s = (&client.public * v.modpow(&u, &client.n)).modpow(&b, &client.n);
        let expected = mac(
            &mac(&signed(&u), &[&signed(&s)]),
            &[b"Caldera Derived Key", &[1]],
        );
        assert_eq!(client.key(&public_b, &x), expected[..16]);
    }
}
