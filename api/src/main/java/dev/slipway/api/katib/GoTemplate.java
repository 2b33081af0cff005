package dev.slipway.api.katib;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The part of Go's template language that templates of trials are written in: fields (`.Trial`,
/// `.Values.rate`), `with`, `range`, `if`, `else`, `end`, variables, comments and trimmed space.
/// There are no functions and no pipelines.
///
/// Values are texts, maps from text, and lists; what is absent is an error, as Go's
/// `missingkey=error`.
///
/// Source: <https://pkg.go.dev/text/template>.
final class GoTemplate {
  private static final Pattern ACTION =
      Pattern.compile(
          "(\\s+)?\\{\\{-\\s(.*?)(\\}\\}|\\s-\\}\\}(\\s*))|\\{\\{(.*?)(\\}\\}|\\s-\\}\\}(\\s*))",
          Pattern.DOTALL);
  private static final Pattern OPERAND = Pattern.compile("(\\$\\w*)?((?:\\.\\w+)*\\.?)");
  private static final int MAX_DEPTH = 50;

  /// What a template consists of.
  private sealed interface Part {
    record Literal(String text) implements Part {}

    record Value(String operand) implements Part {}

    record Assign(String variable, String operand) implements Part {}

    /// @param word `with`, `range` or `if`
    record Block(String word, String head, List<Part> then, List<Part> otherwise) implements Part {}
  }

  private record Token(boolean action, String text) {}

  private final List<Token> tokens;
  private int next;

  private GoTemplate(List<Token> tokens) {
    this.tokens = tokens;
  }

  /// Fills in a template.
  ///
  /// @throws IllegalArgumentException where it is malformed, uses more of the language, or names
  /// what is not there; the message is meant for users
  static String render(String template, Map<String, Object> data) {
    var parser = new GoTemplate(tokens(template));
    List<Part> parts = parser.parts(0);
    if (parser.next < parser.tokens.size()) {
      throw new IllegalArgumentException(
          "unexpected {{" + parser.tokens.get(parser.next).text() + "}}");
    }
    var out = new StringBuilder();
    new Run(out).write(parts, new Scope(data, data, Map.of()));
    return out.toString();
  }

  private static List<Token> tokens(String template) {
    var all = new ArrayList<Token>();
    Matcher action = ACTION.matcher(template);
    int from = 0;
    while (action.find()) {
      all.add(new Token(false, template.substring(from, action.start())));
      String text = action.group(2) == null ? action.group(5) : action.group(2);
      all.add(new Token(true, text.strip()));
      from = action.end();
    }
    String rest = template.substring(from);
    if (rest.contains("{{")) {
      throw new IllegalArgumentException("unclosed action");
    }
    all.add(new Token(false, rest));
    return all;
  }

  private List<Part> parts(int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("blocks are nested deeper than " + MAX_DEPTH);
    }
    var parts = new ArrayList<Part>();
    while (next < tokens.size()) {
      Token token = tokens.get(next);
      if (!token.action()) {
        parts.add(new Part.Literal(token.text()));
        next++;
        continue;
      }
      String word = word(token.text());
      if (word.equals("end") || word.equals("else")) {
        return parts;
      }
      next++;
      parts.add(
          switch (word) {
            case "with", "range", "if" -> block(word, rest(token.text()), depth);
            default -> simple(token.text());
          });
    }
    return parts;
  }

  private Part block(String word, String head, int depth) {
    List<Part> then = parts(depth + 1);
    List<Part> otherwise = List.of();
    if (next < tokens.size() && word(tokens.get(next).text()).equals("else")) {
      if (!rest(tokens.get(next).text()).isEmpty()) {
        throw new IllegalArgumentException("{{else if}} is not supported");
      }
      next++;
      otherwise = parts(depth + 1);
    }
    if (next >= tokens.size()) {
      throw new IllegalArgumentException("{{" + word + " " + head + "}} has no {{end}}");
    }
    next++;
    return new Part.Block(word, head, then, otherwise);
  }

  private static Part simple(String text) {
    if (text.startsWith("/*")) {
      return new Part.Literal("");
    }
    int assigned = text.indexOf('=');
    if (text.startsWith("$") && assigned > 0) {
      String variable = text.substring(0, assigned).replace(":", "").strip();
      return new Part.Assign(variable, text.substring(assigned + 1).strip());
    }
    return new Part.Value(text);
  }

  private static String word(String text) {
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }

  private static String rest(String text) {
    int space = text.indexOf(' ');
    return space < 0 ? "" : text.substring(space + 1).strip();
  }

  /// Where a part stands: the data, the dot, and variables.
  private record Scope(Map<String, Object> root, Object dot, Map<String, Object> variables) {
    Scope at(Object other) {
      return new Scope(root, other, variables);
    }

    Scope with(String variable, Object value) {
      var more = new java.util.HashMap<>(variables);
      more.put(variable, value);
      return new Scope(root, dot, more);
    }

    @Nullable Object value(String operand) {
      if (operand.length() >= 2 && operand.startsWith("\"") && operand.endsWith("\"")) {
        return operand.substring(1, operand.length() - 1);
      }
      Matcher parts = OPERAND.matcher(operand);
      if (operand.isEmpty() || !parts.matches()) {
        throw new IllegalArgumentException(
            "{{" + operand + "}} is not supported (expected a field such as .Trial)");
      }
      String variable = parts.group(1);
      Object here = variable == null ? dot : variable.equals("$") ? root : variables.get(variable);
      if (here == null) {
        throw new IllegalArgumentException("undefined variable " + variable);
      }
      for (String field : parts.group(2).split("\\.", -1)) {
        if (!field.isEmpty()) {
          here = here instanceof Map<?, ?> map ? map.get(field) : null;
          if (here == null) {
            return null;
          }
        }
      }
      return here;
    }

    Object required(String operand) {
      Object value = value(operand);
      if (value == null) {
        throw new IllegalArgumentException("{{" + operand + "}} names nothing that is there");
      }
      return value;
    }
  }

  /// Writes parts.
  private record Run(StringBuilder out) {
    void write(List<Part> parts, Scope outer) {
      Scope scope = outer;
      for (Part part : parts) {
        switch (part) {
          case Part.Literal literal -> out.append(literal.text());
          case Part.Value value -> out.append(scope.required(value.operand()));
          case Part.Assign assign ->
              scope = scope.with(assign.variable(), scope.required(assign.operand()));
          case Part.Block block -> block(block, scope);
        }
      }
    }

    private void block(Part.Block block, Scope scope) {
      String head = block.head();
      var names = List.<String>of();
      int assigned = head.indexOf(":=");
      if (assigned > 0) {
        names = List.of(head.substring(0, assigned).strip().split("\\s*,\\s*", -1));
        head = head.substring(assigned + 2).strip();
      }
      Object value = scope.value(head);
      if (isEmpty(value)) {
        write(block.otherwise(), scope);
      } else if (block.word().equals("range")) {
        range(block, names, java.util.Objects.requireNonNull(value), scope);
      } else {
        Object present = java.util.Objects.requireNonNull(value);
        Scope inner = names.isEmpty() ? scope : scope.with(names.getFirst(), present);
        write(block.then(), block.word().equals("with") ? inner.at(present) : inner);
      }
    }

    private void range(Part.Block block, List<String> names, Object value, Scope scope) {
      if (!(value instanceof List<?> list)) {
        throw new IllegalArgumentException("range can't iterate over " + block.head());
      }
      int position = 0;
      for (Object each : list) {
        Scope inner = scope.at(each);
        if (!names.isEmpty()) {
          inner = inner.with(names.getLast(), each);
        }
        if (names.size() == 2) {
          inner = inner.with(names.getFirst(), position);
        }
        write(block.then(), inner);
        position++;
      }
    }

    private static boolean isEmpty(@Nullable Object value) {
      return switch (value) {
        case null -> true;
        case String text -> text.isEmpty();
        case List<?> list -> list.isEmpty();
        case Map<?, ?> map -> map.isEmpty();
        default -> false;
      };
    }
  }
}
