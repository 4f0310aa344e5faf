//! Texts for the public.

/// The one sentence for every refused sign-in.
///
/// It is the same for an unknown account, a wrong password, a suspended member and a domain that
/// nobody claimed, so that nobody learns from it who exists. It still says what helps.
pub const PUBLIC_LOGIN_TEXT: &str = "You could not be signed in this way. \
    Use your organization's single sign-on if it has one, or ask one of its administrators for an invitation.";
