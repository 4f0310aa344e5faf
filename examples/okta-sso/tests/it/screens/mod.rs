//! Every screen in every state it can be in, and on each what tells a person how to go on.
//!
//! With `OKTA_SSO_SCREENS` naming a folder the pages are kept there, for the browser that measures
//! contrast, labels and overflow and takes the pictures (`tests/browser/screens.mjs`).

mod domains;
mod entering;
mod members;
mod provisioning;
mod rare;
mod rivals;
mod sso;
mod words;

use std::path::PathBuf;

use org_domain::{Email, OrgId, Role, Settings, settings::Capabilities};
use sso_store::{
    Generate as _, InvitationId,
    directory::{NewInvitation, NewOrganisation},
};
use time::Duration;

use crate::{
    browser::{Browser, Page},
    world::World,
};

/// Keeps the pages of one part of the application, in their order.
pub struct Gallery {
    part: &'static str,
    folder: Option<PathBuf>,
    count: usize,
}

impl Gallery {
    pub fn of(part: &'static str) -> Self {
        let folder = std::env::var_os("OKTA_SSO_SCREENS").map(PathBuf::from);
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder).unwrap();
        }
        Self {
            part,
            folder,
            count: 0,
        }
    }

    /// Keeps a page on which each of these texts stands.
    pub fn keep(&mut self, name: &str, page: &Page, texts: &[&str]) {
        self.count += 1;
        if let Some(folder) = &self.folder {
            let stem = format!("{}-{:02}-{name}", self.part, self.count);
            let policy = page.headers["content-security-policy"].to_str().unwrap();
            std::fs::write(folder.join(format!("{stem}.html")), &page.body).unwrap();
            std::fs::write(folder.join(format!("{stem}.policy")), policy).unwrap();
        }
        for text in texts {
            assert!(page.says(text), "{name} does not say {text}: {}", page.body);
        }
        assert_eq!(page.body.matches("<h1>").count(), 1, "{name}: one heading");
        assert!(page.body.contains("<html lang=\"en\">"), "{name}: language");
        assert!(page.body.contains("<main"), "{name}: what it is about");
    }
}

/// Somebody in a browser, signed in with a password.
pub async fn signed_in<'w>(world: &'w World, local: &str) -> Browser<'w> {
    let mut browser = Browser::new(world);
    browser.with_password(local).await;
    browser
}

/// The Owner of an organisation in which nothing has been set up.
pub async fn owner_of_nothing(world: &World, capabilities: Capabilities) -> Browser<'_> {
    let org = OrgId::new("newcomers").unwrap();
    let new = NewOrganisation {
        id: org.clone(),
        name: "Newcomers".to_owned(),
    };
    let settings = Settings::new(org.clone(), capabilities);
    let invitation = NewInvitation {
        org,
        id: InvitationId::generate(world.now()).unwrap(),
        email: Email::parse("nora@newcomers.test").unwrap(),
        role: Role::Owner,
        invited_by: "test".to_owned(),
        expires: world.now() + Duration::days(7),
    };
    let mut tx = world.site.app().database().begin().await.unwrap();
    tx.create_organisation(&new, &settings, None, world.now())
        .await
        .unwrap();
    let secret = tx.invite(&invitation, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    let link = format!("/invitations/{}", secret.reveal());
    let mut browser = Browser::new(world);
    let page = browser.open(&link).await;
    let password = [
        ("password", "a few words in a row"),
        ("given_name", "Nora"),
        ("family_name", "Newman"),
    ];
    let page = browser.submit(&page, &link, &password).await;
    assert!(page.says("Hello, Nora Newman"), "{}", page.body);
    browser
}
