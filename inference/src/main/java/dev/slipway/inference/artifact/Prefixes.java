package dev.slipway.inference.artifact;

import dev.slipway.inference.artifact.ArtifactException.Kind;
import dev.slipway.inference.artifact.RemoteStore.Listing;
import dev.slipway.inference.artifact.RemoteStore.RemoteFile;
import java.util.ArrayList;
import java.util.List;

/// Which of the objects whose names begin alike a location means, in every object store: the one of
/// exactly that name; else those below it as a directory; else, as KServe has it, those whose names
/// go on in the same directory.
final class Prefixes {
  private Prefixes() {}

  /// An object as a store lists it.
  record Listed(String name, long size, String tag) {}

  /// Makes a file of an object and its path in the artifact.
  interface OfObject {
    RemoteFile of(Listed object, String path);
  }

  static Listing choose(String shown, String prefix, List<Listed> objects, OfObject make)
      throws ArtifactException {
    List<Listed> files =
        objects.stream().filter(each -> !each.name().endsWith("/") && each.size() != 0).toList();
    for (Listed each : files) {
      if (each.name().equals(prefix)) {
        String path = prefix.substring(prefix.lastIndexOf('/') + 1);
        return new Listing(List.of(make.of(each, path)), true);
      }
    }
    String directory = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    var chosen = below(files, directory, make);
    if (chosen.isEmpty() && !prefix.endsWith("/")) {
      String parent = prefix.substring(0, prefix.lastIndexOf('/') + 1);
      chosen = below(files, parent, make);
      chosen.removeIf(each -> each.path().contains("/"));
    }
    if (chosen.isEmpty()) {
      throw new ArtifactException(
          Kind.NOT_FOUND, shown + ": no object is there, and none whose name begins so");
    }
    return new Listing(chosen, false);
  }

  private static List<RemoteFile> below(List<Listed> files, String directory, OfObject make) {
    var chosen = new ArrayList<RemoteFile>();
    for (Listed each : files) {
      if (each.name().startsWith(directory)) {
        chosen.add(make.of(each, each.name().substring(directory.length())));
      }
    }
    return chosen;
  }
}
