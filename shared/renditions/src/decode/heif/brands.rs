//! Recognises the codec of a file by its brands (ISO/IEC 14496-12, 4.3).

use super::container::Container;
use super::iso_box::BoxReader;
use super::types::Codec;

/// Returns the codec of a HEIF file, or `None` if its `ftyp` box has no brand of still pictures.
///
/// If the brands define only the structure of the file, the type of the primary item determines the
/// codec.
pub(crate) fn codec_of_file(bytes: &[u8]) -> Option<Codec> {
    let (kind, ftyp) = BoxReader(bytes).next_box()?;
    // The second field is the minor version.
    let mut brands = ftyp.0.chunks_exact(4).enumerate().filter(|(index, _)| *index != 1);
    if &kind != b"ftyp" {
        return None;
    }
    let mut has_structural_brand = false;
    for (_, brand) in brands.by_ref() {
        match brand {
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => return Some(Codec::Hevc),
            b"avif" | b"avis" => return Some(Codec::Av1),
            b"mif1" | b"mif2" | b"msf1" => has_structural_brand = true,
            _ => {}
        }
    }
    if has_structural_brand { codec_of_primary_item(bytes) } else { None }
}

/// The maximum number of derived items around the first coded item.
const MAX_DERIVATIONS: usize = 4;

fn codec_of_primary_item(bytes: &[u8]) -> Option<Codec> {
    let container = Container::parse(bytes).ok()?;
    let mut id = container.primary;
    for _ in 0..=MAX_DERIVATIONS {
        if let Some(codec) = Codec::of_item_type(&container.item(id).ok()?.kind) {
            return Some(codec);
        }
        id = *container.referenced_items(id, b"dimg").first()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(brands: &[u8]) -> Vec<u8> {
        let length = u32::try_from(brands.len() + 8).unwrap();
        [&length.to_be_bytes(), b"ftyp".as_slice(), brands].concat()
    }

    #[test]
    fn brands_determine_the_codec() {
        assert_eq!(codec_of_file(&file(b"heic\0\0\0\0mif1heic")), Some(Codec::Hevc));
        assert_eq!(codec_of_file(&file(b"mif1\0\0\0\0mif1miafheix")), Some(Codec::Hevc));
        assert_eq!(codec_of_file(&file(b"avif\0\0\0\0avifmif1miaf")), Some(Codec::Av1));
        assert_eq!(codec_of_file(&file(b"mif1\0\0\0\0mif1avif")), Some(Codec::Av1));
        assert_eq!(codec_of_file(&file(b"isom\0\0\0\0isommp41")), None);
        assert_eq!(codec_of_file(&file(b"isomavif")), None, "the minor version is not a brand");
        assert_eq!(codec_of_file(b"\0\0\0\x10moov"), None);
    }
}
