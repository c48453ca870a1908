//! Pages behind a proxy that takes a path off: every link, form, file and redirect of a walk stays below it.

use poolhouse::Emulator;
use poolhouse::context::Settings;
use serde_json::json;

use crate::http::wire::{Answer, SIGNED, Wire, call, request};
use crate::oauth_browser::{CALLBACK, POOL, WEB, encode, field, of_client};

const ROOT: &str = "/cognito";

/// A browser in front of the proxy.
struct Browser {
    wire: Wire,
    cookies: std::collections::BTreeMap<String, String>,
}

impl Browser {
    /// Asks for a path as the browser knows it, which is below the proxy's.
    async fn ask(&mut self, method: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let inside = path.strip_prefix("https://login.test").unwrap_or(path);
        let inside = inside.strip_prefix(ROOT);
        assert!(inside.is_some(), "{path} is beside the proxy's path");
        let inside = inside.unwrap();
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let headers = format!(
            "Accept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\nCookie: {}\r\n",
            cookies.join("; ")
        );
        let inside = if inside.is_empty() { "/" } else { inside };
        let answer = self
            .wire
            .ask(request(
                &format!("{method} {inside}"),
                &headers,
                &encode(form),
            ))
            .await;
        for line in answer.head.lines() {
            if let Some(cookie) = line.strip_prefix("set-cookie: ") {
                let (name, rest) = cookie.split_once('=').unwrap();
                let (value, attributes) = rest.split_once(';').unwrap();
                // Below the proxy's path it is sent back.
                assert!(attributes.contains("Path=/;"), "{cookie}");
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        self.check(path, &answer);
        answer
    }

    /// Whether all that an answer leads to is below the proxy's path, or at the app.
    fn check(&self, from: &str, answer: &Answer) {
        let is_right = |address: &str| {
            address.starts_with(&format!("{ROOT}/"))
                || address.starts_with("https://login.test/cognito")
                || address.starts_with(CALLBACK)
                || address.starts_with("data:")
                || address.starts_with("https://github.com/")
        };
        if let Some(location) = answer.header("location") {
            assert!(is_right(location), "{from}: {location}");
        }
        let Ok(page) = std::str::from_utf8(&answer.body) else {
            return;
        };
        for attribute in [" href=\"", " src=\"", " action=\"", " srcset=\""] {
            for part in page.split(attribute).skip(1) {
                let address = part.split('"').next().unwrap();
                assert!(is_right(address), "{from}: {attribute}{address}");
            }
        }
    }
}

#[tokio::test]
async fn pages_of_both_versions_stay_below_the_path_of_the_public_url() {
    for version in [1, 2] {
        let pool = include_str!("../fixtures/pools/hosted.yaml").replace(
            "ManagedLoginVersion: 2",
            &format!("ManagedLoginVersion: {version}"),
        );
        let name = format!("poolhouse-below-{}-{version}.yaml", std::process::id());
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, pool).unwrap();
        let settings = Settings {
            public_url: Some("https://login.test/cognito".into()),
            ..Settings::default()
        };
        let server = Emulator::builder().settings(settings).fixtures([&file]);
        let server = server.start().await.unwrap();
        std::fs::remove_file(&file).unwrap();
        let mut wire = Wire::to(&server).await;
        let logo = "iVBORw0KGgo=";
        let (operation, look) = if version == 1 {
            let look = json!({"UserPoolId": POOL, "ImageFile": logo, "CSS": ".banner-customizable {padding: 1px;}"});
            ("SetUICustomization", look)
        } else {
            let client = json!({"UserPoolId": POOL, "ClientId": WEB}).to_string();
            let found = call("DescribeManagedLoginBrandingByClient", SIGNED, &client);
            let found = wire.ask(found).await.json();
            let asset = json!({"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": logo});
            let look = json!({"UserPoolId": POOL, "Assets": [asset], "UseCognitoProvidedValues": false,
                "ManagedLoginBrandingId": found["ManagedLoginBranding"]["ManagedLoginBrandingId"],
                "Settings": {"components": {"form": {"logo": {"enabled": true}}}}});
            ("UpdateManagedLoginBranding", look)
        };
        let set = wire.ask(call(operation, SIGNED, &look.to_string())).await;
        assert_eq!(set.status, 200, "{}", set.text());
        let mut browser = Browser {
            wire,
            cookies: std::collections::BTreeMap::new(),
        };
        let query = encode(&of_client(WEB));
        let home = browser.ask("GET", ROOT, &[]).await;
        assert!(
            home.text().contains("/cognito/_poolhouse/messages"),
            "{}",
            home.text()
        );
        let asked = browser
            .ask("GET", &format!("{ROOT}/oauth2/authorize?{query}"), &[])
            .await;
        let login = asked.header("location").unwrap().to_owned();
        let page = browser.ask("GET", &login, &[]).await;
        assert_eq!(page.status, 200);
        let pictures: Vec<&str> = page.text().split(" src=\"").skip(1).collect();
        assert!(!pictures.is_empty(), "version {version}: {}", page.text());
        let picture = pictures[0].split('"').next().unwrap();
        let shown = browser.ask("GET", picture, &[]).await;
        assert_eq!(shown.header("content-type"), Some("image/png"), "{picture}");
        for path in [
            "/signup",
            "/forgotPassword",
            "/error",
            "/us-east-1_Hosted/login",
        ] {
            browser
                .ask("GET", &format!("{ROOT}{path}?{query}"), &[])
                .await;
        }
        let token = field(page.text(), if version == 1 { "_csrf" } else { "csrf" });
        let form = [
            ("csrf", &*token),
            ("username", "alice"),
            ("password", "wrong"),
        ];
        let refused = browser.ask("POST", &login, &form).await;
        assert_eq!(refused.status, 200);
        let form = [
            ("csrf", &*token),
            ("username", "alice"),
            ("password", "Poolhouse-1"),
        ];
        let back = browser.ask("POST", &login, &form).await;
        assert!(back.header("location").unwrap().starts_with(CALLBACK));
        // The cookies came back: no page is shown any more.
        let again = browser.ask("GET", &asked_again(&query), &[]).await;
        assert!(again.header("location").unwrap().starts_with(CALLBACK));
        let out = format!(
            "{ROOT}/logout?client_id={WEB}&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcallback&response_type=code"
        );
        assert!(
            browser
                .ask("GET", &out, &[])
                .await
                .header("location")
                .unwrap()
                .contains("/cognito/login?")
        );
        server.stop().await;
    }
}

fn asked_again(query: &str) -> String {
    format!("{ROOT}/oauth2/authorize?{query}")
}
