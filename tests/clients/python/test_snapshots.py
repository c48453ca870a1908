"""Snapshots, reset and branches, as a suite with boto3 uses them."""

from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
import requests
from botocore.config import Config

from cognito import PASSWORD, Client, Pool, refused, secret_hash
from conftest import CONFIDENTIAL, POOL_ID, PUBLIC
from poolhouse import Server

WORKERS = 8


@pytest.fixture
def server():
    server = Server()
    yield server
    server.stop()


def ask(server, method, path, body=None, status=200):
    answer = requests.request(method, f"{server.url}/_poolhouse/{path}", json=body, timeout=30)
    assert answer.status_code == status, answer.text
    return answer.json()


def idp_of(server, account):
    """A client whose calls are of this account, as its access key id says."""
    return boto3.client(
        "cognito-idp",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id=account,
        aws_secret_access_key="not-checked",
        config=Config(retries={"total_max_attempts": 1}),
    )


def names(idp, pool):
    users = idp.list_users(UserPoolId=pool)["Users"]
    return sorted(user["Username"] for user in users)


def test_a_used_totp_code_is_good_again_after_a_restore(make_frozen_pool):
    pool = make_frozen_pool()
    pool.set_mfa("OPTIONAL")
    pool.add_user("ann")
    secret = pool.register_totp(pool.tokens("ann")["AccessToken"])
    pool.server.advance("30s")
    ask(pool.server, "POST", "snapshots", {"name": "enrolled"})

    def answer():
        challenge = pool.sign_in("ann")
        return pool.answer(challenge, "ann", SOFTWARE_TOKEN_MFA_CODE=pool.code(secret))

    assert answer()["AuthenticationResult"]
    with refused("ExpiredCodeException"):
        answer()
    ask(pool.server, "POST", "snapshots/enrolled/restore")
    assert answer()["AuthenticationResult"]


def test_tokens_of_the_time_after_the_snapshot_are_unknown(server):
    idp = server.client()
    pool = Pool(server, idp)
    pool.add_user("ann")
    before = pool.sign_in("ann")["AuthenticationResult"]
    ask(server, "POST", "snapshots", {"name": "signed-in"})
    after = pool.sign_in("ann")["AuthenticationResult"]
    ask(server, "POST", "snapshots/signed-in/restore")
    assert idp.get_user(AccessToken=before["AccessToken"])["Username"] == "ann"
    assert pool.refresh(before["RefreshToken"])["AuthenticationResult"]
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        pool.refresh(after["RefreshToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        idp.get_user(AccessToken=after["AccessToken"])


def test_a_reset_of_one_account_leaves_the_others_alone(server):
    ask(server, "POST", "branches", {"account": "111111111111"})
    branch = ask(server, "POST", "branches", {"account": "222222222222"})
    ours, theirs = server.client(), idp_of(server, "222222222222")
    pool = next(iter(branch["pools"].values()))["new"]
    for idp, id in ((ours, POOL_ID), (theirs, pool)):
        idp.admin_create_user(UserPoolId=id, Username="new", MessageAction="SUPPRESS")
    ask(server, "POST", "reset", {"account": "123456789012"})
    assert "new" not in names(ours, POOL_ID) and "new" in names(theirs, pool)


def test_eight_workers_have_a_branch_each(server):
    """Each does the same in its own, at the same time, and sees nothing of the others."""

    def work(_):
        branch = ask(server, "POST", "branches", {"from": "@start"})
        idp = idp_of(server, branch["account"])
        pool = next(pair["new"] for pair in branch["pools"].values() if pair["old"] == POOL_ID)
        ids = {pair["old"]: pair["new"] for pair in branch["clients"].values()}
        assert branch["users"] == len(names(idp, pool))
        client = ids[PUBLIC[0]]
        for n in range(5):
            name = f"worker-{n}"
            idp.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
            idp.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)
            tokens = idp.initiate_auth(
                ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD}
            )["AuthenticationResult"]
            assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == name
            idp.admin_delete_user(UserPoolId=pool, Username=name)
        # A secret is that of the client which was copied; its hash is of the new id.
        confidential = ids[CONFIDENTIAL[0]]
        idp.resend_confirmation_code(
            ClientId=confidential, Username="uma", SecretHash=secret_hash("uma", confidential, CONFIDENTIAL[1])
        )
        ask(server, "DELETE", f"branches/{branch['account']}")
        return branch["account"]

    with ThreadPoolExecutor(WORKERS) as workers:
        accounts = list(workers.map(work, range(WORKERS)))
    assert len(set(accounts)) == WORKERS
    assert "worker-0" not in names(server.client(), POOL_ID)


def test_a_password_of_a_branch_is_proven_by_srp(server):
    """Its verifier is of the pool's name, which is another one."""
    idp = server.client()
    pool = Pool(server, idp)
    pool.add_user("ann")
    ask(server, "POST", "snapshots", {"name": "ann"})
    branch = ask(server, "POST", "branches", {"from": "ann"})
    ids = {pair["old"]: pair for pair in branch["clients"].values()}
    found = ids[pool.id]
    copy = Client(server, idp, found["userPoolId"], found["new"])
    assert copy.srp_sign_in("ann")["AuthenticationResult"]["AccessToken"]
    assert copy.sign_in("ann")["AuthenticationResult"]["AccessToken"]


def test_a_clone_stands_beside_its_pool(server):
    idp = server.client()
    first = ask(server, "POST", f"pools/{POOL_ID}/clone")
    second = ask(server, "POST", f"pools/{POOL_ID}/clone")
    assert first["account"] == second["account"] == "123456789012"
    new = [next(iter(one["pools"].values()))["new"] for one in (first, second)]
    assert len({POOL_ID, *new}) == 3
    assert names(idp, new[0]) == names(idp, POOL_ID)
    idp.admin_create_user(UserPoolId=new[0], Username="only-here", MessageAction="SUPPRESS")
    assert "only-here" not in names(idp, POOL_ID) + names(idp, new[1])
    listed = {pool["Id"] for pool in idp.list_user_pools(MaxResults=60)["UserPools"]}
    assert {POOL_ID, *new} <= listed


def test_a_reset_in_the_words_of_moto(server):
    idp = server.client()
    idp.create_user_pool(PoolName="gone")
    answer = requests.post(server.url + "/moto-api/reset", timeout=30)
    assert answer.status_code == 200
    pools = idp.list_user_pools(MaxResults=60)["UserPools"]
    assert "gone" not in [pool["Name"] for pool in pools]
