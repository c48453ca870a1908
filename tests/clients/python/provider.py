"""An identity provider on this machine: OIDC over HTTPS, SAML metadata, and what it signs."""

import base64
import datetime
import hashlib
import json
import ssl
import threading
import xml.etree.ElementTree as ET
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

DSIG = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"


def named(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certify(key, name, issuer_key=None, issuer="provider", host=None, ends=datetime.datetime(2045, 1, 1)):
    """A certificate of `key`: self-signed, or by another key."""
    begins = datetime.datetime(2020, 1, 1)
    builder = x509.CertificateBuilder(
        named(issuer), named(name), key.public_key(), x509.random_serial_number(), begins, ends
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
    if host:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return builder.sign(issuer_key or key, hashes.SHA256())


def metadata_of(url, certificate):
    """SAML metadata of a provider that signs with the key of `certificate`."""
    encoded = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
    return (
        f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{url}">'
        f'<IDPSSODescriptor><KeyDescriptor use="signing"><KeyInfo xmlns="{DSIG}"><X509Data><X509Certificate>'
        f"{encoded}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService "
        f'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{url}/sso"/>'
        f"</IDPSSODescriptor></EntityDescriptor>"
    )


class Provider:
    """Serves `documents` by path, with its `headers`; the certificate to trust is the file `trusted`."""

    def __init__(self, folder):
        authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        pem = serialization.Encoding.PEM
        self.trusted = folder / "trusted.pem"
        self.trusted.write_bytes(certify(authority, "provider").public_bytes(pem))
        own = folder / "own.pem"
        own.write_bytes(certify(key, "localhost", authority, host="localhost").public_bytes(pem))
        key_file = folder / "key.pem"
        plain = serialization.NoEncryption()
        key_file.write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        )
        self.documents, self.headers, self.asked = {}, {}, []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.asked.append((self.path, self.headers["User-Agent"]))
                status, body = provider.documents.get(self.path, (404, b""))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                for name, value in provider.headers.get(self.path, {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own, key_file)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"https://localhost:{self.http.server_port}"
        self.rsa = rsa.generate_private_key(65537, 2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.certificate = certify(self.rsa, "provider")

    def stop(self):
        self.http.shutdown()
        self.http.server_close()

    def serve(self, path, document):
        body = document if isinstance(document, str) else json.dumps(document)
        self.documents[path] = (200, body.encode())

    def serve_oidc(self):
        self.serve(
            "/.well-known/openid-configuration",
            {
                "issuer": self.url,
                "authorization_endpoint": self.url + "/authorize",
                "token_endpoint": self.url + "/token",
                "userinfo_endpoint": self.url + "/userinfo",
                "jwks_uri": self.url + "/keys",
            },
        )
        rsa_key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.rsa.public_key()))
        ec_key = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.ec.public_key()))
        self.serve("/keys", {"keys": [rsa_key | {"kid": "rsa"}, ec_key | {"kid": "ec"}]})

    def token(self, subject, now, algorithm="RS256", **claims):
        key = self.ec if algorithm.startswith("ES") else self.rsa
        kid = "ec" if algorithm.startswith("ES") else "rsa"
        claims = {"iss": self.url, "sub": subject, "aud": "pool-at-idp", "iat": now, "exp": now + 300} | claims
        return jwt.encode(claims, key, algorithm, headers={"kid": kid})

    def metadata(self):
        return metadata_of(self.url, self.certificate)

    def assertion(self, name_id, audience, now):
        """A signed assertion; what is signed is canonicalized by Python's own C14N, not by ours."""
        moment = datetime.datetime.fromtimestamp(now + 300, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        document = (
            f'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0" ID="_7"'
            f'><saml:Issuer>{self.url}</saml:Issuer>@<saml:Subject><saml:NameID Format="a&amp;b">{name_id}'
            f"</saml:NameID>\n<saml:SubjectConfirmation\n  Method='urn:oasis:names:tc:SAML:2.0:cm:bearer'/></saml:Subject>"
            f'<saml:Conditions NotOnOrAfter="{moment}"><saml:AudienceRestriction><saml:Audience>{audience}'
            f"</saml:Audience></saml:AudienceRestriction></saml:Conditions></saml:Assertion>"
        )
        canonical = ET.canonicalize(document.replace("@<saml:Subject", "<saml:Subject"))
        digest = base64.b64encode(hashlib.sha256(canonical.encode()).digest()).decode()
        info = (
            f'<SignedInfo xmlns="{DSIG}"><CanonicalizationMethod Algorithm="{EXCLUSIVE}"/><SignatureMethod '
            f'Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><Reference URI="#_7"><Transforms>'
            f'<Transform Algorithm="{DSIG}enveloped-signature"/><Transform Algorithm="{EXCLUSIVE}"/></Transforms>'
            f'<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue>{digest}</DigestValue>'
            f"</Reference></SignedInfo>"
        )
        signed = self.rsa.sign(ET.canonicalize(info).encode(), padding.PKCS1v15(), hashes.SHA256())
        value = base64.b64encode(signed).decode()
        inner = info.replace(f' xmlns="{DSIG}"', "", 1)
        signature = f'<Signature xmlns="{DSIG}">{inner}<SignatureValue>\n{value}\n</SignatureValue></Signature>'
        return document.replace("@<saml:Subject", signature + "<saml:Subject")


def encoded(document):
    return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")
