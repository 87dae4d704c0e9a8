//! Whose cryptography it is.

use std::env;

use super::*;
use crate::ClientTls;
use crate::testing::{Files, check_passed, meet, this_test};

#[test]
fn aws_lc_rs_goes_before_ring() {
    let keys = format!("{:?}", provider().unwrap().key_provider);
    let expected = match cfg!(feature = "aws-lc-rs") {
        true => "AwsLcRs",
        false => "Ring",
    };
    assert_eq!(keys, expected);
}

/// In a process of its own, since what is installed stays.
#[test]
fn that_of_the_process_is_neither_needed_nor_used() {
    if env::var_os(ALONE).is_none() {
        let test = "provider::tests::that_of_the_process_is_neither_needed_nor_used";
        let mut command = this_test(test);
        command.env(ALONE, "1");
        return check_passed(command);
    }
    let check = || {
        let files = Files::new();
        let trusting = ClientTls::trusting_pem_file(&files.authority).unwrap();
        meet(&trusting, &files.server(), "localhost")
            .map(drop)
            .unwrap();
        let named = ClientTls::with_certificate(&files.authority, &files.chain, &files.key);
        let met = meet(&named.unwrap(), &files.demanding_server(), "localhost");
        assert!(met.unwrap().client_showed);
        // Whoever it trusts, if anybody.
        drop(ClientTls::by_features());
    };
    check();
    assert!(CryptoProvider::get_default().is_none());
    // Nothing can be agreed on with this one.
    let useless = CryptoProvider {
        cipher_suites: Vec::new(),
        kx_groups: Vec::new(),
        ..CryptoProvider::clone(&provider().unwrap())
    };
    useless.install_default().unwrap();
    check();
}

const ALONE: &str = "SOCKEYE_TEST_ALONE";
