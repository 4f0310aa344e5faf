//! What leaves the builder: the document, the form fields, the body.

use super::ResponseBuilder;
use base64::{Engine as _, engine::general_purpose::STANDARD};

impl ResponseBuilder {
    /// The finished document. Octets that are not UTF-8 (see [`Self::octets`]) are replaced.
    #[must_use]
    pub fn xml(&self) -> String {
        String::from_utf8_lossy(&self.octets()).into_owned()
    }

    /// The finished document's octets.
    #[must_use]
    pub fn octets(&self) -> Vec<u8> {
        let written = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>{}",
            self.tree().written()
        );
        self.octets
            .iter()
            .fold(written.into_bytes(), |octets, edit| edit(octets))
    }

    /// The two form fields a browser posts: `SAMLResponse` and `RelayState`.
    #[must_use]
    pub fn post_fields(&self) -> (String, Option<String>) {
        (STANDARD.encode(self.octets()), self.relay_state.clone())
    }

    /// The body of that post, `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn form_body(&self) -> String {
        let (response, relay_state) = self.post_fields();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("SAMLResponse", &response);
        if let Some(relay_state) = relay_state {
            form.append_pair("RelayState", &relay_state);
        }
        form.finish()
    }
}
