package dev.slipway.inference.layout;

import dev.slipway.base.Json;
import dev.slipway.inference.layout.Schema.Field;
import dev.slipway.inference.layout.TextProtoLexer.Kind;
import dev.slipway.inference.layout.TextProtoLexer.Token;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Protobuf's text format into the tree its JSON form has, with the field names of the `.proto`
/// file,
/// numbers as numbers and enums by name. Knows only what the schema knows: an unknown field is an
/// error that names it. Bounded in depth; the work is linear in the text.
final class TextProto {
  private static final int MAX_DEPTH = 64;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Schema schema;
  private final TextProtoLexer lexer;

  private TextProto(Schema schema, String text) throws TextProtoException {
    this.schema = schema;
    this.lexer = new TextProtoLexer(text);
  }

  /// Only the fields that are there.
  static ObjectNode parse(Schema schema, String message, String text) throws TextProtoException {
    var parser = new TextProto(schema, text);
    return parser.message(message, Kind.END, "", 0);
  }

  private ObjectNode message(String name, Kind endKind, String end, int depth)
      throws TextProtoException {
    if (depth > MAX_DEPTH) {
      throw wrong(lexer.peek(), "nested deeper than " + MAX_DEPTH + " messages");
    }
    ObjectNode node = Json.object();
    Map<String, String> chosen = new HashMap<>();
    while (!ends(endKind, end)) {
      Token word = lexer.take();
      Field field = field(name, word);
      once(node, field, chosen, word);
      value(node, field, depth);
      if (lexer.peek().is(",") || lexer.peek().is(";")) {
        lexer.take();
      }
    }
    return node;
  }

  private boolean ends(Kind kind, String end) throws TextProtoException {
    Token next = lexer.peek();
    if (next.kind() == Kind.END && kind != Kind.END) {
      throw wrong(next, "expected \"" + end + "\", found the end");
    }
    return next.kind() == kind && next.text().equals(end);
  }

  private Field field(String message, Token word) throws TextProtoException {
    if (word.kind() != Kind.WORD) {
      throw wrong(word, "expected the name of a field of " + message + ", found " + word.shown());
    }
    Field field = schema.fields(message).get(word.text());
    if (field == null) {
      String near = Schema.nearest(word.text(), schema.fields(message).keySet());
      throw wrong(
          word,
          "unknown field \""
              + word.text()
              + "\" of "
              + message
              + (near.isEmpty() ? "" : " (did you mean \"" + near + "\"?)"));
    }
    return field;
  }

  private static void once(ObjectNode node, Field field, Map<String, String> chosen, Token word)
      throws TextProtoException {
    if (!field.list() && !field.map() && node.has(field.name())) {
      throw wrong(word, "the field \"" + field.name() + "\" is given twice");
    }
    if (!field.oneOf().isEmpty()) {
      String other = chosen.putIfAbsent(field.oneOf(), field.name());
      if (other != null && !other.equals(field.name())) {
        throw wrong(
            word, "\"" + field.name() + "\" is given along with \"" + other + "\", expected one");
      }
    }
  }

  private void value(ObjectNode into, Field field, int depth) throws TextProtoException {
    boolean composite = field.map() || schema.message(field.type());
    Token colon = lexer.peek();
    if (colon.is(":")) {
      lexer.take();
    } else if (!composite) {
      throw wrong(colon, "expected \":\" after \"" + field.name() + "\", found " + colon.shown());
    }
    Token open = lexer.peek();
    if (!open.is("[")) {
      put(into, field, depth);
      return;
    }
    if (!field.list() && !field.map()) {
      throw wrong(open, "\"" + field.name() + "\" is one value, found a list");
    }
    lexer.take();
    list(into, field, depth);
  }

  private void list(ObjectNode into, Field field, int depth) throws TextProtoException {
    if (!field.map() && !into.has(field.name())) {
      into.putArray(field.name());
    }
    while (!lexer.peek().is("]")) {
      put(into, field, depth);
      if (!lexer.peek().is(",")) {
        break;
      }
      lexer.take();
    }
    Token close = lexer.take();
    if (!close.is("]")) {
      throw wrong(close, "expected \",\" or \"]\", found " + close.shown());
    }
  }

  private void put(ObjectNode into, Field field, int depth) throws TextProtoException {
    if (field.map()) {
      entry(Json.ensureObject(into, field.name()), field, depth);
    } else if (field.list()) {
      JsonNode value = single(field.type(), field.name(), depth);
      ArrayNode list =
          into.get(field.name()) instanceof ArrayNode known ? known : into.putArray(field.name());
      list.add(value);
    } else {
      into.set(field.name(), single(field.type(), field.name(), depth));
    }
  }

  private void entry(ObjectNode map, Field field, int depth) throws TextProtoException {
    String end = open(field.name());
    String key = "";
    JsonNode value = Defaults.of(schema, field.type());
    while (!ends(Kind.SIGN, end)) {
      Token word = lexer.take();
      boolean named = word.kind() == Kind.WORD;
      if (!named || !(word.text().equals("key") || word.text().equals("value"))) {
        throw wrong(
            word,
            "expected key or value in an entry of \"" + field.name() + "\", found " + word.shown());
      }
      if (lexer.peek().is(":")) {
        lexer.take();
      }
      if (word.text().equals("key")) {
        key = single(field.key(), "key", depth + 1).asString();
      } else {
        value = single(field.type(), "value", depth + 1);
      }
      if (lexer.peek().is(",") || lexer.peek().is(";")) {
        lexer.take();
      }
    }
    lexer.take();
    map.set(key, value);
  }

  private String open(String field) throws TextProtoException {
    Token open = lexer.take();
    if (!open.is("{") && !open.is("<")) {
      throw wrong(open, "expected \"{\" for \"" + field + "\", found " + open.shown());
    }
    return open.is("{") ? "}" : ">";
  }

  private JsonNode single(String type, String field, int depth) throws TextProtoException {
    if (schema.message(type)) {
      String end = open(field);
      ObjectNode inner = message(type, Kind.SIGN, end, depth + 1);
      lexer.take();
      return inner;
    }
    return switch (type) {
      case "string", "bytes" -> string(field);
      case "bool" -> bool(field);
      case "float", "double" -> floating(field);
      case "int32", "int64", "uint32", "uint64" -> integer(type, field);
      default -> enumerated(type, field);
    };
  }

  private JsonNode string(String field) throws TextProtoException {
    Token token = lexer.take();
    if (token.kind() != Kind.STRING) {
      throw wrong(
          token, "\"" + field + "\" is a string, found " + token.shown() + " without quotes");
    }
    var text = new StringBuilder(token.text());
    while (lexer.peek().kind() == Kind.STRING) {
      text.append(lexer.take().text());
    }
    return NODES.stringNode(text.toString());
  }

  private JsonNode bool(String field) throws TextProtoException {
    Token token = lexer.take();
    return switch (token.kind() == Kind.STRING ? "" : token.text()) {
      case "true", "True", "t", "1" -> NODES.booleanNode(true);
      case "false", "False", "f", "0" -> NODES.booleanNode(false);
      default -> throw wrong(token, "\"" + field + "\" is true or false, found " + token.shown());
    };
  }

  private JsonNode floating(String field) throws TextProtoException {
    boolean negative = negative();
    Token token = lexer.take();
    String text = token.text().toLowerCase(java.util.Locale.ROOT);
    double value;
    if (token.kind() == Kind.WORD && List.of("inf", "infinity").contains(text)) {
      value = Double.POSITIVE_INFINITY;
    } else if (token.kind() == Kind.WORD && text.equals("nan")) {
      value = Double.NaN;
    } else if (token.kind() == Kind.NUMBER && text.matches("[0-9.]+(e[+-]?[0-9]+)?f?")) {
      value = number(field, token, text);
    } else {
      throw wrong(token, "\"" + field + "\" is a number, found " + token.shown());
    }
    return NODES.numberNode(negative ? -value : value);
  }

  private static double number(String field, Token token, String text) throws TextProtoException {
    try {
      return new BigDecimal(text.replace("f", "")).doubleValue();
    } catch (NumberFormatException _) {
      throw wrong(token, "\"" + field + "\" is a number, found " + token.shown());
    }
  }

  private boolean negative() throws TextProtoException {
    boolean minus = lexer.peek().is("-");
    if (minus) {
      lexer.take();
    }
    return minus;
  }

  private JsonNode integer(String type, String field) throws TextProtoException {
    boolean negative = negative();
    Token token = lexer.take();
    if (token.kind() != Kind.NUMBER) {
      throw wrong(token, "\"" + field + "\" is a whole number, found " + token.shown());
    }
    BigInteger value = whole(field, token);
    value = negative ? value.negate() : value;
    int bits = type.endsWith("32") ? 32 : 64;
    boolean unsigned = type.startsWith("u");
    boolean fits =
        unsigned ? value.signum() >= 0 && value.bitLength() <= bits : value.bitLength() < bits;
    if (!fits) {
      throw wrong(token, "\"" + field + "\" is of type " + type + ", which " + value + " is not");
    }
    return value.bitLength() < 64 ? NODES.numberNode(value.longValue()) : NODES.numberNode(value);
  }

  private static BigInteger whole(String field, Token token) throws TextProtoException {
    String text = token.text();
    if (text.length() <= 64 && text.matches("0[xX][0-9a-fA-F]+")) {
      return new BigInteger(text.substring(2), 16);
    }
    if (text.length() <= 64 && text.matches("0[0-7]+")) {
      return new BigInteger(text, 8);
    }
    if (text.length() <= 64 && text.matches("0|[1-9][0-9]*")) {
      return new BigInteger(text);
    }
    throw wrong(token, "\"" + field + "\" is a whole number, found " + token.shown());
  }

  private JsonNode enumerated(String type, String field) throws TextProtoException {
    Token token = lexer.take();
    List<String> values = schema.values(type);
    if (values == null) {
      throw new IllegalStateException("the schema has no type " + type);
    }
    if (token.kind() == Kind.WORD && values.contains(token.text())) {
      return NODES.stringNode(token.text());
    }
    if (token.kind() == Kind.NUMBER && token.text().matches("\\d{1,3}")) {
      int number = Integer.parseInt(token.text());
      if (number < values.size()) {
        return NODES.stringNode(values.get(number));
      }
    }
    throw wrong(
        token,
        "\""
            + field
            + "\" has the value "
            + token.shown()
            + " (expected one of "
            + String.join(", ", values)
            + ")");
  }

  private static TextProtoException wrong(Token at, String message) {
    return new TextProtoException(message, at.line(), at.column());
  }
}
