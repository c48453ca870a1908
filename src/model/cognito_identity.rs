//! Temporary stub.
/// Stub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "stub")]
pub enum Operation {
    CreateIdentityPool,
    DeleteIdentities,
    DeleteIdentityPool,
    DescribeIdentity,
    DescribeIdentityPool,
    GetCredentialsForIdentity,
    GetId,
    GetIdentityPoolRoles,
    GetOpenIdToken,
    GetOpenIdTokenForDeveloperIdentity,
    GetPrincipalTagAttributeMap,
    ListIdentities,
    ListIdentityPools,
    ListTagsForResource,
    LookupDeveloperIdentity,
    MergeDeveloperIdentities,
    SetIdentityPoolRoles,
    SetPrincipalTagAttributeMap,
    TagResource,
    UnlinkDeveloperIdentity,
    UnlinkIdentity,
    UntagResource,
    UpdateIdentityPool,
}
impl Operation {
    /// Stub.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "CreateIdentityPool" => Self::CreateIdentityPool,
            "DeleteIdentities" => Self::DeleteIdentities,
            "DeleteIdentityPool" => Self::DeleteIdentityPool,
            "DescribeIdentity" => Self::DescribeIdentity,
            "DescribeIdentityPool" => Self::DescribeIdentityPool,
            "GetCredentialsForIdentity" => Self::GetCredentialsForIdentity,
            "GetId" => Self::GetId,
            "GetIdentityPoolRoles" => Self::GetIdentityPoolRoles,
            "GetOpenIdToken" => Self::GetOpenIdToken,
            "GetOpenIdTokenForDeveloperIdentity" => Self::GetOpenIdTokenForDeveloperIdentity,
            "GetPrincipalTagAttributeMap" => Self::GetPrincipalTagAttributeMap,
            "ListIdentities" => Self::ListIdentities,
            "ListIdentityPools" => Self::ListIdentityPools,
            "ListTagsForResource" => Self::ListTagsForResource,
            "LookupDeveloperIdentity" => Self::LookupDeveloperIdentity,
            "MergeDeveloperIdentities" => Self::MergeDeveloperIdentities,
            "SetIdentityPoolRoles" => Self::SetIdentityPoolRoles,
            "SetPrincipalTagAttributeMap" => Self::SetPrincipalTagAttributeMap,
            "TagResource" => Self::TagResource,
            "UnlinkDeveloperIdentity" => Self::UnlinkDeveloperIdentity,
            "UnlinkIdentity" => Self::UnlinkIdentity,
            "UntagResource" => Self::UntagResource,
            "UpdateIdentityPool" => Self::UpdateIdentityPool,
            _ => return None,
        })
    }
    /// Stub.
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateIdentityPool => "CreateIdentityPool",
            Self::DeleteIdentities => "DeleteIdentities",
            Self::DeleteIdentityPool => "DeleteIdentityPool",
            Self::DescribeIdentity => "DescribeIdentity",
            Self::DescribeIdentityPool => "DescribeIdentityPool",
            Self::GetCredentialsForIdentity => "GetCredentialsForIdentity",
            Self::GetId => "GetId",
            Self::GetIdentityPoolRoles => "GetIdentityPoolRoles",
            Self::GetOpenIdToken => "GetOpenIdToken",
            Self::GetOpenIdTokenForDeveloperIdentity => "GetOpenIdTokenForDeveloperIdentity",
            Self::GetPrincipalTagAttributeMap => "GetPrincipalTagAttributeMap",
            Self::ListIdentities => "ListIdentities",
            Self::ListIdentityPools => "ListIdentityPools",
            Self::ListTagsForResource => "ListTagsForResource",
            Self::LookupDeveloperIdentity => "LookupDeveloperIdentity",
            Self::MergeDeveloperIdentities => "MergeDeveloperIdentities",
            Self::SetIdentityPoolRoles => "SetIdentityPoolRoles",
            Self::SetPrincipalTagAttributeMap => "SetPrincipalTagAttributeMap",
            Self::TagResource => "TagResource",
            Self::UnlinkDeveloperIdentity => "UnlinkDeveloperIdentity",
            Self::UnlinkIdentity => "UnlinkIdentity",
            Self::UntagResource => "UntagResource",
            Self::UpdateIdentityPool => "UpdateIdentityPool",
        }
    }
    /// Stub.
    pub fn signed(self) -> bool {
        !matches!(
            self,
            Self::GetCredentialsForIdentity
                | Self::GetId
                | Self::GetOpenIdToken
                | Self::UnlinkIdentity
        )
    }
    /// Stub.
    pub fn has_output(self) -> bool {
        !matches!(
            self,
            Self::DeleteIdentityPool
                | Self::SetIdentityPoolRoles
                | Self::UnlinkDeveloperIdentity
                | Self::UnlinkIdentity
        )
    }
}
