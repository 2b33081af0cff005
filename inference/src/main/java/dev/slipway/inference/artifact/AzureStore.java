package dev.slipway.inference.artifact;

import dev.slipway.inference.artifact.ArtifactException.Kind;
import dev.slipway.inference.artifact.Prefixes.Listed;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/// Blobs of Azure.
///
/// Source: Microsoft, Azure Storage REST API, List Blobs and Get Blob.
final class AzureStore implements RemoteStore {
  private final Location.Azure location;
  private final URI service;
  private final String sas;
  private final Transport transport;
  private final Ask.Signer signer;
  private final Map<String, String> md5s = new HashMap<>();

  /// @param service where the account is; its path, if any, comes before the container's
  /// @param sas a signature to go with every request, without `?`; may be empty
  AzureStore(
      Location.Azure location, URI service, String sas, Transport transport, Ask.Signer signer) {
    this.location = location;
    this.service = service;
    this.sas = sas.replaceFirst("^\\?", "");
    this.transport = transport;
    this.signer = signer;
  }

  @Override
  public Ask.Signer signer() {
    return signer;
  }

  @Override
  public Listing list() throws ArtifactException, InterruptedException {
    var objects = new ArrayList<Listed>();
    String marker = "";
    do {
      Xml.Listing page = page(marker);
      for (Map<String, String> each : page.records()) {
        String name = each.getOrDefault("Name", "");
        md5s.put(name, each.getOrDefault("Content-MD5", ""));
        String etag = each.getOrDefault("Etag", "");
        objects.add(new Listed(name, Xml.number(each, "Content-Length"), etag));
      }
      String next = page.top().getOrDefault("NextMarker", "").strip();
      if (objects.size() > 4L * transport.settings().artifactFiles()
          || (next.equals(marker) && !next.isEmpty())) {
        throw new ArtifactException(
            Kind.TOO_LARGE, transport.shown() + ": the listing does not end");
      }
      marker = next;
    } while (!marker.isEmpty());
    return Prefixes.choose(transport.shown(), location.prefix(), objects, this::file);
  }

  private Xml.Listing page(String marker) throws ArtifactException, InterruptedException {
    Ask ask =
        Ask.get(
            container()
                + "?restype=container&comp=list&prefix="
                + Encoding.encode(location.prefix())
                + (marker.isEmpty() ? "" : "&marker=" + Encoding.encode(marker))
                + (sas.isEmpty() ? "" : "&" + sas));
    try {
      return Xml.read(transport.ask(ask, signer).body(), "Blob");
    } catch (XMLStreamException e) {
      throw new ArtifactException(
          Kind.UNAVAILABLE,
          transport.shown() + ": " + ask.shown() + " was answered with no listing of blobs",
          e);
    }
  }

  private RemoteFile file(Listed blob, String path) {
    String query = sas.isEmpty() ? "" : "?" + sas;
    Ask ask = Ask.get(container() + "/" + Encoding.encodePath(blob.name()) + query);
    boolean known = !blob.tag().isEmpty();
    String etag = blob.tag().startsWith("\"") ? blob.tag() : "\"" + blob.tag() + "\"";
    return new RemoteFile(
        path,
        blob.size(),
        known ? etag : "size-" + blob.size(),
        known,
        md5(blob.name()),
        known ? ask.with("If-Match", etag) : ask);
  }

  private Optional<Checksum> md5(String name) {
    try {
      byte[] digest = Base64.getDecoder().decode(md5s.getOrDefault(name, ""));
      return digest.length == 16
          ? Optional.of(Checksum.md5(HexFormat.of().formatHex(digest)))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private String container() {
    return service.toString().replaceAll("/+$", "") + "/" + Encoding.encode(location.container());
  }
}
