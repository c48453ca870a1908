//! Pools and what belongs to them: unknown, there already, or not in the state or tier that it takes.

/// Its rows, behind those that came before.
macro_rules! resources {
    ($then:ident $($later:ident)* { $($rows:tt)* }) => { $then! { $($later)* { $($rows)*

    ResourceNotFoundException {
        UserPoolUnknown(id) => "User pool {id} does not exist.";
        ClientUnknown(id) => "User pool client {id} does not exist.";
        GroupUnknown => "Group not found.";
        ResourceServerUnknown(identifier) => "Resource server {identifier} does not exist.";
        IdentityProviderUnknown(name) => "Identity provider {name} does not exist.";
        DeviceUnknown => "Device does not exist.";
        /// Inferred text.
        PasskeyUnknown => "WebAuthn credential does not exist.";
        /// Inferred text.
        ClientSecretUnknown(id) => "Client secret {id} does not exist.";
        /// Inferred text.
        BrandingUnknown => "Managed login branding does not exist.";
        /// Inferred text.
        ImportJobUnknown(id) => "User import job {id} does not exist.";
        /// Inferred text.
        UserSessionUnknown => "Session does not exist.";
        /// Inferred text.
        AuthEventUnknown => "Auth event does not exist.";
        /// Inferred text.
        RecoveryUnknown(id) => "Point-in-time recovery {id} does not exist.";
        /// Inferred text.
        ReplicaUnknown(region) => "User pool replica in region {region} does not exist.";
        /// Inferred text.
        LimitUnknown => "Limit does not exist.";
        /// Inferred text.
        TermsUnknown => "Terms do not exist.";
        /// Inferred text.
        CimdPolicyUnknown(id) => "CIMD policy {id} does not exist.";
    }
    CachedCIMDURLDoesNotExistException {
        /// Inferred text.
        CimdUrlNotCached => "Cached CIMD URL does not exist.";
    }
    PreconditionNotMetException {
        /// Observed: aws-amplify/amplify-js#6416.
        ImportWithoutFile(id) => "No csv file was uploaded for {id}";
        /// Inferred text.
        ImportNotStartable(id) => "The user import job {id} has already been started or has expired.";
        /// Inferred text.
        ImportNotRunning(id) => "The user import job {id} is not in progress.";
        /// Inferred text: that the job does not start is documented.
        ImportNeedsAutoVerified => "The user pool must have at least one auto verified attribute.";
        /// Inferred text, and inferred that it is this exception.
        ImportAlreadyActive => "Only one user import job can be active at a time.";
    }
    ConcurrentModificationException {
        /// Inferred text, and inferred that it is this exception.
        RecoveryDuringImport => "A recovery cannot be initiated while a user import job is in progress.";
    }
    UserImportInProgressException {
        /// Inferred text.
        ImportInProgress => "A user import job is in progress for the user pool.";
    }
    WebAuthnNotEnabledException {
        /// Inferred text.
        WebAuthnNotEnabled => "Passkeys are not enabled for the user pool.";
    }
    WebAuthnConfigurationMissingException {
        /// Inferred text.
        WebAuthnConfigurationMissing => "The user pool has no relying party ID or domain.";
    }
    WebAuthnChallengeNotFoundException {
        /// Inferred text.
        WebAuthnChallengeNotFound => "Challenge not found or expired.";
    }
    WebAuthnClientMismatchException {
        /// Inferred text.
        WebAuthnClientMismatch => "The access token is for another client than the registration.";
    }
    WebAuthnOriginNotAllowedException {
        /// Inferred text.
        WebAuthnOriginNotAllowed => "The origin of the credential is not allowed.";
    }
    WebAuthnRelyingPartyMismatchException {
        /// Inferred text.
        WebAuthnRelyingPartyMismatch => "The credential is for another relying party ID.";
    }
    WebAuthnCredentialNotSupportedException {
        /// Inferred text.
        WebAuthnCredentialNotSupported => "The credential is not supported.";
    }
    DuplicateProviderException {
        /// Inferred text.
        ProviderExists(name) => "A provider named {name} already exists in the user pool.";
    }
    DeviceKeyExistsException {
        /// Inferred text.
        DeviceKeyExists => "Device key already exists.";
    }
    InvalidUserPoolConfigurationException {
        /// Inferred type and text: InitiateAuth does not declare MFAMethodNotFoundException.
        MfaMethodMissingAtStart => "No MFA mechanism registered in the account.";
        /// Inferred text.
        DeviceTrackingOff => "Device tracking is not enabled for the user pool.";
    }
    GroupExistsException {
        GroupExists => "A group with the name already exists.";
    }
    ManagedLoginBrandingExistsException {
        /// Inferred text.
        BrandingExists => "Managed login branding already exists for the app client.";
    }
    TermsExistsException {
        /// Inferred text.
        TermsExist(name) => "The {name} terms already exist for the app client.";
    }
    UnsupportedUserStateException {
        ResendNotPossible(username) => "Resend not possible. {username} status is not FORCE_CHANGE_PASSWORD";
    }
    UnsupportedOperationException {
        /// Inferred text.
        RevocationDisabled => "Token revocation is not enabled for this client.";
    }
    UnsupportedTokenTypeException {
        /// Inferred text.
        NotARefreshToken => "Only refresh tokens can be revoked.";
    }
    UnauthorizedException {
        /// Inferred text.
        RevokeWrongSecret => "Invalid client secret.";
        /// Type documented; inferred text.
        RevokeUnknownClient(id) => "User pool client {id} does not exist.";
    }
    InvalidOAuthFlowException {
        OAuthFlowsRequired => "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.";
        ClientCredentialsAlone => "client_credentials flow can not be selected along with code flow or implicit flow.";
        ClientCredentialsNeedsSecret => "client_credentials flow can not be selected if client does not have a client secret.";
        ScopeWithClientCredentials(scope) => "{scope} is not supported with client_credentials flow";
    }
    ScopeDoesNotExistException {
        ScopeUnknown(scope) => "Invalid scope requested: {scope}";
    }
    FeatureUnavailableInTierException {
        FeatureForTier(tier, feature) => "The following feature is not available for the {tier} pricing tier configured: {feature}";
        FeaturesForTier(tier, features) => "The following features need to be disabled for the {tier} pricing tier configured: {features}";
    }
    TierChangeNotAllowedException {
        /// Inferred text.
        TierChange(tier) => "The user pool cannot be changed to the {tier} tier while features of a higher tier are configured.";
    }
    UserPoolAddOnNotEnabledException {
        /// Inferred text.
        AddOnNotEnabled => "User pool add-ons are not enabled for the user pool.";
    }
    UserPoolTaggingException {
        /// Inferred text.
        Tagging(text) => "{text}";
    }

    } } };
}
