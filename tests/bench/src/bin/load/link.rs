//! One connection that sends messages of an image and reads them back.

use std::ops::Range;
use std::os::fd::OwnedFd;

use crate::image::Image;
use crate::reader::Reader;
use crate::socket;

pub(crate) struct Link {
    socket: OwnedFd,
    pub(crate) reader: Reader,
    /// Messages that were given to the socket, at least in part.
    pub(crate) n_sent: u64,
    /// The part of the image that is on its way.
    pending: Range<usize>,
}

impl Link {
    pub(crate) fn new(socket: OwnedFd, to_compare: u64) -> Self {
        Self {
            socket,
            reader: Reader::new(to_compare),
            n_sent: 0,
            pending: 0..0,
        }
    }

    pub(crate) fn socket(&self) -> &OwnedFd {
        &self.socket
    }

    /// Whether all that was begun has been taken by the socket.
    pub(crate) fn is_idle(&self) -> bool {
        self.pending.is_empty()
    }

    /// Begins the next `count` messages: at most the depth, and only on an idle link.
    pub(crate) fn begin(&mut self, count: usize, image: &Image) {
        self.pending = image.range(self.n_sent, count);
        self.n_sent += count as u64;
    }

    /// Sends what the socket takes of the messages begun.
    pub(crate) fn send(&mut self, image: &Image) {
        while !self.pending.is_empty() {
            match socket::send(&self.socket, image.bytes(self.pending.clone())) {
                Ok(Some(n_bytes)) => self.pending.start += n_bytes,
                Ok(None) => return,
                Err(error) => panic!("send: {error}"),
            }
        }
    }

    /// Sends at most `n_bytes` of the messages begun, for callers that have others to look after.
    pub(crate) fn send_some(&mut self, n_bytes: usize, image: &Image) {
        let end = self.pending.end.min(self.pending.start + n_bytes);
        match socket::send(&self.socket, image.bytes(self.pending.start..end)) {
            Ok(n_sent) => self.pending.start += n_sent.unwrap_or(0),
            Err(error) => panic!("send: {error}"),
        }
    }

    /// Reads once; `None` when there is nothing.
    pub(crate) fn recv(&self, buf: &mut [u8]) -> Option<usize> {
        match socket::recv(&self.socket, buf) {
            Ok(Some(0)) => panic!("the server closed a connection"),
            Ok(n_bytes) => n_bytes,
            Err(error) => panic!("recv: {error}"),
        }
    }

    /// Messages sent that have not come back.
    pub(crate) fn n_under_way(&self) -> u64 {
        self.n_sent - self.reader.n_seen
    }
}
