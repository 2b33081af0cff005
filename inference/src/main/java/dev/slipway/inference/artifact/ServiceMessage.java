package dev.slipway.inference.artifact;

import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What a service said of an error: XML of S3 and Azure (`<Code>`, `<Message>`), JSON of Google,
/// Hugging Face and the token services, or a line of text. Nothing else of the body is taken, as a
/// refusal may quote the request it refuses.
final class ServiceMessage {
  private static final int MOST = 300;

  private ServiceMessage() {}

  /// `""` where the body says nothing of use.
  static String of(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).replace("\uFEFF", "").strip();
    if (text.startsWith("{")) {
      return json(body);
    }
    if (text.startsWith("<")) {
      return xml(text);
    }
    return cut(text.lines().findFirst().orElse(""));
  }

  /// The `<Code>` of an XML error, where there is one.
  static Optional<String> code(byte[] body) {
    return element(new String(body, StandardCharsets.UTF_8), "Code");
  }

  /// The text of an XML error's element.
  static Optional<String> element(String xml, String name) {
    Matcher found = Pattern.compile("<" + name + ">([^<]{0,2000})</" + name + ">").matcher(xml);
    return found.find() ? Optional.of(found.group(1).strip()) : Optional.empty();
  }

  private static String xml(String text) {
    String code = element(text, "Code").orElse("");
    String message = element(text, "Message").or(() -> element(text, "title")).orElse("");
    String first = message.lines().findFirst().orElse("");
    return cut(code.isEmpty() || first.isEmpty() ? code + first : code + ": " + first);
  }

  private static String json(byte[] body) {
    try {
      JsonNode root = Json.parse(body);
      JsonNode error = root.path("error");
      String head = error.isObject() ? Json.text(error, "message") : error.asString("");
      String tail = Json.text(root, "error_description");
      if (head.isEmpty()) {
        head = Json.text(root, "message");
      }
      return cut(tail.isEmpty() ? head : head + ": " + tail);
    } catch (JacksonException _) {
      return "";
    }
  }

  private static String cut(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", " ").strip();
    return clean.length() > MOST ? clean.substring(0, MOST) + "…" : clean;
  }
}
