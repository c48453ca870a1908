//! What a request meets whatever it is about: functions, quotas, signatures, and HTTP.

/// Its rows, behind those that came before.
macro_rules! requests {
    ($then:ident $($later:ident)* { $($rows:tt)* }) => { $then! { $($later)* { $($rows)*

    UserLambdaValidationException {
        LambdaRefused(trigger, text) => "{trigger} failed with error {text}.";
    }
    UnexpectedLambdaException {
        LambdaNotInvoked(trigger, error) => "{trigger} invocation failed due to error {error}.";
    }
    InvalidLambdaResponseException {
        LambdaNotJson => "Invalid lambda function output : Invalid JSON";
        LambdaOutput => "Unrecognizable lambda output";
        AutoVerifiedUnconfirmed => "Phone or email cannot be auto verified, when user is not being auto confirmed.";
        /// Inferred text: that the sign-up fails is documented.
        AutoVerifiedMissing(name) => "Attribute {name} cannot be auto verified, since it is not provided.";
    }
    OperationNotEnabledException {
        /// Inferred text.
        NotInSecondaryRegion(operation) => "{operation} is not enabled in this region for the user pool.";
        /// Inferred text; this type is AWS's for what the pool's configuration rules out (documented).
        SessionTrackingOff => "Session tracking is not enabled for the user pool.";
        /// Inferred text; that writes wait is documented.
        WritesPaused => "Write operations are paused while a point-in-time recovery of the user pool is in progress.";
        /// Inferred text.
        RecoveryNotSupported => "The user pool does not support point-in-time recovery to the requested time.";
    }
    ServiceQuotaExceededException {
        /// Inferred text.
        AboveAccountMaximum(maximum) => "The requested limit exceeds your account-level maximum of {maximum} requests per second.";
    }
    TooManyRequestsException {
        TooManyRequests => "Too many requests";
    }
    InternalErrorException {
        /// Inferred text.
        Internal => "Internal error.";
    }
    UnknownOperationException {
        /// AWS sends no sentence with it (inferred).
        OperationUnknown => "";
        /// Poolhouse's own: an operation of the model that is not served yet.
        OperationNotServed(operation) => "Poolhouse does not serve {operation} yet.";
    }
    SerializationException {
        /// An empty text stands for no message at all.
        Serialization(text) => "{text}";
    }
    MissingAuthenticationTokenException {
        MissingAuthenticationToken => "Missing Authentication Token";
    }
    AccessDeniedException {
        /// Poolhouse's own: AWS has no such refusal.
        ForeignPage => "Poolhouse does not take signed requests of this web page.";
    }
    IncompleteSignatureException {
        IncompleteSignature(text) => "{text}";
    }
    UnrecognizedClientException {
        SecurityTokenInvalid => "The security token included in the request is invalid.";
    }
    InvalidSignatureException {
        /// Reported texts.
        InvalidSignature(text) => "{text}";
    }
    RequestEntityTooLargeException {
        /// Inferred text.
        RequestTooLarge => "Request size limit exceeded";
    }
    MalformedHttpRequestException {
        /// Inferred texts, both.
        MalformedRequest => "The request body cannot be decoded.";
        HostUnclear => "The request must name one host.";
    }
    RequestTimeoutException {
        /// Inferred text.
        RequestTimeout => "The request was not received in time.";
    }

    } } };
}
