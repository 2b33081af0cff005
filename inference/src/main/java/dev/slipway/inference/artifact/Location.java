package dev.slipway.inference.artifact;

import dev.slipway.inference.artifact.ArtifactException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where an artifact is, read from what the user wrote.
public sealed interface Location {
  /// A file or directory of this machine.
  record Local(Path path) implements Location {}

  /// `http://` and `https://`.
  record Web(URI uri) implements Location {}

  /// `s3://bucket/key`; the key is an object, or what the names of objects begin with.
  record S3(String bucket, String key) implements Location {}

  /// `gs://bucket/name`.
  record Google(String bucket, String name) implements Location {}

  /// Azure Blob Storage.
  ///
  /// @param service `https://<account>.blob.core.windows.net`
  /// @param sas a shared access signature, as the query of the URI had it; may be empty
  record Azure(URI service, String account, String container, String prefix, Secret sas)
      implements Location {}

  /// `hf://owner/model[:revision]`, `hf://datasets/owner/name[:revision]`.
  ///
  /// @param dataset whether it is a data set, which the hub keeps apart from models
  record Hub(boolean dataset, String owner, String model, String revision) implements Location {}

  /// A model of a registry (`models:/name/1`, `runs:/...`), which [ModelUris] resolves.
  record Registered(String uri) implements Location {}

  /// A location with what its fragment demands.
  ///
  /// @param shown the URI as messages may have it: without passwords, signatures and fragment
  record Reference(Location location, Optional<Checksum> checksum, String shown) {}

  Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)", Pattern.DOTALL);
  Pattern DIGEST = Pattern.compile("(.*)#(sha256|md5)=([^#]*)", Pattern.DOTALL);
  Pattern AZURE =
      Pattern.compile(
          "https://([^/@]+?)\\.(blob\\.core\\.[a-z.]+|z[0-9]{1,2}\\.blob\\.storage\\.azure\\.net)"
              + "/([^?]+)(?:\\?(.*))?",
          Pattern.DOTALL);
  String DATASETS = "datasets/";
  List<String> REGISTRIES = List.of("models:/", "runs:/", "mlflow-artifacts:/");

  /// Reads a URI or a path.
  ///
  /// @throws ArtifactException of kind `UNSUPPORTED`, with what would be right
  static Reference parse(String written) throws ArtifactException {
    Matcher digest = DIGEST.matcher(written);
    String text = digest.matches() ? digest.group(1) : written;
    Optional<Checksum> checksum = Optional.empty();
    if (digest.matches()) {
      checksum = Optional.of(checksum(masked(text), digest.group(2), digest.group(3)));
    }
    return new Reference(location(text), checksum, masked(text));
  }

  private static Checksum checksum(String shown, String algorithm, String hex)
      throws ArtifactException {
    try {
      return algorithm.equals("md5") ? Checksum.md5(hex) : Checksum.sha256(hex);
    } catch (IllegalArgumentException e) {
      throw refused(shown, String.valueOf(e.getMessage()));
    }
  }

  private static Location location(String text) throws ArtifactException {
    if (REGISTRIES.stream().anyMatch(text::startsWith)) {
      return new Registered(text);
    }
    Matcher parts = SCHEME.matcher(text);
    if (!parts.matches()) {
      return local(text, text);
    }
    String rest = parts.group(2);
    return switch (parts.group(1).toLowerCase(Locale.ROOT)) {
      case "file" -> local(text, file(rest));
      case "http", "https" -> web(text);
      case "s3", "s3a" -> bucket(text, rest, S3::new);
      case "gs" -> bucket(text, rest, Google::new);
      case "azure", "az", "wasbs", "abfss" -> azure(text, rest);
      case "hf" -> hub(text, rest);
      case "models", "runs" -> new Registered(text);
      case "pvc" ->
          throw refused(
              text,
              "a volume claim is mounted, not downloaded: the pod that serves the model mounts it,"
                  + " and gives the path of the mount here");
      case "oci", "oci+native", "oci+fetch" ->
          throw refused(
              text,
              "an image is mounted by the node that runs the pod, as a volume, and its path is"
                  + " given here; without a cluster, unpack the image and give the directory");
      default ->
          throw refused(
              text,
              "the scheme \""
                  + parts.group(1)
                  + "\" is not read here (expected a path, file://, http(s)://, s3://, gs://,"
                  + " https://<account>.blob.core.windows.net/, azure://, hf:// or models:/)");
    };
  }

  private static Location local(String text, String path) throws ArtifactException {
    try {
      return new Local(Path.of(path));
    } catch (InvalidPathException e) {
      throw refused(text, "no path of this machine: " + e.getReason());
    }
  }

  /// What follows `file://` is a path, as KServe's storage takes it: without a slash at its start
  /// it is
  /// relative to where the program runs.
  private static String file(String rest) {
    String path = rest.startsWith("localhost/") ? rest.substring("localhost".length()) : rest;
    return path.contains("%") ? Encoding.decode(path) : path;
  }

  private static Location web(String text) throws ArtifactException {
    Matcher azure = AZURE.matcher(text);
    if (azure.matches()) {
      String account = azure.group(1);
      URI service = URI.create("https://" + account + "." + azure.group(2));
      return azure(text, service, account, azure.group(3), Optional.ofNullable(azure.group(4)));
    }
    if (text.matches("https://[^/]+\\.file\\.(core\\.windows|storage\\.azure)\\.net/.*")) {
      throw refused(text, "Azure file shares are not read here; mount the share, or use a blob");
    }
    if (text.matches("https://[^?]+\\.git/?")) {
      throw refused(text, "git repositories are not cloned here; clone it and give the directory");
    }
    try {
      URI uri = new URI(text.replace(" ", "%20")).parseServerAuthority();
      if (uri.getHost() == null || uri.getHost().isEmpty()) {
        throw refused(text, "names no host");
      }
      return new Web(uri);
    } catch (URISyntaxException e) {
      throw refused(masked(text), "no URI: " + e.getReason());
    }
  }

  /// Makes a location of a bucket and a name.
  interface OfBucket {
    Location of(String bucket, String name);
  }

  private static Location bucket(String text, String rest, OfBucket make) throws ArtifactException {
    int slash = rest.indexOf('/');
    String bucket = slash < 0 ? rest : rest.substring(0, slash);
    if (!bucket.matches("[A-Za-z0-9][A-Za-z0-9._:-]*")) {
      throw refused(text, "\"" + bucket + "\" is no bucket's name");
    }
    return make.of(bucket, slash < 0 ? "" : rest.substring(slash + 1).replaceAll("^/+", ""));
  }

  /// `azure://account/container/prefix` and `wasbs://container@account.blob.../prefix`.
  private static Location azure(String text, String rest) throws ArtifactException {
    int slash = Math.max(rest.indexOf('/'), 0);
    String authority = rest.substring(0, slash);
    String path = rest.substring(slash).replaceFirst("^/", "");
    String query = null;
    if (path.contains("?")) {
      query = path.substring(path.indexOf('?') + 1);
      path = path.substring(0, path.indexOf('?'));
    }
    int at = authority.indexOf('@');
    String host = authority.substring(at + 1);
    String account = host.contains(".") ? host.substring(0, host.indexOf('.')) : host;
    if (!account.matches("[a-z0-9-]{3,64}")) {
      throw refused(
          text, "\"" + account + "\" is no storage account (azure://account/container/…)");
    }
    String place = at < 0 ? path : authority.substring(0, at) + "/" + path;
    URI service = URI.create("https://" + account + ".blob.core.windows.net");
    return azure(text, service, account, place, Optional.ofNullable(query));
  }

  private static Location azure(
      String text, URI service, String account, String place, Optional<String> query)
      throws ArtifactException {
    int slash = place.indexOf('/');
    String container = slash < 0 ? place : place.substring(0, slash);
    if (container.isEmpty()) {
      throw refused(masked(text), "names no container");
    }
    String prefix = slash < 0 ? "" : Encoding.decode(place.substring(slash + 1));
    return new Azure(service, account, container, prefix, new Secret(query.orElse("")));
  }

  private static Location hub(String text, String rest) throws ArtifactException {
    boolean dataset = rest.startsWith(DATASETS);
    String[] parts = (dataset ? rest.substring(DATASETS.length()) : rest).split("/", -1);
    if (parts.length != 2 || parts[0].isEmpty()) {
      throw refused(text, "expected hf://owner/model[:revision]");
    }
    int colon = parts[1].indexOf(':');
    String model = colon < 0 ? parts[1] : parts[1].substring(0, colon);
    String revision = colon < 0 ? "main" : parts[1].substring(colon + 1);
    if (!(parts[0] + model).matches("[A-Za-z0-9._-]+") || model.isEmpty() || revision.isEmpty()) {
      throw refused(text, "expected hf://owner/model[:revision]");
    }
    return new Hub(dataset, parts[0], model, revision);
  }

  /// A URI without its password and its query, which may be a signature.
  static String masked(String text) {
    if (!SCHEME.matcher(text).matches()) {
      return text;
    }
    String bare = text.replaceFirst("(://)([^/?#@]*):[^/?#@]*@", "$1$2:***@");
    return bare.matches("(?s)(https?|azure|az|wasbs|abfss)://.*")
        ? bare.replaceFirst("(?s)\\?.+", "?…")
        : bare;
  }

  private static ArtifactException refused(String text, String why) {
    return new ArtifactException(Kind.UNSUPPORTED, masked(text) + ": " + why);
  }
}
