//! A point in time that the caller tells a connection.
//!
//! The crate has no clock: every call that needs the time takes it as an argument. The origin is
//! the caller's choice, such as the moment the program or the connection began; only differences
//! count. Calendar time is not known here.

use core::ops::Add;
use core::time::Duration;

/// Time since an origin that the caller chose, with the resolution of a nanosecond.
///
/// All timestamps given to one connection must have the same origin and come from a clock that
/// does not go back. The latest that can be expressed is about 584 years after the origin;
/// arithmetic stops there instead of overflowing.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp {
    nanos: u64,
}

impl Timestamp {
    /// The latest timestamp there is.
    pub(crate) const MAX: Self = Self { nanos: u64::MAX };

    /// The point in time this long after the origin.
    #[inline]
    #[must_use]
    pub fn from_duration(since_origin: Duration) -> Self {
        Self {
            nanos: saturating_nanos(since_origin),
        }
    }

    /// The time since the origin.
    #[inline]
    #[must_use]
    pub const fn as_duration(self) -> Duration {
        Duration::from_nanos(self.nanos)
    }

    /// The time that has passed since `earlier`; zero when `earlier` is in fact later.
    #[inline]
    #[must_use]
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.nanos.saturating_sub(earlier.nanos))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    #[inline]
    fn add(self, duration: Duration) -> Self {
        Self {
            nanos: self.nanos.saturating_add(saturating_nanos(duration)),
        }
    }
}

fn saturating_nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_at_both_ends() {
        let second = Timestamp::from_duration(Duration::from_secs(1));
        assert_eq!(second.as_duration(), Duration::from_secs(1));
        assert_eq!((second + Duration::from_secs(2)).as_duration().as_secs(), 3);
        assert_eq!(
            Timestamp::default().saturating_since(second),
            Duration::ZERO
        );
        assert_eq!(
            second.saturating_since(Timestamp::default()),
            Duration::from_secs(1)
        );
        assert_eq!(second + Duration::MAX, Timestamp::MAX);
        assert_eq!(Timestamp::from_duration(Duration::MAX), Timestamp::MAX);
    }
}
