//! Multi-Region replication: CreateUserPoolReplica, ListUserPoolReplicas, UpdateUserPoolReplica,
//! DeleteUserPoolReplica, and the pool as it is in a secondary Region.
//!
//! "Multi-Region replication for user pools", developer guide:
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-multi-region.html>. A pool has
//! one secondary replica at most, of the same id, in another Region. Email, SMS, Lambda triggers, tags,
//! log export and the sender of threat protection's mails are each Region's own (documented);
//! everything else is the pool's. Replication is immediate here. Which operations a secondary serves is
//! in [`secondary`].
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

mod risk_senders;
pub mod secondary;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use risk_senders::{RiskSender, RiskSenders};

use super::log_delivery::LogConfigurations;
use super::pools::is_region;
use super::settings::UserPool;
use super::tags;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::ClientId;
use crate::model::cognito_idp::{
    CreateUserPoolReplicaRequest, CreateUserPoolReplicaResponse, DeleteUserPoolReplicaRequest,
    DeleteUserPoolReplicaResponse, EmailConfigurationType, EmailSendingAccountType,
    EncryptionKeyType, LambdaConfigType, ListUserPoolReplicasRequest, ListUserPoolReplicasResponse,
    ReplicaRoleType, ReplicaStatusType, SmsConfigurationType, UpdateReplicaStatusType,
    UpdateUserPoolReplicaRequest, UpdateUserPoolReplicaResponse, UserPoolReplicaType,
    UserPoolTierType,
};
use crate::page;
use crate::store::{Draft, Pool, PoolState};

/// What replication is called where a plan lacks it (inferred).
pub(super) const FEATURE: &str = "Multi-Region Replication";

/// The replicas of a pool beside the primary one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Replicas {
    secondary: Option<Arc<Replica>>,
}

/// A secondary replica.
#[derive(Debug, Clone, PartialEq)]
pub struct Replica {
    /// Its Region.
    pub region: String,
    /// Whether it serves end users.
    pub is_active: bool,
    /// What is its own.
    pub regional: Regional,
}

/// Settings that each Region has for itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Regional {
    email: EmailConfigurationType,
    sms: Option<SmsConfigurationType>,
    lambda: LambdaConfigType,
    tags: BTreeMap<String, String>,
    logs: LogConfigurations,
    risk_senders: RiskSenders,
}

impl Replicas {
    /// The secondary replica, if there is one.
    pub fn secondary(&self) -> Option<&Arc<Replica>> {
        self.secondary.as_ref()
    }

    /// The secondary replica, if it is in this Region.
    pub fn secondary_in(&self, region: &str) -> Option<&Arc<Replica>> {
        self.secondary().filter(|replica| replica.region == region)
    }

    /// A client is gone, and what replicas have for it.
    pub fn forget_client(&mut self, client: &ClientId) {
        let replica = self.secondary.as_mut();
        if let Some(replica) = replica.filter(|one| one.regional.risk_senders.has(client)) {
            Arc::make_mut(replica).regional.risk_senders.forget(client);
        }
    }
}

impl Regional {
    fn new(tags: BTreeMap<String, String>) -> Self {
        Self {
            email: EmailConfigurationType {
                email_sending_account: Some(EmailSendingAccountType::CognitoDefault),
                ..EmailConfigurationType::default()
            },
            sms: None,
            lambda: LambdaConfigType::default(),
            tags,
            logs: LogConfigurations::default(),
            risk_senders: RiskSenders::default(),
        }
    }

    /// These, with what a pool's settings have of them as there.
    fn with(&self, settings: &UserPool) -> Self {
        Self {
            email: settings.email.clone(),
            sms: settings.sms.clone(),
            lambda: settings.lambda.clone(),
            tags: settings.tags.clone(),
            logs: Arc::clone(&self.logs),
            risk_senders: self.risk_senders.clone(),
        }
    }

    /// `pool` with these settings.
    fn over(&self, pool: &UserPool) -> UserPool {
        UserPool {
            email: self.email.clone(),
            sms: self.sms.clone(),
            lambda: self.lambda.clone(),
            tags: self.tags.clone(),
            ..pool.clone()
        }
    }
}

impl Replica {
    /// Where the pool's logs of this Region go.
    pub(super) fn logs(&self) -> &LogConfigurations {
        &self.regional.logs
    }

    /// The functions that the pool has in this Region.
    pub(super) fn lambda(&self) -> &LambdaConfigType {
        &self.regional.lambda
    }

    fn view(&self, pool: &Pool) -> UserPoolReplicaType {
        let status = if self.is_active {
            ReplicaStatusType::Active
        } else {
            ReplicaStatusType::Inactive
        };
        row(pool, &self.region, status, ReplicaRoleType::Secondary)
    }

    fn view_as(&self, pool: &Pool, status: ReplicaStatusType) -> UserPoolReplicaType {
        UserPoolReplicaType {
            status: Some(status),
            ..self.view(pool)
        }
    }
}

fn row(
    pool: &Pool,
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

fn check_prerequisites(settings: &UserPool) -> Result<(), CognitoError> {
    if settings.tier == UserPoolTierType::Lite {
        return Refusal::FeatureForTier {
            tier: settings.tier.to_string(),
            feature: FEATURE.into(),
        }
        .refuse("replication needs UserPoolTier ESSENTIALS or PLUS");
    }
    let key = settings.key.as_ref();
    let is_multi_region = key.is_some_and(|key| {
        key.key_type == Some(EncryptionKeyType::CustomerManagedKey)
            && key
                .kms_key_arn
                .as_deref()
                .is_some_and(|arn| super::arns::resource(arn).starts_with("key/mrk-"))
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

/// The Region in which the caller sees the pool: its own, or that of a replica.
pub fn region<'a>(cx: &'a Context, pool: &'a Pool) -> &'a str {
    cx.caller.region().unwrap_or_else(|| pool.region())
}

/// The pool's settings in the Region of the caller.
pub fn settings(cx: &Context, pool: &Pool) -> Arc<UserPool> {
    let region = region(cx, pool);
    pool.read(|state| match state.replicas.secondary_in(region) {
        Some(replica) => Arc::new(replica.regional.over(&state.settings)),
        None => Arc::clone(&state.settings),
    })
}

/// Changes the pool's settings in the Region of the caller. In a secondary Region, only what is the
/// Region's own can change: the rest must be given as it is (documented for UpdateUserPool, inferred
/// for SetUserPoolMfaConfig).
///
/// # Errors
/// Whatever `change` refuses; in a secondary Region, another value of a setting of the whole pool.
pub fn change_settings<T>(
    cx: &Context,
    pool: &Pool,
    change: impl FnOnce(UserPool, &PoolState) -> Result<(UserPool, T), CognitoError>,
) -> Result<T, CognitoError> {
    let region = region(cx, pool);
    pool.change(|draft| {
        let state = draft.published();
        let Some(replica) = state.replicas.secondary_in(region) else {
            let (settings, answer) = change(UserPool::clone(&state.settings), state)?;
            draft.put_settings(settings);
            return Ok(answer);
        };
        let mut here = replica.regional.over(&state.settings);
        // Functions and senders are checked against the Region that the id names.
        here.id = state.settings.id.in_region(region);
        let (changed, answer) = change(here, state)?;
        let unchanged = UserPool {
            id: state.settings.id.clone(),
            modified: state.settings.modified,
            ..replica.regional.with(&state.settings).over(&changed)
        };
        if unchanged != *state.settings {
            return Refusal::GlobalSetting.refuse(format!(
                "in {region}, a secondary Region, only EmailConfiguration, SmsConfiguration, \
                 LambdaConfig and tags can change; give all other settings as DescribeUserPool \
                 shows them"
            ));
        }
        put_regional(draft, replica, replica.regional.with(&changed));
        Ok(answer)
    })
}

fn put_regional(draft: &mut Draft<'_>, replica: &Replica, regional: Regional) {
    let replica = Replica {
        regional,
        ..replica.clone()
    };
    draft.put_replicas(Replicas {
        secondary: Some(Arc::new(replica)),
    });
}

/// The secondary replica in the Region of the caller.
fn here<'s>(cx: &Context, state: &'s PoolState) -> Option<&'s Arc<Replica>> {
    state.replicas.secondary_in(cx.caller.region()?)
}

/// Where logs of the Region of the caller go.
pub fn logs<'s>(cx: &Context, state: &'s PoolState) -> &'s LogConfigurations {
    here(cx, state).map_or(&state.log_delivery, |replica| &replica.regional.logs)
}

/// Sets where logs of the Region of the caller go.
pub fn set_logs(cx: &Context, draft: &mut Draft<'_>, logs: LogConfigurations) {
    let Some(replica) = here(cx, draft.published()) else {
        return draft.set_log_delivery(logs);
    };
    let regional = Regional {
        logs,
        ..replica.regional.clone()
    };
    put_regional(draft, replica, regional);
}

#[cfg(test)]
mod tests;
