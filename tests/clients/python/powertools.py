"""Powertools for AWS Lambda (Python): its data classes and parser models for events of Cognito, and where those events
are known not to fit the models.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from aws_lambda_powertools.utilities.data_classes import cognito_user_pool_event as data_classes
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper
from aws_lambda_powertools.utilities.parser import models
from pydantic import ValidationError

# By the first part of triggerSource: the data class and the model.
CLASSES = {
    "PreSignUp": (data_classes.PreSignUpTriggerEvent, models.CognitoPreSignupTriggerModel),
    "PostConfirmation": (data_classes.PostConfirmationTriggerEvent, models.CognitoPostConfirmationTriggerModel),
    "PreAuthentication": (data_classes.PreAuthenticationTriggerEvent, models.CognitoPreAuthenticationTriggerModel),
    "PostAuthentication": (data_classes.PostAuthenticationTriggerEvent, models.CognitoPostAuthenticationTriggerModel),
    "DefineAuthChallenge": (data_classes.DefineAuthChallengeTriggerEvent, models.CognitoDefineAuthChallengeTriggerModel),
    "CreateAuthChallenge": (data_classes.CreateAuthChallengeTriggerEvent, models.CognitoCreateAuthChallengeTriggerModel),
    "VerifyAuthChallengeResponse": (
        data_classes.VerifyAuthChallengeResponseTriggerEvent,
        models.CognitoVerifyAuthChallengeTriggerModel,
    ),
    "UserMigration": (data_classes.UserMigrationTriggerEvent, models.CognitoMigrateUserTriggerModel),
    "CustomMessage": (data_classes.CustomMessageTriggerEvent, models.CognitoCustomMessageTriggerModel),
    "CustomEmailSender": (data_classes.CustomEmailSenderTriggerEvent, models.CognitoCustomEmailSenderTriggerModel),
    "CustomSMSSender": (data_classes.CustomSMSSenderTriggerEvent, models.CognitoCustomSMSSenderTriggerModel),
}
TOKENS = {
    "1": (data_classes.PreTokenGenerationTriggerEvent, models.CognitoPreTokenGenerationTriggerModelV1),
    "2": (data_classes.PreTokenGenerationV2TriggerEvent, models.CognitoPreTokenGenerationTriggerModelV2AndV3),
    "3": (data_classes.PreTokenGenerationV2TriggerEvent, models.CognitoPreTokenGenerationTriggerModelV2AndV3),
}


def classes_of(event):
    family = event["triggerSource"].partition("_")[0]
    return TOKENS[event["version"]] if family == "TokenGeneration" else CLASSES[family]


@dataclass(frozen=True)
class Departure:
    """Where a model asks for what AWS does not send: the event stays as AWS has it."""

    claim: str
    sources: str
    at: str
    is_value: Callable[[object], bool] = lambda value: True

    def applies(self, event, place, value):
        is_there = re.fullmatch(self.at, place) and re.fullmatch(self.sources, event["triggerSource"])
        return bool(is_there) and self.is_value(value)


def is_null(value):
    return value is None


DEPARTURES = [
    Departure(
        "a model names one triggerSource of several (documented in the developer guide)",
        r"PreSignUp_AdminCreateUser|PostConfirmation_ConfirmForgotPassword|Custom(Email|SMS)Sender_(?!SignUp$).*",
        "triggerSource",
    ),
    Departure("AdminConfirmSignUp has no client (observed)", "PostConfirmation_ConfirmSignUp", "callerContext.clientId", is_null),
    Departure(
        "a notification has no code (documented)", "CustomEmailSender_AccountTakeOverNotification", "request.code", is_null
    ),
    Departure(
        "a challenge of the pool itself is in the session as CUSTOM_CHALLENGE (documented)",
        "(Define|Create)AuthChallenge_.*",
        r"request\.session\.\d+\.challengeName",
        lambda value: value == "CUSTOM_CHALLENGE",
    ),
    Departure(
        "answerCorrect is null before the function answers (observed)",
        "VerifyAuthChallengeResponse_.*",
        "response.answerCorrect",
        is_null,
    ),
    Departure(
        "scopes are a list (observed)", "TokenGeneration_.*", "request.scopes", lambda value: isinstance(value, list)
    ),
    Departure(
        "an app client has no groups (documented)", "TokenGeneration_ClientCredentials", "request.groupConfiguration", is_null
    ),
    Departure("ForgotPassword has no password to tell (documented)", "UserMigration_ForgotPassword", "request.password"),
]


def judge(event):
    """What the model says against an event: departures that are known, and the rest in words."""
    known, unknown = set(), []
    try:
        classes_of(event)[1].model_validate(event, strict=True)
    except ValidationError as error:
        for one in error.errors():
            place = ".".join(map(str, one["loc"]))
            found = next((it for it in DEPARTURES if it.applies(event, place, one["input"])), None)
            if found:
                known.add(found)
            else:
                unknown.append(f"{event['triggerSource']} {place}: {one['msg']}, not {one['input']!r}")
    return known, unknown


def read_all(wrapper, absent=frozenset()):
    """Reads every property of a data class, and of those within, but what the event has not."""
    values = {}
    for name in wrapper._properties():
        if name == "raw_event" or name in absent:
            continue
        value = getattr(wrapper, name)
        if isinstance(value, DictWrapper):
            # A group configuration that is null wraps nothing.
            value = read_all(value, absent) if value.raw_event is not None else None
        elif isinstance(value, list):
            value = [read_all(one) if isinstance(one, DictWrapper) else one for one in value]
        values[name] = value
    return values
