//! The properties in an XMP packet: RDF in XML (XMP part 1, 7; ISO 16684-1).

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::reader::Reader;

/// How deep elements are followed; what is looked for is six deep.
const MOST_DEPTH: usize = 32;
/// The most attributes of an element, values in all, and namespaces looked at.
const MOST_ATTRIBUTES: usize = 512;
const MOST_VALUES: usize = 256;
const MOST_PREFIXES: usize = 32;
/// The longest value (bytes): 2000 characters of up to four bytes.
const MOST_VALUE: usize = 8000;

/// Namespaces, with the prefix that the XMP specification gives them.
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

/// A name with its usual prefix.
type Name<'a> = (&'static str, &'a str);

/// Properties and their values; one of several values is there as often.
#[derive(Debug, Default)]
pub(super) struct Properties(Vec<(&'static str, String)>);

impl Properties {
    /// The values of a property.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The first one: of a text in several languages that is the one to show.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }
}

/// Reads the wanted properties, up to where a packet is damaged or cut off. No document type is read, no entity known
/// but XML's own five.
pub(super) fn read(packet: &[u8], wanted: &[&'static str]) -> Properties {
    let text = String::from_utf8_lossy(packet);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let mut walk = Walk { wanted, ..Walk::default() };
    while walk.depth <= MOST_DEPTH && walk.found.0.len() < MOST_VALUES {
        match reader.read_event() {
            Ok(Event::Start(element)) => walk.enter(&element),
            Ok(Event::End(element)) => walk.leave(element.name()),
            Ok(Event::Text(text)) => walk.add(&text),
            Ok(Event::CData(text)) => walk.add(&text),
            Ok(Event::GeneralRef(reference)) => walk.refer(&reference),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    walk.found
}

/// Where in the packet the reading is.
#[derive(Default)]
struct Walk<'w> {
    wanted: &'w [&'static str],
    /// Prefixes declared so far, whatever their scope, and the usual ones for them.
    prefixes: Vec<(String, &'static str)>,
    depth: usize,
    /// How deep the description is whose properties are being read, and the property whose value is.
    description: Option<usize>,
    property: Option<(usize, &'static str)>,
    text: String,
    found: Properties,
}

impl Walk<'_> {
    fn enter(&mut self, element: &BytesStart) {
        self.depth += 1;
        let attributes = attributes(element);
        for (name, uri) in &attributes {
            if let Some(prefix) = name.strip_prefix("xmlns:") {
                self.declare(prefix, uri);
            }
        }
        let name = self.name(element.name());
        match (self.description, self.property) {
            (None, _) if name == Some(("rdf", "Description")) => {
                self.description = Some(self.depth);
                for (name, value) in attributes {
                    if let Some(name) = self.wanted(self.name(QName(&name))) {
                        self.keep(name, &value);
                    }
                }
            }
            (Some(depth), None) if depth + 1 == self.depth => {
                self.property = self.wanted(name).map(|name| (self.depth, name));
                self.text.clear();
            }
            (_, Some(_)) if name == Some(("rdf", "li")) => self.text.clear(),
            _ => {}
        }
    }

    fn leave(&mut self, element: QName) {
        if let Some((depth, name)) = self.property {
            if depth == self.depth || self.name(element) == Some(("rdf", "li")) {
                let text = std::mem::take(&mut self.text);
                self.keep(name, &text);
            }
            self.property = self.property.filter(|_| depth < self.depth);
        }
        self.description = self.description.filter(|depth| *depth < self.depth);
        self.depth = self.depth.saturating_sub(1);
    }

    fn keep(&mut self, name: &'static str, value: &str) {
        let value = value.trim();
        if !value.is_empty() && self.found.0.len() < MOST_VALUES {
            self.found
                .0
                .push((name, value.get(..value.floor_char_boundary(MOST_VALUE)).unwrap_or(value).to_owned()));
        }
    }

    fn add(&mut self, text: &str) {
        if self.property.is_some() && self.text.len() < MOST_VALUE {
            self.text.push_str(text);
        }
    }

    fn refer(&mut self, reference: &BytesRef) {
        if let Ok(Some(character)) = reference.resolve_char_ref() {
            self.add(character.encode_utf8(&mut [0; 4]));
        } else if let Some(text) = resolve_predefined_entity(reference) {
            self.add(text);
        }
    }

    fn declare(&mut self, prefix: &str, uri: &str) {
        let usual = NAMESPACES.iter().find(|(known, _)| *known == uri);
        if let Some((_, usual)) = usual.filter(|_| self.prefixes.len() < MOST_PREFIXES) {
            self.prefixes.push((prefix.to_owned(), usual));
        }
    }

    fn name<'n>(&self, name: QName<'n>) -> Option<Name<'n>> {
        let (prefix, local) = name.0.split_once(':')?;
        let (_, usual) = self.prefixes.iter().rev().find(|(declared, _)| declared == prefix)?;
        Some((usual, local))
    }

    fn wanted(&self, name: Option<Name>) -> Option<&'static str> {
        self.wanted.iter().copied().find(|wanted| wanted.split_once(':') == name)
    }
}

/// Names and values; those that are damaged are left out.
fn attributes(element: &BytesStart) -> Vec<(String, String)> {
    let mut attributes = element.attributes();
    // Whether one is there twice would be asked of each pair of them.
    let attributes = attributes.with_checks(false).take(MOST_ATTRIBUTES).flatten();
    let read = attributes.filter_map(|attribute| {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
        Some((attribute.key.0.to_owned(), value))
    });
    read.collect()
}
