"""A software authenticator: it makes passkeys as a browser with a security key would, encoded by fido2."""

import base64
import datetime
import hashlib
import json
import os

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from fido2.cose import ES256, ES384, RS256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG
# The private keys of the credentials that were made.
KEYS = {}
ALGORITHMS = {"ES256": ES256, "RS256": RS256, "ES384": ES384}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def private_key(algorithm):
    if algorithm == "RS256":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP384R1() if algorithm == "ES384" else ec.SECP256R1())


def sign(key, data):
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), SHA256())
    return key.sign(data, ec.ECDSA(SHA384() if key.curve.name == "secp384r1" else SHA256()))


def certificate(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Poolhouse tests")])
    start = datetime.datetime(2026, 1, 1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + datetime.timedelta(days=9000))
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def create(
    options,
    origin="https://example.com",
    algorithm="ES256",
    attestation="none",
    flags=FLAG.UP | FLAG.UV,
    aaguid=bytes(16),
    credential_id=None,
    attester="ES256",
    **changed,
):
    """A RegistrationResponseJSON for CredentialCreationOptions; `changed` replaces what it would answer with:
    `rp_id`, `challenge`, `type`, `signature`, `count`.
    """
    key = private_key(algorithm)
    credential_id = credential_id or os.urandom(32)
    KEYS[b64(credential_id)] = key
    client_data = {
        "type": changed.get("type", "webauthn.create"),
        "challenge": changed.get("challenge", options["challenge"]),
        "origin": origin,
        "crossOrigin": False,
    }
    client_data = json.dumps(client_data).encode()
    public = ALGORITHMS[algorithm].from_cryptography_key(key.public_key())
    data = AuthenticatorData.create(
        hashlib.sha256(changed.get("rp_id", options["rp"]["id"]).encode()).digest(),
        flags | FLAG.AT,
        changed.get("count", 0),
        AttestedCredentialData.create(aaguid, credential_id, public),
    )
    signed = data + hashlib.sha256(client_data).digest()
    statement = {}
    if attestation == "packed":
        statement = {"alg": public.ALGORITHM, "sig": changed.get("signature") or sign(key, signed)}
    elif attestation == "certified":
        signer = private_key(attester)
        statement = {
            "alg": ALGORITHMS[attester].ALGORITHM,
            "sig": changed.get("signature") or sign(signer, signed),
            "x5c": [certificate(signer)],
        }
    format = {"certified": "packed"}.get(attestation, attestation)
    return {
        "id": b64(credential_id),
        "rawId": b64(credential_id),
        "type": "public-key",
        "authenticatorAttachment": "cross-platform",
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": b64(client_data),
            "attestationObject": b64(AttestationObject.create(format, data, statement)),
            "authenticatorData": b64(data),
            "publicKeyAlgorithm": public.ALGORITHM,
            "transports": ["usb", "nfc"],
        },
    }


def get(options, credential, origin="https://example.com", flags=FLAG.UP | FLAG.UV, count=0, **changed):
    """An AuthenticationResponseJSON for CREDENTIAL_REQUEST_OPTIONS by a credential of `create`; `changed` replaces
    what it would answer with: `rp_id`, `challenge`, `type`, `signature`, `user_handle`, `extensions`, `credential_id`.
    """
    client_data = {
        "type": changed.get("type", "webauthn.get"),
        "challenge": changed.get("challenge", options["challenge"]),
        "origin": origin,
        "crossOrigin": False,
    }
    client_data = json.dumps(client_data).encode()
    rp_id = changed.get("rp_id", options["rpId"])
    data = AuthenticatorData.create(hashlib.sha256(rp_id.encode()).digest(), flags, count, b"", changed.get("extensions"))
    signed = data + hashlib.sha256(client_data).digest()
    response = {
        "clientDataJSON": b64(client_data),
        "authenticatorData": b64(data),
        "signature": b64(changed.get("signature") or sign(KEYS[credential["id"]], signed)),
    }
    if "user_handle" in changed:
        response["userHandle"] = b64(changed["user_handle"])
    credential_id = changed.get("credential_id", credential["id"])
    return {
        "id": credential_id,
        "rawId": credential_id,
        "type": "public-key",
        "authenticatorAttachment": "cross-platform",
        "clientExtensionResults": {},
        "response": response,
    }
