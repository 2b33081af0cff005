package dev.slipway.apiserver.builtin.types;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One `.types` file: the types of one API version, found by name and read when asked for.
final class TypeFile {
  private final String text;
  private final String packageName;
  private final Map<String, String> packages = new HashMap<>();
  private final Map<String, Integer> blocks = new LinkedHashMap<>();

  private TypeFile(String text) {
    this.text = text;
    String found = "";
    int at = 0;
    for (String line = lineAt(0); !line.isEmpty(); line = lineAt(at)) {
      List<String> words = Words.of(line);
      switch (words.getFirst()) {
        case "package" -> found = words.get(1);
        case "use" -> packages.put(words.get(1), words.get(2));
        case "#" -> {}
        default -> throw new IllegalArgumentException("not a header line: " + line);
      }
      at += line.length() + 1;
    }
    packageName = found;
    index(at);
  }

  /// Reads the header and notes where each type begins; blocks are separated by empty lines.
  static TypeFile parse(String text) {
    return new TypeFile(text);
  }

  private void index(int headerEnd) {
    for (int gap = headerEnd; gap >= 0; gap = text.indexOf("\n\n", gap + 1)) {
      int start = gap == headerEnd ? gap + 1 : gap + 2;
      int nameStart = text.indexOf(' ', start) + 1;
      blocks.put(text.substring(nameStart, nameEnd(nameStart)), start);
    }
  }

  private int nameEnd(int start) {
    int end = start;
    while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  String packageName() {
    return packageName;
  }

  Set<String> typeNames() {
    return blocks.keySet();
  }

  /// Reads one type's own lines.
  Optional<TypeBlock> block(String typeName) {
    Integer start = blocks.get(typeName);
    return start == null ? Optional.empty() : Optional.of(read(start));
  }

  private TypeBlock read(int start) {
    TypeLine head = TypeLine.parse(lineAt(start));
    var fields = new ArrayList<TypeLine>();
    int at = start + lineAt(start).length() + 1;
    for (String line = lineAt(at); !line.isEmpty(); line = lineAt(at)) {
      fields.add(TypeLine.parse(line));
      at += line.length() + 1;
    }
    return new TypeBlock(
        head.type(), head.name().equals("kind"), head.refinements(), head.description(), fields);
  }

  private String lineAt(int start) {
    if (start >= text.length()) {
      return "";
    }
    int end = text.indexOf('\n', start);
    return end < 0 ? text.substring(start) : text.substring(start, end);
  }

  /// The published name of a type as this file refers to it: `PodSpec`, `meta.ObjectMeta`.
  String publishedName(String reference) {
    int dot = reference.indexOf('.');
    if (dot < 0) {
      return packageName + "." + reference;
    }
    String home = packages.get(reference.substring(0, dot));
    if (home == null) {
      throw new IllegalArgumentException(packageName + ": no `use` for " + reference);
    }
    return home + reference.substring(dot);
  }

  /// One type: its own lines, nothing it refers to.
  ///
  /// @param kind whether it is a whole object, with `apiVersion`, `kind` and `metadata` besides
  /// @param refinements `atomic`, `open`
  record TypeBlock(
      String name,
      boolean kind,
      List<String> refinements,
      String description,
      List<TypeLine> fields) {
    TypeBlock {
      refinements = List.copyOf(refinements);
      fields = List.copyOf(fields);
    }
  }
}
