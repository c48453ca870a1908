//! A new credential as a browser hands it over, `RegistrationResponseJSON`, and its verification
//! (W3C WebAuthn Level 3, 5.1.8.1 and 7.1).
//!
//! Order of checks: form, type, challenge and client (in the caller), origin, relying party, flags,
//! key and attestation (inferred).

use serde::Deserialize;
use serde_json::Value;

use super::attestation::{Attestation, Fault};
use super::client_data::{ClientData, Kind};
use super::relying_party::RelyingParty;
use crate::error::{CognitoError, Refusal};
use crate::store::user_pool::passkey::{Verified, base64url, friendly_name};

/// More transports, or longer names of them, than the registry has are refused (inferred bounds).
const MAX_TRANSPORTS: usize = 16;

const MAX_TRANSPORT: usize = 64;

/// A credential as it was sent. `publicKey` and the like repeat what the attestation object holds,
/// which alone counts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    id: String,
    raw_id: String,
    #[serde(rename = "type")]
    kind: String,
    client_extension_results: Extensions,
    authenticator_attachment: Option<String>,
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    cred_props: Option<CredProps>,
}

#[derive(Deserialize)]
struct CredProps {
    rk: Option<bool>,
}

/// `transports` must be there (observed: a credential without it is not valid).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    attestation_object: String,
    transports: Vec<String>,
}

/// A credential whose form is right.
pub struct Credential {
    id: Vec<u8>,
    attachment: Option<String>,
    transports: Vec<String>,
    /// What the client says of the ceremony, the challenge that it answers included.
    pub client_data: ClientData,
    attestation: Vec<u8>,
}

/// A credential that is none.
pub(super) fn invalid(reason: &'static str) -> CognitoError {
    Refusal::CredentialInvalid.because(reason)
}

impl Credential {
    /// Reads `Credential`.
    ///
    /// # Errors
    /// `Credential data is not valid`.
    pub fn read(sent: &Value) -> Result<Self, CognitoError> {
        let sent = Sent::deserialize(sent).map_err(|_| {
            invalid(
                "Credential is no RegistrationResponseJSON: an object with id, rawId, type, \
                 clientExtensionResults and response, the latter with clientDataJSON, \
                 attestationObject and transports",
            )
        })?;
        if sent.kind != "public-key" {
            return Err(invalid("the credential's type is not public-key"));
        }
        // Reported: only discoverable credentials are taken, as the options require.
        if sent
            .client_extension_results
            .cred_props
            .and_then(|props| props.rk)
            == Some(false)
        {
            return Err(invalid(
                "credProps says that the credential is not discoverable",
            ));
        }
        let bytes = |text: &str| {
            base64url(text).ok_or_else(|| invalid("binary members are base64url without padding"))
        };
        let id = bytes(&sent.id)?;
        if sent.id != sent.raw_id {
            return Err(invalid("id and rawId differ"));
        }
        let transports = sent.response.transports;
        if transports.len() > MAX_TRANSPORTS
            || transports.iter().any(|name| name.len() > MAX_TRANSPORT)
        {
            return Err(invalid(
                "there are more or longer transports than there can be",
            ));
        }
        let client_data_json = bytes(&sent.response.client_data_json)?;
        let client_data = ClientData::read(&client_data_json, Kind::Create).map_err(invalid)?;
        Ok(Self {
            id,
            // One that a later edition of WebAuthn brings counts as none (WebAuthn, 5.4.5).
            attachment: sent
                .authenticator_attachment
                .filter(|one| one == "platform" || one == "cross-platform"),
            transports,
            client_data,
            attestation: bytes(&sent.response.attestation_object)?,
        })
    }

    /// Verifies everything but the challenge.
    ///
    /// # Errors
    /// A wrong origin or relying party, missing flags, a key or an attestation that is not taken.
    pub fn verify(self, party: &RelyingParty) -> Result<Verified, CognitoError> {
        if !party.allows(&self.client_data.origin) {
            return Refusal::WebAuthnOriginNotAllowed.refuse(party.origins());
        }
        let read = Attestation::read(&self.attestation)
            .ok_or_else(|| invalid("attestationObject is none, or has no credential"))?;
        let data = &read.data;
        if !data.head.is_for(&party.id) {
            return Refusal::WebAuthnRelyingPartyMismatch.refuse(format!(
                "the authenticator made the credential for another relying party than {}",
                party.id
            ));
        }
        if data.credential_id != self.id {
            return Err(invalid(
                "id is not the credential id of the authenticator data",
            ));
        }
        let flags = data.head.flags;
        if !flags.user_present() {
            return Err(invalid("the authenticator data has no flag user present"));
        }
        if flags.backed_up() && !flags.backup_eligible() {
            return Err(invalid(
                "the credential is backed up and not eligible for it",
            ));
        }
        if party.requires_verification && !flags.user_verified() {
            return Refusal::WebAuthnCredentialNotSupported.refuse(
                "the pool requires user verification (UserVerification required, or passkeys as \
                 MFA), and the authenticator data has no flag user verified",
            );
        }
        let key = read
            .check(&self.client_data.hash)
            .map_err(|fault| match fault {
                Fault::Malformed(reason) => invalid(reason),
                Fault::Unsupported(reason) => {
                    Refusal::WebAuthnCredentialNotSupported.because(reason)
                }
            })?;
        Ok(Verified {
            key,
            sign_count: data.head.sign_count,
            backup_eligible: flags.backup_eligible(),
            backed_up: flags.backed_up(),
            user_verified: flags.user_verified(),
            friendly_name: friendly_name(data.aaguid),
            attachment: self.attachment,
            transports: self.transports,
            id: self.id,
        })
    }
}
