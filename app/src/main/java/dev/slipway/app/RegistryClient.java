package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The little of an MLflow client that `slipway lineage` needs.
final class RegistryClient {
  private static final Pattern MODEL = Pattern.compile("models:/+([^/@]+)(?:/(\\d+)|@([^/@]+))");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String server;
  private final HttpClient http = HttpClient.newHttpClient();

  RegistryClient(String server) {
    this.server = server.replaceFirst("/+$", "");
  }

  /// Where a version comes from, and who serves it.
  ///
  /// @param uri `models:/NAME/VERSION` or `models:/NAME@ALIAS`
  /// @throws UserException with the registry's message where there is none
  ObjectNode lineage(String uri) throws IOException, InterruptedException {
    Matcher read = MODEL.matcher(uri);
    if (!read.matches()) {
      throw new UserException(
          "\""
              + uri
              + "\" names nothing with a lineage (expected models:/NAME/VERSION,"
              + " models:/NAME@ALIAS or inferenceservice/NAME)");
    }
    JsonNode version =
        read.group(2) == null
            ? get("registered-models/alias", "name", read.group(1), "alias", read.group(3))
            : get("model-versions/get", "name", read.group(1), "version", read.group(2));
    return told(version.path("model_version"));
  }

  private ObjectNode told(JsonNode version) throws IOException, InterruptedException {
    ObjectNode all = Json.object();
    all.put("model", "models:/" + Json.text(version, "name") + "/" + Json.text(version, "version"));
    ArrayNode aliases = all.putArray("aliases");
    version.path("aliases").forEach(aliases::add);
    all.put("stage", Json.text(version, "current_stage"));
    all.put("source", Json.text(version, "source"));
    ArrayNode services = all.putArray("servedBy");
    for (String each : List.of(tag(version, RegisteredVersions.SERVED_BY).split(",", -1))) {
      if (!each.isEmpty()) {
        services.add(each);
      }
    }
    String run = Json.text(version, "run_id");
    if (!run.isEmpty()) {
      all.set("run", run(run));
    }
    return all;
  }

  private ObjectNode run(String id) throws IOException, InterruptedException {
    JsonNode run = get("runs/get", "run_id", id).path("run");
    JsonNode info = run.path("info");
    JsonNode data = run.path("data");
    ObjectNode all = Json.object().put("id", id);
    all.put("name", Json.text(info, "run_name")).put("status", Json.text(info, "status"));
    String experiment = Json.text(info, "experiment_id");
    JsonNode found = get("experiments/get", "experiment_id", experiment);
    all.put("experiment", Json.text(found, "experiment", "name"));
    all.put("object", tag(data, "slipway.object"));
    all.put("parent", tag(data, "mlflow.parentRunId"));
    ArrayNode sets = all.putArray("data");
    for (JsonNode each : run.path("inputs").path("dataset_inputs")) {
      JsonNode set = each.path("dataset");
      sets.add(Json.text(set, "name") + " (" + Json.text(set, "digest") + ")");
    }
    pairs(all.putArray("params"), data.path("params"));
    pairs(all.putArray("metrics"), data.path("metrics"));
    return all;
  }

  private static void pairs(ArrayNode into, JsonNode from) {
    from.forEach(each -> into.add(Json.text(each, "key") + "=" + each.path("value").asString("")));
  }

  private static String tag(JsonNode tagged, String key) {
    for (JsonNode each : tagged.path("tags")) {
      if (Json.text(each, "key").equals(key)) {
        return Json.text(each, "value");
      }
    }
    return "";
  }

  private JsonNode get(String path, String... query) throws IOException, InterruptedException {
    var address = new StringBuilder(server).append("/api/2.0/mlflow/").append(path);
    for (int i = 0; i < query.length; i += 2) {
      address.append(i == 0 ? '?' : '&').append(query[i]).append('=');
      address.append(URLEncoder.encode(query[i + 1], StandardCharsets.UTF_8));
    }
    var request = HttpRequest.newBuilder(URI.create(address.toString())).timeout(PATIENCE).build();
    HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
    JsonNode body;
    try {
      body = Json.parse(answer.body());
    } catch (JacksonException _) {
      throw new UserException(server + " does not answer as a registry");
    }
    if (answer.statusCode() >= 300) {
      throw new UserException("the registry says: " + Json.text(body, "message"));
    }
    return body;
  }
}
