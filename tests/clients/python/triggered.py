"""Pools whose triggers are functions: rules that answer for them, and the events that they got, whole."""

import requests

from cognito import PASSWORD, Pool

ARN = "arn:aws:lambda:us-east-1:123456789012:function:{}"
TRIGGERS = [
    "PreSignUp",
    "CustomMessage",
    "PostConfirmation",
    "PreAuthentication",
    "PostAuthentication",
    "DefineAuthChallenge",
    "CreateAuthChallenge",
    "VerifyAuthChallengeResponse",
    "UserMigration",
]
# What a function gets to be filled in, by the first part of the event's source.
RESPONSES = {
    "PreSignUp": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
    "CustomMessage": {"smsMessage": None, "emailMessage": None, "emailSubject": None},
    "PostConfirmation": {},
    "PreAuthentication": {},
    "PostAuthentication": {},
    "DefineAuthChallenge": {"challengeName": None, "issueTokens": None, "failAuthentication": None},
    "CreateAuthChallenge": {
        "publicChallengeParameters": None,
        "privateChallengeParameters": None,
        "challengeMetadata": None,
    },
    "VerifyAuthChallengeResponse": {"answerCorrect": None},
    "UserMigration": {
        "userAttributes": None,
        "forceAliasCreation": None,
        "enableSMSMFA": None,
        "finalUserStatus": None,
        "messageAction": None,
        "desiredDeliveryMediums": None,
    },
}
TOKENS = {"1": {"claimsOverrideDetails": None}, "2": {"claimsAndScopeOverrideDetails": None}}
TOKENS["3"] = TOKENS["2"]


class Triggered(Pool):
    """A pool that has a function for each trigger but the custom senders, those of `without` excepted."""

    def __init__(self, server, version="V1_0", without=(), **settings):
        functions = {name: ARN.format(name) for name in TRIGGERS if name not in without}
        if "PreTokenGeneration" not in without:
            arn = ARN.format("PreTokenGeneration")
            functions["PreTokenGenerationConfig"] = {"LambdaArn": arn, "LambdaVersion": version}
        self.functions, self.seen, self.version = functions, 0, version[1]
        super().__init__(server, server.client(), LambdaConfig=functions, **settings)
        self.events()
        self.rules()

    def rules(self, *rules, others=True):
        """Rules for this pool alone; `others` return their events as they came, and are else called."""
        given = [{"userPoolId": self.pool_id} | rule for rule in (*rules, *[{"response": {}}] * others)]
        answer = requests.put(f"{self.server.url}/_poolhouse/triggers", json={"rules": given}, timeout=30)
        assert answer.status_code == 200, answer.text

    def invocations(self):
        """The invocations since the last time, in the order of their ends."""
        query = {"user_pool": self.pool_id, "after": self.seen, "limit": 1000}
        answer = requests.get(f"{self.server.url}/_poolhouse/invocations", params=query, timeout=30)
        assert answer.status_code == 200, answer.text
        found = answer.json()["invocations"]
        self.seen = max((invoked["id"] for invoked in found), default=self.seen)
        return found

    def events(self):
        events = [invoked["event"] for invoked in self.invocations()]
        for event in events:
            print(f"  event {event}")
        return events

    def sources(self):
        return [event["triggerSource"] for event in self.events()]

    def event(self, source, request, username="ann", version="1", **changed):
        """A whole event; `clientId` is that of the pool's first client unless it is given."""
        trigger = source.split("_")[0]
        return {
            "version": version,
            "region": "us-east-1",
            "userPoolId": self.pool_id,
            "userName": username,
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": changed.get("clientId", self.id)},
            "triggerSource": source,
            "request": request,
            "response": TOKENS[version] if trigger == "TokenGeneration" else RESPONSES[trigger],
        }

    def sub(self, username="ann"):
        found = self.get_user(username)["UserAttributes"]
        return next(entry["Value"] for entry in found if entry["Name"] == "sub")


# Requests, and what of them reaches events ------------------------------------------------------------


def said(operation):
    """ClientMetadata that names the operation, so that an event shows whose reached it."""
    return {"ClientMetadata": {"call": operation}}


def validated(operation):
    return said(operation) | {"ValidationData": [{"Name": "call", "Value": operation}]}


def request(known, metadata=None, **members):
    """`request` of an event; `metadata` is the operation whose ClientMetadata reaches it."""
    given = {"clientMetadata": {"call": metadata}} if metadata else {}
    return {"userAttributes": known} | members | given


def validation(operation):
    return {"validationData": {"call": operation} if operation else None}


def message(known, metadata=None, username=None):
    placeholders = {"codeParameter": "{####}", "linkParameter": "{##Click Here##}", "usernameParameter": username}
    return request(known, metadata, **placeholders)


def tokens(known, metadata=None, groups=(), roles=(), preferred=None, **scopes):
    found = {"groupsToOverride": [*groups], "iamRolesToOverride": [*roles], "preferredRole": preferred}
    return request(known, metadata, groupConfiguration=found, **scopes)


def known_as(pool, status="CONFIRMED", username="ann", **known):
    """`userAttributes` of a user who exists; `a__b="x"` stands for `a:b`."""
    known = {name.replace("__", ":"): value for name, value in known.items()}
    return {"sub": pool.sub(username), "cognito:user_status": status} | known


def signed_in(pool, known, by, metadata=None, source="TokenGeneration_Authentication"):
    """The events of a password sign-in that asks for nothing more; `by` is the operation that begins it."""
    return [
        pool.event("PreAuthentication_Authentication", request(known, **validation(by))),
        pool.event("PostAuthentication_Authentication", request(known, metadata, newDeviceUsed=False)),
        pool.event(source, tokens(known, metadata)),
    ]


def initiate(pool, flow="USER_PASSWORD_AUTH", password=PASSWORD, username="ann", **parameters):
    return pool.idp.initiate_auth(
        AuthFlow=flow,
        ClientId=pool.id,
        AuthParameters={"USERNAME": username, "PASSWORD": password} | parameters,
        **said("InitiateAuth"),
    )


def respond(pool, challenge, username="ann", **responses):
    return pool.idp.respond_to_auth_challenge(
        **answer_of(pool, challenge, username, responses), **said("RespondToAuthChallenge")
    )


def admin_respond(pool, challenge, username="ann", **responses):
    answered = answer_of(pool, challenge, username, responses)
    return pool.idp.admin_respond_to_auth_challenge(
        UserPoolId=pool.pool_id, **answered, **said("AdminRespondToAuthChallenge")
    )


def answer_of(pool, challenge, username, responses):
    given = {"ClientId": pool.id, "ChallengeName": challenge["ChallengeName"]}
    session = {"Session": challenge["Session"]} if "Session" in challenge else {}
    return given | session | {"ChallengeResponses": {"USERNAME": username} | responses}
