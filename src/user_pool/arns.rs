//! Amazon Resource Names, `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, as far as checks look.

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
