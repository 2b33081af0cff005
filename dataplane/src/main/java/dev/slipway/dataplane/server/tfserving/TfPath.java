package dev.slipway.dataplane.server.tfserving;

import dev.slipway.dataplane.server.ModelPath;
import dev.slipway.inference.codec.tfserving.TfModelSpec;
import java.util.Optional;
import java.util.regex.Pattern;

/// `/v1/models/NAME[/versions/N|/labels/L][:VERB|/metadata]`.
///
/// @param version `""` for none
/// @param label `""` for none
/// @param verb `predict`, `classify`, `regress`, `metadata`, or `""` for the status
record TfPath(String name, String version, String label, String verb) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?i)/v1/models/([^/:]+)(?:/versions/(\\d+)|/labels/([^/:]+))?"
              + "(?::(predict|classify|regress)|/(metadata))?");

  static Optional<TfPath> parse(String path) {
    var match = FORM.matcher(path);
    if (!match.matches()) {
      return Optional.empty();
    }
    var verb = text(match.group(4)) + text(match.group(5));
    return Optional.of(
        new TfPath(
            ModelPath.decoded(match.group(1)),
            text(match.group(2)),
            ModelPath.decoded(text(match.group(3))),
            verb.toLowerCase(java.util.Locale.ROOT)));
  }

  private static String text(String group) {
    return group == null ? "" : group;
  }

  /// What it names, as gRPC has it.
  TfModelSpec model() {
    return new TfModelSpec(name, version, label, "");
  }

  boolean names(String what) {
    return verb.equals(what);
  }

  boolean pinned() {
    return !version.isEmpty() || !label.isEmpty();
  }
}
