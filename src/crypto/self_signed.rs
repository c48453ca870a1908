//! X.509 certificates that a key signs for itself: those of SAML. The form is that of an observed one of AWS:
//! a common name, eight bytes of serial number, no extensions.

use aws_lc_rs::digest::{SHA256, digest};
use rcgen::{CertificateParams, DistinguishedName, DnType, PKCS_RSA_SHA256, SerialNumber};
use time::OffsetDateTime;

use super::signing::SigningKey;

/// A certificate of `key` in DER, the same one for the same arguments; none where a date is beyond the
/// calendar of X.509.
pub(crate) fn certificate(
    key: &SigningKey,
    common_name: &str,
    from: OffsetDateTime,
    until: OffsetDateTime,
) -> Option<Vec<u8>> {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    let seed = [key.public_der(), &from.unix_timestamp().to_be_bytes()[..]].concat();
    let mut serial = [0; 8];
    serial.copy_from_slice(&digest(&SHA256, &seed).as_ref()[..8]);
    // Positive, and as long in every certificate.
    serial[0] = serial[0] & 0x3f | 0x40;
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.not_before = from;
    params.not_after = until;
    let certificate = params.self_signed(&Signer(key)).ok()?;
    Some(certificate.der().to_vec())
}

/// A signing key, as the certificate library asks for one.
struct Signer<'a>(&'a SigningKey);

impl rcgen::PublicKeyData for Signer<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.public_der()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

impl rcgen::SigningKey for Signer<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(self.0.sign(message))
    }
}
