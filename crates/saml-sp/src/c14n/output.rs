//! Where octets go.

/// Takes octets in whatever pieces they come.
pub(super) trait Output {
    fn put(&mut self, octets: &[u8]);

    /// How many octets have been put.
    fn total(&self) -> usize;
}

impl Output for Vec<u8> {
    #[inline]
    fn put(&mut self, octets: &[u8]) {
        self.extend_from_slice(octets);
    }

    fn total(&self) -> usize {
        self.len()
    }
}

/// Large enough that a digest works at full speed, small enough to stay in the nearest cache.
const SIZE: usize = 8 * 1024;

/// Gathers small pieces before they reach a sink.
pub(super) struct Buffered<'s> {
    buffer: Vec<u8>,
    passed: usize,
    sink: &'s mut dyn FnMut(&[u8]),
}

impl<'s> Buffered<'s> {
    pub(super) fn new(sink: &'s mut dyn FnMut(&[u8])) -> Self {
        Self {
            buffer: Vec::with_capacity(SIZE),
            passed: 0,
            sink,
        }
    }

    pub(super) fn flush(&mut self) {
        (self.sink)(&self.buffer);
        self.passed += self.buffer.len();
        self.buffer.clear();
    }
}

impl Output for Buffered<'_> {
    #[inline]
    fn put(&mut self, octets: &[u8]) {
        if self.buffer.len() + octets.len() > SIZE {
            self.flush();
            if octets.len() > SIZE {
                self.passed += octets.len();
                return (self.sink)(octets);
            }
        }
        self.buffer.extend_from_slice(octets);
    }
    fn total(&self) -> usize {
        self.passed + self.buffer.len()
    }
}
