//! Devices that sign in, as AWS's clients do it.

use serde_json::{Value, json};

use super::TestPool;
use crate::crypto::srp::tests::Client;

/// What a client keeps of a confirmed device.
pub struct TestDevice {
    /// `DEVICE_KEY`.
    pub key: Value,
    group: String,
    password: String,
    client: Client,
}

impl TestDevice {
    /// The device of a sign-in that got metadata, not confirmed yet.
    pub fn of(tokens: &Value) -> Self {
        let metadata = &tokens["NewDeviceMetadata"];
        Self {
            key: metadata["DeviceKey"].clone(),
            group: metadata["DeviceGroupKey"].as_str().unwrap().into(),
            password: "ZGV2aWNlLXBhc3N3b3Jk".into(),
            client: Client::new(&[9; 32]),
        }
    }

    /// The same, with another password than was confirmed.
    pub fn with_password(mut self, password: &str) -> Self {
        self.password = password.into();
        self
    }

    /// The request of ConfirmDevice. The salt loses a digit as a number.
    pub fn confirmation(&self, tokens: &Value) -> Value {
        let names = (self.group.as_str(), self.key.as_str().unwrap());
        let salt = "0f112233445566778899aabbccddeeff";
        json!({"AccessToken": tokens["AccessToken"], "DeviceName": "laptop", "DeviceKey": self.key,
            "DeviceSecretVerifierConfig": Client::device_config(names, &self.password, salt)})
    }

    /// The answer to DEVICE_SRP_AUTH.
    pub fn srp_auth(&self, username: &str, session: &Value) -> Value {
        let responses = json!({"USERNAME": username, "DEVICE_KEY": self.key,
            "SRP_A": self.client.srp_a_hex()});
        json!({"ChallengeName": "DEVICE_SRP_AUTH", "Session": session,
            "ChallengeResponses": responses})
    }

    /// The answer to DEVICE_PASSWORD_VERIFIER.
    pub fn proof(&self, asked: &Value) -> Value {
        let parameters = &asked["ChallengeParameters"];
        let responses = self
            .client
            .device_answer(&self.group, &self.password, parameters);
        json!({"ChallengeName": "DEVICE_PASSWORD_VERIFIER", "Session": asked["Session"],
            "ChallengeResponses": responses})
    }
}

impl TestPool {
    /// Confirms the new device of a sign-in.
    pub async fn confirm_device(&self, tokens: &Value) -> TestDevice {
        let device = TestDevice::of(tokens);
        self.ok("ConfirmDevice", device.confirmation(tokens)).await;
        device
    }

    /// Answers DEVICE_SRP_AUTH and what follows it, as AWS's SDKs do, and gives what comes then.
    pub async fn prove_device(&self, device: &TestDevice, asked: &Value) -> Value {
        assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH", "{asked}");
        let username = asked["ChallengeParameters"]["USERNAME"].as_str().unwrap();
        let answer = device.srp_auth(username, &asked["Session"]);
        let asked = self.ok("RespondToAuthChallenge", answer).await;
        assert_eq!(asked["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
        self.ok("RespondToAuthChallenge", device.proof(&asked))
            .await
    }
}
