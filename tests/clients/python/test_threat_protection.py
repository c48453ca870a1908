"""Threat protection and log delivery: configurations, events, feedback, blocks."""

import json
import urllib.request
import uuid

import pytest

from cognito import PASSWORD, claims, refused

BLOCKED = "Unable to login because of security reasons."
SES = "arn:aws:ses:us-east-1:123456789012:identity/a@example.com"


def test_api(server, path, method="GET", body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.url}/_poolhouse/{path}", data=data, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


test_api.__test__ = False


@pytest.fixture
def guarded(make_pool, server):
    def make(mode="ENFORCED", **settings):
        return make_pool(UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": mode}, **settings)

    yield make
    test_api(server, "risk", "DELETE")


def events(pool, username="ann", **page):
    listed = pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username=username, **page)
    return listed["AuthEvents"]


def risk(pool, **rule):
    rule["userPoolId"] = pool.pool_id
    test_api(pool.server, "risk", "PUT", {"rules": [rule]})


def configure(pool, **settings):
    return pool.idp.set_risk_configuration(UserPoolId=pool.pool_id, **settings)["RiskConfiguration"]


def takeover(action, notify=False, **mails):
    return {
        "Actions": {"HighAction": {"EventAction": action, "Notify": notify}},
        "NotifyConfiguration": {"SourceArn": SES, **mails},
    }


def test_a_pool_that_is_not_guarded_has_no_events_but_may_be_configured(make_pool):
    """As acceptance tests of Terraform's provider do."""
    pool = make_pool()
    with refused("UserPoolAddOnNotEnabledException"):
        events(pool)
    made = configure(pool, RiskExceptionConfiguration={"BlockedIPRangeList": ["10.10.10.10/32"]})
    assert pool.idp.describe_risk_configuration(UserPoolId=pool.pool_id)["RiskConfiguration"] == made


def test_a_configuration_reads_back_and_resets(guarded):
    pool = guarded()
    ranges = {"BlockedIPRangeList": ["203.0.113.0/24"]}
    made = configure(pool, RiskExceptionConfiguration=ranges)
    read = pool.idp.describe_risk_configuration(UserPoolId=pool.pool_id)["RiskConfiguration"]
    assert read == made
    assert read["RiskExceptionConfiguration"] == ranges
    configure(pool)
    read = pool.idp.describe_risk_configuration(UserPoolId=pool.pool_id)["RiskConfiguration"]
    assert read == {"UserPoolId": pool.pool_id}
    with refused("InvalidParameterException", "Incorrect CIDR format"):
        configure(pool, RiskExceptionConfiguration={"SkippedIPRangeList": ["203.0.113.7"]})
    with refused("ResourceNotFoundException", "User pool client none does not exist."):
        configure(pool, ClientId="none")


def test_srp_and_password_sign_ins_are_events(guarded):
    pool = guarded("AUDIT")
    pool.add_user("ann")
    token = pool.srp_sign_in("ann")["AuthenticationResult"]["IdToken"]
    with refused("NotAuthorizedException"):
        pool.sign_in("ann", "Wrong-123")
    wrong, right = events(pool)
    assert (wrong["EventResponse"], right["EventResponse"]) == ("Fail", "Pass")
    assert claims(token)["event_id"] == right["EventId"]
    assert right["EventContextData"]["IpAddress"] == "127.0.0.1"


def test_the_administrators_context_counts_and_a_listed_range_blocks(guarded):
    pool = guarded()
    pool.add_user("ann")
    configure(pool, RiskExceptionConfiguration={"BlockedIPRangeList": ["203.0.113.0/24"]})
    browser = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"

    def sign_in(address):
        return pool.idp.admin_initiate_auth(
            UserPoolId=pool.pool_id,
            ClientId=pool.id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
            ContextData={
                "IpAddress": address,
                "ServerName": "app",
                "ServerPath": "/",
                "HttpHeaders": [{"headerName": "User-Agent", "headerValue": browser}],
            },
        )

    with refused("NotAuthorizedException", "Request not allowed due to security reasons."):
        sign_in("203.0.113.9")
    sign_in("198.51.100.1")
    passed, blocked = events(pool)
    assert passed["EventResponse"] == "Pass"
    assert blocked["EventRisk"] == {"RiskDecision": "Block", "CompromisedCredentialsDetected": False}
    assert blocked["EventContextData"] == {"IpAddress": "203.0.113.9", "DeviceName": "Chrome 126, Windows 10"}


def test_totp_completes_the_event_that_the_password_began(guarded):
    pool = guarded()
    pool.set_mfa("OPTIONAL")
    pool.add_user("ann")
    totp = pool.register_totp(pool.tokens("ann")["AccessToken"])
    challenge = pool.sign_in("ann")
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert events(pool)[0]["EventResponse"] == "InProgress"
    with refused("CodeMismatchException"):
        pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=pool.wrong_code(totp))
    event = events(pool)[0]
    assert event["EventResponse"] == "Fail"
    assert event["ChallengeResponses"][-1] == {"ChallengeName": "Mfa", "ChallengeResponse": "Failure"}


def test_high_risk_is_blocked_and_tells_the_user(guarded):
    pool = guarded()
    pool.add_user("ann", email="ann@example.com")
    mail = {"Subject": "Blocked", "TextBody": "{username} {event-id} {feedback-token}"}
    configure(pool, AccountTakeoverRiskConfiguration=takeover("BLOCK", True, BlockEmail=mail))
    risk(pool, username="ann", riskLevel="High")
    with refused("NotAuthorizedException", BLOCKED):
        pool.sign_in("ann")
    body = pool.last_message("ann")["body"]
    username, event_id, token = body.split(" ")
    assert username == "ann"
    said = {"UserPoolId": pool.pool_id, "Username": "ann", "EventId": event_id, "FeedbackValue": "Invalid"}
    pool.idp.update_auth_event_feedback(FeedbackToken=token, **said)
    assert events(pool)[0]["EventFeedback"]["FeedbackValue"] == "Invalid"
    pool.idp.admin_update_auth_event_feedback(**{**said, "FeedbackValue": "Valid"})
    assert events(pool)[0]["EventFeedback"]["Provider"] == "Admin"
    other = {**said, "EventId": str(uuid.uuid4())}
    with refused("NotAuthorizedException"):
        pool.idp.update_auth_event_feedback(FeedbackToken=token, **other)
    with refused("ResourceNotFoundException"):
        pool.idp.admin_update_auth_event_feedback(**other)


def test_risk_asks_for_a_factor_that_is_not_turned_on(guarded):
    pool = guarded()
    pool.set_mfa("OPTIONAL")
    pool.add_user("ann")
    access = pool.tokens("ann")["AccessToken"]
    pool.register_totp(access)
    off = {"Enabled": False}
    pool.idp.set_user_mfa_preference(AccessToken=access, SoftwareTokenMfaSettings=off)
    assert "AuthenticationResult" in pool.sign_in("ann")
    configure(pool, AccountTakeoverRiskConfiguration=takeover("MFA_REQUIRED"))
    risk(pool, username="ann", riskLevel="High")
    assert pool.sign_in("ann")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_a_leaked_password_is_refused_and_resets(guarded):
    pool = guarded()
    pool.add_user("ann")
    risk(pool, password=PASSWORD, compromisedCredentials=True)
    assert PASSWORD not in json.dumps(test_api(pool.server, "risk"))
    with refused("PasswordResetRequiredException"):
        pool.sign_in("ann")
    assert pool.status("ann") == "RESET_REQUIRED"
    with refused("InvalidPasswordException", "Provided password cannot be used for security reasons."):
        pool.idp.sign_up(ClientId=pool.id, Username="eve", Password=PASSWORD)


def test_activity_is_delivered(guarded):
    pool = guarded("AUDIT")
    pool.add_user("ann")
    group = "arn:aws:logs:us-east-1:123456789012:log-group:activity"
    log = {
        "EventSource": "userAuthEvents",
        "LogLevel": "INFO",
        "CloudWatchLogsConfiguration": {"LogGroupArn": group},
    }
    pool.idp.set_log_delivery_configuration(UserPoolId=pool.pool_id, LogConfigurations=[log])
    request_id = pool.sign_in("ann")["ResponseMetadata"]["RequestId"]
    found = test_api(pool.server, f"deliveries?user_pool={pool.pool_id}")["deliveries"]
    assert found[-1]["destination"] == group
    assert found[-1]["record"]["message"]["userName"] == "ann"
    assert found[-1]["record"]["message"]["requestId"] == request_id
    pool.idp.set_log_delivery_configuration(UserPoolId=pool.pool_id, LogConfigurations=[])
    read = pool.idp.get_log_delivery_configuration(UserPoolId=pool.pool_id)["LogDeliveryConfiguration"]
    assert read["LogConfigurations"] == []
    with refused("InvalidParameterException", "ARN does not belong to current region"):
        log["CloudWatchLogsConfiguration"] = {"LogGroupArn": group.replace("us-east-1", "eu-west-1")}
        pool.idp.set_log_delivery_configuration(UserPoolId=pool.pool_id, LogConfigurations=[log])
