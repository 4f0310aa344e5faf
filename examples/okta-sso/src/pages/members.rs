//! People and roles.

use maud::{Markup, html};
use org_domain::Role;
use sso_store::directory::{Invitation, Member, MemberState};
use time::OffsetDateTime;

use super::{
    field::{Field, Wrong},
    pager::Pager,
    shell::{self, Place, hidden},
    words::{Tone, initials, instant, name, note, tag},
};
use crate::security::session::Viewer;

/// Every role, highest first.
const ROLES: [Role; 4] = [Role::Owner, Role::Admin, Role::BillingAdmin, Role::Member];

/// The word people see.
pub const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin",
        Role::BillingAdmin => "Billing Admin",
        Role::Member => "Member",
        Role::Owner => "Owner",
    }
}

/// What the members page shows.
#[derive(Clone, Debug)]
pub struct Members<'a> {
    /// Who looks.
    pub viewer: &'a Viewer,
    /// What was searched for.
    pub search: &'a str,
    /// The query of the page's address, for forms that lead back to it.
    pub place: &'a str,
    /// The people of this page.
    pub members: &'a [Member],
    /// How many there are in all.
    pub total: u64,
    /// The links to other pages of them.
    pub pager: Pager<'a>,
    /// The open invitations of this page.
    pub invitations: &'a [Invitation],
    /// How many there are in all, those that have expired among them.
    pub open: u64,
    /// The links to other pages of them.
    pub invitation_pager: Pager<'a>,
    /// A link that was just made, to be passed on; shown once.
    pub fresh_link: Option<&'a str>,
    /// An address to put into the invitation form.
    pub invite: &'a str,
    /// The role to choose there.
    pub invite_role: Role,
    /// Why something was not done.
    pub wrong: Option<&'a Wrong>,
    /// The instant of looking.
    pub now: OffsetDateTime,
}

/// The members page.
pub fn page(facts: &Members<'_>) -> Markup {
    let body = html! {
        h1 { "Members" }
        p.lead { "Everybody who can enter " (facts.viewer.org.name) ". People whom the identity provider provisions \
            appear here by themselves, as Members; roles are given here." }
        @if let Some(wrong) = facts.wrong.and_then(Wrong::over) { (note(Tone::Bad, wrong)) }
        @if let Some(link) = facts.fresh_link { (invitation_link(link)) }
        section.card {
            form.row.finder method="get" action="/members" role="search" {
                label.small for="search" { "Find a person" }
                input type="search" id="search" name="search" value=(facts.search) placeholder="Name or address begins with…"
                    autocapitalize="none" autocomplete="off";
                button type="submit" { "Search" }
                span.soft.small { (how_many(facts)) }
            }
            table.stack {
                thead { tr {
                    th scope="col" { "Person" } th scope="col" { "Role" } th scope="col" { "State" }
                    th.right scope="col" { "What to do" }
                } }
                tbody { @for member in facts.members { (row(facts, member)) } }
            }
            @if facts.members.is_empty() {
                p.soft { (nobody(facts)) " " a href="/members" { "Show everybody" } }
            }
            (facts.pager.links())
        }
        div.grid.loose { (invite_form(facts)) (open_invitations(facts)) }
    };
    shell::page("Members", &facts.viewer.bar(Place::Members), &body)
}

/// How long the list is, and its order.
fn how_many(facts: &Members<'_>) -> String {
    let order = "in the order of their addresses";
    if facts.search.is_empty() {
        format!("{} in all, {order}", facts.total)
    } else {
        format!("{} found, {order}", facts.total)
    }
}

fn nobody(facts: &Members<'_>) -> &'static str {
    if facts.pager.page.after.is_some() {
        "Nobody comes after this place in the list."
    } else {
        "Nobody's address, last name, or first and last name begins like this."
    }
}

fn row(facts: &Members<'_>, member: &Member) -> Markup {
    let own = member.account == facts.viewer.account.id;
    html! {
        tr {
            td { div.row.firm {
                span.avatar.slim aria-hidden="true" { (initials(&member.given_name, &member.family_name, &member.email.to_string())) }
                div {
                    bdi { (name(&member.given_name, &member.family_name, &member.email.to_string())) } @if own { span.soft { " (you)" } }
                    br;
                    span.soft.small { (member.email) }
                    @if !member.user_name.eq_ignore_ascii_case(&member.email.to_string()) {
                        br; span.soft.small { "Username " (member.user_name) }
                    }
                }
            } }
            td { (role_form(facts, member, own)) }
            td {
                (state_tag(member.state))
                @if member.scim_linked { " " (tag(Tone::Plain, "provisioned")) }
            }
            td.right { @if !own { (state_form(facts, member)) } }
        }
    }
}

fn state_tag(state: MemberState) -> Markup {
    match state {
        MemberState::Active => tag(Tone::Good, "active"),
        MemberState::SuspendedByAdmin => tag(Tone::Warn, "deactivated by an Admin"),
        MemberState::SuspendedByScim => tag(Tone::Warn, "deactivated by provisioning"),
    }
}

fn role_form(facts: &Members<'_>, member: &Member, own: bool) -> Markup {
    let owner = facts.viewer.member.role == Role::Owner;
    if own || (member.role == Role::Owner && !owner) {
        return html! { (role_word(member.role)) };
    }
    let label = format!("Role of {}", member.email);
    html! {
        form.inline method="post" action="/members/role" {
            (hidden(&facts.viewer.csrf)) (which(facts, member))
            select name="role" aria-label=(label) {
                @for role in ROLES {
                    @if owner || role != Role::Owner {
                        option value=(role.as_str()) selected[role == member.role] { (role_word(role)) }
                    }
                }
            }
            button.slim type="submit" { "Set" }
        }
    }
}

fn state_form(facts: &Members<'_>, member: &Member) -> Markup {
    let (action, word, class) = match member.state {
        MemberState::Active => ("deactivate", "Deactivate", "slim danger"),
        MemberState::SuspendedByAdmin | MemberState::SuspendedByScim => {
            ("reactivate", "Reactivate", "slim")
        }
    };
    html! {
        form.inline method="post" action=(format!("/members/{action}")) {
            (hidden(&facts.viewer.csrf)) (which(facts, member))
            button class=(class) type="submit" { (word) }
        }
    }
}

/// The member in the version one has seen, so that a change made meanwhile is not overwritten, and the
/// part of the list to come back to.
fn which(facts: &Members<'_>, member: &Member) -> Markup {
    html! {
        (here(facts))
        input type="hidden" name="member" value=(member.id);
        input type="hidden" name="version" value=(member.version);
    }
}

/// The part of the lists to come back to.
fn here(facts: &Members<'_>) -> Markup {
    html! { @if !facts.place.is_empty() { input type="hidden" name="list" value=(facts.place); } }
}

/// How many people, and how many invitations, one page shows.
pub const PAGE: u32 = 50;

fn invite_form(facts: &Members<'_>) -> Markup {
    let field = |id| Field::new(id, facts.wrong);
    let (email, chosen, whole) = (field("invite"), field("invite-role"), field("invite-form"));
    html! {
        section.card {
            h2 { "Invite somebody" }
            p.soft { "By hand: for people outside your claimed domains, or whom provisioning could not add. They stay \
                outside of provisioning." }
            form method="post" action="/members/invite" {
                (hidden(&facts.viewer.csrf)) (here(facts))
                label for="invite" { "E-mail address" }
                input type="email" id="invite" name="email" required value=(facts.invite) autocomplete="off"
                    autofocus[email.has_focus()] aria-invalid=[email.invalid()] aria-describedby=[email.described()];
                (email.complaint())
                label for="invite-role" { "Role" }
                select id="invite-role" name="role" autofocus[chosen.has_focus()] aria-invalid=[chosen.invalid()] aria-describedby=[chosen.described()] {
                    @for role in ROLES {
                        @if facts.viewer.member.role == Role::Owner || role != Role::Owner {
                            option value=(role.as_str()) selected[role == facts.invite_role] { (role_word(role)) }
                        }
                    }
                }
                (chosen.complaint())
                (whole.complaint())
                div.actions { button.primary type="submit" autofocus[whole.has_focus()] aria-describedby=[whole.described()] { "Make an invitation" } }
            }
        }
    }
}

/// Why no invitation is made just now, and for how long.
pub fn too_many_invitations(seconds: u64) -> String {
    let wait = if seconds < 120 {
        format!("{seconds} seconds")
    } else {
        format!("{} minutes", seconds.div_ceil(60))
    };
    format!(
        "Your organization has made many invitations in a short time. No link was made; wait {wait}, then send this again."
    )
}

fn open_invitations(facts: &Members<'_>) -> Markup {
    html! {
        section.card id="invitations" {
            h2 { "Open invitations" }
            p.soft { (how_many_open(facts)) }
            @if facts.invitations.is_empty() { @if facts.open > 0 { p.soft { "None is older than this place in the list." } } }
            @else { table.stack { tbody {
                @for invitation in facts.invitations {
                    tr {
                        td {
                            (invitation.email) br;
                            span.soft.small {
                                (role_word(invitation.role)) ", "
                                @if invitation.expires > facts.now { "until " (instant(invitation.expires)) }
                                @else { (tag(Tone::Warn, "expired")) }
                            }
                        }
                        td.right {
                            form.inline method="post" action="/members/revoke" {
                                (hidden(&facts.viewer.csrf)) (here(facts))
                                input type="hidden" name="invitation" value=(invitation.id);
                                button.slim.danger type="submit" { "Revoke" }
                            }
                        }
                    }
                }
            } } }
            (facts.invitation_pager.links())
        }
    }
}

/// How long the list of invitations is, and its order.
fn how_many_open(facts: &Members<'_>) -> String {
    let stays = "One stays here until it is accepted or revoked; its link works for a week";
    match facts.open {
        0 => format!("None. {stays}."),
        open => format!("{open} in all, the newest first. {stays}."),
    }
}

fn invitation_link(link: &str) -> Markup {
    html! {
        div.note.good role="status" {
            p { strong { "Pass this link on." } " It works once, and it is shown only now: this service sends no mail." }
            code.copy { (link) }
        }
    }
}

/// The page an invitation's link leads to.
pub fn accept(
    token: &str,
    invitation: &Invitation,
    org_name: &str,
    known: bool,
    names: (&str, &str),
    wrong: Option<&Wrong>,
) -> Markup {
    let field = Field::new("password", wrong);
    let title = format!("Join {org_name}");
    shell::plain(
        &title,
        &html! {
            section.card {
                h1 { (title) }
                p { "You were invited as " strong { (role_word(invitation.role)) } " with the address " strong { (invitation.email) } "." }
                form method="post" action=(format!("/invitations/{token}")) {
                    @if known {
                        p.soft { "You have an account here. Confirm with its password." }
                        (password("Password", "current-password", field))
                    } @else {
                        label for="given" { "First name" } input type="text" id="given" name="given_name" autocomplete="given-name" value=(names.0);
                        label for="family" { "Last name" } input type="text" id="family" name="family_name" autocomplete="family-name" value=(names.1);
                        (password("Choose a password", "new-password", field))
                        span.hint { "At least 15 characters; a few words in a row are fine." }
                    }
                    div.actions { button.primary.wide type="submit" { "Join" } }
                }
            }
        },
    )
}

fn password(label: &str, autocomplete: &str, field: Field<'_>) -> Markup {
    html! {
        label for="password" { (label) }
        input type="password" id="password" name="password" required autocomplete=(autocomplete)
            autofocus[field.has_focus()] aria-invalid=[field.invalid()] aria-describedby=[field.described()];
        (field.complaint())
    }
}
