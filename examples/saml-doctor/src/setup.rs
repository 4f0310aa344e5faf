//! `saml-doctor setup`: what to enter at the identity provider.

use saml_sp::ServiceProvider;
use saml_sp::metadata::SignMetadata;
use saml_sp::setup::{AttributeRule, OktaSetup};

use crate::args::{Form, Setup};
use crate::{Misuse, Outcome, check, sides};

/// Write one form of the settings, or all of them.
pub(crate) fn run(args: &Setup) -> Result<Outcome, Misuse> {
    let sp = sides::ours_with_keys(&args.sp, &args.signing)?;
    let rules: Vec<_> = args
        .attribute
        .iter()
        .map(|pair| rule(pair))
        .collect::<Result<_, _>>()?;
    let setup = OktaSetup::new(&sp, &args.app);
    let setup = if rules.is_empty() {
        setup
    } else {
        setup.attributes(&rules)
    };
    let text = match args.form {
        Form::Checklist => setup.checklist(),
        Form::Api => check::pretty(&setup.apps_api_body()),
        Form::Terraform => setup.terraform(),
        Form::Metadata => metadata(&sp)?,
        Form::All => format!(
            "{}\n# By the Apps API\n\n`POST /api/v1/apps`\n\n```json\n{}```\n\n# By Terraform\n\n```hcl\n{}```\n\n\
             # Our metadata, for other identity providers\n\n```xml\n{}```\n",
            setup.checklist(),
            check::pretty(&setup.apps_api_body()),
            setup.terraform(),
            metadata(&sp)?,
        ),
    };
    Ok(Outcome {
        output: text.into_bytes(),
        accepted: true,
    })
}

fn metadata(sp: &ServiceProvider) -> Result<String, Misuse> {
    Ok(sp.metadata(SignMetadata::No, None)? + "\n")
}

fn rule(pair: &str) -> Result<AttributeRule, Misuse> {
    let (name, expression) = pair
        .split_once('=')
        .filter(|(name, expression)| !name.is_empty() && !expression.is_empty())
        .ok_or_else(|| Misuse(format!("--attribute {pair}: expected name=expression")))?;
    Ok(AttributeRule::new(name, expression))
}
