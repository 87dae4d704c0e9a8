//! Where the workspace is, and what its manifests say once cargo has read them.
//!
//! Asks `cargo metadata` instead of reading TOML: cargo knows which target folder is in force,
//! and which features and dependencies a manifest ends up with. What only the text of a manifest
//! shows (what it inherits) is for `tidy`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failure::Failure;
use crate::process;

/// The workspace that the command was started in.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever configuration or environment put it.
    pub(crate) target: PathBuf,
    /// Sorted by name.
    pub(crate) packages: Vec<Package>,
}

/// One member of the workspace.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// The folder of its manifest, relative to the root, with forward slashes.
    pub(crate) folder: String,
    pub(crate) dependencies: Vec<Dependency>,
    /// Features it declares, `default` left out.
    pub(crate) features: Vec<String>,
    /// Targets to build, as cargo calls their kinds: `lib`, `bin`, `example`, `test`.
    pub(crate) target_kinds: Vec<String>,
}

/// A dependency as one manifest declares it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: DependencyKind,
}

/// Which table of the manifest a dependency stands in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum DependencyKind {
    Normal,
    Development,
    Build,
}

impl Workspace {
    /// Asks cargo about the workspace around the current folder.
    pub(crate) fn load() -> Result<Self, Failure> {
        let args = ["metadata", "--no-deps", "--format-version", "1"];
        let text = process::capture(&mut process::cargo(Path::new("."), &args))?;
        let metadata = serde_json::from_str(&text)
            .map_err(|error| Failure::new(format!("cargo metadata wrote no JSON: {error}")))?;
        Self::from_metadata(&metadata)
            .ok_or_else(|| Failure::new("cargo metadata has a form unknown to this program"))
    }

    fn from_metadata(metadata: &Value) -> Option<Self> {
        let root = PathBuf::from(metadata["workspace_root"].as_str()?);
        let target = PathBuf::from(metadata["target_directory"].as_str()?);
        let packages = metadata["packages"].as_array()?;
        let packages: Option<Vec<_>> = packages
            .iter()
            .map(|value| Package::from_metadata(value, &root))
            .collect();
        let mut packages = packages?;
        packages.sort_by(|a, b| a.name.cmp(&b.name));
        Some(Self {
            root,
            target,
            packages,
        })
    }
}

impl Package {
    fn from_metadata(value: &Value, root: &Path) -> Option<Self> {
        let manifest = Path::new(value["manifest_path"].as_str()?);
        let folder = manifest.parent()?.strip_prefix(root).ok()?;
        let dependencies: Option<Vec<_>> = value["dependencies"]
            .as_array()?
            .iter()
            .map(Dependency::from_metadata)
            .collect();
        let features = value["features"].as_object()?.keys();
        let targets = value["targets"].as_array()?.iter();
        Some(Self {
            name: value["name"].as_str()?.to_owned(),
            folder: folder.to_str()?.replace('\\', "/"),
            dependencies: dependencies?,
            features: features
                .filter(|feature| *feature != "default")
                .cloned()
                .collect(),
            target_kinds: targets
                .filter_map(|target| Some(target["kind"][0].as_str()?.to_owned()))
                .collect(),
        })
    }
}

impl Dependency {
    fn from_metadata(value: &Value) -> Option<Self> {
        let kind = match value["kind"].as_str() {
            None => DependencyKind::Normal,
            Some("dev") => DependencyKind::Development,
            Some("build") => DependencyKind::Build,
            Some(_) => return None,
        };
        Some(Self {
            name: value["name"].as_str()?.to_owned(),
            kind,
        })
    }
}

#[cfg(test)]
mod tests;
