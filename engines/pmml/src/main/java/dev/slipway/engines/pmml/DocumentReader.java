package dev.slipway.engines.pmml;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// Reads a document into elements. Document types are refused, so there are no entities to expand
/// and nothing outside the file to read.
final class DocumentReader {
  private static final int MOST_DEPTH = 600;
  private static final int LONGEST_TEXT = 64 << 20;
  private static final int PEEK_BYTES = 4096;

  /// The first start tag, after declarations and comments.
  private static final Pattern ROOT =
      Pattern.compile(
          "^[^<]*(<\\?.*?\\?>[^<]*|<!--.*?-->[^<]*)*+<(\\w+:)?PMML[\\s>]", Pattern.DOTALL);

  private final XMLStreamReader in;
  private final ArrayDeque<Element> open = new ArrayDeque<>();
  private final StringBuilder text = new StringBuilder();
  private final Map<String, String> shared = new HashMap<>();
  private int skipping;

  private DocumentReader(XMLStreamReader in) {
    this.in = in;
  }

  /// Whether the beginning of a file is that of a PMML document.
  static boolean begins(Path file) {
    try (var stream = Files.newInputStream(file)) {
      var head = new String(stream.readNBytes(PEEK_BYTES), java.nio.charset.StandardCharsets.UTF_8);
      return ROOT.matcher(head).find();
    } catch (IOException _) {
      return false;
    }
  }

  /// @return the root, `PMML`
  /// @throws PmmlException if it is no such document
  static Element read(Path file) throws IOException {
    try (var stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return read(stream);
    }
  }

  private static Element read(InputStream stream) {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty("jdk.xml.maxElementDepth", "0"); // [#MOST_DEPTH] is ours, trees are deep
    factory.setXMLResolver(
        (_, _, _, _) -> {
          throw new XMLStreamException("external entities are not read");
        });
    try {
      var in = factory.createXMLStreamReader(stream);
      return new DocumentReader(in).root();
    } catch (XMLStreamException problem) {
      var at = problem.getLocation();
      int line = at == null ? 0 : at.getLineNumber();
      var message = String.valueOf(problem.getMessage()).lines().toList().getLast();
      throw new PmmlException("line " + line + ": not well-formed XML: " + message);
    }
  }

  private Element root() throws XMLStreamException {
    Element root = null;
    while (in.hasNext()) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          var element = start();
          root = root == null ? element : root;
        }
        case XMLStreamConstants.END_ELEMENT -> end();
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> characters();
        case XMLStreamConstants.DTD -> throw refused("a document type (DOCTYPE)");
        case XMLStreamConstants.ENTITY_REFERENCE -> throw refused("an entity reference");
        default -> {}
      }
    }
    if (root == null || !root.name().equals("PMML")) {
      throw new PmmlException("the root element is " + root + ", expected PMML");
    }
    return root;
  }

  private PmmlException refused(String what) {
    return new PmmlException(
        "line " + in.getLocation().getLineNumber() + ": " + what + " is not allowed");
  }

  private Element start() {
    flush();
    var element = new Element(share(in.getLocalName()), in.getLocation().getLineNumber(), attrs());
    if (open.size() >= MOST_DEPTH) {
      throw new PmmlException(element, "nested deeper than " + MOST_DEPTH + " elements");
    }
    if (skipping > 0 || element.name().equals("Extension")) {
      skipping++;
    } else if (!open.isEmpty()) {
      open.getLast().add(element);
    }
    open.add(element);
    return element;
  }

  private List<String> attrs() {
    int count = in.getAttributeCount();
    if (count == 0) {
      return List.of();
    }
    var found = new ArrayList<String>(2 * count);
    for (int i = 0; i < count; i++) {
      found.add(share(in.getAttributeLocalName(i)));
      var value = in.getAttributeValue(i);
      found.add(value.length() < 24 ? share(value) : value);
    }
    return found;
  }

  private String share(String word) {
    if (shared.size() > 100_000) {
      shared.clear();
    }
    var known = shared.putIfAbsent(word, word);
    return known == null ? word : known;
  }

  private void characters() {
    if (text.length() + in.getTextLength() > LONGEST_TEXT) {
      throw refused("a text of more than " + LONGEST_TEXT + " characters");
    }
    text.append(in.getTextCharacters(), in.getTextStart(), in.getTextLength());
  }

  private void end() {
    flush();
    open.removeLast();
    skipping = Math.max(0, skipping - 1);
  }

  private void flush() {
    if (!open.isEmpty() && !text.isEmpty() && !text.toString().isBlank()) {
      open.getLast().append(text.toString());
    } else if (!open.isEmpty() && !text.isEmpty() && open.getLast().name().equals("Constant")) {
      open.getLast().append(text.toString());
    }
    text.setLength(0);
  }
}
