//! The relying party of a pool: whose passkeys it takes, from which origins, and how strictly.

use super::public_suffix::is_public_suffix;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AuthFactorType, UserPoolMfaType, UserVerificationType, WebAuthnFactorConfigurationType,
};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;

/// What a pool asks of a passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// Its id, a domain.
    pub id: String,
    /// Whether the authenticator must know who uses it.
    pub requires_verification: bool,
}

impl RelyingParty {
    /// The relying party of a pool. Without an id of its own it is the custom domain, else the
    /// prefix domain (documented).
    ///
    /// # Errors
    /// Passkeys that are off; a pool with neither an id nor a domain.
    pub fn of(state: &PoolState) -> Result<Self, CognitoError> {
        let settings = &state.settings;
        check_enabled(settings)?;
        let configured = settings.mfa.web_authn.as_ref();
        let given = configured.and_then(|set| set.relying_party_id.clone());
        let domain = || {
            let domain = state.domains.main()?;
            Some(domain.host(settings.id.region()))
        };
        let id = given.or_else(domain).ok_or_else(|| {
            Refusal::WebAuthnConfigurationMissing
                .because("the pool has neither RelyingPartyId (SetUserPoolMfaConfig) nor a domain")
        })?;
        let asked = configured.and_then(|set| set.user_verification);
        Ok(Self {
            id,
            requires_verification: asked == Some(UserVerificationType::Required)
                || counts_as_mfa(settings),
        })
    }

    /// `userVerification` of the options for a client.
    pub fn user_verification(&self) -> &'static str {
        if self.requires_verification {
            UserVerificationType::Required.as_str()
        } else {
            UserVerificationType::Preferred.as_str()
        }
    }

    /// Which origins those are, for who gave another.
    pub fn origins(&self) -> String {
        format!(
            "the origin in clientDataJSON must be https://{id} or below it; http only on localhost",
            id = self.id
        )
    }

    /// Whether credentials may come from this origin: `https` at the id or below it, the local
    /// machine also by `http` (WebAuthn, 5.1.3 and 7.1, and what browsers allow). An Android app
    /// calls itself by the hash of its key; AWS asks the domain whether the app is its own, which is
    /// taken for granted here (inferred).
    pub fn allows(&self, origin: &str) -> bool {
        if let Some(hash) = origin.strip_prefix("android:apk-key-hash:") {
            return crate::store::user_pool::passkey::base64url(hash)
                .is_some_and(|hash| hash.len() == 32);
        }
        let (scheme, place) = origin.split_once("://").unwrap_or_default();
        let host = match place.rsplit_once(':') {
            Some((host, port)) if port.parse::<u16>().is_ok() => host,
            Some(_) => return false,
            None => place,
        };
        let is_local = host == "localhost" || host.ends_with(".localhost");
        let is_under = host.strip_suffix(self.id.as_str()).is_some_and(|before| {
            before.is_empty() || before.strip_suffix('.').is_some_and(is_domain)
        });
        is_under && (scheme == "https" || scheme == "http" && is_local)
    }
}

/// Passkeys are on where they may start a sign-in or count as MFA (inferred: documented is only that
/// a pool without the feature refuses).
pub fn is_enabled(settings: &PoolSettings) -> bool {
    settings.first_factors.contains(&AuthFactorType::WebAuthn)
        || counts_as_mfa(settings) && settings.mfa.mode != UserPoolMfaType::Off
}

fn check_enabled(settings: &PoolSettings) -> Result<(), CognitoError> {
    if is_enabled(settings) {
        return Ok(());
    }
    Refusal::WebAuthnNotEnabled.refuse(
        "put WEB_AUTHN into SignInPolicy.AllowedFirstAuthFactors, or set FactorConfiguration \
         MULTI_FACTOR_WITH_USER_VERIFICATION with MFA OPTIONAL or ON",
    )
}

/// With this setting a passkey stands for both factors, and must verify its user (documented).
pub fn counts_as_mfa(settings: &PoolSettings) -> bool {
    let configured = settings.mfa.web_authn.as_ref();
    configured.and_then(|set| set.factor_configuration)
        == Some(WebAuthnFactorConfigurationType::MultiFactorWithUserVerification)
}

/// Checks `RelyingPartyId`: a domain, and not on the public suffix list (documented), where Cognito's
/// own prefix domains are too. `localhost` is for development (documented: Amplify's guide to
/// passkeys). That what is no domain is refused is inferred.
///
/// # Errors
/// An id that is no domain, or a public suffix.
pub fn check_id(id: &str) -> Result<(), CognitoError> {
    let refused = || Refusal::RelyingPartyIdInvalid { id: id.to_owned() };
    if !is_domain(id) || id.ends_with(|last: char| last.is_ascii_digit()) {
        return refused()
            .refuse("RelyingPartyId is a domain such as example.com: no scheme, port or path");
    }
    if !id.eq_ignore_ascii_case("localhost") && is_public_suffix(id) {
        return refused()
            .refuse("RelyingPartyId is a public suffix, under which anybody may have a domain");
    }
    Ok(())
}

fn is_domain(name: &str) -> bool {
    let is_label = |label: &str| {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(is_inner)
    };
    name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_at_the_relying_party_or_below_it() {
        let hash = "android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        let cases = [
            ("example.com", "https://example.com", true),
            ("example.com", "https://auth.example.com:8443", true),
            ("example.com", hash, true),
            ("example.com", "android:apk-key-hash:AAAA", false),
            ("example.com", "http://example.com", false),
            ("example.com", "https://badexample.com", false),
            ("example.com", "https://example.com.evil.example", false),
            ("example.com", "https://user@example.com", false),
            ("example.com", "https://evil.example/.example.com", false),
            ("example.com", "https://example.com/", false),
            ("example.com", "https://example.com:x", false),
            ("example.com", "example.com", false),
            ("example.com", "", false),
            ("auth.example.com", "https://example.com", false),
            ("localhost", "http://localhost:3000", true),
            ("localhost", "https://app.localhost", true),
        ];
        for (id, origin, allowed) in cases {
            let party = RelyingParty {
                id: id.into(),
                requires_verification: false,
            };
            assert_eq!(party.allows(origin), allowed, "{id} {origin}");
        }
    }

    #[test]
    fn an_id_is_a_domain_that_somebody_can_own() {
        for id in [
            "example.com",
            "localhost",
            "me.auth.us-east-1.amazoncognito.com",
            "a.co.uk",
            "someone.github.io",
            "co.example",
        ] {
            assert!(check_id(id).is_ok(), "{id}");
        }
        for id in [
            "com",
            "CO.UK",
            "gob.ar",
            "github.io",
            "auth.us-east-1.amazoncognito.com",
            "https://example.com",
            "example.com:443",
            "example.com/",
            ".example.com",
            "127.0.0.1",
            " ",
        ] {
            assert!(check_id(id).is_err(), "{id}");
        }
    }
}
