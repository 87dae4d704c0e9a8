//! What the number of instructions depends on besides the code: compiler, C library, valgrind, and
//! the vector instructions that valgrind lets a program see.
//!
//! Figures from two machines that differ in any of them are not compared.

use std::process::Command;

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::process;

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Machine {
    /// Architecture and the vector instructions in use.
    pub(super) cpu: String,
    /// It has `memcpy` and the allocator.
    pub(super) libc: String,
    pub(super) rustc: String,
    pub(super) valgrind: String,
}

impl Machine {
    /// This machine, with the valgrind of this version.
    pub(super) fn here(valgrind: &str) -> Result<Self, Failure> {
        let rustc = process::capture(Command::new("rustc").arg("--version"))?;
        let libc = process::capture(Command::new("getconf").arg("GNU_LIBC_VERSION"));
        Ok(Self {
            cpu: cpu(),
            libc: libc.map_or_else(|_| "not glibc".into(), |libc| libc.trim().to_owned()),
            rustc: rustc.trim().to_owned(),
            valgrind: valgrind.to_owned(),
        })
    }

    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| Some(value[name].as_str()?.to_owned());
        Some(Self {
            cpu: text("cpu")?,
            libc: text("libc")?,
            rustc: text("rustc")?,
            valgrind: text("valgrind")?,
        })
    }

    pub(super) fn to_json(&self) -> Value {
        let Self {
            cpu,
            libc,
            rustc,
            valgrind,
        } = self;
        json!({"cpu": cpu, "libc": libc, "rustc": rustc, "valgrind": valgrind})
    }

    /// Why figures counted `here` cannot be compared with those of this machine, a line for each.
    pub(super) fn differences(&self, here: &Self) -> Vec<String> {
        let pairs = [
            (&self.cpu, &here.cpu),
            (&self.libc, &here.libc),
            (&self.rustc, &here.rustc),
            (&self.valgrind, &here.valgrind),
        ];
        let different = pairs.into_iter().filter(|(then, here)| then != here);
        different
            .map(|(then, here)| {
                format!("instructions are only told: the baseline is of {then}, this is {here}")
            })
            .collect()
    }
}

/// Valgrind knows AVX2, and nothing newer.
fn cpu() -> String {
    let arch = std::env::consts::ARCH;
    match has_avx2() {
        true => format!("{arch} with AVX2"),
        false => arch.to_owned(),
    }
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx2() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_difference_is_told() {
        let then = Machine {
            cpu: "a".into(),
            libc: "b".into(),
            rustc: "c".into(),
            valgrind: "d".into(),
        };
        assert!(then.differences(&then).is_empty());
        let here = Machine {
            rustc: "e".into(),
            valgrind: "f".into(),
            ..then.clone()
        };
        let differences = then.differences(&here);
        assert_eq!(differences.len(), 2);
        assert!(
            differences[0].ends_with("the baseline is of c, this is e"),
            "{differences:?}"
        );
    }
}
