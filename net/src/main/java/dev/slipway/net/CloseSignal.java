package dev.slipway.net;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs actions once, when an exchange is over. Any thread may add or fire.
final class CloseSignal {
  private static final Logger LOG = LoggerFactory.getLogger(CloseSignal.class);

  private List<Runnable> actions = List.of();
  private boolean fired;

  /// Runs `action` when fired, or at once if that has happened.
  void add(Runnable action) {
    synchronized (this) {
      if (!fired) {
        if (actions.isEmpty()) {
          actions = new ArrayList<>(2);
        }
        actions.add(action);
        return;
      }
    }
    run(action);
  }

  void fire() {
    List<Runnable> due;
    synchronized (this) {
      due = actions;
      actions = List.of();
      fired = true;
    }
    if (!due.isEmpty()) {
      due.forEach(CloseSignal::run);
    }
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException problem) {
      LOG.warn("an action at the end of an exchange failed", problem);
    }
  }
}
