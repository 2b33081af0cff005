package dev.slipway.inference.artifact;

import java.util.concurrent.ThreadLocalRandom;

/// How long to wait before asking again: doubling, with jitter, a minute at most; what the service
/// says in `Retry-After` goes first, within the same bound.
final class Backoff {
  private static final long MOST_MILLIS = 60_000;

  private final ArtifactSettings settings;

  Backoff(ArtifactSettings settings) {
    this.settings = settings;
  }

  void sleep(int attempt, String retryAfter) throws InterruptedException {
    Thread.sleep(millis(attempt, retryAfter));
  }

  long millis(int attempt, String retryAfter) {
    if (retryAfter.matches("\\d{1,6}")) {
      return Math.min(Long.parseLong(retryAfter) * 1000, MOST_MILLIS);
    }
    long base = settings.backoff().toMillis() << Math.min(attempt - 1, 16);
    long most = Math.min(base, MOST_MILLIS);
    return most <= 1 ? most : most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
  }
}
