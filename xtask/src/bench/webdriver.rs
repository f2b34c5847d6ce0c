//! A browser steered by WebDriver (<https://www.w3.org/TR/webdriver2/>): as much of the protocol as
//! opening pages and asking them takes, on one connection a request.

use crate::browsers;
use crate::driver::Driver;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long one script may take: training on a graphics card that the CPU plays is slow.
const PATIENCE: Duration = Duration::from_secs(300);

/// A headless Chromium with a profile of its own; dropping it closes it.
pub struct Browser {
    address: SocketAddr,
    session: String,
    version: String,
    /// Ends after the session, in the order of the fields.
    _driver: Driver,
}

impl Browser {
    /// Opens one, with the flags that the tests use too.
    pub fn open(workspace: &Workspace) -> Result<Self> {
        let chromium = browsers::of(browsers::Kind::Chromium, workspace)?;
        fs::create_dir_all(workspace.artifacts())?;
        let log = File::create(workspace.artifacts().join("chromedriver-bench.log"))?;
        let driver = Driver::start(&chromium, &log)?;
        let settings = fs::read_to_string(workspace.root.join("webdriver.json"))?;
        let settings: Value = serde_json::from_str(&settings)?;
        let flags = settings["goog:chromeOptions"]["args"].as_array();
        // Containers have a small /dev/shm, which Chromium would fill.
        let own = ["--headless=new", "--disable-dev-shm-usage"].map(Value::from);
        let arguments: Vec<Value> = flags.into_iter().flatten().cloned().chain(own).collect();
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": chromium.program, "args": arguments},
            "timeouts": {"script": PATIENCE.as_millis() as u64, "pageLoad": 60_000},
        }}});
        let address = driver.address();
        let opened = ask(address, "POST", "/session", Some(&wanted))
            .context("the browser does not start")?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Self {
            address,
            session: text(&opened["sessionId"]),
            version: text(&opened["capabilities"]["browserVersion"]),
            _driver: driver,
        })
    }

    /// The browser's version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Opens a page and waits until it is loaded.
    pub fn goto(&self, url: &str) -> Result<()> {
        self.post("url", &json!({ "url": url })).map(drop)
    }

    /// Runs the body of an async function in the page, with one argument, `asked`.
    pub fn evaluate(&self, body: &str, asked: &Value) -> Result<Value> {
        let script = format!(
            "const [asked, done] = arguments;
             (async () => {{ {body} }})().then(
                 (value) => done({{ value }}),
                 (error) => done({{ error: String(error?.message ?? error) }}));"
        );
        let call = json!({"script": script, "args": [asked]});
        let answer = self.post("execute/async", &call)?;
        match answer.get("error").and_then(Value::as_str) {
            Some(error) => bail!("{error}"),
            None => Ok(answer["value"].clone()),
        }
    }

    fn post(&self, command: &str, body: &Value) -> Result<Value> {
        let path = format!("/session/{}/{command}", self.session);
        ask(self.address, "POST", &path, Some(body))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends the browser if this fails.
        let _ = ask(
            self.address,
            "DELETE",
            &format!("/session/{}", self.session),
            None,
        );
    }
}

/// One request, and the `value` of its answer.
fn ask(address: SocketAddr, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE + Duration::from_secs(30)))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer: Value = serde_json::from_slice(&read(BufReader::new(stream))?)
        .context("the driver's answer is no JSON")?;
    let value = answer["value"].take();
    if let (Some(error), Some(message)) = (value.get("error"), value.get("message")) {
        let message = message.as_str().unwrap_or_default();
        let first = message.lines().next().unwrap_or_default();
        bail!("{}: {first}", error.as_str().unwrap_or_default());
    }
    Ok(value)
}

/// The body of an answer.
fn read(mut answer: impl BufRead) -> Result<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        ensure!(answer.read_line(&mut line)? > 0, "the driver hung up");
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = Some(value.trim().parse()?);
        }
    }
    let mut body = vec![0; length.context("the driver's answer has no length")?];
    answer.read_exact(&mut body)?;
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_to_its_length() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX: y\r\n\r\n{\"a\"} and more";
        assert_eq!(read(&answer[..]).unwrap(), b"{\"a\"");
        assert!(read(&b"HTTP/1.1 200 OK\r\n\r\n{}"[..]).is_err());
        assert!(read(&b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{}"[..]).is_err());
    }
}
