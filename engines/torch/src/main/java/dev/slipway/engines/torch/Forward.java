package dev.slipway.engines.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The declaration of a module's `forward`, as TorchScript writes it:
///
/// ```
/// def forward(self: __torch__.Net,
///     x: Tensor,
///     mask: Optional[Tensor]=None) -> Tuple[Tensor, Tensor]:
/// ```
///
/// @param arguments without `self`
/// @param result the type after the arrow
record Forward(List<Argument> arguments, String result) {
  private static final Pattern CLASS = Pattern.compile("(?m)^class (\\w+)\\(\\w+\\):");
  private static final Pattern FORWARD = Pattern.compile("(?m)^  def forward\\(self: [\\w.]+");

  Forward {
    arguments = List.copyOf(arguments);
  }

  /// @param type `Tensor`, `Optional[Tensor]`, `List[Tensor]`, `float`
  /// @param optional whether it has a default
  record Argument(String name, String type, boolean optional) {
    boolean tensor() {
      return type.equals("Tensor") || type.equals("Optional[Tensor]");
    }
  }

  /// @param code of a file with the class in it
  static Optional<Forward> parse(String code, String wanted) {
    var classes = CLASS.matcher(code);
    while (classes.find()) {
      if (classes.group(1).equals(wanted)) {
        int from = classes.end();
        int end = classes.find() ? classes.start() : code.length();
        return declaration(code.substring(from, end));
      }
    }
    return Optional.empty();
  }

  private static Optional<Forward> declaration(String body) {
    var start = FORWARD.matcher(body);
    if (!start.find()) {
      return Optional.empty();
    }
    int close = closing(body, start.end());
    var arguments = new ArrayList<Argument>();
    for (var each : parts(body.substring(start.end(), close))) {
      if (!each.isBlank()) {
        arguments.add(argument(each.strip()));
      }
    }
    int arrow = body.indexOf("->", close);
    int colon = body.indexOf(":\n", close);
    boolean typed = arrow >= 0 && arrow < colon;
    return Optional.of(
        new Forward(arguments, typed ? body.substring(arrow + 2, colon).strip() : ""));
  }

  /// Where the bracket that is open at `from` closes.
  private static int closing(String text, int from) {
    int depth = 1;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '(' || c == '[') {
        depth++;
      } else if ((c == ')' || c == ']') && --depth == 0) {
        return i;
      }
    }
    return text.length();
  }

  /// Cut at the commas outside brackets.
  static List<String> parts(String text) {
    var parts = new ArrayList<String>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '(' || c == '[') {
        depth++;
      } else if (c == ')' || c == ']') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static Argument argument(String text) {
    int colon = text.indexOf(':');
    var name = colon < 0 ? text : text.substring(0, colon).strip();
    var rest = colon < 0 ? "Tensor" : text.substring(colon + 1).strip();
    int equals = rest.indexOf('=');
    var type = equals < 0 ? rest : rest.substring(0, equals).strip();
    return new Argument(name, type, equals >= 0 || type.startsWith("Optional["));
  }

  /// How many tensors the result's type shows: those of tuples; 0 where only a call can tell.
  int outputs() {
    return outputs(result);
  }

  private static int outputs(String type) {
    if (type.equals("Tensor")) {
      return 1;
    }
    if (!type.startsWith("Tuple[")) {
      return 0;
    }
    int sum = 0;
    for (var part : parts(type.substring("Tuple[".length(), type.length() - 1))) {
      int inner = outputs(part.strip());
      if (inner == 0) {
        return 0;
      }
      sum += inner;
    }
    return sum;
  }
}
