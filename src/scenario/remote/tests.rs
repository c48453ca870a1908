use super::*;

use crate::outbound::Url;

#[test]
fn aws_is_where_its_region_is() {
    let url = |region: &str| url_of_aws(Some(region)).map(|url| url.authority().to_owned());
    for (region, host) in [
        ("eu-west-1", "cognito-idp.eu-west-1.amazonaws.com"),
        ("cn-north-1", "cognito-idp.cn-north-1.amazonaws.com.cn"),
    ] {
        assert!(
            matches!(url(region), Ok(found) if found == host),
            "{region}"
        );
    }
    let refused = url_of_aws(None);
    assert!(matches!(refused, Err(NotReached::Refused(text)) if text.contains("--region")));
}

#[tokio::test]
async fn what_is_wrong_is_told_before_anybody_is_asked() {
    let reach = async |typed: TargetArguments| {
        let reached = Endpoint::reach(&typed, &Environment::default()).await;
        match reached {
            Ok(_) => "reached".to_owned(),
            Err(NotReached::Refused(text) | NotReached::Unreachable(text)) => text,
        }
    };
    let aws = TargetArguments {
        endpoint: Some(EndpointArgument::Aws),
        region: Some("eu-west-1".into()),
        ..TargetArguments::default()
    };
    let nowhere = TargetArguments {
        region: Some("here".into()),
        ..aws.clone()
    };
    assert!(reach(nowhere).await.contains("\"here\" is no Region"));
    let alone = TargetArguments {
        exclusive: true,
        ..aws.clone()
    };
    assert!(reach(alone).await.contains("--exclusive"));
    assert!(reach(aws).await.contains("AWS_SECRET_ACCESS_KEY"));
    let closed = TargetArguments {
        endpoint: Url::parse("http://127.0.0.1:9/")
            .ok()
            .map(EndpointArgument::Url),
        ..TargetArguments::default()
    };
    assert!(reach(closed).await.starts_with("http://127.0.0.1:9/: "));
}
