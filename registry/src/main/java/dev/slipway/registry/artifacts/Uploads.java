package dev.slipway.registry.artifacts;

import dev.slipway.registry.ErrorCode;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import java.io.IOException;
import java.io.InputStream;
import tools.jackson.databind.node.ObjectNode;

/// Files that arrive in parts: begun, sent part by part in any order, and put together or given up.
///
/// Source: mlflow/protos/mlflow_artifacts.proto, `CreateMultipartUpload` and what follows.
public interface Uploads {
  int MAX_PARTS = 10_000;

  /// @param directory the artifact's
  /// @param base address of this server, before `/api`
  /// @return an id, and a URL for each part
  ObjectNode create(String directory, Arguments arguments, String base) throws IOException;

  /// Keeps one part that was sent here.
  ///
  /// @return its ETag
  default String part(String id, String number, InputStream bytes) throws IOException {
    throw new RegistryException(
        ErrorCode.ENDPOINT_NOT_FOUND, "parts are sent to the store itself, not here");
  }

  /// Puts the parts together in the order of their numbers.
  ///
  /// @param directory as it was begun
  ObjectNode complete(String directory, Arguments arguments) throws IOException;

  ObjectNode abort(String directory, Arguments arguments) throws IOException;

  /// The artifact that a request is about: a file in the directory its path names.
  static String target(String directory, Arguments arguments) {
    String path = SafePath.checked(arguments.required("path"));
    String name = path.substring(path.lastIndexOf('/') + 1);
    boolean whole = directory.equals(name) || directory.endsWith("/" + name);
    if (directory.isEmpty()) {
      return name;
    }
    return SafePath.checked(whole ? directory : directory + "/" + name);
  }

  static int parts(Arguments arguments) {
    long parts = arguments.requiredNumber("num_parts");
    if (parts < 1 || parts > MAX_PARTS) {
      throw RegistryException.invalid(
          "num_parts must be between 1 and " + MAX_PARTS + ", got " + parts);
    }
    return (int) parts;
  }
}
