//! Branding and terms: the look of a client's pages, and what they link to.

use poolhouse::model::cognito_idp::Operation;
use serde_json::json;

use crate::golden::{CLIENT, POOL, Story};

pub(crate) async fn tell(story: &mut Story) {
    branding(story).await;
    terms(story).await;
    ui_customization(story).await;
}

async fn branding(story: &mut Story) {
    let client = json!({"UserPoolId": POOL, "ClientId": CLIENT});
    let new = json!({"UserPoolId": POOL, "ClientId": CLIENT,
        "Settings": {"components": {"form": {"borderRadius": 4}}},
        "Assets": [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "SVG",
            "Bytes": "PHN2Zy8+"}]});
    let made = story
        .ask(Operation::CreateManagedLoginBranding, new.clone())
        .await;
    story.ask(Operation::CreateManagedLoginBranding, new).await;
    let id = made["ManagedLoginBranding"]["ManagedLoginBrandingId"].clone();
    let named = json!({"UserPoolId": POOL, "ManagedLoginBrandingId": id});
    let mut merged = named.clone();
    merged["ReturnMergedResources"] = json!(true);
    story
        .ask(Operation::DescribeManagedLoginBranding, merged)
        .await;
    story
        .ask(Operation::DescribeManagedLoginBrandingByClient, client)
        .await;
    let mut defaults = named.clone();
    defaults["UseCognitoProvidedValues"] = json!(true);
    story
        .ask(Operation::UpdateManagedLoginBranding, defaults)
        .await;
    story
        .ask(Operation::DeleteManagedLoginBranding, named)
        .await;
}

async fn terms(story: &mut Story) {
    let new = json!({"UserPoolId": POOL, "ClientId": CLIENT, "TermsName": "terms-of-use",
        "TermsSource": "LINK", "Enforcement": "NONE",
        "Links": {"cognito:default": "https://example.com/terms"}});
    let made = story.ask(Operation::CreateTerms, new.clone()).await;
    story.ask(Operation::CreateTerms, new).await;
    let named = json!({"UserPoolId": POOL, "TermsId": made["Terms"]["TermsId"]});
    story.ask(Operation::DescribeTerms, named.clone()).await;
    let by_client = json!({"UserPoolId": POOL, "ClientId": CLIENT, "TermsName": "terms-of-use"});
    story.ask(Operation::DescribeTermsByClient, by_client).await;
    let mut update = named.clone();
    update["TermsName"] = json!("privacy-policy");
    story.ask(Operation::UpdateTerms, update).await;
    let pool = json!({"UserPoolId": POOL});
    story.ask(Operation::ListTerms, pool).await;
    story.ask(Operation::DeleteTerms, named).await;
}

/// In a pool of its own, which has no domain at first.
async fn ui_customization(story: &mut Story) {
    let made = story
        .ask(Operation::CreateUserPool, json!({"PoolName": "classic"}))
        .await;
    let id = made["UserPool"]["Id"].clone();
    let pool = json!({"UserPoolId": id});
    story.ask(Operation::GetUICustomization, pool.clone()).await;
    let look = json!({"UserPoolId": id, "CSS": ".label-customizable {font-weight: 400;}",
        "ImageFile": "iVBORw0KGgo="});
    story.ask(Operation::SetUICustomization, look.clone()).await;
    let domain = json!({"UserPoolId": id, "Domain": "poolhouse-look"});
    story.ask(Operation::CreateUserPoolDomain, domain).await;
    story.ask(Operation::SetUICustomization, look).await;
    story.ask(Operation::GetUICustomization, pool).await;
}
