//! What cargo metadata is read as.

use super::*;

#[test]
fn metadata_is_read() {
    let metadata = serde_json::json!({
        "workspace_root": "/house",
        "target_directory": "/house/target",
        "packages": [{
            "name": "frame",
            "manifest_path": "/house/crates/frame/Cargo.toml",
            "dependencies": [
                {"name": "bytes", "kind": null},
                {"name": "proptest", "kind": "dev"},
            ],
            "features": {"default": ["std"], "std": []},
            "targets": [{"kind": ["lib"]}],
        }],
    });
    let workspace = Workspace::from_metadata(&metadata).unwrap();
    let [package] = &workspace.packages[..] else {
        panic!("one package")
    };
    assert_eq!(package.folder, "crates/frame");
    assert_eq!(package.features, ["std"]);
    assert_eq!(package.target_kinds, ["lib"]);
    assert_eq!(
        package.dependencies[1],
        Dependency {
            name: "proptest".into(),
            kind: DependencyKind::Development
        }
    );
}

#[test]
fn metadata_of_another_form_is_refused() {
    assert!(Workspace::from_metadata(&serde_json::json!({"packages": []})).is_none());
}
