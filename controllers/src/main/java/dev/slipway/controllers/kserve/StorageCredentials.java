package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a storage initializer is told so that it may read: variables that refer to Secrets, and
/// Secrets mounted as files. The Secret is the one `storage.key` leads to, or those of the pod's
/// ServiceAccount.
///
/// Follows `pkg/credentials` of kserve/kserve. Keys of Secrets are found without regard to case and
/// dashes: `aws-access-key-id` is `AWS_ACCESS_KEY_ID`.
final class StorageCredentials {
  static final String PLACEHOLDER = "<scheme-placeholder>://";

  private static final String CONFIG_SECRET = "storage-config";
  private static final String SECRET_ANNOTATION = "serving.kserve.io/storageSecretName";
  private static final List<String> TYPES = List.of("s3", "hdfs", "webhdfs", "gs", "azure", "hf");
  private static final String GOOGLE_FILE = "gcloud-application-credentials.json";

  private final Observed observed;
  private final KserveConfig config;
  private final String namespace;
  private final Map<String, String> annotations;
  private final ObjectNode container;
  private final ObjectNode pod;

  /// @param container the initializer, which gets the variables
  /// @param pod gets the volumes
  StorageCredentials(
      Observed observed,
      String namespace,
      Map<String, String> annotations,
      ObjectNode container,
      ObjectNode pod) {
    this.observed = observed;
    this.config = KserveConfig.of(observed);
    this.namespace = namespace;
    this.annotations = annotations;
    this.container = container;
    this.pod = pod;
  }

  /// Credentials of `storage.key`, and the full address where only `storage.path` was given.
  ///
  /// @param storage `storage {key, path, parameters}`
  /// @throws RefusedException if there is no such key, or the address stays incomplete
  void fromStorage(JsonNode storage) {
    Map<String, String> parameters = Json.strings(storage, "parameters");
    String type = parameters.getOrDefault("type", "");
    String bucket = parameters.getOrDefault("bucket", "");
    String key = Json.text(storage, "key");
    Optional<Resource> own = key.isEmpty() ? Optional.empty() : secret(key);
    Optional<Resource> shared = secret(sharedName());
    String entry = !key.isEmpty() ? key : type.isEmpty() ? "default" : "default_" + type;
    if (shared.isPresent() && shared.get().at("data").has(entry)) {
      JsonNode said = json(shared.get(), entry);
      type = type.isEmpty() ? Json.text(said, "type") : type;
      bucket = bucket.isEmpty() ? Json.text(said, "bucket") : bucket;
      refer("STORAGE_CONFIG", shared.get().name(), entry);
    } else if (own.isPresent()) {
      type = type.isEmpty() ? typeOf(own.get()) : type;
      bucket = bucket.isEmpty() ? decoded(own.get(), "bucket") : bucket;
      grant(own.get());
    } else if (!key.isEmpty()) {
      throw RefusedException.invalid(
          "specified storage key "
              + key
              + " not found in storage secret "
              + sharedName()
              + ", and there is no Secret "
              + namespace
              + "/"
              + key);
    }
    address(type, bucket);
    if (!parameters.isEmpty()) {
      value("STORAGE_OVERRIDE_CONFIG", storage.path("parameters").toString());
    }
  }

  private void address(String type, String bucket) {
    ArrayNode args = (ArrayNode) container.path("args");
    String source = args.path(0).asString("");
    if (!source.startsWith(PLACEHOLDER)) {
      return;
    }
    String path = source.substring(PLACEHOLDER.length());
    if (type.isEmpty()) {
      throw RefusedException.invalid(
          "unable to determine storage type: neither storage.parameters.type nor the storage secret"
              + " says it");
    }
    if (!TYPES.contains(type)) {
      throw RefusedException.invalid(
          "storage type must be one of "
              + TYPES
              + ". storage type ["
              + type
              + "] is not supported");
    }
    boolean inBucket = type.equals("s3") || type.equals("gs");
    if (inBucket && bucket.isEmpty()) {
      throw RefusedException.invalid(
          "format ["
              + type
              + "] requires a bucket but one wasn't found in storage data or parameters");
    }
    args.set(0, inBucket ? type + "://" + bucket + "/" + path : type + "://" + path);
  }

  /// Credentials of the Secrets that the ServiceAccount lists, or of the one an annotation names.
  void fromServiceAccount(String account) {
    String named = annotations.getOrDefault(secretAnnotation(), "");
    if (!named.isEmpty()) {
      secret(named).ifPresent(this::grant);
      return;
    }
    Optional<Resource> found =
        observed.find(
            Kinds.SERVICE_ACCOUNT.key(namespace, account.isEmpty() ? "default" : account));
    for (JsonNode each : found.map(it -> it.at("secrets")).orElseGet(Json::array)) {
      secret(Json.text(each, "name")).ifPresent(this::grant);
    }
  }

  private String sharedName() {
    String named = annotations.getOrDefault(secretAnnotation(), "");
    return named.isEmpty()
        ? config.text("credentials", "storageSpecSecretName", CONFIG_SECRET)
        : named;
  }

  private String secretAnnotation() {
    return config.text("credentials", "storageSecretNameAnnotation", SECRET_ANNOTATION);
  }

  private Optional<Resource> secret(String name) {
    return observed.find(Kinds.SECRET.key(namespace, name));
  }

  /// The first kind of key found decides, in KServe's order.
  private void grant(Resource secret) {
    JsonNode s3 = config.part("credentials").path("s3");
    String secretKey = orElse(Json.text(s3, "s3SecretAccessKeyName"), "AWS_SECRET_ACCESS_KEY");
    if (key(secret, secretKey).or(() -> key(secret, "awsSecretAccessKey")).isPresent()) {
      amazon(secret, s3, secretKey);
    } else if (key(secret, GOOGLE_FILE).isPresent()) {
      mount(secret, "user-gcp-sa", "/var/secrets/");
      value("GOOGLE_APPLICATION_CREDENTIALS", "/var/secrets/" + GOOGLE_FILE);
    } else if (!azure(secret) && !web(secret)) {
      if (key(secret, "HDFS_NAMENODE").isPresent()) {
        mount(secret, "hdfs-secrets", "/var/secrets/kserve-hdfscreds");
      } else if (!plain(secret, "HF_TOKEN")) {
        plain(secret, "MODELSCOPE_API_TOKEN");
      }
    }
  }

  private void amazon(Resource secret, JsonNode settings, String secretKey) {
    String idKey = orElse(Json.text(settings, "s3AccessKeyIDName"), "AWS_ACCESS_KEY_ID");
    key(secret, idKey)
        .or(() -> key(secret, "awsAccessKeyID"))
        .ifPresent(found -> refer("AWS_ACCESS_KEY_ID", secret.name(), found));
    key(secret, secretKey)
        .or(() -> key(secret, "awsSecretAccessKey"))
        .ifPresent(found -> refer("AWS_SECRET_ACCESS_KEY", secret.name(), found));
    endpoint(secret, settings);
    s3(secret, settings, "s3-verifyssl", "S3_VERIFY_SSL", "s3VerifySSL");
    s3(
        secret,
        settings,
        "s3-useanoncredential",
        "awsAnonymousCredential",
        "s3UseAnonymousCredential");
    s3(secret, settings, "s3-region", "AWS_DEFAULT_REGION", "s3Region");
    s3(secret, settings, "s3-usevirtualbucket", "S3_USER_VIRTUAL_BUCKET", "s3UseVirtualBucket");
    s3(secret, settings, "s3-useaccelerate", "S3_USE_ACCELERATE", "s3UseAccelerate");
    s3(secret, settings, "s3-cabundle", "AWS_CA_BUNDLE", "s3CABundle");
    s3(secret, settings, "s3-cabundle-configmap", "AWS_CA_BUNDLE_CONFIGMAP", "s3CABundleConfigMap");
  }

  private void endpoint(Resource secret, JsonNode settings) {
    String written = said(secret, settings, "s3-endpoint", "S3_ENDPOINT", "s3Endpoint");
    if (written.isEmpty()) {
      return;
    }
    String https = said(secret, settings, "s3-usehttps", "S3_USE_HTTPS", "s3UseHttps");
    String bare = written.replaceFirst("^https?://", "");
    boolean secure = !https.equals("0") && !written.startsWith("http://");
    if (!https.isEmpty()) {
      value("S3_USE_HTTPS", https);
    }
    value("S3_ENDPOINT", bare);
    value("AWS_ENDPOINT_URL", (secure ? "https://" : "http://") + bare);
  }

  private void s3(Resource secret, JsonNode settings, String note, String variable, String field) {
    String found = said(secret, settings, note, variable, field);
    if (!found.isEmpty()) {
      value(variable, found);
    }
  }

  /// An annotation of the Secret, else a key of it, else KServe's setting.
  private static String said(
      Resource secret, JsonNode settings, String note, String variable, String field) {
    String annotated = secret.annotation("serving.kserve.io/" + note);
    if (!annotated.isEmpty()) {
      return annotated;
    }
    Optional<String> own = key(secret, variable);
    return own.isPresent() ? decoded(secret, own.get()) : Json.text(settings, field);
  }

  private boolean azure(Resource secret) {
    if (key(secret, "AZURE_STORAGE_ACCESS_KEY").isPresent()) {
      return plain(secret, "AZURE_STORAGE_ACCESS_KEY");
    }
    boolean found = false;
    for (String name : List.of("SUBSCRIPTION_ID", "TENANT_ID", "CLIENT_ID", "CLIENT_SECRET")) {
      Optional<String> key = key(secret, "AZURE_" + name).or(() -> key(secret, "AZ_" + name));
      key.ifPresent(each -> refer("AZURE_" + name, secret.name(), each));
      found |= key.isPresent() && name.equals("CLIENT_ID");
    }
    for (String name :
        List.of(
            "AZURE_ACCESS_TOKEN",
            "AZURE_ACCESS_EXPIRES_ON_SECONDS",
            "AZURE_ACCOUNT_NAME",
            "AZURE_SERVICE_URL")) {
      found |= plain(secret, name) && name.equals("AZURE_ACCESS_TOKEN");
    }
    return found;
  }

  private boolean web(Resource secret) {
    Optional<String> host = key(secret, "https-host");
    host.ifPresent(
        found -> {
          String name = decoded(secret, found).strip();
          key(secret, "headers")
              .ifPresent(
                  headers -> value(name + "-headers", headersJson(decoded(secret, headers))));
        });
    return host.isPresent();
  }

  /// Lines `name: value` as the JSON object that the initializer reads.
  private static String headersJson(String lines) {
    ObjectNode headers = Json.object();
    for (String line : lines.strip().split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    return headers.toString();
  }

  private boolean plain(Resource secret, String name) {
    Optional<String> found = key(secret, name);
    found.ifPresent(each -> refer(name, secret.name(), each));
    return found.isPresent();
  }

  /// The Secret's own spelling of a key.
  private static Optional<String> key(Resource secret, String wanted) {
    for (var entry : secret.at("data").properties()) {
      if (folded(entry.getKey()).equals(folded(wanted))) {
        return Optional.of(entry.getKey());
      }
    }
    return Optional.empty();
  }

  private static String folded(String key) {
    return key.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  private static String typeOf(Resource secret) {
    String said = decoded(secret, "type");
    if (!said.isEmpty()) {
      return said;
    }
    return key(secret, "AWS_SECRET_ACCESS_KEY").isPresent()
        ? "s3"
        : key(secret, GOOGLE_FILE).isPresent()
            ? "gs"
            : key(secret, "HDFS_NAMENODE").isPresent() ? "hdfs" : "";
  }

  private static JsonNode json(Resource secret, String key) {
    try {
      return Json.parseObject(decoded(secret, key));
    } catch (JacksonException | IllegalArgumentException _) {
      throw RefusedException.invalid(
          "invalid json encountered in key " + key + " of storage secret " + secret.name());
    }
  }

  private static String decoded(Resource secret, String key) {
    try {
      return new String(
          Base64.getMimeDecoder().decode(Json.text(secret.at("data"), key)),
          StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return "";
    }
  }

  private static String orElse(String text, String byDefault) {
    return text.isEmpty() ? byDefault : text;
  }

  private void value(String name, String value) {
    env(name).put("value", value);
  }

  private void refer(String name, String secret, String key) {
    env(name).putObject("valueFrom").putObject("secretKeyRef").put("name", secret).put("key", key);
  }

  /// The entry of this name, emptied: a later grant replaces an earlier one.
  private ObjectNode env(String name) {
    ArrayNode env =
        container.path("env") instanceof ArrayNode there ? there : container.putArray("env");
    for (JsonNode each : env) {
      if (Json.text(each, "name").equals(name) && each instanceof ObjectNode entry) {
        entry.remove(List.of("value", "valueFrom"));
        return entry;
      }
    }
    return env.addObject().put("name", name);
  }

  private void mount(Resource secret, String volume, String path) {
    ArrayNode volumes =
        pod.path("volumes") instanceof ArrayNode there ? there : pod.putArray("volumes");
    volumes.addObject().put("name", volume).putObject("secret").put("secretName", secret.name());
    ArrayNode mounts =
        container.path("volumeMounts") instanceof ArrayNode there
            ? there
            : container.putArray("volumeMounts");
    mounts.addObject().put("name", volume).put("readOnly", true).put("mountPath", path);
  }
}
