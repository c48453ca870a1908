//! Whoever signs in: users, their passwords, codes, factors and tokens.

/// Its rows, behind those that came before.
macro_rules! people {
    ($then:ident $($later:ident)* { $($rows:tt)* }) => { $then! { $($later)* { $($rows)*

    NotAuthorizedException {
        IncorrectUsernameOrPassword => "Incorrect username or password.";
        UserDisabled => "User is disabled.";
        PasswordAttemptsExceeded => "Password attempts exceeded";
        TemporaryPasswordExpired => "Temporary password has expired and must be reset by an administrator.";
        SecretHashMissing(client) => "Client {client} is configured with secret but SECRET_HASH was not received";
        SecretHashWrong(client) => "Unable to verify secret hash for client {client}";
        SecretHashWrongOnRefresh(client) => "SecretHash does not match for the client: {client}";
        SecretNotExpected(client) => "Client {client} is not configured for secret but secret was received";
        SessionExpired => "Invalid session for the user, session is expired.";
        SessionUsed => "Invalid session for the user, session can only be used once.";
        SessionUnknown => "Invalid session for the user.";
        /// Observed: aws-amplify/amplify-flutter#4890; for other mixtures of challenges inferred.
        ChallengeMismatch => "Invalid session provided for the user.";
        /// Observed: aws-amplify/amplify-js#10582.
        DeviceSrpTooEarly => "Cannot initiate DEVICE_SRP_AUTH flow without first authenticating";
        AttributeAlreadyProvided(name) => "Cannot modify an already provided {name}";
        CannotConfirm(status) => "User cannot be confirmed. Current status is {status}";
        PasswordNotResettable => "User password cannot be reset in the current state.";
        /// Inferred text.
        ContactAdministrator => "Contact administrator to reset password.";
        /// Observed, type and text: mobilequickie/amplify-passwordless-sms-auth#11.
        CannotResend => "Cannot resend codes. Auto verification not turned on.";
        SignUpNotPermitted => "SignUp is not permitted for this user pool";
        UnauthorizedAttribute => "A client attempted to write unauthorized attribute";
        RefreshTokenInvalid => "Invalid Refresh Token.";
        RefreshTokenExpired => "Refresh Token has expired";
        RefreshTokenRevoked => "Refresh Token has been revoked";
        RiskBlocked => "Unable to login because of security reasons.";
        AddressBlocked => "Request not allowed due to security reasons.";
        /// Inferred text.
        FeedbackTokenInvalid => "Invalid feedback token";
        AccessTokenInvalid => "Invalid Access Token";
        AccessTokenSignature => "Could not verify signature for Access Token";
        AccessTokenExpired => "Access Token has expired";
        AccessTokenRevoked => "Access Token has been revoked";
        AccessTokenScope => "Access Token does not have required scopes";
        /// Observed for a wrong secret of GetClientToken; inferred for GetDerivedToken.
        ClientOrSecret => "Invalid client or secret";
        /// Inferred text, as are the next two.
        PresentedInvalid(token) => "Invalid {token}";
        PresentedExpired(token) => "{token} has expired";
        PresentedRevoked(token) => "{token} has been revoked";
    }
    InvalidPasswordException {
        PasswordCompromised => "Provided password cannot be used for security reasons.";
        PasswordDidNotConform(rule) => "Password did not conform with policy: {rule}";
        PasswordDoesNotConform(rule) => "Password does not conform to policy: {rule}";
    }
    PasswordHistoryPolicyViolationException {
        PasswordUsedBefore => "Password has previously been used";
    }
    UserNotFoundException {
        UserUnknown => "User does not exist.";
        UsernameClientCombination => "Username/client id combination not found.";
    }
    UserNotConfirmedException {
        UserNotConfirmed => "User is not confirmed.";
    }
    PasswordResetRequiredException {
        PasswordResetRequired => "Password reset required for the user";
    }
    UsernameExistsException {
        UserExists => "User already exists";
        UserAccountExists => "User account already exists";
    }
    AliasExistsException {
        AliasExists(name) => "An account with the given {name} already exists.";
        /// Inferred here; a redirect has these words.
        IdentityLinked(username) => "Already found an entry for username {username}";
    }
    CodeMismatchException {
        VerificationCodeWrong => "Invalid verification code provided, please try again.";
        MfaCodeWrong => "Invalid code or auth state for the user.";
        SoftwareTokenCodeWrong => "Invalid code received for user";
    }
    ExpiredCodeException {
        CodeExpired => "Invalid code provided, please request a code again.";
        SoftwareTokenCodeUsed => "Your software token has already been used once.";
    }
    EnableSoftwareTokenMFAException {
        SoftwareTokenMismatch => "Code mismatch";
    }
    SoftwareTokenMFANotFoundException {
        SoftwareTokenNotEnabled => "Software Token MFA has not been enabled by the userPool";
        /// Inferred text.
        SoftwareTokenMissing => "Software token MFA not found for the user.";
    }
    MFAMethodNotFoundException {
        /// Inferred text.
        MfaMethodMissing => "No MFA mechanism registered in the account.";
    }
    CodeDeliveryFailureException {
        MailNotDelivered(error) => "Cognito received the following error from Amazon SES when attempting to send email: {error}";
    }
    LimitExceededException {
        AttemptLimit => "Attempt limit exceeded, please try after some time.";
        DailyMailLimit => "Exceeded daily email limit for the operation or the account. If a higher limit is required, please configure your user pool to use your own Amazon SES configuration for sending email.";
        /// Inferred text.
        ResourceLimit(what) => "The limit of {what} has been exceeded.";
    }
    RefreshTokenReuseException {
        RefreshTokenReused => "Refresh token reuse detected";
    }

    } } };
}
