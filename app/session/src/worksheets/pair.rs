//! The two servers of a worksheet: who is which, and who answers.

use api::{ErrorCode, Role, Status};
use client::{Client, ClientError};
use model::{AcdNumber, Moment};

use super::WorksheetError;
use super::plan::other;
use super::words::local;
use crate::secret::Secret;
use crate::twin::one_server;

/// A server and how it is signed in to.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its address, and the token if it is signed in to.
    pub client: Client,
    /// As whom.
    pub user: String,
    /// With what, if that is known.
    pub password: Option<Secret>,
}

impl Member {
    /// Asks how the server is, signing in where it turns out that this is needed.
    ///
    /// The answer itself tells whether it is: servers come and go during a worksheet, and one that came up after a question of its own
    /// would have been taken for one that knows the token.
    pub(super) async fn status(&self) -> Result<Status, ClientError> {
        match (self.client.status().await, &self.password) {
            (Err(error), Some(password)) if is_unknown_to(&error) => {
                self.client.login(&self.user, password.reveal()).await?;
                self.client.status().await
            }
            (answer, _) => answer,
        }
    }
}

/// Whether the server answered that it does not know who asks.
fn is_unknown_to(error: &ClientError) -> bool {
    error.refusal().is_some_and(|body| body.code == ErrorCode::NotSignedIn)
}

/// One of the two.
#[derive(Debug, Clone)]
pub struct Side {
    /// How it is asked.
    pub(super) member: Member,
    /// Which of the two it is.
    pub role: Role,
    /// What it told of itself when the two were met, or why it did not.
    pub told: Result<Status, ClientError>,
}

impl Side {
    /// Its name, or what else it is called while nobody has heard it.
    pub fn name(&self, known: &str) -> String {
        match &self.told {
            Ok(status) => status.server.clone(),
            Err(_) if known.is_empty() => format!("the {}", self.role),
            Err(_) => known.to_owned(),
        }
    }
}

/// Both servers.
#[derive(Debug, Clone)]
pub struct Pair {
    pub(super) primary: Side,
    pub(super) secondary: Side,
}

impl Pair {
    /// Asks both who they are. One that does not answer is taken for the other role.
    ///
    /// # Errors
    /// If neither answers, or if both have the same role.
    pub async fn meet(one: Member, another: Member) -> Result<Pair, WorksheetError> {
        let (first, second) = tokio::join!(one.status(), another.status());
        let role = match (&first, &second) {
            (Err(first), Err(second)) => return Err(WorksheetError::Nobody(format!("{first}; {second}"))),
            (Ok(first), Ok(second)) if first.role == second.role => {
                let (one, another, role) = (&first.server, &second.server, first.role);
                return Err(WorksheetError::Refused(match one == another {
                    true => {
                        let (what, next) = one_server(one);
                        format!("{what}; {next}")
                    }
                    false => format!(
                        "{one} and {another} both call themselves the {role}: stop the one that is not, and give it the other role by \
                         `cms-server rename DIR --role`; operating.md, \"Two servers with one role\""
                    ),
                }));
            }
            (Ok(first), _) => first.role,
            (_, Ok(second)) => other(second.role),
        };
        let one = Side { member: one, role, told: first };
        let another = Side { member: another, role: other(role), told: second };
        Ok(match role {
            Role::Primary => Pair { primary: one, secondary: another },
            Role::Secondary => Pair { primary: another, secondary: one },
        })
    }

    /// The server of this role.
    pub fn side(&self, role: Role) -> &Side {
        match role {
            Role::Primary => &self.primary,
            Role::Secondary => &self.secondary,
        }
    }

    /// Both, the primary first.
    pub fn sides(&self) -> [&Side; 2] {
        [&self.primary, &self.secondary]
    }

    /// A moment by the clock of an ACD, or of the first one.
    pub fn local(&self, acd: Option<AcdNumber>, at: Moment) -> String {
        let told = self.sides().into_iter().find_map(|side| side.told.as_ref().ok());
        let Some(status) = told else { return at.to_string() };
        let first = status.acds.first().map(|acd| acd.health.acd);
        acd.or(first).map_or_else(|| at.to_string(), |acd| local(status, acd, at))
    }

    pub(super) fn client(&self, role: Role) -> &Client {
        &self.side(role).member.client
    }

    /// Who goes on with the worksheet.
    pub(super) fn user(&self) -> String {
        let told = self.sides().into_iter().find_map(|side| side.told.as_ref().ok());
        told.map_or_else(|| self.primary.member.user.clone(), |status| status.user.clone())
    }
}
