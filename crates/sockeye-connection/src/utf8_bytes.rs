//! Shared bytes that are known to be UTF-8.
//!
//! The crate has no unsafe code, so reading them as `str` checks them again, with vector
//! instructions, at several gigabytes per second. Checking incoming text is not done here.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;

use bytes::Bytes;
use sockeye_frame::{InvalidUtf8, validate_utf8};

/// Text in reference-counted memory: cheap to clone and to hand on.
///
/// Every value holds UTF-8. Reading it as [`str`] costs a pass over the text each time, because
/// safe code has to check it again; call [`as_str`](Self::as_str) once and keep the result. Bytes
/// are free.
#[derive(Clone, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Utf8Bytes(Bytes);

impl Utf8Bytes {
    /// Text that outlives the program, without copying it.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self(Bytes::from_static(text.as_bytes()))
    }

    /// Takes bytes that have been checked on their way in.
    #[inline]
    pub(crate) const fn from_checked(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// The text.
    #[inline]
    #[must_use]
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "the bytes were checked when the value was made"
    )]
    pub fn as_str(&self) -> &str {
        validate_utf8(&self.0).expect("checked when the value was made")
    }

    /// The text as bytes.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Length in bytes.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no text.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes, without copying them.
    #[inline]
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl From<&'static str> for Utf8Bytes {
    fn from(text: &'static str) -> Self {
        Self::from_static(text)
    }
}

impl From<String> for Utf8Bytes {
    fn from(text: String) -> Self {
        Self(Bytes::from(text))
    }
}

impl TryFrom<Bytes> for Utf8Bytes {
    type Error = InvalidUtf8;

    /// Takes bytes after checking them, without copying them.
    ///
    /// # Errors
    ///
    /// [`InvalidUtf8`] when they are not UTF-8.
    fn try_from(bytes: Bytes) -> Result<Self, InvalidUtf8> {
        validate_utf8(&bytes)?;
        Ok(Self(bytes))
    }
}

impl TryFrom<Vec<u8>> for Utf8Bytes {
    type Error = InvalidUtf8;

    /// Takes bytes after checking them, without copying them.
    ///
    /// # Errors
    ///
    /// [`InvalidUtf8`] when they are not UTF-8.
    fn try_from(bytes: Vec<u8>) -> Result<Self, InvalidUtf8> {
        Self::try_from(Bytes::from(bytes))
    }
}

impl From<Utf8Bytes> for Bytes {
    #[inline]
    fn from(text: Utf8Bytes) -> Self {
        text.0
    }
}

impl From<Utf8Bytes> for String {
    fn from(text: Utf8Bytes) -> Self {
        Self::from(text.as_str())
    }
}

impl Deref for Utf8Bytes {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Utf8Bytes {
    fn as_ref(&self) -> &str {
        self
    }
}

impl AsRef<[u8]> for Utf8Bytes {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq<str> for Utf8Bytes {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Utf8Bytes {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl fmt::Debug for Utf8Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Utf8Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn only_utf8_becomes_text() {
        assert_eq!(Utf8Bytes::try_from(b"\xC3".to_vec()), Err(InvalidUtf8));
        let text = Utf8Bytes::try_from("κόσμε".as_bytes().to_vec()).unwrap();
        assert_eq!(text, "κόσμε");
        assert_eq!(text.len(), 10);
        assert_eq!(text.chars().count(), 5);
        assert_eq!(text.to_string(), "κόσμε");
        assert_eq!(text.clone().into_bytes(), "κόσμε".as_bytes());
        assert_eq!(String::from(text), "κόσμε");
        assert!(Utf8Bytes::default().is_empty());
    }

    #[test]
    fn is_text_and_bytes() {
        let literal = "κόσμε";
        for text in [
            Utf8Bytes::from(literal),
            Utf8Bytes::from(String::from(literal)),
            Utf8Bytes::try_from(Bytes::from(literal)).unwrap(),
        ] {
            assert_eq!(AsRef::<str>::as_ref(&text), literal);
            assert_eq!(AsRef::<[u8]>::as_ref(&text), literal.as_bytes());
            assert_eq!(text.as_bytes(), literal.as_bytes());
            assert_eq!(alloc::format!("{text:?}"), "\"κόσμε\"");
            assert_eq!(text, *literal);
            assert_ne!(text, *"κόσμος");
            assert_ne!(text, "κόσμος");
            assert!(!text.is_empty());
            assert_eq!(Bytes::from(text), literal);
        }
    }
}
