//! The engine asks, the policy decides, the store carries out.

use org_domain::{
    AccountId, OrgId, Reason, Role,
    decision::{ProvisionDecision, ProvisionEffect as Effect, ProvisionOutcome},
    policy::{Operation, ProvisionFacts, TokenStanding, decide_provision},
};
use scim_core::{
    Change, Guard, TenantId, Verdict,
    error::{ScimType, Status},
    guard::{Extent, Facet, GuardError, Refusal},
    id::Kind,
};
use serde_json::json;
use sso_store::{
    AccessChange, AccountFate, Admission, AdmittedAccount, Generate as _, MemberChange, MemberId,
    MemberPlan, StoreError,
    directory::{AccountOrigin, Member, MemberState, NewAccount, NewAuditEntry},
};
use time::OffsetDateTime;

use crate::{
    App,
    facts::{
        self, Context,
        provision::{self, Wish},
    },
};

/// Judges every write by `decide_provision`.
#[derive(Clone, Debug)]
pub(super) struct PolicyGuard {
    app: App,
}

/// A decision with what it was about.
struct Judged {
    decision: ProvisionDecision,
    user_name: String,
    subject: String,
}

impl PolicyGuard {
    /// Over the application's directory.
    pub(super) fn new(app: App) -> Self {
        Self { app }
    }

    async fn judge_user(
        &self,
        org: &OrgId,
        change: &Change<'_>,
    ) -> Result<Verdict<MemberPlan>, StoreError> {
        let Some(context) = facts::organisation(&self.app, org).await? else {
            return Ok(Verdict::forbid("There is no such organization."));
        };
        let wish = |next| Wish::read(next, self.app.config().domains);
        match change {
            Change::Create { next, .. } => self.create(&context, &wish(next)).await,
            Change::Replace { next, .. } => self.update(&context, change, &wish(next)).await,
            Change::Delete { .. } => self.delete(&context, change).await,
            _ => Ok(Verdict::forbid("This change is not supported.")),
        }
    }

    async fn create(
        &self,
        context: &Context,
        wish: &Wish,
    ) -> Result<Verdict<MemberPlan>, StoreError> {
        let (create, before) = provision::create(&self.app, context, wish).await?;
        let decision = decide(context, Operation::Create(create));
        let user_name = wish
            .email
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let judged = Judged {
            decision,
            subject: user_name.clone(),
            user_name,
        };
        if let Some(refusal) = self.refusal(context, &judged).await? {
            return Ok(Verdict::Refuse(refusal));
        }
        let Some(plan) = self.admission(wish, before)? else {
            return Ok(Verdict::forbid("The userName is no e-mail address."));
        };
        Ok(Verdict::Allow(with_note(plan, &judged, context)))
    }

    fn admission(
        &self,
        wish: &Wish,
        before: Option<AccountId>,
    ) -> Result<Option<MemberPlan>, StoreError> {
        let Some(email) = wish.email.clone() else {
            return Ok(None);
        };
        let account = match before {
            Some(account) => AdmittedAccount::Existing(account),
            None => AdmittedAccount::New(NewAccount {
                id: AccountId::generate(self.app.now())?,
                email,
                given_name: wish.names.0.clone(),
                family_name: wish.names.1.clone(),
                password_hash: None,
                origin: AccountOrigin::Scim,
            }),
        };
        Ok(Some(MemberPlan::Admit(Admission {
            account,
            role: Role::Member,
        })))
    }

    async fn update(
        &self,
        context: &Context,
        change: &Change<'_>,
        wish: &Wish,
    ) -> Result<Verdict<MemberPlan>, StoreError> {
        let Some(member) = self.member(context, change).await? else {
            return Ok(gone());
        };
        let update = provision::update(&self.app, context, &member, change, wish).await?;
        let target = provision::target(&self.app, context, &member).await?;
        let decision = decide(context, Operation::Update(target, update));
        let judged = judged(decision, &member);
        if let Some(mut refusal) = self.refusal(context, &judged).await? {
            if decision.reason == Reason::AddressForeign
                && wish.email.is_none()
                && change.touches(Facet::UserName)
            {
                // No address at all is at no domain either; say what is wrong with it.
                refusal.detail = Reason::UserNameNotEmail.operator_text().into();
            }
            return Ok(Verdict::Refuse(refusal));
        }
        if drops_something(&decision, change) {
            return self.only_suspend(context, &member, &judged).await;
        }
        let plan = MemberPlan::Change(plan(&decision, &member, wish));
        Ok(Verdict::Allow(with_note(plan, &judged, context)))
    }

    /// The request switches somebody off and wants something else that is not allowed. The
    /// first must never wait for the second: it is done here, and the client is told.
    async fn only_suspend(
        &self,
        context: &Context,
        member: &Member,
        judged: &Judged,
    ) -> Result<Verdict<MemberPlan>, StoreError> {
        let now = self.app.now();
        let mut tx = self.app.database().begin().await?;
        if member.state == MemberState::Active {
            tx.set_state(
                &member.org,
                &member.id,
                member.version,
                MemberState::SuspendedByScim,
                now,
            )
            .await?;
        }
        if let Some(entry) = judged.entry(context) {
            tx.record_audit(&entry, now).await?;
        }
        tx.commit().await?;
        Ok(Verdict::Refuse(Refusal::new(
            Status::BadRequest,
            Some(ScimType::InvalidValue),
            "The user was deactivated. The other changes of this request are not allowed and were not made.",
        )))
    }

    async fn delete(
        &self,
        context: &Context,
        change: &Change<'_>,
    ) -> Result<Verdict<MemberPlan>, StoreError> {
        let Some(member) = self.member(context, change).await? else {
            return Ok(gone());
        };
        let target = provision::target(&self.app, context, &member).await?;
        let decision = decide(context, Operation::Delete(target));
        let judged = judged(decision, &member);
        if let Some(refusal) = self.refusal(context, &judged).await? {
            return Ok(Verdict::Refuse(refusal));
        }
        let with_account = decision.effects.contains(Effect::DeleteAccount);
        let fate = if with_account {
            AccountFate::DeleteIfUnused
        } else {
            AccountFate::Keep
        };
        let plan = MemberPlan::Remove(fate);
        Ok(Verdict::Allow(with_note(plan, &judged, context)))
    }

    async fn member(
        &self,
        context: &Context,
        change: &Change<'_>,
    ) -> Result<Option<Member>, StoreError> {
        let id = MemberId::new(change.id().as_str());
        self.app.database().member(&context.org.id, &id).await
    }

    /// The refusal, if the decision is one, written down at once, since nothing else will be. What is
    /// allowed is noted by the store together with the change ([`with_note`]).
    async fn refusal(
        &self,
        context: &Context,
        judged: &Judged,
    ) -> Result<Option<Refusal>, StoreError> {
        let (org, now) = (&context.org.id, self.app.now());
        let reason = judged.decision.reason;
        let ProvisionOutcome::Refuse(refused) = judged.decision.outcome else {
            return Ok(None);
        };
        let effects = judged.decision.effects;
        if effects.contains(Effect::QueueIssue) && !judged.user_name.is_empty() {
            let (name, text) = (&judged.user_name, reason.operator_text());
            self.app
                .database()
                .record_issue(org, name, reason.code(), text, now)
                .await?;
        }
        if let Some(entry) = judged.entry(context) {
            self.app.database().record_audit(&entry, now).await?;
        }
        Ok(Some(Refusal::new(
            status(refused.status),
            refused.scim_type.and_then(scim_type),
            reason.operator_text(),
        )))
    }
}

impl Judged {
    /// The line of the audit log that the decision wants.
    fn entry(&self, context: &Context) -> Option<NewAuditEntry> {
        let wanted = self.decision.effects.contains(Effect::Audit);
        wanted.then(|| audit(&context.org.id, &self.decision, &self.subject))
    }
}

/// The plan with the decision's line of the audit log, both in one transaction.
fn with_note(plan: MemberPlan, judged: &Judged, context: &Context) -> MemberPlan {
    match judged.entry(context) {
        Some(entry) => plan.audited(entry),
        None => plan,
    }
}

impl Guard<MemberPlan> for PolicyGuard {
    /// Groups are not judged, so that none is read for the sake of the guard.
    fn extent(&self) -> Extent {
        Extent::Touched
    }

    async fn judge(
        &self,
        tenant: &TenantId,
        change: &Change<'_>,
        _now: OffsetDateTime,
    ) -> Result<Verdict<MemberPlan>, GuardError> {
        if *change.kind() != Kind::USER {
            return Ok(Verdict::Allow(MemberPlan::Nothing));
        }
        let org = OrgId::new(tenant.as_str()).map_err(GuardError::new)?;
        self.judge_user(&org, change).await.map_err(GuardError::new)
    }
}

fn decide(context: &Context, operation: Operation) -> ProvisionDecision {
    // The engine asks about nothing before the token has opened this organisation.
    decide_provision(&ProvisionFacts {
        token: TokenStanding::Valid,
        org: context.standing,
        operation,
    })
}

fn judged(decision: ProvisionDecision, member: &Member) -> Judged {
    Judged {
        decision,
        user_name: member.email.to_string(),
        subject: member.id.to_string(),
    }
}

fn plan(decision: &ProvisionDecision, member: &Member, wish: &Wish) -> MemberChange {
    let has = |effect| decision.effects.contains(effect);
    let role = if has(Effect::DemoteToMember) {
        Role::Member
    } else {
        member.role
    };
    MemberChange {
        access: if has(Effect::Suspend) {
            Some(AccessChange::Suspend)
        } else if has(Effect::Reinstate) {
            Some(AccessChange::Reactivate(role))
        } else {
            None
        },
        email: wish.email.clone().filter(|_| has(Effect::ApplyAddress)),
        names: has(Effect::ApplyNames).then(|| wish.names.clone()),
    }
}

/// Whether the decision leaves out something that the change would write.
fn drops_something(decision: &ProvisionDecision, change: &Change<'_>) -> bool {
    let more = [Facet::UserName, Facet::Emails, Facet::Names];
    decision.effects.contains(Effect::DropOtherChanges)
        && more.into_iter().any(|facet| change.touches(facet))
}

fn gone() -> Verdict<MemberPlan> {
    Verdict::Refuse(Refusal::new(
        Status::NotFound,
        None,
        "There is no such user.",
    ))
}

/// The audit log's word for what the identity provider changed.
pub const DONE: &str = "provisioning";

/// Its word for what the identity provider was refused.
pub const REFUSED: &str = "provisioning_refused";

fn audit(org: &OrgId, decision: &ProvisionDecision, subject: &str) -> NewAuditEntry {
    NewAuditEntry {
        org: Some(org.clone()),
        actor: "scim".to_owned(),
        kind: match decision.outcome {
            ProvisionOutcome::Refuse(_) => REFUSED,
            _ => DONE,
        }
        .to_owned(),
        subject: subject.to_owned(),
        detail: json!({
            "outcome": match decision.outcome {
                ProvisionOutcome::Refuse(_) => "refused",
                _ => "done",
            },
            "rule": decision.reason.code(),
            "effects": decision.effects.iter().map(Effect::as_str).collect::<Vec<_>>(),
        }),
    }
}

/// The engine's word for a status of the policy.
fn status(code: u16) -> Status {
    match code {
        400 => Status::BadRequest,
        401 => Status::Unauthorized,
        404 => Status::NotFound,
        409 => Status::Conflict,
        _ => Status::Forbidden,
    }
}

/// The engine's word for a `scimType` of the policy.
fn scim_type(word: &str) -> Option<ScimType> {
    [
        ScimType::InvalidValue,
        ScimType::Mutability,
        ScimType::Uniqueness,
    ]
    .into_iter()
    .find(|known| known.as_str() == word)
}
