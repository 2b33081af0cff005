package dev.slipway.node.environment;

/// The name of an image in parts, as in `docker.io/tensorflow/tensorflow:2.15.0-gpu@sha256:…`.
///
/// @param repository without what every client leaves out: `docker.io/` and `library/`
/// @param tag empty where none is given
/// @see <a href="https://github.com/distribution/reference">distribution/reference</a>
public record ImageName(String repository, String tag) {
  public static ImageName parse(String image) {
    int at = image.indexOf('@');
    var named = at >= 0 ? image.substring(0, at) : image;
    int colon = named.lastIndexOf(':');
    boolean tagged = colon > named.lastIndexOf('/');
    var repository = tagged ? named.substring(0, colon) : named;
    return new ImageName(familiar(repository), tagged ? named.substring(colon + 1) : "");
  }

  private static String familiar(String repository) {
    var rest = repository;
    for (var hub : new String[] {"docker.io/", "index.docker.io/"}) {
      if (rest.startsWith(hub)) {
        rest = rest.substring(hub.length());
      }
    }
    return rest.startsWith("library/") ? rest.substring("library/".length()) : rest;
  }

  /// `pytorch` of `ghcr.io/team/pytorch`.
  public String last() {
    return repository.substring(repository.lastIndexOf('/') + 1);
  }
}
