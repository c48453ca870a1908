//! Amazon Resource Names, `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, as far as checks look.

/// The Region of a resource; empty for a global one.
pub fn region(arn: &str) -> &str {
    part(arn, 3)
}

/// The account that owns a resource.
pub fn account(arn: &str) -> &str {
    part(arn, 4)
}

/// What is named, such as `userpool/us-east-1_Example01`.
pub fn resource(arn: &str) -> &str {
    part(arn, 5)
}

fn part(arn: &str, index: usize) -> &str {
    arn.split(':').nth(index).unwrap_or_default()
}
