//! Carrying out a change of settings that the rules allow.

use time::{Duration, OffsetDateTime};

use crate::ident::{TokenId, Version};
use crate::policy::Switch;
use crate::role::Actor;
use crate::settings::change::{
    HostChange, SettingsChange, SettingsEffect, SettingsTransition, Surroundings,
};
use crate::settings::connection::Connection;
use crate::settings::refusal::SettingsRefusal;
use crate::settings::rules::{SettingsFacts, decide_settings};
use crate::settings::token::{MAX_TOKENS, ScimToken};
use crate::settings::{FallbackPolicy, Settings, Staged, TestedLogin};

impl Settings {
    /// Makes one change, if the rules allow it. The settings themselves are not touched.
    ///
    /// ```
    /// # use org_domain::{policy::Switch, settings::*, *};
    /// # let now = time::macros::datetime!(2026-01-05 12:00 UTC);
    /// # let actor = Actor { account: AccountId::new("ada")?, role: Role::Admin, authenticated_at: now };
    /// # let around = Surroundings { held_domains: 0, fallback_owners: 1, linked_members: 0 };
    /// let settings = Settings::new(OrgId::new("o1")?, Capabilities::ENTERPRISE);
    /// let refused = settings.apply(&SettingsChange::Enable(Switch::On), &actor, around, settings.version(), now);
    /// assert_eq!(refused, Err(SettingsRefusal::NoDomain));
    /// # Ok::<(), org_domain::IdentifierError>(())
    /// ```
    ///
    /// # Errors
    /// [`SettingsRefusal::Conflict`] when the settings have moved on from `expected`; otherwise what
    /// [`decide_settings`] says.
    pub fn apply(
        &self,
        change: &SettingsChange,
        actor: &Actor,
        around: Surroundings,
        expected: Version,
        now: OffsetDateTime,
    ) -> Result<SettingsTransition, SettingsRefusal> {
        if expected != self.version {
            return Err(SettingsRefusal::Conflict);
        }
        decide_settings(&SettingsFacts {
            settings: self,
            change,
            actor,
            around,
            now,
        })?;
        let mut next = self.clone();
        let mut effects = vec![SettingsEffect::Audit(change.name().to_owned())];
        next.carry_out(change, actor, now, &mut effects);
        next.version = self.version.next();
        Ok(SettingsTransition {
            settings: next,
            effects,
        })
    }

    /// Takes in what the host reports or decides by itself.
    pub fn apply_host(&self, change: &HostChange, now: OffsetDateTime) -> SettingsTransition {
        let mut next = self.clone();
        let mut effects = Vec::new();
        match change {
            HostChange::LoginSucceeded {
                by,
                role,
                generation,
            } if role.administers() => {
                let test = TestedLogin {
                    generation: *generation,
                    by: by.clone(),
                    at: now,
                };
                next.note_test(test);
            }
            HostChange::LoginSucceeded { .. } => {}
            HostChange::Capabilities(capabilities) => {
                next.capabilities = *capabilities;
                effects.push(SettingsEffect::Audit("capabilities".to_owned()));
            }
            HostChange::Suspended(switch) => {
                next.suspended = *switch;
                effects.push(SettingsEffect::Audit("suspended".to_owned()));
                if switch.is_on() {
                    effects.push(SettingsEffect::EndSessionsBefore(now));
                    next.sessions_since = Some(now);
                }
            }
        }
        if next != *self {
            next.version = self.version.next();
        }
        SettingsTransition {
            settings: next,
            effects,
        }
    }

    fn note_test(&mut self, test: TestedLogin) {
        if test.generation == self.generation {
            self.tested = Some(test);
        } else if let Some(staged) = self
            .staged
            .as_mut()
            .filter(|staged| staged.generation == test.generation)
        {
            staged.tested = Some(test);
        }
    }

    fn carry_out(
        &mut self,
        change: &SettingsChange,
        actor: &Actor,
        now: OffsetDateTime,
        effects: &mut Vec<SettingsEffect>,
    ) {
        match change {
            SettingsChange::Connection(connection) => self.replace_connection(connection.clone()),
            SettingsChange::AddCertificate(certificate) => {
                self.connection.certificates.push(certificate.clone())
            }
            SettingsChange::RemoveCertificate(fingerprint) => {
                self.connection
                    .certificates
                    .retain(|kept| kept.fingerprint() != fingerprint);
                self.generation = self.next_generation();
            }
            SettingsChange::Stage(connection) => self.stage(connection.clone()),
            SettingsChange::PromoteStaged => self.promote(effects),
            SettingsChange::DropStaged => self.staged = None,
            SettingsChange::RemoveConnection => self.replace_connection(Connection::default()),
            SettingsChange::Enable(switch) => self.enable(*switch, effects),
            SettingsChange::RequireSso(switch) => self.require(*switch, now, effects),
            SettingsChange::IdpManaged(switch) => self.idp_managed = *switch,
            SettingsChange::IdpInitiated(choice) => self.idp_initiated = *choice,
            SettingsChange::Join(policy) => self.join = *policy,
            SettingsChange::Fallback(policy) => self.set_fallback(*policy, actor, effects),
            SettingsChange::ConfirmFallbackOff => {
                self.fallback = FallbackPolicy::Off;
                self.fallback_off_proposed_by = None;
                effects.push(SettingsEffect::NotifyOwners(change.name().to_owned()));
            }
            SettingsChange::ArmFallback(period) => {
                self.fallback = FallbackPolicy::Armed {
                    until: Some(now.saturating_add(*period)),
                };
                effects.push(SettingsEffect::NotifyOwners(change.name().to_owned()));
            }
            SettingsChange::FallbackSecondFactor(switch) => self.fallback_second_factor = *switch,
            SettingsChange::AddGuest(guest) => {
                self.guests.insert(guest.clone());
            }
            SettingsChange::RemoveGuest(guest) => {
                self.guests.remove(guest);
            }
            SettingsChange::ScimAdminAddresses(switch) => self.scim_admin_addresses = *switch,
            SettingsChange::Deletion(deletion) => self.deletion = *deletion,
            SettingsChange::MintToken { id, life, overlap } => {
                self.mint(id, *life, *overlap, actor, now, effects)
            }
            SettingsChange::RevokeToken(id) => {
                self.end_tokens(|token| token.id == *id, now, effects)
            }
        }
    }

    /// A generation that no configuration had before, so that no login under way fits by accident.
    fn next_generation(&mut self) -> u32 {
        let staged = self.staged.as_ref().map_or(0, |staged| staged.generation);
        let newest = self.newest_generation.max(self.generation).max(staged);
        self.newest_generation = newest.saturating_add(1);
        self.newest_generation
    }

    fn replace_connection(&mut self, connection: Connection) {
        if !connection.has_same_identity(&self.connection) {
            self.generation = self.next_generation();
        }
        self.connection = connection;
    }

    fn stage(&mut self, connection: Connection) {
        let generation = self.next_generation();
        self.staged = Some(Staged {
            connection,
            generation,
            tested: None,
        });
    }

    fn promote(&mut self, effects: &mut Vec<SettingsEffect>) {
        if let Some(staged) = self.staged.take() {
            let same_provider = staged.connection.is_same_provider(&self.connection);
            // The present values may have moved on since the stage was made; generations never go
            // back.
            self.generation = if staged.generation > self.generation {
                staged.generation
            } else {
                self.next_generation()
            };
            self.connection = staged.connection;
            self.tested = staged.tested.map(|test| TestedLogin {
                generation: self.generation,
                ..test
            });
            effects.push(SettingsEffect::NotifyAdmins("promote_staged".to_owned()));
            if !same_provider {
                effects.push(SettingsEffect::EndSsoSessions);
            }
        }
    }

    fn enable(&mut self, switch: Switch, effects: &mut Vec<SettingsEffect>) {
        self.enabled = switch;
        if !switch.is_on() {
            effects.push(SettingsEffect::EndSsoSessions);
        }
        effects.push(SettingsEffect::NotifyAdmins(
            if switch.is_on() { "enable" } else { "disable" }.to_owned(),
        ));
    }

    /// Sessions that began by other ways end when single sign-on becomes required.
    fn require(&mut self, switch: Switch, now: OffsetDateTime, effects: &mut Vec<SettingsEffect>) {
        if switch.is_on() && !self.require_sso.is_on() {
            self.sessions_since = Some(now);
            effects.push(SettingsEffect::EndSessionsBefore(now));
        }
        self.require_sso = switch;
        let name = if switch.is_on() {
            "require_sso"
        } else {
            "stop_requiring_sso"
        };
        effects.push(SettingsEffect::NotifyAdmins(name.to_owned()));
    }

    fn set_fallback(
        &mut self,
        policy: FallbackPolicy,
        actor: &Actor,
        effects: &mut Vec<SettingsEffect>,
    ) {
        if policy == FallbackPolicy::Off {
            self.fallback_off_proposed_by = Some(actor.account.clone());
            effects.push(SettingsEffect::NotifyOwners(
                "propose_fallback_off".to_owned(),
            ));
        } else {
            self.fallback = policy;
            self.fallback_off_proposed_by = None;
        }
    }

    fn mint(
        &mut self,
        id: &TokenId,
        life: Duration,
        overlap: Duration,
        actor: &Actor,
        now: OffsetDateTime,
        effects: &mut Vec<SettingsEffect>,
    ) {
        self.tokens.retain(|token| token.is_live(now));
        let keep_from = self.tokens.len().saturating_sub(MAX_TOKENS - 1);
        let crowded_out: Vec<TokenId> = self
            .tokens
            .iter()
            .take(keep_from)
            .map(|token| token.id.clone())
            .collect();
        self.end_tokens(|token| crowded_out.contains(&token.id), now, effects);
        self.end_tokens(|_| true, now.saturating_add(overlap), effects);
        self.tokens.retain(|token| !crowded_out.contains(&token.id));
        self.tokens.push(ScimToken {
            id: id.clone(),
            created_by: actor.account.clone(),
            created_at: now,
            expires_at: now.saturating_add(life),
        });
        effects.push(SettingsEffect::NotifyAdmins("mint_token".to_owned()));
    }

    /// Brings forward the end of the tokens that are meant.
    fn end_tokens(
        &mut self,
        meant: impl Fn(&ScimToken) -> bool,
        at: OffsetDateTime,
        effects: &mut Vec<SettingsEffect>,
    ) {
        for token in self
            .tokens
            .iter_mut()
            .filter(|token| meant(token) && token.expires_at > at)
        {
            token.expires_at = at;
            effects.push(SettingsEffect::TokenEnds {
                id: token.id.clone(),
                at,
            });
        }
    }
}
