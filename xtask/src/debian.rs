//! Packages of Debian and Ubuntu, where they can be installed without a question. Elsewhere nothing
//! happens, and who needs the package says what is missing.

use crate::progress::say;
use crate::workspace::Workspace;
use anyhow::Result;
use xshell::cmd;

/// Installs packages, if there are any and there is an apt-get that may.
pub fn install(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let Some((program, arguments)) = root_command(workspace) else {
        return Ok(());
    };
    say(&format!("installing {}", packages.join(", ")));
    let shell = workspace.shell()?;
    let apt_get = [
        arguments,
        &["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"],
    ]
    .concat();
    let apt_get = &apt_get;
    cmd!(shell, "{program} {apt_get...} update").run()?;
    cmd!(
        shell,
        "{program} {apt_get...} install -y --no-install-recommends {packages...}"
    )
    .run()?;
    Ok(())
}

/// The program and arguments that run a command as root without a question, where there is an
/// apt-get to run; `env` is the command that adds nothing.
fn root_command(workspace: &Workspace) -> Option<(&'static str, &'static [&'static str])> {
    workspace.program("apt-get")?;
    let shell = workspace.shell().ok()?;
    let sudo = || {
        cmd!(shell, "sudo -n true")
            .quiet()
            .ignore_stderr()
            .run()
            .is_ok()
    };
    if is_root(workspace) {
        Some(("env", &[]))
    } else if workspace.program("sudo").is_some() && sudo() {
        Some(("sudo", &["-n", "env"]))
    } else {
        None
    }
}

fn is_root(workspace: &Workspace) -> bool {
    let Ok(shell) = workspace.shell() else {
        return false;
    };
    cmd!(shell, "id -u")
        .quiet()
        .ignore_stderr()
        .read()
        .is_ok_and(|id| id == "0")
}
