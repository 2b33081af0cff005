package dev.slipway.app;

import dev.slipway.base.Json;
import dev.slipway.controllers.registry.ModelRegistry;
import dev.slipway.registry.ErrorCode;
import dev.slipway.registry.RegistryException;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The registry of this program, as those who serve its models ask it.
final class RegisteredVersions implements ModelRegistry {
  /// The tag of a version that names the services which serve it.
  static final String SERVED_BY = "slipway.served-by";

  private static final Pattern MODEL = Pattern.compile("models:/+([^/@]+)(?:/([^/@]+)|@([^/@]+))");

  private final RegistryRoom registry;

  RegisteredVersions(RegistryRoom registry) {
    this.registry = registry;
  }

  @Override
  public Optional<Version> resolve(String uri) {
    Matcher read = MODEL.matcher(uri);
    if (!read.matches()) {
      return Optional.empty();
    }
    String name = read.group(1);
    try {
      if (read.group(3) != null) {
        return Optional.of(version(byAlias(name, read.group(3))));
      }
      String last = read.group(2);
      return last.matches("\\d{1,18}")
          ? Optional.of(version(byNumber(name, last)))
          : newest(name, last).map(RegisteredVersions::version);
    } catch (RegistryException refused) {
      if (refused.code() == ErrorCode.RESOURCE_DOES_NOT_EXIST
          || refused.code() == ErrorCode.INVALID_PARAMETER_VALUE) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  private JsonNode byAlias(String name, String alias) {
    ObjectNode asked = Json.object().put("name", name).put("alias", alias);
    return call("GET", "registered-models/alias", asked).path("model_version");
  }

  private JsonNode byNumber(String name, String version) {
    ObjectNode asked = Json.object().put("name", name).put("version", version);
    return call("GET", "model-versions/get", asked).path("model_version");
  }

  /// The newest version of a stage, or of all.
  private Optional<JsonNode> newest(String name, String stage) {
    ObjectNode asked = Json.object().put("name", name);
    if (!stage.equalsIgnoreCase("latest")) {
      asked.putArray("stages").add(stage);
    }
    return call("GET", "registered-models/get-latest-versions", asked)
        .path("model_versions")
        .values()
        .stream()
        .max(Comparator.comparingLong(each -> Long.parseLong(Json.text(each, "version"))));
  }

  private static Version version(JsonNode found) {
    return new Version(
        Json.text(found, "name"),
        Json.text(found, "version"),
        Json.text(found, "run_id"),
        Json.text(found, "source"));
  }

  @Override
  public void onChange(Runnable listener) {
    registry.onModels(listener);
  }

  @Override
  public void servedBy(String name, String version, String services) {
    ObjectNode tag = Json.object().put("name", name).put("version", version).put("key", SERVED_BY);
    if (services.isEmpty()) {
      call("DELETE", "model-versions/delete-tag", tag);
    } else {
      call("POST", "model-versions/set-tag", tag.put("value", services));
    }
  }

  private ObjectNode call(String method, String path, ObjectNode fields) {
    return registry.registry().call(method, path, fields);
  }
}
