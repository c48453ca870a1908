//! Domains of a pool, prefix and custom.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::model::cognito_idp::{CustomDomainConfigType, RoutingType};

/// The version of branding that the LITE tier lacks.
pub(crate) const MANAGED_LOGIN: i32 = 2;

/// The domains of a pool.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Domains {
    /// Its prefix domain.
    pub prefix: Option<Arc<Domain>>,
    /// Its custom domain.
    pub custom: Option<Arc<Domain>>,
}

impl Domains {
    /// Both, as far as they are there.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Domain>> {
        self.prefix.iter().chain(&self.custom)
    }

    /// The one of this name.
    pub fn named(&self, name: &str) -> Option<&Arc<Domain>> {
        self.all().find(|domain| domain.name == name)
    }

    /// The domain that stands for the pool: the custom one if it has both (inferred).
    pub fn main(&self) -> Option<&Arc<Domain>> {
        self.custom.as_ref().or(self.prefix.as_ref())
    }

    /// Whether a domain has the branding that the LITE tier lacks.
    pub(crate) fn has_managed_login(&self) -> bool {
        self.all()
            .any(|domain| domain.managed_login_version == MANAGED_LOGIN)
    }

    pub(crate) fn has(&self, is_custom: bool) -> bool {
        self.all()
            .any(|domain| domain.custom.is_some() == is_custom)
    }

    /// These, and this one in its place.
    pub(crate) fn with(&self, domain: Domain) -> Self {
        let mut domains = self.clone();
        let is_custom = domain.custom.is_some();
        *domains.place(is_custom) = Some(Arc::new(domain));
        domains
    }

    pub(crate) fn place(&mut self, is_custom: bool) -> &mut Option<Arc<Domain>> {
        if is_custom {
            &mut self.custom
        } else {
            &mut self.prefix
        }
    }
}

/// A domain of a pool.
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    /// The prefix alone, or the whole name of a custom domain.
    pub name: String,
    /// 1 for the hosted UI (classic), 2 for managed login.
    pub managed_login_version: i32,
    /// When it was made.
    pub created: Timestamp,
    /// The CloudFront distribution before it.
    pub distribution: String,
    /// What only a custom domain has.
    pub custom: Option<CustomDomain>,
}

/// What only a custom domain has.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomDomain {
    /// Its certificate.
    pub config: CustomDomainConfigType,
    /// Where requests go when the pool's Region fails.
    pub routing: Option<RoutingType>,
}

impl Domain {
    /// The name under which a pool of `region` is reached (documented).
    pub fn host(&self, region: &str) -> String {
        match self.custom {
            Some(_) => self.name.clone(),
            None => format!("{}.auth.{region}.amazoncognito.com", self.name),
        }
    }

    pub(crate) fn routing(&self) -> Option<RoutingType> {
        self.custom
            .as_ref()
            .and_then(|custom| custom.routing.clone())
    }

    pub(crate) fn cloud_front_domain(&self) -> Option<String> {
        self.custom.as_ref().map(|_| self.distribution.clone())
    }
}
