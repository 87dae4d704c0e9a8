//! The example `sans_io`, run as people run it.
//!
//! Looks for it where cargo puts the examples of this crate before it runs its tests.

use std::env::consts::EXE_SUFFIX;
use std::process::{Command, Stdio};

#[test]
fn blocking_client_and_server_meet_without_the_driver() {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let example = profile
        .join("examples")
        .join(format!("sans_io{EXE_SUFFIX}"));
    let output = Command::new(example).stdin(Stdio::null()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        printed, "echoed: hello\nclosed: 1000 normal closure\n",
        "{errors}"
    );
}
