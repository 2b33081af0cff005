package dev.slipway.registry.rest;

import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.registry.ErrorCode;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.artifacts.ArtifactStore;
import dev.slipway.registry.artifacts.SafePath;
import dev.slipway.registry.artifacts.Uploads;
import dev.slipway.registry.models.ModelLocations;
import dev.slipway.registry.traces.Traces;
import dev.slipway.registry.tracking.LoggedModels;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.net.URLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Answers for files: the proxy (`/api/2.0/mlflow-artifacts/…`), and lists and downloads of runs,
/// logged models and versions.
public final class ArtifactHandler {
  private static final String PROXY = "mlflow-artifacts/";
  private static final int CHUNK = 256 * 1024;

  private final ArtifactStore store;
  private final Uploads uploads;
  private final ModelLocations locations;
  private final LoggedModels models;

  public ArtifactHandler(ArtifactStore store, ModelLocations locations, LoggedModels models) {
    this.store = store;
    this.uploads = store.uploads();
    this.locations = locations;
    this.models = models;
  }

  /// Answers below `/api/2.0/`.
  ///
  /// @param path decoded, from `mlflow-artifacts/` on
  void proxy(Request request, Response response, String path) {
    try {
      String rest = path.substring(PROXY.length());
      if (rest.equals("artifacts") || rest.equals("artifacts/")) {
        list(request, response);
      } else if (rest.startsWith("artifacts/")) {
        file(request, response, rest.substring("artifacts/".length()));
      } else if (rest.startsWith("presigned/") && request.method().equals("GET")) {
        presigned(response, rest.substring("presigned/".length()));
      } else if (rest.startsWith("mpu/")) {
        multipart(request, response, rest.substring("mpu/".length()));
      } else {
        throw unknown(request);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("artifacts cannot be read or written: " + e.getMessage(), e);
    }
  }

  private void list(Request request, Response response) {
    if (!request.method().equals("GET")) {
      throw unknown(request);
    }
    String path = RequestReader.arguments(request, Map.of()).text("path");
    ObjectNode answer = Json.object();
    for (var each : store.list(path.isEmpty() ? "" : SafePath.checked(path))) {
      answer.withArrayProperty("files").add(each.json(""));
    }
    Answers.json(response, 200, answer);
  }

  private void file(Request request, Response response, String path) throws IOException {
    switch (request.method()) {
      case "GET" -> send(response, path);
      case "PUT" -> {
        try (InputStream body = request.bodyStream()) {
          store.put(path, body);
        }
        Answers.json(response, 200, Json.object());
      }
      case "DELETE" -> {
        store.delete(path);
        Answers.json(response, 200, Json.object());
      }
      default -> throw unknown(request);
    }
  }

  /// Where a client reads a file by itself; 501 sends it to the proxy.
  private void presigned(Response response, String path) {
    var url =
        store
            .elsewhere(path)
            .orElseThrow(
                () ->
                    new RegistryException(
                        ErrorCode.NOT_IMPLEMENTED,
                        "files are kept here; presigned downloads need a store elsewhere"));
    ObjectNode answer = Json.object().put("url", url.toString());
    answer.putObject("headers");
    Answers.json(response, 200, answer);
  }

  private void multipart(Request request, Response response, String rest) throws IOException {
    List<String> parts = List.of(rest.split("/", 3));
    String verb = parts.getFirst();
    if (request.method().equals("PUT") && verb.equals("part") && parts.size() == 3) {
      try (InputStream body = request.bodyStream()) {
        response.header("etag", uploads.part(parts.get(1), parts.get(2), body));
      }
      response.send(new byte[0]);
      return;
    }
    if (!request.method().equals("POST")) {
      throw unknown(request);
    }
    String path = rest.indexOf('/') < 0 ? "" : rest.substring(rest.indexOf('/') + 1);
    Arguments arguments = RequestReader.arguments(request, Map.of());
    Answers.json(
        response,
        200,
        switch (verb) {
          case "create" -> uploads.create(path, arguments, base(request));
          case "complete" -> uploads.complete(path, arguments);
          case "abort" -> uploads.abort(path, arguments);
          default -> throw unknown(request);
        });
  }

  /// This server as the client calls it.
  private static String base(Request request) {
    return (request.secure() ? "https://" : "http://") + request.authority();
  }

  private static RegistryException unknown(Request request) {
    return new RegistryException(
        ErrorCode.ENDPOINT_NOT_FOUND,
        request.method() + " " + request.rawPath() + " is no endpoint of this registry");
  }

  /// A download of one file of a run or a version, as MLflow's pages ask for it.
  ///
  /// @param place where the files are, looked up once the path is known to be safe
  void download(Request request, Response response, Supplier<String> place) {
    Arguments arguments = RequestReader.arguments(request, Map.of());
    String path = SafePath.checked(arguments.required("path"));
    try {
      send(response, here(place.get()) + "/" + path);
    } catch (IOException e) {
      throw new UncheckedIOException("the artifact cannot be read", e);
    }
  }

  /// A download of one file of a logged model, as MLflow's pages ask for it.
  void ofModel(Request request, Response response, String id) {
    String path = RequestReader.arguments(request, Map.of()).text("artifact_file_path");
    if (path.isEmpty()) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "Request must include the \"artifact_file_path\" query parameter.");
    }
    String below = SafePath.checked(path);
    try {
      send(response, here(ofModel(id)) + "/" + below);
    } catch (IOException e) {
      throw new UncheckedIOException("the artifact cannot be read", e);
    }
  }

  /// A trace's `traces.json`, of its spans in the database or as a client uploaded it.
  void ofTrace(Response response, Traces.Found found) {
    if (found.content().isPresent()) {
      response.header("content-disposition", "attachment; filename=traces.json");
      Answers.json(response, 200, found.content().get());
      return;
    }
    try {
      send(response, here(found.place()) + "/traces.json");
    } catch (IOException e) {
      throw new UncheckedIOException("the trace's spans cannot be read", e);
    }
  }

  /// An upload of one file of a run, as MLflow's pages send it.
  void upload(Request request, Response response) {
    ObjectNode query = RequestReader.query(request.rawQuery());
    Arguments arguments = new Arguments(query, true);
    String run = arguments.text(arguments.has("run_uuid") ? "run_uuid" : "run_id");
    if (run.isEmpty()) {
      throw RegistryException.invalid("Request must specify run_uuid.");
    }
    if (arguments.text("path").isEmpty()) {
      throw RegistryException.invalid("Request must specify path.");
    }
    String path = SafePath.checked(arguments.text("path"));
    try (var body = new PushbackInputStream(request.bodyStream())) {
      int first = body.read();
      if (first < 0) {
        throw RegistryException.invalid("Request must specify data.");
      }
      body.unread(first);
      store.put(here(locations.ofRunId(run)) + "/" + path, body);
    } catch (IOException e) {
      throw new UncheckedIOException("the artifact cannot be kept", e);
    }
    Answers.json(response, 200, Json.object());
  }

  ObjectNode ofRun(Arguments arguments) {
    return listed(locations.ofRunId(arguments.runId()), arguments.text("path"));
  }

  ObjectNode ofModel(Arguments arguments) {
    return listed(
        ofModel(arguments.required("model_id")), arguments.text("artifact_directory_path"));
  }

  private String ofModel(String id) {
    return models
        .place(id)
        .orElseThrow(
            () -> RegistryException.missing("Logged model with ID '" + id + "' not found."));
  }

  /// Entries of a directory below a place, their paths relative to the place.
  private ObjectNode listed(String place, String path) {
    ObjectNode answer = Json.object().put("root_uri", place);
    String below = path.isEmpty() ? "" : SafePath.checked(path);
    Optional<String> here = ArtifactStore.path(place);
    if (here.isEmpty()) {
      return answer;
    }
    for (var each : store.list(here.get() + (below.isEmpty() ? "" : "/" + below))) {
      answer.withArrayProperty("files").add(each.json(below));
    }
    return answer;
  }

  private static String here(String place) {
    return ArtifactStore.path(place)
        .orElseThrow(
            () ->
                new RegistryException(
                    ErrorCode.NOT_IMPLEMENTED,
                    "files at " + place + " are not kept here; read them where they are"));
  }

  private void send(Response response, String path) throws IOException {
    String name = path.substring(path.lastIndexOf('/') + 1);
    try (var content = store.open(path)) {
      response
          .header("content-type", type(name))
          .header("content-disposition", "attachment; filename=" + quoted(name))
          .header("x-content-type-options", "nosniff")
          .header("content-length", Long.toString(content.bytes()));
      byte[] chunk = content.stream().readNBytes(CHUNK);
      while (chunk.length > 0) {
        response.write(chunk);
        chunk = content.stream().readNBytes(CHUNK);
      }
    }
    response.end();
  }

  /// A name as a header has it: a token as it is, anything else in quotes (RFC 6266).
  private static String quoted(String name) {
    return name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")
        ? name
        : "\"" + name.replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "_") + "\"";
  }

  private static String type(String name) {
    if (name.equals("MLmodel") || name.endsWith(".yaml") || name.endsWith(".yml")) {
      return "text/plain; charset=utf-8";
    }
    String guessed = URLConnection.guessContentTypeFromName(name);
    return guessed == null ? "application/octet-stream" : guessed;
  }
}
