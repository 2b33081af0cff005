package dev.slipway.app;

import dev.slipway.autoscaling.LoadKey;
import dev.slipway.autoscaling.LoadSamples;
import dev.slipway.node.StandIns;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Load as a gateway measures it, whose first requests are answered by stand-ins before whoever
/// scales hears of them.
record Woken(LoadSamples samples, StandIns standIns) implements LoadSamples {
  @Override
  public void take(long nanos, BiConsumer<LoadKey, Sample> sink) {
    samples.take(nanos, sink);
  }

  @Override
  public void whenWanted(Consumer<LoadKey> wanted) {
    samples.whenWanted(
        key -> standIns.wanted(key.namespace(), key.name(), () -> wanted.accept(key)));
  }
}
