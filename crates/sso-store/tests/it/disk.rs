//! A disk that is soon full. The application's tests use this file too.

use crate::server::fresh_directory;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

/// A file system of two mebibytes in memory.
pub(crate) struct SmallDisk(pub(crate) PathBuf);

impl SmallDisk {
    /// `None` where mounting is not allowed; then that was printed.
    pub(crate) fn mount() -> Option<Self> {
        let place = fresh_directory();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
            .arg(&place)
            .output();
        let mounted = mount.is_ok_and(|output| output.status.success());
        if !mounted {
            std::fs::remove_dir_all(&place).unwrap();
            println!("skipped: a small file system (mounting one is not allowed here)");
        }
        mounted.then_some(Self(place))
    }

    /// Takes all the room there is, with a file that is given.
    pub(crate) fn fill(&self) -> PathBuf {
        let ballast = self.0.join("ballast");
        let mut file = std::fs::File::create(&ballast).unwrap();
        for size in [1 << 20, 4096, 1] {
            let piece = vec![7; size];
            while file.write_all(&piece).is_ok() {}
        }
        ballast
    }

    pub(crate) fn grow(&self) {
        let grown = Command::new("mount")
            .args(["-o", "remount,size=64m"])
            .arg(&self.0)
            .output()
            .unwrap();
        assert!(grown.status.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.0).output().ok();
        std::fs::remove_dir_all(&self.0).ok();
    }
}
