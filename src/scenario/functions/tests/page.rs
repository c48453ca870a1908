use super::*;
use proptest::prelude::*;

fn value(html: &str, name: &str) -> Option<String> {
    let fields = fields(html);
    let mut named = fields.into_iter().filter(|field| field.name == name);
    named.find_map(|field| field.value)
}

#[test]
fn fields_have_the_values_that_a_browser_would_send() {
    let page = r#"<!DOCTYPE html><html><head><title><input name=t value=1></title>
<script>document.write("<input name='script' value='1'>")</script>
<!-- <input name="comment" value="1"> --></head>
<body><form action="/x?a=1&b=2" method=post>
<INPUT TYPE="hidden" NAME="_csrf" VALUE="a&amp;b&quot;c&#39;d&#x26;e&lt;&gt;&nbsp;&" />
<input name=plain value=un/quoted><input value='first' name='order'>
<input name=empty value><input name=none><input name="off" disabled value="1">
<input type=checkbox name=box value=1><input type=checkbox name=ticked checked>
<input type=radio name=way value=a><input type=radio name=way value=b checked><input type="radio" name="way" value="c">
<select name=pick><option value=1>One<option value=2 selected>Two</select>
<select name=first><option>  One &amp; only </option><option>Two</option></select>
<select name=bare></select>
<textarea name=text>
a &lt; b <input name=inner></textarea>
<button name=action value=go>Go</button>
<input name=twice value=1><input name=twice value=2><a name=link value=1>x</a>
</form>"#;
    let rows = [
        ("_csrf", Some("a&b\"c'd&e<>&nbsp;&")),
        ("plain", Some("un/quoted")),
        ("order", Some("first")),
        ("empty", Some("")),
        ("none", Some("")),
        ("off", None),
        ("box", None),
        ("ticked", Some("on")),
        ("way", Some("b")),
        ("pick", Some("2")),
        ("first", Some("One & only")),
        ("bare", None),
        ("text", Some("a < b <input name=inner>")),
        ("inner", None),
        ("action", Some("go")),
        ("twice", Some("1")),
        ("t", None),
        ("script", None),
        ("comment", None),
        ("link", None),
    ];
    for (name, expected) in rows {
        assert_eq!(value(page, name).as_deref(), expected, "{name}");
    }
}

#[test]
fn what_is_cut_off_is_no_field() {
    for html in [
        "<",
        "<input",
        "<input name=a",
        "<input name=\"a>",
        "<input name",
        "<!-- <input name=a>",
        "< input name=a>",
    ] {
        assert_eq!(fields(html), [], "{html}");
    }
    assert_eq!(value("<input name=a value=1", "a"), None);
    assert_eq!(value("<textarea name=a>x", "a").as_deref(), Some("x"));
    assert_eq!(
        value("<input =x name=a value = 'y' >", "a").as_deref(),
        Some("y")
    );
    assert_eq!(value("<i<input name=a>", "a"), None);
}

proptest! {
    #[test]
    fn no_page_makes_the_reader_panic(html in r#"([<>="'/&;#a-z \n!-]|<input |<select|<textarea|</|name=|é){0,40}"#) {
        fields(&html);
    }
}
