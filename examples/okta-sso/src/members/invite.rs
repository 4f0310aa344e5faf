//! Inviting somebody by hand, and taking it back.

use org_domain::{Email, Role};
use sso_store::{
    Constraint, Generate as _, InvitationId, StoreError,
    directory::{MemberState, NewInvitation},
};
use time::Duration;

use super::{
    HERE, Place, Sent, admin_form, allowed, entry, fresh, list_again, render, sent_back,
    wanted_role,
};
use crate::{
    App,
    pages::{advice::about_email, pager::query},
    security::{
        rate::{Action, Who},
        session::Viewer,
    },
    web::{Failure, Incoming, Reply},
};

/// How long an invitation's link works. A week: people are on holiday, and it can be made again.
pub const INVITATION_LIFE: Duration = Duration::days(7);

/// `POST /members/invite`.
///
/// # Errors
/// [`Failure`]; what is wrong with the address or the role is said in the form, and that there were
/// too many too.
pub async fn invite(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let typed = form.text("email");
    let role = match wanted_role(&form).and_then(|role| {
        allowed(&viewer, None, Some(role))?;
        Ok(role)
    }) {
        Ok(role) => role,
        Err(failure) => return sent_back(app, &viewer, &form, failure, "invite-role").await,
    };
    if role.administers() {
        fresh(&viewer, app.now(), || invitation_again(typed, role))?;
    }
    let link = match make_invitation(app, &viewer, typed, role).await {
        Ok(link) => link,
        Err(failure) => {
            let field = match failure {
                // Nothing that was typed is wrong.
                Failure::TooMany(_) => "invite-form",
                _ => "invite",
            };
            return sent_back(app, &viewer, &form, failure, field).await;
        }
    };
    let sent = Sent {
        fresh_link: Some(&link),
        ..Sent::default()
    };
    let page = render(app, &viewer, Place::default(), &sent).await;
    page.map_err(Failure::afterwards)
}

/// The page with what was typed, for the way back from confirming who one is.
fn invitation_again(typed: &str, role: Role) -> String {
    let typed = ("invite", typed.to_owned());
    let query = query([typed, ("role", role.as_str().to_owned())]);
    format!("{HERE}?{query}#invite")
}

/// Makes an invitation and gives its link, which nobody sees again.
async fn make_invitation(
    app: &App,
    viewer: &Viewer,
    typed: &str,
    role: Role,
) -> Result<String, Failure> {
    let now = app.now();
    let email = Email::parse(typed).map_err(|error| Failure::Bad(about_email(&error)))?;
    app.rates()
        .spend(Action::Invite, Who::Named(viewer.org_id().to_string()), now)?;
    refuse_members(app, viewer, &email).await?;
    let new = NewInvitation {
        org: viewer.org_id().clone(),
        id: InvitationId::generate(now)?,
        email,
        role,
        invited_by: viewer.account.id.to_string(),
        expires: now + INVITATION_LIFE,
    };
    let mut tx = app.database().begin().await?;
    let secret = tx.invite(&new, now).await.map_err(|error| match error {
        StoreError::Conflict(Constraint::Invitation) => Failure::Bad(
            "There is an open invitation for this address already. Revoke it to make another."
                .to_owned(),
        ),
        other => other.into(),
    })?;
    tx.record_audit(&entry(viewer, "member_invited", new.id.as_str(), role), now)
        .await?;
    tx.commit().await?;
    let path = format!("/invitations/{}", secret.reveal());
    Ok(app.config().base_url.join(&path))
}

async fn refuse_members(app: &App, viewer: &Viewer, email: &Email) -> Result<(), Failure> {
    let Some(account) = app.database().account_by_email(email).await? else {
        return Ok(());
    };
    match app
        .database()
        .member_by_account(viewer.org_id(), &account.id)
        .await?
    {
        Some(member) => Err(Failure::Bad(match member.state {
            MemberState::Active => "This person is a member already.".to_owned(),
            MemberState::SuspendedByAdmin | MemberState::SuspendedByScim => {
                "This person is a member already, and deactivated. Find them in the list and reactivate them."
                    .to_owned()
            }
        })),
        None => Ok(()),
    }
}

/// `POST /members/revoke`.
///
/// # Errors
/// [`Failure`].
pub async fn revoke(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let id = InvitationId::new(form.text("invitation"));
    let mut tx = app.database().begin().await?;
    tx.revoke_invitation(viewer.org_id(), &id).await?;
    tx.record_audit(
        &entry(&viewer, "invitation_revoked", id.as_str(), Role::Member),
        app.now(),
    )
    .await?;
    tx.commit().await?;
    Ok(Reply::see_other(&format!(
        "{}#invitations",
        list_again(&form)
    )))
}
