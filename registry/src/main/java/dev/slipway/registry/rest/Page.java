package dev.slipway.registry.rest;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One page of a search: where it begins, and how many it has at most.
public record Page(int limit, long offset) {
  /// @param standard how many where the request does not say
  /// @param largest how many at most
  public static Page of(Arguments arguments, int standard, int largest) {
    String token = arguments.text("page_token");
    return new Page(arguments.maxResults(standard, largest), token.isEmpty() ? 0 : offsetOf(token));
  }

  private static long offsetOf(String token) {
    try {
      JsonNode read = Json.parse(Base64.getDecoder().decode(token));
      long offset = read.path("offset").asLong(-1);
      if (offset >= 0) {
        return offset;
      }
    } catch (IllegalArgumentException | tools.jackson.core.JacksonException _) {
      throw RegistryException.invalid("Invalid page token, could not base64-decode");
    }
    throw RegistryException.invalid("Invalid page token, parsed offset is not a number");
  }

  /// The rows to ask for: one more than are shown tells whether there is another page.
  public String sql() {
    return " LIMIT " + (limit + 1) + " OFFSET " + offset;
  }

  /// What is shown of the rows found.
  public <T> List<T> shown(List<T> found) {
    return found.size() > limit ? found.subList(0, limit) : found;
  }

  /// Writes a page.
  ///
  /// @param found as many as [#sql] asked for
  public <T> ObjectNode answer(String field, List<T> found, Function<T, ObjectNode> each) {
    ObjectNode answer = Json.object();
    List<T> shown = shown(found);
    if (!shown.isEmpty()) {
      var list = answer.putArray(field);
      shown.forEach(item -> list.add(each.apply(item)));
    }
    next(found).ifPresent(token -> answer.put("next_page_token", token));
    return answer;
  }

  /// The token of the next page, where there is one.
  public Optional<String> next(List<?> found) {
    if (found.size() <= limit) {
      return Optional.empty();
    }
    String text = "{\"offset\": " + (offset + limit) + "}";
    return Optional.of(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
  }
}
