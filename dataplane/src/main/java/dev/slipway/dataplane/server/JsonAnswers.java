package dev.slipway.dataplane.server;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.net.Response;
import tools.jackson.databind.JsonNode;

/// Answers in JSON.
public final class JsonAnswers {
  private JsonAnswers() {}

  public static void send(JsonNode body, Response response) {
    response.header("content-type", "application/json").send(Json.bytes(body));
  }

  public static void send(int status, JsonNode body, Response response) {
    send(body, response.status(status));
  }

  /// `{"error": "…"}`: what V1, V2 and TensorFlow Serving say.
  public static void error(Failure failure, Response response) {
    send(failure.status(), Json.object().put("error", failure.message()), response);
  }

  /// @throws InvalidInputException if an answer is longer than the server sends
  public static void checkLength(long bytes, int limit) {
    if (bytes > limit) {
      throw new InvalidInputException(
          "the answer takes " + bytes + " bytes, the limit is " + limit + "; ask for fewer rows");
    }
  }
}
