package dev.slipway.engines.onnx;

import dev.slipway.inference.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The sessions of a small model: as many as there are calls at a time, up to one a core. Calls of
/// one session contend for its memory allocator, which a call of a few microseconds feels; calls of
/// their own sessions do not.
///
/// A lane is taken out of its slot for the time of a call; whoever finds none uses the first
/// session beside its owner, which is correct and only slower.
final class Lanes {
  private final Session first;
  private final Path file;
  private final SessionSettings settings;
  private final AtomicReferenceArray<@Nullable Lane> slots;
  private final ReentrantLock growing = new ReentrantLock();
  private volatile int made = 1;

  Lanes(Session first, Path file, SessionSettings settings, int most) {
    this.first = first;
    this.file = file;
    this.settings = settings;
    this.slots = new AtomicReferenceArray<>(most);
    slots.set(0, new Lane(first, false));
  }

  List<Tensor> run(Tensor[][] inputs, int[] outputs) throws OrtFailure {
    var lane = take();
    if (lane == null) {
      return SharedRun.run(first, inputs, outputs);
    }
    try {
      return lane.run(inputs, outputs);
    } finally {
      put(lane);
    }
  }

  private @Nullable Lane take() {
    int made = this.made;
    for (int i = 0; i < made; i++) {
      if (slots.getPlain(i) != null) {
        var lane = slots.getAndSet(i, null);
        if (lane != null) {
          return lane;
        }
      }
    }
    return made < slots.length() ? grow() : null;
  }

  private void put(Lane lane) {
    for (int i = 0; !slots.compareAndSet(i, null, lane); i = (i + 1) % slots.length()) {
      Thread.onSpinWait();
    }
  }

  private @Nullable Lane grow() {
    if (!growing.tryLock()) {
      return null;
    }
    try {
      int before = made;
      if (before == slots.length()) {
        return null;
      }
      var lane = new Lane(Session.open(file, settings), true);
      made = before + 1;
      return lane;
    } catch (OrtFailure _) {
      return null; // the file is gone or memory is short: the sessions there are will do
    } finally {
      growing.unlock();
    }
  }

  /// How many sessions there are, the first included.
  int sessions() {
    return made;
  }

  /// Closes the lanes, not the first session. No call may be under way.
  void close() {
    for (int i = 0; i < slots.length(); i++) {
      var lane = slots.getAndSet(i, null);
      if (lane != null) {
        lane.close();
      }
    }
  }
}
