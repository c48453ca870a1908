//! Flags that say which TLS is spoken.

use std::path::PathBuf;

use clap::Args;

use super::values::parse_tls_host;

/// Which TLS is spoken; without any of these, none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "TLS")]
pub struct TlsArguments {
    /// Serve HTTPS on the same port too, with certificates of an authority that is made for this run and served as
    /// /_poolhouse/ca.pem [env: POOLHOUSE_TLS]
    #[arg(long)]
    pub tls: bool,
    /// Keep the authority in this directory, as ca.pem and ca-key.pem, so that it is trusted once; turns TLS on
    /// [env: POOLHOUSE_TLS_DIR]
    #[arg(long, value_name = "DIR")]
    pub tls_dir: Option<PathBuf>,
    /// Further name or address that certificates are for, besides localhost, private names, those of AWS for
    /// Cognito and custom domains; turns TLS on
    #[arg(long, value_name = "HOST", value_parser = parse_tls_host)]
    pub tls_host: Vec<String>,
}

impl TlsArguments {
    pub(super) fn over(self, before: Self) -> Self {
        Self {
            tls: self.tls || before.tls,
            tls_dir: self.tls_dir.or(before.tls_dir),
            tls_host: [before.tls_host, self.tls_host].concat(),
        }
    }
}
