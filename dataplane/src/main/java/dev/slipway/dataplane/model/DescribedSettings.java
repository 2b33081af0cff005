package dev.slipway.dataplane.model;

import dev.slipway.dataplane.model.ModelSettings.Batching;
import dev.slipway.dataplane.model.ModelSettings.Limits;
import dev.slipway.inference.layout.Serving;

/// Settings of a model with what its own files ask for where the user said nothing.
final class DescribedSettings {
  private DescribedSettings() {}

  static ModelSettings of(ModelSettings settings, Serving serving) {
    var result = settings;
    if (serving.instances() > 0) {
      var limits = settings.limits();
      result =
          result.withLimits(
              new Limits(
                  limits.concurrency(), limits.queue(), serving.instances(), limits.timeout()));
    }
    if (serving.responseCache()) {
      result = result.withCachesAnswers(true);
    }
    return batching(result, serving);
  }

  /// Joins only where the files say how far, and never what belongs to a sequence.
  private static ModelSettings batching(ModelSettings settings, Serving serving) {
    boolean never = serving.sequences() || serving.maxBatchSize().orElse(-1) == 0;
    if (never) {
      return settings.withoutBatching();
    }
    if (settings.batching().isPresent() || serving.batching().isEmpty()) {
      return settings;
    }
    var asked = serving.batching().get();
    int rows = serving.maxBatchSize().orElse(0);
    if (rows <= 1) {
      return settings;
    }
    return withQueue(settings, asked.queue().maxSize())
        .withBatching(new Batching(rows, asked.maxDelay(), asked.preferredSizes()));
  }

  private static ModelSettings withQueue(ModelSettings settings, long maxSize) {
    if (maxSize <= 0) {
      return settings;
    }
    var limits = settings.limits();
    return settings.withLimits(
        new Limits(
            limits.concurrency(),
            (int) Math.min(maxSize, Integer.MAX_VALUE),
            limits.instances(),
            limits.timeout()));
  }
}
