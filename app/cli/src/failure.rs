//! Why a command did not do what it should, as text and as exit code.

use std::process::ExitCode;

use api::ErrorCode;
use client::ClientError;

/// What went wrong. Scripts branch on the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) text: String,
}

/// Kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// Something broke.
    Failed,
    /// The command line makes no sense.
    Usage,
    /// A server, or this program on its behalf, said no.
    Refused,
    /// The server's certificate is not one that is trusted.
    Untrusted,
    /// The server cannot be reached.
    NotReachable,
    /// The person ended the program, and the server goes on.
    BrokenOff,
    /// Whoever read the output has enough. No failure at all.
    OutputClosed,
}

impl Failure {
    pub(crate) fn failed(text: impl Into<String>) -> Self {
        Failure { kind: FailureKind::Failed, text: text.into() }
    }

    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Failure { kind: FailureKind::Usage, text: text.into() }
    }

    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Failure { kind: FailureKind::Refused, text: text.into() }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self.kind {
            FailureKind::OutputClosed => 0,
            FailureKind::Failed => 1,
            FailureKind::Usage => 2,
            FailureKind::Refused | FailureKind::Untrusted => 3,
            FailureKind::NotReachable => 4,
            // As shells say it of what Ctrl-C has ended.
            FailureKind::BrokenOff => 130,
        }
    }

    /// Tells the person and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        if self.kind != FailureKind::OutputClosed {
            eprintln!("cms: {}", self.text);
        }
        ExitCode::from(self.exit_code())
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let kind = match &error {
            ClientError::Address { .. } => FailureKind::Usage,
            ClientError::Unreachable { .. } => FailureKind::NotReachable,
            ClientError::Refused { body, .. } => match body.code {
                ErrorCode::Unavailable | ErrorCode::Internal => FailureKind::Failed,
                _ => FailureKind::Refused,
            },
            ClientError::UnknownCertificate { .. }
            | ClientError::ChangedCertificate { .. }
            | ClientError::Untrusted { .. } => FailureKind::Untrusted,
            ClientError::Garbled { .. } => FailureKind::Failed,
        };
        Failure { kind, text: error.to_string() }
    }
}
