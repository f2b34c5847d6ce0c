//! The end-to-end tests' surroundings: the page on a server, a browser's driver, and cargo
//! running the package `e2e` between them. The tests themselves are in `tests/e2e`.

use crate::browsers::{self, Browser};
use crate::bundle::Bundle;
use crate::server::Server;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail, ensure};
use std::fs::{self, File};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};
use xshell::cmd;

/// A sub-path as project pages have it: an absolute link in the page would break below it.
const BASE: &str = "/lsgan-lab/";

pub fn run(workspace: &Workspace) -> Result<()> {
    for bundle in [Bundle::Cpu, Bundle::WebGpu] {
        let folder = bundle.served(workspace);
        ensure!(
            folder.exists(),
            "{} is missing: run the step `bundles` first",
            folder.display()
        );
    }
    let artifacts = workspace.artifacts();
    fs::create_dir_all(&artifacts)?;
    let browser = browsers::chromium(workspace)?;
    let server = Server::start(&workspace.root, BASE, 0)?;
    let driver = Driver::start(&browser, &File::create(artifacts.join("chromedriver.log"))?)?;

    let shell = workspace.shell()?;
    // One test at a time: some measure time, and each trains a network. What they measure is shown.
    cmd!(
        shell,
        "cargo test --package e2e -- --test-threads=1 --nocapture"
    )
    .env("LSGAN_URL", server.url())
    .env("LSGAN_WEBDRIVER", driver.url())
    .env("LSGAN_CHROMIUM", &browser.program)
    .env("LSGAN_ARTIFACTS", &artifacts)
    .run()?;
    Ok(())
}

/// A running chromedriver; dropping it ends it and the browsers that it started.
struct Driver {
    address: SocketAddr,
    process: Child,
}

impl Driver {
    fn start(browser: &Browser, log: &File) -> Result<Self> {
        let address = free_address()?;
        let process = Command::new(&browser.driver)
            .arg(format!("--port={}", address.port()))
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .spawn()
            .with_context(|| format!("cannot start {}", browser.driver.display()))?;
        let mut driver = Self { address, process };
        let patience = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(address).is_err() {
            if let Some(status) = driver.process.try_wait()? {
                bail!("chromedriver ended at once ({status}): see test-artifacts/chromedriver.log");
            }
            ensure!(
                Instant::now() < patience,
                "chromedriver does not answer on {address}"
            );
            sleep(Duration::from_millis(50));
        }
        Ok(driver)
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks chromedriver to close its browsers and itself; true if it did.
    fn shut_down(&mut self) -> bool {
        let request = format!("GET /shutdown HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        let asked = TcpStream::connect(self.address).and_then(|mut stream| {
            stream.write_all(request.as_bytes())?;
            Ok(stream)
        });
        // The connection stays open while chromedriver works on the request.
        let Ok(_stream) = asked else { return false };
        let patience = Instant::now() + Duration::from_secs(5);
        while Instant::now() < patience {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return true;
            }
            sleep(Duration::from_millis(50));
        }
        false
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if !self.shut_down() {
            // Nobody is left to hear that even this failed.
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

/// An address that was free a moment ago: chromedriver cannot choose its port and tell us.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
