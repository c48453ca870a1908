//! The requests of a sign-in by SRP, over the client that the tests sign in with.

use serde_json::{Value, json};

use crate::Outcome;
use crate::srp_client::SrpClient;

/// A client that signs in over and over.
pub(crate) struct Client(SrpClient);

impl Client {
    pub(crate) fn new() -> Self {
        Self(SrpClient::new())
    }

    /// `InitiateAuth` with A.
    pub(crate) fn start(&self, client_id: &str, username: &str) -> Value {
        json!({
            "ClientId": client_id,
            "AuthFlow": "USER_SRP_AUTH",
            "AuthParameters": { "USERNAME": username, "SRP_A": self.0.a() },
        })
    }

    /// `RespondToAuthChallenge` to PASSWORD_VERIFIER.
    pub(crate) fn prove(
        &self,
        client_id: &str,
        pool_name: &str,
        password: &str,
        challenge: &Value,
    ) -> Outcome<Value> {
        let responses = self.0.prove(pool_name, password, challenge);
        Ok(json!({
            "ClientId": client_id,
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeResponses": responses.ok_or("no challenge for an SRP proof")?,
        }))
    }

    /// `DeviceSecretVerifierConfig` of ConfirmDevice.
    pub(crate) fn device_config(&self, group: &str, key: &str, password: &str) -> Value {
        self.0.device_config((group, key), password)
    }

    /// `RespondToAuthChallenge` to DEVICE_SRP_AUTH, with A.
    pub(crate) fn start_device(
        &self,
        client_id: &str,
        username: &str,
        key: &str,
        asked: &Value,
    ) -> Value {
        json!({
            "ClientId": client_id,
            "ChallengeName": "DEVICE_SRP_AUTH",
            "Session": asked["Session"],
            "ChallengeResponses": { "USERNAME": username, "DEVICE_KEY": key, "SRP_A": self.0.a() },
        })
    }

    /// `RespondToAuthChallenge` to DEVICE_PASSWORD_VERIFIER.
    pub(crate) fn prove_device(
        &self,
        client_id: &str,
        group: &str,
        password: &str,
        challenge: &Value,
    ) -> Outcome<Value> {
        let responses = self.0.prove_device(group, password, challenge);
        Ok(json!({
            "ClientId": client_id,
            "ChallengeName": "DEVICE_PASSWORD_VERIFIER",
            "Session": challenge["Session"],
            "ChallengeResponses": responses.ok_or("no challenge for a device's proof")?,
        }))
    }
}
