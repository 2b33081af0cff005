package dev.slipway.inference.artifact;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// The listings of S3 and Azure: flat records in one document. No document type, no entities.
final class Xml {
  /// @param top texts outside of any record, by element
  /// @param records texts of each record, by element; the innermost name counts
  record Listing(Map<String, String> top, List<Map<String, String>> records) {}

  private static final int MAX_DEPTH = 32;

  private Xml() {}

  /// @param record the element that each record is
  /// @throws XMLStreamException if it is no such document
  static Listing read(byte[] document, String record) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    XMLStreamReader in = factory.createXMLStreamReader(new ByteArrayInputStream(document));
    var top = new HashMap<String, String>();
    var records = new ArrayList<Map<String, String>>();
    Map<String, String> into = top;
    var text = new StringBuilder();
    int depth = 0;
    while (in.hasNext()) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (++depth > MAX_DEPTH) {
            throw new XMLStreamException("nested too deep");
          }
          text.setLength(0);
          if (in.getLocalName().equals(record)) {
            into = new HashMap<>();
            records.add(into);
          }
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(in.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          if (in.getLocalName().equals(record)) {
            into = top;
          } else {
            into.putIfAbsent(in.getLocalName(), text.toString());
          }
          text.setLength(0);
        }
        default -> {}
      }
    }
    return new Listing(top, records);
  }

  static long number(Map<String, String> record, String element) {
    String text = record.getOrDefault(element, "").strip();
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
  }
}
