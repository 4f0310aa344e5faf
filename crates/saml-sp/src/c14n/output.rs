//! Where octets go.

/// Takes octets in whatever pieces they come.
pub(super) trait Output {
    fn put(&mut self, octets: &[u8]);
}

impl Output for Vec<u8> {
    #[inline]
    fn put(&mut self, octets: &[u8]) {
        self.extend_from_slice(octets);
    }
}

/// Large enough that a digest works at full speed, small enough to stay in the nearest cache.
const SIZE: usize = 8 * 1024;

/// Gathers small pieces before they reach a sink.
pub(super) struct Buffered<'s> {
    buffer: Vec<u8>,
    sink: &'s mut dyn FnMut(&[u8]),
}

impl<'s> Buffered<'s> {
    pub(super) fn new(sink: &'s mut dyn FnMut(&[u8])) -> Self {
        Self {
            buffer: Vec::with_capacity(SIZE),
            sink,
        }
    }

    pub(super) fn flush(&mut self) {
        (self.sink)(&self.buffer);
        self.buffer.clear();
    }
}

impl Output for Buffered<'_> {
    #[inline]
    fn put(&mut self, octets: &[u8]) {
        if self.buffer.len() + octets.len() > SIZE {
            self.flush();
            if octets.len() > SIZE {
                return (self.sink)(octets);
            }
        }
        self.buffer.extend_from_slice(octets);
    }
}
