//! Multi-Region replication: CreateUserPoolReplica, ListUserPoolReplicas, UpdateUserPoolReplica,
//! DeleteUserPoolReplica, and the pool as it is in a secondary Region.
//!
//! "Multi-Region replication for user pools", developer guide:
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-multi-region.html>. A pool has
//! one secondary replica at most, of the same id, in another Region. Email, SMS, Lambda triggers, tags,
//! log export and the sender of threat protection's mails are each Region's own (documented);
//! everything else is the pool's. Replication is immediate here. Which operations a secondary serves is
//! in `dispatch/regions.rs`.
//!
//! Documented: the ESSENTIALS or PLUS plan and a multi-Region customer managed key come first; a new
//! replica is INACTIVE, only an INACTIVE one is deleted, and that from the primary Region. (The guide
//! also lists DeleteUserPoolReplica among what a secondary serves; the operation's own page rules it
//! out, and is followed.)
//!
//! Inferred: CreateUserPoolReplica answers CREATING and DeleteUserPoolReplica DELETING, while both
//! are done when they answer; a new replica has no triggers, senders, logs or tags but those it was
//! given, and threat protection's mails have the pool's sender until it gets one; the order of checks
//! and all texts; that DeleteUserPool wants the replica deleted first.

use std::sync::Arc;

use super::tags;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    CreateUserPoolReplicaRequest, CreateUserPoolReplicaResponse, DeleteUserPoolReplicaRequest,
    DeleteUserPoolReplicaResponse, EncryptionKeyType, ListUserPoolReplicasRequest,
    ListUserPoolReplicasResponse, ReplicaRoleType, ReplicaStatusType, UpdateReplicaStatusType,
    UpdateUserPoolReplicaRequest, UpdateUserPoolReplicaResponse, UserPoolReplicaType,
};
use crate::model::names::is_region;
use crate::page;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::replica::{Regional, Replica, Replicas};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::user_pool::tiers::Feature;

impl Replica {
    fn view(&self, pool: &UserPool) -> UserPoolReplicaType {
        let status = if self.is_active {
            ReplicaStatusType::Active
        } else {
            ReplicaStatusType::Inactive
        };
        row(pool, &self.region, status, ReplicaRoleType::Secondary)
    }

    fn view_as(&self, pool: &UserPool, status: ReplicaStatusType) -> UserPoolReplicaType {
        UserPoolReplicaType {
            status: Some(status),
            ..self.view(pool)
        }
    }
}

fn row(
    pool: &UserPool,
    region: &str,
    status: ReplicaStatusType,
    role: ReplicaRoleType,
) -> UserPoolReplicaType {
    UserPoolReplicaType {
        region_name: Some(region.to_owned()),
        status: Some(status),
        role: Some(role),
        user_pool_arn: Some(pool.arn_in(region)),
    }
}

/// `CreateUserPoolReplica`.
///
/// # Errors
/// An unknown pool; one without the plan or the key that replication takes, or with a replica; no
/// other Region; tags that AWS refuses.
pub fn create_user_pool_replica(
    cx: &Context,
    req: CreateUserPoolReplicaRequest,
) -> Result<CreateUserPoolReplicaResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let tags = req.user_pool_tags.unwrap_or_default();
    let replica = pool.change(|draft| {
        check_prerequisites(&draft.state().settings)?;
        check_region(&req.region_name, pool.region())?;
        if let Some(replica) = draft.state().replicas.secondary() {
            return Refusal::ResourceLimit {
                what: "user pool replicas".into(),
            }
            .refuse(format!(
                "a pool has one secondary replica at most, and this one has it in {}",
                replica.region
            ));
        }
        tags::check(&tags, |text| Refusal::Tagging { text })?;
        let replica = Arc::new(Replica {
            region: req.region_name,
            is_active: false,
            regional: Regional::new(tags),
        });
        draft.put_replicas(Replicas {
            secondary: Some(Arc::clone(&replica)),
        });
        Ok(replica)
    })?;
    cx.store.list_in(&pool, &replica.region);
    Ok(CreateUserPoolReplicaResponse {
        user_pool_replica: Some(replica.view_as(&pool, ReplicaStatusType::Creating)),
    })
}

fn check_prerequisites(settings: &PoolSettings) -> Result<(), CognitoError> {
    let reason = "replication needs UserPoolTier ESSENTIALS or PLUS";
    Feature::MultiRegionReplication.require(settings, reason)?;
    let key = settings.key.as_ref();
    let is_multi_region = key.is_some_and(|key| {
        key.key_type == Some(EncryptionKeyType::CustomerManagedKey)
            && key
                .kms_key_arn
                .as_deref()
                .is_some_and(|arn| crate::model::arns::resource(arn).starts_with("key/mrk-"))
    });
    if is_multi_region {
        return Ok(());
    }
    Refusal::MultiRegionKeyRequired.refuse(
        "the pool's KeyConfiguration needs KeyType CUSTOMER_MANAGED_KEY and a KmsKeyArn of a \
         multi-Region key, whose id starts with mrk-",
    )
}

fn check_region(region: &str, home: &str) -> Result<(), CognitoError> {
    let refuse = |reason: &'static str| {
        Refusal::ReplicaRegion {
            region: region.to_owned(),
        }
        .refuse(reason)
    };
    if region == home {
        return refuse("RegionName is the pool's own Region; name another one");
    }
    if !is_region(region) {
        return refuse("RegionName is no Region, such as us-west-2");
    }
    Ok(())
}

/// `ListUserPoolReplicas`: the primary first (inferred), on one page.
///
/// # Errors
/// An unknown pool; a token, which this list never gives.
pub fn list_user_pool_replicas(
    cx: &Context,
    req: ListUserPoolReplicasRequest,
) -> Result<ListUserPoolReplicasResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    page::position(cx, "ListUserPoolReplicas", req.next_token.as_deref())?;
    let primary = row(
        &pool,
        pool.region(),
        ReplicaStatusType::Active,
        ReplicaRoleType::Primary,
    );
    let secondary = pool.read(|state| state.replicas.secondary().cloned());
    let secondary = secondary.map(|replica| replica.view(&pool));
    Ok(ListUserPoolReplicasResponse {
        user_pool_replicas: Some([primary].into_iter().chain(secondary).collect()),
        next_token: None,
    })
}

/// The secondary replica in `region`.
fn require(state: &PoolState, region: &str) -> Result<Arc<Replica>, CognitoError> {
    let home = state.settings.id.region();
    if region == home {
        return Refusal::PrimaryReplica.refuse(format!(
            "{home} has the primary replica, which stays ACTIVE"
        ));
    }
    let found = state.replicas.secondary_in(region).cloned();
    found.ok_or_else(|| {
        Refusal::ReplicaUnknown {
            region: region.to_owned(),
        }
        .because("ListUserPoolReplicas shows where the pool has replicas")
    })
}

/// `UpdateUserPoolReplica`. A status that the replica has already is no fault (inferred).
///
/// # Errors
/// An unknown pool, a Region without a secondary replica of it.
pub fn update_user_pool_replica(
    cx: &Context,
    req: UpdateUserPoolReplicaRequest,
) -> Result<UpdateUserPoolReplicaResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let replica = pool.change(|draft| {
        let replica = Arc::new(Replica {
            is_active: match req.status {
                UpdateReplicaStatusType::Active => true,
                UpdateReplicaStatusType::Inactive => false,
            },
            ..Replica::clone(&*require(draft.state(), &req.region_name)?)
        });
        draft.put_replicas(Replicas {
            secondary: Some(Arc::clone(&replica)),
        });
        Ok(replica)
    })?;
    Ok(UpdateUserPoolReplicaResponse {
        user_pool_replica: Some(replica.view(&pool)),
    })
}

/// `DeleteUserPoolReplica`.
///
/// # Errors
/// An unknown pool; a Region without a secondary replica of it; an ACTIVE one.
pub fn delete_user_pool_replica(
    cx: &Context,
    req: DeleteUserPoolReplicaRequest,
) -> Result<DeleteUserPoolReplicaResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let replica = pool.change(|draft| {
        let replica = require(draft.state(), &req.region_name)?;
        if replica.is_active {
            return Refusal::ReplicaActive
                .refuse("the replica is ACTIVE; UpdateUserPoolReplica sets it to INACTIVE");
        }
        draft.put_replicas(Replicas::default());
        Ok(replica)
    })?;
    cx.store.unlist_in(&pool, &replica.region);
    Ok(DeleteUserPoolReplicaResponse {
        user_pool_replica: Some(replica.view_as(&pool, ReplicaStatusType::Deleting)),
    })
}

#[cfg(test)]
#[path = "tests/replicas.rs"]
mod tests;
