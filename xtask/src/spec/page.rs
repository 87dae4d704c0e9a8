//! The page `docs/compliance.md`: every requirement with its code and its tests.

use std::fmt::Write;

use super::place;
use super::requirement::{Requirement, Rfc};

/// Writes the page.
pub(super) fn write(rfcs: &[Rfc]) -> String {
    let mut page = String::from(HEAD);
    for rfc in rfcs {
        let kept = |it: &&Requirement| it.not.is_none();
        let n_all = rfc.requirements.len();
        let n_kept = rfc.requirements.iter().filter(kept).count();
        line(
            &mut page,
            format_args!(
                "| [RFC {0}](#rfc-{0}) | {n_all} | {n_kept} | {1} |",
                rfc.number,
                n_all - n_kept
            ),
        );
    }
    for rfc in rfcs {
        let Rfc { number, title, .. } = rfc;
        line(
            &mut page,
            format_args!(
                "\n## RFC {number}\n\n{title}. The numbers behind the section tell apart what stands in it."
            ),
        );
        table(&mut page, rfc);
        line(&mut page, format_args!("\n### Not in the code\n"));
        let without = rfc.requirements.iter();
        for (requirement, reason) in without.filter_map(|it| Some((it, it.not.as_ref()?))) {
            let Requirement {
                id, level, says, ..
            } = requirement;
            line(
                &mut page,
                format_args!("- `{id}` {level}: {says}.\n  {}.", capital(reason)),
            );
        }
    }
    page
}

fn table(page: &mut String, rfc: &Rfc) {
    line(
        page,
        format_args!("\n| id | level | what is so | code | tests |\n|---|---|---|---|---|"),
    );
    for requirement in rfc.requirements.iter().filter(|it| it.not.is_none()) {
        let Requirement {
            id, level, says, ..
        } = requirement;
        let [code, tests] = [&requirement.code, &requirement.tests].map(|it| links(it));
        line(
            page,
            format_args!("| `{id}` | {level} | {says} | {code} | {tests} |"),
        );
    }
}

/// Names, each with a link to its file; those of one file behind one link.
fn links(references: &[String]) -> String {
    let mut links: Vec<String> = Vec::new();
    let mut last = "";
    for (path, name) in references.iter().filter_map(|it| place::split(it)) {
        let name = format!("`{name}`");
        match links.last_mut() {
            Some(link) if path == last => {
                link.push_str(", ");
                link.push_str(&name);
            }
            _ => links.push(format!("[{}](../{path}) {name}", short(path))),
        }
        last = path;
    }
    links.join("; ")
}

/// A path as docs/security.md has it: the crate's name without `sockeye-`, and what is in `src`.
fn short(path: &str) -> String {
    let short = path
        .replacen("crates/sockeye-", "", 1)
        .replacen("/src/", " ", 1);
    match short.strip_prefix("tests/") {
        Some(test) => test.replacen('/', " ", 1),
        None => short,
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(page, "{text}").expect("a string takes all");
}

const HEAD: &str = "\
# Compliance

What RFC 6455 and RFC 7692 require of an endpoint, with the code that keeps it and the tests that fail where it is not kept.
Each MUST, SHOULD and the like is here, in words of our own: the RFC's are what counts.
Where there is no code, there is a reason.

`cargo xtask spec` writes this page from `xtask/spec`, and tells the line of each name; `cargo xtask tidy` fails where a name has gone.

| RFC | requirements | with code and tests | with a reason instead |
|---|---|---|---|
";
