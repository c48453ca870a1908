//! A step: the action is a property name, and what may be expected hangs on it by `dependencies`, so that
//! editors complete both.

use serde_json::{Map, Value, json};

use super::expected::anything;
use super::shapes::{Definitions, EXPRESSION, Writing, required};
use crate::model::cognito_idp::{DeliveryMediumType, Operation};
use crate::model::described::{OF_ANY, Own, Type, errors_of};
use crate::scenario::plan::{MOST_AT_ONCE, MOST_REPEATS, RuleKind};
use crate::scenario::results;
use crate::scenario::{METHODS, MODIFIERS, MOST_REDIRECTS, MOST_STEPS};
use crate::user_pool::threat_protection::NOTIFICATION_KIND;
use crate::user_pool::triggers::custom_message::Kind;

/// A name that expressions can use.
pub(super) const NAME: &str = "^[A-Za-z][A-Za-z0-9_]*$";

/// A span of time, or an expression.
const SPAN: &str = r"^[+-]?\d.*[a-z]$|\$\{";

/// An action that is no operation: its word, its value, and what its result may be expected to be.
struct Action {
    word: &'static str,
    about: &'static str,
    value: Value,
    result: Value,
}

/// The steps of a file: a list. `complete` where nothing beside the steps gives members of inputs.
pub(super) fn steps(all: &mut Definitions) -> Value {
    let step = all.named("step", step);
    json!({"type": "array", "minItems": 1, "maxItems": MOST_STEPS, "items": step})
}

fn step(all: &mut Definitions) -> Value {
    let actions = actions(all);
    let mut properties = modifiers(all);
    let mut checked = Map::new();
    let mut dependencies = json!({"winners": ["parallel"], "with": ["include"]});
    properties.insert("with".to_owned(), with());
    for Action {
        word,
        about,
        mut value,
        result,
    } in actions
    {
        value["description"] = about.into();
        properties.insert(word.to_owned(), value);
        let mut depends = beside(word);
        depends["properties"] = json!({"expect": result, "exactly": result});
        dependencies[word] = depends;
    }
    for operation in Operation::ALL {
        let name = operation.name();
        let input = all.shape(operation.input(), Writing::Sent);
        checked.insert(name.to_owned(), input);
        // With `unchecked`, anything; the name must stand here, where editors look for those of a new step.
        properties.insert(name.to_owned(), json!({"description": about(*operation)}));
        let output = all.shape(operation.output(), Writing::Expected);
        let mut depends = beside(name);
        depends["properties"] =
            json!({"expect": output, "exactly": output, "error": error(all, *operation)});
        dependencies[name] = depends;
    }
    json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "dependencies": dependencies,
        "not": {"propertyNames": {"enum": MODIFIERS}},
        "errorMessage": "a step has one action, such as InitiateAuth, http, message or clock",
        "if": {"properties": {"unchecked": {"const": true}}, "required": ["unchecked"]},
        "then": {},
        "else": {"properties": checked},
    })
}

/// That no other action stands beside this one.
fn beside(word: &str) -> Value {
    let with = if word == "include" { "|with" } else { "" };
    let names = format!("^({word}{with}|{})$", MODIFIERS.join("|"));
    json!({"propertyNames": {
        "pattern": names,
        "patternErrorMessage": format!("a step has one action, and this one has {word}"),
    }})
}

fn about(operation: Operation) -> String {
    let name = operation.name();
    format!(
        "{name}: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_{name}.html"
    )
}

/// What must be there of an operation's input where nothing gives it but the step.
pub(super) fn complete() -> Value {
    // What `defaults` has of itself where the fixtures have one pool and one client.
    const GIVEN: &[&str] = &["UserPoolId", "ClientId"];
    let inputs: Map<String, Value> = Operation::ALL
        .iter()
        .filter_map(|operation| {
            let names: Vec<&str> = required(operation.input(), GIVEN).collect();
            let schema = json!({"required": names});
            (!names.is_empty()).then(|| (operation.name().to_owned(), schema))
        })
        .collect();
    json!({"items": {
        "if": {"properties": {"unchecked": {"const": true}}, "required": ["unchecked"]},
        "then": {},
        "else": {"properties": inputs},
    }})
}

/// How an operation may be refused.
fn error(all: &mut Definitions, operation: Operation) -> Value {
    let any = all.named("error of any operation", |_| json!({"enum": OF_ANY}));
    let types = all.named(&format!("error type of {operation}"), |_| {
        let own: Vec<&str> = errors_of(operation)
            .into_iter()
            .filter(|name| !OF_ANY.contains(name))
            .collect();
        match own.as_slice() {
            [] => any,
            own => json!({"anyOf": [{"enum": own}, any]}),
        }
    });
    let computed = all.computed();
    let text = all.value(&Type::Text, Writing::Expected);
    let number = all.value(&Type::Integer, Writing::Expected);
    let computed_or_none = all.named(
        "error by expression",
        |_| json!({"type": ["string", "null"], "pattern": EXPRESSION}),
    );
    // By the kind of value rather than as alternatives, so that editors know which is meant; the first line
    // is where they look for what to propose.
    all.named(&format!("error of {operation}"), |_| {
        json!({
            "anyOf": [types, {}],
            "if": {"type": "object"},
            "then": {"additionalProperties": false, "minProperties": 1, "properties": {
                "type": {"anyOf": [types, computed]},
                "message": text,
                "status": number,
                "reason": text,
            }},
            "else": {"anyOf": [types, computed_or_none]},
        })
    })
}

fn modifiers(all: &mut Definitions) -> Map<String, Value> {
    let count = |least: u32, most: u32| json!({"type": ["integer", "string"], "minimum": least, "maximum": most, "pattern": EXPRESSION});
    let text = json!({"type": "string"});
    let account = json!({"type": ["string", "integer"], "pattern": r"^[0-9]{12}$|\$\{"});
    let scalars = all.named("texts", |_| texts());
    let properties = json!({
        "as": {"type": "string", "pattern": NAME, "description": "a name by which later steps know the result"},
        "expect": {"description": "what the result must contain"},
        "exactly": {"description": "what the result must be, and no more"},
        "error": {"type": ["string", "object", "null"], "description": "how the operation must be refused"},
        "repeat": count(1, MOST_REPEATS),
        "parallel": count(1, MOST_AT_ONCE),
        "winners": count(0, MOST_AT_ONCE),
        "signed": {"type": ["boolean", "object"], "properties": {"account": account, "region": text},
                   "additionalProperties": false},
        "headers": scalars,
        "skew": {"type": "string", "pattern": SPAN, "description": "how far the client's clock is ahead, such as -90s"},
        "unchecked": {"type": "boolean", "description": "the input is sent as it stands, whatever the model says"},
        "note": {"type": "string", "description": "a sentence shown when the step fails"},
    });
    match properties {
        Value::Object(properties) => properties,
        _ => Map::new(),
    }
}

fn texts() -> Value {
    json!({"type": ["object", "string"], "pattern": EXPRESSION,
           "additionalProperties": {"type": ["string", "number", "boolean", "null"]}})
}

fn with() -> Value {
    json!({"type": "object", "propertyNames": {"pattern": NAME}, "description": "the part's parameters"})
}

fn actions(all: &mut Definitions) -> Vec<Action> {
    let names = json!({"type": "object", "propertyNames": {"pattern": NAME}});
    let action = |word, about, value, result| Action {
        word,
        about,
        value,
        result,
    };
    let mut actions = vec![
        action(
            "http",
            "a request that is no operation",
            http(all),
            all.shape(&results::HTTP, Writing::Expected),
        ),
        action(
            "message",
            "the newest message that fits, waited for",
            message(),
            all.shape(&results::MESSAGE, Writing::Expected),
        ),
        action(
            "clock",
            "moves the clock",
            clock(),
            all.shape(&results::CLOCK, Writing::Expected),
        ),
        action(
            "include",
            "the steps of a part",
            json!({"type": "string"}),
            anything(),
        ),
        action("set", "further names", names, anything()),
        action(
            "check",
            "expressions, and what each must give",
            check(),
            anything(),
        ),
    ];
    let rules = "one rule, or a list; gone when the scenario ends";
    for (word, takes) in RuleKind::ALL.map(|kind| (kind.word(), kind.takes())) {
        let one = all.named(word, |all| rule(all, takes));
        let several = json!({"anyOf": [one, {"type": "array", "items": one}]});
        actions.push(action(word, rules, several, anything()));
    }
    actions
}

/// A rule of the test API, with expressions in any place.
fn rule(all: &mut Definitions, takes: &[Own]) -> Value {
    let members: Map<String, Value> = takes
        .iter()
        .map(|own| (own.name.to_owned(), all.value(&own.value, Writing::Sent)))
        .collect();
    json!({"type": ["object", "string"], "pattern": EXPRESSION, "properties": members,
           "additionalProperties": false})
}

fn http(all: &mut Definitions) -> Value {
    let texts = all.named("texts", |_| texts());
    json!({"type": "object", "required": ["url"], "additionalProperties": false, "properties": {
        "method": {"anyOf": [
            {"enum": METHODS},
            {"type": "string", "pattern": r"\$\{"},
        ]},
        "url": {"type": "string"},
        "query": {"type": ["object", "string"], "pattern": EXPRESSION},
        "headers": texts,
        "form": {"type": ["object", "string"], "pattern": EXPRESSION},
        "json": {},
        "body": {"type": "string"},
        "cookies": {"type": "string"},
        "follow": {"type": ["integer", "string"], "minimum": 0, "maximum": MOST_REDIRECTS, "pattern": EXPRESSION},
    }})
}

fn message() -> Value {
    let mut kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    kinds.push(NOTIFICATION_KIND);
    let mediums: Vec<&str> = DeliveryMediumType::ALL
        .iter()
        .map(|medium| medium.as_str())
        .collect();
    let expression = json!({"type": "string", "pattern": r"\$\{"});
    json!({"type": "object", "additionalProperties": false, "properties": {
        "username": {"type": "string"},
        "to": {"type": "string"},
        "kind": {"anyOf": [{"enum": kinds}, expression]},
        "medium": {"anyOf": [{"enum": mediums}, expression]},
        "pool": {"type": "string"},
        "wait": {"type": "string", "pattern": SPAN},
    }})
}

fn clock() -> Value {
    json!({"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false,
    "properties": {
        "advance": {"type": "string", "pattern": SPAN},
        "set": {"type": "string"},
    }})
}

fn check() -> Value {
    json!({"type": "object", "minProperties": 1, "propertyNames": {"pattern": EXPRESSION}})
}
