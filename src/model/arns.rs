//! Amazon Resource Names, `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, as far as checks look.

/// The partition of a Region (documented: the partitions of AWS's SDKs).
pub fn partition(region: &str) -> &'static str {
    const PARTITIONS: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    let own = PARTITIONS
        .iter()
        .find(|(prefix, _)| region.starts_with(prefix));
    own.map_or("aws", |(_, partition)| partition)
}

/// The Region of a resource; empty for a global one.
pub fn region(arn: &str) -> &str {
    part(arn, 3)
}

/// The account that owns a resource.
pub fn account(arn: &str) -> &str {
    part(arn, 4)
}

/// The service of a resource.
pub fn service(arn: &str) -> &str {
    part(arn, 2)
}

/// The id of the user pool that an ARN names, if it names one.
pub fn user_pool(arn: &str) -> Option<&str> {
    resource(arn)
        .strip_prefix("userpool/")
        .filter(|_| service(arn) == "cognito-idp")
}

/// What is named, such as `userpool/us-east-1_Example01`.
pub fn resource(arn: &str) -> &str {
    part(arn, 5)
}

fn part(arn: &str, index: usize) -> &str {
    arn.split(':').nth(index).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::partition;

    #[test]
    fn a_region_is_in_its_partition() {
        for (region, expected) in [
            ("us-east-1", "aws"),
            ("us-gov-west-1", "aws-us-gov"),
            ("cn-north-1", "aws-cn"),
            ("eusc-de-east-1", "aws-eusc"),
            ("us-iso-east-1", "aws-iso"),
        ] {
            assert_eq!(partition(region), expected);
        }
    }
}
