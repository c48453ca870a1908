"""User import jobs: the CSV file, what its rows may hold, passwords that come as hashes, and a job's states."""

import hashlib
import re
import time
from base64 import b64encode

import pytest
import requests

from cognito import PASSWORD, refused, tokens_of

ROLE = "arn:aws:iam::123456789012:role/service-role/Cognito-UserImport-Role"
KMS = {"x-amz-server-side-encryption": "aws:kms"}
SUCCEEDED = "Import Job Completed Successfully."
RESET = ("PasswordResetRequiredException", "Password reset required for the user")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
# bcrypt of "a", one of jBCrypt's published vectors.
BCRYPT = "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"
# of "password", of argon2's reference tests.
ARGON2ID = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
SALT = bytes(range(16))
SCRYPT = f"1024$8$1${SALT.hex()}${hashlib.scrypt(b'a', salt=SALT, n=1024, r=8, p=1, dklen=32).hex()}"


def encode(data):
    return b64encode(data).decode().rstrip("=").replace("+", ".")


# As costly as AWS takes it.
DERIVED = hashlib.pbkdf2_hmac("sha256", b"a", SALT, 600_000, 32)
PBKDF2 = f"$pbkdf2-sha256$600000${encode(SALT)}${encode(DERIVED)}"


@pytest.fixture
def pool(make_pool):
    return make_pool(AutoVerifiedAttributes=["email"])


def new_job(pool, **more):
    made = pool.idp.create_user_import_job(
        JobName="first users", UserPoolId=pool.pool_id, CloudWatchLogsRoleArn=ROLE, **more
    )
    return made["UserImportJob"]


def upload(job, text, headers=KMS):
    return requests.put(job["PreSignedUrl"], data=text.encode(), headers=headers, timeout=30)


def start(pool, job):
    return pool.idp.start_user_import_job(UserPoolId=pool.pool_id, JobId=job["JobId"])["UserImportJob"]


def describe(pool, job):
    return pool.idp.describe_user_import_job(UserPoolId=pool.pool_id, JobId=job["JobId"])["UserImportJob"]


def over(pool, job):
    for _ in range(3000):
        now = describe(pool, job)
        if now["Status"] not in ("Pending", "InProgress"):
            return now
        time.sleep(0.01)
    raise AssertionError("the job does not end")


def template(pool):
    return pool.idp.get_csv_header(UserPoolId=pool.pool_id)["CSVHeader"]


def row(columns, **values):
    names = {"username": "cognito:username", "mfa": "cognito:mfa_enabled"}
    given = {names.get(name, name): value for name, value in values.items()}
    return ",".join(given.pop(column, "") for column in columns)


def verified(columns, name, **values):
    return row(columns, username=name, email=f"{name}@example.com", email_verified="TRUE", **values)


def run(pool, lines, **more):
    """A job with a file of these lines below the pool's header, run to its end."""
    job = new_job(pool, **more)
    assert upload(job, "\n".join([",".join(template(pool)), *lines])).status_code == 200
    start(pool, job)
    return over(pool, job)


def counts(job):
    return job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]


def hold(pool, held):
    """Keeps jobs from their rows; the server is the test's own, so that no other test waits."""
    answer = requests.post(f"{pool.server.url}/_poolhouse/imports", json={"held": held}, timeout=30)
    assert answer.json() == {"held": held}


def log(pool, job):
    answer = requests.get(f"{pool.server.url}/_poolhouse/imports/{job['JobId']}/log", timeout=30)
    assert answer.status_code == 200
    return answer.text.splitlines()


def test_the_template_is_filled_sent_and_imported(pool):
    columns = template(pool)
    assert columns[:3] == ["name", "given_name", "family_name"]
    assert columns[-2:] == ["cognito:mfa_enabled", "cognito:username"]
    job = new_job(pool)
    assert re.fullmatch("import-[0-9a-zA-Z]{10}", job["JobId"])
    assert job["Status"] == "Created" and counts(job) == (0, 0, 0)
    lines = [",".join(columns), verified(columns, "ann", address=r"1 Main St\, Springfield"), verified(columns, "bob")]
    answer = upload(job, "\r\n".join(lines))
    assert answer.status_code == 200 and answer.headers["ETag"]
    assert start(pool, job)["Status"] == "Pending"
    job = over(pool, job)
    assert (job["Status"], job["CompletionMessage"], counts(job)) == ("Succeeded", SUCCEEDED, (2, 0, 0))
    assert job["CompletionDate"] >= job["StartDate"] >= job["CreationDate"]
    ann = pool.get_user("ann")
    assert ann["UserStatus"] == "RESET_REQUIRED"
    values = {attribute["Name"]: attribute["Value"] for attribute in ann["UserAttributes"]}
    assert values["address"] == "1 Main St, Springfield" and values["email_verified"] == "true"
    assert log(pool, job) == [f"[SUCCEEDED] Line Number {n} - The import succeeded." for n in (2, 3)]


def test_imported_users_reset_their_passwords(pool):
    run(pool, [verified(template(pool), "ann")])
    for sign_in in (pool.sign_in, pool.srp_sign_in):
        with refused(*RESET):
            sign_in("ann", "any password")
    pool.idp.forgot_password(ClientId=pool.id, Username="ann")
    code = pool.server.messages("ann")[-1]["code"]
    pool.idp.confirm_forgot_password(ClientId=pool.id, Username="ann", ConfirmationCode=code, Password=PASSWORD)
    tokens_of(pool.sign_in("ann"))


def test_a_client_that_hides_users_hides_that_they_were_imported(pool):
    run(pool, [verified(template(pool), "ann")])
    client = pool.add_client(PreventUserExistenceErrors="ENABLED")
    for sign_in in (client.sign_in, client.srp_sign_in):
        with refused(*WRONG):
            sign_in("ann", "any password")


@pytest.mark.parametrize(
    "algorithm, given, password",
    [
        ("BCRYPT", BCRYPT, "a"),
        ("SCRYPT", SCRYPT, "a"),
        ("ARGON2ID", ARGON2ID, "password"),
        ("PBKDF2_SHA256", PBKDF2, "a"),
    ],
)
def test_a_password_hash_signs_in_at_once(make_pool, algorithm, given, password):
    pool = make_pool(AutoVerifiedAttributes=["email"])
    escaped = given.replace(",", "\\,")
    text = (
        "cognito:username,email,email_verified,password_hash\n"
        f"ann,ann@example.com,TRUE,{escaped}\nbob,bob@example.com,TRUE,\ncid,cid@example.com,TRUE,$5$x\n"
    )
    job = new_job(pool, PasswordHashingAlgorithm=algorithm)
    assert job["PasswordHashingAlgorithm"] == algorithm
    upload(job, text)
    start(pool, job)
    job = over(pool, job)
    assert counts(job) == (2, 0, 1)
    assert pool.status("ann") == "CONFIRMED" and pool.status("bob") == "RESET_REQUIRED"
    # SRP waits for the first sign-in.
    for wrong in ((pool.srp_sign_in, password), (pool.sign_in, "another")):
        with refused(*WRONG):
            wrong[0]("ann", wrong[1])
    tokens_of(pool.sign_in("ann", password))
    tokens_of(pool.srp_sign_in("ann", password))


def test_rows_that_do_not_fit_fail_alone(pool):
    pool.add_user("dee")
    columns = template(pool)
    lines = [
        verified(columns, "ann"),
        verified(columns, "dee"),
        row(columns, username="eve", email="eve@example.com", email_verified="FALSE"),
        verified(columns, "fay", birthdate="1985-02-01"),
        verified(columns, "gus", mfa="TRUE"),
        verified(columns, "hal") + ",",
        verified(columns, "ida", birthdate="02/01/1985", mfa="FALSE", updated_at="1471453471"),
        verified(columns, "jan"),
    ]
    job = run(pool, lines)
    assert (job["Status"], counts(job)) == ("Succeeded", (3, 1, 4))
    told = log(pool, job)
    assert told[1] == "[SKIPPED] Line Number 3 - The user already exists."
    assert told[2] == (
        "[FAILED] Line Number 4 - The User Record does not set any of the auto verified attributes to true. "
        "(Example: email_verified to true)."
    )
    assert [line.split("]")[0] for line in told] == [
        "[SUCCEEDED", "[SKIPPED", "[FAILED", "[FAILED", "[FAILED", "[FAILED", "[SUCCEEDED", "[SUCCEEDED"
    ]
    assert "example.com" not in "".join(told)


def test_a_header_that_is_not_the_pools_fails_the_job(pool):
    for header in ("cognito:username,email", ",".join(template(pool) + ["custom:no"])):
        job = new_job(pool)
        upload(job, header + "\nann,ann@example.com")
        start(pool, job)
        job = over(pool, job)
        assert job["Status"] == "Failed" and counts(job) == (0, 0, 0)


def test_a_job_needs_a_file_and_starts_once(pool):
    job = new_job(pool)
    ids = {"UserPoolId": pool.pool_id, "JobId": job["JobId"]}
    with refused("PreconditionNotMetException", f"No csv file was uploaded for {job['JobId']}"):
        pool.idp.start_user_import_job(**ids)
    with refused("PreconditionNotMetException"):
        pool.idp.stop_user_import_job(**ids)
    upload(job, ",".join(template(pool)))
    start(pool, job)
    assert over(pool, job)["Status"] == "Succeeded"
    # The texts are inferred.
    started = f"The user import job {job['JobId']} has already been started or has expired."
    with refused("PreconditionNotMetException", started):
        pool.idp.start_user_import_job(**ids)
    with refused("PreconditionNotMetException", f"The user import job {job['JobId']} is not in progress."):
        pool.idp.stop_user_import_job(**ids)
    with refused("ResourceNotFoundException"):
        pool.idp.describe_user_import_job(UserPoolId=pool.pool_id, JobId="import-0123456789")


def test_a_pool_without_auto_verified_attributes_starts_no_job(make_pool):
    pool = make_pool()
    job = new_job(pool)
    upload(job, ",".join(template(pool)))
    # Inferred.
    text = "The user pool must have at least one auto verified attribute."
    with refused("PreconditionNotMetException", text):
        start(pool, job)


def test_a_running_job_holds_its_pool_and_can_be_stopped(make_frozen_pool):
    pool = make_frozen_pool(AutoVerifiedAttributes=["email"])
    columns = template(pool)
    job, other = new_job(pool), new_job(pool)
    upload(job, "\n".join([",".join(columns), verified(columns, "ann")]))
    upload(other, ",".join(columns))
    hold(pool, True)
    start(pool, job)
    with refused("PreconditionNotMetException"):
        start(pool, other)
    with refused("UserImportInProgressException"):
        pool.idp.update_user_pool(UserPoolId=pool.pool_id)
    with refused("UserImportInProgressException"):
        pool.idp.delete_user_pool(UserPoolId=pool.pool_id)
    stopped = pool.idp.stop_user_import_job(UserPoolId=pool.pool_id, JobId=job["JobId"])["UserImportJob"]
    assert stopped["Status"] == "Stopped" and counts(stopped) == (0, 0, 0)
    assert stopped["CompletionMessage"] == "The Import Job was stopped by the developer."
    start(pool, other)
    hold(pool, False)
    assert over(pool, other)["Status"] == "Succeeded"
    assert describe(pool, job) == stopped
    pool.idp.delete_user_pool(UserPoolId=pool.pool_id)


def test_the_url_is_good_as_it_is_for_a_quarter_of_an_hour(make_frozen_pool):
    pool = make_frozen_pool(AutoVerifiedAttributes=["email"])
    job = new_job(pool)
    assert upload(job, "x", headers={}).status_code == 403
    assert upload(job, "x", headers={"x-amz-server-side-encryption": "AES256"}).status_code == 403
    tampered = job | {"PreSignedUrl": job["PreSignedUrl"][:-1] + "x"}
    assert "<Code>SignatureDoesNotMatch</Code>" in upload(tampered, "x").text
    pool.server.advance("14m59s")
    assert upload(job, "x").status_code == 200
    pool.server.advance("1s")
    late = upload(job, "x")
    assert late.status_code == 403 and "<Message>Request has expired</Message>" in late.text


def test_a_job_that_is_not_started_expires(make_frozen_pool):
    pool = make_frozen_pool(AutoVerifiedAttributes=["email"])
    job = new_job(pool)
    upload(job, ",".join(template(pool)))
    pool.server.advance("23h")
    assert describe(pool, job)["Status"] == "Created"
    pool.server.advance("25h")
    expired = describe(pool, job)
    assert (expired["Status"], expired["CompletionMessage"]) == ("Expired", "The user import job has expired.")
    with refused("PreconditionNotMetException"):
        start(pool, job)


def test_jobs_are_listed_from_the_latest(pool):
    jobs = [new_job(pool)["JobId"] for _ in range(3)]
    found, more = [], {}
    while True:
        page = pool.idp.list_user_import_jobs(UserPoolId=pool.pool_id, MaxResults=2, **more)
        found += [job["JobId"] for job in page["UserImportJobs"]]
        if "PaginationToken" not in page:
            break
        more = {"PaginationToken": page["PaginationToken"]}
    assert found == jobs[::-1]
    with refused("InvalidParameterException"):
        pool.idp.list_user_import_jobs(UserPoolId=pool.pool_id, MaxResults=2, PaginationToken="x")


def test_the_role_is_a_role_of_the_account(pool):
    # That a user's ARN is refused is inferred, as is its text; the other is known of pools' roles.
    user, other = "arn:aws:iam::123456789012:user/someone", "arn:aws:iam::210987654321:role/other"
    foreign = "Cross-account pass role is not allowed."
    for role, text in ((user, f"Invalid CloudWatchLogsRoleArn {user}."), (other, foreign)):
        with refused("InvalidParameterException", text):
            pool.idp.create_user_import_job(JobName="a", UserPoolId=pool.pool_id, CloudWatchLogsRoleArn=role)
