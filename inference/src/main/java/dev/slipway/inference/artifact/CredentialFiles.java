package dev.slipway.inference.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.base.Json;
import dev.slipway.inference.artifact.CredentialSource.KubernetesSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Credentials as people keep them on disk, by the names of the environment that
/// [CredentialSource#ofEnvironment] reads:
///
/// - a directory: a mounted Secret, a file for each key;
/// - a manifest of `kind: Secret`, with KServe's keys and annotations, or of `storage-config`;
/// - JSON: Google's key file, or an entry of `storage-config` (an object with a `type`);
/// - lines of `NAME=value`, also those under `[default]` in Amazon's own file.
public final class CredentialFiles {
  private static final long MOST_BYTES = 1 << 20;
  private static final Pattern SECRET = Pattern.compile("(?m)^\\s*\"?kind\"?:\\s*\"?Secret\\b");
  private static final Pattern LINE =
      Pattern.compile("(?:export\\s+)?([A-Za-z_][\\w.:-]*)\\s*=\\s*(.*)");

  private static final List<String> STORAGES =
      List.of("s3", "gs", "azure", "https", "http", "hf", "hdfs", "webhdfs");

  private CredentialFiles() {}

  /// @param path of a file or a directory
  /// @throws IllegalArgumentException naming the file that cannot be read, and why
  public static Map<String, String> read(Path path) {
    try {
      if (Files.isDirectory(path)) {
        return mounted(path);
      }
      return parse(path, text(path));
    } catch (IOException problem) {
      throw new IllegalArgumentException(
          path + " cannot be read: " + problem.getMessage(), problem);
    }
  }

  private static String text(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(file + ": no such file or directory");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new IllegalArgumentException(file + " is longer than " + MOST_BYTES + " bytes");
    }
    return Files.readString(file);
  }

  /// Names that begin with a dot are how Kubernetes swaps what is mounted.
  private static Map<String, String> mounted(Path directory) throws IOException {
    var data = new HashMap<String, String>();
    try (var inside = Files.list(directory)) {
      for (Path each : inside.toList()) {
        String name = each.getFileName().toString();
        if (!name.startsWith(".") && Files.isRegularFile(each)) {
          data.put(name, text(each).strip());
        }
      }
    }
    return secret(new KubernetesSecret(directory.toString(), data, Map.of()));
  }

  private static Map<String, String> parse(Path file, String text) {
    try {
      if (SECRET.matcher(text).find()) {
        return manifests(text);
      }
      if (text.strip().startsWith("{")) {
        return json(file, text);
      }
    } catch (JacksonException problem) {
      throw new IllegalArgumentException(file + ": " + problem.getOriginalMessage(), problem);
    }
    return lines(file, text);
  }

  private static Map<String, String> manifests(String text) {
    var all = new HashMap<String, String>();
    for (String document : text.split("(?m)^---\\s*$", -1)) {
      if (SECRET.matcher(document).find()) {
        manifest(YAMLMapper.shared().readTree(document)).forEach(all::putIfAbsent);
      }
    }
    return all;
  }

  private static Map<String, String> manifest(JsonNode secret) {
    var data = new HashMap<String, String>();
    for (var each : secret.path("data").properties()) {
      byte[] value = Base64.getMimeDecoder().decode(each.getValue().asString(""));
      data.put(each.getKey(), new String(value, UTF_8).strip());
    }
    for (var each : secret.path("stringData").properties()) {
      data.put(each.getKey(), each.getValue().asString("").strip());
    }
    var annotations = new HashMap<String, String>();
    for (var each : secret.path("metadata").path("annotations").properties()) {
      annotations.put(each.getKey(), each.getValue().asString(""));
    }
    String name = Json.text(secret.path("metadata"), "name");
    return secret(new KubernetesSecret(name, data, annotations));
  }

  private static Map<String, String> json(Path file, String text) {
    JsonNode object = Json.parse(text.getBytes(UTF_8));
    String type = Json.text(object, "type");
    if (STORAGES.contains(type)) {
      return entry(object);
    }
    if (type.isEmpty()) {
      throw new IllegalArgumentException(
          file
              + ": the JSON has no \"type\" (expected a key of Google, an entry of storage-config,"
              + " or a Secret)");
    }
    return Map.of(CredentialSource.GCLOUD, text);
  }

  /// A Secret's own keys, and the entries of `storage-config` in it, the default ones first.
  private static Map<String, String> secret(KubernetesSecret secret) {
    var all = new HashMap<>(CredentialSource.canonical(secret.data()));
    CredentialSource.variables(secret).forEach(all::put);
    var entries = new TreeMap<Integer, Map<String, String>>();
    for (String key : new TreeMap<>(secret.data()).keySet()) {
      String value = secret.data().getOrDefault(key, "");
      if (value.startsWith("{") && !key.equals(CredentialSource.GCLOUD)) {
        JsonNode object = Json.parse(value.getBytes(UTF_8));
        int rank = key.startsWith("default") ? 0 : 1;
        entries.put(rank * 1000 + entries.size(), entry(object));
      }
    }
    entries.values().forEach(each -> each.forEach(all::putIfAbsent));
    return all;
  }

  private static Map<String, String> entry(JsonNode object) {
    var fields = new HashMap<String, String>();
    object.properties().forEach(each -> fields.put(each.getKey(), each.getValue().asString("")));
    return CredentialSource.variables(fields);
  }

  private static Map<String, String> lines(Path file, String text) {
    var all = new HashMap<String, String>();
    boolean ours = true;
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      if (line.startsWith("[")) {
        ours = List.of("[default]", "[profile default]").contains(line);
        continue;
      }
      var parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new IllegalArgumentException(
            file + ", line " + number + ": expected NAME=value, a Secret or JSON");
      }
      if (ours) {
        all.put(variable(parts.group(1)), bare(parts.group(2)));
      }
    }
    return CredentialSource.canonical(all);
  }

  /// Amazon's own file has three words that the environment spells otherwise.
  private static String variable(String name) {
    return switch (name) {
      case "region" -> "AWS_DEFAULT_REGION";
      case "endpoint_url" -> "AWS_ENDPOINT_URL";
      case "ca_bundle" -> "AWS_CA_BUNDLE";
      default -> name;
    };
  }

  private static String bare(String value) {
    boolean quoted =
        value.length() >= 2
            && ((value.startsWith("\"") && value.endsWith("\""))
                || (value.startsWith("'") && value.endsWith("'")));
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
