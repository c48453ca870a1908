//! A certificate authority of our own, which vouches for this server alone: ECDSA over P-256, so that keys and
//! signatures take a fraction of a millisecond.
//!
//! Clients judge certificates by the time of their machine, so it is that time which stands in them, wherever
//! the clock of a test is.

use std::net::IpAddr;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyIdMethod, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256, SanType,
    SerialNumber,
};
use time::{Duration, OffsetDateTime};
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::ServerCertVerifier as _;
use tokio_rustls::rustls::crypto::aws_lc_rs as provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{CertificateError, Error, RootCertStore};

use super::names;

/// For how long the authority is good.
const AUTHORITY_YEARS: i64 = 10;

/// For how long a certificate of the server is good; some systems accept no more than 398 days.
const SERVER_DAYS: i64 = 90;

/// Certificates are good from a day ago, for machines whose clocks lag.
const LAG: Duration = Duration::DAY;

/// The machine's time.
pub(super) fn now() -> OffsetDateTime {
    let seconds = i64::try_from(UnixTime::now().as_secs());
    let moment = seconds.map(OffsetDateTime::from_unix_timestamp);
    moment
        .ok()
        .and_then(Result::ok)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// A private key.
pub(super) struct Key {
    pair: EcdsaKeyPair,
}

impl Key {
    pub(super) fn make() -> Result<Self, String> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING);
        let pair = pair.map_err(|_| "no key can be made".to_owned())?;
        Ok(Self { pair })
    }

    /// The key of a PKCS #8 document, if it is one of this kind.
    pub(super) fn read(pkcs8: &[u8]) -> Option<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8).ok()?;
        Some(Self { pair })
    }

    pub(super) fn pkcs8(&self) -> Result<PrivatePkcs8KeyDer<'static>, String> {
        let document = self.pair.to_pkcs8v1();
        let document = document.map_err(|_| "the key cannot be written".to_owned())?;
        Ok(PrivatePkcs8KeyDer::from(document.as_ref().to_vec()))
    }

    fn id(&self) -> Vec<u8> {
        digest(&SHA256, self.pair.public_key().as_ref()).as_ref()[..20].to_vec()
    }
}

impl rcgen::PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signature = self.pair.sign(&SystemRandom::new(), message);
        let signature = signature.map_err(|_| rcgen::Error::RemoteKeyError)?;
        Ok(signature.as_ref().to_vec())
    }
}

/// An authority.
pub(super) struct Authority {
    key: Key,
    certificate: CertificateDer<'static>,
    /// What its certificate says it may vouch for, where that is limited.
    limits: Option<Arc<WebPkiServerVerifier>>,
}

/// Why there is no certificate.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotIssued {
    /// The authority's own certificate does not let it.
    BeyondLimits,
    Failed(String),
}

impl Authority {
    /// One that may vouch for anything, for a key that goes with the process.
    pub(super) fn passing() -> Result<Self, String> {
        let key = Key::make()?;
        let certificate = certify_itself(&key, None)?;
        Ok(Self {
            key,
            certificate,
            limits: None,
        })
    }

    /// One for a key that is kept, where others may come by it: it may vouch for names that are nobody's in
    /// public, for those of Cognito, and for `hosts`.
    pub(super) fn limited(hosts: &[String]) -> Result<Self, String> {
        let key = Key::make()?;
        let limits = NameConstraints {
            permitted_subtrees: names::permitted(hosts),
            excluded_subtrees: Vec::new(),
        };
        let certificate = certify_itself(&key, Some(limits))?;
        Self::kept(key, certificate)
    }

    /// The one of this key and certificate.
    pub(super) fn kept(key: Key, certificate: CertificateDer<'static>) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        roots
            .add(certificate.clone())
            .map_err(|error| format!("the certificate is none of an authority: {error}"))?;
        let crypto = Arc::new(provider::default_provider());
        let limits = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), crypto).build();
        let limits = limits.map_err(|error| error.to_string())?;
        Ok(Self {
            key,
            certificate,
            limits: Some(limits),
        })
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    pub(super) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// A certificate of the server under this name, or under no name.
    pub(super) fn issue(
        &self,
        server: &Key,
        name: Option<&str>,
        addresses: &[IpAddr],
    ) -> Result<CertificateDer<'static>, NotIssued> {
        let name = name.unwrap_or("localhost");
        let certificate = self.sign(server, name, addresses);
        let certificate = certificate.map_err(NotIssued::Failed)?;
        if let Some(limits) = &self.limits {
            self.check(limits, &certificate, name)?;
        }
        Ok(certificate)
    }

    fn sign(
        &self,
        server: &Key,
        name: &str,
        addresses: &[IpAddr],
    ) -> Result<CertificateDer<'static>, String> {
        let failed = |error: rcgen::Error| error.to_string();
        let mut params = CertificateParams::default();
        let named = name.try_into().map_err(failed)?;
        params.subject_alt_names = vec![SanType::DnsName(named)];
        let addresses = addresses.iter().copied().map(SanType::IpAddress);
        params.subject_alt_names.extend(addresses);
        params.distinguished_name = DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, "Poolhouse");
        params.serial_number = Some(serial()?);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let now = now();
        params.not_before = now - LAG;
        params.not_after = now + Duration::days(SERVER_DAYS);
        let own = own_params(&self.key);
        let signed = params.signed_by(server, &Issuer::from_params(&own, &self.key));
        Ok(signed.map_err(failed)?.der().clone())
    }

    /// Whether a client that trusts the authority would take the certificate.
    fn check(
        &self,
        limits: &WebPkiServerVerifier,
        certificate: &CertificateDer<'_>,
        name: &str,
    ) -> Result<(), NotIssued> {
        let failed = |error: String| NotIssued::Failed(error);
        let name = ServerName::try_from(name).map_err(|error| failed(error.to_string()))?;
        let checked = limits.verify_server_cert(certificate, &[], &name, &[], UnixTime::now());
        match checked {
            Ok(_) => Ok(()),
            Err(error) if is_beyond_limits(&error) => Err(NotIssued::BeyondLimits),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

/// The library tells a name outside of its authority's limits in the words of another library.
fn is_beyond_limits(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(CertificateError::Other(other))
        if format!("{other:?}").contains("NameConstraintViolation"))
}

fn certify_itself(
    key: &Key,
    limits: Option<NameConstraints>,
) -> Result<CertificateDer<'static>, String> {
    let mut params = own_params(key);
    params.serial_number = Some(serial()?);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.name_constraints = limits;
    let now = now();
    params.not_before = now - LAG;
    params.not_after = now + Duration::days(365 * AUTHORITY_YEARS);
    let certificate = params.self_signed(key).map_err(|error| error.to_string())?;
    Ok(certificate.der().clone())
}

/// What an authority's own certificate and those that it issues say of it. Its name has a part of its key, so
/// that two authorities are told apart where both are trusted.
fn own_params(key: &Key) -> CertificateParams {
    let id = key.id();
    let told = u32::from_be_bytes([id[0], id[1], id[2], id[3]]);
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    let name = format!("Poolhouse local CA {told:08x}");
    params.distinguished_name.push(DnType::CommonName, name);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.key_identifier_method = KeyIdMethod::PreSpecified(id);
    params
}

/// Browsers refuse two certificates of one authority and number.
fn serial() -> Result<SerialNumber, String> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| "no random number is to be had".to_owned())?;
    // Positive, and as long in every certificate.
    bytes[0] = bytes[0] & 0x3f | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a client that trusts `authority` says of a certificate for a name.
    fn trusts(authority: &Authority, certificate: &CertificateDer<'_>, name: &str) -> bool {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate().clone()).unwrap();
        let crypto = Arc::new(provider::default_provider());
        let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), crypto);
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let verifier = builder.build().unwrap();
        verifier
            .verify_server_cert(certificate, &[], &name, &[], UnixTime::now())
            .is_ok()
    }

    #[test]
    fn who_trusts_the_authority_trusts_its_certificates_for_their_names_alone() {
        let server = Key::make().unwrap();
        let addresses = ["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()];
        let hosts = ["cognito.company.net".to_owned(), "203.0.113.7".to_owned()];
        let (one, other) = (
            Authority::passing().unwrap(),
            Authority::limited(&hosts).unwrap(),
        );
        for authority in [&one, &other] {
            let certificate = authority.issue(&server, None, &addresses).unwrap();
            for (name, expected) in [
                ("localhost", true),
                ("127.0.0.1", true),
                ("::1", true),
                ("127.0.0.2", false),
                ("other.localhost", false),
            ] {
                assert_eq!(trusts(authority, &certificate, name), expected, "{name}");
            }
            for name in [
                "a.auth.localhost",
                "cognito-idp.eu-west-1.amazonaws.com",
                "a.auth.us-east-1.amazoncognito.com",
                "auth.example.com",
                "cognito.company.net",
            ] {
                let certificate = authority.issue(&server, Some(name), &[]).unwrap();
                assert!(trusts(authority, &certificate, name), "{name}");
            }
        }
        let certificate = one.issue(&server, None, &addresses).unwrap();
        assert!(!trusts(&other, &certificate, "localhost"));
    }

    #[test]
    fn a_kept_authority_vouches_for_nobody_else() {
        let server = Key::make().unwrap();
        let authority = Authority::limited(&[]).unwrap();
        for name in [
            "cognito.company.net",
            "s3.us-east-1.amazonaws.com",
            "cognito",
        ] {
            let refused = authority.issue(&server, Some(name), &[]).unwrap_err();
            assert_eq!(refused, NotIssued::BeyondLimits, "{name}");
            assert!(
                Authority::passing()
                    .unwrap()
                    .issue(&server, Some(name), &[])
                    .is_ok()
            );
            // Nor can it, whoever has the key.
            let forged = authority.sign(&server, name, &[]).unwrap();
            assert!(!trusts(&authority, &forged, name), "{name}");
        }
        let address = ["203.0.113.7".parse().unwrap()];
        let refused = authority.issue(&server, None, &address).unwrap_err();
        assert_eq!(refused, NotIssued::BeyondLimits);
    }
}
