package dev.slipway.registry.artifacts;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// An answer of S3: fields at its top, and records one below.
///
/// @param top text of each element below the root
/// @param records of each element that holds others, by its name, the text of what it holds
record BucketXml(Map<String, String> top, List<Map.Entry<String, Map<String, String>>> records) {
  BucketXml {
    top = Map.copyOf(top);
    records = List.copyOf(records);
  }

  /// @throws IOException if it is no XML; document types are refused
  static BucketXml read(byte[] bytes) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
      return read(reader);
    } catch (XMLStreamException e) {
      throw new IOException("the store's answer is no XML: " + e.getMessage(), e);
    }
  }

  private static BucketXml read(XMLStreamReader reader) throws XMLStreamException {
    var top = new HashMap<String, String>();
    var records = new ArrayList<Map.Entry<String, Map<String, String>>>();
    var path = new ArrayDeque<String>();
    Map<String, String> record = new HashMap<>();
    var text = new StringBuilder();
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          path.addLast(reader.getLocalName());
          text.setLength(0);
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          String name = path.removeLast();
          if (path.size() == 2) {
            record.put(name, text.toString());
          } else if (path.size() == 1 && record.isEmpty()) {
            top.put(name, text.toString());
          } else if (path.size() == 1) {
            records.add(Map.entry(name, Map.copyOf(record)));
            record = new HashMap<>();
          }
        }
        default -> {} // comments and the like
      }
    }
    return new BucketXml(top, records);
  }

  String field(String name) {
    return top.getOrDefault(name, "");
  }

  List<Map<String, String>> records(String name) {
    return records.stream()
        .filter(each -> each.getKey().equals(name))
        .map(Map.Entry::getValue)
        .toList();
  }
}
