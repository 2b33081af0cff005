package dev.slipway.apiserver.cel;

import java.util.Optional;
import java.util.Set;

/// Property names as CEL identifiers: `a-b` is written `a__dash__b`, `namespace` is written
/// `__namespace__`. Source: `k8s.io/apiserver/pkg/cel/escaping.go`.
public final class CelNames {
  private static final Set<String> RESERVED =
      Set.of(
          "true",
          "false",
          "null",
          "in",
          "as",
          "break",
          "const",
          "continue",
          "else",
          "for",
          "function",
          "if",
          "import",
          "let",
          "loop",
          "package",
          "namespace",
          "return",
          "var",
          "void",
          "while");

  private CelNames() {}

  /// The identifier of a property, or empty where it can have none.
  public static Optional<String> escape(String property) {
    if (property.isEmpty() || Character.isDigit(property.charAt(0))) {
      return Optional.empty();
    }
    if (RESERVED.contains(property)) {
      return Optional.of("__" + property + "__");
    }
    var text = new StringBuilder();
    for (int i = 0; i < property.length(); i++) {
      char here = property.charAt(i);
      if (here == '_' && i + 1 < property.length() && property.charAt(i + 1) == '_') {
        text.append("__underscores__");
        i++;
      } else if (here == '_' || isAlphanumeric(here)) {
        text.append(here);
      } else {
        String word = word(here);
        if (word.isEmpty()) {
          return Optional.empty();
        }
        text.append(word);
      }
    }
    return Optional.of(text.toString());
  }

  /// The property an identifier stands for; the identifier itself where nothing is escaped.
  static String unescape(String identifier) {
    if (!identifier.contains("__")) {
      return identifier;
    }
    if (identifier.startsWith("__") && identifier.endsWith("__") && identifier.length() > 4) {
      String inner = identifier.substring(2, identifier.length() - 2);
      if (RESERVED.contains(inner)) {
        return inner;
      }
    }
    return identifier
        .replace("__underscores__", "\0")
        .replace("__dot__", ".")
        .replace("__dash__", "-")
        .replace("__slash__", "/")
        .replace("\0", "__");
  }

  private static String word(char symbol) {
    return switch (symbol) {
      case '.' -> "__dot__";
      case '-' -> "__dash__";
      case '/' -> "__slash__";
      default -> "";
    };
  }

  private static boolean isAlphanumeric(char symbol) {
    return (symbol >= 'a' && symbol <= 'z')
        || (symbol >= 'A' && symbol <= 'Z')
        || (symbol >= '0' && symbol <= '9');
  }
}
