//! The header of a program for Linux, in the
//! [Executable and Linkable Format](https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html).

use anyhow::{Context, Result, ensure};

use crate::functions::Architecture;

/// The first bytes of a little-endian 64-bit file.
const MAGIC: [u8; 6] = [0x7f, b'E', b'L', b'F', 2, 1];
/// `e_machine` of the processors of Lambda.
const EM_X86_64: u16 = 62;
const EM_AARCH64: u16 = 183;
/// `sh_type` of a table of symbols, which a stripped program lacks.
const SHT_SYMTAB: u32 = 2;

/// The parts of the header that decide about a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The processor, or `None` if Lambda has no such processor.
    pub architecture: Option<Architecture>,
    /// Whether the program has no table of symbols.
    pub is_stripped: bool,
}

impl Header {
    /// Reads the header of a program.
    ///
    /// # Errors
    /// Returns an error if `bytes` are no program for 64-bit Linux, or if they are incomplete.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        ensure!(bytes.starts_with(&MAGIC), "it is no program for 64-bit Linux");
        Self::read_fields(bytes).context("it is incomplete")
    }

    fn read_fields(bytes: &[u8]) -> Option<Self> {
        let architecture = match u16::from_le_bytes(field(bytes, 18)?) {
            EM_X86_64 => Some(Architecture::X86_64),
            EM_AARCH64 => Some(Architecture::Arm64),
            _ => None,
        };
        let sections = usize::try_from(u64::from_le_bytes(field(bytes, 40)?)).ok()?;
        let size = usize::from(u16::from_le_bytes(field(bytes, 58)?));
        let mut is_stripped = true;
        for index in 0..usize::from(u16::from_le_bytes(field(bytes, 60)?)) {
            let start = sections.checked_add(index * size)?;
            is_stripped &= u32::from_le_bytes(field(bytes, start.checked_add(4)?)?) != SHT_SYMTAB;
        }
        Some(Self { architecture, is_stripped })
    }
}

/// Returns the field at `offset`.
fn field<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..)?.first_chunk().copied()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Returns a program without code.
    pub(crate) fn program(machine: u16, section_types: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0; 64 + 64 * section_types.len()];
        bytes[..6].copy_from_slice(&MAGIC);
        bytes[18..20].copy_from_slice(&machine.to_le_bytes());
        bytes[40] = 64;
        bytes[58] = 64;
        bytes[60] = u8::try_from(section_types.len()).unwrap();
        for (index, kind) in section_types.iter().enumerate() {
            let start = 64 + 64 * index + 4;
            bytes[start..start + 4].copy_from_slice(&kind.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn reads_the_processor() {
        let architecture = |machine| Header::read(&program(machine, &[])).unwrap().architecture;
        assert_eq!(architecture(62), Some(Architecture::X86_64));
        assert_eq!(architecture(183), Some(Architecture::Arm64));
        assert_eq!(architecture(243), None);
    }

    #[test]
    fn a_program_with_symbols_is_not_stripped() {
        assert!(Header::read(&program(62, &[0, 1, 3])).unwrap().is_stripped);
        assert!(!Header::read(&program(62, &[0, 1, 2])).unwrap().is_stripped);
    }

    #[test]
    fn reads_the_program_of_this_test() {
        let bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let expected = Header { architecture: Some(Architecture::of_this_machine()), is_stripped: false };
        assert_eq!(Header::read(&bytes).unwrap(), expected);
    }

    #[test]
    fn refuses_other_and_incomplete_files() {
        let message = |bytes: &[u8]| Header::read(bytes).unwrap_err().to_string();
        assert_eq!(message(b"#!/bin/sh\n"), "it is no program for 64-bit Linux");
        assert_eq!(message(b""), "it is no program for 64-bit Linux");
        assert_eq!(message(&program(62, &[0, 1])[..130]), "it is incomplete");
        let mut endless = program(62, &[0]);
        endless[40..48].fill(0xff);
        assert_eq!(message(&endless), "it is incomplete");
    }
}
