//! The wire shape of every served operation: status, headers and body of one whole exchange each,
//! from a server with a frozen clock, seeded chance and the shipped keys.
//!
//! `UPDATE_GOLDEN=1 cargo test golden` writes the files anew; the change then shows in review.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use poolhouse::Emulator;
use poolhouse::clock::Timestamp;
use poolhouse::context::{Caller, Context};
use poolhouse::control::risk::RiskRule;
use poolhouse::model::PoolId;
use poolhouse::model::cognito_idp::{Operation, RiskLevelType, UserImportJobStatusType};
use poolhouse::user_pool::client_id_metadata;
use serde_json::{Value, json};

use crate::http::uploads::put;
use crate::http::wire::{SIGNED, Wire, call};
use crate::story_branding;
use crate::story_imports;
use crate::story_limits;
use crate::story_servers;
use crate::story_threat_protection;

#[path = "story_devices.rs"]
mod story_devices;
#[path = "story_sessions.rs"]
mod story_sessions;

#[path = "story_choice.rs"]
mod story_choice;
#[path = "story_passkeys.rs"]
pub(crate) mod story_passkeys;

/// A conversation with one server, each answer kept under the operation's name.
pub(crate) struct Story {
    server: Emulator,
    wire: Wire,
    kept: BTreeMap<String, String>,
}

impl Story {
    async fn begin() -> Self {
        let noon = Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap();
        let server = Emulator::builder()
            .frozen_at(noon)
            .seed(7)
            .start()
            .await
            .unwrap();
        let wire = Wire::to(&server).await;
        Self {
            server,
            wire,
            kept: BTreeMap::new(),
        }
    }

    /// Calls `operation`, keeps the exchange and gives the answer's body.
    pub(crate) async fn ask(&mut self, operation: Operation, input: Value) -> Value {
        let signature = if operation.signed() { SIGNED } else { "" };
        let answer = self
            .wire
            .ask(call(operation.name(), signature, &input.to_string()))
            .await;
        let prefix = format!("{}.", operation.name());
        let times = self
            .kept
            .keys()
            .filter(|name| name.starts_with(&prefix))
            .count();
        let exchange = format!(
            "{}\n\n{}{}\n",
            serde_json::to_string_pretty(&input).unwrap(),
            answer.head.replace("\r\n", "\n"),
            answer.text()
        );
        self.kept
            .insert(format!("{}.{}", operation.name(), times + 1), exchange);
        serde_json::from_slice(&answer.body).unwrap_or(Value::Null)
    }

    /// The code of the last message.
    fn code(&self) -> String {
        let messages = self.server.shared().outbox.after(0);
        messages
            .last()
            .and_then(|message| message.code.clone())
            .unwrap()
    }

    /// Sends the file of an import job.
    pub(crate) async fn put(&mut self, url: &Value, file: &str) {
        let answer = self.wire.ask(put(url, file)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Waits until an import job is over, without a request, which would have an id.
    pub(crate) async fn until_over(&self, pool: &Value, job: &Value) {
        let pool = PoolId::from(pool.as_str().unwrap());
        let pool = self.server.shared().store.pool(&pool).unwrap();
        let job = job.as_str().unwrap();
        let status = || pool.read(|state| state.imports.named(job).unwrap().status);
        while status() != UserImportJobStatusType::Succeeded {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Keeps import jobs from their rows.
    pub(crate) fn hold_imports(&self) {
        self.server.shared().imports.hold(true);
    }

    /// Caches what a client ID metadata document's URL would give.
    pub(crate) fn preload(&self, pool: &str, policy: &Value, document: &Value) {
        let cx = Context::new(Arc::clone(self.server.shared()), Caller::default());
        let policy = policy.as_str().unwrap();
        client_id_metadata::preload(&cx, &PoolId::from(pool), policy, document).unwrap();
    }

    /// Makes every request risky.
    pub(crate) fn threaten(&self) {
        self.server.shared().risk_rules.replace(vec![RiskRule {
            level: Some(RiskLevelType::High),
            ..RiskRule::default()
        }]);
    }

    /// The text of the last message.
    pub(crate) fn last_text(&self) -> String {
        let messages = self.server.shared().outbox.after(0);
        messages.last().unwrap().body.clone()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.server.shared().clock.now()
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.server.shared().clock.advance(seconds * 1000);
    }

    fn totp(&self, secret: &str) -> String {
        let now = self.server.shared().clock.now().seconds();
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        let totp = totp_rs::Builder::new()
            .with_skew(1)
            .with_secret(secret)
            .build_noncompliant();
        totp.generate(u64::try_from(now).unwrap()).to_string()
    }
}

pub(crate) const POOL: &str = "us-east-1_PoolHouse";
pub(crate) const CLIENT: &str = "1poolhouse0public0client00";
const PASSWORD: &str = "Poolhouse-1";

#[tokio::test]
async fn every_operation_has_its_wire_shape_on_record() {
    let mut story = Story::begin().await;
    pools_and_clients(&mut story).await;
    groups(&mut story).await;
    users(&mut story).await;
    sign_up(&mut story).await;
    let access = sign_in(&mut story).await;
    software_token(&mut story, &access).await;
    profile(&mut story, &access).await;
    crate::story_identity_providers::tell(&mut story, POOL, "ann").await;
    endings(&mut story, &access).await;
    story_servers::tell(&mut story).await;
    story_devices::devices(&mut story).await;
    story_branding::tell(&mut story).await;
    story_imports::tell(&mut story).await;
    story_sessions::tell(&mut story).await;
    story_threat_protection::tell(&mut story).await;
    story_limits::tell(&mut story).await;
    story_passkeys::passkeys(&mut story).await;
    crate::story_tokens::tell(&mut story).await;
    crate::story_client_id_metadata::tell(&mut story).await;
    // The last, since it moves the clock far.
    crate::story_recovery::tell(&mut story).await;
    story_devices::proof(&mut story).await;
    story_choice::tell(&mut story).await;
    let missing: Vec<&str> = Operation::ALL
        .iter()
        .map(|operation| operation.name())
        .filter(|name| !story.kept.contains_key(&format!("{name}.1")))
        .collect();
    assert_eq!(missing, [""; 0], "operations without a recorded exchange");
    compare(&story.kept);
    story.server.stop().await;
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test run says whether it records"
)]
fn records() -> bool {
    std::env::var("UPDATE_GOLDEN").is_ok()
}

fn compare(kept: &BTreeMap<String, String>) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    if records() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, exchange) in kept {
            std::fs::write(folder.join(format!("{name}.http")), exchange).unwrap();
        }
    }
    for (name, exchange) in kept {
        let path = folder.join(format!("{name}.http"));
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            *exchange, expected,
            "{name}; UPDATE_GOLDEN=1 records what is answered now"
        );
    }
    let files = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(
        files,
        kept.len(),
        "tests/golden holds exchanges that no step makes"
    );
}

async fn pools_and_clients(story: &mut Story) {
    let made = story
        .ask(Operation::CreateUserPool, json!({"PoolName": "p"}))
        .await;
    let pool = made["UserPool"]["Id"].as_str().unwrap().to_owned();
    story
        .ask(
            Operation::AddCustomAttributes,
            json!({"UserPoolId": pool, "CustomAttributes": [
                {"Name": "tenant", "AttributeDataType": "String", "Mutable": true}]}),
        )
        .await;
    let update = json!({"UserPoolId": pool, "AutoVerifiedAttributes": ["email"]});
    story.ask(Operation::UpdateUserPool, update).await;
    let mfa = json!({"UserPoolId": pool, "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    story.ask(Operation::SetUserPoolMfaConfig, mfa).await;
    story
        .ask(Operation::GetUserPoolMfaConfig, json!({"UserPoolId": pool}))
        .await;
    story
        .ask(Operation::DescribeUserPool, json!({"UserPoolId": pool}))
        .await;
    story
        .ask(Operation::ListUserPools, json!({"MaxResults": 10}))
        .await;
    let client = json!({"UserPoolId": pool, "ClientName": "c", "GenerateSecret": true});
    let made = story.ask(Operation::CreateUserPoolClient, client).await;
    let client = made["UserPoolClient"]["ClientId"]
        .as_str()
        .unwrap()
        .to_owned();
    let both = json!({"UserPoolId": pool, "ClientId": client});
    let update = json!({"UserPoolId": pool, "ClientId": client, "AccessTokenValidity": 2});
    story.ask(Operation::UpdateUserPoolClient, update).await;
    story
        .ask(Operation::DescribeUserPoolClient, both.clone())
        .await;
    story
        .ask(
            Operation::ListUserPoolClients,
            json!({"UserPoolId": pool, "MaxResults": 5}),
        )
        .await;
    let made = story
        .ask(Operation::AddUserPoolClientSecret, both.clone())
        .await;
    let secret = made["ClientSecretDescriptor"]["ClientSecretId"].clone();
    story
        .ask(Operation::ListUserPoolClientSecrets, both.clone())
        .await;
    let one = json!({"UserPoolId": pool, "ClientId": client, "ClientSecretId": secret});
    story.ask(Operation::DeleteUserPoolClientSecret, one).await;
    story
        .ask(Operation::DeleteUserPoolClient, both.clone())
        .await;
    story.ask(Operation::DescribeUserPoolClient, both).await;
    story
        .ask(Operation::DeleteUserPool, json!({"UserPoolId": pool}))
        .await;
    story
        .ask(Operation::DescribeUserPool, json!({"UserPoolId": pool}))
        .await;
}

async fn groups(story: &mut Story) {
    let group = json!({"UserPoolId": POOL, "GroupName": "g", "Precedence": 3});
    story.ask(Operation::CreateGroup, group).await;
    let named = json!({"UserPoolId": POOL, "GroupName": "g"});
    story.ask(Operation::GetGroup, named.clone()).await;
    let update = json!({"UserPoolId": POOL, "GroupName": "g", "Description": "d"});
    story.ask(Operation::UpdateGroup, update).await;
    story
        .ask(Operation::ListGroups, json!({"UserPoolId": POOL}))
        .await;
    let joined = json!({"UserPoolId": POOL, "GroupName": "g", "Username": "alice"});
    story
        .ask(Operation::AdminAddUserToGroup, joined.clone())
        .await;
    story.ask(Operation::ListUsersInGroup, named.clone()).await;
    let alice = json!({"UserPoolId": POOL, "Username": "alice"});
    story.ask(Operation::AdminListGroupsForUser, alice).await;
    story.ask(Operation::AdminRemoveUserFromGroup, joined).await;
    story.ask(Operation::DeleteGroup, named.clone()).await;
    story.ask(Operation::GetGroup, named).await;
}

async fn users(story: &mut Story) {
    let zoe = json!({"UserPoolId": POOL, "Username": "zoe"});
    let made = json!({"UserPoolId": POOL, "Username": "zoe", "DesiredDeliveryMediums": ["EMAIL"],
        "UserAttributes": [{"Name": "email", "Value": "zoe@example.com"},
            {"Name": "email_verified", "Value": "true"}]});
    story.ask(Operation::AdminCreateUser, made).await;
    story.ask(Operation::AdminGetUser, zoe.clone()).await;
    let changed = json!({"UserPoolId": POOL, "Username": "zoe",
        "UserAttributes": [{"Name": "nickname", "Value": "Z"}]});
    story
        .ask(Operation::AdminUpdateUserAttributes, changed)
        .await;
    let gone = json!({"UserPoolId": POOL, "Username": "zoe", "UserAttributeNames": ["nickname"]});
    story.ask(Operation::AdminDeleteUserAttributes, gone).await;
    let password = json!({"UserPoolId": POOL, "Username": "zoe", "Password": PASSWORD,
        "Permanent": true});
    story.ask(Operation::AdminSetUserPassword, password).await;
    story.ask(Operation::AdminDisableUser, zoe.clone()).await;
    story.ask(Operation::AdminEnableUser, zoe.clone()).await;
    story
        .ask(Operation::AdminResetUserPassword, zoe.clone())
        .await;
    story
        .ask(Operation::AdminUserGlobalSignOut, zoe.clone())
        .await;
    let list = json!({"UserPoolId": POOL, "Filter": "email ^= \"zo\"", "Limit": 5});
    story.ask(Operation::ListUsers, list).await;
    story.ask(Operation::AdminDeleteUser, zoe.clone()).await;
    story.ask(Operation::AdminGetUser, zoe).await;
    let uma = json!({"UserPoolId": POOL, "Username": "uma"});
    story.ask(Operation::AdminConfirmSignUp, uma).await;
}

async fn sign_up(story: &mut Story) {
    let new = json!({"ClientId": CLIENT, "Username": "ann", "Password": PASSWORD,
        "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}]});
    story.ask(Operation::SignUp, new.clone()).await;
    story.ask(Operation::SignUp, new).await;
    let ann = json!({"ClientId": CLIENT, "Username": "ann"});
    story
        .ask(Operation::ResendConfirmationCode, ann.clone())
        .await;
    let code = story.code();
    let confirm = json!({"ClientId": CLIENT, "Username": "ann", "ConfirmationCode": code});
    story.ask(Operation::ConfirmSignUp, confirm).await;
    story.ask(Operation::ForgotPassword, ann).await;
    let code = story.code();
    let reset = json!({"ClientId": CLIENT, "Username": "ann", "ConfirmationCode": code,
        "Password": PASSWORD});
    story.ask(Operation::ConfirmForgotPassword, reset).await;
}

async fn sign_in(story: &mut Story) -> String {
    let srp = json!({"ClientId": CLIENT, "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": {"USERNAME": "alice", "SRP_A": "abcdef0123456789"}});
    story.ask(Operation::InitiateAuth, srp).await;
    let password = json!({"ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": PASSWORD}});
    let tokens = story.ask(Operation::InitiateAuth, password).await;
    let refresh = tokens["AuthenticationResult"]["RefreshToken"].clone();
    let refreshed = json!({"ClientId": CLIENT, "RefreshToken": refresh});
    story
        .ask(Operation::GetTokensFromRefreshToken, refreshed)
        .await;
    let admin = json!({"UserPoolId": POOL, "ClientId": CLIENT,
        "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "fay", "PASSWORD": "Temporary-1"}});
    let challenge = story.ask(Operation::AdminInitiateAuth, admin).await;
    let answer = json!({"UserPoolId": POOL, "ClientId": CLIENT,
        "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": challenge["Session"],
        "ChallengeResponses": {"USERNAME": "fay", "NEW_PASSWORD": PASSWORD}});
    story
        .ask(Operation::AdminRespondToAuthChallenge, answer)
        .await;
    let totp = json!({"ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "bob", "PASSWORD": PASSWORD}});
    let challenge = story.ask(Operation::InitiateAuth, totp).await;
    let code = story.totp("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
    let answer = json!({"ClientId": CLIENT, "ChallengeName": "SOFTWARE_TOKEN_MFA",
        "Session": challenge["Session"],
        "ChallengeResponses": {"USERNAME": "bob", "SOFTWARE_TOKEN_MFA_CODE": code}});
    story.ask(Operation::RespondToAuthChallenge, answer).await;
    tokens["AuthenticationResult"]["AccessToken"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn software_token(story: &mut Story, access: &str) {
    let token = json!({"AccessToken": access});
    let made = story
        .ask(Operation::AssociateSoftwareToken, token.clone())
        .await;
    story.advance(30);
    let code = story.totp(made["SecretCode"].as_str().unwrap());
    let verify = json!({"AccessToken": access, "UserCode": code});
    story.ask(Operation::VerifySoftwareToken, verify).await;
    let preferred = json!({"Enabled": true, "PreferredMfa": true});
    let mine = json!({"AccessToken": access, "SoftwareTokenMfaSettings": preferred});
    story.ask(Operation::SetUserMFAPreference, mine).await;
    story.ask(Operation::GetUserAuthFactors, token).await;
    let alice = json!({"UserPoolId": POOL, "Username": "alice"});
    story
        .ask(Operation::AdminGetUserAuthFactors, alice.clone())
        .await;
    let off = json!({"UserPoolId": POOL, "Username": "alice",
        "SoftwareTokenMfaSettings": {"Enabled": false, "PreferredMfa": false}});
    story.ask(Operation::AdminSetUserMFAPreference, off).await;
    story.ask(Operation::AdminDeleteSoftwareToken, alice).await;
}

async fn profile(story: &mut Story, access: &str) {
    story
        .ask(Operation::GetUser, json!({"AccessToken": access}))
        .await;
    let changed = json!({"AccessToken": access,
        "UserAttributes": [{"Name": "email", "Value": "alice@example.org"}]});
    story.ask(Operation::UpdateUserAttributes, changed).await;
    let email = json!({"AccessToken": access, "AttributeName": "email"});
    story
        .ask(Operation::GetUserAttributeVerificationCode, email)
        .await;
    let code = story.code();
    let verify = json!({"AccessToken": access, "AttributeName": "email", "Code": code});
    story.ask(Operation::VerifyUserAttribute, verify).await;
    let gone = json!({"AccessToken": access, "UserAttributeNames": ["nickname"]});
    story.ask(Operation::DeleteUserAttributes, gone).await;
    let password = json!({"AccessToken": access, "PreviousPassword": PASSWORD,
        "ProposedPassword": "Poolhouse-2"});
    story.ask(Operation::ChangePassword, password).await;
}

async fn endings(story: &mut Story, access: &str) {
    let again = json!({"ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD}});
    let tokens = story.ask(Operation::InitiateAuth, again.clone()).await;
    let refresh = tokens["AuthenticationResult"]["RefreshToken"].clone();
    let revoke = json!({"ClientId": CLIENT, "Token": refresh});
    story.ask(Operation::RevokeToken, revoke).await;
    let revoked = tokens["AuthenticationResult"]["AccessToken"].clone();
    story
        .ask(Operation::GetUser, json!({"AccessToken": revoked}))
        .await;
    story
        .ask(Operation::GlobalSignOut, json!({"AccessToken": access}))
        .await;
    let tokens = story.ask(Operation::InitiateAuth, again).await;
    let live = tokens["AuthenticationResult"]["AccessToken"].clone();
    story
        .ask(Operation::DeleteUser, json!({"AccessToken": live}))
        .await;
}
