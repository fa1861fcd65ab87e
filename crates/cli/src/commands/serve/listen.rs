//! Where the service may listen, and how browsers know it then.

use std::error::Error as _;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use hubfolk_web::{ListenError, Place, Tls};

use super::Serving;
use crate::error::{Exit, Stop, usage};

fn is_here(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Refuses to be reached from elsewhere without accounts, or in the clear.
pub(super) fn check(serving: &Serving, any_admin: bool) -> Result<(), Stop> {
    let has_tls = serving.tls_cert.is_some();
    let proxied = !serving.trusted_proxy.is_empty();
    if proxied && serving.public_url.as_ref().is_none_or(|url| url.scheme() != "https") {
        return Err(usage("behind a proxy the service has to know its https address")
            .hint("add --public-url https://folk.example, as browsers know it"));
    }
    if is_here(serving.listen.ip()) && !proxied {
        return Ok(());
    }
    let elsewhere = format!("{} can be reached from other machines", serving.listen);
    if !has_tls && !proxied {
        return Err(usage(format!("{elsewhere}, where anyone on the way could read along")).hint(
            "add --tls-cert and --tls-key, or --trusted-proxy IP of a proxy that speaks TLS",
        ));
    }
    if serving.listen.ip().is_unspecified() && serving.public_url.is_none() {
        return Err(usage(format!(
            "{} is no address that a browser could ask for",
            serving.listen
        ))
        .hint("add --public-url https://folk.example:8443, as browsers know it"));
    }
    if !any_admin {
        return Err(usage(format!("{elsewhere}, and there is no account to sign in with"))
            .hint("make one first: hubfolk serve user add NAME --role admin"));
    }
    Ok(())
}

/// Reads certificate and key.
pub(super) fn tls(serving: &Serving) -> Result<Option<Tls>, Stop> {
    let (Some(certificates), Some(key)) = (&serving.tls_cert, &serving.tls_key) else {
        return Ok(None);
    };
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| {
            usage(format!("cannot read {}", path.display()))
                .because(error)
                .hint("--tls-cert and --tls-key take PEM files")
        })
    };
    refuse_if_shared(key)?;
    Ok(Some(Tls { certificates: read(certificates)?, key: read(key)? }))
}

#[cfg(unix)]
fn refuse_if_shared(path: &Path) -> Result<(), Stop> {
    use std::os::unix::fs::PermissionsExt;

    let Ok(metadata) = std::fs::metadata(path) else { return Ok(()) };
    // A group may have it, as many systems keep keys; everybody may not.
    if metadata.permissions().mode() & 0o007 == 0 {
        return Ok(());
    }
    Err(usage(format!("the key {} can be read by everybody", path.display()))
        .hint(format!("chmod o-rwx '{}'", path.display())))
}

#[cfg(not(unix))]
fn refuse_if_shared(_: &Path) -> Result<(), Stop> {
    Ok(())
}

/// How browsers know the service.
pub(super) fn place(serving: &Serving, address: SocketAddr) -> Place {
    let has_tls = serving.tls_cert.is_some();
    let mut hosts = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
    if !address.ip().is_unspecified() {
        hosts.push(address.ip().to_string());
    }
    let url = match &serving.public_url {
        Some(url) => {
            hosts.extend(url.host_str().map(|host| host.trim_matches(['[', ']']).to_owned()));
            url.as_str().trim_end_matches('/').to_owned()
        }
        None => format!("{}://{address}", if has_tls { "https" } else { "http" }),
    };
    Place {
        https: url.starts_with("https:"),
        loopback: is_here(address.ip()) && serving.trusted_proxy.is_empty(),
        hosts,
        url,
    }
}

pub(super) fn refused(error: &ListenError) -> Stop {
    let hint = match error {
        ListenError::Bind { .. } => {
            "choose another address, or --listen 127.0.0.1:0 for a free port"
        }
        _ => "--tls-cert takes the chain and --tls-key its key, both PEM",
    };
    let stop = Stop::new(Exit::Failed, "io", error.to_string()).hint(hint);
    match error.source() {
        Some(source) => stop.because(source.to_string()),
        None => stop,
    }
}
