//! Schemas as DescribeUserPool shows them, and what is refused.

use super::*;

use serde_json::{Value, json};

use crate::model::{decode, to_json};

fn declare(value: Value) -> Result<Schema, String> {
    let declared: Vec<SchemaAttributeType> = value
        .as_array()
        .unwrap()
        .iter()
        .map(|one| decode(one).unwrap())
        .collect();
    Schema::build(&declared).map_err(|error| error.message().into_owned())
}

fn shown(schema: &Schema, name: &str) -> Value {
    let view = schema
        .view()
        .into_iter()
        .find(|view| view.name.as_deref() == Some(name));
    serde_json::from_slice(&to_json(&view.unwrap())).unwrap()
}

#[test]
fn a_pool_has_the_standard_attributes_in_the_recorded_order() {
    let schema = Schema::default();
    let names: Vec<&str> = schema
        .iter()
        .map(|attribute| attribute.name.as_ref())
        .collect();
    assert_eq!(
        names.join(" "),
        "sub name given_name family_name middle_name nickname preferred_username profile picture \
         website email email_verified gender birthdate zoneinfo locale phone_number \
         phone_number_verified address updated_at identities"
    );
    assert_eq!(
        shown(&schema, "sub"),
        json!({"Name": "sub", "AttributeDataType": "String", "DeveloperOnlyAttribute": false,
            "Mutable": false, "Required": true,
            "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "2048"}})
    );
    assert_eq!(
        shown(&schema, "updated_at"),
        json!({"Name": "updated_at", "AttributeDataType": "Number", "Mutable": true,
            "DeveloperOnlyAttribute": false, "Required": false,
            "NumberAttributeConstraints": {"MinValue": "0"}})
    );
    assert_eq!(
        shown(&schema, "email_verified"),
        json!({"Name": "email_verified", "AttributeDataType": "Boolean",
            "DeveloperOnlyAttribute": false, "Mutable": true, "Required": false})
    );
    assert_eq!(
        shown(&schema, "identities")["StringAttributeConstraints"],
        json!({})
    );
    assert_eq!(schema.required().count(), 0);
}

#[test]
fn a_declaration_that_cognito_refuses_gets_its_sentence() {
    let cases = [
        (
            json!([{"Name": "a", "AttributeDataType": "String", "Required": true}]),
            "Required custom attributes are not supported currently.",
        ),
        (
            json!([{"Name": "email", "AttributeDataType": "Number"}]),
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        (
            json!([{"Name": "email", "DeveloperOnlyAttribute": true}]),
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        (
            json!([{"Name": "a", "AttributeDataType": "String"},
                {"Name": "custom:a", "AttributeDataType": "Number"}]),
            "Duplicate custom attribute names custom:a are not allowed in a user pool schema.",
        ),
        (
            json!([{"Name": "a", "AttributeDataType": "String",
                "StringAttributeConstraints": {"MinLength": "9", "MaxLength": "8"}}]),
            "Attribute custom:a cannot have a max length shorter than it's min length",
        ),
        (
            json!([{"Name": "a", "AttributeDataType": "Number",
                "NumberAttributeConstraints": {"MinValue": "9", "MaxValue": "-8"}}]),
            "Attribute custom:a cannot have a max value smaller than it's min value",
        ),
        (
            json!([{"Name": "a", "AttributeDataType": "String",
                "StringAttributeConstraints": {"MinLength": "-5"}}]),
            "Attribute custom:a has an invalid constraint.",
        ),
        (
            json!([{"Name": "email", "StringAttributeConstraints": {"MaxLength": "9.5"}}]),
            "Attribute email has an invalid constraint.",
        ),
        (
            json!([{"Name": "custom:", "AttributeDataType": "String"}]),
            "Invalid attribute name custom:.",
        ),
        (
            json!([{"Name": "a"}]),
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ),
    ];
    for (declared, sentence) in cases {
        assert_eq!(
            declare(declared.clone()),
            Err(sentence.to_owned()),
            "{declared}"
        );
    }
}

#[test]
fn custom_attributes_carry_their_prefix_and_only_limits_of_their_type() {
    let schema = declare(json!([
        {"Name": "level", "AttributeDataType": "Number",
            "NumberAttributeConstraints": {"MinValue": "1"},
            "StringAttributeConstraints": {"MinLength": "3"}},
        {"Name": "plain", "AttributeDataType": "String", "Mutable": true},
        {"Name": "own", "AttributeDataType": "String", "DeveloperOnlyAttribute": true},
        {"Name": "email_verified", "AttributeDataType": "Boolean"},
        {"Name": "email", "Required": true, "StringAttributeConstraints": {"MaxLength": "99"}},
    ]))
    .unwrap();
    let names: Vec<&str> = schema
        .iter()
        .skip(21)
        .map(|one| one.name.as_ref())
        .collect();
    assert_eq!(
        names,
        [
            "custom:level",
            "custom:plain",
            "dev:custom:own",
            "custom:email_verified"
        ]
    );
    assert_eq!(
        shown(&schema, "custom:level"),
        json!({"Name": "custom:level", "AttributeDataType": "Number", "Mutable": false,
            "DeveloperOnlyAttribute": false, "Required": false,
            "NumberAttributeConstraints": {"MinValue": "1"}})
    );
    assert_eq!(
        shown(&schema, "custom:plain")["StringAttributeConstraints"],
        json!({})
    );
    assert!(schema.get("custom:plain").unwrap().mutable);
    assert!(schema.get("dev:custom:own").unwrap().developer_only);
    let email = schema.get("email").unwrap();
    assert_eq!(
        (email.required, email.min_length(), email.max_length()),
        (true, Some(0), Some(99))
    );
}

#[test]
fn an_attribute_that_is_declared_is_immutable_unless_the_declaration_says_otherwise() {
    let schema = declare(json!([
        {"Name": "email", "Required": true},
        {"Name": "name", "Mutable": true},
        {"Name": "own", "AttributeDataType": "String"},
    ]))
    .unwrap();
    let added = SchemaAttributeType {
        name: Some("added".into()),
        attribute_data_type: Some(AttributeDataType::Boolean),
        ..SchemaAttributeType::default()
    };
    let schema = schema.extended(&[added]).unwrap();
    for (name, mutable) in [
        ("email", false),
        ("name", true),
        ("custom:own", false),
        ("custom:added", false),
        ("nickname", true),
    ] {
        assert_eq!(schema.get(name).unwrap().mutable, mutable, "{name}");
    }
}

#[test]
fn an_added_attribute_needs_a_new_name() {
    let number = |name: &str, developer_only| SchemaAttributeType {
        name: Some(name.into()),
        attribute_data_type: Some(AttributeDataType::Number),
        developer_only_attribute: Some(developer_only),
        ..SchemaAttributeType::default()
    };
    let schema = Schema::default()
        .extended(&[
            number("a", false),
            number("b", true),
            number("email", false),
        ])
        .unwrap();
    assert!(schema.get("custom:email").is_some());
    let cases = [
        (
            "a",
            "custom:a: Existing attribute already has name custom:a.",
        ),
        (
            "custom:b",
            "custom:b: Existing attribute already has name dev:custom:b.",
        ),
    ];
    for (name, sentence) in cases {
        let error = schema.extended(&[number(name, false)]).unwrap_err();
        assert_eq!(error.message(), sentence);
    }
    let many: Vec<_> = (0..48).map(|at| number(&format!("n{at}"), false)).collect();
    let error = schema.extended(&many).unwrap_err();
    let sentence = "The number of custom attributes cannot be more than 50.";
    assert_eq!(error.message(), sentence);
    assert!(schema.extended(&many[..47]).is_ok());
}
