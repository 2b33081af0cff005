package dev.slipway.inference.artifact;

import dev.slipway.inference.artifact.ArtifactException.Kind;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// One file from a web server. KServe takes only `application/octet-stream` and archives; here any
/// content type will do but a web page, which is what a login form or a proxy's excuse comes as.
final class WebStore implements RemoteStore {
  /// Headers the client sets itself, and that no one else may.
  private static final Set<String> RESERVED =
      Set.of("host", "connection", "content-length", "expect", "upgrade", "range", "if-range");

  private final URI uri;
  private final String shown;
  private final Map<String, String> headers;

  /// @param headers to send along, from the credentials of this host
  WebStore(URI uri, String shown, Map<String, String> headers) {
    this.uri = uri;
    this.shown = shown;
    this.headers = new LinkedHashMap<>(headers);
    this.headers.keySet().removeIf(each -> RESERVED.contains(each.toLowerCase(Locale.ROOT)));
  }

  @Override
  public Listing list() {
    Ask ask = Ask.get(withoutFragment(uri)).withAll(headers);
    return new Listing(List.of(RemoteFile.unknown(fileName(uri), ask)), true);
  }

  private static URI withoutFragment(URI uri) {
    String text = uri.toString();
    int hash = text.indexOf('#');
    return hash < 0 ? uri : URI.create(text.substring(0, hash));
  }

  /// The last segment of the path, or `model`.
  static String fileName(URI uri) {
    String path = uri.getPath() == null ? "" : uri.getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.isBlank() || name.equals(".") || name.equals("..") || name.contains("\\")
        ? "model"
        : name;
  }

  @Override
  public Ask.Signer signer() {
    return Ask.Signer.none();
  }

  @Override
  public void judge(Transport.Reply reply) throws ArtifactException {
    String type = reply.header("Content-Type").toLowerCase(Locale.ROOT);
    boolean page = type.startsWith("text/html") || type.startsWith("application/xhtml");
    if (page && !uri.getPath().toLowerCase(Locale.ROOT).matches(".*\\.x?html?")) {
      throw new ArtifactException(
          Kind.CORRUPT,
          shown
              + ": answered with a web page (Content-Type "
              + type
              + ") where a model was expected; is a login or another address needed?");
    }
  }
}
