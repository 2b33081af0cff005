package dev.slipway.registry.rest;

import dev.slipway.base.Json;
import dev.slipway.net.Response;
import dev.slipway.registry.ErrorCode;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.sql.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Writes answers and refusals.
public final class Answers {
  private static final Logger log = LoggerFactory.getLogger(Answers.class);

  private Answers() {}

  static void json(Response response, int status, JsonNode body) {
    response.status(status).header("content-type", "application/json").send(Json.bytes(body));
  }

  /// Answers with what went wrong; what is not the client's fault is logged.
  public static void refuse(Response response, RuntimeException problem) {
    RegistryException told =
        switch (problem) {
          case RegistryException known -> known;
          case StorageException storage -> {
            log.warn("a request of the registry failed", storage);
            yield new RegistryException(
                ErrorCode.TEMPORARILY_UNAVAILABLE, String.valueOf(storage.getMessage()));
          }
          default -> {
            log.error("a request of the registry failed", problem);
            yield new RegistryException(ErrorCode.INTERNAL_ERROR, problem.toString());
          }
        };
    if (response.committed()) {
      throw problem;
    }
    if (told.code() == ErrorCode.UNAUTHENTICATED) {
      response.header("www-authenticate", "Basic realm=\"mlflow\"");
    }
    json(
        response,
        told.code().status(),
        Json.object().put("error_code", told.code().name()).put("message", told.text()));
  }
}
