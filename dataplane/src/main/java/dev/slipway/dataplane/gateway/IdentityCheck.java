package dev.slipway.dataplane.gateway;

import dev.slipway.net.Request;
import org.jspecify.annotations.Nullable;

/// Whether a client is who it must be. Thread-safe.
interface IdentityCheck {
  /// What is known without waiting or long computing: the answer is on the event loop.
  Verdict glance(Request request);

  /// The answer, on a thread that may wait.
  Verdict judge(Request request);

  /// @param refusal null where the client may
  /// @param known whether this is the answer; otherwise `judge` must be asked
  /// @param user who it is, for logs; may be empty
  record Verdict(boolean known, @Nullable Refusal refusal, String user) {
    static final Verdict LATER = new Verdict(false, null, "");

    static Verdict allowed(String user) {
      return new Verdict(true, null, user);
    }

    static Verdict refused(Refusal refusal) {
      return new Verdict(true, refusal, "");
    }
  }
}
