//! Two secrets of a client at once, so that one may follow the other.

use serde_json::json;

use super::{call, context, create, named, pool, with};
use crate::user_pool::app_clients::secrets::{
    add_user_pool_client_secret, delete_user_pool_client_secret, list_user_pool_client_secrets,
};
use crate::user_pool::app_clients::user_pool_client::describe_user_pool_client;

#[test]
fn secrets_change_over_without_a_gap() {
    let cx = context();
    let pool = pool(&cx, json!({}));
    let client = create(&cx, &pool, &json!({"GenerateSecret": true})).unwrap();
    let id = client["ClientId"].as_str().unwrap();
    let added = call(&cx, add_user_pool_client_secret, &named(&client)).unwrap();
    let added = &added["ClientSecretDescriptor"];
    assert_eq!(added["ClientSecretId"], format!("{id}--1001"));
    assert_eq!(added["ClientSecretValue"].as_str().unwrap().len(), 52);
    assert_eq!(
        call(&cx, list_user_pool_client_secrets, &named(&client)),
        Ok(json!({"ClientSecrets": [
            {"ClientSecretId": format!("{id}--1000"), "ClientSecretCreateDate": 1.0},
            {"ClientSecretId": format!("{id}--1001"), "ClientSecretCreateDate": 1.0}]}))
    );
    assert_eq!(
        call(&cx, add_user_pool_client_secret, &named(&client)),
        Err("LimitExceededException: The limit of client secrets has been exceeded.".into())
    );
    let delete = |which: &str| {
        let body = with(named(&client), &json!({"ClientSecretId": which}));
        call(&cx, delete_user_pool_client_secret, &body)
    };
    assert_eq!(delete(&format!("{id}--1000")), Ok(json!({})));
    let shown = call(&cx, describe_user_pool_client, &named(&client)).unwrap();
    assert_eq!(
        shown["UserPoolClient"]["ClientSecret"],
        added["ClientSecretValue"]
    );
    assert_eq!(
        delete("nope"),
        Err("ResourceNotFoundException: Client secret nope does not exist.".into())
    );
    assert_eq!(
        delete(&format!("{id}--1001")),
        Err("InvalidParameterException: Cannot delete the last client secret.".into())
    );
    let given = with(
        named(&client),
        &json!({"ClientSecret": "given_secret_of_24_chars_"}),
    );
    let answer = call(&cx, add_user_pool_client_secret, &given).unwrap();
    assert_eq!(
        answer["ClientSecretDescriptor"].get("ClientSecretValue"),
        None
    );
    let public = create(&cx, &pool, &json!({})).unwrap();
    assert_eq!(
        call(&cx, add_user_pool_client_secret, &named(&public)),
        Err(format!(
            "InvalidParameterException: Client {} does not have a client secret.",
            public["ClientId"].as_str().unwrap()
        ))
    );
}
