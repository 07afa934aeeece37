//! `hf:OWNER/NAME` → a folder in the standard cache of the Hugging Face hub.
//!
//! The variables of the hub's own tools are obeyed: `HF_HOME`, `HF_HUB_CACHE`, `HF_ENDPOINT`, `HF_TOKEN` and
//! `HF_HUB_OFFLINE`.

use std::path::{Path, PathBuf};

use hf_hub::{HFClient, HFError};

/// Starts the name of a model of the hub.
pub const PREFIX: &str = "hf:";

/// What a model is made of.
const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// What can go wrong with a model of the hub.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The name is not one of a repository.
    #[error("expected hf:OWNER/NAME or hf:OWNER/NAME@REVISION, got `{0}`")]
    Name(String),
    /// No network is allowed and the cache lacks a file.
    #[error("{name}: `{file}` is not in the cache ({}), and HF_HUB_OFFLINE keeps it from being fetched", cache.display())]
    Offline {
        /// The model, as it was asked for.
        name: String,
        /// The file.
        file: &'static str,
        /// The cache.
        cache: PathBuf,
    },
    /// The repository lacks a file.
    #[error("{name}: no `{file}` in the repository; {advice}")]
    Missing {
        /// The model, as it was asked for.
        name: String,
        /// The file.
        file: &'static str,
        /// What to do about it.
        advice: &'static str,
    },
    /// The hub cannot be reached, or refuses.
    #[error("{name}: `{file}` cannot be fetched")]
    Fetch {
        /// The model, as it was asked for.
        name: String,
        /// The file.
        file: &'static str,
        /// Why.
        #[source]
        source: Box<HFError>,
    },
}

/// A model of the hub.
#[derive(Debug, PartialEq, Eq)]
struct Repository<'a> {
    owner: &'a str,
    name: &'a str,
    revision: Option<&'a str>,
}

impl<'a> Repository<'a> {
    /// Parses what follows [`PREFIX`].
    fn parse(id: &'a str) -> Option<Self> {
        let (path, revision) = match id.split_once('@') {
            Some((path, revision)) => (path, Some(revision)),
            None => (id, None),
        };
        let (owner, name) = path.split_once('/')?;
        let is_name = |s: &str| {
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            s.chars().all(is_part) && s.chars().any(|c| c != '.')
        };
        let is_revision = |r: &str| !r.is_empty() && r.split('/').all(is_name);
        (is_name(owner) && is_name(name) && revision.is_none_or(is_revision)).then_some(Self {
            owner,
            name,
            revision,
        })
    }
}

/// True when `HF_HUB_OFFLINE` says so.
fn is_offline() -> bool {
    std::env::var("HF_HUB_OFFLINE")
        .is_ok_and(|v| matches!(v.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on"))
}

/// Fetches the files of a model that the cache lacks; returns the folder they are in.
///
/// # Errors
/// A [`HubError`] that names the model and the file.
pub fn fetch(name: &str) -> Result<PathBuf, HubError> {
    let id = name.strip_prefix(PREFIX).and_then(Repository::parse);
    let id = id.ok_or_else(|| HubError::Name(name.to_owned()))?;
    let offline = is_offline();
    let failed = |file, source| HubError::Fetch {
        name: name.to_owned(),
        file,
        source: Box::new(source),
    };
    let client = HFClient::builder()
        .retry_max_attempts(3)
        .build_sync()
        .map_err(|e| failed(FILES[0], e))?;
    let repository = client.model(id.owner, id.name);
    let mut revision = id.revision.map(str::to_owned);
    let mut folder = PathBuf::new();
    for file in FILES {
        let request = repository
            .download_file()
            .filename(file)
            .maybe_revision(revision.clone())
            .local_files_only(offline);
        let path = request.send().map_err(|error| match error {
            HFError::LocalEntryNotFound { .. } | HFError::EntryNotFound { .. } if offline => HubError::Offline {
                name: name.to_owned(),
                file,
                cache: hf_hub::resolve_cache_dir(),
            },
            HFError::EntryNotFound { .. } => {
                let pickled = repository.file_exists().filename("pytorch_model.bin");
                let is_pickled = || pickled.maybe_revision(revision.as_deref()).send().unwrap_or(false);
                let advice = match file {
                    "config.json" => "is it the right name, and the right revision?",
                    "tokenizer.json" => {
                        "write it with transformers (`AutoTokenizer.from_pretrained(…).save_pretrained(DIR)`), \
                         then use `--model DIR`"
                    }
                    _ if is_pickled() => {
                        "it has `pytorch_model.bin`, which is not read: convert it with transformers \
                         (`model.save_pretrained(DIR)`), then use `--model DIR`"
                    }
                    _ => "weights in other formats, or in several files, are not read",
                };
                HubError::Missing {
                    name: name.to_owned(),
                    file,
                    advice,
                }
            }
            error => failed(file, error),
        })?;
        // The first file says which commit the revision is; the others are taken from the same.
        path.parent().unwrap_or(Path::new("")).clone_into(&mut folder);
        revision = folder.file_name().and_then(|f| f.to_str()).map(str::to_owned);
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_repositories_are_parsed_or_refused() {
        let id = |owner, name, revision| {
            Some(Repository {
                owner,
                name,
                revision,
            })
        };
        assert_eq!(
            Repository::parse("acme/camembert-ner"),
            id("acme", "camembert-ner", None)
        );
        assert_eq!(Repository::parse("acme/m.1@v1"), id("acme", "m.1", Some("v1")));
        assert_eq!(
            Repository::parse("acme/m@refs/pr/1"),
            id("acme", "m", Some("refs/pr/1"))
        );
        for refused in [
            "",
            "acme",
            "acme/",
            "/m",
            "acme/m@",
            "../m",
            "acme/..",
            "acme/m/x",
            "acme/m@../x",
            "acme/é",
        ] {
            assert_eq!(Repository::parse(refused), None, "{refused}");
        }
    }
}
