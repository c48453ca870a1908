use super::*;

use crate::user_pool::federation::test_idp::{ENTITY, Says, TestIdp};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn pool() -> PoolId {
    PoolId::from("us-east-1_AbCdEfGhI")
}

fn says(name_id: &str) -> Says {
    Says::of(name_id, &pool(), NOW)
}

fn read_at(document: &str, now: Timestamp) -> Result<Assertion, Fault> {
    let metadata = Metadata::parse(&TestIdp::new(0).metadata()).unwrap();
    verify(document, &metadata, &audience(&pool()), now)
}

fn read(document: &str) -> Result<Assertion, Fault> {
    read_at(document, NOW)
}

#[track_caller]
fn refused(document: &str, part: &str) {
    match read(document) {
        Err(Fault::Invalid(reason)) => assert!(reason.contains(part), "{reason}\n{document}"),
        other => panic!("{other:?}\n{document}"),
    }
}

fn response(inner: &str) -> String {
    format!(
        "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_r1\">{inner}</samlp:Response>"
    )
}

#[test]
fn a_signed_assertion_names_the_user() {
    let idp = TestIdp::new(0);
    let signed = idp.assertion(&says("ann@example.com"));
    let read = |document: &str| {
        let assertion = read(document)?;
        Ok((assertion.issuer, assertion.name_id))
    };
    let expected: Result<_, Fault> = Ok((ENTITY.into(), "ann@example.com".into()));
    assert_eq!(read(&signed), expected);
    // In a response, of which it may also be the response that is signed.
    assert_eq!(read(&response(&signed)), expected);
    let inner = says("ann@example.com")
        .unsigned()
        .replace("{signature}", "");
    let whole = idp.sign(&response(&format!("{{signature}}{inner}")), "_r1");
    assert_eq!(read(&whole), expected);
}

#[test]
fn a_comment_does_not_cut_the_name() {
    // The signature holds with and without it, as comments are not signed.
    let signed = TestIdp::new(0).assertion(&says("admin@example.com.evil.example"));
    let cut = signed.replace("example.com.evil", "example.com<!-- -->.evil");
    assert_eq!(
        read(&cut).unwrap().name_id,
        "admin@example.com.evil.example"
    );
}

#[test]
fn what_was_not_signed_is_not_read() {
    let idp = TestIdp::new(0);
    let good = idp.assertion(&says("ann"));
    let evil = says("eve").unsigned().replace("{signature}", "");
    refused(&evil, "has no Signature");
    refused(
        &good.replace(">ann<", ">eve<"),
        "changed after it was signed",
    );
    refused(&TestIdp::new(1).assertion(&says("ann")), "no certificate");
    let signature = &good[good.find("<ds:Signature").unwrap()..];
    let signature =
        &signature[..signature.find("</ds:Signature>").unwrap() + "</ds:Signature>".len()];
    // The good assertion moved elsewhere, another one in its place.
    let other = evil.replace("\"_a1\"", "\"_e1\"");
    refused(&response(&format!("{other}{good}")), "one assertion");
    refused(&response(&format!("<x>{good}</x>{other}")), "one assertion");
    refused(&response(&format!("<x>{good}</x>")), "neither the root");
    // Another element that carries the id, or the signature.
    let with = |inner: &str| says("eve").unsigned().replace("{signature}", inner);
    refused(&with(signature), "changed after it was signed");
    let about_another = with(signature).replacen("ID=\"_a1\"", "ID=\"_e1\"", 1);
    refused(&about_another, "not about the element");
    refused(&response(&format!("{good}<x ID=\"_a1\"/>")), "stands twice");
    refused(&response(&format!("{good}<x id=\"_a1\"/>")), "stands twice");
    refused(
        &with(&format!("{signature}{signature}")),
        "several Signature",
    );
    // An object in the signature that holds the signed assertion.
    let object = signature.replace(
        "</ds:Signature>",
        &format!("<ds:Object>{good}</ds:Object></ds:Signature>"),
    );
    refused(&with(&object), "one assertion");
    // A response whose own signature does not hold, and one that has none.
    refused(&response(&evil), "has no Signature");
    // SignedInfo changed.
    refused(
        &good.replace("#rsa-sha256", "#rsa-sha512"),
        "no certificate",
    );
}

#[test]
fn only_the_algorithms_and_transforms_of_saml_are_taken() {
    let idp = TestIdp::new(0);
    for (from, to, part) in [
        (
            "2001/04/xmldsig-more#rsa-sha256",
            "2000/09/xmldsig#rsa-sha1",
            "signature algorithm",
        ),
        (
            "2001/04/xmldsig-more#rsa-sha256",
            "2000/09/xmldsig#hmac-sha1",
            "signature algorithm",
        ),
        (
            "2001/04/xmlenc#sha256",
            "2000/09/xmldsig#sha1",
            "digest algorithm",
        ),
        (
            "2000/09/xmldsig#enveloped-signature",
            "TR/1999/REC-xpath-19991116",
            "two transforms",
        ),
        (
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">",
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\">",
            "must be canonicalized",
        ),
        ("URI=\"#_a1\"", "URI=\"\"", "not about the element"),
        (
            "</ds:Reference>",
            "</ds:Reference><ds:Reference URI=\"#_a1\"></ds:Reference>",
            "several Reference",
        ),
        (
            "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">",
            &format!(
                "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">\
                 <i:InclusiveNamespaces xmlns:i=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"{}\"/>",
                "x ".repeat(33)
            ),
            "more than 32 prefixes",
        ),
    ] {
        let document = says("ann").unsigned();
        let signed = idp.sign_as(&document, "_a1", |info| {
            assert!(info.contains(from), "{from}");
            info.replacen(from, to, 1)
        });
        refused(&signed, part);
    }
}

#[test]
fn issuer_audience_and_time_must_be_right() {
    let idp = TestIdp::new(0);
    let with = |change: fn(&mut Says)| {
        let mut says = says("ann");
        change(&mut says);
        idp.assertion(&says)
    };
    refused(
        &with(|it| it.issuer = "https://other.example.com".into()),
        "Issuer",
    );
    refused(
        &with(|it| it.audience = "urn:amazon:cognito:sp:us-east-1_Other".into()),
        "AudienceRestriction",
    );
    refused(
        &with(|it| it.not_before = "2027-01-15T08:00:01Z".into()),
        "not good yet",
    );
    refused(&with(|it| it.not_on_or_after = "soon".into()), "not a time");
    refused(&with(|it| it.name_id = String::new()), "NameID is empty");
    refused(&with(|it| it.name_id = "\u{1F600}".into()), "four bytes");
    refused(
        &with(|it| it.name_id = "<x xmlns=\"u:x\">ann</x>".into()),
        "elements in its text",
    );
    let audience = |list: &str| {
        let mut says = says("ann");
        says.audience = list.replace("OURS", &says.audience);
        idp.assertion(&says)
    };
    let and = "</saml:Audience><saml:Audience>";
    assert!(read(&audience(&format!("urn:x{and}OURS"))).is_ok());
    let also =
        "</saml:Audience></saml:AudienceRestriction><saml:AudienceRestriction><saml:Audience>";
    assert!(read(&audience(&format!("OURS{also}OURS"))).is_ok());
    refused(
        &audience(&format!("OURS{also}urn:x")),
        "AudienceRestriction does not name",
    );
    let good = with(|_| {});
    assert!(read_at(&good, Timestamp(NOW.0 + 59_999)).is_ok());
    let expired = read_at(&good, Timestamp(NOW.0 + 60_000));
    assert!(matches!(expired, Err(Fault::Expired(_))), "{expired:?}");
    // A certificate that has expired signs no more; this one is good for ten years.
    let mut late = says("ann");
    late.not_on_or_after = "2050-01-01T00:00:00Z".into();
    let late = read_at(&idp.assertion(&late), Timestamp(2_400_000_000_000));
    assert!(matches!(late, Err(Fault::Invalid(_))), "{late:?}");
}

#[test]
fn members_that_are_missing_are_named() {
    let idp = TestIdp::new(0);
    for (from, to, part) in [
        ("saml:Issuer>", "saml:Other>", "no Issuer"),
        ("saml:Conditions", "saml:Other", "no Conditions"),
        (
            "saml:AudienceRestriction",
            "saml:Other",
            "no AudienceRestriction",
        ),
        ("saml:Subject>", "saml:Other>", "no Subject"),
        ("cm:bearer", "cm:holder-of-key", "bearer"),
        (" ID=\"_a1\"", "", "no ID"),
    ] {
        let document = says("ann").unsigned();
        assert!(document.contains(from), "{from}");
        if to.is_empty() {
            let signed = idp.sign(&document, "_a1").replace(from, to);
            refused(&signed, part);
            continue;
        }
        refused(&idp.sign(&document.replace(from, to), "_a1"), part);
    }
    let encrypted =
        "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>";
    refused(&response(encrypted), "not encrypted");
    refused("no XML", "text outside");
}
