//! Parameters that are well formed and still refused.

/// Its rows, behind those that came before.
macro_rules! parameters {
    ($then:ident $($later:ident)* { $($rows:tt)* }) => { $then! { $($later)* { $($rows)*

    InvalidParameterException {
        /// Constraint violations of the service model, already in AWS's words.
        Constraints(text) => "{text}";
        /// Observed, with its slip, and the next as the text of a page.
        LinkNeedsDomain => "Cannot perform specific action because there does not exist a valid use pool domain associated with the user pool";
        PageFailed => "An error was encountered with the requested page.";
        MessageEmpty => "The message is empty.";
        InitiateAuthMethod => "Initiate Auth method not supported.";
        FlowNotEnabled(flow) => "{flow} flow not enabled for this client";
        FlowIsNotEnabled(flow) => "{flow} is not enabled for the client.";
        AuthFlowNotEnabled => "Auth flow not enabled for this client";
        MissingParameter(name) => "Missing required parameter {name}";
        CustomAuthNotConfigured => "Custom auth lambda trigger is not configured for the user pool.";
        DeviceKeyInvalid => "Invalid device key given.";
        /// Inferred text.
        DeviceVerifierInvalid => "Invalid device secret verifier given.";
        SrpTimestamp => "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english";
        /// Inferred text.
        SrpValue => "Invalid SRP_A value";
        AttributeMissing(name) => "Invalid attributes given, {name} is missing";
        NoDeliveryConfig(factor) => "User does not have delivery config set to turn on {factor}";
        /// Inferred text.
        MfaOptionInvalid => "Only SMS to phone_number can be set as an MFA option.";
        /// Inferred text: one block asks to prefer a factor that it turns off.
        PreferredFactorDisabled => "Preferred MFA setting must be enabled.";
        /// Inferred text: the refusal is observed, its sentence is not.
        SeveralPreferredFactors => "Only one MFA setting can be preferred.";
        /// Inferred text.
        NoSuchMfaChoice(answer) => "Invalid MFA type {answer} selected.";
        /// Inferred text.
        NoSuchChallenge(answer) => "Invalid challenge {answer} selected.";
        /// Inferred text.
        ChallengeNotAnswerable => "Invalid challenge name.";
        /// Inferred text.
        MissingTokenOrSession => "Missing access token or session";
        SchemaMismatch(findings) => "Attributes did not conform to the schema: {findings}";
        AttributeFindings(findings) => "{findings}";
        InvalidUserAttributes(findings) => "Invalid user attributes: {findings}";
        AttributeValueNull(name) => "Attribute value for {name} must not be null";
        InvalidPhoneNumber => "Invalid phone number format.";
        InvalidEmail => "Invalid email address format.";
        UsernameNotEmail => "Username should be an email.";
        UsernameNotPhone => "Username should be a phone number.";
        UsernameNotEmailOrPhone => "Username should be either an email or a phone number.";
        UsernameLooksLikeEmail => "Username cannot be of email format, since user pool is configured for email alias.";
        UsernameLooksLikePhone => "Username cannot be of phone number format, since user pool is configured for phone_number alias.";
        PreferredUsernameTooEarly => "Preferred username cannot be provided for unconfirmed account, since user pool is configured for preferred username alias.";
        AlreadyConfirmed => "User is already confirmed.";
        NoRecoveryContact => "Cannot reset password for the user as there is no registered/verified email or phone_number";
        NotVerifiable => "Invalid attribute name. Only phone_number and email can be verified.";
        /// Inferred text.
        NothingToVerify(name) => "User does not have {name} attribute.";
        PasswordRequired => "User is required to have a password";
        InvalidSearchAttribute(name) => "Invalid search attribute: {name}";
        FilterUnparsable => "Error while parsing filter";
        AttributesNotInPool => "One or more requested attributes do not exist.";
        /// Inferred text, as are the next four.
        RecoveryPointTooLate => "RestoreTimestamp must be at least 15 minutes in the past.";
        RecoveryPointTooEarly => "RestoreTimestamp is not within the recovery period of the user pool.";
        RecoveryPointBeforePool => "RestoreTimestamp is earlier than the creation of the user pool.";
        RecoveryPointWithoutPlan(tier) => "The user pool was not on the {tier} pricing tier at RestoreTimestamp.";
        RecoveryStatus(id, status) => "Point-in-time recovery {id} has the status {status}.";
        /// Inferred text.
        PaginationTokenInvalid => "Invalid pagination token";
        AliasAndUsernameAttributes => "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.";
        /// Inferred text: that both placeholders are demanded is observed.
        InvitationPlaceholder(placeholder) => "The invitation message template must contain the {placeholder} placeholder.";
        SmsForAutoVerification => "SMS configuration is required when phone_number is selected for auto verification";
        SmsForMfa => "SMS configuration and Auto verification for phone_number are required when MFA is required/optional";
        VerifyBeforeUpdateSubset => "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes";
        RecoveryAdminOnly => "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.";
        RecoveryDuplicates => "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.";
        FirstFactorsWithoutPassword => "Password should be configured as one of the allowed first auth factors.";
        /// Inferred text: the enum has SOFTWARE_TOKEN, the documentation refuses it here.
        FirstFactorNotAllowed(factor) => "{factor} cannot be configured as an allowed first auth factor.";
        FirstFactorSmsNeedsSms => "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS configuration";
        PreTokenArnsDiffer => "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's";
        TwoTemporaryValidities => "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays";
        DeveloperEmailNeedsSource => "Source ARN is required to use DEVELOPER email sending owner";
        SourceArnRegion => "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.";
        FromInvalid => "Provided From email address is invalid";
        SnsRegion(region) => "Invalid snsRegion. Allowed SNS region for {region} is {region}";
        /// Inferred text.
        EumsRegion(region) => "Invalid EumsSms Region. Allowed Region is {region}";
        CrossAccountRole => "Cross-account pass role is not allowed.";
        CrossRegionLambda => "Cross-region lambda functions are not supported";
        KmsKeyRequired => "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.";
        RequiredCustomAttribute => "Required custom attributes are not supported currently.";
        StandardAttributeChanged(name) => "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}";
        DuplicateCustomAttribute(name) => "Duplicate custom attribute names {name} are not allowed in a user pool schema.";
        SchemaLengths(name) => "Attribute {name} cannot have a max length shorter than it's min length";
        SchemaValues(name) => "Attribute {name} cannot have a max value smaller than it's min value";
        SchemaDataType => "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.";
        /// Inferred text.
        SchemaLimitNotANumber(name) => "Attribute {name} has an invalid constraint.";
        /// Inferred text.
        SchemaName(name) => "Invalid attribute name {name}.";
        /// Inferred text.
        TooManyCustomAttributes => "The number of custom attributes cannot be more than 50.";
        ExistingAttribute(name, existing) => "{name}: Existing attribute already has name {existing}.";
        /// Inferred text.
        AliasAlsoRequired => "preferred_username cannot be both an alias and a required attribute.";
        /// Inferred text.
        TemplatesDisagree(member) => "{member} and VerificationMessageTemplate cannot have different values.";
        /// Inferred text.
        SmsSender => "Either SnsCallerArn or EumsSms is required in SmsConfiguration, but not both.";
        /// Inferred texts, types too: what a step-up is refused for.
        AcrTargetUnknown => "None of TARGET_ACR_VALUES is valid.";
        AcrTargetUnreachable => "User cannot satisfy any of TARGET_ACR_VALUES.";
        AcrTargetReached => "ACCESS_TOKEN already satisfies TARGET_ACR_VALUES.";
        StepUpOfAnother => "ACCESS_TOKEN does not belong to the user.";
        MaxAgeInvalid => "Invalid MAX_AGE.";
        /// Inferred text.
        AcrValues => "ACR values must be unique across all levels.";
        /// Inferred text.
        EmailMfaWithEmailRecovery => "Cannot set EmailMfaConfiguration when verified_email is the only account recovery mechanism.";
        MfaOffWithFactors => "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.";
        MfaWithoutFactors => "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.";
        EmailMfaNeedsDeveloper => "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT.";
        MfaWithOtpFirstFactor => "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled";
        MfaWithSingleFactorPasskey => "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor";
        MfaCannotTurnOn => "Cannot turn MFA functionality ON, once the user pool has been created.";
        /// Inferred text.
        RelyingPartyIdInvalid(id) => "Invalid relying party ID {id}.";
        CredentialInvalid => "Credential data is not valid";
        DeletionProtected => "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.";
        PoolHasDomain => "User pool cannot be deleted. It has a domain configured that should be deleted first.";
        /// Inferred text.
        PoolHasReplica => "User pool cannot be deleted. It has a replica that should be deleted first.";
        /// Inferred text.
        MultiRegionKeyRequired => "A multi-Region customer managed key is required to create a user pool replica.";
        /// Inferred text.
        ReplicaRegion(region) => "Invalid replica region {region}.";
        /// Inferred text.
        PrimaryReplica => "The primary replica cannot be updated or deleted.";
        /// Inferred text.
        ReplicaActive => "The user pool replica cannot be deleted because it is active.";
        /// Inferred text.
        GlobalSetting => "Only regional settings can be changed in a secondary region.";
        /// Inferred text.
        LimitAttributes => "Attributes must contain the key Category.";
        /// Inferred text.
        LimitNotAdjustable(category) => "The limit of category {category} is not adjustable.";
        /// Inferred text.
        LimitBelowDefault(value, default) => "The requested limit {value} is below the default limit of {default} requests per second.";
        /// Inferred text.
        LimitHeldByManagedLogin(category) => "The limit of category {category} cannot be adjusted for accounts that use managed login.";
        LegacyFlowsMixed => "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.";
        CallbacksMissing => "CallbackUrls can not be empty when code flow or implicit flow is selected";
        UrlHttp(url) => "{url} cannot use the HTTP protocol.";
        UrlFragment(url) => "{url} cannot use fragment";
        /// Inferred text.
        UrlNotAbsolute(url) => "{url} is not a valid absolute URL.";
        DefaultRedirectUnknown(uri) => "The default redirect URI {uri} is not in the callback URIs list.";
        ProviderUnknown(provider, pool) => "The provider {provider} does not exist for User Pool {pool}.";
        SocialDetails => "clientId, clientSecret and authorizeScopes are all required idp details.";
        AppleDetails => "clientId, privateKey, teamId, and keyId are all required idp details.";
        OidcDetails => "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.";
        OidcEndpointOpen => "OIDC endpoint must start with https://";
        /// Observed from "Member" on, inferred before.
        AttributesRequestMethod(value) => "1 validation error detected: Value '{value}' at 'attributesRequestMethod' failed to satisfy constraint: Member must satisfy enum value set: [POST, GET]";
        /// Reported.
        DiscoveryFailed => "Unable to contact well-known endpoint";
        MetadataMissing => "At least one of the MetadataURL or MetadataFile should be provided.";
        MetadataGivenTwice => "Only one of the MetadataURL or MetadataFile should be provided.";
        MetadataUnreachable(url) => "Error retrieving metadata from {url}";
        MetadataStatus(status, url) => "Non-ok status code {status} returned from remote metadata source {url}";
        MetadataUnreadable => "Unable to unmarshall metadata";
        SigningCertificatesExpired => "Signing certificates are expired";
        /// Inferred text.
        ProviderDetailInvalid(key) => "Invalid value for {key} in ProviderDetails.";
        ProviderNameForType(name, kind) => "Provider {name} cannot be of type {kind}.";
        InvalidMapping(names) => "AttributeMapping contains invalid mapping: [{names}]";
        /// Inferred text.
        AcrMappingUnsupported(kind) => "AcrMapping is not supported for providers of type {kind}.";
        /// Inferred text.
        IdentifierTaken(identifier) => "The identifier {identifier} is already in use in the user pool.";
        LinkSourceNative => "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser";
        LinkMerging => "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link";
        /// Inferred text.
        LinkAttribute(name, provider) => "Invalid ProviderAttributeName {name} for provider {provider}.";
        /// Inferred text.
        LinkImmutable => "DestinationUser must not have immutable custom attributes.";
        /// The text is observed, its exception type inferred.
        NotLinked => "Account isn't linked to anyone else, verify that the account has been linked";
        TokenValidityRange => "Invalid range for token validity.";
        TokenValidityOrder => "Access and Id Token expiration times must be less than or equal to refresh token expiration times.";
        /// Observed for a client that is made, inferred from the next for one that is updated.
        ReadAttributes(doing) => "Invalid read attributes specified while {doing} a client";
        /// Observed for both: aws/aws-sdk-java#1395 has the update.
        WriteAttributes(doing) => "Invalid write attributes specified while {doing} a client";
        /// Inferred text.
        ClientTokenNeedsSecret => "ALLOW_CLIENT_TOKEN_AUTH can not be selected if client does not have a client secret.";
        /// Inferred text.
        ClientTokenAlone => "ALLOW_CLIENT_TOKEN_AUTH can not be selected along with other auth flows.";
        ContextDataNeedsSecret => "Client Secret is required to set EnablePropagateAdditionalUserContextData as true";
        AnalyticsConfiguration => "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid";
        PinpointRegion(region) => "The integration with Pinpoint is not supported for the requested {region} region.";
        /// Inferred text.
        SecretGivenTwice => "GenerateSecret and ClientSecret cannot both be set.";
        /// Inferred text: with rotation on, the refresh flow must be off (documented).
        RotationWithRefreshFlow => "ALLOW_REFRESH_TOKEN_AUTH cannot be used when refresh token rotation is enabled.";
        /// Inferred text.
        RegisteredClientSecrets(client) => "Client {client} does not support client secret operations.";
        /// Inferred text.
        ClientWithoutSecret(client) => "Client {client} does not have a client secret.";
        /// Inferred text.
        LastClientSecret => "Cannot delete the last client secret.";
        /// Observed in full: AWS's knowledge center, mineiros-io/terraform-aws-cognito-user-pool#69.
        DomainCharacters => r"The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$";
        DomainReserved(word) => "Domain cannot contain reserved word: {word}";
        DomainTaken => "Domain already associated with another user pool.";
        /// Reported text.
        DomainConfigured => "User pool already has a domain configured.";
        DomainUnknown => "No such domain or user pool exists.";
        CustomDomainInvalid => "Custom domain is not a valid subdomain: Was not able to resolve the root domain, please ensure an A record exists for the root domain.";
        DomainCertificate => "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.";
        /// Inferred text.
        ManagedLoginVersion(version) => "Invalid managed login version {version}.";
        /// Inferred text.
        PrefixDomainWith(member) => "{member} can only be configured for a custom domain.";
        /// Inferred text.
        SecondaryRegion(region) => "Invalid secondary region {region}.";
        ResourceServerExists(identifier, pool) => "{identifier} already exists in user pool {pool}.";
        /// Inferred type: the sentence is observed where a client is made, whose exception the token
        /// operations do not declare.
        ScopeRefused(scope) => "Invalid scope requested: {scope}";
        /// Inferred text.
        AudienceAndResource => "Audiences and Resources cannot both be requested.";
        /// Inferred text.
        PresentedKind(kind, provider) => "Token type {kind} is not supported for provider {provider}.";
        /// Inferred text.
        NoGrantableScope => "No custom scopes are configured for the app client.";
        /// Inferred text.
        ScopeNamedTwice(scope) => "Duplicate scope name {scope} is not allowed in a resource server.";
        /// Inferred text.
        TagRefused(text) => "{text}";
        /// Inferred text.
        NotTaggable(arn) => "Invalid resource ARN: {arn}";
        BrandingValues => "useCognitoProvidedValues or settings should be specified (but not both)";
        /// Inferred text: that an unknown structure is refused is observed.
        BrandingSettings(fault) => "Invalid settings: {fault}.";
        /// Inferred text.
        BrandingAsset(category, extension) => "Asset category {category} does not support extension {extension}.";
        /// Inferred text.
        BrandingAssets => "Too many assets.";
        DomainRequired => "A domain must be associated with this user pool.";
        CssClass(selector) => "The CSS class {selector} is not in the list of allowed classes.";
        /// Inferred text.
        CssStatement(statement) => "The CSS cannot contain {statement}.";
        /// Inferred text.
        CssMalformed => "The CSS cannot be parsed.";
        /// Inferred text.
        LogoType => "The image file must be a PNG or JPEG file.";
        CidrFormat => "Incorrect CIDR format";
        /// Inferred text.
        UserContextAddress => "Invalid IP address in user context data.";
        EventSourceTwice => "Following event sources appear more then once in a request";
        ArnRegion => "ARN does not belong to current region";
        /// Inferred text.
        ArnAccount => "ARN does not belong to current account";
        /// Inferred text.
        LogLevel => "Invalid log level for the event source.";
        /// Inferred text.
        LogDestination => "Invalid destination for the event source.";
        /// Inferred text.
        CurrentSession => "The current session cannot be revoked.";
        /// Inferred text.
        TermsDefaultLink => "Links must contain cognito:default.";
        /// Inferred text, and inferred that it is this exception.
        CimdDocument(url) => "Unable to retrieve a valid client metadata document from {url}.";
        /// Inferred text.
        EncryptionKey(arn) => "Invalid KmsKeyArn {arn}.";
        /// Inferred text.
        ImportRole(arn) => "Invalid CloudWatchLogsRoleArn {arn}.";
        /// A pinned id that is malformed or taken; Poolhouse's own text, AWS has no pinned ids.
        PinnedId(text) => "{text}";
    }

    } } };
}
