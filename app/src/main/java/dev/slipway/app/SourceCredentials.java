package dev.slipway.app;

import dev.slipway.inference.artifact.CredentialFiles;
import dev.slipway.inference.artifact.CredentialSource;
import dev.slipway.inference.artifact.Credentials;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What models are fetched with: the environment, and over it the files named on the command line.
final class SourceCredentials {
  private final Map<String, String> variables;
  private Optional<Credentials> read = Optional.empty();

  /// @throws UserException if a file cannot be read
  SourceCredentials(Map<String, String> environment, List<Path> files) {
    variables = new HashMap<>(environment);
    try {
      files.forEach(each -> variables.putAll(CredentialFiles.read(each)));
    } catch (IllegalArgumentException problem) {
      throw new UserException("--credentials: " + problem.getMessage());
    }
  }

  /// Nothing for what lies on this machine: a wrong variable is then nobody's concern.
  ///
  /// @throws UserException if a variable is not what it should be
  Credentials of(String source) {
    if (!source.contains("://") || source.startsWith("file:")) {
      return Credentials.none();
    }
    try {
      var found = read.orElseGet(() -> CredentialSource.ofEnvironment(variables));
      read = Optional.of(found);
      return found;
    } catch (IllegalArgumentException problem) {
      throw new UserException("the credentials for " + source + ": " + problem.getMessage());
    }
  }
}
