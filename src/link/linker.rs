//! A linker: its classifiers, and the role model that reads documents for them.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::LinkModel;
use super::roles::{ReadWords, RoleModel};
use super::scene::Scene;
use crate::model::Tagger;

/// Classifiers fitted without a role model: they serve any tagger.
pub(crate) const PLAIN: &str = "plain.json";
/// Classifiers fitted with what the role model says.
pub(crate) const WITH_ROLES: &str = "with-roles.json";
/// Sizes of the role model.
pub(crate) const ROLE_CONFIG: &str = "roles.json";
/// Weights of the role model.
pub(crate) const ROLE_WEIGHTS: &str = "roles.safetensors";

/// What can go wrong with a linker folder.
#[derive(Debug, thiserror::Error)]
pub enum LinkerError {
    /// A file cannot be read.
    #[error("{}: cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file does not hold what this version writes.
    #[error("{}: expected a file written by `jalon train-linker`", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Which field, what was expected, what came.
        #[source]
        source: serde_json::Error,
    },
    /// The weights of the role model do not fit its sizes.
    #[error("{}: the weights do not fit {ROLE_CONFIG}", path.display())]
    Roles {
        /// The file.
        path: PathBuf,
        /// Which parameter, and how.
        #[source]
        source: candle_core::Error,
    },
}

/// Turns mentions into records.
pub struct Linker {
    /// Classifiers for a tagger whose states no role model reads.
    plain: LinkModel,
    roles: Option<(RoleModel, LinkModel)>,
}

impl Linker {
    /// The linker that is part of the program.
    ///
    /// # Errors
    /// A [`LinkerError`] when the program was built with a broken one.
    pub fn shipped() -> Result<Self, LinkerError> {
        Self::from_parts(
            Path::new("models/linker"),
            include_bytes!("../../models/linker/plain.json"),
            Some([
                include_bytes!("../../models/linker/with-roles.json"),
                include_bytes!("../../models/linker/roles.json"),
                include_bytes!("../../models/linker/roles.safetensors"),
            ]),
        )
    }

    /// Reads a folder that `jalon train-linker` wrote: `plain.json` and, when a role model was trained, `with-roles.json`,
    /// `roles.json` and `roles.safetensors`.
    ///
    /// # Errors
    /// A [`LinkerError`] that names the file at fault.
    pub fn load(folder: &Path) -> Result<Self, LinkerError> {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).map_err(|source| LinkerError::Read { path, source })
        };
        let plain = read(PLAIN)?;
        if !folder.join(ROLE_CONFIG).exists() {
            return Self::from_parts(folder, &plain, None);
        }
        let (fitted, config, weights) = (read(WITH_ROLES)?, read(ROLE_CONFIG)?, read(ROLE_WEIGHTS)?);
        Self::from_parts(folder, &plain, Some([&fitted, &config, &weights]))
    }

    fn from_parts(folder: &Path, plain: &[u8], roles: Option<[&[u8]; 3]>) -> Result<Self, LinkerError> {
        let roles = roles.map(|[fitted, config, weights]| {
            let config = parse(&folder.join(ROLE_CONFIG), config)?;
            let model = RoleModel::from_bytes(&config, weights);
            let model = model.map_err(|source| LinkerError::Roles {
                path: folder.join(ROLE_WEIGHTS),
                source,
            })?;
            Ok((model, parse(&folder.join(WITH_ROLES), fitted)?))
        });
        Ok(Self {
            plain: parse(&folder.join(PLAIN), plain)?,
            roles: roles.transpose()?,
        })
    }

    /// True when its role model reads what this tagger's encoder makes of a text. With another tagger it does without.
    pub fn reads(&self, tagger: &Tagger) -> bool {
        let read = self.roles.as_ref().map(|(roles, _)| roles.encoder());
        read.is_some() && read == tagger.fingerprint()
    }

    /// True when it has a role model.
    pub fn has_roles(&self) -> bool {
        self.roles.is_some()
    }

    /// Lets the role model look at a scene when there is something to look at; returns the classifiers that go with it.
    pub(super) fn look(
        &self,
        scene: &mut Scene<'_>,
        read: Option<ReadWords<'_>>,
    ) -> candle_core::Result<&LinkModel> {
        Ok(match (&self.roles, read) {
            (Some((roles, model)), Some(read)) => {
                scene.reading = Some(roles.read(scene, read)?);
                model
            }
            _ => &self.plain,
        })
    }
}

fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, LinkerError> {
    serde_json::from_slice(bytes).map_err(|source| LinkerError::Json {
        path: path.to_owned(),
        source,
    })
}
