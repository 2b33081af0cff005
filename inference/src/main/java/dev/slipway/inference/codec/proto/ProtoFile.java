package dev.slipway.inference.codec.proto;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// A proto3 file as it is written: packages, imports, messages, enums and services; options and
/// comments are passed over. Not read: `extend`, `group`, proto3's `optional`.
///
/// Source: the Protocol Buffers language specification, proto3.
record ProtoFile(
    String path,
    String scope,
    List<String> imports,
    List<Message> messages,
    List<Choice> choices,
    List<Service> services) {
  private static final Pattern TOKEN =
      Pattern.compile("//[^\\n]*|/\\*(?s:.*?)\\*/|\"[^\"]*\"|[\\w.]+|-?\\d+|[{}()<>=;,\\[\\]]");

  /// @param entry whether it is the entry of a map
  record Message(
      String name,
      List<Field> fields,
      List<Message> nested,
      List<Choice> choices,
      List<String> oneofs,
      boolean entry) {}

  /// @param oneof its position among the message's; -1 for none
  record Field(String name, String type, int number, boolean repeated, int oneof) {}

  /// An enum.
  record Choice(String name, List<Value> values) {}

  record Value(String name, int number) {}

  record Service(String name, List<Method> methods) {}

  record Method(String name, String in, boolean streamsIn, String out, boolean streamsOut) {}

  /// @param path by which other files import it
  /// @throws IllegalArgumentException if the text is no such file
  static ProtoFile parse(String path, String text) {
    return new Parser(path, text).file();
  }

  private static final class Parser {
    private final String path;
    private final List<String> tokens;
    private int at;

    private Parser(String path, String text) {
      this.path = path;
      this.tokens =
          TOKEN
              .matcher(text)
              .results()
              .map(found -> found.group())
              .filter(token -> !token.startsWith("//") && !token.startsWith("/*"))
              .toList();
    }

    private ProtoFile file() {
      var scope = "";
      var imports = new ArrayList<String>();
      var messages = new ArrayList<Message>();
      var choices = new ArrayList<Choice>();
      var services = new ArrayList<Service>();
      while (at < tokens.size()) {
        switch (next()) {
          case "syntax", "option" -> skipStatement();
          case "package" -> scope = statement();
          case "import" -> imports.add(statement().replace("\"", ""));
          case "message" -> messages.add(message());
          case "enum" -> choices.add(choice());
          case "service" -> services.add(service());
          default -> throw unexpected();
        }
      }
      return new ProtoFile(path, scope, imports, messages, choices, services);
    }

    private String next() {
      if (at >= tokens.size()) {
        throw new IllegalArgumentException(path + " ends too early");
      }
      return tokens.get(at++);
    }

    private boolean skipped(String token) {
      boolean found = at < tokens.size() && tokens.get(at).equals(token);
      at += found ? 1 : 0;
      return found;
    }

    private void require(String token) {
      if (!skipped(token)) {
        at++;
        throw unexpected();
      }
    }

    private IllegalArgumentException unexpected() {
      int found = Math.min(at, tokens.size()) - 1;
      return new IllegalArgumentException(
          path + ": \"" + tokens.get(found) + "\" is not expected as word " + found);
    }

    private void skipStatement() {
      while (!next().equals(";")) {
        // An option's value says nothing of what is on the wire.
      }
    }

    private String statement() {
      var word = next();
      require(";");
      return word;
    }

    private Message message() {
      var message =
          new Message(
              next(),
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>(),
              false);
      require("{");
      while (!skipped("}")) {
        member(message);
      }
      return message;
    }

    private void member(Message message) {
      switch (next()) {
        case "message" -> message.nested().add(message());
        case "enum" -> message.choices().add(choice());
        case "option", "reserved" -> skipStatement();
        case "oneof" -> oneof(message);
        case "map" -> message.fields().add(map(message));
        case "repeated" -> message.fields().add(field(next(), true, -1));
        case String type -> message.fields().add(field(type, false, -1));
      }
    }

    private void oneof(Message message) {
      message.oneofs().add(next());
      require("{");
      while (!skipped("}")) {
        message.fields().add(field(next(), false, message.oneofs().size() - 1));
      }
    }

    /// A map is a repeated message of keys and values.
    private Field map(Message message) {
      require("<");
      var key = next();
      require(",");
      var value = next();
      require(">");
      var field = field("", true, -1);
      var entry = camel(field.name()) + "Entry";
      var fields =
          List.of(new Field("key", key, 1, false, -1), new Field("value", value, 2, false, -1));
      message.nested().add(new Message(entry, fields, List.of(), List.of(), List.of(), true));
      return new Field(field.name(), entry, field.number(), true, -1);
    }

    private static String camel(String name) {
      var camel = new StringBuilder();
      for (var word : name.split("_", -1)) {
        if (!word.isEmpty()) {
          camel.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
      }
      return camel.toString();
    }

    private Field field(String type, boolean repeated, int oneof) {
      var name = next();
      require("=");
      int number = number();
      skipOptions();
      require(";");
      return new Field(name, type, number, repeated, oneof);
    }

    private int number() {
      try {
        return Integer.parseInt(next());
      } catch (NumberFormatException _) {
        throw unexpected();
      }
    }

    private void skipOptions() {
      if (skipped("[")) {
        while (!next().equals("]")) {
          // As of statements.
        }
      }
    }

    private Choice choice() {
      var choice = new Choice(next(), new ArrayList<>());
      require("{");
      while (!skipped("}")) {
        var name = next();
        if (name.equals("option") || name.equals("reserved")) {
          skipStatement();
          continue;
        }
        require("=");
        choice.values().add(new Value(name, number()));
        skipOptions();
        require(";");
      }
      return choice;
    }

    private Service service() {
      var service = new Service(next(), new ArrayList<>());
      require("{");
      while (!skipped("}")) {
        require("rpc");
        service.methods().add(method());
      }
      return service;
    }

    private Method method() {
      var name = next();
      require("(");
      boolean streamsIn = skipped("stream");
      var in = next();
      require(")");
      require("returns");
      require("(");
      boolean streamsOut = skipped("stream");
      var out = next();
      require(")");
      if (skipped("{")) {
        require("}");
      } else {
        require(";");
      }
      return new Method(name, in, streamsIn, out, streamsOut);
    }
  }
}
