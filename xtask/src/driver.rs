//! A browser's WebDriver server as a process of ours.

use crate::browsers::{Browser, Kind};
use anyhow::{Context, Result, bail, ensure};
use std::fs::File;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A running driver; dropping it ends it, and a chromedriver the browsers that it started.
pub struct Driver {
    kind: Kind,
    address: SocketAddr,
    process: Child,
}

impl Driver {
    /// Starts it on a free port and waits until it answers; what it has to say goes to `log`.
    pub fn start(browser: &Browser, log: &File) -> Result<Self> {
        let address = free_address()?;
        let process = Command::new(&browser.driver)
            .arg(format!("--port={}", address.port()))
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .spawn()
            .with_context(|| format!("cannot start {}", browser.driver.display()))?;
        let mut driver = Self {
            kind: browser.kind,
            address,
            process,
        };
        let name = browser.driver.display();
        let patience = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(address).is_err() {
            if let Some(status) = driver.process.try_wait()? {
                bail!("{name} ended at once ({status}): its log is in test-artifacts");
            }
            ensure!(
                Instant::now() < patience,
                "{name} does not answer on {address}"
            );
            sleep(Duration::from_millis(50));
        }
        Ok(driver)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as a URL.
    pub fn url(&self) -> String {
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
        // A geckodriver knows no such request; each test closes its own browser.
        if self.kind == Kind::Firefox || !self.shut_down() {
            // Nobody is left to hear that even this failed.
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

/// An address that was free a moment ago: a driver cannot choose its port and tell us.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
