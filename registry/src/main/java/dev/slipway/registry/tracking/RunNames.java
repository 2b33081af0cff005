package dev.slipway.registry.tracking;

import java.util.List;
import java.util.random.RandomGenerator;

/// Invents names for runs that were given none: `brisk-heron-417`.
final class RunNames {
  private static final List<String> FIRST =
      List.of(
          "able", "amber", "bold", "brisk", "calm", "clever", "crisp", "deft", "eager", "fleet",
          "gentle", "golden", "grand", "hardy", "honest", "keen", "kind", "lively", "lucid",
          "mellow", "mild", "nimble", "noble", "patient", "plain", "proud", "quick", "quiet",
          "rapid", "ready", "serene", "sharp", "silent", "sleek", "smooth", "steady", "sunny",
          "swift", "tidy", "vivid", "warm", "wise");
  private static final List<String> SECOND =
      List.of(
          "auk", "badger", "bear", "beaver", "bee", "crane", "crow", "deer", "dolphin", "dove",
          "duck", "eel", "elk", "falcon", "finch", "fox", "gannet", "goose", "gull", "hare", "hawk",
          "heron", "horse", "ibis", "jay", "kite", "lark", "lynx", "marten", "mink", "newt",
          "otter", "owl", "pike", "plover", "raven", "robin", "seal", "stork", "swan", "tern",
          "trout", "whale", "wren");
  private static final int NUMBERS = 1000;

  private RunNames() {}

  static String invent(RandomGenerator random) {
    return FIRST.get(random.nextInt(FIRST.size()))
        + "-"
        + SECOND.get(random.nextInt(SECOND.size()))
        + "-"
        + random.nextInt(NUMBERS);
  }
}
