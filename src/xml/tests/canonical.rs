use super::*;
use proptest::prelude::*;

use proptest::collection::vec;

fn canonical(text: &str, inclusive: &[&str]) -> String {
    let inclusive: Vec<String> = inclusive.iter().map(|it| (*it).to_owned()).collect();
    canonicalize(&Document::parse(text).unwrap(), 0, None, &inclusive)
}

#[test]
fn documents_have_one_canonical_form() {
    for (text, expected) in [
        ("<a/>", "<a></a>"),
        (
            "<?xml version='1.0'?>\n<a  b = 'c' ></a >\n",
            "<a b=\"c\"></a>",
        ),
        // Attributes by namespace, then name; declarations before them, the default one first.
        (
            "<a xmlns:y='u:1' xmlns:x='u:2' xmlns='u:0' x:b='1' y:b='2' c='3' B='4'/>",
            "<a xmlns=\"u:0\" xmlns:x=\"u:2\" xmlns:y=\"u:1\" B=\"4\" c=\"3\" y:b=\"2\" x:b=\"1\"></a>",
        ),
        // A declaration stands where its prefix is used, and once.
        (
            "<a xmlns:x='u:1'><x:b><x:c/></x:b><x:b/></a>",
            "<a><x:b xmlns:x=\"u:1\"><x:c></x:c></x:b><x:b xmlns:x=\"u:1\"></x:b></a>",
        ),
        (
            "<a xmlns='u:1'><b xmlns=''><c xmlns='u:1'/></b></a>",
            "<a xmlns=\"u:1\"><b xmlns=\"\"><c xmlns=\"u:1\"></c></b></a>",
        ),
        ("<a xml:lang='en'/>", "<a xml:lang=\"en\"></a>"),
        // References, CDATA, comments, ends of lines.
        (
            "<a>&#65;&lt;<![CDATA[<&>]]>x<!-- no -->y\r\nz\r&#13;</a>",
            "<a>A&lt;&lt;&amp;&gt;xy\nz\n&#xD;</a>",
        ),
        (
            "<a b='\t\n&#9;&#10;&#13;&quot;&lt;&amp;>'/>",
            "<a b=\"  &#x9;&#xA;&#xD;&quot;&lt;&amp;>\"></a>",
        ),
        ("<a> <b/>\n</a>", "<a> <b></b>\n</a>"),
    ] {
        assert_eq!(canonical(text, &[]), expected, "{text}");
    }
}

#[test]
fn a_part_takes_the_declarations_that_it_uses_from_outside() {
    // After section 2.2 of the recommendation: the outer context does not show.
    let part = |outside: &str| {
        let text = format!(
            "{outside}<n1:elem2 xmlns:n1='http://example.net' xml:lang='en'><n3:stuff xmlns:n3='ftp://example.org'/></n1:elem2></pdu>"
        );
        let document = Document::parse(&text).unwrap();
        canonicalize(&document, 1, None, &[])
    };
    let expected = "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>";
    assert_eq!(part("<pdu>"), expected);
    assert_eq!(
        part("<pdu xmlns='u:1' xmlns:n1='u:2' xml:space='retain'>"),
        expected
    );
    let document = Document::parse("<p:a xmlns:p='u:1' xmlns:q='u:2'><p:b q:c=''/></p:a>").unwrap();
    assert_eq!(
        canonicalize(&document, 1, None, &[]),
        "<p:b xmlns:p=\"u:1\" xmlns:q=\"u:2\" q:c=\"\"></p:b>"
    );
}

#[test]
fn prefixes_of_the_list_are_declared_where_they_are_in_scope() {
    let text = "<a xmlns='u:0' xmlns:x='u:1'><b xmlns:x='u:2'/></a>";
    assert_eq!(
        canonical(text, &["x", "y", "#default"]),
        "<a xmlns=\"u:0\" xmlns:x=\"u:1\"><b xmlns:x=\"u:2\"></b></a>"
    );
}

#[test]
fn the_skipped_element_leaves_its_surroundings() {
    let document = Document::parse("<a>x<b>no</b>y<c/></a>").unwrap();
    assert_eq!(canonicalize(&document, 0, Some(1), &[]), "<a>xy<c></c></a>");
}

#[test]
fn what_is_dangerous_or_not_well_formed_is_not_read() {
    let deep = "<a>".repeat(100) + &"</a>".repeat(100);
    let many = format!("<a>{}</a>", "<b/>".repeat(20_000));
    for text in [
        "",
        "text",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>text",
        "<x:a/>",
        "<a x:b=''/>",
        "<a b='1' b='2'/>",
        "<a>&unknown;</a>",
        "<a>&#xFFFFFFFF;</a>",
        "<a b='&unknown;'/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "<a><?php ?></a>",
        deep.as_str(),
        many.as_str(),
    ] {
        assert!(
            Document::parse(text).is_err(),
            "{}",
            &text[..text.len().min(60)]
        );
    }
}

/// An element: its prefix, attributes, and children or a text.
#[derive(Debug, Clone)]
struct Tree {
    prefix: usize,
    attributes: Vec<(usize, String)>,
    text: String,
    children: Vec<Tree>,
}

const PREFIXES: [&str; 3] = ["", "p", "q"];

/// A name is used once an element: `a0`, `p:a1` …
fn attribute_name(at: usize, prefix: usize) -> String {
    match PREFIXES[prefix] {
        "" => format!("a{at}"),
        prefix => format!("{prefix}:a{at}"),
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    let text = || "[a-z<>&\"'\t\n\r é\u{1F600}]{0,6}";
    let leaf = (0..3_usize, vec((0..3_usize, text()), 0..3), text()).prop_map(
        |(prefix, attributes, text)| Tree {
            prefix,
            attributes,
            text,
            children: Vec::new(),
        },
    );
    leaf.prop_recursive(4, 24, 3, move |inner| {
        (
            0..3_usize,
            vec((0..3_usize, text()), 0..3),
            text(),
            vec(inner, 0..3),
        )
            .prop_map(|(prefix, attributes, text, children)| Tree {
                prefix,
                attributes,
                text,
                children,
            })
    })
}

/// Every character as a reference, so that what was meant is what is read.
fn referenced(text: &str) -> String {
    text.chars()
        .map(|c| format!("&#{};", u32::from(c)))
        .collect()
}

impl Tree {
    fn name(&self) -> String {
        match PREFIXES[self.prefix] {
            "" => "e".into(),
            prefix => format!("{prefix}:e"),
        }
    }

    /// Writes the tree one way or another: order of attributes, needless declarations, kinds of tags.
    fn write(&self, odd: bool, root: bool) -> String {
        let mut members: Vec<String> = self
            .attributes
            .iter()
            .enumerate()
            .map(|(at, (prefix, value))| {
                format!("{}=\"{}\"", attribute_name(at, *prefix), referenced(value))
            })
            .collect();
        if root || odd {
            members.extend(["xmlns:p='u:p'".to_owned(), "xmlns:q='u:q'".to_owned()]);
        }
        if odd {
            members.push("xmlns:unused='u:unused'".into());
            members.reverse();
        }
        let children: String = self
            .children
            .iter()
            .map(|child| child.write(odd, false))
            .collect();
        let comment = if odd { "<!-- ] -->" } else { "" };
        let (name, text) = (self.name(), referenced(&self.text));
        let members = members.join(if odd { "\n " } else { " " });
        if odd && children.is_empty() && text.is_empty() {
            return format!("<{name} {members}/>");
        }
        format!("<{name} {members}>{text}{comment}{children}</{name}>")
    }
}

proptest! {
    #[test]
    fn however_a_tree_is_written_its_canonical_form_is_one_and_stays(tree in tree()) {
        let plain = canonical(&tree.write(false, true), &[]);
        prop_assert_eq!(&canonical(&tree.write(true, true), &[]), &plain);
        prop_assert_eq!(&canonical(&plain, &[]), &plain);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,80}", tree in tree(), at in 0..400_usize) {
        let _ = Document::parse(&text);
        let mut whole: Vec<char> = tree.write(true, true).chars().collect();
        whole.truncate(at);
        let _ = Document::parse(&whole.into_iter().collect::<String>());
    }
}
