"""Point-in-time recovery: users, groups, MFA settings and passkeys as they were, while the test moves the clock.

Statuses, requirements, limits, what is restored and what waits meanwhile are documented; texts are inferred.
"""

import re
from datetime import timedelta

import pytest
import requests

from authenticator import create
from cognito import PASSWORD, Pool, at_once, challenge_of, refused, tokens_of, without_metadata
from poolhouse import NEW_YEAR, Server

INVALID = "InvalidParameterException"
LIMIT = "LimitExceededException"
PAUSED = "OperationNotEnabledException"
KINDS = ["Users", "Groups", "User MFAs", "Passkeys"]
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@pytest.fixture
def pool(make_frozen_pool):
    pool = make_frozen_pool()
    pool.add_user("ann", email="ann@example.com")
    return pool


def mark(pool):
    """The present moment; a minute passes."""
    now = pool.server.now()
    pool.server.advance("1m")
    return now


def initiate(pool, point, wait="15m"):
    if wait:
        pool.server.advance(wait)
    answer = pool.idp.initiate_point_in_time_recovery(UserPoolId=pool.pool_id, RestoreTimestamp=point)
    return answer["Restoration"]


def named(pool, recovery):
    return {"UserPoolId": pool.pool_id, "RestoreId": recovery["RestoreId"]}


def describe(pool, recovery):
    return pool.idp.describe_point_in_time_recovery(**named(pool, recovery))["Restoration"]


def start(pool, recovery):
    return pool.idp.start_point_in_time_recovery(**named(pool, recovery))["Restoration"]


def cancel(pool, recovery):
    return pool.idp.cancel_point_in_time_recovery(**named(pool, recovery))["Restoration"]


def recover(pool, point):
    return start(pool, initiate(pool, point))


def preview(pool, recovery):
    """Created, updated, deleted, by kind."""
    lines = describe(pool, recovery)["RestorePreview"]
    assert [line["Entity"] for line in lines] == KINDS
    return {line["Entity"]: (line["CreateCount"], line["UpdateCount"], line["DeleteCount"]) for line in lines}


def names(pool):
    return [user["Username"] for user in pool.idp.list_users(UserPoolId=pool.pool_id)["Users"]]


def group(pool, name, **settings):
    pool.idp.create_group(UserPoolId=pool.pool_id, GroupName=name, **settings)


def rename(pool, name):
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.pool_id, Username="ann", UserAttributes=[{"Name": "name", "Value": name}]
    )


def test_a_recovery_from_preview_to_end(pool):
    point = mark(pool)
    pool.add_user("bob")
    recovery = initiate(pool, point)
    assert re.fullmatch(UUID, recovery["RestoreId"])
    expected = {"RestoreId": recovery["RestoreId"], "RestoreTimestamp": point, "TriggerTimestamp": pool.server.now()}
    assert recovery == expected | {"RestoreStatus": "PREVIEW_GENERATING"}
    shown = describe(pool, recovery)
    assert shown.pop("RestorePreview")[0] == {"Entity": "Users", "CreateCount": 0, "UpdateCount": 0, "DeleteCount": 1}
    assert shown == expected | {"RestoreStatus": "PREVIEW_GENERATED"}
    assert names(pool) == ["ann", "bob"]
    assert start(pool, recovery)["RestoreStatus"] == "RESTORING"
    assert describe(pool, recovery)["RestoreStatus"] == "RESTORE_COMPLETED"
    assert names(pool) == ["ann"]
    pool.add_user("bob")


def test_what_is_restored(pool):
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.pool_id,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    pool.add_user("gone")
    group(pool, "crew", Precedence=1)
    pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, Username="gone", GroupName="crew")
    pool.register_totp(pool.tokens("gone")["AccessToken"])
    ann, gone = pool.get_user("ann"), pool.get_user("gone")
    assert gone["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"

    point = mark(pool)
    rename(pool, "Ann")
    pool.register_totp(pool.tokens("ann")["AccessToken"])
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="gone")
    pool.idp.delete_group(UserPoolId=pool.pool_id, GroupName="crew")
    group(pool, "late")
    pool.add_user("late")
    configured = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]

    recovery = initiate(pool, point)
    assert preview(pool, recovery) == {
        "Users": (1, 1, 1),
        "Groups": (1, 0, 1),
        "User MFAs": (1, 0, 1),
        "Passkeys": (0, 0, 0),
    }
    start(pool, recovery)
    assert names(pool) == ["ann", "gone"]
    assert without_metadata(pool.get_user("ann")) == without_metadata(ann)
    assert without_metadata(pool.get_user("gone")) == without_metadata(gone)
    crew = pool.idp.list_users_in_group(UserPoolId=pool.pool_id, GroupName="crew")["Users"]
    assert [member["Username"] for member in crew] == ["gone"]
    assert pool.idp.get_group(UserPoolId=pool.pool_id, GroupName="crew")["Group"]["Precedence"] == 1
    with refused("ResourceNotFoundException"):
        pool.idp.get_group(UserPoolId=pool.pool_id, GroupName="late")
    challenge_of(pool.sign_in("gone"), "SOFTWARE_TOKEN_MFA")
    tokens_of(pool.sign_in("ann"))
    # Configuration stays as it is.
    pool_now = pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]
    assert pool_now["EstimatedNumberOfUsers"] == 2
    assert pool_now == configured | {"EstimatedNumberOfUsers": 2}


def test_passkeys_are_restored(make_frozen_pool):
    first = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}
    pool = make_frozen_pool(**first)
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.pool_id, WebAuthnConfiguration={"RelyingPartyId": "example.com"}
    )
    pool.add_user("ann")
    access = {"AccessToken": pool.tokens("ann")["AccessToken"]}

    def register():
        options = pool.idp.start_web_authn_registration(**access)["CredentialCreationOptions"]
        credential = create(options)
        pool.idp.complete_web_authn_registration(**access, Credential=credential)
        return credential["id"]

    def registered():
        passkeys = pool.idp.list_web_authn_credentials(**access)["Credentials"]
        return [passkey["CredentialId"] for passkey in passkeys]

    kept = [register(), register()]
    point = mark(pool)
    pool.idp.delete_web_authn_credential(**access, CredentialId=kept[0])
    register()
    recovery = initiate(pool, point)
    assert preview(pool, recovery)["Passkeys"] == (1, 0, 1)
    start(pool, recovery)
    assert registered() == kept


def test_a_password_that_was_changed_since_stays(pool):
    pool.add_user("gone")
    point = mark(pool)
    access = pool.tokens("ann")["AccessToken"]
    pool.idp.change_password(AccessToken=access, PreviousPassword=PASSWORD, ProposedPassword="Poolhouse-2")
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="gone")
    recover(pool, point)
    tokens_of(pool.sign_in("ann", "Poolhouse-2"))
    tokens_of(pool.sign_in("gone"))


def test_no_token_outlives_the_deletion_of_its_user(pool):
    point = mark(pool)
    tokens = pool.tokens("ann")
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="ann")
    recover(pool, point)
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.idp.get_user(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        pool.refresh(tokens["RefreshToken"])


def test_writes_wait_while_reads_and_sign_ins_go_on(pool):
    tokens = pool.tokens("ann")
    recovery = initiate(pool, mark(pool))
    ids = {"UserPoolId": pool.pool_id}
    ann = ids | {"Username": "ann"}
    for write in [
        lambda: pool.add_user("bob"),
        lambda: pool.sign_up("bob"),
        lambda: rename(pool, "Ann"),
        lambda: pool.idp.admin_delete_user(**ann),
        lambda: pool.idp.admin_set_user_password(**ann, Password=PASSWORD, Permanent=True),
        lambda: pool.idp.change_password(
            AccessToken=tokens["AccessToken"], PreviousPassword=PASSWORD, ProposedPassword="Poolhouse-2"
        ),
        lambda: pool.idp.forgot_password(ClientId=pool.id, Username="ann"),
        lambda: pool.idp.associate_software_token(AccessToken=tokens["AccessToken"]),
        lambda: group(pool, "crew"),
        lambda: pool.idp.create_user_import_job(
            **ids, JobName="j", CloudWatchLogsRoleArn="arn:aws:iam::123456789012:role/import"
        ),
        lambda: pool.idp.update_user_pool(**ids),
        lambda: pool.idp.delete_user_pool(**ids),
    ]:
        with refused(
            PAUSED,
            "Write operations are paused while a point-in-time recovery of the user pool is in progress.",
        ):
            write()
    assert names(pool) == ["ann"]
    assert pool.idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ann"
    fresh = tokens_of(pool.srp_sign_in("ann"))
    tokens_of(pool.refresh(fresh["RefreshToken"]))
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.sign_in("ann", "Wrong-1")
    pool.idp.global_sign_out(AccessToken=fresh["AccessToken"])
    cancel(pool, recovery)
    rename(pool, "Ann")
    pool.idp.delete_user_pool(**ids)


def test_a_member_that_the_operation_does_not_have_lifts_no_pause(pool):
    other = Pool(pool.server, pool.idp)
    other.add_user("eve")
    stray = {"AccessToken": other.tokens("eve")["AccessToken"], "ClientId": other.id}
    pool.add_user("bob")
    pool.set_mfa("ON")
    initiate(pool, mark(pool))
    set_up = challenge_of(pool.sign_in("bob"), "MFA_SETUP")
    ids = {"UserPoolId": pool.pool_id}
    role = "arn:aws:iam::123456789012:role/import"
    for operation, body in [
        ("UpdateUserPool", ids),
        ("CreateUserPoolClient", ids | {"ClientName": "c"}),
        ("TagResource", {"ResourceArn": pool.description["Arn"], "Tags": {"k": "v"}}),
        ("SetUserPoolMfaConfig", ids | {"MfaConfiguration": "OFF"}),
        ("CreateUserImportJob", ids | {"JobName": "j", "CloudWatchLogsRoleArn": role}),
        ("DeleteUserPool", ids),
    ]:
        assert pool.server.post(operation, stray | body).json()["__type"] == PAUSED, operation
    body = {"Session": set_up["Session"], "ClientId": other.id}
    assert pool.server.post("AssociateSoftwareToken", body, signed=False).json()["__type"] == PAUSED


def test_the_pause_is_told_to_those_alone_who_could_write(pool):
    """Inferred, from the order of checks."""
    confidential = pool.add_client(GenerateSecret=True)
    token = pool.tokens("ann")["AccessToken"]
    initiate(pool, mark(pool))
    ann = {"UserPoolId": pool.pool_id, "Username": "ann"}
    unknown = ("ResourceNotFoundException", f"User pool {pool.pool_id} does not exist.")
    for foreigner in [
        pool.server.client(aws_access_key_id="210987654321", aws_secret_access_key="x"),
        pool.server.client(region_name="us-west-2"),
    ]:
        with refused(*unknown):
            foreigner.admin_disable_user(**ann)
    with refused("NotAuthorizedException"):
        pool.idp.delete_user(AccessToken=token[:-4] + "AAAA")
    no_hash = f"Client {confidential.id} is configured with secret but SECRET_HASH was not received"
    with refused("NotAuthorizedException", no_hash):
        pool.idp.forgot_password(ClientId=confidential.id, Username="ann")
    pool.server.advance("1h")
    with refused("NotAuthorizedException", "Access Token has expired"):
        pool.idp.delete_user(AccessToken=token)


def test_what_is_no_request_is_told_before_the_pause(pool):
    """Inferred, from the order of checks."""
    initiate(pool, mark(pool))
    ids = {"UserPoolId": pool.pool_id}
    assert pool.server.post("AdminCreateUser", ids | {"Username": 5}).json()["__type"] == "SerializationException"
    assert pool.server.post("AdminCreateUser", ids).json()["__type"] == INVALID


def test_three_challenges_are_not_answered_meanwhile(pool):
    pool.add_user("fay", temporary=True)
    pool.set_mfa("OPTIONAL")
    secret = pool.register_totp(pool.tokens("ann")["AccessToken"])
    recovery = initiate(pool, mark(pool))
    token = challenge_of(pool.sign_in("ann"), "SOFTWARE_TOKEN_MFA")
    with refused(PAUSED):
        pool.answer(token, "ann", SOFTWARE_TOKEN_MFA_CODE=pool.code(secret))
    password = challenge_of(pool.sign_in("fay"), "NEW_PASSWORD_REQUIRED")
    with refused(PAUSED):
        pool.answer(password, "fay", NEW_PASSWORD="Poolhouse-2")
    cancel(pool, recovery)
    pool.set_mfa("ON")
    pool.add_user("bob")
    recovery = initiate(pool, mark(pool))
    set_up = challenge_of(pool.sign_in("bob"), "MFA_SETUP")
    with refused(PAUSED):
        pool.idp.associate_software_token(Session=set_up["Session"])
    cancel(pool, recovery)
    pool.set_up_totp(set_up, "bob")


def test_a_cancelled_recovery_changes_nothing(pool):
    point = mark(pool)
    pool.add_user("bob")
    recovery = initiate(pool, point)
    assert cancel(pool, recovery)["RestoreStatus"] == "PREVIEW_CANCELLED"
    assert names(pool) == ["ann", "bob"]
    for operation in (start, cancel):
        with refused(INVALID, f"Point-in-time recovery {recovery['RestoreId']} has the status PREVIEW_CANCELLED."):
            operation(pool, recovery)


def test_a_preview_expires_after_a_day(pool):
    point = mark(pool)
    pool.add_user("bob")
    recovery = initiate(pool, point)
    pool.server.advance("23h 59m 59s")
    with refused(PAUSED):
        rename(pool, "Ann")
    pool.server.advance("1s")
    assert describe(pool, recovery)["RestoreStatus"] == "PREVIEW_EXPIRED"
    rename(pool, "Ann")
    assert names(pool) == ["ann", "bob"]
    with refused(INVALID):
        start(pool, recovery)


def test_one_recovery_at_a_time(pool):
    point = mark(pool)
    pool.server.advance("15m")
    outcomes = at_once([lambda: initiate(pool, point, wait=None)] * 20)
    assert outcomes.count("done") == 1
    assert set(outcomes[1:]) == {
        (LIMIT, "The limit of active point-in-time recoveries of a user pool has been exceeded.")
    }
    recovery = pool.idp.list_point_in_time_recoveries(UserPoolId=pool.pool_id)["Restorations"][0]
    outcomes = at_once([lambda: start(pool, recovery)] * 10 + [lambda: cancel(pool, recovery)] * 10)
    assert outcomes.count("done") == 1


def test_recoveries_are_listed_the_latest_first(pool):
    point = mark(pool)
    made = []
    for _ in range(3):
        made.append(initiate(pool, point)["RestoreId"])
        cancel(pool, {"RestoreId": made[-1]})
    ids = {"UserPoolId": pool.pool_id}
    listed = pool.idp.list_point_in_time_recoveries(**ids)
    summary = {"RestoreStatus": "PREVIEW_CANCELLED", "RestoreTimestamp": point}
    expected = [{"RestoreId": restore_id} | summary for restore_id in reversed(made)]
    assert without_metadata(listed) == {"Restorations": expected}
    found, token = [], {}
    for _ in range(3):
        page = pool.idp.list_point_in_time_recoveries(**ids, MaxResults=1, **token)
        found += page["Restorations"]
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else None
    assert (found, token) == (expected, None)


@pytest.mark.parametrize(("tier", "days"), [("ESSENTIALS", 1), ("PLUS", 14)])
def test_how_far_back_a_plan_reaches(make_frozen_pool, tier, days):
    pool = make_frozen_pool(UserPoolTier=tier)
    pool.server.advance("20days")
    now = pool.server.now()
    too_late = (INVALID, "RestoreTimestamp must be at least 15 minutes in the past.")
    too_early = (INVALID, "RestoreTimestamp is not within the recovery period of the user pool.")
    for age, expected in [
        (timedelta(minutes=14, seconds=59), too_late),
        (timedelta(days=days, seconds=1), too_early),
    ]:
        with refused(*expected):
            initiate(pool, now - age, wait=None)
    for age in (timedelta(minutes=15), timedelta(days=days)):
        cancel(pool, initiate(pool, now - age, wait=None))


def test_no_recovery_to_a_time_before_the_pool_or_its_plan(make_frozen_pool):
    pool = make_frozen_pool(UserPoolTier="LITE")
    with refused("FeatureUnavailableInTierException"):
        initiate(pool, pool.server.now())
    before = pool.server.now() - timedelta(hours=1)
    lite = mark(pool)
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, UserPoolTier="ESSENTIALS")
    with refused(INVALID, "RestoreTimestamp is earlier than the creation of the user pool."):
        initiate(pool, before)
    with refused(INVALID, "The user pool was not on the ESSENTIALS pricing tier at RestoreTimestamp."):
        initiate(pool, lite)


def test_no_recovery_while_an_import_runs(make_frozen_pool):
    pool = make_frozen_pool(AutoVerifiedAttributes=["email"])
    point = mark(pool)
    pool.server.advance("15m")
    job = pool.idp.create_user_import_job(
        UserPoolId=pool.pool_id, JobName="j", CloudWatchLogsRoleArn="arn:aws:iam::123456789012:role/import"
    )["UserImportJob"]
    one = {"UserPoolId": pool.pool_id, "JobId": job["JobId"]}
    file = "cognito:username,email,email_verified\nann,ann@example.com,TRUE\n"
    requests.put(job["PreSignedUrl"], data=file, headers={"x-amz-server-side-encryption": "aws:kms"}, timeout=30)
    requests.post(pool.server.url + "/_poolhouse/imports", json={"held": True}, timeout=30)
    pool.idp.start_user_import_job(**one)
    with refused(
        "ConcurrentModificationException",
        "A recovery cannot be initiated while a user import job is in progress.",
    ):
        initiate(pool, point, wait=None)
    pool.idp.stop_user_import_job(**one)
    initiate(pool, point, wait=None)
    with refused(PAUSED):
        pool.idp.start_user_import_job(**one)


def test_only_the_primary_region_recovers(make_frozen_pool):
    key = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
    pool = make_frozen_pool(KeyConfiguration={"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": key})
    pool.idp.create_user_pool_replica(UserPoolId=pool.pool_id, RegionName="us-west-2")
    point = mark(pool)
    there = pool.server.client(region_name="us-west-2")
    with refused("OperationNotEnabledException"):
        there.initiate_point_in_time_recovery(UserPoolId=pool.pool_id, RestoreTimestamp=point)
    initiate(pool, point)


@pytest.fixture
def started(request):
    """A server with flags of the test's own."""
    server = Server("--frozen-clock", NEW_YEAR, *request.param)
    yield server
    server.stop()


def pool_of(server):
    return Pool(server, server.client())


@pytest.mark.parametrize("started", [["--quotas", "aws"]], indirect=True)
def test_quotas_of_previews_and_completed_recoveries(started):
    pool = pool_of(started)
    point = mark(pool)
    for _ in range(3):
        cancel(pool, initiate(pool, point))
    with refused(LIMIT, "The limit of point-in-time recovery previews of a user pool has been exceeded."):
        initiate(pool, point)
    pool.server.advance("1day")
    recover(pool, mark(pool))
    with refused(LIMIT, "The limit of completed point-in-time recoveries of a user pool has been exceeded."):
        initiate(pool, pool.server.now())


@pytest.mark.parametrize("started", [["--keep-history", "8KiB"]], indirect=True)
def test_history_is_bounded_and_a_refusal_says_so(started):
    pool = pool_of(started)
    pool.add_user("ann")
    early = mark(pool)
    for number in range(100):
        rename(pool, f"Ann {number}")
    late = mark(pool)
    rename(pool, "the last")
    pool.server.advance("15m")
    answer = started.post(
        "InitiatePointInTimeRecovery", {"UserPoolId": pool.pool_id, "RestoreTimestamp": early.timestamp()}
    )
    assert answer.json() == {
        "__type": "OperationNotEnabledException",
        "message": "The user pool does not support point-in-time recovery to the requested time.",
    }
    assert "--keep-history" in answer.headers["x-poolhouse-reason"]
    recover(pool, late)
    assert {"Name": "name", "Value": "Ann 99"} in pool.get_user("ann")["UserAttributes"]


def test_a_pool_of_the_default_fixture_goes_back_to_its_start(frozen):
    client = frozen.client()
    ids = {"UserPoolId": "us-east-1_PoolHouse"}
    users = client.list_users(**ids)["Users"]
    point = frozen.now()
    frozen.advance("1m")
    for user in users:
        client.admin_delete_user(**ids, Username=user["Username"])
    frozen.advance("15m")
    made = client.initiate_point_in_time_recovery(**ids, RestoreTimestamp=point)["Restoration"]
    client.start_point_in_time_recovery(**ids, RestoreId=made["RestoreId"])
    assert client.list_users(**ids)["Users"] == users
