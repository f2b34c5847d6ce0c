//! A proxy that lets nothing out and notes what was asked for: whatever a browser wants that is not on this machine.

use anyhow::Result;
use std::{
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// Everything outside this machine, as far as a browser can tell.
pub struct Outside {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Outside {
    /// Listens on any free port for as long as the tests run.
    ///
    /// # Errors
    /// If there is no port.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let here = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut first = String::new();
                // Who hangs up early asked for nothing.
                if BufReader::new(&stream).read_line(&mut first).is_ok() {
                    lock(&here).push(first.trim_end().to_owned());
                }
                drop((&stream).write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"));
            }
        });
        Ok(Self { address, asked })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests since the last call: `CONNECT example.org:443 HTTP/1.1`.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.asked))
    }
}

/// What another thread left there, even if it panicked.
fn lock(asked: &Mutex<Vec<String>>) -> std::sync::MutexGuard<'_, Vec<String>> {
    asked.lock().unwrap_or_else(PoisonError::into_inner)
}
