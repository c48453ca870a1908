//! Which names this server has certificates for.
//!
//! Those of this machine and of networks that are nobody else's, those under which AWS serves Cognito, the
//! custom domains of pools, and what the flags name. A certificate for any other name would be of use only to
//! somebody who means harm.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rcgen::{CidrSubnet, GeneralSubtree};

use crate::model::names::is_region;

/// Names, with all below them, that no public authority vouches for: reserved ones (RFC 2606, 6761, 6762 and
/// 8375), and `internal`, which ICANN keeps for private use.
const PRIVATE: [&str; 9] = [
    "localhost",
    "test",
    "example",
    "example.com",
    "example.net",
    "example.org",
    "local",
    "internal",
    "home.arpa",
];

/// The services of Cognito and the one that identity pools hand over to, as AWS's endpoints begin.
const SERVICES: [&str; 4] = [
    "cognito-idp",
    "issuer-cognito-idp",
    "cognito-identity",
    "sts",
];

/// Their endpoints with validated cryptography.
const FIPS_SERVICES: [&str; 3] = ["cognito-idp-fips", "cognito-identity-fips", "sts-fips"];

/// Where the names of endpoints end: AWS's partitions, and its endpoints of both families of addresses.
const SUFFIXES: [&str; 4] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
];

/// Below it are the domains of pools, and nothing else.
const POOL_DOMAINS: &str = "amazoncognito.com";

/// The one endpoint without a Region.
const GLOBAL_STS: &str = "sts.amazonaws.com";

/// Regions that have Cognito in November 2026, by the suffix of their endpoints.
const REGIONS: [(&str, &[&str]); 3] = [
    (
        "amazonaws.com",
        &[
            "af-south-1",
            "ap-east-1",
            "ap-east-2",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-central-1",
            "ca-west-1",
            "eu-central-1",
            "eu-central-2",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "il-central-1",
            "me-central-1",
            "me-south-1",
            "mx-central-1",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-gov-east-1",
            "us-gov-west-1",
            "us-west-1",
            "us-west-2",
        ],
    ),
    ("amazonaws.com.cn", &["cn-north-1"]),
    ("amazonaws.eu", &["eusc-de-east-1"]),
];

/// Networks whose addresses are nobody's in public, and how many bits tell them.
const NETWORKS: [(IpAddr, u8); 8] = [
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
];

/// Whether a name, in small letters, is one of this machine, of a private network, or of AWS's for Cognito.
pub(super) fn is_known(name: &str) -> bool {
    // The names of containers and machines, as their network's own resolver knows them.
    let is_single = !name.contains('.');
    is_single || PRIVATE.iter().any(|tree| is_within(name, tree)) || is_of_aws(name)
}

fn is_of_aws(name: &str) -> bool {
    if name == GLOBAL_STS || (is_within(name, POOL_DOMAINS) && name != POOL_DOMAINS) {
        return true;
    }
    let endpoint = name.split_once('.').and_then(|(service, rest)| {
        let (region, suffix) = rest.split_once('.')?;
        Some((service, region, suffix))
    });
    endpoint.is_some_and(|(service, region, suffix)| {
        let mut services = SERVICES.iter().chain(&FIPS_SERVICES);
        services.any(|known| *known == service) && is_region(region) && SUFFIXES.contains(&suffix)
    })
}

/// Whether a name is `tree` or below it.
fn is_within(name: &str, tree: &str) -> bool {
    let above = name.strip_suffix(tree);
    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// All that a kept authority may vouch for: what [`is_known`], as far as it can be listed, and `hosts`.
pub(super) fn permitted(hosts: &[String]) -> Vec<GeneralSubtree> {
    let endpoints = REGIONS.iter().flat_map(|(suffix, regions)| {
        let of_region = move |region| {
            SERVICES
                .iter()
                .map(move |service| format!("{service}.{region}.{suffix}"))
        };
        regions.iter().flat_map(of_region)
    });
    let fixed = PRIVATE.into_iter().chain([POOL_DOMAINS, GLOBAL_STS]);
    let named = hosts.iter().filter(|host| host.parse::<IpAddr>().is_err());
    let names = fixed
        .map(str::to_owned)
        .chain(named.map(|host| host.to_ascii_lowercase()))
        .chain(endpoints)
        .map(GeneralSubtree::DnsName);
    let addresses = hosts.iter().filter_map(|host| host.parse::<IpAddr>().ok());
    let addresses = addresses.map(|address| (address, if address.is_ipv4() { 32 } else { 128 }));
    let networks = NETWORKS
        .into_iter()
        .chain(addresses)
        .map(|(address, bits)| {
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, bits))
        });
    names.chain(networks).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine_private_networks_and_cognito_are_known() {
        for name in [
            "localhost",
            "my-pool.auth.localhost",
            "poolhouse",
            "cognito.test",
            "auth.example.com",
            "host.docker.internal",
            "cognito.default.svc.cluster.local",
            "cognito-idp.us-east-1.amazonaws.com",
            "issuer-cognito-idp.eu-west-1.amazonaws.com",
            "cognito-identity.us-gov-west-1.amazonaws.com",
            "cognito-idp-fips.us-east-1.amazonaws.com",
            "cognito-idp.cn-north-1.amazonaws.com.cn",
            "cognito-idp.eusc-de-east-1.amazonaws.eu",
            "sts.eu-west-1.amazonaws.com",
            "sts.amazonaws.com",
            "my-app.auth.us-east-1.amazoncognito.com",
        ] {
            assert!(is_known(name), "{name}");
        }
        for name in [
            "example.com.evil.net",
            "notlocalhost.com",
            "s3.us-east-1.amazonaws.com",
            "cognito-idp.amazonaws.com",
            "cognito-idp.us-east-1.amazonaws.com.evil.net",
            "a.cognito-idp.us-east-1.amazonaws.com",
            "cognito-idp.nowhere.amazonaws.com",
            "amazoncognito.com",
            "notamazoncognito.com",
            "accounts.google.com",
        ] {
            assert!(!is_known(name), "{name}");
        }
    }

    /// A kept authority is not to vouch for what this server never serves.
    #[test]
    fn every_permitted_name_is_a_known_one_or_one_that_was_named() {
        let hosts = ["Cognito.Company.Net".to_owned(), "203.0.113.7".to_owned()];
        let permitted = permitted(&hosts);
        let names: Vec<_> = permitted
            .iter()
            .filter_map(|tree| match tree {
                GeneralSubtree::DnsName(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        assert!(names.contains(&"cognito-idp.eu-west-3.amazonaws.com"));
        assert!(names.contains(&"cognito.company.net"));
        for name in names {
            let below = format!("x.{name}");
            let is_named = name == "cognito.company.net";
            assert!(is_known(name) || is_known(&below) || is_named, "{name}");
        }
        let address = GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([203, 0, 113, 7], 32));
        assert!(permitted.contains(&address));
    }
}
