package dev.slipway.inference.optional;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Where a TensorFlow SavedModel may lie in a downloaded artifact.
public final class SavedModelPlaces {
  private SavedModelPlaces() {}

  /// The directory itself, `model.savedmodel` in it, then its versions, the highest first, with
  /// `model.savedmodel` in them.
  public static List<Path> of(Path artifact) {
    var places = new ArrayList<Path>(List.of(artifact, artifact.resolve("model.savedmodel")));
    if (Files.isDirectory(artifact)) {
      try (var children = Files.list(artifact)) {
        children
            .filter(child -> child.getFileName().toString().matches("\\d{1,18}"))
            .filter(Files::isDirectory)
            .sorted(Comparator.comparingLong(SavedModelPlaces::number).reversed())
            .forEach(
                version -> {
                  places.add(version);
                  places.add(version.resolve("model.savedmodel"));
                });
      } catch (IOException _) {
        return places;
      }
    }
    return places;
  }

  private static long number(Path version) {
    return Long.parseLong(version.getFileName().toString());
  }

  /// Whether a SavedModel is there, by the names of files.
  public static boolean has(Path artifact) {
    return of(artifact).stream()
        .anyMatch(
            place ->
                Files.isRegularFile(place.resolve("saved_model.pb"))
                    || Files.isRegularFile(place.resolve("saved_model.pbtxt")));
  }
}
