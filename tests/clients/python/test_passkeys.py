"""Passkeys: registration with a software authenticator, what is verified, lists, limits, settings, and sign-in.

Types and causes of refusals are documented; their sentences are not, but for `Credential data is not valid`.
"""

import copy
import json

import jwt
import pytest
import requests

from authenticator import FLAG, b64, create, get, unb64
from cognito import ALL_FLOWS, at_once, challenge_of, parameter, refused, tokens_of, without_metadata

FIRST = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}
NOT_VALID = ("InvalidParameterException", "Credential data is not valid")
CHALLENGE = "WebAuthnChallengeNotFoundException"
UNSUPPORTED = "WebAuthnCredentialNotSupportedException"
MULTI = "MULTI_FACTOR_WITH_USER_VERIFICATION"
GOOGLE = bytes.fromhex("ea9b8d664d011d213ce4b6b48cb575d4")


class User:
    """A signed-in user of a pool."""

    def __init__(self, pool, name, client=None):
        self.pool, self.idp, self.name = pool, pool.idp, name
        if client is None:
            pool.add_user(name)
        self.token = (client or pool).tokens(name)["AccessToken"]

    def start(self):
        return self.idp.start_web_authn_registration(AccessToken=self.token)["CredentialCreationOptions"]

    def complete(self, credential):
        return self.idp.complete_web_authn_registration(AccessToken=self.token, Credential=credential)

    def register(self, **settings):
        credential = create(self.start(), **settings)
        assert without_metadata(self.complete(credential)) == {}
        return credential["id"]

    def list(self, **page):
        return self.idp.list_web_authn_credentials(AccessToken=self.token, **page)

    def ids(self):
        return [passkey["CredentialId"] for passkey in self.list()["Credentials"]]

    def delete(self, credential_id):
        return self.idp.delete_web_authn_credential(AccessToken=self.token, CredentialId=credential_id)

    def factors(self):
        return self.idp.get_user_auth_factors(AccessToken=self.token)["ConfiguredUserAuthFactors"]


def configure(pool, **settings):
    return pool.idp.set_user_pool_mfa_config(UserPoolId=pool.pool_id, WebAuthnConfiguration=settings)


@pytest.fixture
def pool(make_pool):
    pool = make_pool(**FIRST)
    configure(pool, RelyingPartyId="example.com")
    return pool


@pytest.fixture
def ann(pool):
    return User(pool, "ann")


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
@pytest.mark.parametrize("attestation", ["none", "packed", "certified"])
def test_a_passkey_of_each_algorithm_is_registered_with_and_without_attestation(ann, algorithm, attestation):
    ann.register(algorithm=algorithm, attestation=attestation, attester=algorithm)
    assert len(ann.ids()) == 1


def test_what_is_registered_is_listed(ann):
    assert ann.list()["Credentials"] == []
    assert ann.factors() == ["PASSWORD"]
    ids = [ann.register(), ann.register(aaguid=GOOGLE)]
    listed = ann.list()
    assert "NextToken" not in listed
    assert [passkey["CredentialId"] for passkey in listed["Credentials"]] == ids
    first, second = listed["Credentials"]
    assert first["RelyingPartyId"] == "example.com"
    assert first["AuthenticatorAttachment"] == "cross-platform"
    assert first["AuthenticatorTransports"] == ["usb", "nfc"]
    assert first["CreatedAt"].year >= 2026
    # That a name is generated is documented, which one is inferred.
    assert (first["FriendlyCredentialName"], second["FriendlyCredentialName"]) == ("Passkey", "Google Password Manager")
    assert ann.factors() == ["PASSWORD", "WEB_AUTHN"]
    seen = ann.idp.admin_get_user_auth_factors(UserPoolId=ann.pool.pool_id, Username="ann")
    assert seen["ConfiguredUserAuthFactors"] == ["PASSWORD", "WEB_AUTHN"]


def test_options_are_made_for_the_user(ann):
    registered = ann.register()
    options = ann.start()
    assert len(unb64(options["challenge"])) == 16
    sub = {entry["Name"]: entry["Value"] for entry in ann.idp.get_user(AccessToken=ann.token)["UserAttributes"]}["sub"]
    assert options == {
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": "preferred",
        },
        "challenge": options["challenge"],
        "excludeCredentials": [{"id": registered, "type": "public-key"}],
        "pubKeyCredParams": [{"alg": -7, "type": "public-key"}, {"alg": -257, "type": "public-key"}],
        "rp": {"id": "example.com", "name": "example.com"},
        "timeout": 60000,
        "user": {"id": b64(sub.encode()), "name": "ann", "displayName": "ann"},
    }


@pytest.mark.parametrize("origin", ["https://example.com", "https://example.com:8443", "https://a.b.example.com"])
def test_an_origin_at_or_below_the_relying_party_is_taken(ann, origin):
    ann.register(origin=origin)


@pytest.mark.parametrize(
    "settings, error",
    [
        ({"origin": "https://example.org"}, "WebAuthnOriginNotAllowedException"),
        ({"origin": "https://evilexample.com"}, "WebAuthnOriginNotAllowedException"),
        ({"origin": "http://example.com"}, "WebAuthnOriginNotAllowedException"),
        ({"rp_id": "example.org"}, "WebAuthnRelyingPartyMismatchException"),
        ({"challenge": b64(bytes(16))}, CHALLENGE),
        ({"algorithm": "ES384"}, UNSUPPORTED),
        ({"attestation": "my-own"}, UNSUPPORTED),
    ],
)
def test_a_credential_that_does_not_fit_is_refused_by_type(ann, settings, error):
    credential = create(ann.start(), **settings)
    with refused(error):
        ann.complete(credential)
    assert ann.ids() == []


@pytest.mark.parametrize(
    "settings",
    [
        {"type": "webauthn.get"},
        {"flags": FLAG.UV},
        {"flags": FLAG.UP | FLAG.BS},
        {"attestation": "packed", "signature": b"0" * 70},
        {"attestation": "certified", "signature": b"0" * 70},
        {"credential_id": bytes(1024)},
    ],
)
def test_a_credential_that_is_wrong_in_itself_is_not_valid(ann, settings):
    credential = create(ann.start(), **settings)
    with refused(*NOT_VALID):
        ann.complete(credential)


def test_a_tampered_attestation_is_not_valid(ann):
    """Each byte that the signature covers counts: the last of the attestation object is one of the key's."""
    credential = create(ann.start(), attestation="packed")
    data = unb64(credential["response"]["attestationObject"])
    for at in (-1, -40, data.index(b"packed"), len(data) // 2):
        tampered = copy.deepcopy(credential)
        changed = bytearray(data)
        changed[at] ^= 1
        tampered["response"]["attestationObject"] = b64(bytes(changed))
        with pytest.raises(ann.idp.exceptions.ClientError) as caught:
            ann.complete(tampered)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    ann.complete(credential)


@pytest.mark.parametrize("missing", ["id", "rawId", "type", "clientExtensionResults", "response"])
def test_a_credential_without_a_member_is_not_valid(ann, missing):
    credential = create(ann.start())
    del credential[missing]
    with refused(*NOT_VALID):
        ann.complete(credential)


@pytest.mark.parametrize("missing", ["clientDataJSON", "attestationObject", "transports"])
def test_a_response_without_a_member_is_not_valid(ann, missing):
    """Without `transports`: observed."""
    credential = create(ann.start())
    del credential["response"][missing]
    with refused(*NOT_VALID):
        ann.complete(credential)


def test_a_document_of_any_other_shape_is_not_valid(ann):
    for document in ("text", 7, True, [], {}, {"id": {"id": {}}}, {"response": [[[[]]]]}):
        with refused(*NOT_VALID):
            ann.complete(document)


def test_raw_requests_of_wrong_types_and_of_great_size_are_refused(server, ann):
    def ask(credential):
        body = {"AccessToken": ann.token, "Credential": credential}
        return server.post("CompleteWebAuthnRegistration", body, signed=False)

    nothing = ask(None)
    assert nothing.status_code == 400 and "validation error" in nothing.json()["message"]
    credential = create(ann.start())
    for depth in (b"\x81" * 30000, b"\xa1\x00" * 30000, b"\x9a\xff\xff\xff\xff", b"\xbb" + b"\xff" * 8):
        credential["response"]["attestationObject"] = b64(depth)
        assert ask(credential).json()["message"] == NOT_VALID[1]
    credential["id"] = credential["rawId"] = "A" * 200000
    assert ask(credential).status_code in (400, 413)
    assert ann.ids() == []


def test_a_challenge_is_answered_once(ann):
    credential = create(ann.start())
    ann.complete(credential)
    with refused(CHALLENGE):
        ann.complete(credential)
    options = ann.start()
    answers = [create(options) for _ in range(4)]
    outcomes = at_once([lambda answer=answer: ann.complete(answer) for answer in answers])
    assert [outcome for outcome in outcomes if outcome == "done"] == ["done"]
    assert {outcome[0] for outcome in outcomes[1:]} == {CHALLENGE}
    assert len(ann.ids()) == 2


def test_a_challenge_expires(make_frozen_pool, frozen):
    pool = make_frozen_pool(**FIRST)
    configure(pool, RelyingPartyId="example.com")
    ann = User(pool, "ann")
    credential = create(ann.start())
    frozen.advance("60s")
    ann.complete(credential)
    late = create(ann.start())
    # How long AWS keeps a challenge is not published: inferred.
    frozen.advance("5m")
    with refused(CHALLENGE):
        ann.complete(late)


def test_a_challenge_is_its_users_and_its_clients(pool, ann):
    bob = User(pool, "bob")
    credential = create(ann.start())
    with refused(CHALLENGE):
        bob.complete(credential)
    elsewhere = User(pool, "ann", client=pool.add_client())
    with refused("WebAuthnClientMismatchException"):
        elsewhere.complete(credential)
    ann.complete(credential)


def test_a_credential_is_registered_once_in_a_pool(pool, ann):
    """The type is inferred."""
    bob = User(pool, "bob")
    ann.register(credential_id=b"the same id")
    for user in (ann, bob):
        with refused(*NOT_VALID):
            user.complete(create(user.start(), credential_id=b"the same id"))
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="ann")
    bob.register(credential_id=b"the same id")


def test_a_user_has_twenty_passkeys(ann):
    spare = create(ann.start())
    ids = [ann.register() for _ in range(20)]
    with refused("LimitExceededException"):
        ann.start()
    with refused("LimitExceededException"):
        ann.complete(spare)
    pages, page = [], ann.list(MaxResults=8)
    while True:
        pages.append([passkey["CredentialId"] for passkey in page["Credentials"]])
        if "NextToken" not in page:
            break
        page = ann.list(MaxResults=8, NextToken=page["NextToken"])
    assert [len(page) for page in pages] == [8, 8, 4]
    assert sum(pages, []) == ids == ann.ids()
    ann.delete(ids[3])
    assert ann.ids() == ids[:3] + ids[4:]
    ann.complete(spare)


def test_pages_are_their_users(pool, ann):
    ann.register(), ann.register()
    bob = User(pool, "bob")
    token = ann.list(MaxResults=1)["NextToken"]
    for user, sent in ((bob, token), (ann, "made-up")):
        with refused("InvalidParameterException"):
            user.list(NextToken=sent)
    with refused("InvalidParameterException"):
        ann.list(MaxResults=21)


def test_a_passkey_is_deleted_by_its_user_alone(pool, ann):
    bob = User(pool, "bob")
    registered = ann.register()
    for user, credential_id in ((bob, registered), (ann, "unknown"), (ann, "!")):
        with refused("ResourceNotFoundException"):
            user.delete(credential_id)
    assert without_metadata(ann.delete(registered)) == {}
    with refused("ResourceNotFoundException"):
        ann.delete(registered)
    assert ann.ids() == [] and ann.factors() == ["PASSWORD"]


@pytest.mark.parametrize(
    "settings, asked",
    [
        ({}, "preferred"),
        ({"UserVerification": "preferred"}, "preferred"),
        ({"UserVerification": "required"}, "required"),
        ({"FactorConfiguration": MULTI}, "required"),
        ({"FactorConfiguration": "SINGLE_FACTOR"}, "preferred"),
    ],
)
def test_user_verification_follows_the_pool(pool, ann, settings, asked):
    configure(pool, RelyingPartyId="example.com", **settings)
    options = ann.start()
    assert options["authenticatorSelection"]["userVerification"] == asked
    credential = create(options, flags=FLAG.UP)
    if asked == "required":
        with refused(UNSUPPORTED):
            ann.complete(credential)
    else:
        ann.complete(credential)


def test_without_an_id_the_relying_party_is_the_domain(make_pool):
    pool = make_pool(**FIRST)
    ann = User(pool, "ann")
    with refused("WebAuthnConfigurationMissingException"):
        ann.start()
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="passkeys-here")
    prefix = "passkeys-here.auth.us-east-1.amazoncognito.com"
    assert ann.start()["rp"] == {"id": prefix, "name": prefix}
    ann.register(origin=f"https://{prefix}")
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    pool.idp.create_user_pool_domain(
        UserPoolId=pool.pool_id, Domain="auth.passkeys.example", CustomDomainConfig={"CertificateArn": certificate}
    )
    assert ann.start()["rp"]["id"] == "auth.passkeys.example"
    configure(pool, RelyingPartyId="localhost")
    ann.register(origin="http://localhost:5173")
    assert [passkey["RelyingPartyId"] for passkey in ann.list()["Credentials"]] == [prefix, "localhost"]
    pool.idp.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain="passkeys-here")
    pool.idp.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain="auth.passkeys.example")


def test_a_pool_without_passkeys_registers_none(make_pool):
    pool = make_pool()
    configure(pool, RelyingPartyId="example.com")
    ann = User(pool, "ann")
    for call in (ann.start, lambda: ann.complete({})):
        with refused("WebAuthnNotEnabledException"):
            call()
    assert ann.list()["Credentials"] == []


def test_passkeys_as_a_second_factor_need_no_first_factor(make_pool):
    pool = make_pool()
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.pool_id,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        WebAuthnConfiguration={"RelyingPartyId": "example.com", "FactorConfiguration": MULTI},
    )
    User(pool, "ann").register()


def test_the_lite_tier_has_no_passkeys(make_pool):
    with refused("FeatureUnavailableInTierException"):
        configure(make_pool(UserPoolTier="LITE"), RelyingPartyId="example.com")


@pytest.mark.parametrize("party", ["com", "co.uk", "auth.us-east-1.amazoncognito.com", "https://example.com", "a b"])
def test_a_relying_party_is_a_domain_that_somebody_can_own(make_pool, party):
    """That public suffixes are refused is documented, the text is not."""
    with refused("InvalidParameterException"):
        configure(make_pool(**FIRST), RelyingPartyId=party)


def test_the_settings_are_shown_as_they_were_set(make_pool):
    pool = make_pool(**FIRST)

    def shown():
        answer = pool.idp.get_user_pool_mfa_config(UserPoolId=pool.pool_id)
        return answer.get("WebAuthnConfiguration")

    assert shown() is None
    for settings in (
        {"RelyingPartyId": "example.com"},
        {"RelyingPartyId": "example.com", "UserVerification": "preferred"},
        {"UserVerification": "required", "FactorConfiguration": MULTI},
    ):
        assert configure(pool, **settings)["WebAuthnConfiguration"] == settings
        assert shown() == settings


def test_the_access_token_authorizes(server, pool, ann):
    user_id = ann.register()
    pool.idp.admin_user_global_sign_out(UserPoolId=pool.pool_id, Username="ann")
    calls = (ann.start, lambda: ann.complete({}), ann.list, lambda: ann.delete(user_id))
    for call in calls:
        with refused("NotAuthorizedException", "Access Token has been revoked"):
            call()


# Sign-in ----------------------------------------------------------------------------------------

# The text is inferred.
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
FLOWS = {"ExplicitAuthFlows": [*ALL_FLOWS, "ALLOW_USER_AUTH"]}


class Signer(User):
    """A user who signs in by passkey."""

    def begin(self):
        parameters = {"USERNAME": self.name, "PREFERRED_CHALLENGE": "WEB_AUTHN"}
        return self.idp.initiate_auth(
            ClientId=self.pool.id, AuthFlow="USER_AUTH", AuthParameters=parameters
        )

    def options(self, challenge):
        return parameter(challenge_of(challenge, "WEB_AUTHN"), "CREDENTIAL_REQUEST_OPTIONS")

    def finish(self, challenge, credential):
        text = credential if isinstance(credential, str) else json.dumps(credential)
        return self.pool.answer(challenge, self.name, CREDENTIAL=text)

    def enrol(self, **settings):
        passkey = create(self.start(), **settings)
        self.complete(passkey)
        return passkey

    def sign_in(self, passkey, **settings):
        challenge = self.begin()
        return self.finish(challenge, get(self.options(challenge), passkey, **settings))


@pytest.fixture
def choosing(make_pool):
    pool = make_pool(client=FLOWS, **FIRST)
    configure(pool, RelyingPartyId="example.com")
    return pool


@pytest.fixture
def uma(choosing):
    return Signer(choosing, "uma")


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_a_passkey_signs_in(uma, algorithm):
    passkey = uma.enrol(algorithm=algorithm)
    challenge = uma.begin()
    assert challenge["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "WEB_AUTHN"]
    options = uma.options(challenge)
    assert len(unb64(options["challenge"])) == 16
    assert options == {
        "challenge": options["challenge"],
        "timeout": 180000,
        "rpId": "example.com",
        "allowCredentials": [{"type": "public-key", "id": passkey["id"], "transports": ["usb", "nfc"]}],
        "userVerification": "preferred",
    }
    tokens = tokens_of(uma.finish(challenge, get(uma.options(challenge), passkey)))
    claims = jwt.decode(tokens["AccessToken"], options={"verify_signature": False})
    assert claims["username"] == "uma"
    # With a handle, without verification, by an app on a page below, with extensions.
    sub = claims["sub"].encode()
    tokens_of(uma.sign_in(passkey, user_handle=sub))
    tokens_of(uma.sign_in(passkey, flags=FLAG.UP))
    tokens_of(uma.sign_in(passkey, origin="https://app.example.com:8443"))
    tokens_of(uma.sign_in(passkey, flags=FLAG.UP | FLAG.UV | FLAG.ED, extensions={"credProtect": 2}))


@pytest.mark.parametrize(
    "settings",
    [
        {"type": "webauthn.create"},
        {"challenge": b64(bytes(16))},
        {"origin": "https://example.org"},
        {"origin": "http://example.com"},
        {"rp_id": "example.org"},
        {"user_handle": b"somebody else"},
        {"user_handle": b""},
        {"credential_id": b64(b"another one")},
        {"signature": bytes(70)},
        {"flags": FLAG.UV},
        {"flags": FLAG.UP | FLAG.BE},
        {"count": 5},
        {"count": 0},
    ],
)
def test_an_assertion_that_does_not_fit_is_refused_and_leaves_its_session(uma, settings):
    passkey = uma.enrol(count=5)
    challenge = uma.begin()
    options = uma.options(challenge)
    with refused(*WRONG):
        uma.finish(challenge, get(options, passkey, **{"count": 6, **settings}))
    tokens_of(uma.finish(challenge, get(options, passkey, count=6)))


@pytest.mark.parametrize("credential", ["{}", "[]", "oops", '"{}"', "{" * 5000, json.dumps({"id": {}})])
def test_a_credential_that_is_none_is_refused(uma, credential):
    uma.enrol()
    challenge = uma.begin()
    with refused(*WRONG):
        uma.finish(challenge, credential)


def test_a_passkey_is_its_users(choosing, uma):
    bob = Signer(choosing, "bob")
    passkey, other = uma.enrol(), bob.enrol()
    challenge = uma.begin()
    with refused(*WRONG):
        uma.finish(challenge, get(uma.options(challenge), other))
    # An assertion is for one challenge, and good for one answer.
    challenge = uma.begin()
    signed = get(uma.options(challenge), passkey)
    outcomes = at_once([lambda: uma.finish(challenge, signed)] * 8)
    assert [outcome for outcome in outcomes if outcome == "done"] == ["done"]
    again = uma.begin()
    with refused(*WRONG):
        uma.finish(again, signed)
    uma.delete(passkey["id"])
    assert uma.begin()["ChallengeName"] == "SELECT_CHALLENGE"


def test_passkeys_of_an_earlier_relying_party_are_not_asked_for(choosing, uma):
    """Inferred."""
    uma.enrol()
    configure(choosing, RelyingPartyId="example.net")
    assert uma.begin()["ChallengeName"] == "SELECT_CHALLENGE"
    later = uma.enrol(origin="https://example.net")
    allowed = uma.options(uma.begin())["allowCredentials"]
    assert [entry["id"] for entry in allowed] == [later["id"]]


def test_a_passkey_that_verifies_its_user_stands_for_mfa(choosing, uma):
    passkey = uma.enrol()

    def set_mfa(mode, factor):
        choosing.idp.set_user_pool_mfa_config(
            UserPoolId=choosing.pool_id,
            MfaConfiguration=mode,
            SoftwareTokenMfaConfiguration={"Enabled": True},
            WebAuthnConfiguration={"RelyingPartyId": "example.com", "FactorConfiguration": factor},
        )

    def prefer(**blocks):
        choosing.idp.set_user_mfa_preference(AccessToken=uma.token, **blocks)

    ON = {"WebAuthnMfaSettings": {"Enabled": True}}
    set_mfa("OPTIONAL", "SINGLE_FACTOR")
    tokens_of(uma.sign_in(passkey))
    uma.pool.register_totp(uma.token)
    # With a factor of her own, codes and passkeys are not offered any more.
    assert uma.begin()["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
    with refused("InvalidParameterException"):
        prefer(**ON)
    set_mfa("OPTIONAL", MULTI)
    assert uma.begin()["ChallengeName"] == "SELECT_CHALLENGE"
    prefer(**ON)
    for mode in ("OPTIONAL", "ON"):
        set_mfa(mode, MULTI)
        assert uma.options(uma.begin())["userVerification"] == "required"
        with refused(*WRONG):
            uma.sign_in(passkey, flags=FLAG.UP)
        tokens_of(uma.sign_in(passkey))
    prefer(WebAuthnMfaSettings={"Enabled": False})
    assert uma.begin()["ChallengeName"] == "SELECT_CHALLENGE"


def test_passkeys_count_as_mfa_beside_another_factor_only(choosing, uma):
    choosing.idp.set_user_pool_mfa_config(
        UserPoolId=choosing.pool_id,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        WebAuthnConfiguration={"RelyingPartyId": "example.com", "FactorConfiguration": MULTI},
    )
    on = {"WebAuthnMfaSettings": {"Enabled": True}}
    with refused("InvalidParameterException"):
        choosing.idp.set_user_mfa_preference(AccessToken=uma.token, **on)
    with refused("InvalidParameterException"):
        choosing.idp.admin_set_user_mfa_preference(UserPoolId=choosing.pool_id, Username="uma", **on)


# The software authenticator of the test API ----------------------------------------------------


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_the_test_api_registers_and_signs_in(server, uma, algorithm):
    def authenticator(action, **body):
        answer = requests.post(f"{server.url}/_poolhouse/passkeys/{action}", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    made = authenticator("create", options=uma.start(), algorithm=algorithm)["credential"]
    # What this file's own authenticator makes has the same members.
    own = create(uma.start(), algorithm=algorithm)
    assert made.keys() == own.keys()
    assert made["response"].keys() == {*own["response"].keys(), "publicKey"}
    uma.complete(made)
    for more in ({}, {"userVerified": False}, {"origin": "https://a.example.com"}, {"credentialId": made["id"]}):
        challenge = uma.begin()
        signed = authenticator("get", options=json.dumps(uma.options(challenge)), **more)
        tokens_of(uma.finish(challenge, signed["credentialJson"]))
    for wrong in ({"origin": "https://example.org"}, {"signCount": 1}):
        challenge = uma.begin()
        signed = authenticator("get", options=uma.options(challenge), **wrong)
        with refused(*WRONG):
            uma.finish(challenge, signed["credential"])
    own = get(uma.options(uma.begin()), create(uma.start()), user_handle=b"uma")
    assert own["response"].keys() == signed["credential"]["response"].keys()
