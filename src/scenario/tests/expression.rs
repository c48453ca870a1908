use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Result<Expression, String> {
    let whole = format!("${{{text}}}");
    match parse(&whole, 2) {
        Ok((expression, end)) => {
            assert_eq!(end, whole.len(), "{text}");
            Ok(expression)
        }
        Err(fault) => Err(fault.text),
    }
}

#[test]
fn every_form_of_the_grammar_is_read() {
    let rows = [
        ("name", "name"),
        ("a.b.c", "a.b.c"),
        ("a_1 . b [ 0 ] [ 'x' ]", "a_1.b[0].x"),
        (
            "claims(jwt)['cognito:groups'][1]",
            "claims(jwt)['cognito:groups'][1]",
        ),
        ("now()", "now()"),
        ("now( )", "now()"),
        ("totp(token.SecretCode, +1)", "totp(token.SecretCode, 1)"),
        ("totp( token.SecretCode ,-2 )", "totp(token.SecretCode, -2)"),
        (
            "f('it''s', true, false, null)",
            "f('it''s', true, false, null)",
        ),
        ("''", "''"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("truest", "truest"),
        ("true", "true"),
        ("f(g(h(1)).x)[2].y", "f(g(h(1)).x)[2].y"),
        ("'}'", "'}'"),
        ("a\n  .b", "a.b"),
    ];
    for (text, printed) in rows {
        assert_eq!(read(text).unwrap().to_string(), printed, "{text}");
    }
}

#[test]
fn what_is_no_expression_is_told_with_what_would_be_right() {
    let rows = [
        ("", "an empty ${}"),
        (" ", "an empty ${}"),
        ("a b", "'b' where"),
        ("a.", "'}' where the name of a member"),
        ("a.1", "'1' where the name of a member"),
        ("a.custom:x", "['custom:name']"),
        ("a + 1", "no arithmetic"),
        ("a == b", "no conditions"),
        ("\"x\"", "a text stands in '…'"),
        ("_a", "'_' where"),
        ("é", "'é' where"),
        ("'x", "closing '"),
        ("a[", "'}' where the number"),
        ("a[b]", "'b' where the number"),
        ("a[-1]", "there is no item -1: items are counted from 0"),
        ("a[0", "'}' where \"]\""),
        ("f(", "'}' where a name"),
        ("f(,)", "',' where a name"),
        ("f(a,)", "')' where a name"),
        ("f(a b)", "'b' where \",\" or \")\""),
        ("f(a", "'}' where \",\" or \")\""),
        ("+", "'}' where a digit"),
        ("-x", "'x' where a digit"),
        (
            "9223372036854775808",
            "9223372036854775808 is beyond the integers",
        ),
        ("1.5", "'5' where the name of a member"),
        ("a.null", ""),
    ];
    for (text, expected) in rows {
        match read(text) {
            Err(fault) => assert!(
                !expected.is_empty() && fault.contains(expected),
                "{text}: {fault}"
            ),
            Ok(_) => assert_eq!(expected, "", "{text}"),
        }
    }
    assert_eq!(
        parse("${a", 2).unwrap_err().text,
        "a ${ without its }; the characters ${ are written $${"
    );
    assert_eq!(parse("${a.", 2).unwrap_err().span, 4..4);
}

#[test]
fn a_fault_says_where_it_is() {
    assert_eq!(parse("é ${a %}", 5).unwrap_err().span, 7..8);
    assert_eq!(parse("${f('x)}", 2).unwrap_err().span, 4..8);
    let (expression, _) = parse("x ${ f(a, b.c ) }", 4).unwrap();
    assert_eq!(expression.span, 5..15);
    let Operand::Call { arguments, .. } = expression.value else {
        panic!("no call");
    };
    assert_eq!(arguments[1].span, 10..13);
}

#[test]
fn functions_do_not_stand_in_functions_without_end() {
    let nested = |depth: usize| format!("{}1{}", "f(".repeat(depth), ")".repeat(depth));
    assert!(read(&nested(DEEPEST)).is_ok());
    assert!(
        read(&nested(DEEPEST + 1))
            .unwrap_err()
            .contains("more than 32 deep")
    );
    assert!(read(&nested(100_000)).is_err());
}

fn expressions() -> impl Strategy<Value = Expression> {
    let name = || "[A-Za-z][A-Za-z0-9_]{0,6}".prop_map(Box::<str>::from);
    #[expect(clippy::borrowed_box, reason = "what a filter of proptest gets")]
    let free = |name: &Box<str>| !matches!(&**name, "true" | "false" | "null");
    let step = prop_oneof![
        r"\PC{0,6}".prop_map(|name| Step::Member(name.into())),
        name().prop_map(Step::Member),
        (0..100usize).prop_map(Step::Item),
    ];
    let plain = prop_oneof![
        name()
            .prop_filter("a word of the language", free)
            .prop_map(Operand::Name),
        r"[\PC\n']{0,8}".prop_map(|text| Operand::Text(text.into())),
        any::<i64>().prop_map(Operand::Integer),
        any::<bool>().prop_map(Operand::Boolean),
        Just(Operand::Null),
    ];
    let of = |(value, path)| Expression {
        span: 0..0,
        value,
        path,
    };
    let steps = prop::collection::vec(step, 0..3);
    let leaf = (plain, steps.clone()).prop_map(of);
    leaf.prop_recursive(4, 16, 3, move |inner| {
        let call = (name(), prop::collection::vec(inner, 0..3));
        let call = call.prop_map(|(function, arguments)| Operand::Call {
            function,
            arguments,
        });
        (call, steps.clone()).prop_map(of)
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_again(expression in expressions()) {
        let printed = expression.to_string();
        prop_assert_eq!(read(&printed).map_err(TestCaseError::fail)?, expression);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in r"[\PC\s'(){}.\[\],+0-9a-z]{0,40}") {
        let whole = format!("${{{text}");
        if let Err(fault) = parse(&whole, 2) {
            prop_assert!(whole.get(fault.span).is_some());
        }
    }
}
