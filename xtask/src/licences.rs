//! What the bundles are made of: every package that is compiled into them, its licence, and the licences' texts as the
//! packages bring them. It lies beside the site, as most of these licences ask.

use crate::workspace::{WASM, Workspace};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use xshell::cmd;

/// Its name beside the site.
pub const FILE: &str = "licences.txt";

/// What of `cargo metadata` is read here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    repository: Option<String>,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

impl Package {
    /// Runs in the compiler, and is in no bundle.
    fn is_macro(&self) -> bool {
        let kinds = self.targets.iter().flat_map(|target| &target.kind);
        kinds.into_iter().any(|kind| kind == "proc-macro")
    }

    /// The texts of its licences, as it brings them.
    fn texts(&self) -> Result<Vec<String>> {
        let folder = self.manifest_path.parent().unwrap_or(Path::new("."));
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = name.to_lowercase();
            let starts = ["license", "licence", "copying", "notice", "unlicense"];
            if path.is_file() && starts.iter().any(|start| name.starts_with(start)) {
                files.push(path);
            }
        }
        files.sort();
        let read = |path: &PathBuf| Ok(String::from_utf8_lossy(&fs::read(path)?).into_owned());
        files.iter().map(read).collect()
    }
}

/// The list, as text.
pub fn list(workspace: &Workspace) -> Result<String> {
    let metadata = metadata(workspace)?;
    let packages = compiled(&metadata, "lsgan-lab")?;
    let mut list = format!(
        "LSGAN Lab is under MIT or Apache-2.0, as you like. Its WebAssembly is compiled from {} packages, itself \
         among them; each is named with its version, its licence and where it comes from. The texts follow, each \
         once, under the packages that bring it.\n\n",
        packages.len()
    );
    let mut texts: BTreeMap<Vec<String>, (String, Vec<&str>)> = BTreeMap::new();
    for package in packages {
        let licence = package.license.as_deref().unwrap_or("see its text");
        let source = package.repository.as_deref().unwrap_or("crates.io");
        writeln!(
            list,
            "{} {}: {licence} ({source})",
            package.name, package.version
        )?;
        for text in package.texts()? {
            // Lines may break elsewhere.
            let words = text.split_whitespace().map(str::to_owned).collect();
            let (_, of) = texts.entry(words).or_insert((text, Vec::new()));
            of.push(&package.name);
        }
    }
    let mut texts: Vec<_> = texts.into_values().collect();
    texts.sort_by(|(_, one), (_, other)| one.cmp(other));
    for (text, of) in texts {
        let of = of.join(", ");
        write!(list, "\n{}\n{of}\n\n{}\n", "-".repeat(80), text.trim_end())?;
    }
    Ok(list)
}

fn metadata(workspace: &Workspace) -> Result<Metadata> {
    let shell = workspace.shell()?;
    let metadata = cmd!(
        shell,
        "cargo metadata --format-version 1 --locked --filter-platform {WASM}"
    );
    Ok(serde_json::from_str(&metadata.quiet().read()?)?)
}

/// The packages that are compiled into a package of the workspace, itself included, by name.
fn compiled<'a>(metadata: &'a Metadata, root: &str) -> Result<Vec<&'a Package>> {
    let packages: BTreeMap<_, _> = metadata
        .packages
        .iter()
        .map(|one| (one.id.as_str(), one))
        .collect();
    let nodes: BTreeMap<_, _> = metadata
        .resolve
        .nodes
        .iter()
        .map(|one| (one.id.as_str(), one))
        .collect();
    let root = metadata
        .packages
        .iter()
        .find(|package| package.name == root);
    let mut left = vec![
        root.context("the workspace has no such package")?
            .id
            .as_str(),
    ];
    let mut seen = BTreeSet::new();
    while let Some(id) = left.pop() {
        let package = packages.get(id).context("a dependency is no package")?;
        if package.is_macro() || !seen.insert((&package.name, &package.version, id)) {
            continue;
        }
        let node = nodes.get(id).context("a package is not resolved")?;
        let compiled_in =
            |dependency: &&Dependency| dependency.dep_kinds.iter().any(|kind| kind.kind.is_none());
        left.extend(
            node.deps
                .iter()
                .filter(compiled_in)
                .map(|dependency| dependency.pkg.as_str()),
        );
    }
    Ok(seen.into_iter().map(|(_, _, id)| packages[id]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_what_the_bundles_are_made_of_and_nothing_else() {
        let list = list(&Workspace::find().unwrap()).unwrap();
        let has = |package: &str| {
            list.lines()
                .any(|line| line.starts_with(&format!("{package} ")) && line.contains(": "))
        };
        for package in [
            "lsgan-lab",
            "lsgan-kernels",
            "burn",
            "burn-wgpu",
            "wasm-bindgen",
            "plotters",
        ] {
            assert!(has(package), "{package} is missing");
        }
        // A macro's package, one that only the terminal needs, and one that only tests need.
        for package in ["serde_derive", "clap", "proptest"] {
            assert!(!has(package), "{package} is in no bundle");
        }
        assert!(list.contains("Permission is hereby granted"));
    }

    #[test]
    fn a_package_that_names_no_licence_brings_its_text() {
        let metadata = metadata(&Workspace::find().unwrap()).unwrap();
        for package in compiled(&metadata, "lsgan-lab").unwrap() {
            let known = package.license.is_some() || !package.texts().unwrap().is_empty();
            assert!(known, "{} {}", package.name, package.version);
        }
    }
}
