//! From settings to a client of S3.

use std::sync::Arc;

use s3up::{
    Addressing, ConfigError, Credentials, Endpoint, Integrity, RusotoClient, S3Client, S3Config,
    StaticCredentials,
};

use crate::failure::{ExitCode, Failure};
use crate::settings::Settings;

/// The client that settings ask for, to an endpoint with these credentials.
///
/// # Errors
///
/// [`ExitCode::Usage`]: a client that is not built in, a file of authorities that can't be read, an
/// endpoint that is not allowed.
pub fn make(
    endpoint: Endpoint,
    region: &str,
    credentials: Credentials,
    settings: &Settings,
) -> Result<Arc<dyn S3Client>, Failure> {
    let mut config = S3Config::new(endpoint, region, credentials);
    config.allow_plain_http = settings.allow_http;
    config.requester_pays = settings.requester_pays;
    config
        .expected_bucket_owner
        .clone_from(&settings.bucket_owner);
    config.authorities = authorities(settings)?;
    config.proxy = proxy(&config.endpoint, settings)?;
    config.addressing = match settings.addressing.as_str() {
        // The embedded server and its like are at addresses that have no room for a bucket.
        "virtual-host" => Addressing::VirtualHost,
        _ => Addressing::Path,
    };
    match settings.s3_client.as_str() {
        "aws-sdk" => aws_sdk(&config),
        _ => Ok(Arc::new(
            RusotoClient::new(&config).map_err(config_failure)?,
        )),
    }
}

#[cfg(feature = "aws-sdk")]
fn aws_sdk(config: &S3Config) -> Result<Arc<dyn S3Client>, Failure> {
    let client = s3up::AwsSdkClient::new(config).map_err(config_failure)?;
    Ok(Arc::new(client))
}

#[cfg(not(feature = "aws-sdk"))]
fn aws_sdk(_: &S3Config) -> Result<Arc<dyn S3Client>, Failure> {
    Err(Failure::say(
        ExitCode::Usage,
        "this program was built without the client aws-sdk",
    )
    .advise("Build it with `cargo build --release --features aws-sdk`, or leave out --s3-client."))
}

/// How S3 checks what arrives.
pub fn integrity(settings: &Settings) -> Integrity {
    match settings.integrity.as_str() {
        "md5" => Integrity::Md5,
        "crc64nvme" => Integrity::Crc64Nvme,
        "off" => Integrity::Off,
        _ => Integrity::Auto,
    }
}

/// The credentials that settings name, or a way to find some.
///
/// # Errors
///
/// [`ExitCode::Usage`] for half of a pair.
pub fn credentials(settings: &Settings, loopback: bool) -> Result<Credentials, Failure> {
    let half = |have: &str, need: &str| {
        Err(
            Failure::say(ExitCode::Usage, format!("{have} is set and {need} is not"))
                .advise(format!("Set {need} too, or unset {have}.")),
        )
    };
    match (&settings.access_key_id, &settings.secret_access_key) {
        (Some(id), Some(secret)) => Ok(fixed(id, secret, settings.session_token.as_deref())),
        (Some(_), None) => half("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        (None, Some(_)) => half("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
        (None, None) if loopback && settings.profile.is_none() => {
            // What LocalStack and its like take; they check no signature.
            log::info!(
                "no credentials are set: signing as `test`, as local stand-ins for S3 expect"
            );
            Ok(fixed("test", "test", None))
        }
        (None, None) => Ok(match &settings.profile {
            None if cfg!(feature = "aws-config") => Credentials::Chain,
            name => Credentials::Profile { name: name.clone() },
        }),
    }
}

/// Keys that are at hand.
pub fn fixed(id: &str, secret: &str, token: Option<&str>) -> Credentials {
    Credentials::Static(StaticCredentials::new(id, secret, token.map(str::to_owned)))
}

fn authorities(settings: &Settings) -> Result<Option<Vec<u8>>, Failure> {
    let Some(path) = &settings.ca_bundle else {
        return Ok(None);
    };
    std::fs::read(path).map(Some).map_err(|error| {
        Failure::say(
            ExitCode::Usage,
            format!(
                "cannot read the certificates in {}: {error}",
                path.display()
            ),
        )
        .advise("Name another file with --ca-bundle, or unset AWS_CA_BUNDLE.")
    })
}

/// The proxy, unless the endpoint is reached without one.
fn proxy(endpoint: &Endpoint, settings: &Settings) -> Result<Option<s3up::ProxyUrl>, Failure> {
    let given = settings.https_proxy.as_deref().map(str::trim);
    let Some(text) = given.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let url = endpoint.url(&settings.region);
    let Some(rest) = url.strip_prefix("https://") else {
        return Ok(None);
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let without = settings.no_proxy.as_deref().unwrap_or_default();
    if is_exempt(authority, without) {
        return Ok(None);
    }
    let proxy = text.parse().map_err(|error| {
        Failure::new(ExitCode::Usage, error).advise("It stands in HTTPS_PROXY.")
    })?;
    Ok(Some(proxy))
}

/// Whether one of these names is that of the host or of a domain around it, as curl has it.
fn is_exempt(authority: &str, names: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let host = host.to_ascii_lowercase();
    names.split(',').map(str::trim).any(|name| {
        let name = name.trim_start_matches('.').to_ascii_lowercase();
        let inside = |domain: &str| host.strip_suffix(domain).is_some_and(|s| s.ends_with('.'));
        name == "*" || !name.is_empty() && (host == name || inside(&name))
    })
}

fn config_failure(error: ConfigError) -> Failure {
    let advice = match &error {
        ConfigError::PlainHttp { .. } => Some("The way to allow it is --allow-http."),
        ConfigError::NoSubdomains { .. } => Some("Leave out --addressing."),
        ConfigError::Authorities { .. } => Some("They were named by --ca-bundle or AWS_CA_BUNDLE."),
        _ => None,
    };
    let failure = Failure::new(ExitCode::Usage, error);
    match advice {
        Some(advice) => failure.advise(advice),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_exempt_from_the_proxy_by_name_and_by_domain() {
        for (authority, names, exempt) in [
            ("s3.example.org", "example.org", true),
            ("s3.example.org:443", ".example.org", true),
            ("S3.Example.org", "localhost, s3.example.org", true),
            ("myexample.org", "example.org", false),
            ("[::1]:9000", "::1", true),
            ("anything", "*", true),
            ("s3.example.org", "", false),
        ] {
            assert_eq!(is_exempt(authority, names), exempt, "{authority} {names}");
        }
    }
}
