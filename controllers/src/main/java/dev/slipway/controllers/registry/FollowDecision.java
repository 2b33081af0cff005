package dev.slipway.controllers.registry;

import dev.slipway.api.kserve.RolloutPolicy;
import dev.slipway.autoscaling.Outcomes.Counted;
import dev.slipway.controllers.registry.FollowState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a service that follows a name does next. Pure: the same inputs, the same answer.
///
/// ```
/// Serving → Starting → Shifting 10 % → Shifting 50 % → Serving      each step in bounds
///              └───────────┴──→ Returning → Serving                 out of bounds, no such version
/// ```
///
/// @param state as it should stand in the status
/// @param told what happened, for `kubectl describe`
record FollowDecision(FollowState state, List<Told> told) {
  FollowDecision {
    told = List.copyOf(told);
  }

  /// An event.
  ///
  /// @param type `Normal` or `Warning`
  record Told(String type, String reason, String message) {}

  /// How the template's revision is.
  sealed interface Health {
    record Starting() implements Health {}

    record Ready() implements Health {}

    record Failed(String why) implements Health {}
  }

  /// What can be seen of a service.
  ///
  /// @param health of the revision that the template's version should have
  /// @param stableRuns whether there is something that takes requests, and would be put at risk
  /// @param stableRevision the Knative revision that last had all requests; may be empty
  /// @param tried what the requests of the template's revision came to since the step began
  /// @param stable those of the stable one
  /// @param elapsed since the step began
  record Seen(
      Health health,
      boolean stableRuns,
      String stableRevision,
      Counted tried,
      Counted stable,
      Duration elapsed) {}

  /// @param uri what the service names now
  /// @param wanted the version it means; empty where it means none
  /// @param byHand whether the manifest itself says the share of the newest revision
  record Wish(
      String uri, Optional<ModelRegistry.Version> wanted, RolloutPolicy policy, boolean byHand) {}

  static FollowDecision of(Optional<FollowState> before, Wish wish, Seen seen, Instant now) {
    if (before.isEmpty()
        || !before.get().uri().equals(wish.uri())
        || before.get().phase() == Phase.UNRESOLVED) {
      return begin(before, wish, now);
    }
    var step = new Step(before.get(), wish, seen, now);
    return switch (before.get().phase()) {
      case SERVING, UNRESOLVED -> step.serving();
      case STARTING -> step.starting();
      case SHIFTING -> step.shifting();
      case RETURNING -> step.returning();
    };
  }

  private static FollowDecision begin(Optional<FollowState> before, Wish wish, Instant now) {
    if (wish.wanted().isEmpty()) {
      String text = wish.uri() + " means no version of the model registry";
      boolean known = before.filter(it -> it.message().equals(text)).isPresent();
      return known
          ? new FollowDecision(before.orElseThrow(), List.of())
          : new FollowDecision(
              FollowState.unresolved(wish.uri(), text, now),
              List.of(new Told("Warning", "ModelVersionNotFound", text)));
    }
    var found = wish.wanted().get();
    String text = wish.uri() + " is version " + found.version();
    return new FollowDecision(
        FollowState.first(wish.uri(), found, text, now),
        List.of(new Told("Normal", "ModelVersionResolved", text)));
  }

  /// One look at a service that follows already.
  private record Step(FollowState state, Wish wish, Seen seen, Instant now) {
    private static FollowDecision as(FollowState next, String type, String reason) {
      return new FollowDecision(next, List.of(new Told(type, reason, next.message())));
    }

    private FollowDecision stay() {
      return new FollowDecision(state, List.of());
    }

    FollowDecision serving() {
      if (wish.wanted().isEmpty()) {
        String text =
            wish.uri() + " means no version any more: version " + state.version() + " serves on";
        return state.message().equals(text)
            ? stay()
            : as(state.forgiving().says(text, now), "Warning", "ModelVersionNotFound");
      }
      var wanted = wish.wanted().get();
      if (wanted.version().equals(state.version())) {
        return settled(wanted);
      }
      if (wanted.version().equals(state.rejected())) {
        return stay();
      }
      String moved = wish.uri() + " moved from version " + state.version() + " to ";
      if (!seen.stableRuns() || wish.byHand()) {
        String text = moved + wanted.version();
        return as(FollowState.first(wish.uri(), wanted, text, now), "Normal", "RolloutStarted");
      }
      String text = moved + wanted.version() + ": starting it without requests";
      return as(
          state.starting(wanted, seen.stableRevision(), text, now), "Normal", "RolloutStarted");
    }

    private FollowDecision settled(ModelRegistry.Version wanted) {
      String text = wish.uri() + " is version " + wanted.version();
      boolean same = state.rejected().isEmpty() && state.run().equals(wanted.run());
      boolean gone = state.message().contains("means no version");
      return same && !gone
          ? stay()
          : new FollowDecision(state.forgiving().madeBy(wanted.run()).says(text, now), List.of());
    }

    FollowDecision starting() {
      Optional<FollowDecision> elsewhere = elsewhere();
      if (elsewhere.isPresent()) {
        return elsewhere.get();
      }
      return switch (seen.health()) {
        case Health.Failed failed -> back(failed.why());
        case Health.Starting _ when seen.elapsed().compareTo(wish.policy().deadline()) >= 0 ->
            back("it was not ready within " + wish.policy().deadline().toSeconds() + "s");
        case Health.Starting _ -> stay();
        case Health.Ready _ -> next(0, "it is ready");
      };
    }

    FollowDecision shifting() {
      Optional<FollowDecision> elsewhere = elsewhere();
      if (elsewhere.isPresent()) {
        return elsewhere.get();
      }
      if (seen.health() instanceof Health.Failed(String why)) {
        return back(why);
      }
      return switch (Judgement.of(seen.tried(), seen.stable(), wish.policy(), seen.elapsed())) {
        case Judgement.Bad bad -> back(bad.why());
        case Judgement.Early _ -> stay();
        case Judgement.Good good -> next(state.percent(), good.why());
      };
    }

    /// The first share above one.
    private FollowDecision next(int percent, String why) {
      String version = "version " + state.version() + " ";
      for (int share : wish.policy().steps()) {
        if (share > percent) {
          String text = version + "gets " + share + "% of the requests: " + why;
          return as(state.shifting(share, text, now), "Normal", "RolloutAdvanced");
        }
      }
      String text = version + "gets all requests: " + why;
      return as(state.serving(text, now), "Normal", "RolloutCompleted");
    }

    /// The name has moved meanwhile.
    private Optional<FollowDecision> elsewhere() {
      if (wish.wanted().isEmpty()) {
        return Optional.of(
            returned("", wish.uri() + " means no version any more", "RolloutCancelled"));
      }
      var wanted = wish.wanted().get();
      if (wanted.version().equals(state.stable())) {
        return Optional.of(
            returned(
                "", wish.uri() + " moved back to version " + state.stable(), "RolloutCancelled"));
      }
      if (wanted.version().equals(state.version())) {
        return Optional.empty();
      }
      String text =
          wish.uri()
              + " moved on to version "
              + wanted.version()
              + ": version "
              + state.version()
              + " is given up, version "
              + state.stable()
              + " has all requests meanwhile";
      return Optional.of(
          as(state.starting(wanted, seen.stableRevision(), text, now), "Normal", "RolloutStarted"));
    }

    private FollowDecision back(String why) {
      return returned(state.version(), why, "RolloutRolledBack");
    }

    private FollowDecision returned(String blamed, String why, String reason) {
      String text =
          "version "
              + state.version()
              + " was rolled back to version "
              + state.stable()
              + ": "
              + why;
      return as(state.returning(blamed, text, now), "Warning", reason);
    }

    FollowDecision returning() {
      if (seen.health() instanceof Health.Ready) {
        return new FollowDecision(state.serving(state.message(), state.since()), List.of());
      }
      boolean on =
          wish.wanted()
              .filter(it -> !it.version().equals(state.rejected()))
              .filter(it -> !it.version().equals(state.version()))
              .isPresent();
      return on ? elsewhere().orElseGet(this::stay) : stay();
    }
  }
}
