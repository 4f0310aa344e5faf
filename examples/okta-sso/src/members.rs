//! Members: invite, give roles, deactivate, reactivate.

mod invite;

pub use invite::{INVITATION_LIFE, invite, revoke};

use http::{StatusCode, header};
use org_domain::{
    Role,
    policy::{LastOwner, RoleChange, RoleRefusal, STEP_UP_AGE, decide_role_change},
};
use sso_store::{
    MemberId, Rule, StoreError,
    directory::{Cursor, Member, MemberState, NewAuditEntry, Page},
};
use time::OffsetDateTime;

use crate::{
    App,
    pages::{
        field::Wrong,
        members::{self, Members, PAGE},
        pager::{Pager, query},
    },
    security::session::{Viewer, need_admin},
    web::{Failure, Form, Incoming, Reply},
};

/// Where the list is.
const HERE: &str = "/members";

/// Which part of the two lists is shown: the query of the page's address. Forms in the lists carry it
/// along, so that whoever sends one comes back to the same place.
#[derive(Debug, Default)]
struct Place {
    search: String,
    after: Option<Cursor>,
    /// Where the page of open invitations begins.
    invited: Option<Cursor>,
}

impl Place {
    fn of(query: &str) -> Self {
        let mut place = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                // No name has a NUL, and no database takes one.
                "search" => value.replace('\0', "").trim().clone_into(&mut place.search),
                "after" => place.after = value.parse().ok(),
                "invited" => place.invited = value.parse().ok(),
                _ => {}
            }
        }
        place
    }

    fn of_form(form: &Form) -> Self {
        Self::of(form.text("list"))
    }

    /// The parts of the query, without that of one list.
    fn without(&self, list: &str) -> Vec<(&'static str, String)> {
        let cursor = |cursor: &Option<Cursor>| cursor.as_ref().map(ToString::to_string);
        let mut parts = vec![
            ("search", self.search.clone()),
            ("after", cursor(&self.after).unwrap_or_default()),
            ("invited", cursor(&self.invited).unwrap_or_default()),
        ];
        parts.retain(|(name, _)| *name != list);
        parts
    }
}

/// What stands in the forms of the page, and what was wrong with one of them.
#[derive(Debug, Default)]
struct Sent<'a> {
    fresh_link: Option<&'a str>,
    invite: &'a str,
    invite_role: Option<Role>,
    wrong: Option<Wrong>,
}

/// `GET /members`.
///
/// # Errors
/// [`Failure`].
pub async fn show(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    let invite = request.query("invite").unwrap_or_default();
    let role = request.query("role").and_then(|text| text.parse().ok());
    let sent = Sent {
        invite: &invite,
        invite_role: role,
        ..Sent::default()
    };
    render(app, &viewer, Place::of(request.query_text()), &sent).await
}

async fn render(
    app: &App,
    viewer: &Viewer,
    place: Place,
    sent: &Sent<'_>,
) -> Result<Reply, Failure> {
    let (of_members, of_invitations) = (place.without("after"), place.without("invited"));
    let whole = query(place.without(""));
    let Place {
        search,
        after,
        invited,
    } = place;
    let page = Page { after, limit: PAGE };
    let invited = Page {
        after: invited,
        limit: PAGE,
    };
    let (org, database) = (viewer.org_id(), app.database());
    let (members, total, invitations, open) = tokio::try_join!(
        database.roster(org, &search, &page),
        database.count_roster(org, &search),
        database.invitations(org, &invited),
        database.count_invitations(org),
    )?;
    let facts = Members {
        viewer,
        search: &search,
        place: &whole,
        members: &members.entries,
        total,
        pager: Pager {
            label: "Pages of members",
            kept: &of_members,
            onward: "Later",
            ..Pager::newest_first(HERE, &page, members.next.as_ref())
        },
        invitations: &invitations.entries,
        open,
        invitation_pager: Pager {
            label: "Pages of open invitations",
            place: "invited",
            kept: &of_invitations,
            at: "#invitations",
            ..Pager::newest_first(HERE, &invited, invitations.next.as_ref())
        },
        fresh_link: sent.fresh_link,
        invite: sent.invite,
        invite_role: sent.invite_role.unwrap_or(Role::Member),
        wrong: sent.wrong.as_ref(),
        now: app.now(),
    };
    Ok(Reply::page(members::page(&facts)))
}

/// The page with why something was not done, said where it was asked for: in the invitation's form
/// with what was typed there, or over the list for what is done in it. Other failures are as they are.
async fn sent_back(
    app: &App,
    viewer: &Viewer,
    form: &Form,
    failure: Failure,
    field: &'static str,
) -> Result<Reply, Failure> {
    let (text, status, wait) = match failure {
        Failure::Bad(text) => (text, StatusCode::BAD_REQUEST, None),
        Failure::Forbidden(text) => (text.to_owned(), StatusCode::FORBIDDEN, None),
        Failure::TooMany(seconds) => {
            let text = members::too_many_invitations(seconds);
            (text, StatusCode::TOO_MANY_REQUESTS, Some(seconds))
        }
        failure => return Err(failure),
    };
    let sent = Sent {
        invite: form.text("email"),
        invite_role: form.text("role").parse().ok(),
        wrong: Some(Wrong::at(field, text)),
        ..Sent::default()
    };
    let page = render(app, viewer, Place::of_form(form), &sent).await?;
    let page = page.status(status);
    Ok(match wait {
        Some(seconds) => page.header_text(header::RETRY_AFTER, &seconds.to_string()),
        None => page,
    })
}

/// Back to the part of the list that a form was in.
fn back(form: &Form) -> Reply {
    Reply::see_other(&list_again(form))
}

/// `POST /members/role`.
///
/// # Errors
/// [`Failure`]; what the rules forbid is said over the list.
pub async fn set_role(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    match change_role(app, &viewer, &form).await {
        Ok(()) => Ok(back(&form)),
        Err(failure) => sent_back(app, &viewer, &form, failure, "").await,
    }
}

async fn change_role(app: &App, viewer: &Viewer, form: &Form) -> Result<(), Failure> {
    let role = wanted_role(form)?;
    let member = target(app, viewer, form).await?;
    allowed(viewer, Some(member.role), Some(role))?;
    fresh(viewer, app.now(), || list_again(form))?;
    let (org, now) = (viewer.org_id(), app.now());
    let mut tx = app.database().begin().await?;
    tx.set_role(org, &member.id, version(form)?, role, now)
        .await
        .map_err(last_owner)?;
    tx.record_audit(&entry(viewer, "role_set", member.id.as_str(), role), now)
        .await?;
    Ok(tx.commit().await?)
}

/// `POST /members/deactivate` and `/members/reactivate`.
///
/// # Errors
/// [`Failure`]; what the rules forbid is said over the list.
pub async fn set_state(
    app: &App,
    request: &Incoming,
    state: MemberState,
) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    match change_state(app, &viewer, &form, state).await {
        Ok(()) => Ok(back(&form)),
        Err(failure) => sent_back(app, &viewer, &form, failure, "").await,
    }
}

async fn change_state(
    app: &App,
    viewer: &Viewer,
    form: &Form,
    state: MemberState,
) -> Result<(), Failure> {
    let member = target(app, viewer, form).await?;
    // Deactivating somebody is as good as removing them.
    let role = (state == MemberState::Active).then_some(member.role);
    allowed(viewer, Some(member.role), role)?;
    fresh(viewer, app.now(), || list_again(form))?;
    let kind = if state == MemberState::Active {
        "member_reactivated"
    } else {
        "member_deactivated"
    };
    let (org, now) = (viewer.org_id(), app.now());
    let mut tx = app.database().begin().await?;
    tx.set_state(org, &member.id, version(form)?, state, now)
        .await
        .map_err(last_owner)?;
    let entry = entry(viewer, kind, member.id.as_str(), member.role);
    tx.record_audit(&entry, now).await?;
    Ok(tx.commit().await?)
}

/// The part of the list a form was in, for the way back from confirming who one is.
fn list_again(form: &Form) -> String {
    match form.text("list") {
        "" => HERE.to_owned(),
        list => format!("{HERE}?{list}"),
    }
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
/// `back` is where they return to from proving it again.
fn fresh(
    viewer: &Viewer,
    now: OffsetDateTime,
    back: impl FnOnce() -> String,
) -> Result<(), Failure> {
    if viewer.actor().authentication_age(now) > STEP_UP_AGE {
        return Err(Failure::StepUp(back()));
    }
    Ok(())
}

fn version(form: &Form) -> Result<i64, Failure> {
    form.text("version").parse().map_err(|_| {
        Failure::Bad(
            "The form is incomplete. Reload the page it was on and send it again.".to_owned(),
        )
    })
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
