//! The domains of a pool, under which its hosted pages and OAuth endpoints stand:
//! CreateUserPoolDomain, DescribeUserPoolDomain, UpdateUserPoolDomain, DeleteUserPoolDomain.
//!
//! A prefix domain is `PREFIX.auth.REGION.amazoncognito.com`, its prefix used once in a Region over
//! all accounts. A custom domain is a whole name with a certificate; no DNS is asked here, only the
//! form is checked. A pool has one of each at most (documented), and is not deleted while it has any.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    CreateUserPoolDomainRequest, CreateUserPoolDomainResponse, CustomDomainConfigType,
    DeleteUserPoolDomainRequest, DeleteUserPoolDomainResponse, DescribeUserPoolDomainRequest,
    DescribeUserPoolDomainResponse, DomainDescriptionType, DomainStatusType, RoutingType,
    UpdateUserPoolDomainRequest, UpdateUserPoolDomainResponse,
};
use crate::model::near::{nearest, told};
use crate::model::{OrEmpty, PoolId, arns};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::domain::{CustomDomain, Domain, MANAGED_LOGIN};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::store::{Claim, MAX_CUSTOM_DOMAINS};
use crate::user_pool::tiers::Feature;

/// Words that AWS keeps for itself.
const RESERVED: [&str; 3] = ["aws", "amazon", "cognito"];

/// The hosted UI (classic), and what a domain has that names no version (inferred).
const CLASSIC: i32 = 1;

impl Domain {
    /// The domain as DescribeUserPoolDomain shows it. A local domain is live at once, and
    /// `CustomDomainConfig` of a prefix domain is there and empty (observed).
    fn view(&self, pool: &UserPool) -> DomainDescriptionType {
        let custom = self.custom.as_ref().map(|custom| custom.config.clone());
        DomainDescriptionType {
            user_pool_id: Some(pool.id.clone()),
            aws_account_id: Some(pool.account.clone()),
            domain: Some(self.name.clone()),
            s3_bucket: Some(format!(
                "aws-cognito-prod-{}-assets",
                assets_code(pool.region())
            )),
            cloud_front_distribution: Some(self.distribution.clone()),
            // The digits are observed; that they are of the moment at which it was made is inferred.
            version: Some(self.created.to_digits()),
            status: Some(DomainStatusType::Active),
            custom_domain_config: Some(OrEmpty(custom)),
            managed_login_version: Some(self.managed_login_version),
            routing: self.routing(),
        }
    }
}

/// The code of a Region in the name of its bucket. Observed for us-east-1, us-west-1, us-west-2 and
/// ap-northeast-1; the rest is inferred: they are the codes of its airports.
fn assets_code(region: &str) -> &str {
    match region {
        "us-east-1" => "iad",
        "us-east-2" => "cmh",
        "us-west-1" => "sfo",
        "us-west-2" => "pdx",
        "ca-central-1" => "yul",
        "sa-east-1" => "gru",
        "eu-west-1" => "dub",
        "eu-west-2" => "lhr",
        "eu-west-3" => "cdg",
        "eu-central-1" => "fra",
        "eu-north-1" => "arn",
        "ap-south-1" => "bom",
        "ap-southeast-1" => "sin",
        "ap-southeast-2" => "syd",
        "ap-northeast-1" => "nrt",
        "ap-northeast-2" => "icn",
        other => other,
    }
}

/// `CreateUserPoolDomain`. With CustomDomainConfig the domain is a custom one.
///
/// # Errors
/// An unknown pool, a name that AWS refuses or that is taken, a second domain of its kind, a
/// certificate or a version that cannot be.
pub fn create_user_pool_domain(
    cx: &Context,
    req: CreateUserPoolDomainRequest,
) -> Result<CreateUserPoolDomainResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let domain = build(cx, req, cx.now())?;
    pool.read(|state| admit(state, &domain))?;
    claim(cx, &pool, &domain.name)?;
    let made = pool.change(|draft| {
        admit(draft.state(), &domain)?;
        draft.put_domains(draft.state().domains.with(domain.clone()));
        Ok(())
    });
    if let Err(refused) = made {
        cx.store.release_domain(&domain.name, &pool);
        return Err(refused);
    }
    Ok(CreateUserPoolDomainResponse {
        managed_login_version: Some(domain.managed_login_version),
        cloud_front_domain: domain.cloud_front_domain(),
        routing: domain.routing(),
    })
}

/// Gives a pool that nobody can reach yet a domain; its name is claimed when the pool is published.
///
/// # Errors
/// As CreateUserPoolDomain, but for names that are taken.
pub fn prepare(
    cx: &Context,
    pool: &UserPool,
    req: CreateUserPoolDomainRequest,
) -> Result<(), CognitoError> {
    let domain = build(cx, req, cx.now())?;
    pool.change(|draft| {
        admit(draft.state(), &domain)?;
        draft.put_domains(draft.state().domains.with(domain));
        Ok(())
    })
}

/// Claims the name of a domain for a pool.
///
/// # Errors
/// A name that is taken, too many custom domains.
pub fn claim(cx: &Context, pool: &UserPool, name: &str) -> Result<(), CognitoError> {
    match cx.store.claim_domain(name, pool) {
        Claim::Granted => Ok(()),
        Claim::Taken => Refusal::DomainTaken.refuse(format!(
            "a pool of this server has {name} already, perhaps in another account; a prefix is \
             used once in a Region, a custom domain once in all"
        )),
        Claim::TooMany => Refusal::ResourceLimit {
            what: "custom domains".into(),
        }
        .refuse(format!(
            "an account has {MAX_CUSTOM_DOMAINS} custom domains in a Region at most"
        )),
    }
}

/// The domain that CreateUserPoolDomain makes, as far as its own members tell.
///
/// # Errors
/// A name, certificate, version or routing that AWS refuses.
fn build(
    cx: &Context,
    req: CreateUserPoolDomainRequest,
    now: Timestamp,
) -> Result<Domain, CognitoError> {
    let custom = match req.custom_domain_config {
        Some(config) => {
            check_custom_name(&req.domain)?;
            check_certificate(&config, &cx.caller.account)?;
            Some(CustomDomain {
                config,
                routing: routing(req.routing),
            })
        }
        None => {
            check_prefix(&req.domain)?;
            refuse_for_prefix("Routing", req.routing.is_some())?;
            None
        }
    };
    const ALPHABET: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    Ok(Domain {
        name: req.domain,
        managed_login_version: version(req.managed_login_version.unwrap_or(CLASSIC))?,
        created: now,
        // A `d` and 13 letters and digits (observed).
        distribution: format!(
            "d{}.cloudfront.net",
            cx.entropy.text(Purpose::Ids, ALPHABET, 13)
        ),
        custom,
    })
}

/// Checks a domain against the pool that gets it.
fn admit(state: &PoolState, domain: &Domain) -> Result<(), CognitoError> {
    let is_custom = domain.custom.is_some();
    if state.domains.has(is_custom) {
        return Refusal::DomainConfigured.refuse(format!(
            "a pool has one prefix domain and one custom domain; delete {} first",
            if is_custom {
                "the custom domain"
            } else {
                "the prefix domain"
            }
        ));
    }
    check_routing(state, domain)?;
    check_tier(&state.settings, domain)
}

fn check_tier(pool: &PoolSettings, domain: &Domain) -> Result<(), CognitoError> {
    if domain.managed_login_version != MANAGED_LOGIN {
        return Ok(());
    }
    let reason = "ManagedLoginVersion 2 needs UserPoolTier ESSENTIALS or PLUS";
    Feature::ManagedLogin.require(pool, reason)
}

/// Lower-case letters, digits and hyphens, the latter not at either end (observed, by the format in
/// AWS's sentence); none of AWS's words between two hyphens or an end (observed).
fn check_prefix(prefix: &str) -> Result<(), CognitoError> {
    if !is_label(prefix) {
        return Refusal::DomainCharacters.refuse(
            "a prefix has lower-case letters, digits and inner hyphens; a name with dots is a \
             custom domain, which needs CustomDomainConfig",
        );
    }
    match prefix.split('-').find(|word| RESERVED.contains(word)) {
        Some(word) => Refusal::DomainReserved {
            word: word.to_owned(),
        }
        .refuse("aws, amazon and cognito may be part of a word, but no word of their own"),
        None => Ok(()),
    }
}

/// One label of a domain name.
fn is_label(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// A subdomain: AWS wants the parent to resolve, which a top-level domain never does. That letters
/// are lower-case here too is inferred.
fn check_custom_name(name: &str) -> Result<(), CognitoError> {
    let labels: Vec<&str> = name.split('.').collect();
    if labels.len() >= 3 && labels.iter().all(|label| is_label(label)) {
        return Ok(());
    }
    Refusal::CustomDomainInvalid.refuse(
        "a custom domain is a name below a registered one, such as auth.example.com, in lower case; \
         for a prefix domain leave CustomDomainConfig out",
    )
}

/// A certificate of AWS Certificate Manager in us-east-1 (documented). That it must be of the pool's
/// account is inferred: another one's does not exist there.
fn check_certificate(config: &CustomDomainConfigType, account: &str) -> Result<(), CognitoError> {
    let arn = &config.certificate_arn;
    let reason = if arns::service(arn) != "acm" || !arns::resource(arn).starts_with("certificate/")
    {
        "CertificateArn is no ARN of ACM: arn:aws:acm:us-east-1:ACCOUNT:certificate/ID".to_owned()
    } else if arns::region(arn) != "us-east-1" {
        format!(
            "the certificate is in {}; CloudFront takes those in us-east-1, wherever the pool is",
            arns::region(arn)
        )
    } else if arns::account(arn) != account {
        format!(
            "the certificate is of account {}, the pool is in {account}",
            arns::account(arn)
        )
    } else {
        return Ok(());
    };
    Refusal::DomainCertificate.refuse(reason)
}

fn version(given: i32) -> Result<i32, CognitoError> {
    match given {
        CLASSIC | MANAGED_LOGIN => Ok(given),
        other => Refusal::ManagedLoginVersion {
            version: other.to_string(),
        }
        .refuse("1 is the hosted UI (classic), 2 is managed login"),
    }
}

/// What only a custom domain takes: the certificate, and routing (documented).
fn refuse_for_prefix(member: &'static str, is_given: bool) -> Result<(), CognitoError> {
    if is_given {
        return Refusal::PrefixDomainWith {
            member: member.into(),
        }
        .refuse(format!("{member} is for custom domains; leave it out"));
    }
    Ok(())
}

/// Documented: a failover is for the replicas of a pool. That CreateUserPoolDomain and
/// UpdateUserPoolDomain refuse one to a Region without a replica is inferred; one that is there when
/// the replica is deleted stays (inferred).
fn check_routing(state: &PoolState, domain: &Domain) -> Result<(), CognitoError> {
    let failover = domain.routing().and_then(|routing| routing.failover);
    match failover.map(|failover| failover.secondary_region) {
        Some(region) if state.replicas.secondary_in(&region).is_none() => {
            Refusal::SecondaryRegion { region }.refuse(
                "SecondaryRegion names the Region of the pool's replica; ListUserPoolReplicas shows it",
            )
        }
        Some(_) | None => Ok(()),
    }
}

/// A routing without failover is none (inferred).
fn routing(given: Option<RoutingType>) -> Option<RoutingType> {
    given.filter(|routing| routing.failover.is_some())
}

/// `DescribeUserPoolDomain`. A domain that does not exist gives an empty description (observed), and
/// so does one of a pool that the caller cannot see (inferred).
///
/// # Errors
/// None: the model's constraints are all that can fail.
pub fn describe_user_pool_domain(
    cx: &Context,
    req: DescribeUserPoolDomainRequest,
) -> Result<DescribeUserPoolDomainResponse, CognitoError> {
    let (account, region) = (&cx.caller.account, cx.caller.region_or_default());
    let owner = cx.store.domain_owner(account, region, &req.domain);
    let pool = owner.and_then(|id| cx.pool(&id).ok());
    let shown = pool.and_then(|pool| {
        let domain = pool.read(|state| state.domains.named(&req.domain).cloned())?;
        Some(domain.view(&pool))
    });
    if shown.is_none() {
        let near = near(cx, &req.domain).map_or_else(String::new, |near| format!("; {near}"));
        cx.remark(format!(
            "no user pool of account {account} in {region} has the domain {}{near}",
            req.domain
        ));
    }
    Ok(DescribeUserPoolDomainResponse {
        domain_description: Some(shown.unwrap_or_default()),
    })
}

/// Pools whose domains are looked at for one that was meant.
const LOOKED_AT: usize = 500;

/// The domain that is most like `name`, which nobody has or another account or Region.
fn near(cx: &Context, name: &str) -> Option<String> {
    let pools = cx.store.first_pools(LOOKED_AT);
    let of_pool = |pool: &Arc<UserPool>| {
        let domains = pool.read(|state| state.domains.clone());
        let named = domains.prefix.into_iter().chain(domains.custom);
        named
            .map(|domain| (domain.name.to_string(), Arc::clone(pool)))
            .collect::<Vec<_>>()
    };
    let known: Vec<(String, Arc<UserPool>)> = pools.iter().flat_map(of_pool).collect();
    let place =
        |pool: &UserPool| format!("{}, account {} in {}", pool.id, pool.account, pool.region());
    if let Some((_, pool)) = known.iter().find(|(domain, _)| domain == name) {
        return Some(format!("it is one of {}", place(pool)));
    }
    let (difference, near) = nearest(name, known.iter().map(|(domain, _)| domain.as_str()))?;
    let (_, pool) = known.iter().find(|(domain, _)| domain == near)?;
    Some(format!(
        "the nearest is {near:?} of {}: {}",
        place(pool),
        difference.as_str()
    ))
}

/// The pool and its domain of this name. One sentence for both that can miss (observed).
fn require<'a>(state: &'a PoolState, name: &str) -> Result<&'a Arc<Domain>, CognitoError> {
    state.domains.named(name).ok_or_else(|| {
        Refusal::DomainUnknown.because(format!(
            "{} has no domain {name}; DescribeUserPool shows its domains{}",
            state.settings.id,
            near_of(state, name)
        ))
    })
}

/// The domain of the pool that `name` may mean.
fn near_of(state: &PoolState, name: &str) -> String {
    let domains = &state.domains;
    let named = domains.prefix.iter().chain(&domains.custom);
    let near = told(name, named.map(|domain| &*domain.name));
    near.map_or_else(String::new, |near| format!("; {near}"))
}

/// An unknown pool is told in the sentence that names it (inferred of the sentence).
fn pool_of(cx: &Context, id: &PoolId) -> Result<Arc<UserPool>, CognitoError> {
    cx.pool(id)
        .map_err(|unknown| Refusal::DomainUnknown.because(unknown.reason().to_owned()))
}

/// `UpdateUserPoolDomain`. Changes version, certificate and routing; what is left out stays
/// (inferred), and a Routing without Failover takes the failover away (inferred).
///
/// # Errors
/// A pool without this domain; a certificate, version or routing that AWS refuses.
pub fn update_user_pool_domain(
    cx: &Context,
    req: UpdateUserPoolDomainRequest,
) -> Result<UpdateUserPoolDomainResponse, CognitoError> {
    let pool = pool_of(cx, &req.user_pool_id)?;
    let domain = pool.change(|draft| {
        let mut domain = Domain::clone(require(draft.state(), &req.domain)?);
        if let Some(given) = req.managed_login_version {
            domain.managed_login_version = version(given)?;
        }
        match &mut domain.custom {
            Some(custom) => {
                if let Some(config) = req.custom_domain_config {
                    check_certificate(&config, &pool.account)?;
                    custom.config = config;
                }
                if req.routing.is_some() {
                    custom.routing = routing(req.routing);
                    check_routing(draft.state(), &domain)?;
                }
            }
            None => {
                refuse_for_prefix("CustomDomainConfig", req.custom_domain_config.is_some())?;
                refuse_for_prefix("Routing", req.routing.is_some())?;
            }
        }
        check_tier(&draft.state().settings, &domain)?;
        draft.put_domains(draft.state().domains.with(domain.clone()));
        Ok(domain)
    })?;
    Ok(UpdateUserPoolDomainResponse {
        managed_login_version: Some(domain.managed_login_version),
        cloud_front_domain: domain.cloud_front_domain(),
        routing: domain.routing(),
    })
}

/// `DeleteUserPoolDomain`. The name is free at once.
///
/// # Errors
/// A pool without this domain.
pub fn delete_user_pool_domain(
    cx: &Context,
    req: DeleteUserPoolDomainRequest,
) -> Result<DeleteUserPoolDomainResponse, CognitoError> {
    let pool = pool_of(cx, &req.user_pool_id)?;
    pool.change(|draft| {
        let is_custom = require(draft.state(), &req.domain)?.custom.is_some();
        let mut domains = draft.state().domains.clone();
        *domains.place(is_custom) = None;
        draft.put_domains(domains);
        Ok(())
    })?;
    cx.store.release_domain(&req.domain, &pool);
    Ok(DeleteUserPoolDomainResponse {})
}

#[cfg(test)]
#[path = "tests/domains.rs"]
mod tests;
