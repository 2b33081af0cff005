package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Projected volumes: several sources in one directory, no path twice.
final class ProjectedRules {
  private static final List<String> KINDS =
      List.of(
          "secret",
          "configMap",
          "downwardAPI",
          "serviceAccountToken",
          "clusterTrustBundle",
          "podCertificate");
  private static final List<String> KEY_TYPES =
      List.of("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519");
  private static final long LEAST_SECONDS = 600;
  private static final long MOST_SECONDS = 1L << 32;

  private final Field volume;
  private final Problems problems;
  private final Set<String> paths = new HashSet<>();

  private ProjectedRules(Field volume, Problems problems) {
    this.volume = volume;
    this.problems = problems;
  }

  static void judge(Field volume, Problems problems) {
    VolumeRules.mode(volume.at("defaultMode"), problems);
    var rules = new ProjectedRules(volume, problems);
    volume.items("sources").forEach(rules::source);
  }

  private void source(Field source) {
    int found = 0;
    for (String kind : KINDS) {
      Field projection = source.at(kind);
      if (projection.present()) {
        found++;
        projection(kind, projection);
      }
    }
    if (found > 1) {
      problems.forbidden(source, "may not specify more than 1 volume type per source");
    }
  }

  private void projection(String kind, Field projection) {
    switch (kind) {
      case "secret", "configMap" -> files(projection);
      case "downwardAPI" -> downward(projection);
      case "serviceAccountToken" -> token(projection);
      case "clusterTrustBundle" -> trust(projection);
      default -> certificate(projection);
    }
  }

  private void files(Field projection) {
    problems.demand(projection.at("name"));
    for (Field item : projection.items("items")) {
      VolumeRules.keyToPath(item, problems);
      once(item.text("path"), projection.text("name"));
    }
  }

  private void downward(Field projection) {
    for (Field item : projection.items("items")) {
      VolumeRules.downwardFile(item.reportedAt(projection.path()), problems);
      once(item.text("path"), item.text("path"));
    }
  }

  private void token(Field projection) {
    Field seconds = projection.at("expirationSeconds");
    if (seconds.number(LEAST_SECONDS) < LEAST_SECONDS) {
      problems.invalid(seconds, "may not specify a duration less than 10 minutes");
    }
    if (seconds.number(0) > MOST_SECONDS) {
      problems.invalid(seconds, "may not specify a duration larger than 2^32 seconds");
    }
    Field path = projection.at("path").reportedAt(volume.path().field("path"));
    if (problems.demand(path)) {
      PathRules.local(path, problems);
    }
  }

  private void trust(Field bundle) {
    Field name = bundle.at("name");
    Field signer = bundle.at("signerName");
    if (name.present() && signer.present()) {
      problems.invalid(bundle, "only one of name and signerName may be used");
    } else if (name.present()) {
      problems.demand(name, "must be a valid object name");
      if (bundle.at("labelSelector").present()) {
        problems.invalid(
            bundle.at("labelSelector"), "labelSelector must be unset if name is specified");
      }
    } else if (signer.present()) {
      problems.demand(signer, "must be a valid signer name");
      Selectors.judge(bundle.at("labelSelector"), problems);
    } else {
      problems.required(bundle, "either name or signerName must be specified");
    }
    problems.demand(bundle.at("path"));
    PathRules.local(bundle.at("path"), problems);
    once(bundle.text("path"), bundle.text("path"));
  }

  private void certificate(Field certificate) {
    problems.demand(certificate.at("signerName"));
    if (!KEY_TYPES.contains(certificate.text("keyType"))) {
      problems.notSupported(certificate.at("keyType"), KEY_TYPES);
    }
    Field most = certificate.at("maxExpirationSeconds");
    if (most.number(3600) < 3600) {
      problems.invalid(most, "if provided, maxExpirationSeconds must be >= 3600");
    }
    int found = 0;
    for (String each : List.of("credentialBundlePath", "keyPath", "certificateChainPath")) {
      Field path = certificate.at(each);
      if (path.filled()) {
        found++;
        PathRules.local(path, problems);
        once(path.text(), path.text());
      }
    }
    if (found == 0) {
      problems.required(
          certificate,
          "specify at least one of credentialBundlePath, keyPath, and certificateChainPath");
    }
  }

  private void once(String path, String shown) {
    if (!path.isEmpty() && !paths.add(path)) {
      problems.invalid(volume.path(), shown, "conflicting duplicate paths");
    }
  }
}
