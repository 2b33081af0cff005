package dev.slipway.registry.tracking;

import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import java.util.ArrayDeque;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.node.StringNode;

/// What keys and values may be.
///
/// Source: mlflow/utils/validation.py.
public final class Names {
  static final int KEY_CHARACTERS = 250;
  static final int PARAM_CHARACTERS = 6000;
  static final int TAG_CHARACTERS = 8000;
  static final int EXPERIMENT_TAG_CHARACTERS = 5000;
  static final int REGISTRY_TAG_CHARACTERS = 100_000;
  static final int EXPERIMENT_CHARACTERS = 500;

  private static final Pattern CHARACTERS =
      Pattern.compile("[/\\w.\\- :]*", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern RUN_ID = Pattern.compile("[a-zA-Z0-9][\\w\\-]{0,255}");

  private Names() {}

  /// Judges the key of a metric, param or tag.
  ///
  /// @param path where it stands in the request
  /// @throws RegistryException saying what is wrong with it
  public static void checkKey(String key, String path, String what) {
    if (!CHARACTERS.matcher(key).matches()) {
      throw Arguments.invalidValue(
          path,
          StringNode.valueOf(key),
          "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.),"
              + " spaces ( ), colon(:) and slashes (/).");
    }
    String plain = normalized(key);
    if (!plain.equals(key)
        || plain.equals(".")
        || plain.startsWith("..")
        || plain.startsWith("/")) {
      throw Arguments.invalidValue(
          path,
          StringNode.valueOf(key),
          "Names may be treated as files in certain cases, and must not resolve to other names"
              + " when treated as such. This name would resolve to '"
              + plain
              + "'");
    }
    checkLength(what, KEY_CHARACTERS, key);
  }

  public static void checkLength(String what, int limit, String value) {
    if (value.codePointCount(0, value.length()) > limit) {
      throw RegistryException.invalid(
          "'" + what + "' exceeds the maximum length of " + limit + " characters");
    }
  }

  /// Cuts what is too long, as MLflow's server does.
  static String cut(String value, int limit) {
    return value.length() <= limit || value.codePointCount(0, value.length()) <= limit
        ? value
        : value.substring(0, value.offsetByCodePoints(0, limit));
  }

  static void checkRunId(String runId) {
    if (!RUN_ID.matcher(runId).matches()) {
      throw Arguments.invalidValue("run_id", StringNode.valueOf(runId), "");
    }
  }

  static void checkTag(String key, String value, int limit) {
    checkKey(key, "key", "key");
    checkLength("value", limit, value);
  }

  /// Judges a tag of a registered model or a version.
  public static void checkRegistryTag(String key, String value) {
    checkTag(key, value, REGISTRY_TAG_CHARACTERS);
  }

  /// A path without `.`, `..` and doubled slashes, as POSIX normalises it.
  static String normalized(String path) {
    boolean absolute = path.startsWith("/");
    var parts = new ArrayDeque<String>();
    for (String part : List.of(path.split("/", -1))) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      boolean up = part.equals("..");
      if (up && !parts.isEmpty() && !parts.getLast().equals("..")) {
        parts.removeLast();
      } else if (!up || !absolute) {
        parts.addLast(part);
      }
    }
    String joined = String.join("/", parts);
    String plain = absolute ? "/" + joined : joined;
    return plain.isEmpty() ? "." : plain;
  }
}
