//! What the SDK makes of a refusal.

/// The call must fail with this variant of the operation's error and exactly this text, as an
/// HTTP 400 that carries Poolhouse's reason.
macro_rules! refused {
    ($call:expr, $error:ident::$exception:ident, $text:expr) => {{
        use aws_sdk_cognitoidentityprovider::error::SdkError;
        let request = format!("{:?}", $call.as_input());
        let answer = $call.send().await;
        let shown = format!("{request}\nwas answered\n{answer:#?}");
        let Err(SdkError::ServiceError(failure)) = answer else {
            panic!("{shown}")
        };
        let $error::$exception(refusal) = failure.err() else {
            panic!("{shown}")
        };
        assert_eq!(refusal.message(), Some(&*$text), "{shown}");
        assert_eq!(failure.raw().status().as_u16(), 400, "{shown}");
        assert!(
            failure.raw().headers().get("x-poolhouse-reason").is_some(),
            "{shown}"
        );
    }};
}

pub(crate) use refused;
