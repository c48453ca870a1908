"""Powertools for AWS Lambda: its models and data classes fit the events of every source that boto3 can cause, each
answered by its handler in fixtures/handlers.

Events are compared whole in test_trigger_sources.py and its kin.
"""

import copy
import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from cognito import PASSWORD, Pool, SMS, attributes, challenge_of, refused, tokens_of
from powertools import DEPARTURES, classes_of, judge, read_all
from poolhouse import REPOSITORY, Server
from test_devices import ALWAYS, Device, confirm

HANDLERS = REPOSITORY / "fixtures" / "handlers"
KEY = "arn:aws:kms:us-east-1:123456789012:key/0f3ac2e5-3b46-4a2e-9d5c-6c2a4e1b7d10"
SES = "arn:aws:ses:us-east-1:123456789012:identity/a@example.com"
RUNS = {
    "PreSignUp": "python/pre_sign_up.py",
    "CustomMessage": "python/custom_message.py",
    "PostConfirmation": "python/post_confirmation.py",
    "PreAuthentication": "python/pre_authentication.py",
    "PostAuthentication": "python/post_authentication.py",
    "DefineAuthChallenge": "python/custom_auth.py#define",
    "CreateAuthChallenge": "python/custom_auth.py#create",
    "VerifyAuthChallengeResponse": "python/custom_auth.py#verify",
    "UserMigration": "python/user_migration.py",
    "PreTokenGeneration": "python/pre_token_generation.py",
    "FirstPreTokenGeneration": "pre-token-generation.mjs",
    "CustomEmailSender": "python/custom_senders.py",
    "CustomSMSSender": "python/custom_senders.py",
}
ORDINARY = list(RUNS)[:9]
MESSAGES = [
    "SignUp", "ResendCode", "ForgotPassword", "AdminCreateUser", "UpdateUserAttribute", "VerifyUserAttribute", "Authentication",
]
# All that the API can cause: federation and managed login cause PreSignUp_ExternalProvider, TokenGeneration_HostedAuth
# and InboundFederation.
SOURCES = [
    "PreSignUp_SignUp", "PreSignUp_AdminCreateUser", "PostConfirmation_ConfirmSignUp", "PostConfirmation_ConfirmForgotPassword",
    "PreAuthentication_Authentication", "PostAuthentication_Authentication", "DefineAuthChallenge_Authentication",
    "CreateAuthChallenge_Authentication", "VerifyAuthChallengeResponse_Authentication", "TokenGeneration_Authentication",
    "TokenGeneration_NewPasswordChallenge", "TokenGeneration_AuthenticateDevice", "TokenGeneration_RefreshTokens",
    "TokenGeneration_ClientCredentials", "UserMigration_Authentication", "UserMigration_ForgotPassword",
    *(f"{trigger}_{suffix}" for trigger in ("CustomMessage", "CustomEmailSender", "CustomSMSSender") for suffix in MESSAGES),
    "CustomEmailSender_AccountTakeOverNotification",
]
SIGNED_IN = ["PreAuthentication_Authentication", "PostAuthentication_Authentication", "TokenGeneration_Authentication"]


def arn(name):
    return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


class Scene:
    """A server with all handlers, and what they were asked."""

    def __init__(self, sent):
        self.sent, self.events, self.last = sent, [], 0
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {"PATH": path, "KEY_ARN": KEY, "SENT_TO": str(sent)}
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            functions = [flag for name, file in RUNS.items() for flag in ("--function", f"{name}={HANDLERS / file}")]
            # Loading SDKs takes its time on a busy machine.
            self.server = Server(*functions, "--max-functions", "16", "--function-timeout", "30s")
        self.idp = self.server.client()

    def pool(self, version="V3_0", tokens="PreTokenGeneration", client=None, **settings):
        config = {trigger: arn(trigger) for trigger in ORDINARY}
        config["PreTokenGenerationConfig"] = {"LambdaVersion": version, "LambdaArn": arn(tokens)}
        settings = {"AutoVerifiedAttributes": ["email"], "SmsConfiguration": SMS, "LambdaConfig": config} | settings
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        return Pool(self.server, self.idp, client={"ExplicitAuthFlows": flows}, **settings)

    def senders(self):
        """A pool whose messages go to senders; it guards sign-ins, so that there is something to warn of."""
        return self.pool(
            UserPoolTier="PLUS",
            UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"},
            AutoVerifiedAttributes=["email", "phone_number"],
            EmailConfiguration={"EmailSendingAccount": "DEVELOPER", "SourceArn": SES},
            LambdaConfig={
                "KMSKeyID": KEY,
                "CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": arn("CustomEmailSender")},
                "CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": arn("CustomSMSSender")},
            },
        )

    @contextmanager
    def fires(self, *sources):
        """The calls inside fire these sources in turn; what they fire beyond that is found by those that come after."""
        yield
        found = []
        while len(found) < len(sources) or not sources:
            wait = "60s" if sources else "0s"
            query = {"after": self.last, "wait": wait}
            more = requests.get(f"{self.server.url}/_poolhouse/invocations", params=query, timeout=90).json()["invocations"]
            if not more:
                break
            self.last = more[-1]["id"]
            found += more
        for one in found:
            print(f"  {one['triggerSource']} {one['error'] or ''}")
        self.events += [one["event"] for one in found]
        assert [one["triggerSource"] for one in found] == list(sources)

    def add_user(self, pool, username, fires=("PreSignUp_AdminCreateUser",), **values):
        with self.fires(*fires):
            values = {"email": f"{username}@example.com", "email_verified": "true"} | values
            pool.add_user(username, **values)


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    scene = Scene(tmp_path_factory.mktemp("sent") / "sent.jsonl")
    yield scene
    scene.server.stop()


@pytest.fixture(scope="module")
def pool(scene):
    pool = scene.pool()
    pool.set_mfa("OPTIONAL", totp=False, sms=True)
    return pool


def test_sign_up(scene, pool):
    with scene.fires("PreSignUp_SignUp", "CustomMessage_SignUp"):
        pool.sign_up("ann", email="ann@example.com")
    with scene.fires("CustomMessage_ResendCode"):
        pool.idp.resend_confirmation_code(ClientId=pool.id, Username="ann", ClientMetadata={"m": "1"})
    with scene.fires("PostConfirmation_ConfirmSignUp"):
        pool.confirm("ann", pool.last_message("ann")["code"])
    with scene.fires("PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"):
        pool.sign_up("bob", email="bob@corp.example.com")
    with scene.fires("PreSignUp_SignUp", "CustomMessage_SignUp"):
        pool.sign_up("cid", email="cid@example.com")
    with scene.fires("PostConfirmation_ConfirmSignUp"):
        pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="cid")
    with scene.fires("PreSignUp_SignUp"):
        with refused("UserLambdaValidationException", "PreSignUp failed with error Sign-ups from spam.example are not allowed."):
            pool.sign_up("eve", email="eve@spam.example")


def test_an_invitation(scene, pool):
    invited = {"UserPoolId": pool.pool_id, "Username": "dan", "DesiredDeliveryMediums": ["EMAIL"]}
    with scene.fires("PreSignUp_AdminCreateUser", "CustomMessage_AdminCreateUser"):
        pool.idp.admin_create_user(
            **invited, TemporaryPassword=PASSWORD, UserAttributes=attributes(email="dan@example.com")
        )
    with scene.fires("CustomMessage_AdminCreateUser"):
        pool.idp.admin_create_user(**invited, TemporaryPassword=PASSWORD, MessageAction="RESEND")
    with scene.fires("PreAuthentication_Authentication"):
        challenge = challenge_of(pool.sign_in("dan"), "NEW_PASSWORD_REQUIRED")
    with scene.fires("PostAuthentication_Authentication", "TokenGeneration_NewPasswordChallenge"):
        tokens_of(pool.answer(challenge, "dan", NEW_PASSWORD=PASSWORD))


def test_passwords_tokens_and_addresses(scene, pool):
    scene.add_user(pool, "fay")
    with scene.fires(*SIGNED_IN):
        tokens = pool.tokens("fay")
    with scene.fires("PreAuthentication_Authentication"):
        with refused("NotAuthorizedException", "Incorrect username or password."):
            pool.sign_in("fay", "Wrong-123")
    with scene.fires("TokenGeneration_RefreshTokens"):
        pool.refresh(tokens["RefreshToken"])
    with scene.fires("TokenGeneration_RefreshTokens"):
        pool.idp.get_tokens_from_refresh_token(RefreshToken=tokens["RefreshToken"], ClientId=pool.id)
    access = {"AccessToken": tokens["AccessToken"]}
    with scene.fires("CustomMessage_UpdateUserAttribute"):
        pool.idp.update_user_attributes(**access, UserAttributes=attributes(email="fay@new.example.com"))
    with scene.fires("CustomMessage_VerifyUserAttribute"):
        pool.idp.get_user_attribute_verification_code(**access, AttributeName="email")
    with scene.fires():
        pool.idp.verify_user_attribute(**access, AttributeName="email", Code=pool.last_message("fay")["code"])
    user = {"ClientId": pool.id, "Username": "fay"}
    with scene.fires("CustomMessage_ForgotPassword"):
        pool.idp.forgot_password(**user)
    with scene.fires("PostConfirmation_ConfirmForgotPassword"):
        code = pool.last_message("fay")["code"]
        pool.idp.confirm_forgot_password(**user, ConfirmationCode=code, Password=PASSWORD)
    with scene.fires("CustomMessage_ForgotPassword"):
        pool.idp.admin_reset_user_password(UserPoolId=pool.pool_id, Username="fay")


def test_a_code_by_sms_at_sign_in(scene, pool):
    scene.add_user(pool, "gil", phone_number="+12065550100", phone_number_verified="true")
    pool.idp.admin_set_user_mfa_preference(
        UserPoolId=pool.pool_id, Username="gil", SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    with scene.fires("PreAuthentication_Authentication", "CustomMessage_Authentication"):
        challenge = challenge_of(pool.sign_in("gil"), "SMS_MFA")
    with scene.fires(*SIGNED_IN[1:]):
        tokens_of(pool.answer(challenge, "gil", SMS_MFA_CODE=pool.last_message("gil")["code"]))


def test_challenges_of_the_pool(scene, pool):
    scene.add_user(pool, "hal")
    define, create, verify = (
        f"{trigger}_Authentication" for trigger in ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
    )
    with scene.fires(define, create):
        challenge = pool.idp.initiate_auth(
            ClientId=pool.id, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "hal"}
        )
    with scene.fires(verify, define, create):
        challenge = challenge_of(pool.answer(challenge, "hal", ANSWER="8"), "CUSTOM_CHALLENGE")
    with scene.fires(verify, define, *SIGNED_IN[1:]):
        tokens_of(pool.answer(challenge, "hal", ANSWER="7"))


def test_users_of_another_system(scene, pool):
    # Both run (documented); in which order is inferred.
    with scene.fires("UserMigration_Authentication", *SIGNED_IN):
        pool.tokens("maria", "Legacy-Pass-1")
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="maria")
    with scene.fires("UserMigration_ForgotPassword", "CustomMessage_ForgotPassword"):
        pool.idp.forgot_password(ClientId=pool.id, Username="maria")


def test_a_device_that_is_known(scene):
    pool = scene.pool(version="V2_0", DeviceConfiguration=ALWAYS)
    scene.add_user(pool, "ida")
    with scene.fires(*SIGNED_IN):
        tokens = pool.tokens("ida")
    device = Device(tokens, "ida")
    confirm(pool, tokens, device=device)
    with scene.fires(*SIGNED_IN[:2], "TokenGeneration_AuthenticateDevice"):
        tokens_of(device.prove(pool, pool.sign_in("ida", DEVICE_KEY=device.key)))


def test_tokens_of_version_1_and_of_an_app_client(scene, pool):
    first = scene.pool(version="V1_0", tokens="FirstPreTokenGeneration")
    scene.add_user(first, "jon")
    with scene.fires(*SIGNED_IN):
        first.tokens("jon")
    pool.idp.create_resource_server(
        UserPoolId=pool.pool_id, Identifier="api", Name="api", Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}]
    )
    machine = pool.add_client(
        GenerateSecret=True, ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"], AllowedOAuthScopes=["api/read"]
    )
    with scene.fires("TokenGeneration_ClientCredentials"):
        pool.idp.get_client_token(ClientId=machine.id, Secret=machine.secret)


@pytest.mark.parametrize(
    ("trigger", "medium", "attribute", "factor", "addresses"),
    [
        ("CustomEmailSender", "EMAIL", "email", "EmailMfaSettings", ["kim@example.com", "lea@example.com", "kim@new.example.com"]),
        ("CustomSMSSender", "SMS", "phone_number", "SMSMfaSettings", ["+12065550101", "+12065550102", "+12065550103"]),
    ],
)
def test_a_sender_gets_every_code_of_its_medium(scene, trigger, medium, attribute, factor, addresses):
    pool = scene.senders()
    pool.set_mfa("OPTIONAL", totp=False, sms=True, email=True)
    own = [attributes(**{attribute: address}) for address in addresses]
    with scene.fires(f"{trigger}_SignUp"):
        pool.sign_up("kim", **{attribute: addresses[0]})
    with scene.fires(f"{trigger}_ResendCode"):
        pool.idp.resend_confirmation_code(ClientId=pool.id, Username="kim", ClientMetadata={"m": "1"})
    # What the handler decrypted.
    sent = [json.loads(line) for line in scene.sent.read_text().splitlines()]
    assert sent[-1]["source"] == f"{trigger}_ResendCode"
    pool.confirm("kim", sent[-1]["code"])
    with scene.fires(f"{trigger}_ForgotPassword"):
        pool.idp.forgot_password(ClientId=pool.id, Username="kim")
    with scene.fires(f"{trigger}_AdminCreateUser"):
        pool.idp.admin_create_user(
            UserPoolId=pool.pool_id, Username="lea", UserAttributes=own[1], DesiredDeliveryMediums=[medium]
        )
    access = {"AccessToken": pool.tokens("kim")["AccessToken"]}
    with scene.fires(f"{trigger}_VerifyUserAttribute"):
        pool.idp.get_user_attribute_verification_code(**access, AttributeName=attribute)
    pool.idp.admin_set_user_mfa_preference(
        UserPoolId=pool.pool_id, Username="kim", **{factor: {"Enabled": True, "PreferredMfa": True}}
    )
    with scene.fires(f"{trigger}_Authentication"):
        pool.sign_in("kim")
    with scene.fires(f"{trigger}_UpdateUserAttribute"):
        pool.idp.update_user_attributes(**access, UserAttributes=own[2])


def test_a_sender_is_told_of_a_risky_sign_in(scene):
    pool = scene.senders()
    scene.add_user(pool, "mia", fires=())
    takeover = {
        "Actions": {"HighAction": {"EventAction": "BLOCK", "Notify": True}},
        "NotifyConfiguration": {"SourceArn": SES},
    }
    pool.idp.set_risk_configuration(UserPoolId=pool.pool_id, AccountTakeoverRiskConfiguration=takeover)
    rules = {"rules": [{"userPoolId": pool.pool_id, "riskLevel": "High"}]}
    requests.put(f"{scene.server.url}/_poolhouse/risk", json=rules, timeout=30).raise_for_status()
    with scene.fires("CustomEmailSender_AccountTakeOverNotification"):
        with refused("NotAuthorizedException", "Unable to login because of security reasons."):
            pool.sign_in("mia")


def test_every_event_fits_the_models_of_powertools(scene):
    judged = [judge(event) for event in scene.events]
    assert [line for _, unknown in judged for line in unknown] == []
    # Where the models and AWS differ, an event of each kind was seen.
    known = set().union(*(known for known, _ in judged))
    assert [it.claim for it in DEPARTURES if it not in known] == []


def test_the_data_classes_of_powertools_read_every_event(scene):
    for event in scene.events:
        wrapped = classes_of(event)[0](copy.deepcopy(event))
        # ForgotPassword has no password to tell (documented).
        forgotten = event["triggerSource"] == "UserMigration_ForgotPassword"
        values = read_all(wrapped, {"password"} if forgotten else frozenset())
        assert values["trigger_source"] == event["triggerSource"]
        assert values["user_name"] == event["userName"]
        assert values["caller_context"]["client_id"] == event["callerContext"]["clientId"]


def test_every_source_that_the_api_can_cause_was_seen(scene):
    assert sorted({event["triggerSource"] for event in scene.events}) == sorted(SOURCES)
