"""Groups: their members, the partial update, and pages."""

import pytest

from cognito import refused, without_metadata

ROLE = "arn:aws:iam::123456789012:role/crew"
NO_GROUP = ("ResourceNotFoundException", "Group not found.")  # reported


@pytest.fixture
def pool(make_pool):
    return make_pool()


def create(pool, name, **settings):
    return pool.idp.create_group(UserPoolId=pool.pool_id, GroupName=name, **settings)["Group"]


def join(pool, username, group):
    return pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, Username=username, GroupName=group)


def leave(pool, username, group):
    return pool.idp.admin_remove_user_from_group(UserPoolId=pool.pool_id, Username=username, GroupName=group)


def members(pool, group):
    users = pool.idp.list_users_in_group(UserPoolId=pool.pool_id, GroupName=group)["Users"]
    return sorted(user["Username"] for user in users)


def groups_of(pool, username):
    answer = pool.idp.admin_list_groups_for_user(UserPoolId=pool.pool_id, Username=username)
    return sorted(group["GroupName"] for group in answer["Groups"])


def test_a_group_shows_what_it_has(pool):
    plain = create(pool, "crew")
    assert set(plain) == {"GroupName", "UserPoolId", "LastModifiedDate", "CreationDate"}
    full = create(pool, "staff", Description="People", Precedence=0, RoleArn=ROLE)
    assert (full["Description"], full["Precedence"], full["RoleArn"]) == ("People", 0, ROLE)
    read = pool.idp.get_group(UserPoolId=pool.pool_id, GroupName="staff")["Group"]
    assert read == full


def test_a_group_name_is_used_once_and_is_case_sensitive(pool):
    """The text is reported."""
    create(pool, "crew")
    with refused("GroupExistsException", "A group with the name already exists."):
        create(pool, "crew")
    create(pool, "Crew")


def test_update_changes_only_what_it_names(make_frozen_pool):
    pool = make_frozen_pool()
    create(pool, "crew", Description="People", Precedence=3, RoleArn=ROLE)
    pool.server.advance("1h")
    changed = pool.idp.update_group(UserPoolId=pool.pool_id, GroupName="crew", Precedence=7)["Group"]
    assert (changed["Description"], changed["Precedence"], changed["RoleArn"]) == ("People", 7, ROLE)
    assert (changed["LastModifiedDate"] - changed["CreationDate"]).total_seconds() == 3600


def test_joining_twice_is_joining_once(pool):
    create(pool, "crew")
    pool.add_user("ann")
    for _ in range(2):
        assert without_metadata(join(pool, "ann", "crew")) == {}
    assert members(pool, "crew") == ["ann"]
    assert groups_of(pool, "ann") == ["crew"]
    for _ in range(2):
        assert without_metadata(leave(pool, "ann", "crew")) == {}
    assert members(pool, "crew") == groups_of(pool, "ann") == []


def test_memberships_end_with_the_group_and_with_the_user(pool):
    for name in ("crew", "staff"):
        create(pool, name)
    for name in ("ann", "bea"):
        pool.add_user(name)
        join(pool, name, "crew")
        join(pool, name, "staff")
    pool.idp.delete_group(UserPoolId=pool.pool_id, GroupName="crew")
    assert groups_of(pool, "ann") == ["staff"]
    create(pool, "crew")
    assert members(pool, "crew") == []
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="ann")
    assert members(pool, "staff") == ["bea"]
    pool.add_user("ann")
    assert groups_of(pool, "ann") == []


def test_an_unknown_group(pool):
    pool.add_user("ann")
    ids = {"UserPoolId": pool.pool_id, "GroupName": "nothing"}
    calls = [
        lambda: pool.idp.get_group(**ids),
        lambda: pool.idp.update_group(**ids, Precedence=1),
        lambda: pool.idp.delete_group(**ids),
        lambda: pool.idp.list_users_in_group(**ids),
        lambda: join(pool, "ann", "nothing"),
        lambda: leave(pool, "ann", "nothing"),
    ]
    for call in calls:
        with refused(*NO_GROUP):
            call()


def test_an_unknown_user(pool):
    create(pool, "crew")
    for call in (join, leave):
        with refused("UserNotFoundException", "User does not exist."):
            call(pool, "nobody", "crew")


def test_groups_and_members_are_listed_in_pages(pool):
    pool.add_user("user-0")
    for number in range(5):
        create(pool, f"group-{number}")
        join(pool, "user-0", f"group-{number}")
    for number in range(1, 5):
        pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username=f"user-{number}", MessageAction="SUPPRESS")
        join(pool, f"user-{number}", "group-0")
    listed = {
        "list_groups": ({}, "Groups", "GroupName"),
        "admin_list_groups_for_user": ({"Username": "user-0"}, "Groups", "GroupName"),
        "list_users_in_group": ({"GroupName": "group-0"}, "Users", "Username"),
    }
    for operation, (names, key, name) in listed.items():
        paginator = pool.idp.get_paginator(operation)
        pages = list(paginator.paginate(UserPoolId=pool.pool_id, PaginationConfig={"PageSize": 2}, **names))
        assert [len(page[key]) for page in pages] == [2, 2, 1], operation
        stem = "group" if key == "Groups" else "user"
        found = sorted(entry[name] for page in pages for entry in page[key])
        assert found == [f"{stem}-{number}" for number in range(5)], operation
