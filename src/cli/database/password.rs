//! The server role's password: drawn once, kept in a file that only its owner may read.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;

/// The password that is there, else a new one: 32 random bytes as 64 hexadecimal digits.
///
/// The caller holds a lock, so that two processes do not draw one each.
pub(super) fn ensure(data_dir: &Path) -> anyhow::Result<String> {
    let file = data_dir.join("server.password");
    match fs::read_to_string(&file) {
        Ok(password) if is_password(password.trim()) => return Ok(password.trim().to_owned()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("{} can't be read", file.display()));
        }
        _ => {}
    }
    let password = draw()?;
    let unnamed = data_dir.join("server.password.new");
    write(&unnamed, &password)
        .and_then(|()| fs::rename(&unnamed, &file))
        .and_then(|()| File::open(data_dir)?.sync_all())
        .with_context(|| format!("{} can't be written", file.display()))?;
    Ok(password)
}

/// The password goes into a statement as it is, so that nothing else may pass for one.
fn is_password(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn draw() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).context("the system gives no random bytes")?;
    Ok(bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("BUG: a string takes every character");
        hex
    }))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_password_is_drawn_once_and_is_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let password = ensure(dir.path()).unwrap();
        assert!(is_password(&password));
        assert_eq!(ensure(dir.path()).unwrap(), password);
        let file = fs::metadata(dir.path().join("server.password")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_spoilt_password_file_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("server.password"), "'; drop role x").unwrap();
        assert!(is_password(&ensure(dir.path()).unwrap()));
    }
}
