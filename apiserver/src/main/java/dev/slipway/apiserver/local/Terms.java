package dev.slipway.apiserver.local;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// What objects are found by: the uids of their owners, and their labels.
final class Terms {
  private Terms() {}

  static String owner(String uid) {
    return uid;
  }

  /// Never a uid: those have no `=`.
  static String label(String name, String value) {
    return name + '=' + value;
  }

  /// Those of a stored object; reads no further than the end of `metadata`, which stands near the
  /// front.
  static List<String> of(byte[] json) {
    var terms = new ArrayList<String>(8);
    try (JsonParser parser = Json.MAPPER.createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean found = parser.currentName().equals("metadata");
        parser.nextToken();
        if (found) {
          metadata(parser, terms);
          return terms;
        }
        parser.skipChildren();
      }
    }
    return terms;
  }

  private static void metadata(JsonParser parser, List<String> terms) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (field.equals("labels") && value == JsonToken.START_OBJECT) {
        labels(parser, terms);
      } else if (field.equals("ownerReferences") && value == JsonToken.START_ARRAY) {
        owners(parser, terms);
      } else {
        parser.skipChildren();
      }
    }
  }

  private static void labels(JsonParser parser, List<String> terms) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() == JsonToken.VALUE_STRING) {
        terms.add(label(name, parser.getString()));
      } else {
        parser.skipChildren();
      }
    }
  }

  private static void owners(JsonParser parser, List<String> terms) {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean uid = parser.currentName().equals("uid");
        if (parser.nextToken() == JsonToken.VALUE_STRING && uid) {
          terms.add(owner(parser.getString()));
        } else {
          parser.skipChildren();
        }
      }
    }
  }
}
