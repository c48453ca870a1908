//! What CustomMessage may say, and what becomes of the rest.

use serde_json::json;

use super::*;
use crate::context::Settings;
use crate::lambda::{Answering, Functions, Invocation};
use crate::test_pool::{PASSWORD, TestPool, attributes, server};

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

/// Says what the test wants.
struct Port(Value);

impl Functions for Port {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        let mut event = invocation.event;
        event["response"] = self.0.clone();
        Box::pin(std::future::ready(Ok(event)))
    }
}

/// A pool whose messages have these words, and go by mail or by link.
async fn pool(says: Value, option: &str) -> TestPool {
    let mut shared = server(Settings::default());
    shared.functions = Box::new(Port(says));
    let members = json!({
        "AutoVerifiedAttributes": ["email", "phone_number"],
        "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"},
        "VerificationMessageTemplate": {"DefaultEmailOption": option},
        "LambdaConfig": {"CustomMessage": ARN},
    });
    let pool = TestPool::on(shared, members, |_| {}).await;
    pool.give_domain().await;
    pool
}

/// The body and the subject of what a sign-up sends, or its refusal.
async fn signed_up(says: Value, option: &str, by: (&str, &str)) -> Result<(String, Value), String> {
    let pool = pool(says, option).await;
    let given = attributes([by]);
    let request = json!({"Username": "bob", "Password": PASSWORD, "UserAttributes": given});
    pool.call("SignUp", request).await?;
    let sent = pool.cx.outbox.after(0);
    let code = sent[0].code.clone().unwrap();
    let link = sent[0].link.as_deref().unwrap_or("no link");
    let body = sent[0].body.replace(link, "LINK").replace(&code, "CODE");
    Ok((body, json!(sent[0].subject)))
}

const MAIL: (&str, &str) = ("email", "bob@example.com");
const TEXT: (&str, &str) = ("phone_number", "+12065550100");
const CODE: &str = "CONFIRM_WITH_CODE";
const LINK: &str = "CONFIRM_WITH_LINK";

#[tokio::test]
async fn a_message_that_fits_is_sent_and_null_keeps_the_template() {
    let template = "Your verification code is CODE";
    let cases = [
        (
            json!({"emailMessage": "é {####}", "emailSubject": "S {####}"}),
            CODE,
            MAIL,
            "é CODE",
            json!("S {####}"),
        ),
        (
            json!({"emailMessage": null, "emailSubject": "S"}),
            CODE,
            MAIL,
            template,
            json!("S"),
        ),
        (
            json!({"smsMessage": "x {####}", "emailMessage": "no"}),
            CODE,
            TEXT,
            "x CODE",
            json!(null),
        ),
        (
            json!({"emailMessage": "x {##here##}!", "emailSubject": "S"}),
            LINK,
            MAIL,
            "x <a href=\"LINK\">here</a>!",
            json!("S"),
        ),
        (
            json!({"emailMessage": "x?code={####}", "emailSubject": "S"}),
            LINK,
            MAIL,
            "x?code=CODE",
            json!("S"),
        ),
        (json!({}), CODE, TEXT, template, json!(null)),
    ];
    for (says, option, by, body, subject) in cases {
        assert_eq!(
            signed_up(says, option, by).await,
            Ok((body.to_owned(), subject))
        );
    }
}

#[tokio::test]
async fn a_message_that_does_not_fit_is_refused_in_awss_words() {
    const REFUSED: &str = "InvalidParameterException: 1 validation error detected: Value";
    const FAILED: &str = "failed to satisfy constraint: Member must";
    let long = format!("{{####}}{}", "x".repeat(19_995));
    let long_sms = format!("{{####}}{}", "x".repeat(135));
    let cases = [
        (
            json!({"emailMessage": "no code"}),
            MAIL,
            format!(
                "{REFUSED} 'no code' at 'emailBody' {FAILED} satisfy regular expression pattern: \
                 [\\p{{L}}\\p{{M}}\\p{{S}}\\p{{N}}\\p{{P}}\\s*]*\\{{####\\}}[\\p{{L}}\\p{{M}}\\p{{S}}\\p{{N}}\\p{{P}}\\s*]*"
            ),
        ),
        (
            json!({"smsMessage": "no code"}),
            TEXT,
            format!(
                "{REFUSED} 'no code' at 'smsMessage' {FAILED} satisfy regular expression pattern: .*\\{{####\\}}.*"
            ),
        ),
        (
            json!({"emailMessage": ""}),
            MAIL,
            "InvalidParameterException: The message is empty.".to_owned(),
        ),
        (
            json!({"smsMessage": ""}),
            TEXT,
            "InvalidParameterException: The message is empty.".to_owned(),
        ),
        (
            json!({"emailMessage": long}),
            MAIL,
            format!(
                "{REFUSED} '{long}' at 'emailBody' {FAILED} have length less than or equal to 20000"
            ),
        ),
        (
            json!({"smsMessage": long_sms}),
            TEXT,
            format!(
                "{REFUSED} '{long_sms}' at 'smsMessage' {FAILED} have length less than or equal to 140"
            ),
        ),
    ];
    for (says, by, expected) in cases {
        assert_eq!(signed_up(says, CODE, by).await, Err(expected));
    }
    let fits = format!("{{####}}{}", "x".repeat(134));
    assert!(
        signed_up(json!({"smsMessage": fits}), CODE, TEXT)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_invitation_without_both_placeholders_is_not_delivered() {
    for (message, count) in [("{####}", 0), ("{username}", 0), ("{username} {####}", 1)] {
        let pool = pool(json!({"emailMessage": message}), CODE).await;
        let request = json!({
            "Username": "bob",
            "UserAttributes": attributes([MAIL]),
            "DesiredDeliveryMediums": ["EMAIL"],
        });
        pool.ok("AdminCreateUser", request).await;
        assert_eq!(pool.cx.outbox.after(0).len(), count, "{message}");
    }
}
