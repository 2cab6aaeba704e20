//! Two browsers, and an office that is killed between them and comes back.

use crate::program::{PASSWORD, Serving, command, done, set_up};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

fn start(data: &Path, at: SocketAddr) -> Serving {
    let mut serve = command(data, &["serve"]);
    serve.env("HAILSTONE_LISTEN_HTTP", at.to_string()).stderr(Stdio::null());
    Serving::begin(&mut serve).expect("the office becomes ready")
}

/// Runs a script of the browser against an office of its own, which obeys the words that the script says a line each: `kill` and
/// `start`, and what `obey` takes besides. What it does not take is the script's report.
pub fn walk(script: &str, data: &Path, env: &[(&str, &str)], mut obey: impl FnMut(&[&str]) -> bool) {
    let mut office = Some(Serving::start(data));
    let (at, set_up_at) = office.as_ref().map(|office| (office.doors["http"], office.set_up_at.clone())).unwrap();
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let mut walk = Command::new("node")
        .arg(scripts.join(script))
        .current_dir(&scripts)
        .env("HS_WEB", format!("http://{at}"))
        .env("HS_USER", "anna")
        .env("HS_PASSWORD", PASSWORD.trim())
        .envs(set_up_at.map(|address| ("HS_SETUP", address)))
        .envs(env.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed by tests/install.sh");
    let (mut to, from) = (walk.stdin.take().unwrap(), BufReader::new(walk.stdout.take().unwrap()));
    let mut said = String::new();
    for line in from.lines().map_while(Result::ok) {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["kill"] => office.take().unwrap().kill(),
            ["start"] => office = Some(start(data, at)),
            words if obey(words) => {}
            _ => {
                said += &format!("{line}\n");
                continue;
            }
        }
        to.write_all(b"\n").unwrap();
    }
    let ended = walk.wait().unwrap();
    assert!(ended.success(), "{said}");
    assert_eq!(office.unwrap().terminate(), Some(0));
    assert_eq!(done(data, &["check", "--deep"], "").trim(), "all is well");
}

#[test]
fn two_people_talk_on_across_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    set_up(&data);
    done(&data, &["user", "add", "ben", "--name", "Ben Bauer", "--password-stdin"], PASSWORD);
    walk("restart.mjs", &data, &[], |_| false);
}
