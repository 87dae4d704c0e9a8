//! Names and pins; what it takes to install the suite is not tried here.

use super::*;

#[test]
fn each_interpreter_has_a_folder_of_its_own() {
    let interpreter = |version: &str, route| Interpreter {
        program: "python".into(),
        version: version.into(),
        route,
    };
    let published = fingerprint(&interpreter("2.7.18", Route::Published));
    assert_eq!(published.len(), 16);
    assert_eq!(
        published,
        fingerprint(&interpreter("2.7.18", Route::Published))
    );
    assert_ne!(
        published,
        fingerprint(&interpreter("2.7.18", Route::Ported))
    );
    assert_ne!(
        fingerprint(&interpreter("3.11.2", Route::Ported)),
        fingerprint(&interpreter("3.11.7", Route::Ported))
    );
}

#[test]
fn every_pin_names_one_version() {
    for route in [Route::Published, Route::Ported] {
        for line in pins(route).lines() {
            let (name, version) = line.split_once("==").expect("a version");
            assert!(!name.is_empty() && !version.is_empty(), "{line}");
        }
    }
}
