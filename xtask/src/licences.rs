//! What the bundles are made of: every package that is compiled into them, its licence, and the licences' texts as the
//! packages bring them. It lies beside the site, as most of these licences ask.

use crate::workspace::{WASM, Workspace};
use anyhow::{Result, ensure};
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
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    repository: Option<String>,
    manifest_path: PathBuf,
}

impl Package {
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

/// The list, as text, of what is compiled with these flags for the features.
pub fn list(workspace: &Workspace, features: &[&str]) -> Result<String> {
    let packages = compiled(workspace, features)?;
    let mut list = format!(
        "LSGAN Lab is under MIT or Apache-2.0, as you like. Its WebAssembly is compiled from {} packages, itself \
         among them; each is named with its version, its licence and where it comes from. The texts follow, each \
         once, under the packages that bring it.\n\n",
        packages.len()
    );
    let mut texts: BTreeMap<Vec<String>, (String, Vec<&str>)> = BTreeMap::new();
    for package in &packages {
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

/// The packages that are compiled into the WebAssembly, itself included, by name: none of a macro, which runs in the
/// compiler, and none that a feature leaves out. `cargo metadata` knows the packages, but `cargo tree` the features.
fn compiled(workspace: &Workspace, features: &[&str]) -> Result<Vec<Package>> {
    let shell = workspace.shell()?;
    let tree = cmd!(
        shell,
        "cargo tree --locked -p lsgan-lab --target {WASM} {features...} -e normal,no-proc-macro --prefix none"
    );
    let tree = tree.quiet().read()?;
    // `name v1.2.3`, and for one of ours where it lies.
    let name_and_version = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next()?.to_owned();
        let version = words.next()?.strip_prefix('v')?.to_owned();
        Some((name, version))
    };
    let compiled: BTreeSet<_> = tree.lines().filter_map(name_and_version).collect();
    let metadata = cmd!(
        shell,
        "cargo metadata --format-version 1 --locked --filter-platform {WASM}"
    );
    let metadata: Metadata = serde_json::from_str(&metadata.quiet().read()?)?;
    let mut packages = metadata.packages;
    packages.retain(|one| compiled.contains(&(one.name.clone(), one.version.clone())));
    ensure!(
        packages.len() == compiled.len(),
        "cargo names {} packages and describes {} of them",
        compiled.len(),
        packages.len()
    );
    packages.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_what_the_bundles_are_made_of_and_nothing_else() {
        let list = |features: &[&str]| list(&Workspace::find().unwrap(), features).unwrap();
        let (list, of_cpu) = (list(&[]), list(&["--no-default-features"]));
        let names = |list: &str, package: &str| {
            list.lines()
                .any(|line| line.starts_with(&format!("{package} ")) && line.contains(": "))
        };
        let has = |package: &str| names(&list, package);
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
        assert!(names(&of_cpu, "burn") && !names(&of_cpu, "burn-wgpu"));
    }

    #[test]
    fn a_package_that_names_no_licence_brings_its_text() {
        for package in compiled(&Workspace::find().unwrap(), &[]).unwrap() {
            let known = package.license.is_some() || !package.texts().unwrap().is_empty();
            assert!(known, "{} {}", package.name, package.version);
        }
    }
}
