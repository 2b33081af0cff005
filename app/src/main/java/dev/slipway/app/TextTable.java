package dev.slipway.app;

import java.io.PrintWriter;
import java.util.List;

/// Rows of text in columns just wide enough, three spaces apart.
final class TextTable {
  private static final String GAP = "   ";

  private TextTable() {}

  /// @param rows all of the same length; the first is the head
  static void print(List<List<String>> rows, PrintWriter out) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length()).append(GAP);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
