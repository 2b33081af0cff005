package dev.slipway.app;

import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/// What a function is in the API: its files in a ConfigMap, and a Knative Service that runs them.
/// Pure.
///
/// @param handler `FILE:FUNCTION`
/// @param files by name
/// @param environment a name of [dev.slipway.node.environment.ImageTable]; empty for the language's
/// own
/// @param memory a quantity, of the container and of each worker; empty for no bound
/// @param timeoutSeconds of a request
/// @param concurrency requests at once of one replica, each in a worker of its own
record FunctionManifest(
    String name,
    String namespace,
    String handler,
    Map<String, byte[]> files,
    String environment,
    int minScale,
    int timeoutSeconds,
    String memory,
    int concurrency) {
  private static final String DIRECTORY = "/function";

  FunctionManifest {
    files = Map.copyOf(files);
  }

  /// Other files have another name, so that revisions keep the files they began with.
  private String source() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      new TreeMap<>(files)
          .forEach(
              (file, bytes) -> {
                digest.update(file.getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
              });
      return name + "-function-" + HexFormat.of().formatHex(digest.digest(), 0, 4);
    } catch (NoSuchAlgorithmException problem) {
      throw new IllegalStateException(problem);
    }
  }

  private ObjectNode object(String apiVersion, String kind, String named) {
    var object = Json.object().put("apiVersion", apiVersion).put("kind", kind);
    var metadata = object.putObject("metadata").put("name", named).put("namespace", namespace);
    metadata.putObject("labels").put(FunctionCommand.LABEL, name);
    return object;
  }

  ObjectNode configMap() {
    var map = object("v1", "ConfigMap", source());
    new TreeMap<>(files)
        .forEach(
            (file, bytes) -> {
              try {
                var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
                Json.ensureObject(map, "data").put(file, text.toString());
              } catch (CharacterCodingException _) {
                Json.ensureObject(map, "binaryData")
                    .put(file, Base64.getEncoder().encodeToString(bytes));
              }
            });
    return map;
  }

  ObjectNode service() {
    var service = object("serving.knative.dev/v1", "Service", name);
    var template = service.putObject("spec").putObject("template");
    template
        .putObject("metadata")
        .putObject("annotations")
        .put("autoscaling.knative.dev/min-scale", String.valueOf(minScale));
    var spec = template.putObject("spec");
    spec.put("containerConcurrency", concurrency).put("timeoutSeconds", timeoutSeconds);
    var container = spec.putArray("containers").addObject();
    container.put("image", image() + (environment.isEmpty() ? "" : ":" + environment));
    container.putArray("args").add(handler);
    var variables = container.putArray("env");
    variable(variables.addObject(), "FUNCTION_DIRECTORY", DIRECTORY);
    variable(variables.addObject(), "FUNCTION_TIMEOUT", String.valueOf(timeoutSeconds));
    variable(variables.addObject(), "FUNCTION_CONCURRENCY", String.valueOf(concurrency));
    if (!memory.isEmpty()) {
      workerMemory()
          .ifPresent(bytes -> variable(variables.addObject(), "FUNCTION_MEMORY", bytes.toString()));
      container.putObject("resources").putObject("limits").put("memory", memory);
    }
    container
        .putArray("volumeMounts")
        .addObject()
        .put("name", "source")
        .put("mountPath", DIRECTORY);
    var volume = spec.putArray("volumes").addObject().put("name", "source");
    volume.putObject("configMap").put("name", source());
    return service;
  }

  private String image() {
    boolean isPython = handler.substring(0, handler.indexOf(':')).endsWith(".py");
    return isPython ? "slipway/function-python" : "slipway/function-java";
  }

  /// Less than the container's, so that a worker is ended before all of them are.
  private Optional<Long> workerMemory() {
    return Quantity.parse(memory).map(each -> each.units() / 10 * 8);
  }

  private static void variable(ObjectNode entry, String name, String value) {
    entry.put("name", name).put("value", value);
  }
}
