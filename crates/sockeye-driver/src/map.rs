//! A map whose order is the same in every run.
//!
//! For keys that nobody outside can choose, so nothing has to be unpredictable; connections are
//! then woken and ended in the same order in each run of a simulation.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};

pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<DefaultHasher>>;
