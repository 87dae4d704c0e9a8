//! The example `new-runtime`, run as people run it, and the guide that explains it.
//!
//! Looks for the program where cargo puts the examples of this crate before it runs its tests. That
//! the example behaves as the shells do is tested with them, in `sockeye-tests`.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const MOST_LINES: usize = 150;

fn read(path: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(folder.join(path)).unwrap()
}

#[test]
fn client_and_server_meet_on_it() {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let example = profile
        .join("examples")
        .join(format!("new-runtime{EXE_SUFFIX}"));
    let output = Command::new(example).stdin(Stdio::null()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        printed, "echoed: hello\nclosed: 1000 normal closure\n",
        "{errors}"
    );
}

#[test]
fn the_guide_shows_the_example_as_it_is() {
    let shell = read("examples/new-runtime/shell.rs");
    let main = read("examples/new-runtime/main.rs");
    let guide = read("../../docs/new-runtime.md");
    let mut shown = guide.split("```rust\n").skip(1).peekable();
    assert!(shown.peek().is_some());
    for code in shown {
        let (code, _) = code.split_once("\n```").unwrap();
        let is_there = shell.contains(code) || main.contains(code);
        assert!(is_there, "not in the example:\n{code}");
    }
    for part in shell.split("\n\n").filter(|part| part.starts_with("impl ")) {
        let (head, _) = part.split_once('\n').unwrap();
        assert!(guide.contains(head), "not in the guide: {head}");
    }
}

#[test]
fn the_shell_is_short() {
    let n_lines = read("examples/new-runtime/shell.rs").lines().count();
    assert!(n_lines <= MOST_LINES, "{n_lines} lines");
}
