//! Members: invite, give roles, deactivate, reactivate.

use org_domain::{
    Email, Role,
    policy::{LastOwner, RoleChange, RoleRefusal, STEP_UP_AGE, decide_role_change},
};
use sso_store::{
    Constraint, Generate as _, InvitationId, MemberId, Rule, StoreError,
    directory::{Member, MemberState, NewAuditEntry, NewInvitation, Page},
};
use time::{Duration, OffsetDateTime};

use crate::{
    App,
    pages::{
        members::{self, Members, PAGE},
        pager::{self, Pager},
    },
    security::{
        rate::{Action, Who},
        session::{Viewer, need_admin},
    },
    web::{Failure, Form, Incoming, Reply},
};

/// How long an invitation's link works. A week: people are on holiday, and it can be made again.
pub const INVITATION_LIFE: Duration = Duration::days(7);

/// How many open invitations are shown, newest first.
static INVITATIONS: Page = Page::first(50);

/// `GET /members`.
///
/// # Errors
/// [`Failure`].
pub async fn show(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    let invite = request.query("invite").unwrap_or_default();
    render(app, request, &viewer, None, &invite).await
}

async fn render(
    app: &App,
    request: &Incoming,
    viewer: &Viewer,
    fresh_link: Option<&str>,
    invite: &str,
) -> Result<Reply, Failure> {
    // No name has a NUL, and no database takes one.
    let search = request.query("search").unwrap_or_default();
    let search = search.replace('\0', "").trim().to_owned();
    let page = pager::asked(request, PAGE);
    let org = viewer.org_id();
    let (members, total, invitations) = tokio::try_join!(
        app.database().roster(org, &search, &page),
        app.database().count_roster(org, &search),
        app.database().invitations(org, &INVITATIONS),
    )?;
    let facts = Members {
        viewer,
        members: &members.entries,
        total,
        pager: Pager {
            path: "/members",
            search: &search,
            page: &page,
            next: members.next.as_ref(),
            onward: "Later",
        },
        invitations: &invitations.entries,
        fresh_link,
        invite,
        now: app.now(),
    };
    Ok(Reply::page(members::page(&facts)))
}

/// `POST /members/invite`.
///
/// # Errors
/// [`Failure`].
pub async fn invite(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let email =
        Email::parse(form.text("email")).map_err(|error| Failure::Bad(error.to_string()))?;
    let role = wanted_role(&form)?;
    allowed(&viewer, None, Some(role))?;
    let now = app.now();
    if role.administers() {
        fresh(&viewer, now)?;
    }
    app.rates()
        .spend(Action::Invite, Who::Named(viewer.org_id().to_string()), now)?;
    refuse_members(app, &viewer, &email).await?;
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
    tx.record_audit(
        &entry(&viewer, "member_invited", new.id.as_str(), role),
        now,
    )
    .await?;
    tx.commit().await?;
    let link = app
        .config()
        .base_url
        .join(&format!("/invitations/{}", secret.reveal()));
    render(app, request, &viewer, Some(&link), "").await
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
        Some(_) => Err(Failure::Bad("This person is a member already.".to_owned())),
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
    Ok(Reply::see_other("/members"))
}

/// `POST /members/role`.
///
/// # Errors
/// [`Failure`].
pub async fn set_role(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let role = wanted_role(&form)?;
    let member = target(app, &viewer, &form).await?;
    allowed(&viewer, Some(member.role), Some(role))?;
    fresh(&viewer, app.now())?;
    let mut tx = app.database().begin().await?;
    tx.set_role(
        viewer.org_id(),
        &member.id,
        version(&form)?,
        role,
        app.now(),
    )
    .await
    .map_err(last_owner)?;
    tx.record_audit(
        &entry(&viewer, "role_set", member.id.as_str(), role),
        app.now(),
    )
    .await?;
    tx.commit().await?;
    Ok(Reply::see_other("/members"))
}

/// `POST /members/deactivate` and `/members/reactivate`.
///
/// # Errors
/// [`Failure`].
pub async fn set_state(
    app: &App,
    request: &Incoming,
    state: MemberState,
) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let member = target(app, &viewer, &form).await?;
    // Deactivating somebody is as good as removing them.
    let role = (state == MemberState::Active).then_some(member.role);
    allowed(&viewer, Some(member.role), role)?;
    fresh(&viewer, app.now())?;
    let kind = if state == MemberState::Active {
        "member_reactivated"
    } else {
        "member_deactivated"
    };
    let mut tx = app.database().begin().await?;
    tx.set_state(
        viewer.org_id(),
        &member.id,
        version(&form)?,
        state,
        app.now(),
    )
    .await
    .map_err(last_owner)?;
    tx.record_audit(
        &entry(&viewer, kind, member.id.as_str(), member.role),
        app.now(),
    )
    .await?;
    tx.commit().await?;
    Ok(Reply::see_other("/members"))
}

/// The member a form is about, who is somebody else.
async fn target(app: &App, viewer: &Viewer, form: &Form) -> Result<Member, Failure> {
    let id = MemberId::new(form.text("member"));
    let member = app
        .database()
        .member(viewer.org_id(), &id)
        .await?
        .ok_or(Failure::Missing)?;
    if member.account == viewer.account.id {
        return Err(Failure::Forbidden(
            "Nobody changes their own role or state; ask another Owner or Admin.",
        ));
    }
    Ok(member)
}

/// The role a form asks for.
fn wanted_role(form: &Form) -> Result<Role, Failure> {
    form.text("role")
        .parse()
        .map_err(|_| Failure::Bad("There is no such role.".to_owned()))
}

/// May this person give that role, or take it away? Whether the last Owner is meant is for the
/// store to say, in the transaction that writes.
fn allowed(viewer: &Viewer, from: Option<Role>, to: Option<Role>) -> Result<(), Failure> {
    let change = RoleChange {
        actor: viewer.member.role,
        from,
        to,
        last_owner: LastOwner::No,
    };
    decide_role_change(change).map_err(|refusal| {
        Failure::Forbidden(match refusal {
            RoleRefusal::AboveOwn => "Nobody can give a role above their own.",
            RoleRefusal::TargetAbove if from == Some(Role::Owner) => {
                "Only an Owner may change an Owner."
            }
            RoleRefusal::TargetAbove => "Only an Owner may remove or deactivate an Admin.",
            _ => "You may not change this role.",
        })
    })
}

/// Roles and locks are changed by people who proved who they are a moment ago.
fn fresh(viewer: &Viewer, now: OffsetDateTime) -> Result<(), Failure> {
    if viewer.actor().authentication_age(now) > STEP_UP_AGE {
        return Err(Failure::StepUp("/members".to_owned()));
    }
    Ok(())
}

fn version(form: &Form) -> Result<i64, Failure> {
    form.text("version")
        .parse()
        .map_err(|_| Failure::Bad("The form is incomplete.".to_owned()))
}

fn last_owner(error: StoreError) -> Failure {
    match error {
        StoreError::Rule(Rule::LastOwner) => Failure::Bad(
            "This is the last active Owner, and one has to remain. Make somebody else Owner first."
                .to_owned(),
        ),
        other => other.into(),
    }
}

async fn admin_form(app: &App, request: &Incoming) -> Result<(Viewer, Form), Failure> {
    let viewer = need_admin(app, request).await?;
    let form = request.form().await?;
    viewer.csrf.check(&form)?;
    Ok((viewer, form))
}

fn entry(viewer: &Viewer, kind: &str, subject: &str, role: Role) -> NewAuditEntry {
    NewAuditEntry {
        org: Some(viewer.org_id().clone()),
        actor: viewer.account.id.to_string(),
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        detail: serde_json::json!({ "role": role.as_str() }),
    }
}
