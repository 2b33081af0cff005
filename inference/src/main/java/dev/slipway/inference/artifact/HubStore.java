package dev.slipway.inference.artifact;

import dev.slipway.base.Json;
import dev.slipway.inference.artifact.ArtifactException.Kind;
import java.net.URI;
import java.util.ArrayList;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A model or a data set of the Hugging Face hub, or of a mirror that speaks like it. A revision is
/// pinned to its
/// commit first, so that all files are of the same one.
final class HubStore implements RemoteStore {
  private final Location.Hub location;
  private final String endpoint;
  private final Optional<Secret> token;
  private final Transport transport;

  HubStore(Location.Hub location, URI endpoint, Optional<Secret> token, Transport transport) {
    this.location = location;
    this.endpoint = endpoint.toString().replaceAll("/+$", "");
    this.token = token;
    this.transport = transport;
  }

  @Override
  public Ask.Signer signer() {
    return ask ->
        token.isPresent() ? ask.with("Authorization", "Bearer " + token.get().reveal()) : ask;
  }

  @Override
  public Listing list() throws ArtifactException, InterruptedException {
    String model = Encoding.encode(location.owner()) + "/" + Encoding.encode(location.model());
    Ask ask =
        Ask.get(
            endpoint
                + (location.dataset() ? "/api/datasets/" : "/api/models/")
                + model
                + "/revision/"
                + Encoding.encode(location.revision())
                + "?blobs=true");
    JsonNode answer = answer(ask);
    String sha = Json.text(answer, "sha");
    String commit = sha.isEmpty() ? location.revision() : sha;
    var files = new ArrayList<RemoteFile>();
    for (JsonNode each : answer.path("siblings")) {
      String name = Json.text(each, "rfilename");
      if (!name.isEmpty() && !name.startsWith(".git")) {
        files.add(file(model, commit, name, each));
      }
    }
    if (files.isEmpty()) {
      throw new ArtifactException(
          Kind.NOT_FOUND, transport.shown() + ": it has no files at " + commit);
    }
    return new Listing(files, false);
  }

  private JsonNode answer(Ask ask) throws ArtifactException, InterruptedException {
    try {
      return Json.parse(transport.ask(ask, signer()).body());
    } catch (JacksonException e) {
      throw new ArtifactException(
          Kind.UNAVAILABLE,
          transport.shown() + ": " + ask.shown() + " was answered with no JSON",
          e);
    }
  }

  private RemoteFile file(String model, String commit, String name, JsonNode node) {
    Ask ask =
        Ask.get(
            endpoint
                + (location.dataset() ? "/datasets/" : "/")
                + model
                + "/resolve/"
                + Encoding.encode(commit)
                + "/"
                + Encoding.encodePath(name));
    String sha256 = Json.text(node, "lfs", "sha256");
    Optional<Checksum> checksum =
        sha256.matches("[0-9a-f]{64}") ? Optional.of(Checksum.sha256(sha256)) : Optional.empty();
    long size = node.path("size").asLong(-1);
    return new RemoteFile(name, size, commit, false, checksum, ask);
  }
}
