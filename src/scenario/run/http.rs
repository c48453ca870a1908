//! `http` steps: requests that are no operations, with cookies and redirects as a browser has them.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::act;
use super::cookies::Jar;
use super::operation::{Done, bytes_of};
use super::{Moment, Player, Stop};
use crate::http::{Answered, Asked};
use crate::scenario::plan::{Http, HttpBody};
use crate::scenario::target::{Target, Unable};
use crate::scenario::test_api::percent_encoded;

/// How many redirects are followed at most, as browsers do.
const MOST_REDIRECTS: u32 = 20;

/// A request that is ready to be sent.
#[derive(Clone)]
pub(super) struct Ready {
    method: String,
    url: Url,
    headers: Vec<(String, String)>,
    body: Bytes,
    /// The jar, and its name.
    jar: Option<(String, Jar)>,
    follow: u32,
}

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Url {
    /// `http` or `https`, as it was written: to a target both are the same.
    scheme: String,
    /// With its port.
    host: String,
    /// With its query, without a fragment.
    target: String,
}

impl Url {
    /// An absolute URL, or one from `base`.
    fn read(text: &str, base: &Self) -> Option<Self> {
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        if let Some((scheme, rest)) = text.split_once("://") {
            let is_known = matches!(scheme, "http" | "https");
            let end = rest.find(['/', '?']).unwrap_or(rest.len());
            let (host, target) = rest.split_at(end);
            let target = match target.strip_prefix('?') {
                Some(query) => format!("/?{query}"),
                None if target.is_empty() => "/".to_owned(),
                None => target.to_owned(),
            };
            return (is_known && !host.is_empty()).then(|| Self {
                scheme: scheme.to_owned(),
                host: host.to_owned(),
                target,
            });
        }
        let target = match text.chars().next() {
            Some('/') => text.to_owned(),
            Some('?') => format!("{}{text}", base.path()),
            Some(_) => {
                let path = base.path();
                let folder = path.rfind('/').map_or("/", |end| &path[..=end]);
                format!("{folder}{text}")
            }
            None => base.target.clone(),
        };
        Some(Self {
            target,
            ..base.clone()
        })
    }

    fn path(&self) -> &str {
        self.target
            .split_once('?')
            .map_or(&self.target, |(path, _)| path)
    }

    fn add_query(&mut self, pairs: &str) {
        if pairs.is_empty() {
            return;
        }
        let joint = if self.target.contains('?') { '&' } else { '?' };
        self.target = format!("{}{joint}{pairs}", self.target);
    }

    fn text(&self) -> String {
        format!("{}://{}{}", self.scheme, self.host, self.target)
    }

    fn host_name(&self) -> &str {
        crate::http::host_of(&self.host)
    }
}

impl<'s> Player<'s> {
    /// The request of an `http` step.
    pub(super) fn http(&mut self, moment: Moment<'s>, http: &'s Http) -> Result<Ready, Stop> {
        let url = self.url(moment, http)?;
        let mut headers = Vec::new();
        for (key, template) in http.headers.iter().chain(&moment.step.headers) {
            let value = self.text(moment, template)?;
            let name = key.name.to_ascii_lowercase();
            self.play
                .veil
                .learn_named(&name, &Value::from(value.as_str()));
            headers.push((key.name.to_string(), value));
        }
        let (kind, body) = match &http.body {
            None => (None, Bytes::new()),
            Some(HttpBody::Form(form)) => {
                let kind = "application/x-www-form-urlencoded";
                (Some(kind), self.pairs(moment, form)?.into())
            }
            Some(HttpBody::Json(json)) => {
                let body = self.value(moment, json)?;
                self.play.veil.learn(&body);
                (Some("application/json"), body.to_string().into())
            }
            Some(HttpBody::Text(text)) => {
                let text = self.text(moment, text)?;
                let body = serde_json::from_str(&text);
                let body = body.unwrap_or_else(|_| Value::from(text.as_str()));
                self.play.veil.learn(&body);
                (None, text.into())
            }
        };
        let has_kind = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
        if let Some(kind) = kind
            && !headers.iter().any(has_kind)
        {
            headers.push(("content-type".to_owned(), kind.to_owned()));
        }
        let method = match &http.method {
            Some(method) => self.text(moment, method)?,
            None if http.body.is_some() => "POST".to_owned(),
            None => "GET".to_owned(),
        };
        let jar = match &http.cookies {
            None => None,
            Some(name) => {
                let name = self.text(moment, name)?;
                let jar = self.jars.get(&name).cloned().unwrap_or_default();
                Some((name, jar))
            }
        };
        let follow = match &http.follow {
            None => 0,
            Some(follow) => self.count(moment, follow, 0, MOST_REDIRECTS)?,
        };
        Ok(Ready {
            method,
            url,
            headers,
            body,
            jar,
            follow,
        })
    }

    fn url(&mut self, moment: Moment<'s>, http: &'s Http) -> Result<Url, Stop> {
        let text = self.text(moment, &http.url)?;
        self.play.veil.learn(&Value::from(text.as_str()));
        let base = Url {
            scheme: "http".to_owned(),
            host: self.target.host(),
            target: "/".to_owned(),
        };
        let at = &http.url.at;
        let Some(mut url) = Url::read(&text, &base) else {
            let hint = "give a path, or a URL that begins with http:// or https://";
            return Err(self.wrong(moment, at, &text.into(), hint));
        };
        if !self.target.has_host(&url.host) {
            let hint = "no host of the target; a scenario reaches nobody else";
            return Err(self.wrong(moment, at, &url.host.into(), hint));
        }
        if let Some(query) = &http.query {
            url.add_query(&self.pairs(moment, query)?);
        }
        Ok(url)
    }

    /// A map as a query, and as a form.
    fn pairs(
        &mut self,
        moment: Moment<'s>,
        template: &'s crate::scenario::template::Template,
    ) -> Result<String, Stop> {
        let value = self.value(moment, template)?;
        let Value::Object(members) = &value else {
            return Err(self.wrong(moment, &template.at, &value, "give a map"));
        };
        self.play.veil.learn(&value);
        encoded(members).ok_or_else(|| {
            let hint = "give texts, numbers, booleans, or lists of them";
            self.wrong(moment, &template.at, &value, hint)
        })
    }
}

/// Pairs as a form has them; a list is its name once for each item, null is left out.
fn encoded(members: &Map<String, Value>) -> Option<String> {
    let mut pairs = Vec::new();
    for (name, value) in members {
        let values = match value {
            Value::Array(items) => items.iter().collect(),
            Value::Null => Vec::new(),
            single => vec![single],
        };
        for value in values {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                Value::Null | Value::Array(_) | Value::Object(_) => return None,
            };
            pairs.push(format!(
                "{}={}",
                percent_encoded(name),
                percent_encoded(&text)
            ));
        }
    }
    Some(pairs.join("&"))
}

/// Sends what is ready; with the jar as it is then, where there is one.
pub(super) async fn send(
    target: &dyn Target,
    ready: act::Ready,
) -> Result<(Done, Option<(String, Jar)>), Unable> {
    match ready {
        act::Ready::Operation(operation, call) => {
            let answered = target.call(call).await?;
            Ok((Done::of_operation(operation, &answered), None))
        }
        act::Ready::Http(ready) => Box::pin(ready.send(target)).await,
    }
}

impl Ready {
    async fn send(mut self, target: &dyn Target) -> Result<(Done, Option<(String, Jar)>), Unable> {
        let mut bytes = Vec::new();
        loop {
            let answered = target.request(self.asked()).await?;
            bytes.extend(bytes_of(&answered));
            if let Some((_, jar)) = &mut self.jar {
                for (name, value) in &answered.headers {
                    if name == "set-cookie" {
                        jar.take(self.url.host_name(), self.url.path(), value);
                    }
                }
            }
            let next = self
                .redirect(&answered)
                .filter(|url| target.has_host(&url.host));
            let Some(next) = next.filter(|_| self.follow > 0) else {
                let result = shown(&answered, &self.url);
                return Ok((Done::of_result(result, bytes), self.jar));
            };
            self.follow -= 1;
            self.url = next;
            // The method and its body stay for these two alone (RFC 9110, 15.4).
            if !matches!(answered.status, 307 | 308) {
                if self.method != "HEAD" {
                    self.method = "GET".to_owned();
                }
                self.body = Bytes::new();
                self.headers
                    .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            }
        }
    }

    fn asked(&self) -> Asked {
        let mut headers = self.headers.clone();
        if let Some((_, jar)) = &self.jar
            && let Some(cookies) = jar.header(self.url.host_name(), self.url.path())
        {
            headers.push(("cookie".to_owned(), cookies));
        }
        Asked {
            method: self.method.clone(),
            target: self.url.target.clone(),
            host: self.url.host.clone(),
            headers,
            body: self.body.clone(),
        }
    }

    /// Where an answer leads.
    fn redirect(&self, answered: &Answered) -> Option<Url> {
        let leads = matches!(answered.status, 301 | 302 | 303 | 307 | 308);
        let location = answered.header("location").filter(|_| leads)?;
        Url::read(location, &self.url)
    }
}

/// The result of an `http` step.
fn shown(answered: &Answered, url: &Url) -> Value {
    let mut headers = Map::new();
    let mut cookies = Map::new();
    for (name, value) in &answered.headers {
        if name == "set-cookie" {
            let pair = value
                .split_once(';')
                .map_or(value.as_str(), |(pair, _)| pair);
            if let Some((name, value)) = pair.split_once('=') {
                cookies.insert(name.trim().to_owned(), value.trim().into());
            }
        }
        // Several of one name are one list (RFC 9110, 5.3).
        let value = match headers.get(name).and_then(Value::as_str) {
            Some(before) => format!("{before}, {value}"),
            None => value.clone(),
        };
        headers.insert(name.clone(), value.into());
    }
    let mut result = json!({
        "status": answered.status,
        "headers": headers,
        "cookies": cookies,
        "url": url.text(),
        "text": String::from_utf8_lossy(&answered.body),
    });
    if let Ok(json) = serde_json::from_slice::<Value>(&answered.body)
        && let Value::Object(members) = &mut result
    {
        members.insert("json".to_owned(), json);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url {
            scheme: "http".into(),
            host: "localhost:9229".into(),
            target: "/login/step?a=b".into(),
        }
    }

    #[test]
    fn urls_are_absolute_or_from_where_one_is() {
        let cases = [
            (
                "https://auth.test/oauth2/authorize?x=1#part",
                "https://auth.test/oauth2/authorize?x=1",
            ),
            ("https://auth.test", "https://auth.test/"),
            ("https://auth.test?x", "https://auth.test/?x"),
            ("/health", "http://localhost:9229/health"),
            ("next?c", "http://localhost:9229/login/next?c"),
            ("?c=d", "http://localhost:9229/login/step?c=d"),
            ("", "http://localhost:9229/login/step?a=b"),
        ];
        for (text, expected) in cases {
            let url = Url::read(text, &base()).map(|url| url.text());
            assert_eq!(url.as_deref(), Some(expected), "{text}");
        }
        assert_eq!(Url::read("myapp://callback", &base()), None);
    }

    #[test]
    fn forms_are_encoded() {
        let form = json!({"a": "x y&z", "b": [1, true], "c": null});
        let form = form.as_object().unwrap();
        assert_eq!(encoded(form).as_deref(), Some("a=x%20y%26z&b=1&b=true"));
        let nested = json!({"a": {"b": 1}});
        assert_eq!(encoded(nested.as_object().unwrap()), None);
        let mut url = base();
        url.add_query("e=f");
        assert_eq!(url.target, "/login/step?a=b&e=f");
    }
}
