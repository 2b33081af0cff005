package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.builtin.Field;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A pod in one line: how many containers are ready, one word for its state, its restarts.
///
/// The word is the first thing that keeps an init container from finishing; once all have, the last
/// thing said about an ordinary container; deletion trumps both.
///
/// @param ready `ready/total`, restartable init containers included
record PodSummary(String ready, String reason, long restarts, Optional<Instant> lastRestart) {
  static PodSummary of(Field pod) {
    return new Reading(pod).summary();
  }

  private static final class Reading {
    private final Field pod;
    private final List<Field> initContainers;
    private String reason;
    private long readyContainers;
    private long restarts;
    private long sidecarRestarts;
    private @Nullable Instant lastRestart;
    private @Nullable Instant lastSidecarRestart;

    Reading(Field pod) {
      this.pod = pod;
      this.initContainers = pod.at("spec").items("initContainers");
      this.reason = phaseOrReason(pod.at("status"));
    }

    PodSummary summary() {
      long total =
          pod.at("spec", "containers").size()
              + initContainers.stream().filter(Reading::isSidecar).count();
      boolean initializing = readInitContainers();
      if (!initializing || isInitialized()) {
        restarts = sidecarRestarts;
        lastRestart = lastSidecarRestart;
        readContainers();
      }
      deletion();
      return new PodSummary(
          readyContainers + "/" + total, reason, restarts, Optional.ofNullable(lastRestart));
    }

    private static String phaseOrReason(Field status) {
      for (Field each : status.items("conditions")) {
        if (each.text("type").equals("PodScheduled")
            && each.text("reason").equals("SchedulingGated")) {
          return "SchedulingGated";
        }
      }
      return Cells.orElse(status.text("reason"), status.text("phase"));
    }

    private boolean readInitContainers() {
      int position = 0;
      for (Field status : pod.at("status").items("initContainerStatuses")) {
        boolean sidecar = sidecarNamed(status.text("name"));
        countRestarts(status, sidecar);
        Field ended = status.at("state", "terminated");
        if (ended.present() && ended.at("exitCode").number(0) == 0) {
          position++;
          continue;
        }
        if (sidecar && status.at("started").isTrue()) {
          readyContainers += status.at("ready").isTrue() ? 1 : 0;
          position++;
          continue;
        }
        reason = initReason(status, position);
        return true;
      }
      return false;
    }

    private void countRestarts(Field status, boolean sidecar) {
      long count = status.at("restartCount").number(0);
      Instant ended = lastEnd(status);
      restarts += count;
      lastRestart = later(lastRestart, ended);
      if (sidecar) {
        sidecarRestarts += count;
        lastSidecarRestart = later(lastSidecarRestart, ended);
      }
    }

    private String initReason(Field status, int position) {
      Field ended = status.at("state", "terminated");
      if (ended.present()) {
        return "Init:" + endReason(ended);
      }
      String waiting = status.at("state", "waiting").text("reason");
      if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
        return "Init:" + waiting;
      }
      return "Init:" + position + "/" + initContainers.size();
    }

    private void readContainers() {
      boolean running = false;
      for (Field status : pod.at("status").items("containerStatuses").reversed()) {
        restarts += status.at("restartCount").number(0);
        lastRestart = later(lastRestart, lastEnd(status));
        String waiting = status.at("state", "waiting").text("reason");
        Field ended = status.at("state", "terminated");
        if (!waiting.isEmpty()) {
          reason = waiting;
        } else if (ended.present()) {
          reason = endReason(ended);
        } else if (status.at("ready").isTrue() && status.at("state", "running").present()) {
          running = true;
          readyContainers++;
        }
      }
      if (reason.equals("Completed") && running) {
        reason = hasCondition("Ready") ? "Running" : "NotReady";
      }
    }

    private static String endReason(Field ended) {
      if (!ended.text("reason").isEmpty()) {
        return ended.text("reason");
      }
      long signal = ended.at("signal").number(0);
      return signal != 0 ? "Signal:" + signal : "ExitCode:" + ended.at("exitCode").number(0);
    }

    private void deletion() {
      if (!pod.at("metadata", "deletionTimestamp").present()) {
        return;
      }
      String phase = pod.at("status").text("phase");
      if (pod.at("status").text("reason").equals("NodeLost")) {
        reason = "Unknown";
      } else if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
        reason = "Terminating";
      }
    }

    private boolean isInitialized() {
      return hasCondition("Initialized");
    }

    private boolean hasCondition(String type) {
      return pod.at("status").items("conditions").stream()
          .filter(each -> each.text("type").equals(type))
          .anyMatch(each -> each.text("status").equals("True"));
    }

    private boolean sidecarNamed(String name) {
      return initContainers.stream()
          .anyMatch(each -> each.text("name").equals(name) && isSidecar(each));
    }

    private static boolean isSidecar(Field container) {
      return container.text("restartPolicy").equals("Always");
    }

    private static @Nullable Instant lastEnd(Field status) {
      return HumanDuration.instant(status.at("lastState", "terminated", "finishedAt")).orElse(null);
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
      if (one == null || other == null) {
        return one == null ? other : one;
      }
      return one.isBefore(other) ? other : one;
    }
  }
}
