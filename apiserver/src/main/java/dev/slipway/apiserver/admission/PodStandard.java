package dev.slipway.apiserver.admission;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which Pod Security Standards a namespace's labels ask for. Pure.
///
/// Rules: `k8s.io/pod-security-admission/api`. Labels that cannot be read enforce the strictest
/// level, and neither audit nor warn.
///
/// @param problems what is wrong with the labels
record PodStandard(
    LevelVersion enforce, LevelVersion audit, LevelVersion warn, List<Problem> problems) {
  static final String PREFIX = "pod-security.kubernetes.io/";

  private static final Pattern VERSION = Pattern.compile("v1\\.(0|[1-9][0-9]{0,8})");
  private static final FieldPath LABELS = FieldPath.of("metadata", "labels");

  /// From lenient to strict.
  enum Level {
    PRIVILEGED,
    BASELINE,
    RESTRICTED;

    static Optional<Level> parse(String text) {
      return switch (text) {
        case "privileged" -> Optional.of(PRIVILEGED);
        case "baseline" -> Optional.of(BASELINE);
        case "restricted" -> Optional.of(RESTRICTED);
        default -> Optional.empty();
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// @param minor of the Kubernetes version whose rules apply; [#LATEST] for the newest known
  record LevelVersion(Level level, int minor) {
    static final int LATEST = Integer.MAX_VALUE;
    static final LevelVersion OPEN = new LevelVersion(Level.PRIVILEGED, LATEST);

    LevelVersion at(Level other) {
      return new LevelVersion(other, minor);
    }

    @Override
    public String toString() {
      return level + ":" + (minor == LATEST ? "latest" : "v1." + minor);
    }
  }

  static PodStandard of(Map<String, String> labels) {
    var problems = new ArrayList<Problem>();
    LevelVersion enforce = read(labels, "enforce", Level.RESTRICTED, problems);
    LevelVersion audit = read(labels, "audit", Level.PRIVILEGED, problems);
    LevelVersion warn = read(labels, "warn", Level.PRIVILEGED, problems);
    boolean enforces = Level.parse(labels.getOrDefault(PREFIX + "enforce", "")).isPresent();
    if (enforces && !labels.containsKey(PREFIX + "warn")) {
      warn = labels.containsKey(PREFIX + "warn-version") ? warn.at(enforce.level) : enforce;
    }
    return new PodStandard(enforce, audit, warn, List.copyOf(problems));
  }

  boolean isOpen() {
    return enforce.level == Level.PRIVILEGED
        && audit.level == Level.PRIVILEGED
        && warn.level == Level.PRIVILEGED;
  }

  private static LevelVersion read(
      Map<String, String> labels, String mode, Level unreadable, List<Problem> problems) {
    Level level = Level.PRIVILEGED;
    String written = labels.get(PREFIX + mode);
    if (written != null) {
      level = Level.parse(written).orElse(unreadable);
      if (Level.parse(written).isEmpty()) {
        problems.add(
            Problem.invalid(
                LABELS.key(PREFIX + mode),
                written,
                "must be one of privileged, baseline, restricted"));
      }
    }
    String label = PREFIX + mode + "-version";
    String version = labels.getOrDefault(label, "latest");
    Matcher parts = VERSION.matcher(version);
    if (parts.matches()) {
      return new LevelVersion(level, Integer.parseInt(parts.group(1)));
    }
    if (!version.equals("latest")) {
      problems.add(Problem.invalid(LABELS.key(label), version, "must be \"latest\" or \"v1.x\""));
    }
    return new LevelVersion(level, LevelVersion.LATEST);
  }
}
