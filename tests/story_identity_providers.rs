//! The story's part on identity providers.

use poolhouse::model::cognito_idp::Operation;
use serde_json::json;

use crate::golden::Story;

/// Metadata of a provider that signs with the key of this certificate.
pub fn metadata(certificate: &str) -> String {
    format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         entityID=\"https://idp.example.com\"><IDPSSODescriptor><KeyDescriptor><KeyInfo \
         xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><X509Data><X509Certificate>{certificate}\
         </X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" \
         Location=\"https://idp.example.com/sso\"/></IDPSSODescriptor></EntityDescriptor>"
    )
}

/// Makes a SAML provider that signs with the pool's own certificate, and links a user to it.
pub async fn tell(story: &mut Story, pool: &str, username: &str) {
    let answer = story
        .ask(
            Operation::GetSigningCertificate,
            json!({"UserPoolId": pool}),
        )
        .await;
    let certificate = answer["Certificate"].as_str().unwrap().to_owned();
    let metadata = metadata(&certificate);
    let create = json!({"UserPoolId": pool, "ProviderName": "Corp", "ProviderType": "SAML",
        "ProviderDetails": {"MetadataFile": metadata}, "AttributeMapping": {"email": "mail"},
        "IdpIdentifiers": ["corp.example.com"]});
    story.ask(Operation::CreateIdentityProvider, create).await;
    let google = json!({"UserPoolId": pool, "ProviderName": "Google", "ProviderType": "Google",
        "ProviderDetails": {"client_id": "id", "client_secret": "s", "authorize_scopes": "email"}});
    story.ask(Operation::CreateIdentityProvider, google).await;
    let named = json!({"UserPoolId": pool, "ProviderName": "Corp"});
    let update = json!({"UserPoolId": pool, "ProviderName": "Corp",
        "AttributeMapping": {"name": "cn"}});
    story.ask(Operation::UpdateIdentityProvider, update).await;
    story
        .ask(Operation::DescribeIdentityProvider, named.clone())
        .await;
    let identifier = json!({"UserPoolId": pool, "IdpIdentifier": "corp.example.com"});
    story
        .ask(Operation::GetIdentityProviderByIdentifier, identifier)
        .await;
    story
        .ask(
            Operation::ListIdentityProviders,
            json!({"UserPoolId": pool, "MaxResults": 5}),
        )
        .await;
    let source = json!({"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject",
        "ProviderAttributeValue": "1029"});
    let link = json!({"UserPoolId": pool, "SourceUser": source,
        "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": username}});
    story.ask(Operation::AdminLinkProviderForUser, link).await;
    let unlink = json!({"UserPoolId": pool, "User": source});
    story
        .ask(Operation::AdminDisableProviderForUser, unlink)
        .await;
    story.ask(Operation::DeleteIdentityProvider, named).await;
}
