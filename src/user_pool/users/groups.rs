//! Groups: who belongs together, and which role and precedence that gives.
//!
//! Limits and precedence: "Adding groups to a user pool" and "Quotas in Amazon Cognito", developer
//! guide (documented).

use std::ops::Bound;
use std::sync::Arc;

use crate::context::Context;
use crate::error::{CognitoError, Refusal, Sought};
use crate::model::cognito_idp::{
    AdminAddUserToGroupRequest, AdminListGroupsForUserRequest, AdminListGroupsForUserResponse,
    AdminRemoveUserFromGroupRequest, CreateGroupRequest, CreateGroupResponse, DeleteGroupRequest,
    GetGroupRequest, GetGroupResponse, ListGroupsRequest, ListGroupsResponse,
    ListUsersInGroupRequest, ListUsersInGroupResponse, UpdateGroupRequest, UpdateGroupResponse,
};
use crate::model::{GroupName, NoOutput};
use crate::page;
use crate::store::UserKey;
use crate::store::user_pool::group::Group;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::user_pool::users;

/// Documented quota.
const GROUPS_PER_POOL: usize = 10_000;

/// Documented quota.
pub(crate) const GROUPS_PER_USER: usize = 100;

/// What tokens say of a user's groups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupClaims {
    /// `cognito:groups`, the strongest first.
    pub groups: Vec<String>,
    /// `cognito:roles`, in the same order; a role of several groups is named once.
    pub roles: Vec<String>,
    /// `cognito:preferred_role`: the role of the strongest group, unless groups tie with different
    /// roles (documented). Groups without a role do not count (inferred).
    pub preferred_role: Option<String>,
}

/// The groups of a user for tokens, by precedence, then by name.
pub fn claims(state: &PoolState, user: &User) -> GroupClaims {
    let mut groups: Vec<&Group> = state.groups_of(user).map(Arc::as_ref).collect();
    groups.sort_by_key(|group| group.strength());
    let with_role = || {
        groups
            .iter()
            .filter_map(|group| Some((group.precedence, group.role_arn.as_ref()?)))
    };
    let preferred_role = with_role().next().and_then(|(strongest, role)| {
        let tied = with_role().take_while(|(precedence, _)| *precedence == strongest);
        tied.into_iter()
            .all(|(_, other)| other == role)
            .then(|| role.clone())
    });
    let mut roles: Vec<String> = Vec::new();
    for (_, role) in with_role() {
        if !roles.contains(role) {
            roles.push(role.clone());
        }
    }
    let groups = groups.iter().map(|group| group.name.to_string()).collect();
    GroupClaims {
        groups,
        roles,
        preferred_role,
    }
}

fn require<'a>(state: &'a PoolState, name: &GroupName) -> Result<&'a Arc<Group>, CognitoError> {
    state.groups.get(name).ok_or_else(|| {
        Refusal::GroupUnknown.because(format!(
            "the pool {} has no group {name:?} (letter case counts); ListGroups shows its groups",
            state.settings.id
        ))
        .seeking(Sought::Group {
            pool: state.settings.id.to_string(),
            name: name.to_string(),
        })
    })
}

/// `CreateGroup`. A group name is used once per pool.
///
/// # Errors
/// An unknown pool, a name in use, too many groups.
pub fn create_group(
    cx: &Context,
    req: CreateGroupRequest,
) -> Result<CreateGroupResponse, CognitoError> {
    let now = cx.now();
    let group = Group {
        name: req.group_name,
        description: req.description,
        role_arn: req.role_arn,
        precedence: req.precedence,
        created: now,
        modified: now,
        number: 0,
    };
    let view = group.view(&req.user_pool_id);
    cx.pool(&req.user_pool_id)?.change(|draft| {
        let groups = &draft.state().groups;
        if groups.contains_key(&group.name) {
            return Refusal::GroupExists
                .refuse(format!("the pool has a group {:?} already", group.name));
        }
        if groups.len() >= GROUPS_PER_POOL {
            return Refusal::ResourceLimit {
                what: "groups in the user pool".into(),
            }
            .refuse(format!(
                "a pool has {GROUPS_PER_POOL} groups at most; delete one first"
            ));
        }
        draft.put_group(group);
        Ok(())
    })?;
    Ok(CreateGroupResponse { group: Some(view) })
}

/// `GetGroup`.
///
/// # Errors
/// An unknown pool or group.
pub fn get_group(cx: &Context, req: GetGroupRequest) -> Result<GetGroupResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let group = pool.read(|state| require(state, &req.group_name).cloned())?;
    Ok(GetGroupResponse {
        group: Some(group.view(&pool.id)),
    })
}

/// `UpdateGroup`. Partial, unlike the updates of pools and clients: what is left out stays
/// (documented by the sample of the AWS CLI).
///
/// # Errors
/// An unknown pool or group.
pub fn update_group(
    cx: &Context,
    req: UpdateGroupRequest,
) -> Result<UpdateGroupResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let now = cx.now();
    let group = pool.change(|draft| {
        let mut group = Group::clone(require(draft.state(), &req.group_name)?);
        group.description = req.description.or(group.description);
        group.role_arn = req.role_arn.or(group.role_arn);
        group.precedence = req.precedence.or(group.precedence);
        group.modified = now;
        Ok(draft.put_group(group))
    })?;
    Ok(UpdateGroupResponse {
        group: Some(group.view(&pool.id)),
    })
}

/// `DeleteGroup`. Memberships go with it; the members stay (documented).
///
/// # Errors
/// An unknown pool or group.
pub fn delete_group(cx: &Context, req: DeleteGroupRequest) -> Result<NoOutput, CognitoError> {
    cx.pool(&req.user_pool_id)?.change(|draft| {
        require(draft.state(), &req.group_name)?;
        draft.remove_group(req.group_name);
        Ok(NoOutput)
    })
}

/// `ListGroups`, by name.
///
/// # Errors
/// An unknown pool, a bad token.
pub fn list_groups(
    cx: &Context,
    req: ListGroupsRequest,
) -> Result<ListGroupsResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let scope = format!("ListGroups {}", pool.id);
    let after = page::position(cx, &scope, req.next_token.as_deref())?;
    let limit = page::limit(req.limit);
    let mut found: Vec<Arc<Group>> = pool.read(|state| {
        let start = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let behind = state.groups.range::<str, _>((start, Bound::Unbounded));
        behind
            .take(limit + 1)
            .map(|(_, group)| Arc::clone(group))
            .collect()
    });
    let next_token = page::cut(cx, &scope, &mut found, limit, |group| {
        group.name.to_string()
    });
    let groups = found.iter().map(|group| group.view(&pool.id)).collect();
    Ok(ListGroupsResponse {
        groups: Some(groups),
        next_token,
    })
}

/// `ListUsersInGroup`, by username.
///
/// # Errors
/// An unknown pool or group, a bad token.
pub fn list_users_in_group(
    cx: &Context,
    req: ListUsersInGroupRequest,
) -> Result<ListUsersInGroupResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let scope = format!("ListUsersInGroup {} {}", pool.id, req.group_name);
    let after = page::position(cx, &scope, req.next_token.as_deref())?;
    let limit = page::limit(req.limit);
    let mut found: Vec<(UserKey, Arc<User>)> = pool.read(|state| {
        let group = require(state, &req.group_name)?;
        let members = state
            .members
            .of(group, after.as_deref())
            .take(limit + 1)
            .filter_map(|key| Some((Arc::clone(key), Arc::clone(state.users.get(key)?))));
        Ok(members.collect())
    })?;
    let next_token = page::cut(cx, &scope, &mut found, limit, |(key, _)| key.to_string());
    let users = found.iter().map(|(_, user)| user.view()).collect();
    Ok(ListUsersInGroupResponse {
        users: Some(users),
        next_token,
    })
}

/// `AdminAddUserToGroup`. Adding again changes nothing (inferred). That an unknown user is refused
/// before an unknown group is inferred.
///
/// # Errors
/// An unknown pool, user or group; too many groups for one user.
pub fn admin_add_user_to_group(
    cx: &Context,
    req: AdminAddUserToGroupRequest,
) -> Result<NoOutput, CognitoError> {
    cx.pool(&req.user_pool_id)?.change(|draft| {
        let state = draft.state();
        let user = users::require(state, &req.username)?;
        let group = require(state, &req.group_name)?;
        if state.is_member(user, group) {
            return Ok(NoOutput);
        }
        if state.groups_of(user).count() >= GROUPS_PER_USER {
            return Refusal::ResourceLimit {
                what: "groups of a user".into(),
            }
            .refuse(format!(
                "a user is in {GROUPS_PER_USER} groups at most; take the user out of one first"
            ));
        }
        let mut user = User::clone(user);
        // What was deleted since is forgotten here, so that it doesn't grow.
        user.keep_memberships(|known| state.group_of(known).is_some());
        user.join_group(group.membership());
        draft.put_user(user);
        Ok(NoOutput)
    })
}

/// `AdminRemoveUserFromGroup`. Taking out who is not in it changes nothing (inferred).
///
/// # Errors
/// An unknown pool, user or group.
pub fn admin_remove_user_from_group(
    cx: &Context,
    req: AdminRemoveUserFromGroupRequest,
) -> Result<NoOutput, CognitoError> {
    cx.pool(&req.user_pool_id)?.change(|draft| {
        let state = draft.state();
        let user = users::require(state, &req.username)?;
        let group = require(state, &req.group_name)?;
        if state.is_member(user, group) {
            let mut user = User::clone(user);
            user.leave_group(&req.group_name);
            draft.put_user(user);
        }
        Ok(NoOutput)
    })
}

/// `AdminListGroupsForUser`, by name.
///
/// # Errors
/// An unknown pool or user, a bad token.
pub fn admin_list_groups_for_user(
    cx: &Context,
    req: AdminListGroupsForUserRequest,
) -> Result<AdminListGroupsForUserResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let user = pool.read(|state| users::require(state, &req.username).cloned())?;
    let scope = format!("AdminListGroupsForUser {} {}", pool.id, user.sub);
    let after = page::position(cx, &scope, req.next_token.as_deref())?;
    let limit = page::limit(req.limit);
    let is_behind = |group: &&Arc<Group>| {
        let after = after.as_deref();
        after.is_none_or(|after| group.name.as_str() > after)
    };
    let mut found: Vec<Arc<Group>> = pool.read(|state| {
        let groups = state.groups_of(&user).filter(is_behind);
        groups.take(limit + 1).cloned().collect()
    });
    let next_token = page::cut(cx, &scope, &mut found, limit, |group| {
        group.name.to_string()
    });
    let groups = found.iter().map(|group| group.view(&pool.id)).collect();
    Ok(AdminListGroupsForUserResponse {
        groups: Some(groups),
        next_token,
    })
}

#[cfg(test)]
#[path = "tests/groups.rs"]
mod tests;
