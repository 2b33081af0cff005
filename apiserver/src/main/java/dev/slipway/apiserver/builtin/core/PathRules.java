package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Problems;
import java.util.List;

/// Paths of files within a volume or on a node.
public final class PathRules {
  private PathRules() {}

  /// No element is `..`.
  public static void noBacksteps(Field path, Problems problems) {
    if (List.of(path.text().split("/", -1)).contains("..")) {
      problems.invalid(path, "must not contain '..'");
    }
  }

  /// Relative, and leading down.
  static void descending(Field path, Problems problems) {
    if (path.text().startsWith("/")) {
      problems.invalid(path, "must be a relative path");
    }
    noBacksteps(path, problems);
  }

  /// Relative, leading down, and not starting with two dots, which kubelets use themselves.
  static void local(Field path, Problems problems) {
    descending(path, problems);
    if (path.text().startsWith("..") && !path.text().startsWith("../")) {
      problems.invalid(path, "must not start with '..'");
    }
  }
}
