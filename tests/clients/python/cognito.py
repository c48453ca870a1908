"""The steps that tests take in a pool: users, sign-in, challenges, TOTP codes, refusals."""

import base64
import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import jwt
import pyotp
import pytest
from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP

PASSWORD = "Poolhouse-1"
ALL_FLOWS = [
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/cognito-sms", "ExternalId": "tests"}


@contextmanager
def refused(error, message=None):
    """The call inside is refused with this type and text; without `message` the text is not known."""
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert answer["Error"]["Code"] == error, answer["Error"]
    if message is not None:
        assert answer["Error"]["Message"] == message
    metadata = answer["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 400
    assert metadata["HTTPHeaders"]["x-amzn-errortype"] == error + ":"
    assert metadata["HTTPHeaders"].get("x-poolhouse-reason"), "a refusal says why"


def at_once(calls):
    """Makes the calls at the same time: "done" for each that succeeds, then type and text of each refusal."""

    def outcome(call):
        try:
            call()
        except ClientError as error:
            return error.response["Error"]["Code"], error.response["Error"]["Message"]
        return "done"

    with ThreadPoolExecutor(len(calls)) as workers:
        outcomes = list(workers.map(outcome, calls))
    return sorted(outcomes, key=lambda found: (found != "done", found))


def secret_hash(username, client_id, secret):
    digest = hmac.new(secret.encode(), (username + client_id).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def attributes(**values):
    """`email="a@b.example"` as AWS's attribute list; `custom_x` stands for `custom:x`."""
    return [{"Name": name.replace("custom_", "custom:"), "Value": value} for name, value in values.items()]


def as_map(attribute_list):
    return {entry["Name"]: entry["Value"] for entry in attribute_list}


def claims(token):
    """The claims of a token, unverified: the verifying tests are in test_tokens.py."""
    return jwt.decode(token, options={"verify_signature": False})


def without_metadata(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


class Client:
    """An app client of a pool, and sign-in through it."""

    def __init__(self, server, idp, pool_id, client_id, secret=None):
        self.server, self.idp, self.pool_id = server, idp, pool_id
        self.id, self.secret = client_id, secret

    def secret_hash(self, username, key="SECRET_HASH"):
        return {key: secret_hash(username, self.id, self.secret)} if self.secret else {}

    # Sign-in ------------------------------------------------------------------------------------

    def sign_in(self, username, password=PASSWORD, **extra):
        """InitiateAuth by USER_PASSWORD_AUTH."""
        return self.idp.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=self.id,
            AuthParameters={"USERNAME": username, "PASSWORD": password} | self.secret_hash(username) | extra,
        )

    def admin_sign_in(self, username, password=PASSWORD, flow="ADMIN_USER_PASSWORD_AUTH"):
        return self.idp.admin_initiate_auth(
            UserPoolId=self.pool_id,
            AuthFlow=flow,
            ClientId=self.id,
            AuthParameters={"USERNAME": username, "PASSWORD": password} | self.secret_hash(username),
        )

    def srp(self, username, password=PASSWORD):
        return AWSSRP(username, password, self.pool_id, self.id, client=self.idp, client_secret=self.secret)

    def srp_start(self, username, srp=None):
        srp = srp or self.srp(username)
        return self.idp.initiate_auth(AuthFlow="USER_SRP_AUTH", ClientId=self.id, AuthParameters=srp.get_auth_params())

    def srp_sign_in(self, username, password=PASSWORD):
        """USER_SRP_AUTH and the answer to its PASSWORD_VERIFIER, the proof made by pycognito."""
        srp = self.srp(username, password)
        challenge = self.srp_start(username, srp)
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        proof = srp.process_challenge(challenge["ChallengeParameters"], srp.get_auth_params())
        return self.idp.respond_to_auth_challenge(
            ClientId=self.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof
        )

    def answer(self, challenge, username, **responses):
        """Answers the challenge of an InitiateAuth or RespondToAuthChallenge reply."""
        return self.idp.respond_to_auth_challenge(
            ClientId=self.id,
            ChallengeName=challenge["ChallengeName"],
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": username} | self.secret_hash(username) | responses,
        )

    def admin_answer(self, challenge, username, **responses):
        return self.idp.admin_respond_to_auth_challenge(
            UserPoolId=self.pool_id,
            ClientId=self.id,
            ChallengeName=challenge["ChallengeName"],
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": username} | self.secret_hash(username) | responses,
        )

    def tokens(self, username, password=PASSWORD):
        """The tokens of a sign-in that asks for nothing more."""
        return tokens_of(self.sign_in(username, password))

    def refresh(self, token, username=None, flow="REFRESH_TOKEN_AUTH"):
        return self.idp.initiate_auth(
            AuthFlow=flow,
            ClientId=self.id,
            AuthParameters={"REFRESH_TOKEN": token} | (self.secret_hash(username) if username else {}),
        )

    # Messages -----------------------------------------------------------------------------------

    def sent(self, username, wait="0s"):
        """What was sent to a user of this pool; the shared server knows others of that name."""
        messages = self.server.messages(username, wait)
        return [message for message in messages if message["userPoolId"] == self.pool_id]

    def last_message(self, username):
        sent = self.sent(username, wait="5s")
        assert sent, f"nothing was sent to {username}"
        print(f"  message {sent[-1]}")
        return sent[-1]

    # Sign-up ------------------------------------------------------------------------------------

    def sign_up(self, username, password=PASSWORD, **values):
        return self.idp.sign_up(
            ClientId=self.id,
            Username=username,
            Password=password,
            UserAttributes=attributes(**values),
            **self.secret_hash(username, "SecretHash"),
        )

    def confirm(self, username, code):
        return self.idp.confirm_sign_up(
            ClientId=self.id,
            Username=username,
            ConfirmationCode=code,
            **self.secret_hash(username, "SecretHash"),
        )

    def sign_up_and_confirm(self, username, **values):
        self.sign_up(username, email=f"{username}@example.com", **values)
        self.confirm(username, self.last_message(username)["code"])

    # TOTP ---------------------------------------------------------------------------------------

    def code(self, secret, step=0, digest=hashlib.sha1):
        """The TOTP of the server's present step, or of one `step` later or earlier."""
        return pyotp.TOTP(secret, digest=digest).at(self.server.now(), counter_offset=step)

    def wrong_code(self, secret):
        near = {self.code(secret, step) for step in range(-3, 4)}
        return next(code for code in ("000000", "111111", *map(str, range(200000, 200010))) if code not in near)

    def register_totp(self, access_token, preferred=True):
        """Associates, verifies and enables a TOTP; its code of the present step is used up."""
        secret = self.idp.associate_software_token(AccessToken=access_token)["SecretCode"]
        verified = self.idp.verify_software_token(AccessToken=access_token, UserCode=self.code(secret))
        assert verified["Status"] == "SUCCESS"
        self.idp.set_user_mfa_preference(
            AccessToken=access_token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": preferred}
        )
        return secret

    def set_up_totp(self, challenge, username):
        """Plays MFA_SETUP to its end; returns the secret and the last reply."""
        assert challenge["ChallengeName"] == "MFA_SETUP"
        associated = self.idp.associate_software_token(Session=challenge["Session"])
        secret = associated["SecretCode"]
        verified = self.idp.verify_software_token(Session=associated["Session"], UserCode=self.code(secret))
        assert verified["Status"] == "SUCCESS"
        done = self.answer(challenge | {"Session": verified["Session"]}, username)
        return secret, done


class Pool(Client):
    """A pool made for one test, with a first client; further clients by `add_client`."""

    def __init__(self, server, idp, client=None, mfa=None, **settings):
        created = idp.create_user_pool(PoolName="test", **settings)
        self.description = created["UserPool"]
        pool_id = self.description["Id"]
        super().__init__(server, idp, pool_id, None)
        if mfa:
            self.set_mfa(mfa)
        first = self.add_client(**(client or {}))
        self.id, self.secret = first.id, first.secret

    def add_client(self, **settings):
        settings = {"ClientName": "test", "ExplicitAuthFlows": ALL_FLOWS} | settings
        made = self.idp.create_user_pool_client(UserPoolId=self.pool_id, **settings)["UserPoolClient"]
        return Client(self.server, self.idp, self.pool_id, made["ClientId"], made.get("ClientSecret"))

    def set_mfa(self, mode, totp=True, sms=False, email=False):
        factors = {"SoftwareTokenMfaConfiguration": {"Enabled": True}} if totp else {}
        if sms:
            factors["SmsMfaConfiguration"] = {"SmsConfiguration": SMS}
        if email:
            factors["EmailMfaConfiguration"] = {}
        return self.idp.set_user_pool_mfa_config(UserPoolId=self.pool_id, MfaConfiguration=mode, **factors)

    def add_user(self, username, password=PASSWORD, temporary=False, **values):
        """A user made by the administrator, CONFIRMED unless the password is `temporary`."""
        self.idp.admin_create_user(
            UserPoolId=self.pool_id,
            Username=username,
            TemporaryPassword=password,
            MessageAction="SUPPRESS",
            UserAttributes=attributes(**values),
        )
        if not temporary:
            self.idp.admin_set_user_password(
                UserPoolId=self.pool_id, Username=username, Password=password, Permanent=True
            )

    def get_user(self, username):
        return self.idp.admin_get_user(UserPoolId=self.pool_id, Username=username)

    def status(self, username):
        return self.get_user(username)["UserStatus"]


def tokens_of(reply):
    assert "ChallengeName" not in reply, f"asked for {reply['ChallengeName']}"
    assert reply["ChallengeParameters"] == {}
    assert "Session" not in reply
    return reply["AuthenticationResult"]


def challenge_of(reply, name):
    """The reply is this challenge, with a session and no tokens."""
    assert reply.get("ChallengeName") == name, without_metadata(reply)
    assert "AuthenticationResult" not in reply
    assert len(reply["Session"]) >= 20
    return reply


def parameter(challenge, name):
    """A challenge parameter that is JSON in a string."""
    return json.loads(challenge["ChallengeParameters"][name])
