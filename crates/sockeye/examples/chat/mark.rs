//! The mark of a message that cannot be understood, found all the same.
//!
//! A page keeps what it sent until it hears of it by its mark ([`Reference`]). So a refusal has to
//! carry the mark even if the rest of the object is wrong, cut off, or no JSON at all. Reads only
//! the object itself, nothing nested in it.

use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};

use crate::words::Reference;

/// The first `ref` of a JSON object, whatever stands before and after it.
pub(crate) fn mark_in(json: &[u8]) -> Option<Reference> {
    let mut found = None;
    // Where the object stops being JSON is of no interest: what was found before it counts.
    let _fault = serde_json::Deserializer::from_slice(json).deserialize_map(Finder(&mut found));
    found
}

/// Leaves what it finds where it is safe from a fault later in the object.
struct Finder<'f>(&'f mut Option<Reference>);

impl<'de> Visitor<'de> for Finder<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(key) = object.next_key::<String>()? {
            if key == "ref" {
                *self.0 = Some(object.next_value()?);
                break;
            }
            // Unlike a string that is wanted, one that is passed over may have lone surrogates.
            object.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}
