//! The schemas that editors read: current, and as strict as the readers of the files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use poolhouse::schema::{self, Kind};
use serde_json::{Map, Value, json};

#[test]
fn the_schemas_that_are_checked_in_are_those_that_the_program_prints() {
    for kind in Kind::ALL {
        let word = kind.word();
        let path = format!("{}/schema/{word}.schema.json", env!("CARGO_MANIFEST_DIR"));
        let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            checked_in == schema::text(kind),
            "{path} is not what the tables give; renew it:\n  cargo run -- schema {word} > schema/{word}.schema.json"
        );
        let printed = super::command_line::poolhouse(&["schema", word])
            .output()
            .unwrap();
        assert!(printed.status.success());
        assert!(printed.stdout == checked_in.as_bytes(), "{word}");
    }
}

#[test]
fn every_definition_that_is_named_is_there() {
    for kind in Kind::ALL {
        let schema: Value = serde_json::from_str(&schema::text(kind)).unwrap();
        let mut named = BTreeSet::new();
        references(&schema, &mut named);
        let there: BTreeSet<String> = schema["definitions"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        assert_eq!(named, there, "{kind:?}");
    }
}

fn references(value: &Value, named: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(address)) = members.get("$ref") {
                named.insert(address.strip_prefix("#/definitions/").unwrap().to_owned());
            }
            members.values().for_each(|value| references(value, named));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, named)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A fixture with an entry in the place of its kind.
type Place = fn(Value) -> Value;

/// Where each kind of entry stands, by the name of its definition.
const PLACES: &[(&str, Place)] = &[
    ("fixture", |entry| entry),
    ("user-pool", |entry| json!({ "UserPools": [entry] })),
    ("app-client", |entry| of_pool("Clients", json!([entry]))),
    ("resource-server", |entry| {
        of_pool("ResourceServers", json!([entry]))
    }),
    ("group", |entry| of_pool("Groups", json!([entry]))),
    ("user", |entry| of_pool("Users", json!([entry]))),
    ("pair-of-keys", |entry| of_pool("SigningKeys", entry)),
    ("target-for-each-trigger", |entry| {
        of_pool("Triggers", entry)
    }),
    ("domain", |entry| of_pool("Domains", json!([entry]))),
    ("identity-provider", |entry| {
        of_pool("IdentityProviders", json!([entry]))
    }),
    ("branding-style", |entry| {
        of_pool("ManagedLoginBranding", json!([entry]))
    }),
    ("terms-document", |entry| of_pool("Terms", json!([entry]))),
    ("CIMD-policy", |entry| {
        of_pool("CIMDPolicies", json!([entry]))
    }),
    ("look-of-the-classic-pages", |entry| {
        of_pool("UICustomizations", json!([entry]))
    }),
    ("risk-configuration", |entry| {
        of_pool("RiskConfigurations", json!([entry]))
    }),
    ("session-configuration", |entry| {
        of_pool("SessionConfiguration", entry)
    }),
    ("software-token", |entry| of_user("SoftwareToken", entry)),
    ("identity", |entry| {
        of_user("LinkedIdentities", json!([entry]))
    }),
    ("device", |entry| of_user("Devices", json!([entry]))),
    ("rule-of-risk", |entry| json!({ "RiskRules": [entry] })),
    (
        "rule-of-lost-messages",
        |entry| json!({ "Undeliverable": [entry] }),
    ),
];

fn of_pool(member: &str, value: Value) -> Value {
    json!({"UserPools": [{"PoolName": "a", member: value}]})
}

fn of_user(member: &str, value: Value) -> Value {
    of_pool("Users", json!([{"Username": "a", member: value}]))
}

/// The members that the schema of fixtures has, by kind of entry.
fn members_by_kind() -> BTreeMap<String, BTreeSet<String>> {
    let schema: Value = serde_json::from_str(&schema::text(Kind::Fixture)).unwrap();
    let mut definitions = schema["definitions"].clone();
    let top = &schema["definitions"]["fixture.fixture"]["properties"];
    definitions["fixture.rule-of-risk"] = top["RiskRules"]["items"].clone();
    definitions["fixture.rule-of-lost-messages"] = top["Undeliverable"]["items"].clone();
    let of_kind = |(name, schema): (&String, &Value)| {
        let kind = name.strip_prefix("fixture.")?;
        let members = schema["properties"].as_object()?;
        assert_eq!(schema["additionalProperties"], false, "{name}");
        Some((kind.to_owned(), members.keys().cloned().collect()))
    };
    let mut kinds: BTreeMap<_, _> = definitions
        .as_object()
        .unwrap()
        .iter()
        .filter_map(of_kind)
        .collect();
    // A target or a canned answer, of which each kind has members of its own: the next test.
    kinds.remove("function");
    kinds
}

/// What is refused of a fixture.
fn refused(test: &str, fixture: &Value) -> Vec<String> {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("schema-{test}.json"));
    std::fs::write(&file, fixture.to_string()).unwrap();
    match poolhouse::fixtures::check(&[file]) {
        Ok(_) => Vec::new(),
        Err(error) => error.to_string().lines().map(str::to_owned).collect(),
    }
}

#[test]
fn what_a_fixture_may_have_is_in_the_schema_and_nothing_else() {
    let kinds = members_by_kind();
    let placed: BTreeSet<_> = PLACES.iter().map(|(kind, _)| (*kind).to_owned()).collect();
    assert_eq!(kinds.keys().cloned().collect::<BTreeSet<_>>(), placed);
    for (kind, place) in PLACES {
        let known = &kinds[*kind];
        // A member that nothing is like: the reader tells all that it takes.
        let mut entry = Map::from_iter([("Zzzzzzzzzzzzzzzz".to_owned(), json!(1))]);
        if *kind == "fixture" {
            entry.insert("UserPools".to_owned(), json!([]));
        }
        let told = refused("unknown", &place(entry.into()));
        let taken = told.iter().find_map(|fault| {
            let names = fault.split_once("unknown member; known here are ")?.1;
            Some(
                names
                    .split(", ")
                    .map(str::to_owned)
                    .collect::<BTreeSet<_>>(),
            )
        });
        assert_eq!(taken.as_ref(), Some(known), "{kind}: {told:?}");
        // What the schema has, the reader takes, or reads over.
        let all = known.iter().map(|name| (name.clone(), Value::Null));
        let told = refused("all", &place(all.collect::<Map<_, _>>().into()));
        let unknown = told.iter().find(|fault| fault.contains("unknown member"));
        assert_eq!(unknown, None, "{kind}");
    }
}

#[test]
fn every_member_of_a_target_or_canned_answer_is_in_the_schema() {
    let schema: Value = serde_json::from_str(&schema::text(Kind::Fixture)).unwrap();
    let members = schema["definitions"]["fixture.function"]["properties"]
        .as_object()
        .unwrap();
    let mut known: BTreeSet<String> = members.keys().cloned().collect();
    // Of a trigger's target alone.
    assert!(known.remove("version"));
    let mut taken = BTreeSet::new();
    for kind in ["url", "invoke", "run", "command", "delay"] {
        let target = json!({kind: "1s", "Zzzzzzzzzzzzzzzz": 1});
        let told = refused("target", &json!({"Functions": {"f": target}}));
        let names = told
            .iter()
            .find_map(|fault| Some(fault.split_once("known here are ")?.1));
        taken.extend(
            names
                .unwrap_or_else(|| panic!("{kind}: {told:?}"))
                .split(", ")
                .map(str::to_owned),
        );
    }
    assert_eq!(taken, known);
}
