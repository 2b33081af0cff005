package dev.slipway.dataplane.server.mlflow;

import dev.slipway.inference.engine.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/// Comma-separated values (RFC 4180): fields in quotes may hold commas, line ends, and quotes
/// doubled.
final class CsvLines {
  private final String text;
  private int at;

  private CsvLines(String text) {
    this.text = text;
  }

  /// @throws InvalidInputException if a quote is not closed
  static List<List<String>> parse(String text) {
    var parser = new CsvLines(text);
    var lines = new ArrayList<List<String>>();
    while (parser.at < text.length()) {
      var line = parser.line();
      if (line.size() > 1 || !line.getFirst().isEmpty()) {
        lines.add(line);
      }
    }
    return lines;
  }

  private List<String> line() {
    var fields = new ArrayList<String>();
    while (true) {
      fields.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
      if (at >= text.length()) {
        return fields;
      }
      char end = text.charAt(at++);
      if (end == ',') {
        continue;
      }
      if (end == '\r' && at < text.length() && text.charAt(at) == '\n') {
        at++;
      }
      return fields;
    }
  }

  private String plain() {
    int from = at;
    while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(from, at).strip();
  }

  private String quoted() {
    var field = new StringBuilder();
    at++;
    while (at < text.length()) {
      char next = text.charAt(at++);
      if (next != '"') {
        field.append(next);
      } else if (at < text.length() && text.charAt(at) == '"') {
        field.append('"');
        at++;
      } else {
        return field.append(plain()).toString();
      }
    }
    throw new InvalidInputException("CSV: a quote is opened and never closed");
  }
}
