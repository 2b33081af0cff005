package dev.slipway.inference.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.base.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads credentials from where platforms keep them: the usual environment, KServe's
/// `storage-config`
/// Secret, and the Secrets of a ServiceAccount. All are turned into the names of the environment
/// first, which is how KServe hands them to what downloads, and read once, here.
///
/// Source: KServe 0.20, `pkg/credentials` and `kserve_storage.py`.
public final class CredentialSource {
  private static final String ANNOTATION = "serving.kserve.io/";
  private static final Map<String, String> S3_ANNOTATIONS =
      Map.of(
          "s3-endpoint", "S3_ENDPOINT",
          "s3-usehttps", "S3_USE_HTTPS",
          "s3-region", "AWS_DEFAULT_REGION",
          "s3-verifyssl", "S3_VERIFY_SSL",
          "s3-usevirtualbucket", "S3_USER_VIRTUAL_BUCKET",
          "s3-useaccelerate", "S3_USE_ACCELERATE",
          "s3-useanoncredential", "awsAnonymousCredential",
          "s3-cabundle", "AWS_CA_BUNDLE");
  private static final Map<String, String> STORAGE_FIELDS =
      Map.of(
          "access_key_id", "AWS_ACCESS_KEY_ID",
          "secret_access_key", "AWS_SECRET_ACCESS_KEY",
          "session_token", "AWS_SESSION_TOKEN",
          "endpoint_url", "AWS_ENDPOINT_URL",
          "region", "AWS_DEFAULT_REGION",
          "default_region", "AWS_DEFAULT_REGION",
          "anonymous", "awsAnonymousCredential",
          "verify_ssl", "S3_VERIFY_SSL",
          "ca_bundle", "AWS_CA_BUNDLE",
          "certificate", "AWS_CA_BUNDLE");
  static final String GCLOUD = "gcloud-application-credentials.json";

  private CredentialSource() {}

  /// A Secret as the API has it, decoded.
  public record KubernetesSecret(
      String name, Map<String, String> data, Map<String, String> annotations) {
    public KubernetesSecret {
      data = Map.copyOf(data);
      annotations = Map.copyOf(annotations);
    }
  }

  /// An entry of `storage-config`, and the location that `storage.path` then is.
  ///
  /// @param uri `<type>://<bucket>/<path>`
  public record Storage(Credentials credentials, String uri) {}

  /// @param given `AWS_*`, `S3_*`, `GOOGLE_APPLICATION_CREDENTIALS`, `AZURE_*`, `HF_TOKEN`,
  /// `<host>-headers`, `STORAGE_CONFIG` and `STORAGE_OVERRIDE_CONFIG` (which go before the others)
  /// @throws IllegalArgumentException naming the variable that is not what it should be
  public static Credentials ofEnvironment(Map<String, String> given) {
    Map<String, String> environment = withStorageConfig(given);
    Credentials all = Credentials.none().withS3(s3(environment)).withGoogle(google(environment));
    all =
        all.withAzure(
                azure(environment),
                uri(environment, "AZURE_SERVICE_URL").stream().toArray(URI[]::new))
            .withTls(tls(environment));
    Optional<URI> hub = uri(environment, "HF_ENDPOINT");
    if (hub.isPresent()) {
      all = all.withHubEndpoint(hub.get());
    }
    String token = first(environment, "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
    if (!token.isEmpty()) {
      all = all.withHub(new Secret(token));
    }
    for (Map.Entry<String, String> each : environment.entrySet()) {
      if (each.getKey().endsWith("-headers")) {
        String host = each.getKey().substring(0, each.getKey().length() - "-headers".length());
        all = all.withHeaders(host, headers(each.getValue()));
      }
    }
    return all;
  }

  /// With what KServe's controller puts of a `storage-config` entry and of `storage.parameters`.
  private static Map<String, String> withStorageConfig(Map<String, String> environment) {
    var fields = new HashMap<String, String>();
    for (String name : List.of("STORAGE_CONFIG", "STORAGE_OVERRIDE_CONFIG")) {
      String text = first(environment, name);
      if (!text.isEmpty()) {
        json(name, text)
            .properties()
            .forEach(each -> fields.put(each.getKey(), each.getValue().asString("")));
      }
    }
    if (fields.isEmpty()) {
      return environment;
    }
    var all = new HashMap<>(environment);
    all.putAll(variables(fields));
    return all;
  }

  /// The fields of an entry of `storage-config`, by the names of the environment.
  static Map<String, String> variables(Map<String, String> fields) {
    var environment = new HashMap<String, String>();
    STORAGE_FIELDS.forEach(
        (field, name) -> {
          if (!fields.getOrDefault(field, "").isEmpty()) {
            environment.put(name, fields.get(field));
          }
        });
    String google = fields.getOrDefault("base64_service_account", "");
    if (!google.isEmpty()) {
      try {
        environment.put(GCLOUD, new String(Base64.getDecoder().decode(google), UTF_8));
      } catch (IllegalArgumentException _) {
        throw new IllegalArgumentException("base64_service_account: expected base64");
      }
    }
    return environment;
  }

  private static String first(Map<String, String> from, String... names) {
    for (String name : names) {
      String value = from.getOrDefault(name, "").strip();
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }

  private static Optional<String> some(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  private static boolean yes(String value) {
    return List.of("true", "1", "yes").contains(value.toLowerCase(Locale.ROOT));
  }

  private static Optional<URI> uri(Map<String, String> from, String name) {
    String value = first(from, name);
    try {
      return some(value).map(URI::create);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException(name + ": \"" + value + "\" is no URI");
    }
  }

  private static S3Credentials s3(Map<String, String> from) {
    String verify = first(from, "S3_VERIFY_SSL");
    boolean verified =
        verify.isEmpty() || !List.of("0", "false").contains(verify.toLowerCase(Locale.ROOT));
    String bundle = first(from, "AWS_CA_BUNDLE");
    String virtual = first(from, "S3_USER_VIRTUAL_BUCKET", "S3_USE_VIRTUAL_BUCKET");
    return new S3Credentials(
        some(first(from, "AWS_ACCESS_KEY_ID", "awsAccessKeyID")),
        some(first(from, "AWS_SECRET_ACCESS_KEY", "awsSecretAccessKey")).map(Secret::new),
        some(first(from, "AWS_SESSION_TOKEN")).map(Secret::new),
        some(first(from, "AWS_DEFAULT_REGION", "AWS_REGION")),
        endpoint(from),
        some(virtual).map(CredentialSource::yes),
        yes(first(from, "S3_USE_ACCELERATE")),
        yes(first(from, "awsAnonymousCredential")),
        new Tls(verified, bundle.isEmpty() ? mountedBundle(from) : some(bundle)));
  }

  private static Tls tls(Map<String, String> from) {
    String bundle = first(from, "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE");
    return new Tls(true, bundle.isEmpty() ? mountedBundle(from) : some(bundle));
  }

  /// Where KServe mounts the ConfigMap of authorities that its settings name.
  private static Optional<String> mountedBundle(Map<String, String> from) {
    String directory = first(from, "CA_BUNDLE_VOLUME_MOUNT_POINT");
    return first(from, "CA_BUNDLE_CONFIGMAP_NAME").isEmpty() || directory.isEmpty()
        ? Optional.empty()
        : Optional.of(Path.of(directory, "cabundle.crt").toString());
  }

  /// `S3_ENDPOINT` is a host; `S3_USE_HTTPS` says how it is reached, by default with TLS.
  private static Optional<URI> endpoint(Map<String, String> from) {
    String given = first(from, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "S3_ENDPOINT");
    if (given.isEmpty()) {
      return Optional.empty();
    }
    String https = first(from, "S3_USE_HTTPS");
    String scheme = https.isEmpty() || yes(https) ? "https://" : "http://";
    String url = given.contains("://") ? given : scheme + given;
    return uri(Map.of("S3_ENDPOINT", url), "S3_ENDPOINT");
  }

  private static GoogleCredentials google(Map<String, String> from) {
    String inline = first(from, GCLOUD);
    String named = first(from, "GOOGLE_APPLICATION_CREDENTIALS");
    if (inline.isEmpty() && !named.isEmpty()) {
      try {
        inline = Files.readString(Path.of(named));
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "GOOGLE_APPLICATION_CREDENTIALS: " + named + " cannot be read", e);
      }
    }
    return inline.isEmpty() ? new GoogleCredentials.Anonymous() : GoogleCredentials.parse(inline);
  }

  private static AzureCredentials azure(Map<String, String> from) {
    String key = first(from, "AZURE_STORAGE_ACCESS_KEY", "AZURE_STORAGE_KEY");
    String sas = first(from, "AZURE_STORAGE_SAS_TOKEN");
    String token = first(from, "AZURE_ACCESS_TOKEN");
    String tenant = first(from, "AZURE_TENANT_ID", "AZ_TENANT_ID");
    String client = first(from, "AZURE_CLIENT_ID", "AZ_CLIENT_ID");
    String secret = first(from, "AZURE_CLIENT_SECRET", "AZ_CLIENT_SECRET");
    if (!tenant.isEmpty() && !client.isEmpty() && !secret.isEmpty()) {
      String authority = first(from, "AZURE_AUTHORITY_HOST");
      String host = authority.isEmpty() ? "https://login.microsoftonline.com" : authority;
      URI uri = URI.create(host.contains("://") ? host : "https://" + host);
      return new AzureCredentials.ClientSecret(tenant, client, new Secret(secret), uri);
    }
    if (!token.isEmpty()) {
      return new AzureCredentials.Token(new Secret(token));
    }
    if (!key.isEmpty()) {
      return new AzureCredentials.SharedKey(new Secret(key));
    }
    return sas.isEmpty()
        ? new AzureCredentials.Anonymous()
        : new AzureCredentials.Sas(new Secret(sas));
  }

  /// `Name: value` a line, or a JSON object.
  private static Map<String, Secret> headers(String text) {
    var all = new LinkedHashMap<String, Secret>();
    if (text.strip().startsWith("{")) {
      json("headers", text)
          .properties()
          .forEach(each -> all.put(each.getKey(), new Secret(each.getValue().asString(""))));
      return all;
    }
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        all.put(line.substring(0, colon).strip(), new Secret(line.substring(colon + 1).strip()));
      }
    }
    return all;
  }

  private static JsonNode json(String where, String text) {
    try {
      return Json.parse(text.getBytes(UTF_8));
    } catch (JacksonException _) {
      throw new IllegalArgumentException(where + ": expected a JSON object");
    }
  }

  /// Reads an entry of the Secret `storage-config` for a model's `storage`.
  ///
  /// @param secret its data: JSON by key
  /// @param key `storage.key`; `""` for `default_<type>` or `default`
  /// @param parameters `storage.parameters`, which go before the entry's fields
  /// @param path `storage.path`
  /// @throws IllegalArgumentException naming the key or field that is wrong
  public static Storage ofStorageConfig(
      Map<String, String> secret, String key, Map<String, String> parameters, String path) {
    var fields = new HashMap<String, String>();
    entry(secret, key, parameters)
        .ifPresent(
            json ->
                json.properties()
                    .forEach(each -> fields.put(each.getKey(), each.getValue().asString(""))));
    fields.putAll(parameters);
    String type = fields.getOrDefault("type", "");
    if (type.isEmpty()) {
      throw new IllegalArgumentException(
          "storage: the type is missing (expected in storage.parameters.type or in the entry of"
              + " storage-config)");
    }
    String bucket = fields.getOrDefault("bucket", "");
    if (bucket.isEmpty() && List.of("s3", "gs").contains(type)) {
      throw new IllegalArgumentException("storage: the bucket is missing (type " + type + ")");
    }
    String place = path.replaceFirst("^/+", "");
    String uri = type + "://" + (bucket.isEmpty() ? place : bucket + "/" + place);
    return new Storage(ofEnvironment(variables(fields)), uri);
  }

  private static Optional<JsonNode> entry(
      Map<String, String> secret, String key, Map<String, String> parameters) {
    String type = parameters.getOrDefault("type", "");
    List<String> keys =
        key.isEmpty()
            ? type.isEmpty() ? List.of("default") : List.of("default_" + type, "default")
            : List.of(key);
    for (String each : keys) {
      if (secret.containsKey(each)) {
        return Optional.of(json("storage-config, key " + each, secret.get(each)));
      }
    }
    if (!key.isEmpty()) {
      throw new IllegalArgumentException(
          "storage.key: storage-config has no \""
              + key
              + "\" (has "
              + secret.keySet().stream().sorted().toList()
              + ")");
    }
    return Optional.empty();
  }

  /// Reads the Secrets listed in a ServiceAccount; each by the first key KServe knows it by.
  public static Credentials ofServiceAccount(List<KubernetesSecret> secrets) {
    var environment = new HashMap<String, String>();
    for (KubernetesSecret each : secrets) {
      variables(each).forEach(environment::putIfAbsent);
    }
    return ofEnvironment(environment);
  }

  /// What a Secret holds, by the names of the environment.
  static Map<String, String> variables(KubernetesSecret secret) {
    Map<String, String> data = canonical(secret.data());
    var found = new HashMap<String, String>();
    if (data.containsKey("AWS_SECRET_ACCESS_KEY") || data.containsKey("AWS_ACCESS_KEY_ID")) {
      found.putAll(data);
    } else if (data.containsKey(GCLOUD)) {
      found.put(GCLOUD, data.get(GCLOUD));
    } else if (data.containsKey("https-host")) {
      found.put(data.get("https-host").strip() + "-headers", data.getOrDefault("headers", ""));
    } else {
      data.forEach(
          (name, value) -> {
            if (name.startsWith("AZ") || name.startsWith("HF_")) {
              found.put(name, value);
            }
          });
    }
    S3_ANNOTATIONS.forEach(
        (annotation, name) -> {
          String value = secret.annotations().getOrDefault(ANNOTATION + annotation, "");
          if (!value.isEmpty()) {
            found.put(name, value);
          }
        });
    return found;
  }

  /// Users also write `aws-access-key-id` and `awsAccessKeyID`.
  static Map<String, String> canonical(Map<String, String> data) {
    var all = new HashMap<>(data);
    data.forEach(
        (name, value) -> {
          String bare = name.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
          switch (bare) {
            case "awsaccesskeyid" -> all.putIfAbsent("AWS_ACCESS_KEY_ID", value);
            case "awssecretaccesskey" -> all.putIfAbsent("AWS_SECRET_ACCESS_KEY", value);
            case "awssessiontoken" -> all.putIfAbsent("AWS_SESSION_TOKEN", value);
            case "awsendpointurl" -> all.putIfAbsent("AWS_ENDPOINT_URL", value);
            case "awsdefaultregion", "awsregion" -> all.putIfAbsent("AWS_DEFAULT_REGION", value);
            case "hftoken" -> all.putIfAbsent("HF_TOKEN", value);
            default -> {}
          }
        });
    return all;
  }
}
