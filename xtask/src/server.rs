//! A static file server for the page on this machine, as plain as any static host's: files,
//! MIME types, nothing else. No special headers, so what works here works everywhere.
//!
//! It serves what the site is made of, index.html and www/, and nothing else of the repository.

use anyhow::{Result, bail, ensure};
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Redirect;
use axum::routing::get;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// A running server; dropping it stops it.
pub struct Server {
    address: SocketAddr,
    prefix: String,
    _runtime: Runtime,
}

impl Server {
    /// Serves the site in `root` below `base` (such as `/` or `/lsgan-lab/`) on 127.0.0.1,
    /// on any free port if `port` is 0.
    pub fn start(root: &Path, base: &str, port: u16) -> Result<Self> {
        let prefix = prefix(base)?;
        Self::serve(site(root, &prefix), prefix, port)
    }

    /// Serves what `cargo xtask bench` needs, from one origin: at `/site/` the optimised site in
    /// `dist`, or the development one of `root`; at `/bench/` the page that steers; at `/traces/` what
    /// the engines are held against.
    pub fn start_bench(root: &Path, dist: Option<&Path>, traces: &Path) -> Result<Self> {
        let site = match dist {
            None => site(root, "/site"),
            Some(dist) => fresh(Router::new().nest_service("/site", ServeDir::new(dist))),
        };
        let others = Router::new()
            .nest_service("/bench", ServeDir::new(root.join("bench")))
            .nest_service("/traces", ServeDir::new(traces));
        Self::serve(site.merge(fresh(others)), String::new(), 0)
    }

    fn serve(site: Router, prefix: String, port: u16) -> Result<Self> {
        let runtime = Runtime::new()?;
        let listener = match runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, port))) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
                "port {port} is taken: choose another with --port, or --port 0 for any free one"
            ),
            listener => listener?,
        };
        let address = listener.local_addr()?;
        runtime.spawn(async move { axum::serve(listener, site).await });
        Ok(Self {
            address,
            prefix,
            _runtime: runtime,
        })
    }

    /// The address of the page.
    pub fn url(&self) -> String {
        format!("http://{}{}/", self.address, self.prefix)
    }
}

/// The routes of the site below `prefix`.
fn site(root: &Path, prefix: &str) -> Router {
    let page = ServeFile::new_with_mime(root.join("index.html"), &mime::TEXT_HTML_UTF_8);
    let files = ServeDir::new(root.join("www")).append_index_html_on_directories(false);
    let mut routes = Router::new()
        .route_service(&format!("{prefix}/"), page.clone())
        .route_service(&format!("{prefix}/index.html"), page)
        .nest_service(&format!("{prefix}/www"), files);
    if !prefix.is_empty() {
        let page = format!("{prefix}/");
        routes = routes.route(prefix, get(async move || Redirect::permanent(&page)));
    }
    fresh(routes)
}

/// A browser may keep a file but must ask before using it: a rebuild shows at the next load.
fn fresh(routes: Router) -> Router {
    let revalidate = HeaderValue::from_static("no-cache");
    routes.layer(SetResponseHeaderLayer::overriding(
        header::CACHE_CONTROL,
        revalidate,
    ))
}

/// `/some/path/` as `/some/path`, and `/` as nothing.
fn prefix(base: &str) -> Result<String> {
    let path = base.trim_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
    let valid = path
        .split('/')
        .all(|name| !name.starts_with('.') && !name.is_empty() && name.chars().all(plain));
    ensure!(
        path.is_empty() || valid,
        "base: a path of letters, digits, `-`, `_`, `.` and `~` such as /lsgan-lab/, not `{base}`"
    );
    Ok(if path.is_empty() {
        String::new()
    } else {
        format!("/{path}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use xshell::{Shell, TempDir};

    /// A site of one file of each kind, in a repository that also holds a secret.
    fn repository() -> TempDir {
        let shell = Shell::new().unwrap();
        let folder = shell.create_temp_dir().unwrap();
        shell.change_dir(folder.path());
        for file in [
            "index.html",
            "Cargo.toml",
            "www/boot.js",
            "www/pkg/cpu/lsgan_lab_bg.wasm",
        ] {
            shell
                .write_file(file, format!("the content of {file}"))
                .unwrap();
        }
        for file in ["www/style.css", "www/locales/zh.json", "www/icons/play.svg"] {
            shell
                .write_file(file, format!("the content of {file}"))
                .unwrap();
        }
        folder
    }

    /// The answer to one request whose path is sent exactly as it stands.
    fn ask(server: &Server, method: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn files_come_with_their_mime_types() {
        let repository = repository();
        let server = Server::start(repository.path(), "/", 0).unwrap();
        for (path, mime) in [
            ("/", "text/html; charset=utf-8"),
            ("/index.html", "text/html; charset=utf-8"),
            ("/www/boot.js", "text/javascript"),
            ("/www/style.css", "text/css"),
            ("/www/locales/zh.json", "application/json"),
            ("/www/icons/play.svg", "image/svg+xml"),
            ("/www/pkg/cpu/lsgan_lab_bg.wasm", "application/wasm"),
        ] {
            let answer = ask(&server, "GET", path);
            assert!(answer.starts_with("HTTP/1.1 200 OK"), "{path}: {answer}");
            assert!(
                answer.contains(&format!("content-type: {mime}")),
                "{path}: {answer}"
            );
            assert!(
                answer.contains("cache-control: no-cache"),
                "{path}: {answer}"
            );
            assert!(answer.contains("the content of"), "{path}: {answer}");
        }
    }

    #[test]
    fn head_tells_the_length_and_sends_no_body() {
        let repository = repository();
        let server = Server::start(repository.path(), "/", 0).unwrap();
        let answer = ask(&server, "HEAD", "/www/boot.js");
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(answer.contains("content-length: 26"), "{answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    }

    #[test]
    fn the_bench_has_the_site_and_its_own_files_and_nothing_else() {
        let repository = repository();
        let shell = Shell::new().unwrap();
        shell.change_dir(repository.path());
        for file in ["bench/bench.js", "target/traces/a", "dist/index.html"] {
            shell
                .write_file(file, format!("the content of {file}"))
                .unwrap();
        }
        let (dist, traces) = (
            repository.path().join("dist"),
            repository.path().join("target/traces"),
        );
        for (dist, page) in [(None, "index.html"), (Some(&*dist), "dist/index.html")] {
            let server = Server::start_bench(repository.path(), dist, &traces).unwrap();
            for (path, file) in [
                ("/site/", page),
                ("/bench/bench.js", "bench/bench.js"),
                ("/traces/a", "target/traces/a"),
            ] {
                let answer = ask(&server, "GET", path);
                assert!(
                    answer.ends_with(&format!("the content of {file}")),
                    "{path}: {answer}"
                );
            }
            for path in ["/Cargo.toml", "/bench/../Cargo.toml", "/traces/../../a"] {
                let answer = ask(&server, "GET", path);
                assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
            }
        }
    }

    #[test]
    fn a_base_moves_the_whole_site() {
        let repository = repository();
        let server = Server::start(repository.path(), "/some/path/", 0).unwrap();
        assert!(server.url().ends_with("/some/path/"));
        assert!(ask(&server, "GET", "/some/path/").contains("the content of index.html"));
        assert!(
            ask(&server, "GET", "/some/path/www/boot.js").contains("the content of www/boot.js")
        );
        assert!(ask(&server, "GET", "/some/path").contains("location: /some/path/"));
        assert!(ask(&server, "GET", "/").starts_with("HTTP/1.1 404"));
        assert!(ask(&server, "GET", "/www/boot.js").starts_with("HTTP/1.1 404"));
    }

    #[test]
    fn nothing_outside_the_site_is_served() {
        let repository = repository();
        let server = Server::start(repository.path(), "/", 0).unwrap();
        for path in [
            "/Cargo.toml",
            "/www",
            "/www/",
            "/www/missing.js",
            "/www/../Cargo.toml",
            "/www/%2e%2e/Cargo.toml",
            "/www/..%2fCargo.toml",
            "/www/..%5cCargo.toml",
            "/www//../Cargo.toml",
            "/www/pkg/../../Cargo.toml",
            "/www//etc/passwd",
            "/www/%00",
        ] {
            let answer = ask(&server, "GET", path);
            assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
            assert!(!answer.contains("the content of"), "{path}: {answer}");
        }
    }

    #[test]
    fn a_taken_port_is_named() {
        let repository = repository();
        let first = Server::start(repository.path(), "/", 0).unwrap();
        let port = first.address.port();
        let second = Server::start(repository.path(), "/", port).err().unwrap();
        assert!(
            second
                .to_string()
                .contains(&format!("port {port} is taken"))
        );
    }

    #[test]
    fn a_base_is_a_plain_path() {
        assert_eq!(prefix("/").unwrap(), "");
        assert_eq!(prefix("").unwrap(), "");
        assert_eq!(prefix("lsgan-lab").unwrap(), "/lsgan-lab");
        assert_eq!(prefix("/a/b.c/").unwrap(), "/a/b.c");
        for base in ["/a//b", "/../b", "/a?b", "/{a}", "/a b"] {
            assert!(prefix(base).is_err(), "{base}");
        }
    }
}
