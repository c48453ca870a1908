//! What a fixture says, as the operations that make it. Ids that it pins are left out; a pool that cannot be made so
//! is not made at all, and a user that cannot be is left out, so that scenarios that name the user are skipped.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::aws::Aws;
use super::needs;
use super::operate::{Operator, Trouble};
use super::users::{UserPlan, user};
use crate::fixtures::Unloaded;
use crate::fixtures::named::{self, Renaming};
use crate::model::cognito_idp::Operation;
use crate::scenario::plan::Scenario;
use crate::scenario::world::World;

/// The tag of pools that a replay makes; its value is the id of the run.
pub(super) const TAG: &str = "poolhouse-replay";

pub(super) type Members = Map<String, Value>;

/// Members of a pool that say what it is, and are another's.
const OF_POOL: &[&str] = &[
    "Id",
    "Account",
    "Arn",
    "CreationDate",
    "LastModifiedDate",
    "Status",
    "EstimatedNumberOfUsers",
    "CustomDomain",
    "SmsConfigurationFailure",
    "EmailConfigurationFailure",
];

/// SetUserPoolMfaConfig's members.
const FACTORS: [&str; 4] = [
    "SmsMfaConfiguration",
    "SoftwareTokenMfaConfiguration",
    "EmailMfaConfiguration",
    "WebAuthnConfiguration",
];

/// What else a pool has that is made entry by entry, each by one operation, in this order; and what the Describe
/// operations show besides.
const LISTS: [(&str, Operation, &[&str]); 7] = [
    (
        "ResourceServers",
        Operation::CreateResourceServer,
        &["ManagedBy"],
    ),
    (
        "IdentityProviders",
        Operation::CreateIdentityProvider,
        &["CreationDate", "LastModifiedDate"],
    ),
    (
        "Domains",
        Operation::CreateUserPoolDomain,
        &[
            "AWSAccountId",
            "S3Bucket",
            "CloudFrontDistribution",
            "Version",
            "Status",
        ],
    ),
    (
        "Groups",
        Operation::CreateGroup,
        &["CreationDate", "LastModifiedDate"],
    ),
    (
        "UICustomizations",
        Operation::SetUICustomization,
        &["ImageUrl", "CSSVersion", "CreationDate", "LastModifiedDate"],
    ),
    (
        "RiskConfigurations",
        Operation::SetRiskConfiguration,
        &["LastModifiedDate"],
    ),
    (
        "Terms",
        Operation::CreateTerms,
        &["TermsId", "CreationDate", "LastModifiedDate"],
    ),
];

/// Which of them name a client, and so come after those.
fn names_clients(list: &str) -> bool {
    matches!(list, "UICustomizations" | "RiskConfigurations" | "Terms")
}

/// Everything that a scenario's fixtures need.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pools: Vec<PoolPlan>,
    /// Users that are not made, and why.
    absent: BTreeMap<String, String>,
}

#[derive(Debug)]
struct PoolPlan {
    /// The id that it has here.
    old: String,
    create: Members,
    before_clients: Vec<(Operation, Members)>,
    clients: Vec<ClientPlan>,
    after_clients: Vec<(Operation, Members)>,
    users: Vec<UserPlan>,
}

#[derive(Debug)]
struct ClientPlan {
    old: Option<String>,
    create: Members,
}

/// What is to be done for fixtures.
///
/// # Errors
/// What of them no operation makes.
pub(super) fn plan(fixtures: &Unloaded, world: &World, run: &str) -> Result<Plan, String> {
    let (entries, beside) = named::entries(fixtures);
    let told = |value: &Value| !value.is_null() && *value != json!(false) && *value != json!("off");
    for name in [
        "OneTimeTokens",
        "StepUp",
        "Code",
        "RiskRules",
        "Functions",
        "Faults",
        "Undeliverable",
    ] {
        if beside.get(name).is_some_and(told) {
            return Err(format!("its fixtures have {name}, which AWS has not"));
        }
    }
    let loaded = &world.furnished().loaded;
    let named = crate::scenario::target::Target::fixtures(world);
    let mut plan = Plan::default();
    for (entry, loaded) in entries.into_iter().zip(&loaded.pools) {
        let old_client = |name: &str| {
            let client = named.clients.get(name)?;
            let is_of = client.get("UserPoolId")?.as_str()? == loaded.id;
            is_of.then(|| client.get("ClientId")?.as_str().map(str::to_owned))?
        };
        let pool = pool(entry, &loaded.id, &old_client, run, &mut plan.absent);
        let fault = |why| format!("its fixture {} has {why}", loaded.name);
        plan.pools.push(pool.map_err(fault)?);
    }
    Ok(plan)
}

/// The members that an operation takes; the others must be among those that are left out.
pub(super) fn input(
    mut entry: Members,
    operation: Operation,
    left_out: &[&str],
) -> Result<Members, String> {
    entry.retain(|_, value| !value.is_null());
    for name in left_out {
        entry.remove(*name);
    }
    let shape = operation.input();
    match entry.keys().find(|name| shape.member(name).is_none()) {
        Some(name) => Err(format!("{name}, which {} does not take", operation.name())),
        None => Ok(entry),
    }
}

/// The first name of something that belongs to an account.
fn arn(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => text.starts_with("arn:").then_some(text),
        Value::Array(items) => items.iter().find_map(arn),
        Value::Object(members) => members.values().find_map(arn),
        _ => None,
    }
}

fn pool(
    mut entry: Members,
    old: &str,
    old_client: &dyn Fn(&str) -> Option<String>,
    run: &str,
    absent: &mut BTreeMap<String, String>,
) -> Result<PoolPlan, String> {
    entry.retain(|_, value| !value.is_null());
    let is_pasted = entry.contains_key("Arn");
    for name in OF_POOL {
        entry.remove(*name);
    }
    if let Some(name) = entry.remove("Name") {
        entry.insert("PoolName".to_owned(), name);
    }
    for name in ["OneTimeTokens", "StepUp"] {
        if entry.get(name) == Some(&json!(false)) {
            entry.remove(name);
        }
    }
    let mut before_clients = Vec::new();
    before_clients.extend(factors(&mut entry, is_pasted)?);
    let mut after_clients = Vec::new();
    if let Some(prefix) = entry.remove("Domain") {
        let input = Members::from_iter([("Domain".to_owned(), prefix)]);
        before_clients.push((Operation::CreateUserPoolDomain, input));
    }
    for (list, operation, left_out) in LISTS {
        for item in items(&mut entry, list) {
            let Value::Object(members) = item else {
                continue;
            };
            let members = input(members, operation, left_out)?;
            if let Some(arn) = members.get("CustomDomainConfig").and_then(arn) {
                return Err(format!("{arn}, which belongs to somebody's account"));
            }
            match names_clients(list) {
                true => after_clients.push((operation, members)),
                false => before_clients.push((operation, members)),
            }
        }
    }
    let mut clients = Vec::new();
    for list in ["Clients", "UserPoolClients"] {
        for item in items(&mut entry, list) {
            let members = named::client_of(item).ok_or("a client that is none")?;
            clients.push(client(members, old_client)?);
        }
    }
    let mut users = Vec::new();
    for item in items(&mut entry, "Users") {
        let Value::Object(members) = item else {
            continue;
        };
        let name = members.get("Username").and_then(Value::as_str);
        let name = name.unwrap_or_default().to_owned();
        match user(members) {
            Ok(user) => users.push(user),
            Err(why) if name.contains("{n}") => return Err(why),
            Err(why) => drop(absent.insert(name, why)),
        }
    }
    let mut create = input(entry, Operation::CreateUserPool, &[])?;
    if let Some(arn) = create.values().find_map(arn) {
        return Err(format!("{arn}, which belongs to somebody's account"));
    }
    let tags = create.entry("UserPoolTags").or_insert_with(|| json!({}));
    if let Value::Object(tags) = tags {
        tags.remove("_custom_id_");
        tags.insert(TAG.to_owned(), run.into());
    }
    Ok(PoolPlan {
        old: old.to_owned(),
        create,
        before_clients,
        clients,
        after_clients,
        users,
    })
}

pub(super) fn items(entry: &mut Members, list: &str) -> Vec<Value> {
    match entry.remove(list) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

/// SetUserPoolMfaConfig, where the pool has factors. A pool that is pasted from DescribeUserPool shows none, and has
/// authenticator apps, as fixtures have it.
fn factors(entry: &mut Members, is_pasted: bool) -> Result<Option<(Operation, Members)>, String> {
    let mut given: Members = FACTORS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), entry.remove(*name)?)))
        .collect();
    let is_on = entry
        .get("MfaConfiguration")
        .is_some_and(|mode| mode == "ON" || mode == "OPTIONAL");
    if given.is_empty() && is_pasted && is_on && !entry.contains_key("SmsConfiguration") {
        let factor = "SoftwareTokenMfaConfiguration".to_owned();
        given.insert(factor, json!({"Enabled": true}));
    }
    if given.is_empty() {
        return Ok(None);
    }
    if let Some(arn) = given.values().find_map(arn) {
        return Err(format!("{arn}, which belongs to somebody's account"));
    }
    // A mode without factors is CreateUserPool's, which asks for an SMS configuration.
    if let Some(mode) = entry.remove("MfaConfiguration") {
        given.insert("MfaConfiguration".to_owned(), mode);
    }
    Ok(Some((Operation::SetUserPoolMfaConfig, given)))
}

fn client(
    mut members: Members,
    old: &dyn Fn(&str) -> Option<String>,
) -> Result<ClientPlan, String> {
    if members.get("ClientType") == Some(&json!("REGULAR")) {
        members.remove("ClientType");
    }
    let old = members
        .get("ClientName")
        .and_then(Value::as_str)
        .and_then(old);
    let left_out = ["ClientId", "UserPoolId", "CreationDate", "LastModifiedDate"];
    let create = input(members, Operation::CreateUserPoolClient, &left_out)?;
    Ok(ClientPlan { old, create })
}

impl Plan {
    /// What a scenario names that is not made.
    pub(super) fn missed_by(&self, scenario: &Scenario) -> Option<String> {
        let mut absent = self.absent.iter();
        let (name, why) = absent.find(|(name, _)| needs::names(scenario, name))?;
        Some(format!("it names the user {name}, whose fixture has {why}"))
    }

    /// Makes everything, and says what it is called. Each pool is told of in `made` at once.
    pub(super) async fn make(
        &self,
        operator: &Operator<'_>,
        aws: &Aws,
        made: &mut Vec<String>,
    ) -> Result<Renaming, Trouble> {
        let mut renaming = Renaming {
            absent: self.absent.keys().cloned().collect(),
            ..Renaming::default()
        };
        for pool in &self.pools {
            let shown = operator
                .call(Operation::CreateUserPool, &pool.create)
                .await?;
            let id = told(&shown, "/UserPool/Id")?;
            aws.made(id.clone());
            made.push(id.clone());
            renaming.pools.insert(pool.old.clone(), id.clone());
            pool.fill(operator, &id, &mut renaming).await?;
        }
        Ok(renaming)
    }
}

impl PoolPlan {
    async fn fill(
        &self,
        operator: &Operator<'_>,
        id: &str,
        renaming: &mut Renaming,
    ) -> Result<(), Trouble> {
        let of_pool = |members: &Members| {
            let mut members = members.clone();
            members.insert("UserPoolId".to_owned(), id.into());
            members
        };
        for (operation, input) in &self.before_clients {
            operator.call(*operation, &of_pool(input)).await?;
        }
        for client in &self.clients {
            let input = of_pool(&client.create);
            let shown = operator
                .call(Operation::CreateUserPoolClient, &input)
                .await?;
            let Some(old) = &client.old else { continue };
            let new = told(&shown, "/UserPoolClient/ClientId")?;
            renaming.clients.insert(old.clone(), new);
            let secret = shown.pointer("/UserPoolClient/ClientSecret");
            if let Some(secret) = secret.and_then(Value::as_str) {
                renaming.secrets.insert(old.clone(), secret.to_owned());
            }
        }
        for (operation, input) in &self.after_clients {
            let mut input = of_pool(input);
            let client = input.get("ClientId").and_then(Value::as_str);
            if let Some(new) = client.and_then(|client| renaming.clients.get(client)) {
                input.insert("ClientId".to_owned(), new.clone().into());
            }
            operator.call(*operation, &input).await?;
        }
        for user in &self.users {
            let input = of_pool(&user.create);
            let shown = operator.call(Operation::AdminCreateUser, &input).await?;
            let attributes = shown.pointer("/User/Attributes").and_then(Value::as_array);
            let sub = attributes.into_iter().flatten().find_map(|attribute| {
                let is_sub = attribute.get("Name")?.as_str()? == "sub";
                is_sub.then(|| attribute.get("Value")?.as_str().map(str::to_owned))?
            });
            if let Some(sub) = sub {
                renaming.subs.insert(user.name.clone(), sub);
            }
            for (operation, input) in &user.then {
                operator.call(*operation, &of_pool(input)).await?;
            }
        }
        Ok(())
    }
}

fn told(shown: &Value, pointer: &str) -> Result<String, Trouble> {
    let text = shown.pointer(pointer).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| Trouble::Refused {
        kind: "an answer".to_owned(),
        message: format!("without {pointer}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::Arc;

    use crate::config::Config;
    use crate::crypto::CryptoPool;
    use crate::scenario::plan::FIRST_MOMENT;
    use crate::scenario::world::Start;

    fn planned(fixture: Value) -> Result<Plan, String> {
        let fixtures = Arc::new(Unloaded::trees_of(vec![fixture]));
        let crypto = CryptoPool::default();
        let config = Config {
            seed: Some(1),
            ..Config::default()
        };
        let start = Start::new(Arc::clone(&fixtures), config, FIRST_MOMENT, crypto);
        let world = start.world().map_err(|error| error.to_string())?;
        plan(&fixtures, &world, "run")
    }

    #[test]
    fn a_pool_is_made_in_the_order_in_which_its_parts_need_each_other() {
        let plan = planned(
            json!({"UserPools": [{"PoolName": "p", "Id": "eu-west-1_Pinned000",
            "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": true},
            "Groups": [{"GroupName": "g", "CreationDate": 1}], "ResourceServers":
            [{"Identifier": "r", "Name": "R"}], "Domain": "a-domain",
            "RiskConfigurations": [{"ClientId": "pinned", "RiskExceptionConfiguration":
                {"SkippedIPRangeList": ["10.0.0.0/8"]}}],
            "UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
            "Clients": [{"ClientName": "c", "ClientId": "pinned"}]}]}),
        );
        let plan = plan.unwrap();
        let [pool] = &plan.pools[..] else { panic!() };
        assert_eq!(
            pool.create["UserPoolTags"],
            json!({"poolhouse-replay": "run"})
        );
        assert!(!pool.create.contains_key("MfaConfiguration"));
        let names = |made: &[(Operation, Members)]| {
            let names = made.iter().map(|(operation, _)| operation.name());
            names.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            names(&pool.before_clients),
            "SetUserPoolMfaConfig CreateUserPoolDomain CreateResourceServer CreateGroup"
        );
        assert_eq!(names(&pool.after_clients), "SetRiskConfiguration");
        let [client] = &pool.clients[..] else {
            panic!()
        };
        assert_eq!(client.old.as_deref(), Some("pinned"));
        assert!(!client.create.contains_key("ClientId"));
    }

    #[test]
    fn users_are_made_as_an_administrator_makes_them_or_left_out() {
        let plan = planned(
            json!({"PoolName": "p", "Groups": [{"GroupName": "g"}], "Users": [
            {"Username": "a", "Password": "Poolhouse-1", "Groups": ["g"], "Enabled": false,
                "UserAttributes": {"email": "a@b.c", "email_verified": true}},
            {"Username": "b", "Password": "Poolhouse-1", "UserStatus": "RESET_REQUIRED"},
            {"Username": "c", "TemporaryPassword": "Poolhouse-1"},
            {"Username": "d", "Password": "Poolhouse-1", "UserStatus": "UNCONFIRMED"}]}),
        );
        let plan = plan.unwrap();
        let made = plan.pools[0].users.iter().map(|user| {
            let then = user.then.iter().map(|(operation, _)| operation.name());
            format!("{}: {}", user.name, then.collect::<Vec<_>>().join(" "))
        });
        let made: Vec<String> = made.collect();
        assert_eq!(
            made,
            [
                "a: AdminSetUserPassword AdminAddUserToGroup AdminDisableUser",
                "b: AdminSetUserPassword AdminResetUserPassword",
                "c: ",
            ]
        );
        let attributes = &plan.pools[0].users[0].create["UserAttributes"];
        assert_eq!(
            attributes[1],
            json!({"Name": "email_verified", "Value": "true"})
        );
        assert!(plan.absent["d"].contains("UNCONFIRMED"));
    }

    #[test]
    fn what_no_operation_makes_is_told() {
        for (pool, beside, expected) in [
            (
                json!({"Code": "123456"}),
                json!({}),
                "Code, which CreateUserPool",
            ),
            (
                json!({"StepUp": true}),
                json!({}),
                "StepUp, which CreateUserPool",
            ),
            (
                json!({"LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:f"}}),
                json!({}),
                "arn:aws:lambda",
            ),
            (
                json!({"Users": [{"Username": "u-{n}", "Count": 3}]}),
                json!({}),
                "Count, which",
            ),
            (
                json!({}),
                json!({"OneTimeTokens": true}),
                "OneTimeTokens, which AWS has not",
            ),
        ] {
            let mut pool = pool;
            pool["PoolName"] = json!("p");
            let mut fixture = beside;
            fixture["UserPools"] = json!([pool]);
            let refused = planned(fixture).unwrap_err();
            assert!(refused.contains(expected), "{refused}");
        }
        assert!(planned(json!({"PoolName": "p", "StepUp": false})).is_ok());
    }
}
