//! Roles, what each may do, and the [`Actor`] that every page and call takes first.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::error::AppError;

/// What an account or a token may be. An account may hold several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Viewer,
    Analyst,
    Curator,
    ModelOwner,
    Operator,
    Admin,
    /// For tokens alone: posts interactions and feedback, asks for lists, nothing else.
    Application,
}

impl Role {
    pub const ALL: [Self; 7] = [
        Self::Viewer,
        Self::Analyst,
        Self::Curator,
        Self::ModelOwner,
        Self::Operator,
        Self::Admin,
        Self::Application,
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Curator => "curator",
            Self::ModelOwner => "model_owner",
            Self::Operator => "operator",
            Self::Admin => "admin",
            Self::Application => "application",
        }
    }

    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Read => self != Self::Application,
            Right::AskForLists => true,
            Right::Respond => !matches!(self, Self::Viewer | Self::Operator),
            Right::Flag
            | Right::OverrideForMe
            | Right::SaveViews
            | Right::SeeModelOrder
            | Right::SeeUsers => {
                matches!(
                    self,
                    Self::Analyst | Self::Curator | Self::ModelOwner | Self::Admin
                )
            }
            Right::OverrideForAll | Right::DecideFlags => {
                matches!(self, Self::Curator | Self::Admin)
            }
            Right::PostInteractions => {
                matches!(self, Self::Operator | Self::Admin | Self::Application)
            }
            Right::ManageCatalogs => matches!(self, Self::Operator | Self::Admin),
            Right::ManageModels => matches!(self, Self::ModelOwner | Self::Admin),
            Right::DescribeItems => matches!(self, Self::Operator | Self::Admin),
            Right::Import => matches!(self, Self::Operator | Self::Admin),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One thing that somebody may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Read pages and tables, export.
    Read,
    /// Ask for a list of recommendations.
    AskForLists,
    /// Accept or dismiss a suggestion.
    Respond,
    Flag,
    /// Uphold or decline a flag.
    DecideFlags,
    /// Overrides that only their author sees.
    OverrideForMe,
    /// Overrides for everyone.
    OverrideForAll,
    /// Views of one's own, kept by name.
    SaveViews,
    /// The model's own order, before any override.
    SeeModelOrder,
    /// User ids, histories and example baskets.
    SeeUsers,
    PostInteractions,
    /// Make and delete catalogs, and change their settings.
    ManageCatalogs,
    /// Put records of items into a catalog.
    DescribeItems,
    /// Train, evaluate, promote, roll back and retire versions of the model.
    ManageModels,
    /// Upload and import files, cancel an import, take one back, mend what it could not take.
    Import,
}

impl Right {
    /// Who may, for the sentence that refuses: "it needs …".
    pub fn need(self) -> &'static str {
        match self {
            Self::Read => "an account, or a token other than an application's",
            Self::AskForLists => "an account or a token",
            Self::Respond => "an analyst, curator, model owner, admin or application",
            Self::Flag
            | Self::OverrideForMe
            | Self::SaveViews
            | Self::SeeModelOrder
            | Self::SeeUsers => "an analyst, curator, model owner or admin",
            Self::OverrideForAll | Self::DecideFlags => "a curator or admin",
            Self::ManageModels => "a model owner or admin",
            Self::PostInteractions => "an operator, admin or application",
            Self::ManageCatalogs | Self::DescribeItems | Self::Import => "an operator or admin",
        }
    }
}

/// Who acts: taken first by every page, server function and API call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub id: ActorId,
    pub name: String,
    pub roles: Vec<Role>,
    /// The only catalog a token is for; `None` for all.
    pub catalog_id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorId {
    Account(i64),
    Token(i64),
    /// The command line: whoever owns the machine and its data directory.
    Command,
}

impl Actor {
    pub fn command() -> Self {
        Self {
            id: ActorId::Command,
            name: "command line".to_owned(),
            roles: vec![Role::Admin],
            catalog_id: None,
        }
    }

    /// How the audit trail and private overrides name the actor: `account:1`, `token:2`, `command`.
    pub fn key(&self) -> String {
        match self.id {
            ActorId::Account(id) => format!("account:{id}"),
            ActorId::Token(id) => format!("token:{id}"),
            ActorId::Command => "command".to_owned(),
        }
    }

    pub fn may(&self, right: Right) -> bool {
        self.roles.iter().any(|role| role.may(right))
    }

    /// Refuses with who may.
    pub fn require(&self, right: Right) -> Result<(), AppError> {
        if self.may(right) {
            Ok(())
        } else {
            Err(AppError::NotAllowed {
                need: right.need().to_owned(),
            })
        }
    }

    /// Requires a right in one catalog. A token for another catalog learns nothing of this one.
    pub fn require_in(&self, catalog_id: &str, right: Right) -> Result<(), AppError> {
        if (self.catalog_id.as_deref()).is_some_and(|only| only != catalog_id) {
            return Err(AppError::not_found(format!("The catalog “{catalog_id}”")));
        }
        self.require(right)
    }

    /// Requires a right in no catalog or in all: a token for one catalog has it in none other.
    pub fn require_in_all(&self, right: Right) -> Result<(), AppError> {
        if self.catalog_id.is_some() {
            return Err(AppError::NotAllowed {
                need: "a token that is for all catalogs".to_owned(),
            });
        }
        self.require(right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_of_rights_is_the_one_that_was_agreed() {
        let rights = [
            Right::Read,
            Right::AskForLists,
            Right::Respond,
            Right::Flag,
            Right::OverrideForMe,
            Right::OverrideForAll,
            Right::SeeModelOrder,
            Right::SeeUsers,
            Right::SaveViews,
            Right::PostInteractions,
            Right::ManageCatalogs,
            Right::DecideFlags,
            Right::DescribeItems,
            Right::Import,
            Right::ManageModels,
        ];
        let rows = [
            (Role::Viewer, "110000000000000"),
            (Role::Analyst, "111110111000000"),
            (Role::Curator, "111111111001000"),
            (Role::ModelOwner, "111110111000001"),
            (Role::Operator, "110000000110110"),
            (Role::Admin, "111111111111111"),
            (Role::Application, "011000000100000"),
        ];
        for (role, expected) in rows {
            let row: String = rights
                .iter()
                .map(|right| if role.may(*right) { '1' } else { '0' })
                .collect();
            assert_eq!(row, expected, "{role}");
        }
    }

    #[test]
    fn a_role_reads_back_from_its_name() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("owner"), None);
    }
}
