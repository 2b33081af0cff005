package dev.slipway.function;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Bytes, texts and JSON.
final class Values {
  static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Values() {}

  static byte[] json(@Nullable Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /// @throws FunctionException 400 where it is no JSON
  static @Nullable Object parsed(String what, String text) throws FunctionException {
    try {
      return MAPPER.readValue(text, Object.class);
    } catch (JacksonException problem) {
      throw new FunctionException(400, what + " is no JSON: " + problem.getOriginalMessage());
    }
  }

  /// Bytes as a handler reads them.
  ///
  /// @param isBase64 where they are no UTF-8
  record Text(String text, boolean isBase64) {
    static Text of(byte[] bytes) {
      try {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        return new Text(decoder.decode(ByteBuffer.wrap(bytes)).toString(), false);
      } catch (CharacterCodingException _) {
        return new Text(Base64.getEncoder().encodeToString(bytes), true);
      }
    }
  }

  /// What a handler gave for a body, with the content type that fits it.
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Body(byte[] bytes, String type) {
    static Body of(@Nullable Object value) {
      return switch (value) {
        case null -> new Body(new byte[0], "");
        case byte[] bytes -> new Body(bytes, "application/octet-stream");
        case CharSequence text ->
            new Body(text.toString().getBytes(StandardCharsets.UTF_8), "text/plain; charset=utf-8");
        default -> new Body(json(value), "application/json");
      };
    }
  }

  static boolean isJson(String type) {
    var plain = type.replaceFirst(";.*", "").strip();
    return plain.endsWith("/json") || plain.endsWith("+json");
  }

  static String text(Map<?, ?> map, String key) {
    var value = map.get(key);
    return value == null ? "" : String.valueOf(value);
  }
}
