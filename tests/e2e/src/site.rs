//! A static host that can change its site or go away, for the tests of what a browser keeps.

use anyhow::Result;
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// The path that the site lies below, as project pages have it.
const BASE: &str = "/some/path/";

/// A host at work; dropping it cuts the network.
pub struct Host {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

/// What may be wrong with a file on its way.
#[derive(Clone, Copy)]
pub enum Fault {
    /// It answers 404.
    Missing,
    /// Its first half alone arrives.
    Half,
    /// It says that it is plain text.
    Mime,
    /// Something stands before its own text.
    After(&'static str),
}

struct Shared {
    folder: Mutex<PathBuf>,
    /// The files with a fault, by the end of their name.
    faults: Mutex<Vec<(&'static str, Fault)>>,
    asked: Mutex<Vec<String>>,
    stopped: AtomicBool,
}

impl Host {
    /// Serves a folder on any free port.
    ///
    /// # Errors
    /// If there is no port.
    pub fn start(folder: &Path) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            folder: Mutex::new(folder.to_owned()),
            faults: Mutex::default(),
            asked: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let here = shared.clone();
        let listening = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if here.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let here = here.clone();
                // A browser that hangs up early takes no answer.
                thread::spawn(move || drop(here.answer(stream)));
            }
        });
        Ok(Self {
            address,
            shared,
            listening: Some(listening),
        })
    }

    /// The address of the page.
    pub fn url(&self) -> String {
        format!("http://{}{BASE}", self.address)
    }

    /// Serves another folder from now on.
    pub fn change(&self, folder: &Path) {
        *lock(&self.shared.folder) = folder.to_owned();
    }

    /// From now on the files whose names end so have these faults, and no others have.
    pub fn spoil(&self, faults: &[(&'static str, Fault)]) {
        *lock(&self.shared.faults) = faults.to_vec();
    }

    /// The files that were asked for since the last call.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.shared.asked))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes it, so that it sees that it is to stop.
        drop(TcpStream::connect(self.address));
        if let Some(listening) = self.listening.take() {
            drop(listening.join());
        }
    }
}

impl Shared {
    /// Answers the one request of a connection.
    fn answer(&self, mut stream: TcpStream) -> Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        // The head is read to its end: hanging up with some of it unread would reset the connection.
        for line in lines {
            if line?.is_empty() {
                break;
            }
        }
        let path = first.split(' ').nth(1).unwrap_or_default();
        let path = path.split('?').next().unwrap_or_default();
        let name = match path.strip_prefix(BASE) {
            Some(name) if name.is_empty() || name.ends_with('/') => format!("{name}index.html"),
            Some(name) if !name.contains("..") => name.to_owned(),
            _ => "nothing".to_owned(),
        };
        lock(&self.asked).push(name.clone());
        let folder = lock(&self.folder).clone();
        let (mut status, mut content) = match fs::read(folder.join(&name)) {
            Ok(content) => ("200 OK", content),
            Err(_) => ("404 Not Found", Vec::new()),
        };
        let mut mime = mime(&name);
        for (end, fault) in lock(&self.faults).iter() {
            match fault {
                _ if !name.ends_with(end) => {}
                Fault::Missing => (status, content) = ("404 Not Found", Vec::new()),
                Fault::Half => content.truncate(content.len() / 2),
                Fault::Mime => mime = "text/plain",
                Fault::After(text) => content = [text.as_bytes(), &content[..]].concat(),
            }
        }
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {mime}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            content.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(&content)?;
        Ok(())
    }
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

/// What another thread left there, even if it panicked.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
