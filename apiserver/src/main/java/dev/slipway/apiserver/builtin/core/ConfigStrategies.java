package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// ConfigMaps and Secrets.
final class ConfigStrategies {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final String IMMUTABLE = "field is immutable when `immutable` is set";

  private ConfigStrategies() {}

  /// ConfigMaps.
  static final class ConfigMaps extends KindStrategy {
    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void judge(Field map, Problems problems) {
      long bytes = 0;
      for (Map.Entry<String, Field> each : map.at("data").entries()) {
        key(each, problems);
        if (map.at("binaryData", each.getKey()).present()) {
          problems.invalid(
              each.getValue().path(), each.getKey(), "duplicate of key present in binaryData");
        }
        bytes += each.getValue().text().getBytes(StandardCharsets.UTF_8).length;
      }
      for (Map.Entry<String, Field> each : map.at("binaryData").entries()) {
        key(each, problems);
        bytes += decoded(each.getValue(), problems).map(found -> found.length).orElse(0);
      }
      if (bytes > MAX_BYTES) {
        problems.add(Problem.tooLong(FieldPath.ROOT, MAX_BYTES));
      }
    }

    @Override
    protected void judgeChange(Field map, Field old, Problems problems) {
      frozen(map, old, List.of("data", "binaryData"), problems);
    }
  }

  /// Secrets: text in `stringData` becomes data, and is never read back.
  static final class Secrets extends KindStrategy {
    private static final String ACCOUNT = "kubernetes.io/service-account.name";

    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void fill(ObjectNode secret) {
      Defaults.text(secret, "type", "Opaque");
      for (ObjectNode texts : Defaults.present(secret, "stringData")) {
        Json.strings(texts)
            .forEach(
                (name, text) ->
                    Json.ensureObject(secret, "data")
                        .put(
                            name,
                            Base64.getEncoder()
                                .encodeToString(text.getBytes(StandardCharsets.UTF_8))));
      }
      secret.remove("stringData");
    }

    @Override
    protected void keep(ObjectNode secret, ObjectNode old) {
      Defaults.text(secret, "type", Json.text(old, "type"));
    }

    @Override
    protected void judge(Field secret, Problems problems) {
      long bytes = 0;
      Field data = secret.at("data");
      for (Map.Entry<String, Field> each : data.entries()) {
        key(each, problems);
        bytes += decoded(each.getValue(), problems).map(found -> found.length).orElse(0);
      }
      if (bytes > MAX_BYTES) {
        problems.tooLong(data, MAX_BYTES);
      }
      type(secret, data, problems);
    }

    private static void type(Field secret, Field data, Problems problems) {
      switch (secret.text("type")) {
        case "kubernetes.io/service-account-token" -> {
          Field annotations = secret.at("metadata", "annotations");
          problems.demand(annotations.at(ACCOUNT).reportedAt(annotations.path().key(ACCOUNT)));
        }
        case "kubernetes.io/dockercfg" -> json(data, ".dockercfg", problems);
        case "kubernetes.io/dockerconfigjson" -> json(data, ".dockerconfigjson", problems);
        case "kubernetes.io/basic-auth" -> {
          if (!data.at("username").present() && !data.at("password").present()) {
            missing(data, "username", problems);
            missing(data, "password", problems);
          }
        }
        case "kubernetes.io/ssh-auth" -> {
          if (!data.at("ssh-privatekey").filled()) {
            missing(data, "ssh-privatekey", problems);
          }
        }
        case "kubernetes.io/tls" -> {
          for (String each : List.of("tls.crt", "tls.key")) {
            if (!data.at(each).present()) {
              missing(data, each, problems);
            }
          }
        }
        default -> {}
      }
    }

    private static void missing(Field data, String name, Problems problems) {
      problems.add(Problem.required(data.path().key(name), ""));
    }

    private static void json(Field data, String name, Problems problems) {
      Field value = data.at(name);
      if (!value.present()) {
        missing(data, name, problems);
        return;
      }
      try {
        byte[] bytes = Base64.getDecoder().decode(value.text());
        if (!Json.parse(bytes).isObject()) {
          problems.invalid(
              data.path().key(name), "<secret contents redacted>", "must be a JSON object");
        }
      } catch (IllegalArgumentException | JacksonException _) {
        problems.invalid(
            data.path().key(name), "<secret contents redacted>", "must be well-formed JSON");
      }
    }

    @Override
    protected void judgeChange(Field secret, Field old, Problems problems) {
      problems.immutable(secret.at("type"), old.at("type"));
      frozen(secret, old, List.of("data"), problems);
    }
  }

  private static void key(Map.Entry<String, Field> entry, Problems problems) {
    problems.sentences(entry.getValue().path(), entry.getKey(), Names.configKey(entry.getKey()));
  }

  private static Optional<byte[]> decoded(Field value, Problems problems) {
    try {
      return Optional.of(Base64.getMimeDecoder().decode(strict(value.text())));
    } catch (IllegalArgumentException _) {
      problems.invalid(value.path(), "<contents redacted>", "must be base64");
      return Optional.empty();
    }
  }

  /// Line breaks are forgiven, other foreign characters are not.
  private static String strict(String text) {
    String bare = text.replace("\n", "").replace("\r", "");
    Base64.getDecoder().decode(bare);
    return bare;
  }

  private static void frozen(Field object, Field old, List<String> fields, Problems problems) {
    if (!old.at("immutable").isTrue()) {
      return;
    }
    if (!object.at("immutable").isTrue()) {
      problems.forbidden(object.at("immutable"), IMMUTABLE);
    }
    for (String each : fields) {
      if (!object.at(each).sameAs(old.at(each))) {
        problems.forbidden(object.at(each), IMMUTABLE);
      }
    }
  }
}
