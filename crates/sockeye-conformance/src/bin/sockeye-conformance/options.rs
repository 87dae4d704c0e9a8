//! The command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Parser;
use sockeye_conformance::{Case, Role, Scale, cases};

/// Tests WebSocket servers and clients over raw bytes, against RFC 6455 and RFC 7692.
///
/// Servers and clients under test echo text and binary messages. The exit status is 0 when all went
/// as expected (without --expect: when no case failed), 1 when not, 2 when there was nothing to test.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
pub(crate) struct Options {
    /// Test a server that runs already; may be repeated
    #[arg(long, value_name = "[NAME=]URL")]
    pub(crate) server: Vec<Named>,
    /// Start a program and test it as a server: it prints its ws:// or wss:// address, or has {port} in its
    /// command line; may be repeated
    #[arg(long, value_name = "NAME=COMMAND")]
    pub(crate) server_program: Vec<Named>,
    /// Listen, and test any client that speaks the protocol of Autobahn's fuzzing server
    #[arg(long, value_name = "ADDRESS:PORT", num_args = 0..=1, default_missing_value = "127.0.0.1:9001")]
    pub(crate) client: Option<SocketAddr>,
    /// Start a program and test it as a client: the address is its last argument, or stands where
    /// {url} is; may be repeated
    #[arg(long, value_name = "NAME=COMMAND")]
    pub(crate) client_program: Vec<Named>,
    /// Test over TLS: write an authority and a certificate for 127.0.0.1 into a folder, where servers
    /// under test find them by {certificate} and {key} in their command lines, clients by {authority};
    /// without subjects, write them and end
    #[arg(long, value_name = "FOLDER")]
    pub(crate) tls: Option<PathBuf>,
    /// Only these cases: numbers, or starts of numbers and `*`; may be repeated
    #[arg(long = "case", value_name = "PATTERN")]
    pub(crate) cases: Vec<String>,
    /// Not these cases; may be repeated
    #[arg(long, value_name = "PATTERN")]
    pub(crate) without: Vec<String>,
    /// For the subjects of that name only these of the cases; may be repeated
    #[arg(long, value_name = "NAME=PATTERN")]
    pub(crate) only: Vec<Named>,
    /// Cases at once against a server
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub(crate) parallel: usize,
    /// Compare with the verdicts in a file, and fail on any difference
    #[arg(long, value_name = "FILE")]
    pub(crate) expect: Option<PathBuf>,
    /// Write index.html, index.json (in Autobahn's form) and results.json into a folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Write a JUnit file
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Send a thousand messages in each case of groups 12 and 13
    #[arg(long)]
    pub(crate) thorough: bool,
    /// End with 0 whatever the verdicts are
    #[arg(long)]
    pub(crate) only_report: bool,
    /// Print the cases and end
    #[arg(long)]
    pub(crate) list: bool,
}

/// `NAME=VALUE`, or a value that is its own name.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl From<&str> for Named {
    fn from(text: &str) -> Self {
        let is_name = |name: &str| !name.is_empty() && !name.contains(['/', ':', '{']);
        let (name, value) = match text.split_once('=') {
            Some((name, value)) if is_name(name) => (name, value),
            Some(_) | None => (text, text),
        };
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
        }
    }
}

impl Options {
    /// Where certificates are wanted and nothing else, for subjects that are started before the suite.
    pub(crate) fn only_certificates(&self) -> Option<&Path> {
        self.tls.as_deref().filter(|_| !self.has_subjects())
    }

    fn has_subjects(&self) -> bool {
        !self.server.is_empty()
            || !self.server_program.is_empty()
            || !self.client_program.is_empty()
            || self.client.is_some()
    }

    /// Whether there is something to test, and each subject can be told from the others.
    ///
    /// # Errors
    ///
    /// What is wrong, as a sentence.
    pub(crate) fn check(&self, server_cases: &[Case], client_cases: &[Case]) -> Result<(), String> {
        let servers = self.server.iter().chain(&self.server_program);
        let servers: Vec<_> = servers.map(|named| &*named.name).collect();
        let clients: Vec<_> = self
            .client_program
            .iter()
            .map(|named| &*named.name)
            .collect();
        let has_clients = !clients.is_empty() || self.client.is_some();
        if !self.has_subjects() {
            let why = "no subject: see --server, --server-program, --client, --client-program";
            return Err(why.into());
        }
        if !servers.is_empty() && server_cases.is_empty() {
            return Err("no case for servers has such a number: --list shows all".into());
        }
        if has_clients && client_cases.is_empty() {
            return Err("no case for clients has such a number: --list shows all".into());
        }
        for (role, names) in [(Role::Server, servers), (Role::Client, clients)] {
            for (index, name) in names.iter().enumerate() {
                if names[..index].contains(name) {
                    return Err(format!("two subjects are called {name:?}: use NAME="));
                }
            }
            for name in names {
                let cases = match role {
                    Role::Server => server_cases,
                    Role::Client => client_cases,
                };
                if self.cases_of(name, cases).is_empty() {
                    return Err(format!("--only leaves {name:?} no case as {role}"));
                }
            }
        }
        Ok(())
    }

    /// Those of `cases` that the subjects called `name` are tested with.
    pub(crate) fn cases_of(&self, name: &str, cases: &[Case]) -> Vec<Case> {
        let only = self.only.iter().filter(|only| only.name == name);
        let patterns: Vec<_> = only.map(|only| only.value.clone()).collect();
        let is_wanted = |case: &&Case| patterns.is_empty() || case.matches(&patterns);
        cases.iter().filter(is_wanted).cloned().collect()
    }

    /// The cases that are selected, for subjects of one role.
    pub(crate) fn selected(&self, role: Role) -> Vec<Case> {
        let scale = match self.thorough {
            true => Scale::Thorough,
            false => Scale::Quick,
        };
        let mut cases = cases(role, scale);
        cases.retain(|case| {
            let is_wanted = self.cases.is_empty() || case.matches(&self.cases);
            is_wanted && !case.matches(&self.without)
        });
        cases
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Result<(), &str>) {
        let words = ["sockeye-conformance"].into_iter().chain(line.split(' '));
        let options = Options::try_parse_from(words).unwrap();
        let (server_cases, client_cases) = (
            options.selected(Role::Server),
            options.selected(Role::Client),
        );
        let checked = options.check(&server_cases, &client_cases);
        assert_eq!(checked, expected.map_err(str::to_owned));
    }

    #[test]
    fn what_would_test_nothing_is_refused() {
        check(
            "--server a=x --server-program b=x --client-program a=x",
            Ok(()),
        );
        check(
            "--server x --case H.21.*",
            Err("no case for servers has such a number: --list shows all"),
        );
        check(
            "--client 127.0.0.1:1 --case H.3.*",
            Err("no case for clients has such a number: --list shows all"),
        );
        check(
            "--server a=x --server-program a=y",
            Err("two subjects are called \"a\": use NAME="),
        );
        check("--server a=x --only a=7.1.1 --only a=H.21.*", Ok(()));
        check(
            "--server a=x --server b=x --only b=H.21.*",
            Err("--only leaves \"b\" no case as server"),
        );
    }

    #[test]
    fn a_subject_can_have_fewer_cases_than_others() {
        let line = "suite --server a=x --server b=x --only b=7.1.1 --only b=3.* --case 3.*";
        let options = Options::try_parse_from(line.split(' ')).unwrap();
        let cases = options.selected(Role::Server);
        let of = |name| options.cases_of(name, &cases).len();
        assert_eq!((of("a"), of("b")), (7, 7));
        let line = line.replace(" --case 3.*", "");
        let options = Options::try_parse_from(line.split(' ')).unwrap();
        let cases = options.selected(Role::Server);
        let of = |name| options.cases_of(name, &cases).len();
        assert_eq!((of("a"), of("b")), (cases.len(), 8));
    }
}
