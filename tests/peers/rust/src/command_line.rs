//! The words of the command line, and what they mean.

use crate::cases::Options;
use crate::library::Settings;

/// All that was said.
#[derive(Debug, PartialEq)]
pub(crate) struct CommandLine {
    pub(crate) library: String,
    pub(crate) role: Role,
    pub(crate) settings: Settings,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Role {
    Server,
    Client(Options),
}

impl CommandLine {
    /// Reads the words after the program's name; the error is a sentence for the user.
    pub(crate) fn read(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut words = words.into_iter();
        let library = words.next().ok_or("no library named")?;
        let mut role = match words.next().as_deref() {
            Some("server") => Role::Server,
            Some("client") => Role::Client(Options {
                url: words.next().ok_or("no URL given")?,
                agent: library.clone(),
                parallel: 1,
            }),
            _ => return Err("say `server` or `client`".into()),
        };
        let mut settings = Settings::default();
        while let Some(word) = words.next() {
            match (word.as_str(), &mut role) {
                ("--deflate", _) => settings.deflate = true,
                ("--max-message", Role::Server) => {
                    settings.max_message_bytes = number(&word, words.next())?;
                }
                ("--agent", Role::Client(options)) => options.agent = agent(words.next())?,
                ("--parallel", Role::Client(options)) => {
                    options.parallel = number(&word, words.next())?;
                }
                _ => return Err(format!("`{word}` means nothing here")),
            }
        }
        Ok(Self {
            library,
            role,
            settings,
        })
    }
}

/// A number above zero.
fn number(option: &str, word: Option<String>) -> Result<usize, String> {
    let number = word.and_then(|word| word.parse().ok());
    number
        .filter(|number| *number > 0)
        .ok_or_else(|| format!("`{option}` needs a number above zero"))
}

/// An agent's name, which must fit into a URL as it is.
fn agent(word: Option<String>) -> Result<String, String> {
    word.filter(|word| {
        let mut chars = word.chars();
        !word.is_empty() && chars.all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c))
    })
    .ok_or_else(|| "`--agent` needs a name of letters, digits and -._~".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<CommandLine, String> {
        CommandLine::read(line.split(' ').map(str::to_owned))
    }

    #[test]
    fn a_server_has_a_limit() {
        let read = read("yawc server --max-message 1000 --deflate").unwrap();
        assert_eq!(read.role, Role::Server);
        assert_eq!(read.settings.max_message_bytes, 1000);
        assert!(read.settings.deflate);
    }

    #[test]
    fn a_client_has_defaults() {
        let read = read("yawc client ws://127.0.0.1:9001").unwrap();
        let options = Options {
            url: "ws://127.0.0.1:9001".into(),
            agent: "yawc".into(),
            parallel: 1,
        };
        assert_eq!(read.role, Role::Client(options));
        assert_eq!(read.settings, Settings::default());
        assert!(!read.settings.deflate);
    }

    #[test]
    fn mistakes_are_named() {
        for (line, expected) in [
            ("yawc", "server"),
            ("yawc client", "URL"),
            ("yawc server --max-message", "--max-message"),
            ("yawc server --max-message 0", "--max-message"),
            ("yawc server --parallel 2", "--parallel"),
            ("yawc client ws://a --parallel few", "--parallel"),
            ("yawc client ws://a --agent a&b", "--agent"),
        ] {
            let mistake = read(line).unwrap_err();
            assert!(mistake.contains(expected), "{line}: {mistake}");
        }
    }
}
