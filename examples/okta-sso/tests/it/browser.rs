//! A browser as far as the tests need one: cookies by host, redirects, forms by their action.

use std::collections::HashMap;

use bytes::Bytes;
use http::{Request, StatusCode};

use crate::world::{BASE, World};

pub struct Browser<'w> {
    world: &'w World,
    cookies: HashMap<String, HashMap<String, String>>,
    /// Every `Set-Cookie` line that came.
    pub lines: Vec<String>,
}

#[derive(Clone)]
pub struct Page {
    pub url: String,
    pub status: StatusCode,
    pub body: String,
    pub headers: http::HeaderMap,
}

impl Page {
    /// The answer to a request that no browser sends.
    pub fn of(path: &str, answer: &http::Response<Bytes>) -> Self {
        Self {
            url: absolute(BASE, path),
            status: answer.status(),
            headers: answer.headers().clone(),
            body: String::from_utf8_lossy(answer.body()).into_owned(),
        }
    }

    pub fn location(&self) -> Option<String> {
        self.headers
            .get("location")
            .map(|value| absolute(&self.url, value.to_str().unwrap()))
    }

    pub fn says(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// The hidden and given fields of the first form with this action.
    pub fn form(&self, action: &str) -> Vec<(String, String)> {
        let start = self
            .body
            .find(&format!("action=\"{action}\""))
            .unwrap_or_else(|| panic!("no form {action} in {}", self.body));
        let form = &self.body[start..start + self.body[start..].find("</form>").unwrap()];
        form.split("<input")
            .skip(1)
            .filter_map(|input| {
                let input = &input[..input.find('>')?];
                (attribute(input, "type")? != "file").then_some(())?;
                let name = attribute(input, "name")?;
                Some((name, attribute(input, "value").unwrap_or_default()))
            })
            .collect()
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
    let value = &tag[start..];
    let value = &value[..value.find('"')?];
    Some(
        value
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
    )
}

fn absolute(base: &str, target: &str) -> String {
    if target.starts_with("http") {
        return target.to_owned();
    }
    let authority_end = base[8..].find('/').map_or(base.len(), |end| end + 8);
    format!("{}{target}", &base[..authority_end])
}

impl<'w> Browser<'w> {
    pub fn new(world: &'w World) -> Self {
        Self {
            world,
            cookies: HashMap::new(),
            lines: Vec::new(),
        }
    }

    pub async fn get(&mut self, url: &str) -> Page {
        self.request("GET", url, None).await
    }

    pub async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Page {
        let body: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.request("POST", url, Some(body)).await
    }

    /// Sends the form with this action on the page, with some fields set.
    pub async fn submit(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let given = page.form(action);
        let mut all: Vec<(&str, &str)> = fields.to_vec();
        for (name, value) in &given {
            if !fields.iter().any(|(set, _)| set == name) {
                all.push((name, value));
            }
        }
        let url = absolute(&page.url, action);
        let done = self.post(&url, &all).await;
        self.follow(done).await
    }

    /// Follows redirects to the end.
    pub async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..10 {
            match page.location() {
                Some(next) if page.status.is_redirection() => page = self.get(&next).await,
                _ => return page,
            }
        }
        panic!("redirects in a circle");
    }

    pub async fn open(&mut self, url: &str) -> Page {
        let page = self.get(url).await;
        self.follow(page).await
    }

    async fn request(&mut self, method: &str, url: &str, body: Option<String>) -> Page {
        let url = absolute(BASE, url);
        let rest = &url[url.find("://").unwrap() + 3..];
        let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let jar = self.cookies.entry(host.to_owned()).or_default();
        let line: Vec<String> = jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", host);
        if !line.is_empty() {
            request = request.header("cookie", line.join("; "));
        }
        if body.is_some() {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let response = self
            .world
            .call(request.body(Bytes::from(body.unwrap_or_default())).unwrap())
            .await;
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.lines.push(line.to_owned());
            if value.is_empty() {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        Page {
            url: url.clone(),
            status: response.status(),
            headers: response.headers().clone(),
            body: String::from_utf8_lossy(response.body()).into_owned(),
        }
    }

    /// Signs in with a password and ends on the page that follows.
    pub async fn with_password(&mut self, local: &str) -> Page {
        let person = self.world.person(local);
        let page = self.open("/sign-in").await;
        let page = self
            .submit(&page, "/sign-in", &[("email", &person.email)])
            .await;
        self.submit(
            &page,
            "/sign-in/password",
            &[("password", &person.password)],
        )
        .await
    }

    /// Continues on the test provider's sign-in page as somebody, up to the page that follows.
    pub async fn choose(&mut self, page: &Page, email: &str) -> Page {
        let path = okta_sso::demo::idp::SIGN_IN_PATH;
        let posting = self.submit(page, path, &[("email", email)]).await;
        self.deliver(&posting).await
    }

    /// Lets the page that posts itself do so.
    pub async fn deliver(&mut self, posting: &Page) -> Page {
        let start = posting
            .body
            .find("action=\"")
            .unwrap_or_else(|| panic!("no form in {}", posting.body))
            + 8;
        let action = &posting.body[start..start + posting.body[start..].find('"').unwrap()];
        let fields = posting.form(action);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let page = self.post(&action.replace("&amp;", "&"), &fields).await;
        self.follow(page).await
    }

    /// Signs in by single sign-on, started here.
    pub async fn with_sso(&mut self, email: &str) -> Page {
        let page = self
            .open(&format!(
                "/security/sso/v2/authorize/?org_id={}",
                self.world.org_id()
            ))
            .await;
        self.choose(&page, email).await
    }

    /// Signs in by the tile of the test provider.
    pub async fn with_tile(&mut self, email: &str) -> Page {
        let page = self.open(crate::world::IDP).await;
        let posting = self.submit(&page, "/tile", &[("email", email)]).await;
        self.deliver(&posting).await
    }
}
