//! Reads the properties of an XMP packet, which is RDF in XML (XMP part 1, 7; ISO 16684-1).

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::reader::Reader;

/// The maximum depth of nested elements. The properties of interest have a depth of up to six.
const MAX_DEPTH: usize = 32;
/// The maximum number of attributes read from one element.
const MAX_ATTRIBUTES: usize = 512;
/// The maximum number of values in total.
const MAX_VALUES: usize = 256;
/// The maximum number of namespace prefixes in total.
const MAX_PREFIXES: usize = 32;
/// The maximum number of bytes of one value: 2000 characters of up to four bytes.
const MAX_VALUE_LENGTH: usize = 8000;

/// Namespaces and their standard prefixes in the XMP specification.
const NAMESPACES: [(&str, &str); 8] = [
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://ns.adobe.com/xap/1.0/", "xmp"),
    ("http://ns.adobe.com/photoshop/1.0/", "photoshop"),
    ("http://ns.adobe.com/tiff/1.0/", "tiff"),
    ("http://ns.adobe.com/exif/1.0/", "exif"),
    ("http://ns.adobe.com/exif/1.0/aux/", "aux"),
    ("http://cipa.jp/exif/1.0/", "exifEX"),
];

/// A name: its standard prefix and its local part.
type Name<'a> = (&'static str, &'a str);

/// Property names and values, with one entry for each value of a list.
#[derive(Debug, Default)]
pub(super) struct Properties(Vec<(&'static str, String)>);

impl Properties {
    /// Returns all values of a property.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(property, _)| *property == name).map(|(_, value)| value.as_str())
    }

    /// Returns the first value of a property. For a text in several languages, the first value is
    /// in the default language.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }
}

/// Reads the properties with the given names, up to the first damage in the packet.
///
/// Ignores document types and resolves only character references and the five predefined entities
/// of XML.
pub(super) fn read(packet: &[u8], names: &[&'static str]) -> Properties {
    let text = String::from_utf8_lossy(packet);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let mut packet = PacketReader { names, ..PacketReader::default() };
    while packet.depth <= MAX_DEPTH && packet.properties.0.len() < MAX_VALUES {
        match reader.read_event() {
            Ok(Event::Start(element)) => packet.start_element(&element),
            Ok(Event::End(element)) => packet.end_element(element.name()),
            Ok(Event::Text(text)) => packet.add_text(&text),
            Ok(Event::CData(text)) => packet.add_text(&text),
            Ok(Event::GeneralRef(reference)) => packet.add_reference(&reference),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    packet.properties
}

/// State of the reader within the packet.
#[derive(Default)]
struct PacketReader<'n> {
    /// The names of the properties to read.
    names: &'n [&'static str],
    /// Declared prefixes and their standard prefixes, regardless of scope.
    prefixes: Vec<(String, &'static str)>,
    depth: usize,
    /// Depth of the current `rdf:Description`.
    description: Option<usize>,
    /// Depth and name of the current property.
    property: Option<(usize, &'static str)>,
    text: String,
    properties: Properties,
}

impl PacketReader<'_> {
    fn start_element(&mut self, element: &BytesStart) {
        self.depth += 1;
        let attributes = attributes(element);
        for (name, uri) in &attributes {
            if let Some(prefix) = name.strip_prefix("xmlns:") {
                self.declare_prefix(prefix, uri);
            }
        }
        let name = self.resolve(element.name());
        match (self.description, self.property) {
            (None, _) if name == Some(("rdf", "Description")) => {
                self.description = Some(self.depth);
                for (name, value) in attributes {
                    if let Some(name) = self.property_name(self.resolve(QName(&name))) {
                        self.add_value(name, &value);
                    }
                }
            }
            (Some(depth), None) if depth + 1 == self.depth => {
                self.property = self.property_name(name).map(|name| (self.depth, name));
                self.text.clear();
            }
            (_, Some(_)) if name == Some(("rdf", "li")) => self.text.clear(),
            _ => {}
        }
    }

    fn end_element(&mut self, element: QName) {
        if let Some((depth, name)) = self.property {
            if depth == self.depth || self.resolve(element) == Some(("rdf", "li")) {
                let text = std::mem::take(&mut self.text);
                self.add_value(name, &text);
            }
            self.property = self.property.filter(|_| depth < self.depth);
        }
        self.description = self.description.filter(|depth| *depth < self.depth);
        self.depth = self.depth.saturating_sub(1);
    }

    fn add_value(&mut self, name: &'static str, value: &str) {
        let value = value.trim();
        if !value.is_empty() && self.properties.0.len() < MAX_VALUES {
            self.properties.0.push((
                name,
                value.get(..value.floor_char_boundary(MAX_VALUE_LENGTH)).unwrap_or(value).to_owned(),
            ));
        }
    }

    fn add_text(&mut self, text: &str) {
        if self.property.is_some() && self.text.len() < MAX_VALUE_LENGTH {
            self.text.push_str(text);
        }
    }

    fn add_reference(&mut self, reference: &BytesRef) {
        if let Ok(Some(character)) = reference.resolve_char_ref() {
            self.add_text(character.encode_utf8(&mut [0; 4]));
        } else if let Some(text) = resolve_predefined_entity(reference) {
            self.add_text(text);
        }
    }

    fn declare_prefix(&mut self, prefix: &str, uri: &str) {
        let standard = NAMESPACES.iter().find(|(namespace, _)| *namespace == uri);
        if let Some((_, standard)) = standard.filter(|_| self.prefixes.len() < MAX_PREFIXES) {
            self.prefixes.push((prefix.to_owned(), standard));
        }
    }

    /// Replaces the declared prefix of a name by the standard prefix.
    fn resolve<'q>(&self, name: QName<'q>) -> Option<Name<'q>> {
        let (prefix, local) = name.0.split_once(':')?;
        let (_, standard) = self.prefixes.iter().rev().find(|(declared, _)| declared == prefix)?;
        Some((standard, local))
    }

    /// Returns the name as in `names`, or `None` if it is not the name of a property to read.
    fn property_name(&self, name: Option<Name>) -> Option<&'static str> {
        self.names.iter().copied().find(|property| property.split_once(':') == name)
    }
}

/// Returns the names and values of the attributes. Skips damaged attributes.
fn attributes(element: &BytesStart) -> Vec<(String, String)> {
    let mut attributes = element.attributes();
    // The check for duplicates takes quadratic time.
    let attributes = attributes.with_checks(false).take(MAX_ATTRIBUTES).flatten();
    let names_and_values = attributes.filter_map(|attribute| {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
        Some((attribute.key.0.to_owned(), value))
    });
    names_and_values.collect()
}
