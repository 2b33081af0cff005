package dev.slipway.journeys;

import dev.slipway.base.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// One watch connection, read event by event.
final class WatchLines implements AutoCloseable {
  /// What a watch says happened.
  record Event(String type, ObjectNode object) {
    String resourceVersion() {
      return Json.text(object, "metadata", "resourceVersion");
    }

    String name() {
      return Json.text(object, "metadata", "name");
    }
  }

  private final int status;
  private final BufferedReader reader;

  private WatchLines(HttpResponse<InputStream> response) {
    this.status = response.statusCode();
    this.reader =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  static WatchLines open(RawClient client, String path) throws IOException, InterruptedException {
    return new WatchLines(client.stream(path));
  }

  int status() {
    return status;
  }

  /// The next event; empty at the connection's end, whole or cut.
  Optional<Event> next() {
    try {
      String line = reader.readLine();
      if (line == null) {
        return Optional.empty();
      }
      ObjectNode event = Json.parseObject(line);
      return Optional.of(
          new Event(event.path("type").asString(""), (ObjectNode) event.path("object")));
    } catch (IOException | JacksonException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException _) {
      // The server had already gone.
    }
  }
}
